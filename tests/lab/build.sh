#!/usr/bin/env bash
# Kernels built here, patched, and compared with themselves.
# shellcheck source=../cli/lib/tap.sh
. "$(dirname "$0")/../cli/lib/tap.sh"
need jq qemu-system-x86_64 flex bison git

patches=$top/tests/lab/patches
cache=${DMABENCH_CACHE:-${HOME:-/root}/.cache/dmabench}

# refused CODE PATTERN ARGUMENT…: its last line says why.
refused() {
  local code=$1 pattern=$2
  shift 2
  expect_exit "$code" "$dmabench" lab "$@" && said_last "$pattern"
}

cat >"$work/unpin.json" <<'END'
{"name": "unpin", "matrix": [
  {"bench": "vfio-map", "iommu": "type1v2", "backing": ["hugetlb-2m", "thp", "anon"], "size": "64MiB", "iterations": 3},
  {"bench": "uring-pin", "backing": "hugetlb-2m", "size": "64MiB", "iterations": 3}]}
END

builds() {
  expect_exit 0 "$dmabench" lab kernel build 7.2 && [ -s "$(<"$work/stdout")/image" ]
}

# At once, since it is there.
is_built_once() {
  local start=$SECONDS
  builds && [ $((SECONDS - start)) -lt 20 ] && ! grep -q 'building' "$work/stderr"
}

patch_that_does_not_apply() {
  sed 's/put_valid_unreserved_pfns/put_them/' "$patches/slow-unpin.patch" >"$work/off.patch"
  refused 1 'off.patch: does not apply to 7\.2.*: drivers/vfio/vfio_iommu_type1.c:827: @@ -827' \
    kernel build 7.2 --patch "$work/off.patch"
}

revert_of_what_is_not_there() {
  refused 1 'slow-unpin.patch: does not apply to 7\.2.*vfio_iommu_type1.c' \
    kernel build 7.2 --revert "$patches/slow-unpin.patch"
}

build_that_fails() {
  local log
  sed 's/^+.*asm volatile.*/+\t\tthis is no C;/' "$patches/slow-unpin.patch" >"$work/broken.patch"
  refused 1 'failed; above are the last lines of /' kernel build 7.2 --patch "$work/broken.patch" || return
  grep -q 'vfio_iommu_type1.c:[0-9]*:[0-9]*: error:' "$work/stderr" || return
  log=$(sed -n 's/.*last lines of //p' "$work/stderr")
  [ -s "$log" ] && rm -f "$log"
}

# An option that touches few files; one with another key is another kernel.
takes_options() {
  local plain
  echo CONFIG_VFIO_DEBUGFS=y >"$work/more"
  expect_exit 0 "$dmabench" lab kernel build 7.2 && plain=$(<"$work/stdout") &&
    expect_exit 0 "$dmabench" lab kernel build "7.2,config=$work/more" || return
  grep -qx CONFIG_VFIO_DEBUGFS=y "$(<"$work/stdout")/config" && ! grep -q '^CONFIG_VFIO_DEBUGFS=' "$plain/config"
}

option_that_does_not_take() {
  echo CONFIG_NO_SUCH_OPTION=y >"$work/more"
  refused 1 "kernel 7\.2.* cannot have CONFIG_NO_SUCH_OPTION as $work/more asks" kernel build "7.2,config=$work/more"
}

# compared NAME: the JSON of the comparison that `lab compare` left there.
compared() {
  "$dmabench" compare "$work/$1/base" "$work/$1/head" --format json
}

slower_is_found() {
  expect_exit 0 "$dmabench" lab compare --base build:7.2 --patch "$patches/slow-unpin.patch" \
    --seed 1 "$work/unpin.json" -o "$work/slow" && printed slower
}

# 20 instructions a page of 4 KiB, of which 64 MiB has 16384: 327680 ns.
by_the_right_size() {
  compared slow >"$work/slow.json"
  jq -e '[.rows[] | select(.metric == "unmap_ns" and (.cell | test("hugetlb-2m|thp"))) |
      {verdict, by: (.sides[1].median - .sides[0].median)}] |
    length == 2 and all(.verdict == "slower" and .by > 320000 and .by < 340000)' "$work/slow.json" && return 0
  jq -c '.rows[] | {cell, metric, verdict, sides: [.sides[].median]}' "$work/slow.json"
  return 1
}

# io_uring lets go of pages without VFIO.
only_where_it_is() {
  jq -e '[.rows[] | select(.cell | test("uring-pin")) | .verdict] | length == 2 and all(. == "same")' "$work/slow.json"
}

nothing_is_the_same() {
  expect_exit 0 "$dmabench" lab compare --base build:7.2 --patch "$patches/nothing.patch" \
    --seed 1 "$work/unpin.json" -o "$work/none" || return
  compared none >"$work/none.json"
  jq -e '(.rows | length) > 0 and all(.rows[]; .verdict == "same")' "$work/none.json" && return 0
  jq -c '.rows[] | {cell, metric, verdict, ratio}' "$work/none.json"
  return 1
}

full_disk() {
  mkdir -p "$work/tiny"
  unshare -m bash -c 'mount -t tmpfs -o size=300m none "$1" && mkdir "$1/apt" && cp -a "$3/apt/." "$1/apt" &&
    cp "$3/debian.index" "$1" && DMABENCH_CACHE=$1 "$2" lab kernel build 7.2' - "$work/tiny" "$dmabench" "$cache" \
    >"$work/stdout" 2>"$work/stderr" && return 1
  tail -n 1 "$work/stderr" | grep -E 'MiB free.*needs [0-9]* MiB'
}

check "a kernel is built from Debian's source" builds
check "and built once" is_built_once
check "a series without a source lists those that there are" refused 2 'no suite has the source.*there are: .*6\.12' kernel build 5.99
check "a patch that is not there" refused 2 'nowhere.patch: no such file' kernel build 7.2 --patch nowhere.patch
check "a patch for a kernel that is not built here" refused 2 'only what is built here' \
  run --kernel debian:6.18 --patch "$patches/slow-unpin.patch" lab-quick -o "$work/o"
check "nothing to compare with" refused 2 'nothing to compare build:7.2 with' compare --base build:7.2 lab-quick
check "a gate that is no percentage" refused 2 'gate soon: expected a percentage' \
  compare --base build:7.2 --new build:7.2 --gate soon lab-quick
check "a strict gate without a limit" refused 2 'gate-strict needs a limit' \
  compare --base build:7.2 --new build:7.2 --gate-strict lab-quick
check "a patch that does not apply names the hunk" patch_that_does_not_apply
check "so does one that cannot be reverted" revert_of_what_is_not_there
check "a build that fails shows why, and where its log is" build_that_fails
check "options are added to a kernel" takes_options
check "one that it does not take is named" option_that_does_not_take
check "a patch that unpins more slowly is found" slower_is_found
check "with its size" by_the_right_size
check "and nowhere else" only_where_it_is
check "a patch of nothing changes nothing" nothing_is_the_same
if is_root; then
  check "no space for a build" full_disk
else
  skip "no space for a build" "needs root for a small filesystem"
fi
finish
