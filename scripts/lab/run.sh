# shellcheck shell=bash disable=SC2034,SC2154 # parts share variables
# `lab run`: every boot of every kernel, one result file each.

SILENCE_DEFAULT=10m
RUN_NO_PROFILE=9 # a job's exit status: the boot is good, but has no profiles

# run_all BOOTS LAYOUT: every kernel that is wanted, by the config that WORDS names.
run_all() {
	BOOTS=$1 LAYOUT=$2
	((${#WORDS[@]} == 1)) || bad_usage "expected one CONFIG, found ${#WORDS[@]}${WORDS[*]:+ (${WORDS[*]})}"
	find_config "${WORDS[0]}"
	[[ -f $CONFIG && -r $CONFIG ]] || bad_usage "$CONFIG: no such config"
	SEED=${SEED:-$(schedule_any_seed)} SERIES=$(date -u +%Y%m%dT%H%M%SZ)
	# Idle time costs nothing where instructions are the clock.
	SETTLE_SEC=0
	if [[ $TIMING == icount ]]; then SETTLE_SEC=5; fi
	if [[ -n $PROFILE ]]; then profile_need; fi
	prepare
	run_check_config
	schedule_make "$SEED" "$BOOTS" "${#KERNEL_DIRS[@]}" "$LAYOUT"
	run_check_folder
	jobs_choose "${#SCHEDULE[@]}"
	say "seed $SEED, $TIMING ($ACCEL), layout $LAYOUT, ${#SCHEDULE[@]} boots$( ((JOBS == 1)) || echo ", $JOBS at a time"), results in $OUT"
	RUN_FAILED=0 RUN_UNPROFILED=0 KERNEL_GOOD=() KERNEL_BROKEN=()
	run_boots
	((RUN_FAILED == 0)) || fail "$RUN_FAILED of ${#SCHEDULE[@]} boots failed"
	((RUN_UNPROFILED == 0)) || fail "$RUN_UNPROFILED of ${#SCHEDULE[@]} boots left no profiles"
}

# run_boots: JOBS at a time, by the options that `lab` set. What they say comes in the schedule's order.
run_boots() {
	local next=0 told=0 number

	run_note
	JOB_STATUS=()
	while ((told < ${#SCHEDULE[@]})); do
		while ((next < ${#SCHEDULE[@]} && ${#JOB_PIDS[@]} < JOBS)); do
			run_start "$next" "${SCHEDULE[next]}"
			next=$((next + 1))
		done
		pause 0.1
		jobs_look
		for number in "${JOBS_ENDED[@]}"; do
			run_learn "$number"
		done
		while [[ -n ${JOB_STATUS[told]-} ]]; do
			run_done "$told"
			told=$((told + 1))
		done
		if [[ -n ${JOB_PIDS[told]-} ]]; then job_tell "$told"; fi
		jobs_show "${#SCHEDULE[@]} boots; now"
	done
}

# run_start NUMBER ENTRY: a kernel that never ran once will not the next time either.
run_start() {
	local pair position kernel seed

	read -r pair position kernel seed <<<"$2"
	if [[ -n ${KERNEL_BROKEN[kernel]-} ]]; then
		job_skip "$1" run_line "$(($1 + 1))" "$pair" "$kernel" "left out: its first boot failed"
	else
		job_start "$1" "$(($1 + 1)) ${KERNEL_LABELS[kernel]}" \
			run_boot "$(($1 + 1))" "$pair" "$position" "$kernel" "$seed"
	fi
}

# run_learn NUMBER: what the end of a boot says about its kernel.
run_learn() {
	local kernel

	read -r _ _ kernel _ <<<"${SCHEDULE[$1]}"
	if ((JOB_STATUS[$1] == 0 || JOB_STATUS[$1] == RUN_NO_PROFILE)); then
		KERNEL_GOOD[kernel]=1 KERNEL_BROKEN[kernel]=
	elif [[ -z ${KERNEL_GOOD[kernel]-} ]]; then
		KERNEL_BROKEN[kernel]=1
	fi
}

run_done() {
	job_done "$1"
	((JOB_STATUS[$1] != EXIT_USAGE)) || exit "$EXIT_USAGE"
	case ${JOB_STATUS[$1]} in
	0) ;;
	"$RUN_NO_PROFILE") RUN_UNPROFILED=$((RUN_UNPROFILED + 1)) ;;
	*) RUN_FAILED=$((RUN_FAILED + 1)) ;;
	esac
}

# A config that is wrong is told so now, by dmabench, and not after a boot.
run_check_config() {
	local status=0

	"$DMABENCH" run "$CONFIG" --plan --quiet </dev/null >/dev/null 2>"$LAB_TMP/plan.log" || status=$?
	if ((status == EXIT_USAGE)); then
		cat "$LAB_TMP/plan.log" >&2
		exit "$EXIT_USAGE"
	fi
}

# A finished run is never written over.
run_check_folder() {
	local label

	for label in "${KERNEL_LABELS[@]}"; do
		if compgen -G "$OUT/$label/boot-*.jsonl" >/dev/null; then
			bad_usage "-o $OUT: holds results of $label already: choose another folder, or move them away"
		fi
	done
	for label in "${KERNEL_LABELS[@]}"; do
		mkdir -p -- "$OUT/$label" 2>/dev/null || bad_usage "-o $OUT: cannot make the folder $OUT/$label"
	done
	OUT=$(cd -- "$OUT" && pwd)
}

# What it takes to do the same again.
run_note() {
	local index entry

	{
		echo "config ${CONFIG##*/}"
		echo "seed $SEED"
		echo "arch $ARCH"
		echo "timing $TIMING ($ACCEL)"
		echo "layout $LAYOUT"
		echo "iommu $IOMMU"
		echo "topology ${TOPOLOGY_FILE##*/}: $TOPOLOGY_ABOUT"
		for index in "${!KERNEL_SPECS[@]}"; do
			echo "kernel ${KERNEL_LABELS[index]} from ${KERNEL_SPECS[index]}"
		done
		for entry in "${SCHEDULE[@]}"; do
			read -r -a entry <<<"$entry"
			echo "boot pair ${entry[0]} position ${entry[1]} kernel ${KERNEL_LABELS[entry[2]]} seed ${entry[3]}"
		done
	} >"$OUT/lab.txt" || fail "cannot write $OUT/lab.txt: is the disk full?"
}

# run_boot NUMBER PAIR POSITION KERNEL SEED: as a job.
run_boot() {
	local kernel=$4 label=${KERNEL_LABELS[$4]} started=$SECONDS console results scatter=0

	if [[ $LAYOUT != fixed ]]; then scatter=$5; fi
	results=$OUT/$label/boot-$(printf %02d "$2").jsonl
	console=${results%.jsonl}.console.log
	profile_begin "$results" "$2" "${KERNEL_DIRS[kernel]}"
	initramfs_base "${KERNEL_DIRS[kernel]}"
	initramfs_for_boot "$INITRAMFS" "$LAB_TMP/initrd" \
		"DMABENCH_SERIES_ID=$SERIES" "DMABENCH_SERIES_LABEL=$label" "DMABENCH_SERIES_PAIR=$2" \
		"DMABENCH_SERIES_POSITION=$3" "DMABENCH_TIMING=$TIMING" "DMABENCH_EMULATOR=$EMULATOR" "DMABENCH_SEED=$5" \
		"LAB_MODE=run" "LAB_RESULTS=$ARCH_RESULTS" "LAB_SETTLE_SEC=$SETTLE_SEC" "LAB_SCATTER=$scatter" \
		"LAB_SYMBOLS=$SYMBOLS_FROM"
	qemu_base "$TIMING" "$ACCEL" "$5" "$LAYOUT"
	qemu_boot "${KERNEL_DIRS[kernel]}/image" "$LAB_TMP/initrd" "$console" "$results" "$label" :
	profile_verdict
	run_conclude "$1" "$2" "$kernel" "$((SECONDS - started))" "$console" "$results"
}

# run_conclude NUMBER PAIR KERNEL ELAPSED CONSOLE RESULTS
run_conclude() {
	local trials profiled=0

	profile_end "$6" "${KERNEL_LABELS[$3]}" || profiled=$RUN_NO_PROFILE
	trials=$(grep -c '^{"record": *"trial"' "$6") || true
	if [[ -z $VERDICT ]]; then
		run_line "${@:1:3}" "$4 s  done, $trials trials"
		return "$profiled"
	fi
	[[ -s $6 ]] || rm -f -- "$6"
	run_line "${@:1:3}" "$4 s  FAILED after $trials trials"
	say "${KERNEL_LABELS[$3]}: $VERDICT; its console: $5"
	((${VERDICT_STATUS:-0} != EXIT_USAGE)) || return "$EXIT_USAGE"
	return 1
}

# run_line NUMBER PAIR KERNEL TEXT
run_line() {
	printf '%-24s boot %d of %d  pair %d  %s\n' "${KERNEL_LABELS[$3]}" "$1" "${#SCHEDULE[@]}" "$2" "$4" >&2
}

