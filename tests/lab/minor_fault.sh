#!/usr/bin/env bash
# Page faults that a program resolves itself, in a real kernel: what each part costs, to the
# instruction, and that it does not move from boot to boot.
# shellcheck source=../cli/lib/tap.sh
. "$(dirname "$0")/../cli/lib/tap.sh"
# shellcheck source=../cli/lib/records.sh
. "$lib/records.sh"
# shellcheck source=lib/series.sh
. "$top/tests/lab/lib/series.sh"
need jq qemu-system-x86_64

cat >"$work/faults.json" <<'JSON'
{"name": "faults", "about": "page faults that a program resolves", "iterations": 3, "warmup": 1, "matrix": [
  {"bench": "minor-fault", "backing": "memfd", "size": "8MiB", "serve": "all", "batch": ["page", "64KiB"]},
  {"bench": "minor-fault", "backing": "memfd-hugetlb-2m", "size": "16MiB", "serve": "sigbus", "batch": "2MiB"},
  {"bench": "minor-fault", "backing": "anon", "resolve": ["copy", "unprotect"], "size": "8MiB", "serve": "sigbus"}]}
JSON

page='.params.resolve == "continue" and .params.backing == "memfd" and .params.batch_bytes == 4096 and .params.serve'

of_page() {
  median "$1" "$page == \"$2\"" "$3"
}

# Who serves by a thread is switched to, and back: the dearest; nobody pays for a fault ahead of it.
serving_has_its_price() {
  local file thread sigbus call
  file=$(result faults $new)
  thread=$(of_page "$file" thread fault_ns)
  sigbus=$(of_page "$file" sigbus fault_ns)
  call=$(of_page "$file" none resolve_ns)
  holds "$thread" '>' "1.5 * $sigbus" && holds "$sigbus" '>' "2 * $call" && holds "$call" '>' 500
}

# A batch spreads what a fault costs over its pages.
batches_are_cheaper() {
  local file one many
  file=$(result faults $new)
  one=$(median "$file" "$page == \"sigbus\"" total_ns)
  many=$(median "$file" '.params.batch_bytes == 65536 and .params.serve == "sigbus"' total_ns)
  holds "$one" '>' "4 * $many"
}

# 2,048 pages, each switched to and back from.
switches_are_counted() {
  has "$(result faults $new)" "$page == \"thread\" and (.metrics.switches.samples | all(. >= 4096 and . <= 4106))" &&
    has "$(result faults $new)" "$page == \"sigbus\" and (.metrics.switches.samples | all(. <= 10))"
}

a_huge_page_is_one_entry() {
  local file small huge
  file=$(result faults $new)
  small=$(of_page "$file" sigbus fault_ns)
  huge=$(median "$file" '.params.backing == "memfd-hugetlb-2m"' fault_ns)
  holds "$huge" '<' "1.2 * $small"
}

boots_agree() {
  local first second
  first=$(of_page "$work/faults/$new/boot-01.jsonl" sigbus fault_ns)
  second=$(of_page "$work/faults/$new/boot-02.jsonl" sigbus fault_ns)
  holds "$first" '<' "1.02 * $second" && holds "$second" '<' "1.02 * $first"
}

faults_are_resolved() {
  expect_exit 0 "$dmabench" lab run --seed 1 --boots 2 --kernel "debian:$new,label=$new" "$work/faults.json" -o "$work/faults"
}

check "faults are resolved in a real kernel" faults_are_resolved
check "all trials are ok" complete_and_ok faults $new
check "a thread costs more than a signal, and that more than the call" serving_has_its_price
check "a batch spreads a fault's price over its pages" batches_are_cheaper
check "a page that a thread serves takes two switches" switches_are_counted
check "an entry of 2 MiB costs what one of 4 KiB does" a_huge_page_is_one_entry
check "two boots agree" boots_agree

finish
