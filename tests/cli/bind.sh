#!/usr/bin/env bash
# bind and unbind, on made-up trees and on this host: what cannot be is refused with one line and
# the fix, and the tree is as before. That it works is for unit tests and the lab.
# shellcheck source=lib/tap.sh
. "$(dirname "$0")/lib/tap.sh"
# shellcheck source=lib/host.sh
. "$lib/host.sh"
# shellcheck source=lib/records.sh
. "$lib/records.sh"
need jq

real_sysfs=/sys/bus/pci/devices
nic=0000:01:00.0 beside=0000:01:00.1 free=0000:02:00.0 pf=0000:03:00.0 held=0000:04:00.0
lonely=0000:05:00.0 fake_iommu=0000:06:00.0 bridge=0000:00:1c.0 absent=0000:09:00.0

# ---- a made-up host ----

# device BDF GROUP DRIVER [CLASS]: "-" stands for none.
device() {
  local folder=$work/sys/devices/pci0000:00/$1
  mkdir -p "$folder" "$work/sys/bus/pci/devices"
  ln -s "../../../devices/pci0000:00/$1" "$work/sys/bus/pci/devices/$1"
  echo "${4:-0x020000}" >"$folder/class"
  echo 0x8086 >"$folder/vendor"
  echo 0x10d3 >"$folder/device"
  echo -1 >"$folder/numa_node"
  echo '(null)' >"$folder/driver_override"
  if [ "$3" != - ]; then
    ln -s "../../../bus/pci/drivers/$3" "$folder/driver"
    ln -s "../../../../devices/pci0000:00/$1" "$work/sys/bus/pci/drivers/$3/$1"
  fi
  [ "$2" != - ] || return 0
  mkdir -p "$work/sys/kernel/iommu_groups/$2/devices"
  ln -s "../../../kernel/iommu_groups/$2" "$folder/iommu_group"
  ln -s "../../../../devices/pci0000:00/$1" "$work/sys/kernel/iommu_groups/$2/devices/$1"
}

# interface BDF NAME FLAGS
interface() {
  local folder=$work/sys/devices/pci0000:00/$1/net/$2
  mkdir -p "$folder" "$work/sys/class/net"
  echo "$3" >"$folder/flags"
  ln -s "$folder" "$work/sys/class/net/$2"
}

make_host() {
  local driver
  for driver in vfio-pci e1000e nvme; do
    mkdir -p "$work/sys/bus/pci/drivers/$driver"
    : >"$work/sys/bus/pci/drivers/$driver/unbind"
  done
  : >"$work/sys/bus/pci/drivers_probe"
  device $bridge 5 - 0x060400
  device $nic 5 e1000e
  device $beside 5 e1000e
  device $free 6 e1000e
  device $pf 7 e1000e
  device $held 8 vfio-pci
  device $lonely - e1000e
  device $fake_iommu 0 vfio-pci
  echo vfio-noiommu >"$work/sys/kernel/iommu_groups/0/name"
  interface $beside eth0 0x1003
  for file in totalvfs:4 numvfs:0 drivers_autoprobe:1 offset:16 stride:1; do
    echo "${file#*:}" >"$work/sys/devices/pci0000:00/$pf/sriov_${file%:*}"
  done
  mkdir -p proc/self proc/77/fd
  : >proc/self/mountinfo
  ln -s /dev/vfio/8 proc/77/fd/9
}

# Names, links and contents; not what only takes writes, nor overrides, which no kernel reads here.
tree() {
  (cd sys && find . -printf '%P %l\n' | sort &&
    grep -r --exclude=unbind --exclude=drivers_probe --exclude=driver_override . . | sort)
}

make_host
before=$(tree)
export DMABENCH_SYSFS=$work/sys DMABENCH_PROC=$work/proc

as_before() {
  same "the tree" "$(tree)" "$before" && [ ! -s "$work/state/bindings" ]
}

# refuses CODE PATTERN WORDS…: one line on stderr, nothing on stdout, all as before.
refuses() {
  local code=$1 pattern=$2
  shift 2
  expect_exit "$code" "$dmabench" "$@" && said "$pattern" && [ ! -s "$work/stdout" ] && as_before
}

check "bind without a device is told which words it takes" refuses 2 'which device\? dmabench bind BDF' bind
check "unbind, too" refuses 2 'which device\? dmabench unbind BDF' unbind
for word in nope 0000:01:00 0000:01:00.8 -1:00.0 0x1:00.0 " 1:0.0"; do
  check "\"$word\" is no address" refuses 2 'is no PCI address' bind -- "$word"
done
check "unbind takes no such address either" refuses 2 'PCI address.* 0000:01:00\.0' unbind nope
check "a device that is not there" refuses 2 "no PCI device $absent .*lspci -D" bind $absent
check "one of several that is not there" refuses 2 "no PCI device $absent" bind $free $absent
check "unbind of a device that is not there" refuses 2 "no PCI device $absent" unbind $absent
check "a bridge" refuses 2 "$bridge: is a bridge" bind $bridge
check "no IOMMU group" refuses 2 "$lonely: .*no IOMMU group.*intel_iommu=on.*amd_iommu=on" bind $lonely
check "no IOMMU group, with --force" refuses 2 "$lonely: has no IOMMU group" bind --force $lonely
check "VFIO without an IOMMU" refuses 2 "$fake_iommu: .*noiommu.*switch the IOMMU on" bind $fake_iommu
check "in use" refuses 1 "$beside: .*eth0 is up.*ip link set eth0 down" bind $beside
check "in use by who shares the group" refuses 1 "$nic: .*group 5.*$beside.*eth0 is up" bind $nic
check "one of several in use" refuses 1 "$nic: shares IOMMU group 5" bind --dry-run $free $nic
check "held by another run" refuses 1 "$held: process 77 has it or its group open" bind $held
check "--vfs wants a number" refuses 2 '--vfs x: .*number.* 1\b' bind $pf --vfs x
check "--vfs 0 is none" refuses 2 '--vfs 0: .*number.* 1\b' bind $pf --vfs 0
check "more functions than there are" refuses 2 "$pf: has at most 4 virtual functions, not 5" bind $pf --vfs 5
check "functions of what has none" refuses 2 "$free: has no virtual functions" bind $free --vfs 1

nothing_to_unbind() {
  expect_exit 0 "$dmabench" unbind $free && printed '^nothing to give back' && as_before
}
check "what dmabench did not bind is not given back" nothing_to_unbind

# ---- the kernel does not do as asked ----

not_taken() {
  expect_exit 1 "$dmabench" bind $free && said "$free: vfio-pci did not take it: see dmesg" &&
    grep -q $free sys/bus/pci/drivers/e1000e/unbind && as_before
}
check "a device that vfio-pci does not take is given back" not_taken

no_module() {
  local got=0
  mv sys/bus/pci/drivers/vfio-pci vfio-pci.away
  : >sys/bus/pci/drivers/e1000e/unbind
  expect_exit 1 "$dmabench" bind $free && said 'vfio-pci.*modprobe vfio-pci' || got=1
  mv vfio-pci.away sys/bus/pci/drivers/vfio-pci
  [ "$got" -eq 0 ] && [ ! -s sys/bus/pci/drivers/e1000e/unbind ] && as_before
}
check "without the module, nothing is touched" no_module

read_only() {
  setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all --bounding-set=-all "$@"
}
not_root() {
  expect_exit 1 read_only ./dmabench bind $free && said "$free/driver.*run as root" &&
    [ ! -s public/state/bindings ] && as_before
}
if is_root && command -v setpriv >/dev/null; then
  chmod 755 "$work"
  cp "$dmabench" dmabench
  mkdir -m 777 public
  DMABENCH_STATE=$work/public/state check "not root" not_root
else
  skip "not root" "needs root and setpriv(1)"
fi

second_run() {
  local got=0
  mkdir -p state
  exec 8>state/bindings
  flock 8
  expect_exit 1 "$dmabench" bind $free &&
    said 'another dmabench.*settings.*/state/bindings' || got=1
  exec 8>&-
  [ "$got" -eq 0 ] && as_before
}
check "another dmabench is binding" second_run

# ---- dry runs ----

# plans EXPECTED WORDS…: these lines, and nothing is done.
plans() {
  local expected=$1
  shift
  expect_exit 0 "$dmabench" bind --dry-run "$@" &&
    same "the plan" "$(sed "s|$work/sys/bus/pci/||" stdout)" "$expected" && as_before
}
check "a dry run prints each write in order" plans "devices/$free/driver/unbind <- $free
devices/$free/driver_override <- vfio-pci
drivers_probe <- $free" $free
check "a dry run of functions names those to come" plans "devices/$pf/sriov_drivers_autoprobe <- 0
devices/$pf/sriov_numvfs <- 2
devices/0000:03:02.0/driver_override <- vfio-pci
drivers_probe <- 0000:03:02.0
devices/0000:03:02.1/driver_override <- vfio-pci
drivers_probe <- 0000:03:02.1" $pf --vfs 2

forced() {
  plans "devices/$nic/driver/unbind <- $nic
devices/$nic/driver_override <- vfio-pci
drivers_probe <- $nic
devices/$beside/driver/unbind <- $beside
devices/$beside/driver_override <- vfio-pci
drivers_probe <- $beside" --force $nic && said "WARNING.*$beside.*eth0 is up.*taken"
}
check "--force takes what is in use, and is loud" forced

done_already() {
  rm proc/77/fd/9
  plans 'nothing to write: it is as asked already' $held
}
check "a dry run with nothing to do says so" done_already

# ---- what a run tells of devices ----

records_devices() {
  expect_exit 0 "$dmabench" run null --set iterations=1 -q -o r.jsonl && valid r.jsonl &&
    has r.jsonl ".record == \"run\" and (.host.devices | map(.address) == [\"$held\", \"$fake_iommu\"])" &&
    has r.jsonl ".record == \"run\" and (.host.devices[0] | .vendor == \"8086\" and .group == 8 and .driver == \"vfio-pci\")"
}
check "the record of a run lists the devices that VFIO has" records_devices
check "a parameter that is no device" refuses 2 '"nope".*expected any, node:N' \
  run vfio-map --set device=nope -o no.jsonl

# ---- this host itself ----

unset DMABENCH_SYSFS DMABENCH_PROC
some=$(find $real_sysfs -mindepth 1 -printf '%f\n' 2>/dev/null | sort | head -n 1)
before_host=$(readlink $real_sysfs/*/driver 2>/dev/null)

host_refuses() {
  expect_exit 2 "$dmabench" bind "$some" && said "$some: (has no IOMMU group|is a bridge)" &&
    same "drivers" "$(readlink $real_sysfs/*/driver 2>/dev/null)" "$before_host"
}
if [ -n "$some" ] && [ -z "$(ls /sys/kernel/iommu_groups 2>/dev/null)" ]; then
  check "on this host without an IOMMU, nothing is bound" host_refuses
else
  skip "on this host without an IOMMU, nothing is bound" "it has no PCI devices, or an IOMMU"
fi

run_skips() {
  expect_exit 4 "$dmabench" run vfio-map --set size=4MiB -q -o skips.jsonl && valid skips.jsonl &&
    has skips.jsonl '.record == "skip" and (.reason | test("modprobe vfio-pci|dmabench bind"))'
}
if [ ! -e /dev/vfio/vfio ] || [ -z "$(ls -d /sys/bus/pci/drivers/vfio-pci/*:* 2>/dev/null)" ]; then
  check "a run without a device skips, with the fix" run_skips
else
  skip "a run without a device skips, with the fix" "vfio-pci has a device"
fi
finish
