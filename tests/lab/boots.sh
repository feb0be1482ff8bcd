#!/usr/bin/env bash
# Matrices in real kernels: what was measured is what was asked for, where it was asked for.
# shellcheck source=../cli/lib/tap.sh
. "$(dirname "$0")/../cli/lib/tap.sh"
# shellcheck source=../cli/lib/records.sh
. "$lib/records.sh"
need jq qemu-system-x86_64

# lab NAME ARGUMENT…: its results are in $work/NAME.
lab() {
  expect_exit 0 "$dmabench" lab run --seed 1 "${@:2}" -o "$work/$1"
}

# result NAME KERNEL: the one result file of that series.
result() {
  local files=("$work/$1/$2"*/boot-01.jsonl)
  [ -f "${files[0]}" ] && echo "${files[0]}"
}

complete_and_ok() {
  local file
  file=$(result "$@") && valid "$file" && ended_with "$file" complete && hold "$file" '.status == "ok"'
}

# median FILE CELL METRIC
median() {
  jq -r "select(.cell == \"$2\") | .metrics.$3.samples | sort | .[length / 2 | floor]" "$1"
}

# at_most_half CELL METRIC: 6.18 needs at most half of what 6.17 does.
at_most_half() {
  local old new
  old=$(median "$(result pair 6.17)" "$1" "$2") new=$(median "$(result pair 6.18)" "$1" "$2")
  echo "$2 of $1: $old ns, then $new ns"
  awk -v old="$old" -v new="$new" 'BEGIN { exit !(new > 0 && new <= old / 2) }'
}

# within_15 METRIC: of small pages, which that change is not about.
within_15() {
  local old new cell=vfio-map/iommu=type1v2/backing=anon/size=256MiB/frames=apart
  old=$(median "$(result pair 6.17)" "$cell" "$1") new=$(median "$(result pair 6.18)" "$cell" "$1")
  echo "$1 of $cell: $old ns, then $new ns"
  awk -v old="$old" -v new="$new" 'BEGIN { exit !(old > 0 && new / old >= 0.85 && new / old <= 1.15) }'
}

small_pages_cost_what_they_did() {
  within_15 map_ns && within_15 unmap_ns
}

# Batched pinning and unpinning of large folios came with 6.18; instructions tell it exactly.
batching_shows() {
  local backing
  for backing in hugetlb-2m thp; do
    at_most_half "vfio-map/iommu=type1v2/backing=$backing/size=256MiB" unmap_ns || return
  done
  at_most_half vfio-map/iommu=type1v2/backing=hugetlb-2m/size=256MiB map_ns
}

pages_are_what_the_name_says() {
  local file
  for file in "$(result pair 6.17)" "$(result pair 6.18)"; do
    hold "$file" '.bench == "null" or .verified.proof == "pagemap"' || return
    has "$file" '(.params.backing // "") == "hugetlb-2m" and .verified.pages == {"2097152": 128}' || return
    has "$file" '(.params.backing // "") == "thp" and .verified.pages == {"2097152": 128}' || return
    has "$file" '(.params.backing // "") == "anon" and .verified.pages == {"4096": 65536}' || return
    has "$file" '(.params.frames // "") == "apart" and .verified.runs > 65536 * 0.9' || return
    has "$file" '(.params.backing // "") == "hugetlb-1g" and .verified.pages == {"1073741824": 1}' || return
  done
}

series_is_recorded() {
  local pairs
  pairs=$(jq -r 'select(.record == "run") | "\(.series.pair) \(.series.position) \(.host.timing)"' \
    "$work"/pair/*/boot-01.jsonl | sort)
  same "pairs and positions" "$pairs" "1 0 icount
1 1 icount"
}

cat >"$work/nodes.json" <<'END'
{"name": "nodes", "about": "both sides of a device on node 1", "placement": ["local", "remote"],
 "matrix": [{"bench": "vfio-map", "device": "node:1", "backing": ["anon", "hugetlb-2m"], "size": "32MiB", "iterations": 3}]}
END

local_means_the_devices_node() {
  local file
  file=$(result nodes 6.12)
  hold "$file" '.placement.device_node == 1' &&
    has "$file" '.placement | .request == "local" and .cpus == [1] and .cpu_node == 1 and .mem_node == 1 and .local' &&
    has "$file" '.placement | .request == "remote" and .cpus == [1] and .mem_node == 0 and (.local | not)'
}

memory_lies_where_it_was_placed() {
  hold "$(result nodes 6.12)" '.verified.node_bytes == {(.placement.mem_node | tostring): 33554432}'
}

wall_is_recorded() {
  has "$(result nodes 6.12)" '.record == "run" and .host.timing == "wall"'
}

check "6.17 and 6.18 run the cover letter's matrix" \
  lab pair --kernel debian:6.17 --kernel debian:6.18 cover-letter
check "every trial of 6.17 is ok" complete_and_ok pair 6.17
check "every trial of 6.18 is ok" complete_and_ok pair 6.18
check "pages are proved to be what the backing says" pages_are_what_the_name_says
check "the schedule is in the results" series_is_recorded
check "6.18 halves what large folios cost" batching_shows
check "small pages cost what they did" small_pages_cost_what_they_did
check "6.12 runs on both nodes, by the wall clock" lab nodes --kernel debian:6.12 --timing wall "$work/nodes.json"
check "every trial of 6.12 is ok" complete_and_ok nodes 6.12
check "the clock is recorded" wall_is_recorded
check "local is the node of the device" local_means_the_devices_node
check "memory lies where it was placed" memory_lies_where_it_was_placed
check "6.1 runs pieces of every size" lab old --kernel debian:6.1 lab-quick
check "every trial of 6.1 is ok" complete_and_ok old 6.1
finish
