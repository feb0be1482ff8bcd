# shellcheck shell=bash disable=SC2034,SC2154 # parts share variables
# The cache: what was fetched and made, each entry with its own checksums.

CACHE=${DMABENCH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/dmabench}

cache_open() {
	local stale

	mkdir -p -- "$CACHE"/{apt,kernels,initramfs} 2>/dev/null ||
		fail "cannot make the cache folder $CACHE: set DMABENCH_CACHE to a folder you may write"
	[[ -w $CACHE ]] ||
		fail "cannot write to the cache folder $CACHE: set DMABENCH_CACHE to a folder you may write"
	CACHE=$(cd -- "$CACHE" && pwd)

	# A lab killed outright could not tidy up after itself.
	for stale in "$CACHE"/tmp.*; do
		[[ -d $stale ]] || continue
		kill -0 "${stale##*.}" 2>/dev/null || rm -rf -- "$stale"
	done
	LAB_TMP=$CACHE/tmp.$$
	mkdir -p -- "$LAB_TMP" || fail_for_space 1 "the scratch folder $LAB_TMP"
}

cache_lock() {
	exec 9>"$CACHE/lock"
	flock -n 9 && return
	say "waiting for another lab that is filling the cache $CACHE"
	run_child flock 9
}

cache_unlock() { exec 9>&-; }

cache_free_mib() { df -Pm -- "$CACHE" | awk 'NR == 2 { print $4 }'; }

fail_for_space() {
	fail "no space for the cache: $CACHE has $(cache_free_mib) MiB free, $2 needs $1 MiB:" \
		"free some, or set DMABENCH_CACHE to a folder on a larger disk"
}

# cache_need_mib MIB WHAT
cache_need_mib() {
	(($(cache_free_mib) >= $1)) || fail_for_space "$1" "$2"
}

# seal DIR: record what is in it now. A seal is written last, so that a folder
# without one is a folder that was never finished.
seal() {
	(cd -- "$1" && find . -type f ! -name '.se*' -print0 | sort -z |
		xargs -0 -r sha256sum >"$LAB_TMP/seal") || return 1
	mv -- "$LAB_TMP/seal" "$1/.seal"
}

# seal_check DIR: silent; 1 when unsealed, 2 when what is there has changed.
# Reading 60 MB is a tenth of a boot, so files whose inode has not been written
# to since they were last read are taken as read.
seal_check() {
	local stamp

	[[ -s $1/.seal ]] || return 1
	stamp=$(seal_stamp "$1")
	[[ -f $1/.seen && $(<"$1/.seen") == "$stamp" ]] && return 0
	(cd -- "$1" && sha256sum --quiet --strict -c .seal >/dev/null 2>&1) || return 2
	echo "$stamp" 2>/dev/null >"$1/.seen" || true
}

seal_stamp() { find "$1" -type f ! -name .seen -printf '%P %i %s %T@ %C@\n' | sort; }

# cache_install FROM TO: the finished folder appears at once or not at all.
cache_install() {
	seal "$1" || fail_for_space 200 "$2"
	rm -rf -- "$2"
	mv -- "$1" "$2"
}
