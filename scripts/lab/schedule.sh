# shellcheck shell=bash disable=SC2034,SC2154 # parts share variables
# Order and luck: what boots when, and on which seed; all of it from one number.

# schedule_hash TEXT -> a number below 2^31 that depends on every letter of it.
schedule_hash() {
	local hex

	hex=$(printf '%s' "$1" | sha256sum)
	echo $((16#${hex:0:8} & 0x7fffffff))
}

schedule_any_seed() { od -An -t u4 -N 4 /dev/urandom | awk '{ print $1 % 1000000 }'; }

# schedule_make SEED BOOTS KERNELS LAYOUT: sets SCHEDULE, one "PAIR POSITION KERNEL
# SEED" a boot. In each pair every kernel boots once, in a random order, so that
# whatever drifts on the host meets them all alike.
schedule_make() {
	local seed=$1 boots=$2 kernels=$3 layout=$4 pair position kernel boot_seed

	SCHEDULE=()
	for ((pair = 1; pair <= boots; pair++)); do
		position=0
		while read -r _ kernel; do
			case $layout in
			sampled) boot_seed=$(schedule_hash "layout $seed $pair $kernel") ;;
			paired) boot_seed=$(schedule_hash "layout $seed $pair") ;;
			fixed) boot_seed=$(schedule_hash "layout $seed") ;;
			esac
			SCHEDULE+=("$pair $position $kernel $boot_seed")
			position=$((position + 1))
		done < <(for ((kernel = 0; kernel < kernels; kernel++)); do
			echo "$(schedule_hash "order $seed $pair $kernel") $kernel"
		done | sort -n)
	done
}
