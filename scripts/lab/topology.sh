# shellcheck shell=bash disable=SC2034,SC2154 # parts share variables
# Topologies: nodes, CPUs, memory and devices, from a file of plain lines:
#
#	node N [cpus=N] [memory=SIZE] [huge1g=N]
#	distance N N VALUE
#	device KIND [node=N] [vfs=N] [functions=N] [disk=SIZE] [bar=SIZE] [vfio|dma]
#
# A device sits behind a root port of its own, on a root bus of its node, so that
# sysfs gives its numa_node. `vfs`: so many virtual functions can be created.
# `vfio`: the guest hands it (with vfs, its virtual functions) to vfio-pci.
# `dma`: it hands it to dma_map_benchmark, where the kernel has that.
# `disk`: what is written to it is lost. `huge1g`: pages of 1 GiB set aside while the
# guest boots, for a node that has run for a second seldom has one left.

TOPOLOGY_ABOUT=
NODE_CPUS=()
NODE_MEMORY_MIB=()
NODE_HUGE1G=()
NODE_DISTANCES=()
DEVICES=()

topology_error() { bad_usage "$TOPOLOGY_FILE:$TOPOLOGY_LINE: $*"; }

# topology_load NAME-OR-FILE
topology_load() {
	local words

	TOPOLOGY_FILE=$1
	if [[ $1 != */* && -f $LAB_DIR/topologies/$1 ]]; then
		TOPOLOGY_FILE=$LAB_DIR/topologies/$1
	fi
	[[ -f $TOPOLOGY_FILE && -r $TOPOLOGY_FILE ]] ||
		bad_usage "--topology $1: no such file; there are: $(cd "$LAB_DIR/topologies" && echo *), or a file of your own"
	TOPOLOGY_LINE=0
	while read -r -a words || ((${#words[@]})); do
		TOPOLOGY_LINE=$((TOPOLOGY_LINE + 1))
		case ${words[0]-#} in
		'#'*) ;;
		about) TOPOLOGY_ABOUT=${words[*]:1} ;;
		node) topology_node "${words[@]:1}" ;;
		distance) topology_distance "${words[@]:1}" ;;
		device) topology_device "${words[@]:1}" ;;
		*) topology_error "unknown word \"${words[0]}\" (expected about, node, distance or device)" ;;
		esac
	done <"$TOPOLOGY_FILE"
	TOPOLOGY_LINE=end
	((${#NODE_CPUS[@]})) || topology_error "no node line (expected at least: node 0 cpus=1 memory=2G)"
	((NODE_CPUS[0])) || topology_error "node 0 has no CPU, and the guest starts on it"
	((${#DEVICES[@]})) || topology_error "no device line (expected at least: device testdev node=0 vfio)"
}

topology_node() {
	local number=${1-} word cpus=0 memory=2048 huge1g=0

	[[ $number == "${#NODE_CPUS[@]}" && $number -lt 4 ]] ||
		topology_error "node \"$number\": expected node ${#NODE_CPUS[@]} here (nodes 0 to 3, in order)"
	for word in "${@:2}"; do
		case $word in
		cpus=[0-9] | cpus=[1-9][0-9]) cpus=${word#*=} ;;
		memory=*) memory=$(parse_size_mib "${word#*=}") ||
			topology_error "\"$word\" is no size (expected such as memory=2G)" ;;
		huge1g=[0-9]) huge1g=${word#*=} ;;
		*) topology_error "node: unknown \"$word\" (expected cpus=N, memory=SIZE or huge1g=N)" ;;
		esac
	done
	NODE_CPUS+=("$cpus")
	NODE_MEMORY_MIB+=("$memory")
	NODE_HUGE1G+=("$huge1g")
}

topology_distance() {
	[[ $# == 3 && "$*" =~ ^[0-3]\ [0-3]\ [0-9]+$ && $3 -gt 10 && $3 -lt 255 ]] ||
		topology_error "distance $*: expected two nodes and a value from 11 to 254"
	NODE_DISTANCES+=("$*")
}

topology_device() {
	local kind=${1-} word key value node=0 vfs=0 functions=1 size=0 driver=-

	for word in "${@:2}"; do
		key=${word%%=*} value=${word#*=}
		case $kind:$key in
		*:vfio | testdev:dma) driver=$word ;;
		*:node) node=$(topology_number "$word" 0 $((${#NODE_CPUS[@]} - 1))) || exit ;;
		nvme:vfs) vfs=$(topology_number "$word" 1 64) || exit ;;
		nvme:functions) functions=$(topology_number "$word" 1 8) || exit ;;
		ivshmem:bar | nvme:disk) size=$(parse_size_mib "$value") || topology_error "\"$word\" is no size (expected such as $key=1G)" ;;
		*) topology_error "device $kind: unknown \"$word\"" ;;
		esac
	done
	case $kind in
	testdev) ;;
	nvme) ((vfs == 0 || functions == 1)) || topology_error "device nvme: vfs= and functions= exclude each other" ;;
	ivshmem) ((size && (size & (size - 1)) == 0)) || topology_error "device ivshmem: expected bar=SIZE, a power of two" ;;
	*) topology_error "unknown device \"$kind\" (expected testdev, nvme or ivshmem)" ;;
	esac
	DEVICES+=("$kind $node $vfs $functions $size $driver")
}

# topology_number KEY=VALUE LEAST MOST
topology_number() {
	local value=${1#*=}

	[[ $value =~ ^(0|[1-9][0-9]?)$ && $value -ge $2 && $value -le $3 ]] ||
		topology_error "\"$1\": expected a number from $2 to $3"
	echo "$value"
}

# topology_set_memory MIB: as much in all, shared out as the file shares its own.
topology_set_memory() {
	local node sum=0 wanted=$1 least

	for node in "${!NODE_CPUS[@]}"; do
		sum=$((sum + NODE_MEMORY_MIB[node]))
	done
	for node in "${!NODE_CPUS[@]}"; do
		NODE_MEMORY_MIB[node]=$((NODE_MEMORY_MIB[node] * wanted / sum / 2 * 2))
		least=$((256 + NODE_HUGE1G[node] * 1024))
		((NODE_MEMORY_MIB[node] >= least)) ||
			bad_usage "--memory: node $node would have ${NODE_MEMORY_MIB[node]} MiB; it needs $least MiB"
	done
}

# Counted instructions need the one thread, hence one CPU.
topology_force_one_cpu() {
	local node

	for node in "${!NODE_CPUS[@]}"; do
		NODE_CPUS[node]=$((node == 0))
	done
}

# All that QEMU has for the guest, BARs of memory included.
topology_memory_mib() {
	local node device fields sum=0

	for node in "${!NODE_MEMORY_MIB[@]}"; do
		sum=$((sum + NODE_MEMORY_MIB[node]))
	done
	for device in "${DEVICES[@]}"; do
		read -r -a fields <<<"$device"
		if [[ ${fields[0]} == ivshmem ]]; then sum=$((sum + fields[4])); fi
	done
	echo "$sum"
}

# What the guest's kernel is told of its nodes.
topology_append() {
	local node pools=()

	for node in "${!NODE_HUGE1G[@]}"; do
		pools+=("$node:${NODE_HUGE1G[node]}")
	done
	if [[ " ${NODE_HUGE1G[*]} " == *[1-9]* ]]; then
		echo " hugepagesz=1G hugepages=$(IFS=, && echo "${pools[*]}")"
	fi
}

topology_modules() {
	echo vfio-pci vfio_iommu_type1 '?iommufd'
	if [[ " ${DEVICES[*]}" == *nvme* ]]; then
		echo nvme
	fi
}

# The root bus of a node: 64, 96, 128, 160.
topology_bus() { echo $((64 + $1 * 32)); }

# topology_port INDEX NODE SLOT: the words of QEMU's that place a root port. Where ports of all nodes are on
# one bus, the first eight slots are left to the machine.
topology_port() {
	if [[ -n $ARCH_NODE_BUS ]]; then
		printf 'bus=bus%d,addr=%x' "$2" "$3"
	else
		printf 'bus=pcie.0,addr=%x' $((8 + $1))
	fi
}

# topology_folder INDEX NODE SLOT: that port in the guest's sysfs.
topology_folder() {
	local bus

	bus=$(printf '%04x:%02x' 0 "$(topology_bus "$2")")
	if [[ -n $ARCH_NODE_BUS ]]; then
		echo "/sys/devices/pci$bus/$bus:$(printf %02x "$3").0"
	else
		printf '%s/0000:00:%02x.0\n' "$ARCH_PORTS_FOLDER" $((8 + $1))
	fi
}

# topology_qemu: sets TOPOLOGY_ARGS to what QEMU is to be given.
topology_qemu() {
	local node cpu=0 cpus memory=0 last distance device fields hotplug ports=(0 0 0 0) index=0

	TOPOLOGY_ARGS=()
	for node in "${!NODE_CPUS[@]}"; do
		last=$((cpu + NODE_CPUS[node] - 1))
		cpus=''
		if ((NODE_CPUS[node])); then cpus=,cpus=$cpu-$last; fi
		TOPOLOGY_ARGS+=(
			-object "memory-backend-ram,id=ram$node,size=${NODE_MEMORY_MIB[node]}M"
			-numa "node,nodeid=$node,memdev=ram$node$cpus"
		)
		if [[ -n $ARCH_NODE_BUS ]]; then
			TOPOLOGY_ARGS+=(-device "$ARCH_NODE_BUS,id=bus$node,bus=pcie.0,bus_nr=$(topology_bus "$node"),numa_node=$node")
		fi
		cpu=$((last + 1)) memory=$((memory + NODE_MEMORY_MIB[node]))
	done
	for distance in "${NODE_DISTANCES[@]}"; do
		read -r -a fields <<<"$distance"
		TOPOLOGY_ARGS+=(-numa "dist,src=${fields[0]},dst=${fields[1]},val=${fields[2]}")
	done
	TOPOLOGY_ARGS+=(-smp "$cpu" -m "${memory}M")
	for device in "${DEVICES[@]}"; do
		read -r -a fields <<<"$device"
		node=${fields[1]}
		# Virtual functions come and go as hot-plugged devices do; ports that hold
		# none are spared the kernel's hotplug service.
		hotplug=off
		if ((fields[2])); then hotplug=on; fi
		TOPOLOGY_ARGS+=(-device "pcie-root-port,id=port$index,$(topology_port "$index" "$node" "${ports[node]}"),chassis=$((index + 1)),hotplug=$hotplug")
		topology_qemu_device "$index" "${fields[@]}"
		ports[node]=$((ports[node] + 1)) index=$((index + 1))
	done
}

# topology_qemu_device INDEX KIND NODE VFS FUNCTIONS SIZE DRIVER
topology_qemu_device() {
	local index=$1 kind=$2 vfs=$4 functions=$5 size=$6 number

	case $kind in
	testdev)
		TOPOLOGY_ARGS+=(-device "pci-testdev,bus=port$index")
		;;
	ivshmem)
		TOPOLOGY_ARGS+=(
			-object "memory-backend-ram,id=bar$index,size=${size}M,share=on"
			-device "ivshmem-plain,memdev=bar$index,bus=port$index"
		)
		;;
	nvme)
		for ((number = 0; number < functions; number++)); do
			TOPOLOGY_ARGS+=(-device "nvme-subsys,id=subsys$index-$number,nqn=lab$index-$number")
			TOPOLOGY_ARGS+=(-device "nvme,id=nvme$index-$number,serial=lab$index-$number,subsys=subsys$index-$number,bus=port$index,addr=0.$number$(
				((functions > 1)) && echo ,multifunction=on
			)$(
				((vfs)) && echo ",sriov_max_vfs=$vfs,sriov_vq_flexible=$((vfs * 2)),sriov_vi_flexible=$vfs,max_ioqpairs=$((vfs * 2 + 2)),msix_qsize=$((vfs * 2 + 2))"
			)")
		done
		if ((size)); then topology_qemu_disk "$index" "$size"; fi
		;;
	esac
}

# topology_qemu_disk INDEX MIB: for the first function; what is written to it is lost.
topology_qemu_disk() {
	truncate -s "$2M" "$LAB_TMP/disk$1"
	TOPOLOGY_ARGS+=(
		-drive "if=none,id=disk$1,file=$LAB_TMP/disk$1,format=raw"
		-device "nvme-ns,drive=disk$1,bus=nvme$1-0"
	)
}

# What the guest is to do: `vfio ROOT-PORT-FOLDER`, `dma` likewise, or `vfs ROOT-PORT-FOLDER N`; and
# `node ROOT-PORT-FOLDER N` where the kernel is not told of which node the port is.
topology_guest() {
	local device fields node ports=(0 0 0 0) folder index=0

	for device in "${DEVICES[@]}"; do
		read -r -a fields <<<"$device"
		node=${fields[1]}
		folder=$(topology_folder "$index" "$node" "${ports[node]}")
		ports[node]=$((ports[node] + 1)) index=$((index + 1))
		if [[ -z $ARCH_NODE_BUS ]]; then echo "node $folder $node"; fi
		case ${fields[5]}:${fields[2]} in
		vfio:0) echo "vfio $folder" ;;
		vfio:*) echo "vfs $folder ${fields[2]}" ;;
		dma:*) echo "dma $folder" ;;
		esac
	done
}
