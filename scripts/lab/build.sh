# shellcheck shell=bash disable=SC2034,SC2154 # parts share variables
# Kernels built here, from Debian's packages of source:
# `build:SERIES[,patch=FILE][,revert=FILE][,config=FILE]`.
#
# A tree is unpacked once and built once. One with patches or options of its own consists of links to
# the same sources and of copies of that tree's objects, so that make compiles what these touch, no
# more. It is built in that tree's own place, for objects know by their path what they were made from.

BUILD_CONFIG=$LAB_DIR/kernel.config
BUILD_FRAGMENTS=("$BUILD_CONFIG") # what is built now: that, and more options
BUILD_MIB=3500 # sources, objects and the package, at their largest together
BUILD_LOG_LINES=15
BUILD_THREADS=$(nproc)
BUILD_AT= # where trees are built, if not in their own places

# Two builds of one tree with one config are to be the same to the bit.
BUILD_SAME=(KBUILD_BUILD_TIMESTAMP=@0 KBUILD_BUILD_USER=dmabench KBUILD_BUILD_HOST=lab KBUILD_BUILD_VERSION=1)
# A fifth of the compiler's time at best, for the same instructions: most of it goes into headers,
# where it remembers of each token which macro it came from, and judges indentation.
BUILD_FASTER='KCFLAGS=-pipe -ftrack-macro-expansion=0 -Wno-all -Wno-extra'

# What there is, for messages: "6.1 6.12 7.2".
build_series() { awk -F '\t' '$1 == "source" { print $2 }' "$(debian_index)" | sort -Vu | paste -sd ' '; }

# build_newest WANTED -> "VERSION PACKAGE BYTES" of the newest source that is of it.
build_newest() {
	awk -F '\t' -v wanted="$1" '
		$1 == "source" && (wanted == "newest" || wanted == $2 || $3 == wanted ||
			(index($3, wanted) == 1 && substr($3, length(wanted) + 1, 1) ~ /[-.+~]/)) {
			print $3, $5, $6
		}' "$(debian_index)" | sort -V | tail -n 1
}

# build_choose WANTED: sets BUILD_VERSION, BUILD_PACKAGE and BUILD_BYTES.
build_choose() {
	local index found=''

	index=$(debian_index)
	if [[ -s $index && -z $(find "$index" -mtime "+$DEBIAN_INDEX_DAYS") ]]; then
		found=$(build_newest "$1")
	fi
	if [[ -z $found ]]; then
		debian_update
		found=$(build_newest "$1")
	fi
	[[ -n $found ]] ||
		bad_usage "--kernel build:$1: no suite has the source of it; there are: $(build_series)"
	read -r BUILD_VERSION BUILD_PACKAGE BUILD_BYTES <<<"$found"
}

# build_folder [PATCH-OPTION]...: names a kernel by all that it is made of.
build_folder() {
	local option hash

	hash=$({
		build_key_lines "$BUILD_VERSION"
		gcc -dumpfullversion
		for option; do
			echo "${option%%=*}"
			cat -- "${option#*=}"
		done
	} | sha256sum)
	echo "$CACHE/kernels/build-$BUILD_VERSION-${hash:0:8}"
}

# build_key_lines VERSION: what the fragment has for kernels up to that version. What only later ones
# have changes nothing about this one, so that it is not built again when they come.
build_key_lines() {
	awk -v version="$1" '
		function number(text, v) { split(text, v, "."); return v[1] * 1000 + v[2] }
		/^# CONFIG_[A-Z0-9_]* since / { since[$2] = $4 }
		/^CONFIG_/ {
			name = substr($0, 1, index($0, "=") - 1)
			if (!(name in since) || number(version) >= number(since[name])) print
		}' "$BUILD_CONFIG"
}

kernel_get_build() {
	local base

	arch_only_amd64 "build: kernels of $ARCH are not built here: debian:SERIES has Debian's, path: and tree: take your own"
	build_need_tools
	build_check_patches
	build_choose "$1"
	base=$(build_folder)
	KERNEL_DIR=$(build_folder "${spec_patches[@]}")
	seal_check "$KERNEL_DIR" && return
	# What takes minutes is not to keep others from the cache.
	cache_unlock
	build_lock
	BUILD_TREE=$CACHE/sources/$BUILD_VERSION
	build_put_back
	seal_check "$base" || build_base "$base"
	if ((${#spec_patches[@]})) && ! seal_check "$KERNEL_DIR"; then
		build_is_of "$base" || build_base "$base"
		build_patched "$KERNEL_DIR"
	fi
	BUILD_TREE=''
	exec 8>&-
	cache_lock
}

build_lock() {
	exec 8>"$CACHE/build.lock"
	flock -n 8 && return
	say "waiting for another lab that is building a kernel"
	run_child flock 8
}

build_need_tools() {
	local tool

	for tool in gcc make flex bison bc git; do
		need_tool "$tool" "$tool"
	done
	need_tool xz xz-utils
	echo '#include <libelf.h>' | gcc -E -x c - >/dev/null 2>&1 ||
		fail "libelf.h is not installed, which building a kernel wants: apt-get install libelf-dev"
}

build_check_patches() {
	local option

	for option in "${spec_patches[@]}"; do
		[[ -f ${option#*=} && -r ${option#*=} ]] || bad_usage "--${option%%=*} ${option#*=}: no such file"
		if [[ $option == config=* ]]; then build_check_fragment "${option#*=}"; fi
	done
}

build_check_fragment() {
	local wrong

	wrong=$(grep -nvE '^(CONFIG_[A-Za-z0-9_]+=.+|#.*|[[:space:]]*)$' -- "$1" | head -n 1) || true
	[[ -z $wrong ]] ||
		bad_usage "config=$1:${wrong%%:*}: expected a line such as CONFIG_USERFAULTFD=y, found \"${wrong#*:}\""
}

# ---- trees ----

# build_base KERNEL-DIR: the tree as it comes.
build_base() {
	if [[ ! -f $BUILD_TREE/.unpacked ]]; then build_unpack; fi
	rm -f -- "$BUILD_TREE/.built"
	build_tree "$BUILD_TREE" "$1" "$BUILD_VERSION"
	build_stamp "$1" >"$BUILD_TREE/.built"
}

# build_is_of KERNEL-DIR: whether the tree's objects are those that this kernel was linked from, as
# make would compile them now. A kernel outlives its tree, which may since have been built with
# another config, or in part.
build_is_of() {
	[[ -f $BUILD_TREE/.built && $(<"$BUILD_TREE/.built") == "$(build_stamp "$1")" ]]
}

# build_stamp KERNEL-DIR: make compiles again what it has compiled with other flags.
build_stamp() {
	local compiler

	compiler=$(build_compiler)
	echo "${1##*/} ${compiler%gcc}$BUILD_FASTER"
}

# What was compiled before need not be again, in whatever tree: the same objects come out of it.
build_compiler() {
	if type -P ccache >/dev/null; then echo "ccache gcc"; else echo gcc; fi
}

# build_make_room: trees are 2.5 GB each, and the kernels built from them stay when they go. Those of
# other versions of the series do; those of other series where the disk has no room for one more
# beside this one, the one that was built longest ago first.
build_make_room() {
	local tree series

	series=$(kernel_series "$BUILD_VERSION")
	for tree in "$CACHE/sources/$series".*; do
		rm -rf -- "$tree"
	done
	while (($(cache_free_mib) < BUILD_MIB * 2)); do
		tree=$(find "$CACHE/sources" -mindepth 1 -maxdepth 1 -printf '%T@ %p\n' 2>/dev/null |
			sort -n | sed -n '1s/^[^ ]* //p') || true
		[[ -n $tree ]] || break
		rm -rf -- "$tree"
	done
}

build_unpack() {
	local debs=$LAB_TMP/debs

	build_make_room
	cache_need_mib "$BUILD_MIB" "building kernel $BUILD_VERSION"
	say "fetching the source of $BUILD_VERSION ($((BUILD_BYTES / 1000000)) MB)"
	rm -rf -- "$debs"
	mkdir -p "$debs" "$CACHE/sources"
	(cd "$debs" && run_child apt-get -c "$CACHE/apt/apt.conf" -q download "$BUILD_PACKAGE=$BUILD_VERSION") \
		>"$LAB_TMP/apt.log" 2>&1 ||
		fail "could not fetch $BUILD_PACKAGE $BUILD_VERSION: $(debian_apt_error): check the network and try again"
	mkdir "$LAB_TMP/tree"
	run_child build_untar "$debs" "$LAB_TMP/tree" || fail_for_space "$BUILD_MIB" "unpacking $BUILD_VERSION"
	rm -rf -- "$debs"
	touch "$LAB_TMP/tree/.unpacked"
	mv -- "$LAB_TMP/tree" "$BUILD_TREE"
}

# build_untar DEBS TREE
build_untar() {
	dpkg-deb --fsys-tarfile "$1"/*.deb | tar -xO --wildcards '*/linux-source-*.tar.xz' |
		tar -x -I 'xz -T0' -C "$2" --strip-components 1
}

# build_patched KERNEL-DIR: a clone of the base, patched, built where the base was, and gone.
build_patched() {
	local tree=$LAB_TMP/tree option name=''

	cache_need_mib 1000 "building kernel $BUILD_VERSION with patches"
	mkdir -p "$tree"
	run_child build_clone "$BUILD_TREE" "$tree" || fail_for_space 1000 "a tree to patch"
	for option in "${spec_patches[@]}"; do
		name+=", ${option%%=*} ${option##*[/=]}"
		case $option in
		config=*) BUILD_FRAGMENTS+=("${option#*=}") ;;
		*) build_patch "$tree" "${option%%=*}" "${option#*=}" ;;
		esac
	done
	mv -- "$BUILD_TREE" "$BUILD_TREE.base"
	mv -- "$tree" "$BUILD_TREE"
	build_tree "$BUILD_TREE" "$1" "$BUILD_VERSION$name"
	BUILD_FRAGMENTS=("$BUILD_CONFIG")
	build_put_back
}

# The base into its place again; also what builds that failed or were killed have left.
build_put_back() {
	local base

	[[ -n ${BUILD_TREE-} ]] || return 0
	for base in "${BUILD_TREE%/*}"/*.base; do
		[[ -d $base ]] || continue
		rm -rf -- "${base%.base}"
		mv -- "$base" "${base%.base}"
	done
}

# build_clone FROM TO: sources are linked, which patching replaces. Compilers write into the
# objects that are there: those are copied.
build_clone() {
	(cd "$1" && find . ! -type d ! -newer .unpacked -print0 | cpio -0pdl --quiet "$2") &&
		(cd "$1" && find . -type f -newer .unpacked -print0 | cpio -0pdm --quiet "$2")
}

# build_patch TREE patch|revert FILE: strictly, all of it or nothing.
build_patch() {
	local tree=$1 what=$2 file options=()

	file=$(readlink -f -- "$3")
	if [[ $what == revert ]]; then options=(-R); fi
	if (cd "$tree" && GIT_CEILING_DIRECTORIES=${tree%/*} git apply --allow-empty --whitespace=nowarn "${options[@]}" "$file") \
		2>"$LAB_TMP/patch.log"; then
		grep -q '^@@' "$file" || say "$3 changes nothing"
		return
	fi
	fail "--$what $3: does not apply to $BUILD_VERSION: $(build_refused "$file")"
}

# build_refused FILE: git names a file and the hunk's first line; the hunk tells more.
build_refused() {
	local place

	place=$(sed -n 's/^error: patch failed: //p' "$LAB_TMP/patch.log" | head -n 1)
	if [[ -z $place ]]; then
		sed -n 's/^error: //p' "$LAB_TMP/patch.log" | head -n 1
	else
		echo "$place: $(build_hunk "$1" "${place%:*}" "${place##*:}")"
	fi
}

# build_hunk PATCH PATH LINE: the head of the hunk of that file which begins there.
build_hunk() {
	awk -v path="$2" -v line="$3" '
		/^(---|\+\+\+) / { ours = substr($2, index($2, "/") + 1) == path || (ours && /^\+/) }
		ours && /^@@ / && (index($2 ",", "-" line ",") == 1 || index($3 ",", "+" line ",") == 1) {
			print
			exit
		}' "$1"
}

# ---- make ----

# build_tree TREE KERNEL-DIR NAME
build_tree() {
	local tree=$1 started=$SECONDS log release

	mkdir -p "$CACHE/logs"
	log=$CACHE/logs/${2##*/}.log
	say "building kernel $3"
	cat -- "${BUILD_FRAGMENTS[@]}" >"$LAB_TMP/fragment"
	build_make "$tree" "$log" KCONFIG_ALLCONFIG="$LAB_TMP/fragment" allnoconfig || build_failed "$log" "$3"
	build_check_config "$tree/.config" "$tree"
	build_make "$tree" "$log" bzImage || build_failed "$log" "$3"
	release=$(image_release "$tree/arch/x86/boot/bzImage") || build_failed "$log" "$3"
	kernel_assemble "$tree/arch/x86/boot/bzImage" "$release"
	cp -- "$tree/.config" "$LAB_TMP/kernel/config"
	cache_install "$LAB_TMP/kernel" "$2"
	say "built $3 in $((SECONDS - started)) s"
}

# build_one_place FOLDER: trees are to be built there, by a mount that nobody else sees.
# (Where that is not allowed, they are built in their own places, and from nothing.)
build_one_place() {
	BUILD_AT=$1 BUILD_MOUNT=(unshare -m)
	if ((UID)); then BUILD_MOUNT=(unshare -r -m); fi
	mkdir -p -- "$1"
	"${BUILD_MOUNT[@]}" mount --bind "$1" "$1" 2>/dev/null || BUILD_AT=''
}

# build_make TREE LOG ARGUMENT...
build_make() {
	local status=0 shown=$SECONDS mounted=()

	# shellcheck disable=SC2016 # for the other shell
	if [[ -n $BUILD_AT ]]; then
		mounted=("${BUILD_MOUNT[@]}" bash -c 'mount --bind "$1" "$2" && shift 2 && exec "$@"' - "$1" "$BUILD_AT")
	fi
	# A group of its own: make's children would outlive it.
	setsid "${mounted[@]}" env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -C "${BUILD_AT:-$1}" -j "$BUILD_THREADS" ARCH=x86_64 \
		"CC=$(build_compiler)" "${BUILD_SAME[@]}" "$BUILD_FASTER" "${@:3}" >>"$2" 2>&1 </dev/null 8>&- &
	LAB_CHILD=$! LAB_GROUP=-
	while kill -0 "$LAB_CHILD" 2>/dev/null; do
		if job_is_orphan; then exit 1; fi
		if [[ -t 2 ]] && ((SECONDS > shown)); then
			shown=$SECONDS
			printf '\r\033[K%d files, %d s' "$(grep -c '^  [A-Z]' "$2")" "$SECONDS" >&2
		fi
		pause 0.2
	done
	[[ ! -t 2 ]] || printf '\r\033[K' >&2
	wait "$LAB_CHILD" || status=$?
	LAB_CHILD='' LAB_GROUP=''
	return "$status"
}

build_failed() {
	if grep -q 'No space left' "$1"; then fail_for_space "$BUILD_MIB" "building kernel $2"; fi
	grep -vE '^  [A-Z]|^make|^#' "$1" | tail -n "$BUILD_LOG_LINES" >&2
	fail "building kernel $2 failed; above are the last lines of $1"
}

# Options that make dropped without a word, for want of another or by a typing error.
build_check_config() {
	local version line lost=()

	version=$(make -s -C "$2" kernelversion)
	while read -r line; do
		case $line in
		*=n) ! grep -q "^${line%n}" "$1" || lost+=("$line") ;;
		*) grep -qxF -- "$line" "$1" || lost+=("${line%%=*}") ;;
		esac
	done < <(build_wanted "$version")
	((${#lost[@]} == 0)) ||
		fail "kernel $version cannot have ${lost[*]} as $(build_who_asks "${lost[0]%%=*}") asks:" \
			"has it another name there, or does it depend on another one?"
}

build_who_asks() { grep -l "^$1=" -- "${BUILD_FRAGMENTS[@]}" | tail -n 1; }

# build_wanted VERSION: what the fragments ask of a kernel of that version; the last one has its way.
build_wanted() {
	awk -v version="$1" '
		function number(text, v) { split(text, v, "."); return v[1] * 1000 + v[2] }
		/^# CONFIG_[A-Z0-9_]* since / { since[FILENAME, $2] = $4 }
		/^# CONFIG_[A-Z0-9_]* until / { until[FILENAME, $2] = $4 }
		/^CONFIG_/ {
			name = substr($0, 1, index($0, "=") - 1)
			if (((FILENAME, name) in since) && number(version) < number(since[FILENAME, name])) next
			if (((FILENAME, name) in until) && number(version) > number(until[FILENAME, name])) next
			wanted[name] = $0
		}
		END { for (name in wanted) print wanted[name] }' "${BUILD_FRAGMENTS[@]}" | sort
}
