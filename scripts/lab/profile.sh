# shellcheck shell=bash disable=SC2034,SC2154 # parts share variables
# `lab profile`, and --profile and --why of others: which functions executed how many instructions.
#
# A plugin of QEMU counts them by address (lib/counter); names come afterwards, of the symbols that
# the guest sends behind its results. What the guest does before is the same with and without.

PROFILE=''        # which boots are profiled: all, or the first one of each kernel; none where empty
PROFILE_ARGS=()   # more for QEMU, in a boot that is profiled
PROFILE_COUNTS='' # the plugin's file, in such a boot

SYMBOLS_MARK='{"record":"symbols","gzip":"'

# A kernel's own symbols are the same in each boot, but for where chance loads them: they are kept, so
# that later boots send _text and the modules alone. SYMBOLS_FROM is the first byte of the guest's list
# that is wanted, in ten digits, so that all boots read as much of it; 0: no list.
SYMBOLS_NONE=0000000000
SYMBOLS_ALL=0000000001

# profile_need: sets PROFILE_PLUGIN.
profile_need() {
	[[ $TIMING == icount ]] ||
		bad_usage "profile: --timing $TIMING: instructions are counted where they are the clock: --timing icount"
	PROFILE_PLUGIN=${DMABENCH%/*}/dmabench-count.so
	if [[ ! -f $PROFILE_PLUGIN ]]; then PROFILE_PLUGIN=$LAB_DIR/dmabench-count.so; fi
	[[ -f $PROFILE_PLUGIN ]] ||
		fail "the plugin dmabench-count.so is neither beside $DMABENCH nor in $LAB_DIR: build it (make)"
	qemu_need
	"$QEMU" -help | grep -q '^-plugin' ||
		fail "$QEMU was built without plugins, which count the instructions: name another one by DMABENCH_QEMU"
}

# profile_cells: WORDS are cells, one or more, or one config; several become a config.
profile_cells() {
	local cell list=()

	((${#WORDS[@]} > 1)) || return 0
	for cell in "${WORDS[@]}"; do
		[[ ! -e $cell && $cell == */*=* ]] || bad_usage "profile: $cell: expected one CONFIG, or cells as results name them"
		list+=("\"${cell//[\"\\]/}\"")
	done
	printf '{"name": "cells", "matrix": [%s]}\n' "$(IFS=, && echo "${list[*]}")" >"$LAB_TMP/cells.json"
	WORDS=("$LAB_TMP/cells.json")
}

# profile_begin RESULTS PAIR KERNEL-DIR: before a boot.
profile_begin() {
	local name=${1#"$OUT"/}

	PROFILE_ARGS=() PROFILE_COUNTS='' SYMBOLS_FROM=$SYMBOLS_NONE
	[[ $PROFILE == all || ($PROFILE == first && $2 == 1) ]] || return 0
	PROFILE_COUNTS=$LAB_TMP/${name//\//-}.counts
	rm -f -- "$PROFILE_COUNTS"
	PROFILE_ARGS=(-plugin "${PROFILE_PLUGIN//,/,,},out=${PROFILE_COUNTS//,/,,}")
	SYMBOLS_KEPT=$CACHE/symbols/${3##*/} SYMBOLS_FROM=$SYMBOLS_ALL
	if [[ $3 != "$CACHE"/kernels/* ]]; then SYMBOLS_KEPT=; fi
	if [[ -s $SYMBOLS_KEPT ]]; then SYMBOLS_FROM=$(head -n 1 -- "$SYMBOLS_KEPT"); fi
}

# profile_end RESULTS LABEL: after the boot; symbols go from the results, profiles come. 1: none came.
profile_end() {
	local at symbols=$PROFILE_COUNTS.symbols said

	[[ -n $PROFILE_COUNTS ]] || return 0
	at=$(grep -abm 1 "^$SYMBOLS_MARK" -- "$1" 2>/dev/null | cut -d : -f 1) || true
	[[ -n $at ]] || return 0
	tail -c "+$((at + ${#SYMBOLS_MARK} + 1))" -- "$1" | cut -d '"' -f 1 | base64 -d 2>/dev/null | gzip -dcq >"$symbols.sent" 2>/dev/null || true
	truncate -s "$at" -- "$1"
	profile_symbols "$symbols"
	if [[ ! -s $symbols ]]; then
		said="this kernel has no /proc/kallsyms, by which functions get their names: it takes CONFIG_KALLSYMS"
	elif said=$("$DMABENCH" lab profile-records "$PROFILE_COUNTS" "$symbols" "$1" 2>&1 >/dev/null); then
		[[ -z $said ]] || say "$2: ${said#dmabench: }"
		said=
	fi
	rm -f -- "$symbols" "$symbols.sent" "$PROFILE_COUNTS"
	[[ -n $said ]] || return 0
	say "$2: no profile: ${said#dmabench: }"
	return 1
}

# profile_symbols FILE: makes it of what was kept of this kernel and FILE.sent, and keeps what is new.
profile_symbols() {
	local from kept=$SYMBOLS_KEPT

	if [[ $SYMBOLS_FROM == "$SYMBOLS_ALL" ]]; then
		tail -n +2 -- "$1.sent" >"$1" # the list has its _text, too
	elif [[ -s $1.sent ]]; then
		tail -n +2 -- "$kept" | cat - "$1.sent" >"$1"
	fi
	[[ $SYMBOLS_FROM == "$SYMBOLS_ALL" && -n $kept && -s $1 ]] || return 0
	from=$(grep -abm 1 $'\t\\[' -- "$1" | cut -d : -f 1) || return 0 # no module, so nothing to spare
	mkdir -p -- "${kept%/*}"
	if {
		printf '%010d\n' "$((from + 1))" && head -c "$from" -- "$1" | grep ' [tTwW] '
	} >"$kept.$BASHPID" 2>/dev/null; then
		mv -- "$kept.$BASHPID" "$kept"
	else
		rm -f -- "$kept.$BASHPID"
	fi
}

# profile_verdict: what QEMU says of a plugin, as a user can act on it.
profile_verdict() {
	if [[ -n $PROFILE_COUNTS && $VERDICT == *'API version'* ]]; then
		VERDICT="$EMULATOR has another interface for plugins than dmabench-count.so knows (${VERDICT##*plugin requires }): name another QEMU by DMABENCH_QEMU"
	fi
}
