# shellcheck shell=bash disable=SC2034,SC2154 # parts share variables
# The guest's files: a base cached by its content, and a small part for each boot.

BUSYBOX_APPLETS='base64 cat dd gzip insmod mkdir mount reboot rm sed setsid cttyhack sh sleep stty tail uname'

# initramfs_base KERNEL-DIR: sets INITRAMFS to the cached archive.
initramfs_base() {
	local kernel=$1 key

	initramfs_need_tools
	initramfs_modules "$kernel"
	initramfs_libraries
	key=$(initramfs_key "$kernel")
	INITRAMFS=$CACHE/initramfs/$key
	if ! seal_check "$INITRAMFS"; then initramfs_add "$kernel"; fi
	touch "$INITRAMFS"
	INITRAMFS=$INITRAMFS/cpio
}

# initramfs_add KERNEL-DIR: by one lab or boot at a time, for others may want the same one now.
initramfs_add() {
	exec 7>"$CACHE/initramfs.lock"
	run_child flock 7
	if ! seal_check "$INITRAMFS"; then
		initramfs_make "$1"
		find "$CACHE/initramfs" -mindepth 1 -maxdepth 1 -mtime +7 -exec rm -rf {} +
	fi
	exec 7>&-
}

initramfs_need_tools() {
	need_tool cpio cpio
	need_tool modprobe kmod
	if arch_is_foreign; then
		need_tool readelf binutils
		BUSYBOX=$SYSROOT/bin/busybox
		return
	fi
	BUSYBOX=/bin/busybox GUEST_DMABENCH=$DMABENCH SYSROOT=
	[[ -x $BUSYBOX ]] || fail "$BUSYBOX is not installed: apt-get install busybox-static"
	if ldd "$BUSYBOX" >/dev/null 2>&1; then
		fail "$BUSYBOX is not the static one: apt-get install busybox-static"
	fi
	[[ -x $DMABENCH ]] || fail "$DMABENCH is not there to run in the guest: build it first (make)"
}

# initramfs_modules KERNEL-DIR: sets MODULE_FILES, in the order of loading. A
# leading `?` marks what a kernel may well lack.
initramfs_modules() {
	local kernel=$1 release wanted name shown file

	release=$(<"$kernel/release")
	MODULE_FILES=()
	for wanted in $IOMMU_MODULES $(topology_modules); do
		name=${wanted#\?}
		if ! shown=$(PATH=$PATH:/usr/sbin modprobe -d "$kernel" -S "$release" --show-depends "$name" 2>"$LAB_TMP/modprobe.log"); then
			# A kernel without a single module has it built in, or the guest will say.
			[[ $wanted == \?* || ! -s $kernel/lib/modules/$release/modules.dep ]] && continue
			fail "kernel $release has no module $name: $(head -n 1 "$LAB_TMP/modprobe.log");" \
				"give it one with path:BZIMAGE,modules=DIR, or build it in"
		fi
		while read -r _ file _; do
			[[ $file == /* && " ${MODULE_FILES[*]-} " != *" $file "* ]] && MODULE_FILES+=("$file")
		done < <(grep '^insmod ' <<<"$shown")
	done
}

initramfs_libraries() {
	local missing

	if arch_is_foreign; then
		sysroot_libraries "$GUEST_DMABENCH"
		return
	fi
	LIBRARY_FILES=()
	if missing=$(ldd "$DMABENCH" 2>/dev/null | grep 'not found'); then
		fail "$DMABENCH lacks a library here:${missing%%=>*}is not found: scripts/deps installs what it needs"
	fi
	# `ldd` fails on a static program, which needs none.
	mapfile -t LIBRARY_FILES < <(ldd "$DMABENCH" 2>/dev/null | grep -o '/[^ ]*')
}

initramfs_key() {
	{
		echo "${BUSYBOX_APPLETS} ${MODULE_FILES[*]##*/}"
		cat -- "$GUEST_DMABENCH" "${LIBRARY_FILES[@]}" "$BUSYBOX" "$LAB_DIR/guest/init" "${MODULE_FILES[@]}"
	} | sha256sum | cut -c 1-32
}

# Not packed: unpacking under emulation costs more than reading does here.
initramfs_make() {
	local root=$LAB_TMP/root file applet

	cache_need_mib 60 "the initramfs of $(<"$1/release")"
	rm -rf -- "$root" "$LAB_TMP/initramfs"
	mkdir -p "$root"/{bin,dev,proc,sys,tmp,lab/modules} "$LAB_TMP/initramfs"
	cp -- "$BUSYBOX" "$root/bin/busybox"
	for applet in $BUSYBOX_APPLETS; do
		ln -s busybox "$root/bin/$applet"
	done
	install -m 755 -- "$GUEST_DMABENCH" "$root/bin/dmabench"
	install -m 755 -- "$LAB_DIR/guest/init" "$root/init"
	for file in "${LIBRARY_FILES[@]}"; do
		install -D -m 755 -- "$(readlink -f "$file")" "$root${file#"$SYSROOT"}"
	done
	: >"$root/lab/modules/order"
	for file in "${MODULE_FILES[@]}"; do
		initramfs_module "$file" "$root/lab/modules" ||
			fail "could not unpack the module $file: apt-get install xz-utils zstd"
	done
	initramfs_pack "$root" >"$LAB_TMP/initramfs/cpio" || fail_for_space 60 "the initramfs"
	rm -rf -- "$root"
	cache_install "$LAB_TMP/initramfs" "$INITRAMFS"
}

# initramfs_module FILE DIR: the guest is spared unpacking, too.
initramfs_module() {
	local name=${1##*/}

	name=${name%%.ko*}.ko
	echo "$name" >>"$2/order"
	case $1 in
	*.ko) cp -- "$1" "$2/$name" ;;
	*.ko.xz) xz -dc -- "$1" >"$2/$name" ;;
	*.ko.zst) zstd -dcq -- "$1" >"$2/$name" ;;
	*.ko.gz) gzip -dc -- "$1" >"$2/$name" ;;
	esac
}

# No file has a time of its own: the kernel reads it in hexadecimal, in more or fewer instructions.
initramfs_pack() {
	find "$1" -exec touch -h -d @0 {} +
	(cd -- "$1" && find . -print0 | sort -z | cpio -0 -o -H newc -R 0:0 --reproducible --quiet)
}

# initramfs_for_boot FROM TO ENV-LINE...: the base, and what differs in this boot.
# The text is of one length whatever it says, so that it moves nothing in memory.
initramfs_for_boot() {
	local root=$LAB_TMP/boot

	mkdir -p "$root/lab"
	printf '%-1024s\n' "$(printf 'export %q\n' "${@:3}" "${IOMMU_GUEST[@]}")"$'\n#' >"$root/lab/env"
	topology_guest >"$root/lab/devices"
	if [[ -n $CONFIG ]]; then cp -- "$CONFIG" "$root/lab/config.json"; fi
	if [[ -n $SCRIPT ]]; then cp -- "$SCRIPT" "$root/lab/script"; fi
	if ((${#EXTRA_FILES[@]})); then cp -- "${EXTRA_FILES[@]}" "$root/lab/"; fi
	{ cat -- "$1" && initramfs_pack "$root"; } >"$2" || fail_for_space 60 "the initramfs of a boot"
	rm -rf -- "$root"
}
