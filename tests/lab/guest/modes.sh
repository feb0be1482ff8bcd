# shellcheck shell=dash disable=SC3043,SC2317,SC2016
# What people get wrong with iommufd; topology "default", on a kernel that has it.

# A run that holds its device while others want it: in that mode, until `let_go`.
hold() {
	rm -f /tmp/held
	dmabench run vfio-map --set iommu="$1" --set device="$first" --set size=64M \
		--set iterations=100000 -o /tmp/held --quiet 2>/dev/null &
	holder=$!
	wait_for 'holder_of_vfio >/dev/null'
}

let_go() {
	kill -9 "$holder"
	wait "$holder" 2>/dev/null
	wait_for '! holder_of_vfio >/dev/null'
}

first=$(for device in /sys/bus/pci/drivers/vfio-pci/0000:*; do echo "${device##*/}"; done | head -n 1)

wants() {
	rm -f /tmp/wants
	expect_exit 1 dmabench run vfio-map --set iommu="$1" --set device="$first" --set size=64M -o /tmp/wants &&
		grep -q "$2" /tmp/wants
}

one_mode_at_a_time() {
	local result
	hold "$1"
	wants "$2" 'in use'
	result=$?
	let_go
	return $result
}

no_iommufd() {
	mv /dev/iommu /dev/iommu.away
	expect_exit 4 dmabench run vfio-map --set iommu=iommufd --set size=64M -o /tmp/none &&
		grep -q 'no /dev/iommu: modprobe iommufd' /tmp/none
	local result=$?
	mv /dev/iommu.away /dev/iommu
	return $result
}

held_device_is_not_unbound() {
	local result
	hold iommufd
	expect_exit 1 dmabench unbind "$first" && said "$first: process [0-9]* has it"
	result=$?
	let_go
	return $result
}

bars_are_refused_with_the_reason() {
	expect_exit 4 dmabench run guest-boot --set iommu=iommufd --set size=64M -o /tmp/bars &&
		grep -q 'the kernel refuses BARs there' /tmp/bars
}

check "a device held through its group is not had by its file" one_mode_at_a_time type1v2 iommufd
check "a device held by its file is not had through its group" one_mode_at_a_time iommufd type1v2
check "a device in one mode of iommufd is not had in another" one_mode_at_a_time iommufd-compat-type1v2 iommufd
check "a device that a run holds by its file is not unbound" held_device_is_not_unbound
check "no /dev/iommu is a skip that says so" no_iommufd
check "BARs are a skip that says so" bars_are_refused_with_the_reason
finish
