# shellcheck shell=bash disable=SC2034,SC2153,SC2154 # parts share variables
# IOMMUs of guests: what QEMU is given for each, and what the guest's kernel is. A new one is a
# function here and a word in ARCH_IOMMUS.

# iommu_use WORD: sets IOMMU and its facts; empty: the architecture's own.
#
# Each function sets IOMMU_ARGS for QEMU, IOMMU_DEVICE that QEMU must have, IOMMU_APPEND for the kernel,
# IOMMU_MODULES where it may be a module (a leading `?`: it may be built in or lack), IOMMU_WIDTHS of
# addresses, IOMMU_UNSAFE where VFIO has to be told that interrupts are not remapped, and IOMMU_OPTION,
# the kernel's own name for its driver.
iommu_use() {
	local name=${1:-${ARCH_IOMMUS%% *}}

	IOMMU=$name
	[[ " $ARCH_IOMMUS " == *" $IOMMU "* ]] ||
		bad_usage "--iommu $name: the machine of $ARCH has none; expected one of $ARCH_IOMMUS"
	IOMMU_ARGS=() IOMMU_DEVICE='' IOMMU_APPEND='' IOMMU_MODULES='' IOMMU_WIDTHS=48 IOMMU_UNSAFE=''
	"iommu_$IOMMU"
	[[ " $IOMMU_WIDTHS " == *" $IOMMU_BITS "* ]] ||
		bad_usage "--iommu-bits $IOMMU_BITS: the emulated $IOMMU IOMMU has one width; Intel's has a choice"
	IOMMU_GUEST=("LAB_IOMMU=$IOMMU" "LAB_IOMMU_OPTION=$IOMMU_OPTION" "LAB_IOMMU_UNSAFE=$IOMMU_UNSAFE") # for its init
}

iommu_intel() {
	IOMMU_DEVICE=intel-iommu IOMMU_WIDTHS='39 48 57'
	IOMMU_ARGS=(-device "intel-iommu,intremap=on,aw-bits=$IOMMU_BITS")
	IOMMU_APPEND='intel_iommu=on iommu=nopt' IOMMU_OPTION=CONFIG_INTEL_IOMMU
}

# The driver takes no interrupt remapping from QEMU's, and VFIO wants to be told that this is accepted.
iommu_amd() {
	IOMMU_DEVICE=amd-iommu IOMMU_UNSAFE=1
	IOMMU_ARGS=(-device "amd-iommu,intremap=on")
	IOMMU_APPEND='amd_iommu=force_enable iommu=nopt' IOMMU_OPTION=CONFIG_AMD_IOMMU
}

# The kernel sends requests to a device, and QEMU keeps the tables.
iommu_virtio() {
	IOMMU_DEVICE=virtio-iommu-pci IOMMU_UNSAFE=1
	IOMMU_ARGS=(-device "virtio-iommu-pci,bus=pcie.0,addr=1e")
	IOMMU_APPEND='iommu=nopt' IOMMU_MODULES='?virtio_pci ?virtio-iommu' IOMMU_OPTION=CONFIG_VIRTIO_IOMMU
}

# It is part of the machine.
iommu_smmuv3() {
	# Where the kernel asks too late for isolation between ports (6.12), functions would share a group.
	IOMMU_APPEND='iommu.passthrough=0 iommu.strict=1 pci=config_acs=xx111x1@pci:0:0' IOMMU_OPTION=CONFIG_ARM_SMMU_V3
}

# iommu_need: whether QEMU has it. Only those that every QEMU has are not asked for.
iommu_need() {
	[[ $IOMMU != intel && -n $IOMMU_DEVICE ]] || return 0
	"$QEMU" -device help 2>/dev/null | grep "^name \"$IOMMU_DEVICE\"" >/dev/null ||
		fail "--iommu $IOMMU: $QEMU has no device $IOMMU_DEVICE: name another one by DMABENCH_QEMU, or take --iommu intel"
}
