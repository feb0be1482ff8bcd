# shellcheck shell=dash disable=SC3043,SC2317
# BARs that are of no use, and a device that is off, on a real kernel; topology "default".

near=0000:41:00.0
folder=/sys/bus/pci/devices/$near

# pfnmap CODE PARAMETER…
pfnmap() {
	local code="$1" set sets=''
	shift
	for set in "$@"; do
		sets="$sets --set $set"
	done
	rm -f /tmp/result
	# shellcheck disable=SC2086 # options
	expect_exit "$code" dmabench run pfnmap-fault --set device=$near --set align=4KiB $sets \
		--set iterations=2 --quiet -o /tmp/result
}

# recorded PATTERN: in the result file.
recorded() {
	grep -qE -- "$1" /tmp/result && return 0
	echo "no record like: $1"
	cat /tmp/result
	return 1
}

# refused PATTERN PARAMETER…: skipped, with the reason.
refused() {
	local pattern="$1"
	shift
	pfnmap 4 "$@" && recorded "\"record\":\"skip\".*$pattern"
}

# more_devices BENCH: than vfio-pci has.
more_devices() {
	rm -f /tmp/result
	expect_exit 4 dmabench run "$1" --set devices=3 --quiet -o /tmp/result &&
		recorded '3 devices asked for, vfio-pci has 2 of those: dmabench bind'
}

# The low byte of the command register.
command_byte() {
	hexdump -s 4 -n 1 -e '1/1 "%d"' $folder/config
}

# vfio-pci switches it on itself when the device is opened, and leaves it on.
decoding_off_is_no_hindrance() {
	printf '\000\000' | dd of=$folder/config bs=1 seek=4 conv=notrunc 2>/dev/null
	same "$(($(command_byte) & 2))" 0 && pfnmap 0 bar=0 access=read-any && recorded '"status":"ok"'
}

power_is_as_it_was() {
	local before
	before=$(cat $folder/power_state)
	pfnmap 0 bar=0 access=read-any && same "$(cat $folder/power_state)" "$before"
}

check "a BAR of I/O ports" refused "BAR 1 of $near is I/O ports" bar=1
check "a BAR that is not there" refused "there is no BAR 5 of $near" bar=5
check "a BAR that may have side effects" refused "BAR 0 of $near is not prefetchable.*access=read-any" bar=0
check "a span larger than the BAR" refused "a span of 1GiB is larger than BAR 0 of $near, 4KiB" \
	bar=0 access=read-any span=1GiB
check "an order that a page cannot have is invalid" pfnmap 1 bar=0 access=read-any order=pud
check "and says what it is" recorded 'order=pud asks for entries of 1GiB alone, the kernel made 1 of 4KiB'
check "more devices to bring up than there are" more_devices device-init
check "more devices for a guest than there are" more_devices guest-boot
check "a device whose memory decoding is off is measured all the same" decoding_off_is_no_hindrance
check "a device's power state is as it was" power_is_as_it_was
finish
