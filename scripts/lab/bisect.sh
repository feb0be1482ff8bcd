# shellcheck shell=bash disable=SC2034,SC2154 # parts share variables
# `lab bisect`: which commit of a kernel tree made a cell dearer. Each commit is built in a work
# tree of its own, beside TREE, and booted once, with the same layout; executed instructions judge.

BISECT_LEAST_PCT=1 # good and bad have to differ by more

# bisect_all GOOD BAD CELL TREE
bisect_all() {
	local good bad tree=$4

	BISECT_TREE=$(cd -- "$tree" && pwd)
	BISECT_WORK=$LAB_TMP/tree
	bisect_check "$1" "$2"
	# In the work tree, HEAD is another one.
	good=$(bisect_commit "$1") bad=$(bisect_commit "$2")
	config_of_cell "$3"
	run_check_config
	git -C "$BISECT_TREE" worktree add -q --detach "$BISECT_WORK" "$bad" || fail_for_space "$BUILD_MIB" "a work tree"
	bisect_ends "$good" "$bad"
	bisect_search "$good" "$bad"
	git -C "$BISECT_WORK" bisect log | grep -v '^git bisect'
}

bisect_check() {
	local revision

	git -C "$BISECT_TREE" rev-parse -q --git-dir >/dev/null 2>&1 ||
		bad_usage "bisect: $BISECT_TREE is no git tree (expected a clone of Linux)"
	[[ -f $BISECT_TREE/Kbuild && -f $BISECT_TREE/MAINTAINERS ]] ||
		bad_usage "bisect: $BISECT_TREE is no kernel tree (expected Kbuild and MAINTAINERS in it)"
	for revision in "$@"; do
		git -C "$BISECT_TREE" rev-parse -q --verify "$revision^{commit}" >/dev/null ||
			bad_usage "bisect: $BISECT_TREE has no commit $revision"
	done
}

bisect_commit() { git -C "$BISECT_TREE" rev-parse --short=12 "$1^{commit}"; }

# bisect_measure: what is checked out now; sets BISECT_VALUE, or returns 1 where there is none.
bisect_measure() {
	local name kernel=$LAB_TMP/kernel-bisect

	name=$(git -C "$BISECT_WORK" rev-parse --short=12 HEAD)
	rm -rf -- "$kernel"
	if ! (build_tree "$BISECT_WORK" "$kernel" "$name"); then return 1; fi
	KERNEL_DIRS=("$kernel") KERNEL_LABELS=("$name") KERNEL_BROKEN=() KERNEL_GOOD=()
	mkdir -p -- "$OUT/$name"
	run_boot 1 1 0 0 "$(schedule_hash "layout $SEED")" || return 1
	BISECT_VALUE=$(bisect_median "$OUT/$name/boot-01.jsonl")
	[[ -n $BISECT_VALUE ]] || { say "$name: no figure for $METRIC" && return 1; }
}

# bisect_median FILE: of --metric, or of the cell's first one.
bisect_median() {
	"$DMABENCH" export "$1" --format csv | tr -d '\r' | awk -F , -v wanted="metrics.$METRIC" '
		NR == 1 { for (i = 1; i <= NF && !column; i++) if ($i == wanted || (wanted == "metrics." && $i ~ /^metrics\./)) column = i }
		NR > 2 && column && $column != "" { print $column }' | sort -g |
		awk '{ value[NR] = $1 } END { if (NR) print value[int((NR + 1) / 2)] }'
}

# Both ends first: without a difference there is nothing to find. Sets BISECT_LIMIT.
bisect_ends() {
	local good_value bad_value

	bisect_measure || fail "bisect: $2, the bad one, gives no figure"
	bad_value=$BISECT_VALUE
	git -C "$BISECT_WORK" checkout -q --detach "$1"
	bisect_measure || fail "bisect: $1, the good one, gives no figure"
	good_value=$BISECT_VALUE
	BISECT_LIMIT=$(awk -v good="$good_value" -v bad="$bad_value" -v pct="${THRESHOLD:-0}" -v least="$BISECT_LEAST_PCT" '
		BEGIN {
			if (bad > good * (1 + least / 100))
				printf "%.0f\n", pct ? good * (1 + pct / 100) : sqrt(good * bad)
		}')
	[[ -n $BISECT_LIMIT ]] ||
		fail "bisect: good and bad do not differ: ${METRIC:-the cell} is $good_value at $1 and $bad_value at $2"
	say "good is $good_value, bad is $bad_value: what is above $BISECT_LIMIT is bad"
}

bisect_search() {
	local word said

	said=$(git -C "$BISECT_WORK" bisect start "$2" "$1" 2>&1) || fail "bisect: git bisect start failed: $said"
	while [[ $said != *'is the first'*'bad commit'* && $said != *'only skipped commits left'* ]]; do
		word=skip
		if bisect_measure; then
			word=good
			if awk -v value="$BISECT_VALUE" -v limit="$BISECT_LIMIT" 'BEGIN { exit !(value > limit) }'; then word=bad; fi
		fi
		say "$(git -C "$BISECT_WORK" log -1 --format='%h %s'): ${BISECT_VALUE:-no figure}: $word"
		BISECT_VALUE=
		said=$(git -C "$BISECT_WORK" bisect "$word") || [[ $said == *'only skipped commits left'* ]] ||
			fail "bisect: git bisect $word failed: $said"
	done
	printf '%s\n' "$said"
}

# The work tree is in the scratch folder, which is gone by now.
bisect_clean_up() {
	if [[ -n ${BISECT_TREE-} ]]; then git -C "$BISECT_TREE" worktree prune 2>/dev/null || true; fi
}
