#!/usr/bin/env bash
# An arm64 guest with an SMMUv3 measures what it should, and what its lab lacks is told.
# shellcheck source=../cli/lib/tap.sh
. "$(dirname "$0")/../cli/lib/tap.sh"
# shellcheck source=../cli/lib/records.sh
. "$lib/records.sh"
need jq qemu-system-aarch64 aarch64-linux-gnu-gcc
cache=${DMABENCH_CACHE:-${HOME:-/root}/.cache/dmabench}
kernel=debian:6.18

if [ ! -s "$cache/sysroot-arm64/.seal" ]; then
  skip "an arm64 guest measures" "its libraries are not in the cache: scripts/deps arm64"
  finish
  exit 0
fi
make -s -C "$top" ARCH=arm64 O="$O-arm64" -j"$(nproc)" >make.log 2>&1 || {
  cat make.log
  exit 1
}

# refused CODE PATTERN OPTION…
refused() {
  local code=$1 pattern=$2
  shift 2
  expect_exit "$code" "$dmabench" lab "$@" && said_last "$pattern"
}

# ---- bad input ----

echo 'true' >script

no_libraries() {
  mkdir -p empty
  DMABENCH_CACHE=$work/empty refused 1 'no sound set of arm64 libraries: scripts/deps arm64' exec --arch arm64 --kernel $kernel script
}

# A build folder that has no neighbour for arm64.
no_program() {
  mkdir -p lone
  cp "$dmabench" lone/dmabench
  expect_exit 1 env DMABENCH="$work/lone/dmabench" "$top/scripts/lab/lab" exec --arch arm64 --kernel $kernel script &&
    said_last 'no dmabench for arm64.*make ARCH=arm64'
}

no_qemu() {
  DMABENCH_QEMU=qemu-of-nobody refused 1 'apt-get install qemu-system-arm' exec --arch arm64 --kernel $kernel script
}

kernel_of_the_other_architecture() {
  local image
  image=$(find "$cache/kernels" -path '*arm64/image' | head -n 1)
  refused 2 'is a kernel of arm64: give --arch arm64' exec --kernel "path:$image" script &&
    printf '%514sHdrS%99s' '' '' >bzImage &&
    refused 2 'is a kernel of amd64: give --arch amd64' exec --arch arm64 --kernel "path:$work/bzImage" script
}

check "an architecture that there is none of" refused 2 'expected one of amd64 arm64' list --arch riscv64
check "without libraries, what fetches them is named" no_libraries
check "without a program, what builds it is named" no_program
check "without QEMU, its package is named" no_qemu
lists_what_it_takes() {
  expect_exit 0 "$dmabench" lab list --arch arm64 && printed '^debian:6\.12-16k ' &&
    ! grep '^build:' "$work/stdout"
}

check "the list names kernels that can be had" lists_what_it_takes
check "what is of amd64 only" refused 2 'kernels of arm64 are not built here' exec --arch arm64 --kernel build:7.2 script
check "the width of an SMMU's addresses is no choice" refused 2 'one width' exec --arch arm64 --kernel $kernel --iommu-bits 39 script

# ---- a boot ----

cat >config.json <<'END'
{"name": "arm64", "matrix": [
  {"bench": "null", "iterations": 3},
  {"bench": "vfio-map", "device": ["any", "node:1"], "backing": ["thp", "hugetlb-64k"], "size": "16MiB", "iterations": 2, "warmup": 1},
  {"bench": "vfio-map", "backing": "anon", "size": "1MiB", "chunk": ["page", "2MiB"], "iterations": 2, "warmup": 0},
  {"bench": "vfio-map", "backing": "mthp-8k", "size": "1MiB", "iterations": 2, "warmup": 0}
]}
END

boots() {
  expect_exit 0 "$dmabench" lab run --arch arm64 --seed 1 --kernel $kernel,label=arm config.json -o boots
}
file=$work/boots/arm/boot-01.jsonl

measures() {
  valid "$file" && ended_with "$file" complete &&
    hold "$file" '.status == "ok" and (.bench == "null" or .verified.proof == "pagemap")' &&
    has "$file" '.record == "skip" and (.cell | contains("mthp-8k")) and (.reason | contains("fewer than 4 pages"))'
}

says_where_it_ran() {
  head -n 1 "$file" | jq -e '.host | .machine == "aarch64" and .virtual == "qemu" and .page_bytes == 4096 and
    .timing == "icount" and (.iommu.units[0] | startswith("smmu3"))'
}

# A tick is an instruction: reading the clock twice takes none between, and a call a few hundred.
counts_instructions() {
  head -n 1 "$file" | jq -e '.clock.source == "cntvct" and .clock.ns_per_tick == 1'
}

check "bad: a kernel of the other architecture" kernel_of_the_other_architecture
check "an arm64 kernel boots and runs a matrix" boots
check "memory is proved, mapped and unmapped, by devices of both nodes" measures
check "the record says what machine it was" says_where_it_ran
check "the clock counts instructions" counts_instructions
finish
