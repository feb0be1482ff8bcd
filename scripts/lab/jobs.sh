# shellcheck shell=bash disable=SC2034,SC2154 # parts share variables
# Jobs: boots side by side, each in a process of its own, with its own scratch folder, child and
# messages.

QEMU_OWN_MIB=300 # what QEMU needs beside its guest's memory

JOB_PIDS=()    # those that run, by their number
JOB_NAMES=()   # for a terminal
JOB_STARTED=() # in the lab's seconds
JOB_STATUS=()  # those that have ended
JOB_LAB=       # in a job, the process that started it,
JOB_PID=       # and its own
JOB_READS=     # where what a job says is read, while it is told

# jobs_check: --jobs, if it was given.
jobs_check() {
	local guest available

	[[ -n $JOBS ]] && ((JOBS > 1)) || return 0
	guest=$(jobs_guest_mib) available=$(jobs_available_mib)
	((JOBS * guest <= available)) ||
		bad_usage "--jobs $JOBS: so many guests want $((JOBS * guest)) MiB, $guest each, and $available MiB are" \
			"available: $((available / guest)) fit (--memory and --topology make guests smaller)"
}

# jobs_choose COUNT: sets JOBS to what was asked for, or else to as many as CPUs and memory allow, of
# COUNT that there are to run. By the wall clock one would measure its neighbours, too: there it is 1.
jobs_choose() {
	local most

	if [[ -z $JOBS ]]; then
		JOBS=1
		if [[ $TIMING == icount ]]; then JOBS=$(nproc); fi
		most=$(($(jobs_available_mib) / $(jobs_guest_mib)))
		if ((JOBS > most)); then JOBS=$most; fi
	fi
	if ((JOBS > $1)); then JOBS=$1; fi
	if ((JOBS < 1)); then JOBS=1; fi
}

jobs_available_mib() { awk '$1 == "MemAvailable:" { print int($2 / 1024) }' /proc/meminfo; }

jobs_guest_mib() { echo $(($(topology_memory_mib) + QEMU_OWN_MIB)); }

# job_start NUMBER NAME COMMAND...: in the background; what it says is kept.
job_start() {
	local folder=$LAB_TMP/job-$1 lab=$BASHPID

	mkdir -p -- "$folder" && : >"$folder/said"
	job_run "$lab" "$folder" "${@:3}" 2>"$folder/said" 9>&- &
	JOB_PIDS[$1]=$!
	JOB_NAMES[$1]=$2
	JOB_STARTED[$1]=$SECONDS
	unset "JOB_STATUS[$1]"
}

# job_skip NUMBER COMMAND...: in place of a job: it fails, and says what the command does.
job_skip() {
	mkdir -p -- "$LAB_TMP/job-$1"
	"${@:2}" 2>"$LAB_TMP/job-$1/said"
	JOB_STATUS[$1]=1
}

# job_run LAB FOLDER COMMAND...: in the job's own process.
job_run() {
	JOB_LAB=$1 JOB_PID=$BASHPID LAB_TMP=$2 JOB_PIDS=()
	trap stop_child EXIT
	trap 'exit 143' TERM
	trap 'exit 129' HUP
	"${@:3}" || exit
	exit 0
}

# jobs_look: sets JOBS_ENDED to those that have ended since the last look.
jobs_look() {
	local number

	JOBS_ENDED=()
	for number in "${!JOB_PIDS[@]}"; do
		kill -0 "${JOB_PIDS[number]}" 2>/dev/null && continue
		JOB_STATUS[number]=0
		wait "${JOB_PIDS[number]}" || JOB_STATUS[number]=$?
		unset "JOB_PIDS[number]"
		JOBS_ENDED+=("$number")
	done
}

# job_tell NUMBER: what a job has said by now, of the one whose turn it is.
job_tell() {
	local line=''

	[[ -n $JOB_READS ]] || exec {JOB_READS}<"$LAB_TMP/job-$1/said"
	while IFS= read -r -u "$JOB_READS" line; do
		jobs_clear_line
		printf '%s\n' "$line" >&2
	done
	printf '%s' "$line" >&2
}

# job_done NUMBER: tells the rest of what it said; its scratch folder goes.
job_done() {
	job_tell "$1"
	exec {JOB_READS}<&-
	JOB_READS=
	rm -rf -- "$LAB_TMP/job-$1"
}

# jobs_show WHAT: one line for all that run, on a terminal only: a log has no use for a line that changes.
jobs_show() {
	local number line='' columns=0

	[[ -t 2 && $SECONDS != "${JOBS_SHOWN-}" ]] || return 0
	JOBS_SHOWN=$SECONDS
	for number in "${!JOB_PIDS[@]}"; do
		line+=", ${JOB_NAMES[number]} ($((SECONDS - JOB_STARTED[number])) s)"
	done
	read -r _ columns < <(stty size <&2 2>/dev/null) || true
	if ((columns == 0)); then columns=80; fi
	line="$1 ${line#, }"
	printf '\r\033[K%s' "${line:0:columns - 1}" >&2
}

jobs_clear_line() { [[ ! -t 2 ]] || printf '\r\033[K' >&2; }

# Each job ends its own child. One that does not is killed, and its child by the leash that it is on.
jobs_stop() {
	local tries

	((${#JOB_PIDS[@]})) || return 0
	kill "${JOB_PIDS[@]}" 2>/dev/null || true
	for ((tries = 0; tries < 50 && ${#JOB_PIDS[@]}; tries++)); do
		jobs_look
		pause 0.1
	done
	if ((${#JOB_PIDS[@]})); then kill -KILL "${JOB_PIDS[@]}" 2>/dev/null || true; fi
}

# job_is_orphan: whether this is a job, or part of one, whose lab was killed outright. Its guest is to
# go, too.
job_is_orphan() {
	local stat=''

	[[ -n $JOB_LAB ]] || return 1
	read -r stat 2>/dev/null <"/proc/$JOB_PID/stat" || true
	stat=${stat##*) } # the state, then the parent
	[[ ${stat#* } != "$JOB_LAB "* ]]
}
