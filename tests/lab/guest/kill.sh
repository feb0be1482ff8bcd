# shellcheck shell=dash disable=SC3043,SC2317
# Runs that are killed, share a device or lose it, on a real kernel; topology "default".

near=0000:41:00.0
far=0000:61:00.0
dmabench restore >/dev/null
before=$(host_state)
dmabench bind $near $far
bound=$(host_state)

# start_run FILE ARGUMENT…: in the background; its process is $run.
start_run() {
	local file="$1"
	shift
	rm -f "$file"
	dmabench run vfio-map --set size=32M --quiet -o "$file" "$@" >/dev/null 2>/tmp/said &
	run=$!
}

kill_run() {
	kill -9 "$run" 2>/dev/null
	wait "$run" 2>/dev/null
	wait_for '! holder_of_vfio >/dev/null'
}

# A run with hugetlb pages changes pools; killed after 1, 2, 3 … steps, from its start to its end.
killed_runs_come_back() {
	local step=0
	while [ $step -lt 20 ]; do
		step=$((step + 1))
		start_run /tmp/killed --set backing=hugetlb-2m,mthp-64k --set iterations=20
		usleep $((step * 20000))
		kill_run
		expect_exit 0 dmabench restore && same "$(host_state)" "$before" &&
			dmabench bind $near $far && same "$(host_state)" "$bound" || {
			echo "after $step steps"
			return 1
		}
	done
}

# What a killed run had open is free again, and its finished trials are kept.
killed_run_is_resumed() {
	start_run /tmp/half --set backing=anon,thp,hugetlb-2m --set iterations=100
	wait_for 'grep -q "\"record\":\"trial\"" /tmp/half'
	kill_run
	dmabench run vfio-map --set size=32M --set backing=anon,thp,hugetlb-2m --set iterations=100 \
		-o /tmp/half --resume --quiet >/dev/null || return
	same "$(grep -c '"status":"ok"' /tmp/half)" 3
}

second_run_is_told() {
	local holder result
	start_run /tmp/first --set device=$near --set iterations=100000
	wait_for 'holder=$(holder_of_vfio)'
	expect_exit 1 dmabench run vfio-map --set size=32M --set device=$near -o /tmp/second --quiet &&
		grep -q "in use by process $holder" /tmp/second
	result=$?
	kill_run
	[ $result -eq 0 ] || cat /tmp/stderr /tmp/second
	return $result
}

# The kernel asks for the device back, and waits until the trial that has it is over.
lost_device_fails_the_rest() {
	start_run /tmp/lost --set device=$far --set backing=anon,thp,hugetlb-2m --set iterations=60
	wait_for 'holder_of_vfio >/dev/null'
	echo 1 >/sys/bus/pci/devices/$far/remove
	wait "$run"
	grep -q '"status":"complete"' /tmp/lost || {
		cat /tmp/said /tmp/lost
		return 1
	}
	grep '"record":"trial"' /tmp/lost | grep '"error":' | grep -q "$far"
	local named=$?
	echo 1 >/sys/bus/pci/rescan
	dmabench bind $far && [ $named -eq 0 ]
}

check "a run that is killed anywhere comes back by restore" killed_runs_come_back
check "a killed run goes on with --resume" killed_run_is_resumed
check "a second run on the device is told who has it" second_run_is_told
check "a device that goes away fails its trials, not the run" lost_device_fails_the_rest
finish
