# shellcheck shell=dash disable=SC3043 # busybox has local
# For scripts that `dmabench lab exec` runs in a guest: `check NAME COMMAND…` is a test.

tap_count=0 tap_failed=0

check() {
	local name="$1"
	shift
	tap_count=$((tap_count + 1))
	if "$@" >/tmp/tap 2>&1; then
		echo "ok $tap_count - $name"
	else
		echo "not ok $tap_count - $name"
		sed 's/^/# /' /tmp/tap
		tap_failed=$((tap_failed + 1))
	fi
}

finish() {
	echo "1..$tap_count"
	[ "$tap_failed" -eq 0 ]
	exit
}

# expect_exit CODE COMMAND…: what it said is kept in /tmp/stdout and /tmp/stderr.
expect_exit() {
	local want="$1" got=0
	shift
	"$@" >/tmp/stdout 2>/tmp/stderr || got=$?
	[ "$got" -eq "$want" ] && return 0
	echo "exit status $got, expected $want: $*"
	cat /tmp/stdout /tmp/stderr
	return 1
}

# said PATTERN: stderr is one line, and matches.
said() {
	[ "$(wc -l </tmp/stderr)" -eq 1 ] && grep -qE -- "$1" /tmp/stderr && return 0
	echo "expected one line like: $1"
	cat /tmp/stderr
	return 1
}

# same FOUND EXPECTED
same() {
	[ "$1" = "$2" ] && return 0
	echo "$1" >/tmp/found
	echo "$2" >/tmp/expected
	diff -U 0 /tmp/expected /tmp/found
	return 1
}

driver_of() {
	local link
	link=$(readlink "/sys/bus/pci/devices/$1/driver") || link=none
	echo "${link##*/}"
}

# wait_for COMMAND: at most 5 s.
wait_for() {
	local tries=0
	while ! eval "$1" 2>/dev/null; do
		tries=$((tries + 1))
		[ $tries -lt 250 ] || { echo "not within 5 s: $1"; return 1; }
		usleep 20000
	done
}

# holder_of_vfio: the first process that has a group or a device open.
holder_of_vfio() {
	local fd
	for fd in /proc/[0-9]*/fd/*; do
		case $(readlink "$fd") in
		/dev/vfio/[0-9]* | /dev/vfio/devices/*) fd=${fd#/proc/} && echo "${fd%%/*}" && return 0 ;;
		esac
	done
	return 1
}

# All that dmabench changes on a host: drivers, overrides, functions, pools, THP.
host_state() {
	local device
	for device in /sys/bus/pci/devices/*; do
		echo "${device##*/} $(driver_of "${device##*/}") $(cat "$device/driver_override")" \
			"$(cat "$device/sriov_numvfs" 2>/dev/null)"
	done
	grep . /sys/devices/system/node/node*/hugepages/*/nr_hugepages \
		/sys/kernel/mm/transparent_hugepage/enabled \
		/sys/kernel/mm/transparent_hugepage/hugepages-*/enabled 2>/dev/null
}
