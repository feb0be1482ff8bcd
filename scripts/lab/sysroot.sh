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

# sysroot_libraries PROGRAM: sets LIBRARY_FILES to what it needs of the sysroot, by what each file
# names: ldd runs the program, which this machine cannot.
sysroot_libraries() {
	local name file queue=("$1")

	LIBRARY_FILES=("$SYSROOT/lib/$ARCH_LOADER")
	while ((${#queue[@]})); do
		file=${queue[0]} queue=("${queue[@]:1}")
		while read -r name; do
			[[ $name != "$ARCH_LOADER" ]] || continue
			file=$(sysroot_find "$name") ||
				fail "$1 needs $name, which $SYSROOT lacks: build it by make ARCH=$ARCH"
			[[ " ${LIBRARY_FILES[*]} " != *" $file "* ]] || continue
			LIBRARY_FILES+=("$file") queue+=("$file")
		done < <(readelf -dW -- "$file" | sed -n 's/.*(NEEDED).*\[\(.*\)\]$/\1/p')
	done
}

sysroot_find() {
	local folder

	for folder in "$SYSROOT"/{,usr/}lib/"$ARCH_MACHINE-linux-gnu"; do
		if [[ -e $folder/$1 ]]; then
			echo "$folder/$1"
			return
		fi
	done
	return 1
}

# sysroot_program: sets GUEST_DMABENCH to the program built for guests, of the version that runs here.
sysroot_program() {
	local version

	for GUEST_DMABENCH in "${DMABENCH%/*}-$ARCH/dmabench" "$LAB_DIR/$ARCH/dmabench"; do
		[[ ! -x $GUEST_DMABENCH ]] || break
	done
	[[ -x $GUEST_DMABENCH ]] ||
		fail "there is no dmabench for $ARCH (${DMABENCH%/*}-$ARCH/dmabench): scripts/deps $ARCH && make ARCH=$ARCH"
	version=$("$DMABENCH" --version) version=${version#dmabench }
	grep -qaF -- "${version%% *}" "$GUEST_DMABENCH" ||
		say "$GUEST_DMABENCH is of another version than $DMABENCH (${version%% *}): make ARCH=$ARCH builds it anew"
}
