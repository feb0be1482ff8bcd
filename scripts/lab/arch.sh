# shellcheck shell=bash disable=SC2034,SC2154 # parts share variables
# Architectures of guests: what differs between them, as data. A new one is a function here.

ARCHES=(amd64 arm64)

# arch_use NAME: sets ARCH and its facts.
arch_use() {
	ARCH=$1
	"arch_$1"
	QEMU=${DMABENCH_QEMU:-$ARCH_QEMU}
}

arch_amd64() {
	ARCH_MACHINE=x86_64           # as uname says it
	ARCH_FLAVOURS=amd64           # pattern of what Debian's kernels end in
	ARCH_CACHE=''                 # ends names of folders in the cache
	ARCH_QEMU=qemu-system-x86_64
	ARCH_QEMU_PACKAGE=qemu-system-x86
}

arch_arm64() {
	ARCH_MACHINE=aarch64
	ARCH_FLAVOURS='arm64(-16k)?'
	ARCH_CACHE=-arm64
	ARCH_QEMU=qemu-system-aarch64
	ARCH_QEMU_PACKAGE=qemu-system-arm
}

# Whether its programs do not run here by themselves.
arch_is_foreign() { [[ $(uname -m) != "$ARCH_MACHINE" ]]; }
