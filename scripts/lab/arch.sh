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
	ARCH_MACHINE=x86_64     # as uname says it
	ARCH_FLAVOURS=amd64     # pattern of what releases of Debian's kernels end in
	ARCH_CACHE=''           # ends names in the cache
	ARCH_IMAGE=bzImage      # what a kernel's image is called, and where a built tree has it
	ARCH_TREE_IMAGE=arch/x86/boot/bzImage

	ARCH_QEMU=qemu-system-x86_64 ARCH_QEMU_PACKAGE=qemu-system-x86
	# What a PC has and no guest here uses: the firmware spends a second on it.
	ARCH_QEMU_MACHINE=q35,kernel-irqchip=split,sata=off,smbus=off,i8042=off,smm=off,vmport=off
	ARCH_IOMMUS='intel amd virtio' # the first one where none is asked for
	# The CPU is a model by name, less what some QEMU cannot emulate, so that kernels choose the same code
	# under each of them (`max` is another CPU in each version). Emulation counts each byte of a `rep
	# stosb`, which is how a kernel clears pages where the CPU is said to be fast at it: no erms, no fsrm.
	ARCH_QEMU_CPU=Skylake-Server-v1,check=off,-erms,-fsrm,-x2apic,-pcid,-invpcid,-tsc-deadline,-hle,-rtm
	ARCH_QEMU_CPU+=,-avx512f,-avx512dq,-avx512cd,-avx512bw,-avx512vl,-rdseed,-xsavec,-xgetbv1,-mpx,-ds,-ds-cpl,-tm2,-pdcm,-3dnowprefetch
	ARCH_QEMU_RESULTS=(-serial chardev:results)
	# Where each node has a root bus of its own; empty where all ports are on one.
	ARCH_NODE_BUS=pxb-pcie

	ARCH_CONSOLE=ttyS0 ARCH_RESULTS=ttyS1
	ARCH_APPEND_TIMER='no_timer_check '
	# One instruction is one nanosecond: nothing to calibrate, and calibrating
	# the local timer busy-waits for seconds of the host's time.
	ARCH_APPEND_ICOUNT=' tsc=reliable tsc_early_khz=1000000 nolapic_timer'
}

arch_arm64() {
	ARCH_MACHINE=aarch64
	ARCH_LOADER=ld-linux-aarch64.so.1
	ARCH_FLAVOURS='arm64(-16k)?'
	ARCH_CACHE=-arm64
	ARCH_IMAGE=Image
	ARCH_TREE_IMAGE=arch/arm64/boot/Image

	ARCH_QEMU=qemu-system-aarch64 ARCH_QEMU_PACKAGE=qemu-system-arm
	ARCH_QEMU_MACHINE=virt,gic-version=3,iommu=smmuv3
	ARCH_IOMMUS=smmuv3
	# The counter ticks once an instruction, not once in 16. Emulated pointer authentication takes
	# three times the wall clock for the same counts. Without lpa2, tables have four levels and 48
	# bits, as servers' have.
	ARCH_QEMU_CPU=max,pauth=off,lpa2=off,cntfrq=1000000000
	# The machine has one serial port for us; the other is the secure world's.
	ARCH_QEMU_RESULTS=(-device 'pci-serial,chardev=results,bus=pcie.0,addr=4')
	# A device tree tells the kernel of no other root bus than the machine's own.
	ARCH_NODE_BUS=''
	ARCH_PORTS_FOLDER=/sys/devices/platform/4010000000.pcie/pci0000:00

	ARCH_CONSOLE=ttyAMA0 ARCH_RESULTS=ttyS0
	ARCH_APPEND_TIMER=''
	ARCH_APPEND_ICOUNT=''
}

# Whether its programs do not run here by themselves.
arch_is_foreign() { [[ $(uname -m) != "$ARCH_MACHINE" ]]; }

# arch_only_amd64 WHAT: for what the lab can do for that one alone.
arch_only_amd64() {
	[[ $ARCH == amd64 ]] || bad_usage "--arch $ARCH: $1"
}
