# shellcheck shell=bash disable=SC2034,SC2154 # parts share variables
# `lab compare`: a kernel and another one, or itself with patches, in pairs of boots.
#
# The boots of a pair have one seed, so that a kernel differs from itself by nothing, and two
# kernels by what they do, and by what a layout makes of that. The labels are of one length, too:
# what a guest writes before it measures takes its instructions.

# compare_choose: sets WANTED, two SPECs with labels, from --base, --new and the patches.
compare_choose() {
	((${#WANTED[@]} == 0)) || bad_usage "compare: takes --base and --new, no --kernel"
	[[ -n $BASE ]] || bad_usage "compare: no --base SPEC (such as --base build:7.2)"
	[[ -n $NEW || ${#PATCHES[@]} -gt 0 ]] ||
		bad_usage "compare: nothing to compare $BASE with: give --patch FILE, --revert FILE or --new SPEC"
	[[ -z $GATE || $GATE =~ ^[0-9]+(\.[0-9]+)?%?$ ]] || bad_usage "compare: --gate $GATE: expected a percentage, such as 5%"
	[[ -z $GATE_STRICT || -n $GATE ]] || bad_usage "compare: --gate-strict needs a limit: --gate 5%, say"
	WANTED=("$(compare_label "$BASE" base)" "$(compare_label "$(compare_new)" head)")
	PATCHES=()
}

# The other side: its own SPEC, or that of the base; with the patches.
compare_new() {
	local spec=${NEW:-$BASE} option

	for option in "${PATCHES[@]}"; do
		[[ $option != *,* ]] || bad_usage "--${option%%=*} ${option#*=}: a comma cannot stand in its name"
		spec+=,$option
	done
	echo "$spec"
}

# compare_label SPEC NAME: the SPEC, with this label unless it has one.
compare_label() {
	if [[ $1 == *,label=* ]]; then echo "$1"; else echo "$1,label=$2"; fi
}

compare_print() {
	local status=0 options=()

	if [[ -n $GATE ]]; then options=(--gate "$GATE"); fi
	if [[ -n $GATE_STRICT ]]; then options+=("$GATE_STRICT"); fi
	if [[ -n $WHY ]]; then options+=("$WHY"); fi
	"$DMABENCH" compare "${options[@]}" "$OUT/${KERNEL_LABELS[0]}" "$OUT/${KERNEL_LABELS[1]}" || status=$?
	exit "$status"
}
