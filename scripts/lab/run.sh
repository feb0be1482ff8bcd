# shellcheck shell=bash disable=SC2034,SC2154 # parts share variables
# `lab run`: every boot of every kernel, one result file each.

SILENCE_DEFAULT=10m

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
	prepare
	run_check_config
	schedule_make "$SEED" "$BOOTS" "${#KERNEL_DIRS[@]}" "$LAYOUT"
	run_check_folder
	say "seed $SEED, $TIMING ($ACCEL), layout $LAYOUT, ${#SCHEDULE[@]} boots, results in $OUT"
	RUN_FAILED=0 KERNEL_GOOD=() KERNEL_BROKEN=()
	run_boots
	((RUN_FAILED == 0)) || fail "$RUN_FAILED of ${#SCHEDULE[@]} boots failed"
}

# run_boots: the options are in the variables that `lab` set.
run_boots() {
	local entry number=0

	run_note
	for entry in "${SCHEDULE[@]}"; do
		number=$((number + 1))
		# shellcheck disable=SC2086 # four words: pair, position, kernel, seed
		run_boot "$number" $entry || RUN_FAILED=$((RUN_FAILED + 1))
	done
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
		echo "timing $TIMING ($ACCEL)"
		echo "layout $LAYOUT"
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

# run_boot NUMBER PAIR POSITION KERNEL SEED
run_boot() {
	local kernel=$4 label=${KERNEL_LABELS[$4]} console results scatter=0

	RUN_STARTED=$SECONDS
	if [[ $LAYOUT != fixed ]]; then scatter=$5; fi
	RUN_LINE=$(printf '%-24s boot %d of %d  pair %d' "$label" "$1" "${#SCHEDULE[@]}" "$2")
	results=$OUT/$label/boot-$(printf %02d "$2").jsonl
	console=${results%.jsonl}.console.log
	if [[ -n ${KERNEL_BROKEN[kernel]-} ]]; then
		run_line "left out: its first boot failed"
		return 1
	fi
	initramfs_base "${KERNEL_DIRS[kernel]}"
	initramfs_for_boot "$INITRAMFS" "$LAB_TMP/initrd" \
		"DMABENCH_SERIES_ID=$SERIES" "DMABENCH_SERIES_LABEL=$label" "DMABENCH_SERIES_PAIR=$2" \
		"DMABENCH_SERIES_POSITION=$3" "DMABENCH_TIMING=$TIMING" "DMABENCH_EMULATOR=$EMULATOR" "DMABENCH_SEED=$5" \
		"LAB_MODE=run" "LAB_SETTLE_SEC=$SETTLE_SEC" "LAB_SCATTER=$scatter"
	qemu_base "$TIMING" "$ACCEL" "$5" "$LAYOUT"
	qemu_boot "${KERNEL_DIRS[kernel]}/image" "$LAB_TMP/initrd" "$console" "$results" "$label" run_progress
	run_conclude "$kernel" "$((SECONDS - RUN_STARTED))" "$console" "$results"
}

# run_conclude KERNEL ELAPSED CONSOLE RESULTS
run_conclude() {
	local trials

	trials=$(grep -c '^{"record": *"trial"' "$4") || true
	if [[ -z $VERDICT ]]; then
		KERNEL_GOOD[$1]=1
		run_line "$2 s  done, $trials trials"
		return 0
	fi
	[[ -s $4 ]] || rm -f -- "$4"
	run_line "$2 s  FAILED after $trials trials"
	say "${KERNEL_LABELS[$1]}: $VERDICT; its console: $3"
	if ((${VERDICT_STATUS:-0} == EXIT_USAGE)); then
		exit "$EXIT_USAGE"
	fi
	# A kernel that never ran once will not the next time either.
	if [[ -z ${KERNEL_GOOD[$1]-} ]]; then KERNEL_BROKEN[$1]=1; fi
	return 1
}

# On a terminal only: a log has no use for a line that changes.
run_progress() {
	[[ -t 2 && $SECONDS != "${RUN_SHOWN-}" ]] || return 0
	RUN_SHOWN=$SECONDS
	printf '\r\033[K%s  %d s' "$RUN_LINE" "$((SECONDS - RUN_STARTED))" >&2
}

run_line() {
	[[ ! -t 2 ]] || printf '\r\033[K' >&2
	printf '%s  %s\n' "$RUN_LINE" "$1" >&2
}
