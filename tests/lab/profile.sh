#!/usr/bin/env bash
# Instructions by function: they sum up to the samples, have the kernel's names, and move no figure.
# shellcheck source=../cli/lib/tap.sh
. "$(dirname "$0")/../cli/lib/tap.sh"
# shellcheck source=../cli/lib/records.sh
. "$lib/records.sh"
need jq qemu-system-x86_64

cell=vfio-map/iommu=type1v2/backing=hugetlb-2m/size=64MiB

# qemu_that HELP BOOT: an emulator that has such a help, and says so much before it ends.
qemu_that() {
  cat >"$work/qemu" <<END
#!/bin/sh
case "\$*" in
  --version) echo 'QEMU emulator version 99.0.0' ;;
  -help) echo '$1' ;;
  *) echo '$2' >&2; exit 1 ;;
esac
END
  chmod +x "$work/qemu"
}

refused_before_a_boot() {
  expect_exit "$1" "${@:3}" && said_last "$2"
}

without_plugins() {
  qemu_that '-smp n'
  DMABENCH_QEMU=$work/qemu refused_before_a_boot 1 'built without plugins.*DMABENCH_QEMU' \
    "$dmabench" lab profile --kernel debian:6.18 "$cell" -o "$work/none"
}

of_another_interface() {
  qemu_that '-plugin file' 'x: Could not load plugin y: plugin requires API version 1, but this QEMU supports only a minimum version of 9'
  DMABENCH_QEMU=$work/qemu expect_exit 1 "$dmabench" lab profile --kernel debian:6.18 "$cell" -o "$work/none" &&
    grep -E 'another interface for plugins.*minimum version of 9.*DMABENCH_QEMU' stderr
}

check "the wall clock is refused" refused_before_a_boot 2 'timing wall: instructions are counted' \
  "$dmabench" lab profile --timing wall --kernel debian:6.18 "$cell" -o "$work/none"
check "a QEMU without plugins is told, with the way out" without_plugins
check "so is one that has another interface" of_another_interface

# ---- two kernels; the newer one once more without ----

runs() {
  expect_exit 0 "$dmabench" lab profile --seed 1 --kernel debian:6.17,label=old "$cell" -o "$work/old" &&
    expect_exit 0 "$dmabench" lab run --seed 1 --profile --boots 2 --layout fixed \
      --kernel debian:6.18,label=new "$cell" -o "$work/new"
}

# shellcheck disable=SC2034 # by name
old=$work/old/old/boot-01.jsonl new=$work/new/new/boot-01.jsonl plain=$work/new/new/boot-02.jsonl

# sums_up FILE: of each profile, all functions, interrupts and sleep are its samples, to 0.01 %.
sums_up() {
  valid "$1" && jq -se '
    (map(select(.record == "trial"))[0].metrics) as $metrics | map(select(.record == "profile")) |
    length == 2 and all(.[];
      ($metrics[.metric].samples | add) as $sum | (.total + .interrupts + (.idle_ns // 0)) as $counted |
      ([.stacks[]] | add) == .total and ([.functions[].self] | add) == .total and
      .operations == ($metrics[.metric].samples | length) and
      (($counted - $sum) / $sum | fabs) < 0.0001)' "$1"
}

# called FILE METRIC FUNCTION MODULE LEAST MOST: how often an operation.
called() {
  jq -se --arg metric "$2" --arg name "$3" --arg owner "$4" '
    map(select(.record == "profile" and .metric == $metric))[0] as $profile |
    $profile.functions[] | select(.name == $name and (.module // "") == $owner) |
    .calls / $profile.operations' "$1" |
    awk -v least="$5" -v most="$6" '{ print } END { exit !(NR == 1 && $1 >= least && $1 <= most) }'
}

has_the_names() {
  called "$1" map_ns vfio_pin_pages_remote vfio_iommu_type1 1 1 &&
    called "$1" unmap_ns intel_iommu_iova_to_phys '' 16384 16384 &&
    called "$1" unmap_ns vfio_iommu_type1_ioctl vfio_iommu_type1 1 1
}

from_the_program_to_the_iommu() {
  jq -en 'first(inputs | select(.metric == "unmap_ns")) | .stacks | keys | any(test("^\\[user\\];.*syscall.*;vfio_.*unpin.*;.*iova_to_phys"; "i"))' "$1"
}

without_moves_nothing() {
  valid "$plain" && same "samples" "$(jq -c 'select(.record == "trial") | .metrics' "$plain")" \
    "$(jq -c 'select(.record == "trial") | .metrics' "$new")" &&
    same "profiles of the second boot" "$(grep -c '"record":"profile"' "$plain")" 0
}

check "two kernels are profiled" runs
for kernel in old new; do
  check "the $kernel one: all functions sum up to the samples" sums_up "${!kernel}"
  check "the $kernel one: functions have their names and modules, and calls are exact" has_the_names "${!kernel}"
done
check "a stack goes from the program to the IOMMU" from_the_program_to_the_iommu "$new"
check "a boot without gives the very same samples" without_moves_nothing
finish
