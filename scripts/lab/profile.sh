# shellcheck shell=bash disable=SC2034,SC2154 # parts share variables
# `lab profile`, and --profile and --why of others: QEMU counts instructions by function.
#
# A plugin counts them by address (lib/counter); names are given afterwards, by the symbols that the
# guest sends behind its results. What the guest does until then is the same with and without.

PROFILE=''          # which boots are profiled: "all", "first" of each kernel, or none
PROFILE_ARGS=()     # more for QEMU, in a boot that is profiled
SYMBOLS_MARK='lab: symbols'

# profile_find_plugin: sets PROFILE_PLUGIN.
profile_find_plugin() {
	PROFILE_PLUGIN=${DMABENCH%/*}/dmabench-count.so
	[[ -f $PROFILE_PLUGIN ]] || PROFILE_PLUGIN=$LAB_DIR/dmabench-count.so
	[[ -f $PROFILE_PLUGIN ]] ||
		fail "the plugin that counts instructions is neither beside $DMABENCH nor in $LAB_DIR: build it (make)"
}

# profile_begin RESULTS PAIR: prepares a boot; sets PROFILE_ARGS, PROFILE_RAW and LAB_SYMBOLS.
profile_begin() {
	PROFILE_ARGS=() PROFILE_RAW=''
	[[ $PROFILE == all || $PROFILE == first && $2 == 1 ]] || return 0
	PROFILE_RAW=$LAB_TMP/profile.raw
	rm -f -- "$PROFILE_RAW"
	PROFILE_ARGS=(-plugin "$PROFILE_PLUGIN,out=${PROFILE_RAW//,/,,}")
}

# profile_finish RESULTS: what the guest sent behind its results goes from there, and profiles come.
profile_finish() {
	local at

	[[ -n $PROFILE_RAW ]] || return 0
	at=$(grep -abm 1 "^$SYMBOLS_MARK\$" -- "$1" | cut -d : -f 1) || true
	tail -c "+$((at + ${#SYMBOLS_MARK} + 2))" -- "$1" | gzip -dc >"$LAB_TMP/kallsyms"
	truncate -s "$at" -- "$1"
	cp "$PROFILE_RAW" "$1.raw"; cp "$LAB_TMP/kallsyms" "$1.syms"
}
