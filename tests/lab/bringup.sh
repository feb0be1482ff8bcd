#!/usr/bin/env bash
# BARs and devices in real kernels: one from before huge entries for device memory, one with them.
# shellcheck source=../cli/lib/tap.sh
. "$(dirname "$0")/../cli/lib/tap.sh"
# shellcheck source=../cli/lib/records.sh
. "$lib/records.sh"
need jq qemu-system-x86_64

old=6.1 new=6.12

# lab NAME TOPOLOGY CONFIG KERNEL… [OPTION…]: its results are in $work/NAME, by kernel.
lab() {
  local name=$1 topology=$2 config=$3 word options=()
  for word in "${@:4}"; do
    case $word in
      [1-9]*) options+=(--kernel "debian:$word,label=$word") ;;
      *) options+=("$word") ;;
    esac
  done
  expect_exit 0 "$dmabench" lab run --seed 1 "${options[@]}" --topology "$topology" "$config" -o "$work/$name"
}

# result NAME KERNEL
result() {
  echo "$work/$1/$2/boot-01.jsonl"
}

complete_and_ok() {
  local file
  file=$(result "$@") && valid "$file" && ended_with "$file" complete && hold "$file" '.status == "ok"'
}

# median FILE FILTER METRIC: of the first trial that passes.
median() {
  jq -rn "first(inputs | select(.record == \"trial\" and ($2))) | .metrics.$3.samples | sort | .[length / 2 | floor]" "$1"
}

# holds FIGURE COMPARISON LIMIT: as awk compares; says both.
holds() {
  echo "$1, expected $2 $3"
  awk "BEGIN { exit !($1 $2 $3) }"
}

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

# ---- device-init ----

all='.params.devices == "most" and .params.how == "threads" and .params.reset == "no"'

functions_come_up_in_parallel() {
  local kernel file
  for kernel in $old $new; do
    file=$(result init "$kernel")
    has "$file" "$all and (.devices | length) == 8" &&
      holds "$(median "$file" "$all" speedup)" '>=' 5 &&
      holds "$(median "$file" "$all" serialisation)" '<=' 1.5 || return
  done
}

each_number_of_devices_was_tried() {
  same "numbers of devices" "$(jq -r 'select(.record == "trial") | .params.devices' "$(result init $new)" | sort -nu | xargs)" \
    "most 1 2 3 4 5 6 7 8"
}

phases_add_up() {
  local file gap
  file=$(result init $new)
  gap=$(jq -rn "first(inputs | select(.record == \"trial\" and ($all))) | .metrics |
    ([.serial_group_ns, .serial_attach_ns, .serial_open_ns, .serial_info_ns, .serial_mmap_ns, .serial_irq_ns] |
      map(.samples | add) | add) as \$sum | (.serial_wall_ns.samples | add) as \$wall |
    (\$wall - \$sum) / \$wall * 100" "$file")
  holds "$gap" '>=' 0 && holds "$gap" '<=' 2
}

slot_is_behind_one_lock() {
  local file
  file=$(result slot $new)
  has "$file" '(.devices | length) == 4 and (.notes.serial_phase == "open" or .notes.serial_phase == "reset")' &&
    holds "$(median "$file" '(.devices | length) == 4' serialisation)" '>=' 2.8
}

cat >"$work/slot.json" <<'END'
{"name": "slot", "about": "functions of one slot", "matrix": [{"bench": "device-init", "devices": "most", "iterations": 2, "warmup": 0}]}
END

# ---- guest-boot ----

# The sum of phases is the wall, but for rounding.
a_start_is_the_sum_of_its_phases() {
  local kernel
  for kernel in $old $new; do
    hold "$(result guest "$kernel")" '.metrics | (.wall_ns.samples | add) as $wall |
      ([.ram_ns, .container_ns, .map_ram_ns, .open_ns, .bars_ns, .map_bars_ns] | map(.samples | add) | add) as $sum |
      ($wall - $sum | fabs) <= 20' || return
  done
}

what_a_user_could_change_is_told() {
  expect_exit 0 "$dmabench" show "$(result guest $new)" && printed 'backing=hugetlb-2m: .*, saves ' &&
    printed 'open=together: .*, saves '
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
check "$old and $new run the matrix of devices" lab init nvme-vf device-init $old $new
check "every trial of $old is ok" complete_and_ok init $old
check "every trial of $new is ok" complete_and_ok init $new
check "each number of devices was tried" each_number_of_devices_was_tried
check "virtual functions come up in parallel" functions_come_up_in_parallel
check "phases add up to the wall of a serial start" phases_add_up
check "$new brings up four functions of a slot" lab slot nvme-slot "$work/slot.json" $new
check "functions of one slot wait for each other, and where is told" slot_is_behind_one_lock
check "$old and $new run the matrix of guests, by the wall clock" lab guest guest guest-boot $old $new --timing wall
check "every trial of $old is ok" complete_and_ok guest $old
check "every trial of $new is ok" complete_and_ok guest $new
check "a start is the sum of its phases" a_start_is_the_sum_of_its_phases
check "what a user could change is told" what_a_user_could_change_is_told
check "$new unmaps memory and a BAR" lab unpin bar "$work/unpin.json" $new
check "unpinning is more than page tables" unpinning_is_more_than_page_tables
finish
