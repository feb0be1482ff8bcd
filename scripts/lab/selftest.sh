# shellcheck shell=bash disable=SC2034,SC2154 # parts share variables
# `lab selftest`: one cell of the reference results, measured by the QEMU at hand and set beside them.
# It is one whose figures do not depend on where memory lies.

SELFTEST_CELL=vfio-map/iommu=type1v2/backing=hugetlb-2m/size=256MiB/frames=joined
SELFTEST_KERNEL=debian:6.18
SELFTEST_PCT=0.05 # what boots of one kernel differ by there

# selftest_reference RELEASE METRIC: its median over the reference boots; nothing where there is none.
selftest_reference() {
	awk -v release="$1" -v metric="$2" '$1 == release && $2 == metric { print $3 }' "$LAB_DIR/selftest.reference"
}

# selftest_row FILE RELEASE METRIC: 1 where the figure is not the reference's.
selftest_row() {
	local found reference

	METRIC=$3
	found=$(median_of "$1") reference=$(selftest_reference "$2" "$3")
	awk -v metric="$3" -v found="${found:-0}" -v reference="$reference" -v most="$SELFTEST_PCT" 'BEGIN {
		pct = 100 * (found / reference - 1)
		printf "%-10s %12d ns here %12d ns there %+9.4f %%  (at most %s %%)\n", metric, found, reference, pct, most
		exit !(pct <= most && pct >= -most)
	}'
}

selftest_all() {
	local release file metric differs=0

	SEED=${SEED:-1} OUT=$LAB_TMP/selftest
	run_all 1 sampled
	file=$(echo "$OUT"/*/boot-01.jsonl)
	release=$(sed -n '1s/.*"kernel": *"\([^"]*\)".*/\1/p' "$file")
	[[ -n $(selftest_reference "$release" map_ns) ]] ||
		fail "selftest: $release booted, and the reference results have $(cut -d ' ' -f 1 "$LAB_DIR/selftest.reference" | sort -u | paste -sd ' '): name one of these by --kernel, where a mirror still has it"
	echo "$EMULATOR, $release, $SELFTEST_CELL"
	for metric in map_ns unmap_ns; do
		selftest_row "$file" "$release" "$metric" || differs=1
	done
	((differs == 0)) ||
		fail "selftest: figures of this QEMU do not stand beside the reference results (see docs/lab.md)"
	say "figures of this QEMU can stand beside the reference results"
}
