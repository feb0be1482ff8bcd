#!/usr/bin/env bash
# What `run` records: by the schema, by the contract, and true.
# shellcheck source=lib/tap.sh
. "$(dirname "$0")/lib/tap.sh"
# shellcheck source=lib/host.sh
. "$lib/host.sh"
# shellcheck source=lib/records.sh
. "$lib/records.sh"
need jq
lock_host

# Everything that this host has, small; and cells that are skipped.
cat >all.json <<'END'
{"name": "all", "seed": 2, "iterations": 3, "warmup": 0, "placement": ["local"],
 "counters": ["PERF_COUNT_SW_PAGE_FAULTS", "instructions:k", "no_such_event"],
 "matrix": [
  {"bench": "null", "op": "all"},
  {"bench": "null", "placement": ["node:77", "cpus:0@0"]},
  {"bench": "populate", "backing": "all", "size": "4MiB", "how": ["touch", "madvise"], "threads": "all"},
  {"bench": "uring-pin", "backing": "all", "size": "4MiB", "threads": "all"},
  {"bench": "uring-pin", "size": "64TiB"}],
 "exclude": [{"backing": ["hugetlb-1g", "memfd-hugetlb-1g"]}]}
END
DMABENCH_SERIES_ID=s1 DMABENCH_SERIES_LABEL=here DMABENCH_SERIES_PAIR=3 DMABENCH_SERIES_POSITION=0 \
  "$dmabench" run all.json -q -o all.jsonl 2>errors
"$dmabench" run null --set iterations=100 -q -o null.jsonl

# ---- the schema ----

if can_validate; then
  check "all that run writes keeps to the schema" valid all.jsonl null.jsonl

  # broken_by RECORD FILTER: a file in which a record that passes RECORD is changed by FILTER.
  broken_by() {
    nr_broken=$((nr_broken + 1))
    jq -cn "[inputs | select($1)][0] | if . then $2 else error(\"no such record\") end" all.jsonl >one.jsonl || return 1
    [[ $1 == *'"run"'* ]] || head -n 1 all.jsonl >"broken/$nr_broken.jsonl"
    cat one.jsonl >>"broken/$nr_broken.jsonl"
    echo "$2" >"broken/$nr_broken.change"
  }

  ok='.record == "trial" and .status == "ok" and .params.backing == "anon"'
  changes_are_refused() {
    local kind filter file bad=0
    mkdir broken
    while IFS='|' read -r kind filter; do
      case $kind in ok) kind=$ok ;; *) kind=".record == \"$kind\"" ;; esac
      broken_by "$kind" "$filter" || return 1
    done <"$lib/contract"
    "$lib/validate" "$schema" broken/*.jsonl >complaints
    for file in broken/*.jsonl; do
      grep -q "^$file:" complaints && continue
      echo "valid in spite of: $(cat "${file%.jsonl}.change")"
      bad=1
    done
    return "$bad"
  }
  nr_broken=0
  check "records that break the contract are refused by it" changes_are_refused

  not_numbers_are_refused() {
    local word
    for word in NaN Infinity -Infinity 1e999; do
      sed "0,/\"samples\":\[/s//&$word,/" all.jsonl >bad.jsonl
      grep -q -- "\[$word," bad.jsonl || return 1
      ! "$lib/validate" "$schema" bad.jsonl || return 1
    done
  }
  check "NaN and Infinity are refused" not_numbers_are_refused

  members_may_be_added() {
    jq -c '.x = 1 | if .host then .host.x = {} else . end' all.jsonl >more.jsonl && valid more.jsonl
  }
  check "members may be added" members_may_be_added
else
  skip "all that run writes keeps to the schema" "python3-jsonschema is not installed"
fi

# ---- what records hold ----

trials_of() {
  same "benchmarks" "$(jq -r 'select(.record == "trial") | .bench' all.jsonl | sort -u | tr '\n' ' ')" "$1 "
}

pages_match_their_backing() {
  local filter='
    {"k": 1024, "m": 1048576, "g": 1073741824} as $unit |
    (.params.backing | capture("-(?<n>[0-9]+)(?<u>[kmg])$") // null) as $size |
    (if $size then ($size.n | tonumber) * $unit[$size.u]
     elif .params.backing | test("thp") then '"$pmd"' else '"$page"' end) as $bytes |
    .verified.pages == {($bytes | tostring): (.params.size_bytes / $bytes)}'
  hold all.jsonl ".status != \"ok\" or .params.backing == null or ($filter)"
}
page=$(getconf PAGESIZE)
pmd=$(cat /sys/kernel/mm/transparent_hugepage/hpage_pmd_size 2>/dev/null || echo 2097152)

has_host_facts() {
  has all.jsonl '.record == "run" and (.host | .kernel == "'"$(uname -r)"'" and .machine == "'"$(uname -m)"'" and
    .page_bytes == '"$page"' and .cpu.count >= 1 and (.cpu.model | length > 3) and (.numa | length >= 1) and
    all(.numa[]; .memory_bytes > 0 and .hugetlb_free != null) and .limits != null and
    (.command_line | type == "string") and (.kernel_version | type == "string") and .iommu != null and
    .clocksource != null and (.cpu.mitigations | type == "object"))'
}

# setting_is FILTER FILE: the word in brackets.
setting_is() {
  [ ! -r "$2" ] || same "$1" "$(jq -r "select(.record == \"run\") | .host.$1" all.jsonl)" \
    "$(sed 's/.*\[\(.*\)\].*/\1/' "$2")"
}

metrics_are() {
  hold all.jsonl '.status != "ok" or (.bench as $b | .metrics | keys ==
    {"null": ["op_ns"], "populate": ["fault_in_ns", "free_ns"], "uring-pin": ["pin_ns", "unpin_ns"]}[$b])'
}

no_two_alike() {
  same "cells named twice" "$(jq -r 'select(.cell) | .cell' all.jsonl | sort | uniq -d)" ""
}

knob=/sys/kernel/mm/transparent_hugepage
check "all three benchmarks were run" trials_of "null populate uring-pin"
check "no trial failed" hold all.jsonl '.status != "failed"'
check "no backing that this host lists turns out not to be one" hold all.jsonl '.status == "ok"'
check "pages are what the backing's name says" pages_match_their_backing
check "node_bytes add up to size_bytes" \
  hold all.jsonl '.status != "ok" or .params.backing == null or ([.verified.node_bytes[]] | add) == .params.size_bytes'
check "memory is on the node of the placement" \
  hold all.jsonl '.params.backing == null or (.verified.node_bytes | keys) == [.placement.mem_node | tostring]'
check "placement is read back: a CPU a thread, each once" hold all.jsonl \
  '(.placement.cpus | unique | length) == (.params.threads // 1) and .placement.cpu_node >= 0'
check "an explicit placement is obeyed" has all.jsonl \
  '.cell == "null/op=nothing/placement=cpus:0@0" and .placement.cpus == [0] and .placement.mem_node == 0'
check "every trial has its overhead, its noise and its iterations" \
  hold all.jsonl '.status != "ok" or .overhead_ns > 0 and .overhead_ns < 100000 and (.noise | type) == "object" and .iterations == 3'
check "every benchmark has its metrics, all in ns" metrics_are
check "sizes are in bytes under size_bytes" hold all.jsonl '.bench == "null" or .params.size_bytes == 4194304'
check "page faults of populate are in the noise tags" \
  hold all.jsonl '.bench != "populate" or .params.threads > 1 or .params.backing != "anon" or .noise.minor_faults >= 3072'
check "a counter with a bad name has its own reason" hold all.jsonl '.counters.no_such_event.reason | test("no_such_event")'
check "a counter has a value, or the reason why not and the fix" \
  hold all.jsonl 'all(.counters[]; (.value != null and .running_ns <= .enabled_ns) != (.reason != null))'
check "the reasons differ" hold all.jsonl \
  '.counters["instructions:k"].reason == null or .counters["instructions:k"].reason != .counters.no_such_event.reason'
check "a placement that this host has not is a skip" has all.jsonl \
  '.record == "skip" and .cell == "null/op=nothing/placement=node:77" and (.reason | test("77|CPU"))'
check "memory that this host has not is a skip" has all.jsonl '.record == "skip" and (.cell | test("64TiB"))'
check "no cell is there twice" no_two_alike
check "an empty bracket takes its overhead, more or less" \
  hold null.jsonl '(.metrics.op_ns.samples | sort | .[50]) < 3 * .overhead_ns'
check "the host's facts are there" has_host_facts
check "thp.enabled is the word that is set" setting_is thp.enabled $knob/enabled
check "thp.defrag is the word that is set" setting_is thp.defrag $knob/defrag
check "thp.shmem_enabled is the word that is set" setting_is thp.shmem_enabled $knob/shmem_enabled
check "the series is as the lab asked" has all.jsonl \
  '.record == "run" and .series == {"id": "s1", "label": "here", "pair": 3, "position": 0}'
check "without a lab there is no series" has null.jsonl '.record == "run" and .series == null'
check "the first record is the run, the last one its end" same records \
  "$(jq -r .record all.jsonl | sed -n '1p;$p' | tr '\n' ' ')" "run end "
check "a run's id is its own" [ "$(jq -r .run_id all.jsonl | head -n 1)" != "$(jq -r .run_id null.jsonl | head -n 1)" ]
finish
