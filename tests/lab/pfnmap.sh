#!/usr/bin/env bash
# BARs in real kernels: what faults and unmapping cost, and what is told apart by them.
# shellcheck source=../cli/lib/tap.sh
. "$(dirname "$0")/../cli/lib/tap.sh"
# shellcheck source=../cli/lib/records.sh
. "$lib/records.sh"
# shellcheck source=lib/series.sh
. "$top/tests/lab/lib/series.sh"
need jq qemu-system-x86_64

# ---- pfnmap-fault ----

gib=1073741824
whole='.params.span_bytes == 1073741824 and .params.via == "touch" and .params.align_bytes'

# faults_and_order KERNEL ALIGN FAULTS ORDER: counted by the kernel, in each pass.
faults_and_order() {
  local file
  file=$(result pfnmap "$1")
  has "$file" "$whole == $2 and .verified.order_bytes == $4 and .verified.faults == $3 and
    (.metrics.faults.samples | unique) == [$3]"
}

entries_follow_the_alignment() {
  faults_and_order $new $gib 1 $gib &&
    faults_and_order $new 2097152 512 2097152 &&
    faults_and_order $new 4096 262144 4096
}

small_entries_come_at_once() {
  local align
  for align in $gib 2097152 4096; do
    faults_and_order $old "$align" 1 4096 || return
  done
}

unmapping_is_a_thousand_times_cheaper() {
  holds "$(median "$(result pfnmap $old)" "$whole == $gib" zap_ns) / $(median "$(result pfnmap $new)" "$whole == $gib" zap_ns)" '>=' 1000
}

misalignment_has_a_price() {
  expect_exit 0 "$dmabench" show "$(result pfnmap $new)" || return
  printed '^pfnmap-fault/.*span=1GiB/align=1GiB +1GiB +1 ' &&
    printed '^pfnmap-fault/.*span=1GiB/align=4KiB +4KiB +262144 ' &&
    printed 'align=1GiB: .*, saves '
}

dma_takes_the_faults_that_a_touch_does() {
  has "$(result pfnmap $new)" '.params.via == "dma" and .params.align_bytes == 2097152 and
    (.metrics.faults.samples | unique) == [512]'
}

reset_takes_entries_away() {
  has "$(result pfnmap $new)" '.params.after_reset == "yes" and (.metrics.reset_first_ns.samples | length) == 3 and
    (.metrics.reset_fault_ns.samples | length) == 3 * 31'
}

cat >"$work/threads.json" <<'END'
{"name": "threads", "about": "two threads that fault", "matrix": [{"bench": "pfnmap-fault", "span": "64MiB",
  "align": ["2MiB", "4KiB"], "threads": 2, "areas": ["disjoint", "same"], "iterations": 3, "warmup": 1}]}
END

# Where both touch all of it, each block has a first touch by each; who meets the other faults as well.
threads_share_or_meet() {
  local file blocks=32
  file=$(result threads $new)
  has "$file" ".params.areas == \"disjoint\" and .params.align_bytes == 2097152 and
    (.metrics.fault_ns.samples | length) == 3 * $blocks and (.metrics.faults.samples | all(. == $blocks))" &&
    has "$file" ".params.areas == \"same\" and .params.align_bytes == 2097152 and
    (.metrics.fault_ns.samples | length) == 6 * $blocks and
    (.metrics.faults.samples | all(. >= $blocks and . <= 2 * $blocks))"
}

# ---- vfio-unpin ----

cat >"$work/unpin.json" <<'END'
{"name": "unpin", "about": "page tables told apart from the unpin", "matrix": [
  {"bench": "vfio-unpin", "backing": ["anon", "hugetlb-2m"], "size": "64MiB", "iterations": 3}]}
END

unpinning_is_more_than_page_tables() {
  local file
  file=$(result unpin $new)
  hold "$file" '.metrics | .table_ns_per_page.samples[0] > 0 and .table_ns_per_page.samples[0] < .unpin_ns_per_page.samples[0]'
}

check "$old and $new run the matrix of BARs" lab pfnmap bar pfnmap $old $new
check "every trial of $old is ok" complete_and_ok pfnmap $old
check "every trial of $new is ok" complete_and_ok pfnmap $new
check "$new: entries are as large as the address is aligned" entries_follow_the_alignment
check "$old: one fault enters all, in small entries" small_entries_come_at_once
check "$new unmaps a GiB a thousand times faster" unmapping_is_a_thousand_times_cheaper
check "the table shows what misalignment costs" misalignment_has_a_price
check "mapping a BAR for DMA takes the same faults" dma_takes_the_faults_that_a_touch_does
check "after a reset all is faulted in again" reset_takes_entries_away
check "$new faults with two threads, by the wall clock" lab threads bar "$work/threads.json" $new --timing wall
check "every trial of $new is ok" complete_and_ok threads $new
check "two threads share a BAR, or meet in it" threads_share_or_meet
check "$new unmaps memory and a BAR" lab unpin bar "$work/unpin.json" $new
check "unpinning is more than page tables" unpinning_is_more_than_page_tables
finish
