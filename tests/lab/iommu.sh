#!/usr/bin/env bash
# Guests with the other IOMMUs of x86: AMD's, and the one of virtio.
# shellcheck source=../cli/lib/tap.sh
. "$(dirname "$0")/../cli/lib/tap.sh"
# shellcheck source=../cli/lib/records.sh
. "$lib/records.sh"
need jq qemu-system-x86_64

kernel=debian:6.18

cat >"$work/few.json" <<'END'
{"name": "few", "matrix": [
  {"bench": "vfio-map", "iommu": ["type1", "type1v2"], "backing": ["anon", "hugetlb-2m"], "size": "16MiB", "iterations": 2}]}
END
echo true >"$work/script"

# guest NAME: boots with that IOMMU; its results are in $work/NAME.
guest() {
  expect_exit 0 "$dmabench" lab run --kernel "$kernel" --iommu "$1" --seed 1 "$work/few.json" -o "$work/$1"
}

# result NAME
result() {
  local files=("$work/$1"/*/boot-01.jsonl)
  [ -f "${files[0]}" ] && echo "${files[0]}"
}

every_trial_is_ok() {
  valid "$(result "$1")" && ended_with "$(result "$1")" complete && hold "$(result "$1")" '.status == "ok"' &&
    same "trials of $1" "$(jq -c 'select(.record == "trial") | .cell' "$(result "$1")" | sort -u | wc -l)" 4
}

# recorded NAME FILTER: of what its record says about the IOMMU.
recorded() {
  jq -c 'select(.record == "run").host.iommu' "$(result "$1")" | tee "$work/facts" | jq -e "$2" >/dev/null ||
    { cat "$work/facts" && return 1; }
}

# refused CODE PATTERN ARGUMENT…: its last line says why.
refused() {
  local code=$1 pattern=$2
  shift 2
  expect_exit "$code" "$dmabench" lab "$@" && said_last "$pattern"
}

# Only what differs by the IOMMU is listed, and allowing it is enough.
two_iommus_are_not_compared() {
  expect_exit 2 "$dmabench" compare "$(result amd)" "$(result virtio)" && grep -q 'iommu.kind' "$work/stderr" &&
    expect_exit 0 "$dmabench" compare "$(result amd)" "$(result virtio)" --allow iommu --allow command_line
}

a_qemu_that_lacks_it_is_refused() {
  printf '#!/bin/sh\n' >"$work/qemu"
  chmod +x "$work/qemu"
  DMABENCH_QEMU=$work/qemu refused 1 'has no device amd-iommu: name another one by DMABENCH_QEMU' \
    exec --kernel "$kernel" --iommu amd "$work/script"
}

check "an IOMMU of another machine" refused 2 'the machine of amd64 has none; expected one of intel amd virtio' \
  exec --kernel "$kernel" --iommu smmuv3 "$work/script"
check "an IOMMU that does not exist" refused 2 'expected one of intel amd virtio' \
  exec --kernel "$kernel" --iommu via "$work/script"
check "the width of AMD's addresses is no choice" refused 2 'amd IOMMU has one width' \
  exec --kernel "$kernel" --iommu amd --iommu-bits 39 "$work/script"
check "a QEMU that lacks it" a_qemu_that_lacks_it_is_refused
check "a guest with AMD's runs" guest amd
check "every trial of it is ok" every_trial_is_ok amd
check "its record says what it is" recorded amd \
  '.kind == "amd" and .page_tables == "kernel" and .coherent_walks and .vfio_unsafe_interrupts == "Y"'
check "a guest with virtio's runs" guest virtio
check "every trial of it is ok" every_trial_is_ok virtio
check "its record says whose the tables are" recorded virtio \
  '.kind == "virtio" and .page_tables == "hypervisor" and .vfio_unsafe_interrupts == "Y" and (has("coherent_walks") | not)'
check "the two are not compared unasked" two_iommus_are_not_compared
check "a kernel without the driver" refused 1 'drives no such IOMMU \(CONFIG_VIRTIO_IOMMU\)' \
  exec --kernel debian:6.1 --iommu virtio "$work/script"

finish
