#!/usr/bin/env bash
# Devices in real kernels: brought up one after another and together, and as a guest's.
# shellcheck source=../cli/lib/tap.sh
. "$(dirname "$0")/../cli/lib/tap.sh"
# shellcheck source=../cli/lib/records.sh
. "$lib/records.sh"
# shellcheck source=lib/series.sh
. "$top/tests/lab/lib/series.sh"
need jq qemu-system-x86_64

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
finish
