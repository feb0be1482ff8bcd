# shellcheck shell=bash disable=SC2034,SC2153,SC2154 # parts share variables
# Kernels: from a SPEC to a folder holding `image`, `release` and lib/modules.
#
# A SPEC is KIND:VALUE[,modules=DIR][,patch=FILE]...[,revert=FILE]...[,config=FILE]...[,label=NAME].
# A new kind is one function, kernel_get_KIND, and one word in KERNEL_KINDS.

KERNEL_KINDS='debian path tree build'

# One entry a --kernel, filled by kernels_resolve.
KERNEL_SPECS=()
KERNEL_DIRS=()
KERNEL_LABELS=()

# kernel_parse SPEC: sets spec_kind, spec_value, spec_modules, spec_patches, spec_label.
kernel_parse() {
	local spec=$1 options word

	spec_kind=${spec%%:*} spec_modules='' spec_patches=() spec_label=''
	[[ $spec == *:?* && " $KERNEL_KINDS " == *" $spec_kind "* ]] ||
		bad_usage "--kernel \"$spec\": expected debian:SERIES (debian:6.12, debian:newest)," \
			"path:BZIMAGE[,modules=DIR], tree:DIR or build:SERIES (build:7.2)"
	IFS=, read -r -a options <<<"${spec#*:}"
	spec_value=${options[0]}
	for word in "${options[@]:1}"; do
		case $word in
		modules=?*) spec_modules=${word#*=} ;;
		patch=?* | revert=?* | config=?*) spec_patches+=("$word") ;;
		label=?*) spec_label=${word#*=} ;;
		*) bad_usage "--kernel \"$spec\": unknown option \"$word\" (known: modules=DIR, patch=FILE," \
			"revert=FILE, config=FILE, label=NAME)" ;;
		esac
	done
	[[ $spec_label =~ ^[A-Za-z0-9._+-]*$ ]] ||
		bad_usage "--kernel \"$spec\": a label may hold letters, digits and . _ + - only"
	if [[ $spec_kind == build ]]; then
		spec_patches+=("${PATCHES[@]}")
	elif ((${#spec_patches[@]} + ${#PATCHES[@]})); then
		bad_usage "--kernel \"$spec\": only what is built here can be patched or configured (build:7.2)"
	fi
}

# kernels_resolve SPEC...: all of them, before anything boots.
kernels_resolve() {
	local spec

	for spec in "$@"; do
		kernel_parse "$spec"
		cache_lock
		"kernel_get_$spec_kind" "$spec_value"
		cache_unlock
		KERNEL_SPECS+=("$spec")
		KERNEL_DIRS+=("$KERNEL_DIR")
		KERNEL_LABELS+=("$(kernel_label "$spec_label")")
	done
}

# Two builds of one release must not share a folder of results.
kernel_label() {
	local label=${1:-$(<"$KERNEL_DIR/release")} unique number=2

	unique=$label
	while [[ " ${KERNEL_LABELS[*]-} " == *" $unique "* ]]; do
		unique=$label-$((number++))
	done
	echo "$unique"
}

kernel_get_debian() {
	local wanted=$1

	kernel_debian_choose "$wanted"
	kernel_debian_is_sound && return
	need_tool dpkg-deb dpkg
	if [[ -n $(debian_missing "$KERNEL_RELEASE") ]]; then kernel_debian_in_part "$wanted"; fi
	kernel_debian_install && return

	# Versions vanish from mirrors: the list may be older than the archive.
	debian_update
	kernel_debian_choose "$wanted"
	kernel_debian_install ||
		fail "could not fetch kernel $KERNEL_RELEASE: $(debian_apt_error): check the network and try again"
}

# kernel_debian_in_part WANTED: the list may be older than the archive; else it is refused.
kernel_debian_in_part() {
	local missing

	debian_update
	kernel_debian_choose "$1"
	missing=$(debian_missing "$KERNEL_RELEASE")
	[[ -z $missing ]] ||
		bad_usage "--kernel debian:$1: Debian has $KERNEL_RELEASE only in part: $missing is missing" \
			"(see \`dmabench lab list\`)"
}

# (Some were fetched without their modules, which had left the mirror.)
kernel_debian_is_cached() {
	[[ -s $CACHE/kernels/debian-$1/.seal && -d $CACHE/kernels/debian-$1/lib/modules/$1/kernel ]]
}

kernel_debian_is_sound() {
	local status=0

	kernel_debian_is_cached "$KERNEL_RELEASE" || return 1
	seal_check "$KERNEL_DIR" || status=$?
	if ((status == 2)); then
		say "the cached kernel $KERNEL_RELEASE in $KERNEL_DIR is corrupt: fetching it again"
	fi
	return "$status"
}

# kernel_debian_choose WANTED: sets KERNEL_RELEASE and KERNEL_DIR. What the cache
# can meet is not asked of the network, unless the list is old.
kernel_debian_choose() {
	local index

	index=$(debian_index)
	KERNEL_RELEASE=
	if [[ -s $index ]]; then
		KERNEL_RELEASE=$(debian_newest "$1")
	fi
	if [[ -z $KERNEL_RELEASE || -n $(find "$index" -mtime +"$DEBIAN_INDEX_DAYS") ]]; then
		debian_update
		KERNEL_RELEASE=$(debian_newest "$1")
	fi
	[[ -n $KERNEL_RELEASE ]] ||
		bad_usage "--kernel debian:$1: no suite has it; there are: $(debian_series | paste -sd ' ')" \
			"(see \`dmabench lab list\`)"
	KERNEL_DIR=$CACHE/kernels/debian-$KERNEL_RELEASE
}

kernel_debian_install() {
	local release=$KERNEL_RELEASE unpacked=$LAB_TMP/unpacked image

	say "fetching kernel $release"
	debian_fetch "$release" "$unpacked" || return 1
	for image in "$unpacked"/boot/vmlinuz-* "$unpacked"/usr/lib/modules/*/vmlinuz; do
		[[ -f $image ]] && break
	done
	kernel_assemble "$image" "$release" "$unpacked"/{usr/,}lib/modules/"$release"
	rm -rf -- "$unpacked"
	cache_install "$LAB_TMP/kernel" "$KERNEL_DIR"
}

kernel_get_path() {
	local image=$1 release

	[[ -f $image ]] || bad_usage "--kernel path:$image: no such file (expected a $ARCH_IMAGE)"
	kernel_check_arch "--kernel path:$image" "$image"
	release=$(image_release "$image") ||
		bad_usage "--kernel path:$image: not a Linux $ARCH_IMAGE ($ARCH_TREE_IMAGE in a built tree)"
	if [[ -n $spec_modules ]]; then
		kernel_find_modules "$spec_modules" "$release"
	else
		KERNEL_MODULES=
	fi
	kernel_borrow "$image" "$release" "$KERNEL_MODULES"
}

# kernel_check_arch WHAT IMAGE
kernel_check_arch() {
	local found

	found=$(image_arch "$2") || return 0 # no kernel, which is told with what was expected
	[[ $found == "$ARCH" ]] || bad_usage "$1: is a kernel of $found: give --arch $found"
}

# Accept the folder itself, or one that holds lib/modules/RELEASE.
kernel_find_modules() {
	for KERNEL_MODULES in "$1" "$1/$2" "$1"/{,usr/}lib/modules/"$2"; do
		[[ ${KERNEL_MODULES##*/} == "$2" || $KERNEL_MODULES == "$1" ]] || continue
		[[ -d $KERNEL_MODULES/kernel ]] && return
	done
	bad_usage "modules=$1: holds no modules of $2 (expected it to hold kernel/, or lib/modules/$2/kernel/)"
}

kernel_get_tree() {
	local tree=$1 image=$1/$ARCH_TREE_IMAGE release modules=''

	[[ -d $tree ]] || bad_usage "--kernel tree:$tree: no such folder (expected a built kernel tree)"
	[[ -f $image ]] || bad_usage "--kernel tree:$tree: no $ARCH_TREE_IMAGE in it: build it first (make -j$(nproc))"
	release=$(image_release "$image") || bad_usage "--kernel tree:$tree: $image is not a Linux $ARCH_IMAGE"
	if [[ -s $tree/modules.order ]]; then
		need_tool make make
		run_child make -s -C "$tree" INSTALL_MOD_PATH="$LAB_TMP/tree" INSTALL_MOD_STRIP=1 \
			DEPMOD=true modules_install >"$LAB_TMP/make.log" 2>&1 ||
			fail "--kernel tree:$tree: make modules_install failed: $(tail -n 1 "$LAB_TMP/make.log")"
		modules=$LAB_TMP/tree/lib/modules/$release
	fi
	kernel_borrow "$image" "$release" "$modules"
	rm -rf -- "$LAB_TMP/tree"
}

# A user's own kernel changes under us, so it is taken afresh for each call.
kernel_borrow() {
	kernel_assemble "$@"
	KERNEL_DIR=$LAB_TMP/kernel-${#KERNEL_DIRS[@]}
	mv -- "$LAB_TMP/kernel" "$KERNEL_DIR"
}

# kernel_assemble IMAGE RELEASE [MODULES-DIR]...: the first of them that exists.
kernel_assemble() {
	local image=$1 release=$2 kernel=$LAB_TMP/kernel modules

	need_tool depmod kmod
	rm -rf -- "$kernel"
	mkdir -p "$kernel/lib/modules/$release"
	for modules in "${@:3}"; do
		[[ -n $modules && -d $modules ]] || continue
		cp -r --reflink=auto "$modules/." "$kernel/lib/modules/$release/"
		break
	done
	rm -f -- "$kernel/lib/modules/$release"/{build,source,vmlinuz,config}
	touch "$kernel/lib/modules/$release"/modules.{order,builtin,builtin.modinfo}
	PATH=$PATH:/usr/sbin depmod -b "$kernel" "$release" ||
		fail "depmod could not read the modules of $release"
	image_unpack "$image" "$kernel/image" || cp "$image" "$kernel/image"
	echo "$release" >"$kernel/release"
}

# Every series that a suite has, its newest release, and what is at hand.
kernels_list() {
	local series release folder missing

	printf '%-16s %-26s %-10s %s\n' SPEC RELEASE CACHED SUITES
	for series in $(debian_series); do
		release=$(debian_newest "$series") missing=$(debian_missing "$(debian_newest "$series")")
		printf '%-16s %-26s %-10s %s\n' "debian:$series" "$release" \
			"$(kernel_debian_is_cached "$release" && echo yes || echo -)" \
			"$(awk -F '\t' -v r="$release" '$2 == r { print $4 }' "$(debian_index)" | sort -u | paste -sd ,)${missing:+, but no $missing}"
	done
	# What is built here is built for this machine.
	for series in $([[ $ARCH != amd64 ]] || build_series); do
		release=$(build_newest "$series")
		release=${release%% *}
		printf '%-16s %-26s %-10s %s\n' "build:$series" "$release" \
			"$(compgen -G "$CACHE/kernels/build-$release-*/.seal" >/dev/null && echo yes || echo -)" \
			"$(awk -F '\t' -v v="$release" '$1 == "source" && $3 == v { print $4 }' "$(debian_index)" | sort -u | paste -sd ,)"
	done
	for folder in "$CACHE"/kernels/debian-*; do
		release=${folder##*/debian-}
		[[ $release =~ -$ARCH_FLAVOURS$ ]] || continue
		kernel_debian_is_cached "$release" || continue
		[[ $release == "$(debian_newest "$(kernel_series "$release")")" ]] ||
			printf '%-16s %-26s %-10s %s\n' "debian:$(kernel_wanted "$release")" "$release" yes 'an older one'
	done
}

kernel_series() {
	[[ $1 =~ ^[0-9]+\.[0-9]+ ]] && echo "${BASH_REMATCH[0]}$([[ $1 != *-16k ]] || echo -16k)"
}

# kernel_wanted RELEASE -> what names it behind "debian:": 6.12.57+deb13, 6.12.57+deb13-16k.
kernel_wanted() { sed -E "s/-$ARCH//" <<<"$1"; }
