# shellcheck shell=bash disable=SC2034,SC2153,SC2154 # parts share variables
# QEMU: its command line, and the watch over one boot.

KVM_PROBE_SEC=20
QEMU_RACE_AGAIN=2 # more boots after one that QEMU lost

# What a kernel begins with and no guest here uses, those that take long: a generator of random
# numbers that tests itself, schedulers and congestion control in BPF, keys of modules' signers.
QEMU_INITCALLS_WITHOUT=jent_mod_init,scx_init,bpf_tcp_ca_kfunc_init,load_system_certificate_list

qemu_need() {
	type -P "$QEMU" >/dev/null || fail "$QEMU is not installed: apt-get install $ARCH_QEMU_PACKAGE"
	# "QEMU emulator version 7.2.22 (Debian …)": records say which one it was.
	EMULATOR=$("$QEMU" --version 2>/dev/null | sed -n '1s/^QEMU emulator version \([0-9.]*\).*/QEMU \1/p') || true
}

# qemu_base TIMING ACCEL SEED LAYOUT: sets QEMU_ARGS and QEMU_APPEND.
#
# The guest's only source of chance is its CPU's random numbers, and those follow
# -seed: address space layout and free lists are then the seed's as well.
qemu_base() {
	local timing=$1 accel=$2 seed=$3 layout=$4 cpu=host

	if [[ $accel == tcg ]]; then cpu=$ARCH_QEMU_CPU; fi
	topology_qemu
	QEMU_ARGS=(
		-nodefaults -no-user-config -display none -no-reboot -seed "$seed" -cpu "$cpu"
		-M "$ARCH_QEMU_MACHINE,accel=$accel" "${IOMMU_ARGS[@]}"
		"${TOPOLOGY_ARGS[@]}"
	)
	# Self-tests, timer checks and services that no guest here uses only lengthen the
	# boot; NUMA balancing would move pages, at a time of its own choosing, under a
	# benchmark that places them.
	QEMU_APPEND="console=$ARCH_CONSOLE quiet panic=-1 $IOMMU_APPEND numa_balancing=disable"
	QEMU_APPEND+=" cryptomgr.notests ${ARCH_APPEND_TIMER}random.trust_cpu=on pcie_ports=compat"
	QEMU_APPEND+=" initcall_blacklist=$QEMU_INITCALLS_WITHOUT"
	QEMU_APPEND+=$(topology_append)
	# The emulated CPU has none of the hardware's own answers to its bugs, so each version of a kernel
	# would guard against them in its own way, at a cost that no current server pays.
	if [[ $accel == tcg ]]; then QEMU_APPEND+=' mitigations=off'; fi
	if [[ $timing == icount ]]; then
		QEMU_ARGS+=(-icount 'shift=0,sleep=off' -rtc 'base=2024-01-01,clock=vm')
		QEMU_APPEND+=$ARCH_APPEND_ICOUNT
	fi
	if [[ $layout == fixed ]]; then
		QEMU_APPEND+=' nokaslr norandmaps'
	fi
	QEMU_APPEND+=" $APPEND"
}

# qemu_start IMAGE INITRD CONSOLE RESULTS: in the background, as LAB_CHILD.
qemu_start() {
	local leash=()

	# So that QEMU goes even when this shell is killed outright.
	if type -P setpriv >/dev/null; then
		leash=(setpriv --pdeathsig KILL)
	fi
	: >"$3"
	"${leash[@]}" "$QEMU" "${QEMU_ARGS[@]}" "${PROFILE_ARGS[@]}" -kernel "$1" -initrd "$2" -append "$QEMU_APPEND" \
		-chardev "file,id=console,path=${3//,/,,}" -serial chardev:console \
		-chardev "file,id=results,path=${4//,/,,}" "${ARCH_QEMU_RESULTS[@]}" \
		</dev/null >"$LAB_TMP/qemu.log" 2>&1 9>&- &
	LAB_CHILD=$!
}

# qemu_watch CONSOLE RESULTS SILENCE-SEC SHOW: waits for the end; 1 when silent too
# long. Calls SHOW ten times a second.
qemu_watch() {
	local size last_size='' quiet_since=$SECONDS looked=$SECONDS

	while kill -0 "$LAB_CHILD" 2>/dev/null; do
		pause 0.1
		if job_is_orphan; then exit 1; fi
		"$4"
		((SECONDS > looked)) || continue
		looked=$SECONDS size=$(stat -c %s -- "$1" "$2" 2>/dev/null) || true
		if [[ $size != "$last_size" ]]; then
			last_size=$size quiet_since=$SECONDS
		elif ((SECONDS - quiet_since >= $3)); then
			stop_child
			return 1
		fi
	done
	wait "$LAB_CHILD" || true
	LAB_CHILD=
}

# qemu_boot IMAGE INITRD CONSOLE RESULTS NAME SHOW: boots to the end, and again where QEMU itself
# failed. Sets VERDICT and VERDICT_STATUS.
qemu_boot() {
	local again

	for ((again = 1; ; again++)); do
		qemu_start "${@:1:4}"
		if qemu_watch "$3" "$4" "$SILENCE_SEC" "$6"; then
			qemu_verdict "$3"
		else
			VERDICT="the guest said nothing for $SILENCE and was stopped (--silence allows more)" VERDICT_STATUS=
		fi
		if ((again > QEMU_RACE_AGAIN)) || ! qemu_lost_race "$3"; then return; fi
		jobs_clear_line
		say "$5: QEMU lost a race while the kernel patched its own code (int3): booting again"
	done
}

# qemu_lost_race CONSOLE: where each CPU of the guest has a thread, one may execute what another is
# patching, and meet the breakpoint that the kernel puts there meanwhile as one that nobody set.
# Seen by QEMU 7.2 in 1 of 16 to 100 boots, in their first seconds.
qemu_lost_race() {
	[[ $TIMING == wall && $ACCEL == tcg ]] || return 1
	grep -aqE 'int3: [0-9a-f]+ \[#' "$1" && ! grep -aqE '^lab: (run|script)' "$1"
}

# qemu_verdict CONSOLE: sets VERDICT to what went wrong, or to nothing, and
# VERDICT_STATUS to the guest's own exit status.
qemu_verdict() {
	local text

	text=$(tr -d '\r' <"$1")
	VERDICT='' VERDICT_STATUS=$(sed -n 's/^lab: exit \([0-9]*\)$/\1/p' <<<"$text" | tail -n 1)
	if grep -q 'Kernel panic' <<<"$text"; then
		VERDICT="the guest's kernel panicked: $(grep -o 'Kernel panic.*' <<<"$text" | head -n 1)"
	elif grep -q '^lab: fail: ' <<<"$text"; then
		VERDICT=$(sed -n 's/^lab: fail: //p' <<<"$text" | head -n 1)
	elif [[ -z $VERDICT_STATUS && -s $LAB_TMP/qemu.log ]]; then
		VERDICT="QEMU ended early: $(grep -v warning "$LAB_TMP/qemu.log" | head -n 1)"
	elif [[ -z $VERDICT_STATUS ]]; then
		VERDICT='the guest went off before the run was done'
	elif ((VERDICT_STATUS != 0)); then
		VERDICT="dmabench exited $VERDICT_STATUS in the guest, saying: $(grep -v '^lab: \|^\[\|^$' <<<"$text" | tail -n 1 || true)"
	fi
}

# qemu_accel KERNEL-IMAGE: sets ACCEL. A KVM that opens may still be unable
# to run a kernel (nested virtualisation often is), so a boot decides, once a host boot.
qemu_accel() {
	local known

	ACCEL=tcg
	arch_is_foreign && return 0
	[[ -r /dev/kvm && -w /dev/kvm ]] || return 0
	known=$CACHE/kvm-$(</proc/sys/kernel/random/boot_id)
	if [[ ! -s $known ]]; then
		rm -f -- "$CACHE"/kvm-*
		if qemu_kvm_boots "$1"; then echo kvm >"$known"; else echo tcg >"$known"; fi
	fi
	ACCEL=$(<"$known")
	if [[ $ACCEL == tcg ]]; then
		say "/dev/kvm is there but cannot run a kernel: using emulation, whose wall clock is rough (see --timing icount)"
	fi
}

# A kernel without an initramfs that gets as far as missing its root has booted.
qemu_kvm_boots() {
	local console=$LAB_TMP/kvm.log started=$SECONDS

	: >"$LAB_TMP/qemu.log" # looked at before QEMU may have opened it

	"$QEMU" -nodefaults -no-user-config -display none -no-reboot -m 512 -cpu host \
		-M q35,accel=kvm,kernel-irqchip=split -kernel "$1" -append 'console=ttyS0 panic=-1' \
		-chardev "file,id=console,path=$console" -serial chardev:console </dev/null >"$LAB_TMP/qemu.log" 2>&1 9>&- &
	LAB_CHILD=$!
	while kill -0 "$LAB_CHILD" 2>/dev/null && ((SECONDS - started < KVM_PROBE_SEC)) &&
		! grep -qE 'emulation failure|KVM internal error|entry failed' "$LAB_TMP/qemu.log"; do
		pause 0.2
	done
	stop_child
	LAB_CHILD=
	grep -q 'Kernel panic' "$console"
}
