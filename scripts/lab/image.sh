# shellcheck shell=bash disable=SC2034,SC2154 # parts share variables
# Images of kernels: their architecture, which release they are, and the vmlinux packed in a bzImage.

# image_number FILE OFFSET BYTES -> the little-endian number there.
image_number() { od -An -t "u$3" -j "$2" -N "$3" -- "$1" | tr -d ' '; }

# image_arch FILE -> the architecture of the kernel in it; 1 where it is no kernel.
image_arch() {
	if [[ $(dd if="$1" bs=1 skip=514 count=4 status=none | tr -d '\0') == HdrS ]]; then
		echo amd64
	elif [[ $(dd if="$1" bs=1 skip=56 count=4 status=none | tr -d '\0') == ARMd ]]; then
		echo arm64
	else
		return 1
	fi
}

image_release() {
	local arch

	arch=$(image_arch "$1") || return 1
	"image_release_$arch" "$1"
}

# The image is not packed: its greeting stands in it.
image_release_arm64() {
	local text

	text=$(LC_ALL=C grep -aom 1 'Linux version [0-9][^ ]* ' -- "$1" | head -n 1) || return 1
	text=${text#Linux version }
	echo "${text% }"
}

image_release_amd64() {
	local offset text

	offset=$(($(image_number "$1" 526 2) + 512))
	text=$(tail -c "+$((offset + 1))" -- "$1" | head -z -n 1 | tr -d '\0') || true
	[[ $text == *' '* ]] || return 1
	echo "${text%% *}"
}

# image_unpack BZIMAGE VMLINUX: emulated decompression costs each boot three
# seconds, so it is done once, here. A kernel that QEMU cannot enter without its
# boot stub (no PVH entry note), or packed in a way no tool here reads, is refused.
image_unpack() {
	local offset length tool

	[[ $(image_arch "$1") == amd64 ]] || return 1
	offset=$((($(image_number "$1" 497 1) + 1) * 512 + $(image_number "$1" 584 4)))
	length=$(image_number "$1" 588 4)
	tool=$(image_tool "$(od -An -t x1 -j "$offset" -N 4 -- "$1" | tr -d ' ')") || return 1
	# Behind the packed kernel stand four bytes of its size, which unpackers call rubbish.
	tail -c "+$((offset + 1))" -- "$1" | head -c "$length" | $tool >"$2" 2>/dev/null || true
	[[ $(head -c 4 -- "$2" | tr -d '\0') == $'\x7fELF' ]] && LC_ALL=C grep -qaP '\x12\0\0\0Xen\0' "$2"
}

image_tool() {
	case $1 in
	28b52ffd) echo zstd -dc ;;
	fd377a58) echo xz -dc ;;
	1f8b*) echo gzip -dc ;;
	02214c18) echo lz4 -dc ;;
	*) return 1 ;;
	esac
}
