#!/usr/bin/env bash
# The five IOMMU modes, page conversion and the kernel's own benchmarks, on a kernel built here.
# shellcheck source=../cli/lib/tap.sh
. "$(dirname "$0")/../cli/lib/tap.sh"
# shellcheck source=../cli/lib/records.sh
. "$lib/records.sh"
need jq qemu-system-x86_64 flex bison

kernel=build:7.2
modes='type1 type1v2 iommufd-compat-type1 iommufd-compat-type1v2 iommufd'

# lab NAME ARGUMENT…: its results are in $work/NAME.
lab() {
  expect_exit 0 "$dmabench" lab run --kernel "$kernel" --seed 1 "${@:2}" -o "$work/$1"
}

result() {
  local files=("$work/$1"/*/boot-01.jsonl)
  [ -f "${files[0]}" ] && echo "${files[0]}"
}

complete_and_ok() {
  valid "$(result "$1")" && ended_with "$(result "$1")" complete && hold "$(result "$1")" '.status == "ok"'
}

# of MODE BACKING: the plain cell of vfio-map.
of() {
  echo ".bench == \"vfio-map\" and .params.iommu == \"$1\" and .params.backing == \"$2\" and
    .params.how == \"map\" and .params.frames == \"given\" and .params.leaves == \"any\" and .params.threads == 1 and .params.chunk_bytes == null"
}

every_mode_maps_every_backing() {
  local mode backing
  for mode in $modes; do
    for backing in anon thp hugetlb-2m memfd; do
      has "$(result modes)" "$(of "$mode" "$backing") and .status == \"ok\"" || return
    done
  done
}

# leaves MODE BACKING EXPECTED: sizes of the IOMMU's page-table leaves, as jq writes them.
leaves() {
  local found
  found=$(jq -c "select(.record == \"trial\") | select($(of "$1" "$2")) |
    .verified.iommu_leaves | to_entries | map(select(.key != \"4096\" or .value > 8) | .key)" "$(result modes)")
  same "leaves of $1 over $2" "$found" "$3"
}

leaves_agree_with_the_mode() {
  leaves type1v2 hugetlb-2m '["2097152"]' && leaves iommufd hugetlb-2m '["2097152"]' &&
    leaves iommufd-compat-type1v2 hugetlb-2m '["2097152"]' &&
    leaves iommufd-compat-type1 hugetlb-2m '["4096"]' && leaves iommufd thp '["2097152"]' &&
    leaves iommufd anon '["4096"]'
}

small_leaves_are_small() {
  jq -c 'select(.record == "trial" and .params.leaves == "small")' "$(result modes)" >"$work/small"
  hold "$work/small" '.verified.iommu_leaves | has("2097152") | not'
}

# A copy pins nothing: it costs less than a mapping does.
copies_cost_less() {
  jq -se 'map(select(.bench == "vfio-map" and .params.iommu == "iommufd" and .params.backing == "anon" and
      .params.leaves == "any" and .params.threads == 1)) |
    map({how: .params.how, map: (.metrics.map_ns.samples | add / length)}) |
    (map(select(.how == "copy").map) | first) < (map(select(.how == "map").map) | first)' "$(result modes)"
}

conversions_are_whole() {
  hold "$(result convert)" '(.metrics.unmap_ns.samples | length) == (.metrics.convert_ns.samples | length)' &&
    has "$(result convert)" '.record == "skip" and (.cell | test("type1v2.*size=1GiB")) and (.reason | test("needs 262144 mappings"))'
}

# cheaper WHAT BENCH METRIC THAN BENCH METRIC, over 256 MiB of anon.
pinning_is_no_dearer_than_mapping() {
  jq -se '
    def median(b; m): map(select(.bench == b and .params.backing == "anon" and
        (.params.iommu // "type1v2") == "type1v2" and (.params.call // "pin-longterm") == "pin-longterm")) |
      first | .metrics[m].samples | sort | .[length / 2 | floor];
    median("gup"; "get_ns") <= median("vfio-map"; "map_ns")' "$(result own)"
}

check "all five modes run their matrix" lab modes iommu-modes
check "every trial of it is ok" complete_and_ok modes
check "every mode maps every backing" every_mode_maps_every_backing
check "leaves agree with the mode" leaves_agree_with_the_mode
check "small leaves are small" small_leaves_are_small
check "a copy costs less than a mapping" copies_cost_less
check "page conversion runs in every mode" lab convert convert
check "every trial of it is ok" complete_and_ok convert
check "every conversion has all its phases" conversions_are_whole
check "the kernel's own benchmarks run" lab own --topology kernel-own kernel-own
check "every trial of them is ok" complete_and_ok own
check "pinning is no dearer than mapping" pinning_is_no_dearer_than_mapping

finish
