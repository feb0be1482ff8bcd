# shellcheck shell=bash disable=SC2034,SC2154 # parts share variables
# Messages, the scratch folder, and the processes that must not outlive us.

# What git, tar and apt print is read here: in English, wherever this is run.
export LC_ALL=C

EXIT_FAILED=1
EXIT_USAGE=2

LAB_TMP=
LAB_CHILD=
LAB_GROUP= # "-" where the child leads a group that is to go with it

say() { printf 'dmabench lab: %s\n' "$*" >&2; }

fail() {
	say "$@"
	exit "$EXIT_FAILED"
}

bad_usage() {
	say "$@"
	exit "$EXIT_USAGE"
}

# need_tool COMMAND PACKAGE: both are named, because they seldom agree.
need_tool() {
	type -P "$1" >/dev/null || type -P "/usr/sbin/$1" >/dev/null ||
		fail "$1 is not installed: apt-get install $2"
}

# run_child COMMAND...: a signal to the lab must not wait for a long child, and
# bash runs a trap at once only while it is in `wait`.
run_child() {
	local status=0

	"$@" &
	LAB_CHILD=$!
	wait "$LAB_CHILD" || status=$?
	LAB_CHILD=
	return "$status"
}

# pause SECONDS, part of one: without a process, which would keep the guest from its CPU.
exec {PAUSE_NEVER}<> <(:)
pause() { read -r -t "$1" -u "$PAUSE_NEVER" _ || true; }

stop_child() {
	local pid=$LAB_CHILD tries

	[[ -n $pid ]] || return 0
	kill -- "$LAB_GROUP$pid" 2>/dev/null || return 0
	for ((tries = 0; tries < 30; tries++)); do
		kill -0 "$pid" 2>/dev/null || return 0
		pause 0.1
	done
	kill -KILL -- "$LAB_GROUP$pid" 2>/dev/null || true
}

clean_up() {
	jobs_stop
	stop_child
	if [[ -n $LAB_TMP ]]; then
		rm -rf -- "$LAB_TMP"
	fi
	build_put_back
	bisect_clean_up
}

catch_signals() {
	trap clean_up EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	trap 'exit 129' HUP
}

# parse_size TEXT -> MiB on stdout; as dmabench reads sizes: 512M 4G 4GiB.
parse_size_mib() {
	[[ $1 =~ ^([1-9][0-9]{0,6})([MG])(iB)?$ ]] || return 1
	if [[ ${BASH_REMATCH[2]} == G ]]; then
		echo $((BASH_REMATCH[1] * 1024))
	else
		echo "${BASH_REMATCH[1]}"
	fi
}

# parse_time TEXT -> seconds on stdout: 90s 5m 1h.
parse_time_sec() {
	[[ $1 =~ ^([1-9][0-9]{0,5})([smh])$ ]] || return 1
	case ${BASH_REMATCH[2]} in
	s) echo "${BASH_REMATCH[1]}" ;;
	m) echo $((BASH_REMATCH[1] * 60)) ;;
	h) echo $((BASH_REMATCH[1] * 3600)) ;;
	esac
}
