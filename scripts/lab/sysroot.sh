# shellcheck shell=bash disable=SC2034,SC2154 # parts share variables
# Libraries and headers of another architecture, from Debian's packages: what dmabench is built
# against for it, and what its guests run.
#
# They come from one suite whatever the host has, so that guests of all hosts run the same code.

SYSROOT_SUITE=bookworm
SYSROOT_MIB=400
SYSROOT_PACKAGES='libc6 libc6-dev linux-libc-dev libgcc-s1 libcrypt1 libudev1 busybox-static
	libhwloc15 libhwloc-dev libjansson4 libjansson-dev liburing2 liburing-dev libpfm4 libpfm4-dev
	libcmocka0 libcmocka-dev'

sysroot_folder() { echo "$CACHE/sysroot$ARCH_CACHE"; }

# sysroot_need: sets SYSROOT; it is fetched by `lab fetch`, for it takes a minute and a network.
sysroot_need() {
	SYSROOT=$(sysroot_folder)
	seal_check "$SYSROOT" ||
		fail "$SYSROOT has no sound set of $ARCH libraries: scripts/deps $ARCH" \
			"(or: dmabench lab fetch --arch $ARCH)"
}

# sysroot_fetch: makes it where it is not there, or not sound.
sysroot_fetch() {
	local folder debs=$LAB_TMP/debs root=$LAB_TMP/sysroot deb packages=()

	folder=$(sysroot_folder)
	seal_check "$folder" && return
	need_tool dpkg-deb dpkg
	say "fetching libraries of $ARCH"
	if [[ ! -s $(debian_index) ]]; then debian_update; fi
	cache_need_mib "$SYSROOT_MIB" "the libraries of $ARCH"
	rm -rf -- "$debs" "$root"
	mkdir -p "$debs" "$root"
	for deb in $SYSROOT_PACKAGES; do
		packages+=("$deb/$SYSROOT_SUITE")
	done
	debian_download "$debs" "${packages[@]}" || {
		debian_update
		debian_download "$debs" "${packages[@]}"
	} || fail "could not fetch the libraries of $ARCH: $(debian_apt_error): check the network and try again"
	for deb in "$debs"/*.deb; do
		run_child dpkg-deb -x "$deb" "$root" || fail_for_space "$SYSROOT_MIB" "unpacking the libraries of $ARCH"
	done
	rm -rf -- "$debs" "$root"/usr/share/{doc,man,locale,lintian}
	cache_install "$root" "$folder"
}
