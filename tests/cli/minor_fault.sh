#!/usr/bin/env bash
# Page faults that the program resolves itself: on this kernel, by an ordinary user's means.
# shellcheck source=lib/tap.sh
. "$(dirname "$0")/lib/tap.sh"
# shellcheck source=lib/records.sh
. "$lib/records.sh"
need jq

cat >faults.json <<'JSON'
{"iterations": 3, "warmup": 1, "matrix": [
  {"bench": "minor-fault", "backing": "memfd", "size": "1MiB", "serve": "all", "batch": ["page", "64KiB"]},
  {"bench": "minor-fault", "backing": ["anon", "shmem"], "resolve": ["copy", "zeropage", "unprotect"], "size": "1MiB",
   "serve": "all"},
  {"bench": "minor-fault", "backing": "anon", "resolve": "copy", "size": "1MiB", "threads": 2, "handlers": [1, 2]},
  {"bench": "minor-fault", "backing": "anon", "size": "1MiB"},
  {"bench": "minor-fault", "backing": "memfd", "size": "1MiB", "batch": "3MiB"},
  {"bench": "minor-fault", "backing": "thp", "size": "4MiB", "resolve": ["copy", "unprotect"]},
  {"bench": "minor-fault", "backing": "hugetlb-2m", "size": "4MiB", "resolve": "zeropage", "batch": "2MiB"},
  {"bench": "minor-fault", "size": "1MiB", "serve": "sigbus", "handlers": 2}]}
JSON
"$dmabench" run faults.json -q -o faults.jsonl
status=$?
if has faults.jsonl '.record == "skip" and (.reason | test("userfaultfd (is not permitted|cannot be used)|no userfaultfd"))' >/dev/null; then
  skip "page faults that the program resolves" "userfaultfd cannot be used here"
  finish
  exit
fi

# done_by FILTER: each such trial is ok, but for what this host has too few CPUs for.
done_by() {
  hold_some faults.jsonl "$1" '.status == "ok" or (.skip // "" | test("CPU"))'
}

# hold_some FILE FILTER CONDITION: every trial that passes the filter meets the condition.
hold_some() {
  local bad
  has "$1" "$2" || return
  bad=$(jq -c "select(.record == \"trial\" and ($2)) | select($3 | not) | {cell, status, skip, error}" "$1")
  [ -z "$bad" ] || { echo "$bad"; return 1; }
}

served() {
  hold_some faults.jsonl "$1 and .status == \"ok\"" "$2"
}

# A fault is its parts: each sample is, of the same touch.
parts_add_up() {
  served '.params.serve == "sigbus"' '.metrics as $m | [range($m.fault_ns.samples | length)] | all(
    (($m.notice_ns.samples[.] + $m.resolve_ns.samples[.] + $m.resume_ns.samples[.]) / $m.fault_ns.samples[.]) as $share |
    $share > 0.99 and $share < 1.01)'
}

# skipped CELL REASON: both by patterns.
skipped() {
  has faults.jsonl ".record == \"skip\" and (.cell | test(\"$1\")) and (.reason | test(\"$2\"))" | cut -c1-200
  return "${PIPESTATUS[0]}"
}

check "cells run" [ "$status" -eq 0 ]
check "the records keep to the schema" valid faults.jsonl
for serve in thread sigbus none; do
  check "pages of a memfd are continued, serve=$serve" done_by ".params.backing == \"memfd\" and .params.serve == \"$serve\" and
    .params.handlers == 1 and .params.batch_bytes <= 65536 and .params.resolve == \"continue\""
  for resolve in copy zeropage unprotect; do
    check "resolve=$resolve, serve=$serve" done_by ".params.resolve == \"$resolve\" and .params.serve == \"$serve\" and
      (.params.backing == \"anon\" or .params.backing == \"shmem\")"
  done
done
check "each touch of each iteration is counted" \
  served '.params.batch_bytes == 65536 and .params.serve != "none"' '(.metrics.fault_ns.samples | length) == 3 * 16'
check "without a touch there is only the call" \
  served '.params.serve == "none"' '(.metrics.fault_ns.samples // [] | length) == 0 and (.metrics.resolve_ns.samples | length) > 0'
check "a fault is the sum of its parts" parts_add_up
check "a thread that serves is switched to, a handler of a signal is not" \
  served '.params.serve == "thread" and .params.threads == 1' '.metrics.switches.samples | all(. > 0)'
check "pages that copies made are proved" \
  served '.params.resolve == "copy"' '.verified.proof | IN("pagemap", "smaps")'
check "memory without a second mapping cannot be continued" skipped "backing=anon.*resolve=continue" memfd
check "a batch has to cut the memory evenly" skipped batch=3MiB 'not cut evenly'
check "copies into huge pages are another cell" skipped "backing=thp.*resolve=copy" 'small entries'
check "a batch is a page at least" skipped "backing=thp.*resolve=unprotect" 'less than a page of thp'
check "hugetlb takes no zero pages" skipped "hugetlb-2m.*resolve=zeropage" 'no zero pages|hugetlb'
check "handlers are of serve=thread" skipped handlers=2 'serve=thread'

# ---- nothing else is in the bracket ----

calls() {
  ASAN_OPTIONS=detect_leaks=0 strace -ff -e trace=ioctl -o "$work/$1" "$dmabench" run minor-fault --set serve=none --set size=64K \
    --set warmup=0 --set iterations="$2" -q -o "$work/$1.jsonl" && cat "$work/$1".* | grep -c "UFFDIO_CONTINUE, "
}

one_call_a_piece() {
  same "calls of 3 iterations" "$(calls few 3)" 48 && same "of 13" "$(calls many 13)" 208
}

if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
  check "a piece is one ioctl" one_call_a_piece
else
  skip "a piece is one ioctl" "strace is not installed, or not allowed"
fi

finish
