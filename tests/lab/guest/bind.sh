# shellcheck shell=dash disable=SC3043,SC2317
# Devices are taken and given back on a real kernel; topology "used".

disk=0000:41:00.0
plain=0000:61:00.0
before=$(host_state)

swap_is_safe() {
	mkswap /dev/nvme0n1 && swapon /dev/nvme0n1 || return
	expect_exit 1 dmabench bind "$disk" && said "$disk: its disk nvme0n1 is swap"
	local result=$?
	swapoff /dev/nvme0n1
	[ $result -eq 0 ] && same "$(host_state)" "$before"
}

dry_run_changes_nothing() {
	expect_exit 0 dmabench bind "$disk" --vfs 4 --dry-run && grep -q sriov_numvfs /tmp/stdout &&
		same "$(host_state)" "$before"
}

bind_and_unbind() {
	expect_exit 0 dmabench bind "$disk" && same "$(driver_of "$disk")" vfio-pci &&
		expect_exit 0 dmabench unbind "$disk" && same "$(host_state)" "$before" &&
		[ -b /dev/nvme0n1 ]
}

binding_again_is_no_error() {
	expect_exit 0 dmabench bind "$plain" && expect_exit 0 dmabench bind "$plain" &&
		expect_exit 0 dmabench restore && same "$(host_state)" "$before"
}

functions_come_and_go() {
	local function
	expect_exit 0 dmabench bind "$disk" --vfs 4 || return
	for function in 1 2 3 4; do
		same "$(driver_of "0000:41:00.$function")" vfio-pci || return
	done
	same "$(driver_of "$disk")" nvme && expect_exit 0 dmabench unbind "$disk" &&
		same "$(host_state)" "$before"
}

too_many_functions() {
	expect_exit 2 dmabench bind "$disk" --vfs 5 && said "$disk.*4" && same "$(host_state)" "$before"
}

plain_device_has_no_functions() {
	expect_exit 2 dmabench bind "$plain" --vfs 2 && said "$plain" && same "$(host_state)" "$before"
}

functions_of_a_taken_device() {
	expect_exit 0 dmabench bind "$disk" || return
	expect_exit 1 dmabench bind "$disk" --vfs 2 && said "$disk"
	local result=$?
	dmabench restore
	[ $result -eq 0 ] && same "$(host_state)" "$before"
}

device_whose_functions_are_there() {
	echo 2 >/sys/bus/pci/devices/$disk/sriov_numvfs
	local with result
	with=$(host_state)
	expect_exit 1 dmabench bind "$disk" && said "$disk.*virtual function" && same "$(host_state)" "$with"
	result=$?
	echo 0 >/sys/bus/pci/devices/$disk/sriov_numvfs
	return $result
}

# A kernel that runs no bind to its end: killed after 1, 2, 3 … steps of 300 us.
killed_binds_come_back() {
	local step=0
	while [ $step -lt 40 ]; do
		step=$((step + 1))
		dmabench bind "$plain" "$disk" --vfs 2 >/dev/null 2>&1 &
		usleep $((step * 300))
		kill -9 $! 2>/dev/null
		wait $! 2>/dev/null
		expect_exit 0 dmabench restore && same "$(host_state)" "$before" || {
			echo "after $step steps"
			return 1
		}
	done
}

# Refused while a run has it: the kernel would wait for the run inside the write.
held_device_stays() {
	local run holder result
	dmabench bind "$plain" || return
	dmabench run vfio-map --set size=64M --set iterations=100000 -o /tmp/held --quiet 2>/dev/null &
	run=$!
	wait_for 'holder=$(holder_of_vfio)'
	expect_exit 1 dmabench unbind "$plain" && said "$plain: process $holder has it" &&
		expect_exit 1 dmabench restore && said "$plain: process $holder has it" &&
		same "$(driver_of "$plain")" vfio-pci
	result=$?
	kill -9 "$run"
	wait "$run" 2>/dev/null
	wait_for '! holder_of_vfio >/dev/null'
	dmabench restore
	[ $result -eq 0 ] && same "$(host_state)" "$before"
}

check "a disk in use as swap is refused" swap_is_safe
check "a dry run changes nothing" dry_run_changes_nothing
check "a disk goes to vfio-pci and comes back" bind_and_unbind
check "binding what is bound is no error" binding_again_is_no_error
check "virtual functions are made, bound and removed" functions_come_and_go
check "more functions than there are, refused with how many" too_many_functions
check "functions of a device that has none" plain_device_has_no_functions
check "functions of a device that vfio-pci has" functions_of_a_taken_device
check "a device with functions cannot be bound itself" device_whose_functions_are_there
check "a bind that is killed anywhere comes back by restore" killed_binds_come_back
check "a device that a run holds is neither bound nor unbound" held_device_stays
check "and the host is as it was" same "$(host_state)" "$before"
finish
