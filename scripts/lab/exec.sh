# shellcheck shell=bash disable=SC2034,SC2154 # parts share variables
# `lab exec`: one boot that runs a script; what it prints comes out here as it is printed.

exec_boot() {
	local output=$LAB_TMP/output console=$LAB_TMP/console.log

	initramfs_base "${KERNEL_DIRS[0]}"
	initramfs_for_boot "$INITRAMFS" "$LAB_TMP/initrd" LAB_MODE=exec "LAB_RESULTS=$ARCH_RESULTS" "DMABENCH_TIMING=$TIMING" "DMABENCH_EMULATOR=$EMULATOR"
	qemu_base "$TIMING" "$ACCEL" "${SEED:-$(schedule_any_seed)}" "$LAYOUT"
	EXEC_OUTPUT=$output EXEC_SHOWN=0
	: >"$output"
	qemu_boot "${KERNEL_DIRS[0]}/image" "$LAB_TMP/initrd" "$console" "$output" "${KERNEL_LABELS[0]}" exec_show
	exec_show
	if [[ -z $VERDICT_STATUS || $VERDICT == *panicked* ]] || grep -q '^lab: fail: ' "$console"; then
		exec_failed "$VERDICT" "$console"
	fi
	exit "$VERDICT_STATUS"
}

# What the script has printed since the last look.
exec_show() {
	local size

	size=$(stat -c %s -- "$EXEC_OUTPUT")
	if ((size > EXEC_SHOWN)); then
		tail -c "+$((EXEC_SHOWN + 1))" -- "$EXEC_OUTPUT" | head -c "$((size - EXEC_SHOWN))"
		EXEC_SHOWN=$size
	fi
}

# exec_failed WHY CONSOLE: the scratch folder goes, so its last lines are shown.
exec_failed() {
	tail -n 20 -- "$2" >&2
	fail "$1; above are the console's last lines"
}
