# shellcheck shell=bash disable=SC2034,SC2154 # parts share variables
# `lab bisect`: which commit of a kernel tree made a cell dearer. Each commit is built in a work
# tree beside TREE and booted once, with the same layout; executed instructions judge.
#
# git chooses what is tried. With --jobs, what it may ask for next is tried beside what it asks for
# now, in work trees of their own: it gets the same answers, in fewer rounds.

declare -A BISECT_FIGURES=() # of the commits that were tried; empty where there is none
BISECT_TRIED='' # a folder; in it one for each of them, with its kernel and its figure
BISECT_FOUND='' # the first bad commit
BISECT_LEAST_PCT=1 # good and bad have to differ by more

# bisect_all GOOD BAD CELL TREE
bisect_all() {
	local good bad tree=$4

	BISECT_TREE=$(cd -- "$tree" && pwd)
	BISECT_WORK=$LAB_TMP/tree-0
	BISECT_TRIED=$LAB_TMP/tried
	bisect_check "$1" "$2"
	# In the work tree, HEAD is another one.
	good=$(bisect_commit "$1") bad=$(bisect_commit "$2")
	config_of_cell "$3"
	run_check_config
	git -C "$BISECT_TREE" worktree add -q --detach "$BISECT_WORK" "$bad" || fail_for_space "$BUILD_MIB" "a work tree"
	if ((JOBS > 1)); then build_one_place "$LAB_TMP/tree"; fi
	bisect_ends "$good" "$bad"
	bisect_add_trees
	bisect_search "$good" "$bad"
	git -C "$BISECT_WORK" bisect log | grep -v '^git bisect'
	bisect_why
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

# bisect_add_trees: one for each more job. Sources are linked, which git replaces; objects, into which
# compilers write, are copied, so that no tree is built from nothing. Objects know by their path what
# they were made from: each tree is seen at the same one (BUILD_AT) where it is built.
bisect_add_trees() {
	local number tree

	for ((number = 1; number < JOBS; number++)); do
		tree=$LAB_TMP/tree-$number
		cache_need_mib "$BUILD_MIB" "work tree $((number + 1)) of $JOBS"
		git -C "$BISECT_TREE" worktree add -q --no-checkout --detach "$tree" "$(git -C "$BISECT_WORK" rev-parse HEAD)"
		bisect_copy_tree "$tree" || fail_for_space "$BUILD_MIB" "a work tree"
		git -C "$tree" reset -q
	done
}

bisect_copy_tree() {
	(cd -- "$BISECT_WORK" && git ls-files -z | cpio -0pdl --quiet "$1" && git ls-files -oz | cpio -0pdm --quiet "$1")
}

# bisect_round COMMIT...: tries them at once, a work tree each, and enters their figures.
bisect_round() {
	local commit

	BUILD_THREADS=$((($(nproc) + $# - 1) / $#))
	bisect_jobs trying bisect_job "$@"
	for commit; do
		BISECT_FIGURES[$commit]=$(cat -- "$BISECT_TRIED/$commit/figure" 2>/dev/null) || true
	done
}

# bisect_jobs DOING COMMAND COMMIT...: the command for each, at once: it is given a work tree and the commit.
bisect_jobs() {
	local number=0 commit

	for commit in "${@:3}"; do
		job_start "$number" "$commit" "$2" "$LAB_TMP/tree-$number" "$commit"
		number=$((number + 1))
	done
	while ((${#JOB_PIDS[@]})); do
		pause 0.1
		jobs_look
		job_tell 0
		jobs_show "$1"
	done
	for ((number = 0; number < $# - 2; number++)); do
		job_done "$number"
	done
}

# bisect_job WORK-TREE COMMIT: leaves its kernel and its figure in the commit's folder.
bisect_job() {
	local folder=$BISECT_TRIED/$2

	BISECT_WORK=$1
	mkdir -p -- "$folder"
	git -C "$BISECT_WORK" checkout -q --detach "$2" && bisect_measure && echo "$BISECT_VALUE" >"$folder/figure"
}

# bisect_measure: what is checked out now; sets BISECT_VALUE, or returns 1 where there is none.
bisect_measure() {
	local name kernel

	name=$(git -C "$BISECT_WORK" rev-parse --short=12 HEAD)
	kernel=$LAB_TMP/kernel-${BISECT_WORK##*/}
	if ! (build_tree "$BISECT_WORK" "$kernel" "$name"); then return 1; fi
	mv -- "$kernel" "$BISECT_TRIED/$name/kernel"
	bisect_boot "$name" || return 1
	BISECT_VALUE=$(median_of "$OUT/$name/boot-01.jsonl")
	[[ -n $BISECT_VALUE ]] || { say "$name: no figure for $METRIC" && return 1; }
}

# bisect_boot COMMIT: the kernel of one that was built.
bisect_boot() {
	KERNEL_DIRS=("$BISECT_TRIED/$1/kernel") KERNEL_LABELS=("$1")
	mkdir -p -- "$OUT/$1"
	run_boot 1 1 0 0 "$(schedule_hash "layout $SEED")"
}

# Both ends first: without a difference there is nothing to find. Sets BISECT_LIMIT.
bisect_ends() {
	local good_value bad_value

	bisect_round "$2"
	bad_value=${BISECT_FIGURES[$2]}
	[[ -n $bad_value ]] || fail "bisect: $2, the bad one, gives no figure"
	bisect_round "$1"
	good_value=${BISECT_FIGURES[$1]}
	[[ -n $good_value ]] || fail "bisect: $1, the good one, gives no figure"
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
	local commit last='' word said

	said=$(git -C "$BISECT_WORK" bisect start --no-checkout "$2" "$1" 2>&1) ||
		fail "bisect: git bisect start failed: $said"
	while [[ $said != *'is the first'*'bad commit'* && $said != *'only skipped commits left'* ]]; do
		commit=$(git -C "$BISECT_WORK" rev-parse --short=12 BISECT_HEAD)
		[[ $commit != "$last" ]] || fail "bisect: git asks for $commit again: $said"
		last=$commit
		if [[ ! -v "BISECT_FIGURES[$commit]" ]]; then
			mapfile -t BISECT_NEXT < <(bisect_next "$commit")
			bisect_round "${BISECT_NEXT[@]}"
		fi
		word=$(bisect_word "$commit")
		say "$(git -C "$BISECT_WORK" log -1 --format='%h %s' "$commit"): ${BISECT_FIGURES[$commit]:-no figure}: $word"
		said=$(git -C "$BISECT_WORK" bisect "$word" "$commit") || [[ $said == *'only skipped commits left'* ]] ||
			fail "bisect: git bisect $word failed: $said"
	done
	printf '%s\n' "$said"
	if [[ $said == *'is the first'* ]]; then BISECT_FOUND=$(git -C "$BISECT_WORK" rev-parse --short=12 refs/bisect/bad); fi
}

# bisect_word COMMIT -> good, bad or skip, of one that was tried.
bisect_word() {
	awk -v value="${BISECT_FIGURES[$1]}" -v limit="$BISECT_LIMIT" \
		'BEGIN { print (value == "" ? "skip" : (value + 0 > limit + 0) ? "bad" : "good") }'
}

# bisect_middle BAD GOOD... -> what git would try: of the commits that are as good to try as others, it
# takes another one once it was told to skip some. Asked in a tree whose own bisection is none.
bisect_middle() {
	if [[ -n $(git -C "$BISECT_WORK" for-each-ref 'refs/bisect/skip-*') ]]; then
		git -C "$LAB_TMP/tree-1" rev-list --bisect-all "$1" --not "${@:2}" | sed -n '1s/ .*//p'
	else
		git -C "$LAB_TMP/tree-1" rev-list --bisect "$1" --not "${@:2}"
	fi
}

# bisect_next COMMIT -> that one, which git asks for, and as many more as there are jobs: those that it
# will ask for where this one is bad and where it is good, and so on.
bisect_next() {
	local states=() state bad good middle found=("$1")

	bad=$(git -C "$BISECT_WORK" rev-parse refs/bisect/bad)
	good=$(git -C "$BISECT_WORK" for-each-ref --format='%(objectname)' 'refs/bisect/good-*' | xargs)
	states=("$bad $good")
	for ((state = 0; state < ${#states[@]} && ${#found[@]} < JOBS; state++)); do
		read -r bad good <<<"${states[state]}"
		# shellcheck disable=SC2086 # a list
		middle=$(bisect_middle "$bad" $good)
		[[ -n $middle && $middle != "$bad" ]] || continue
		states+=("$middle $good" "$bad $good $middle")
		middle=$(git -C "$BISECT_WORK" rev-parse --short=12 "$middle")
		[[ -v "BISECT_FIGURES[$middle]" || " ${found[*]} " == *" $middle "* ]] || found+=("$middle")
	done
	printf '%s\n' "${found[@]}"
}

# ---- why ----

# bisect_why: of the commit that was found, the functions that make it dearer than the one before it. Both
# kernels are there, and boot once more, with the plugin: the figures stay what they are.
bisect_why() {
	local good said

	[[ -n $BISECT_FOUND ]] || return 0
	if ! said=$( (profile_need) 2>&1); then
		say "$BISECT_FOUND: not told why: ${said#dmabench lab: }"
		return 0
	fi
	profile_need
	good=$(git -C "$BISECT_WORK" rev-parse --short=12 "$BISECT_FOUND^")
	# Of a merge, git may know that its first parent is good without having tried it.
	[[ -v "BISECT_FIGURES[$good]" ]] || bisect_round "$good"
	PROFILE=first
	bisect_profile "$good" "$BISECT_FOUND"
	bisect_explain "$good" "$BISECT_FOUND" || say "$BISECT_FOUND: not told why it is dearer than $good"
}

# bisect_profile COMMIT...: as many at once as there are jobs.
bisect_profile() {
	local commit

	if ((JOBS > 1)); then
		bisect_jobs profiling bisect_profile_job "$@"
	else
		for commit; do
			bisect_jobs profiling bisect_profile_job "$commit"
		done
	fi
}

bisect_profile_job() { [[ ! -d $BISECT_TRIED/$2/kernel ]] || bisect_boot "$2"; }

# bisect_explain GOOD BAD
bisect_explain() {
	local options=(--why)

	if [[ -n $METRIC ]]; then options+=(--filter "metric=$METRIC"); fi
	"$DMABENCH" compare "${options[@]}" "$OUT/$1" "$OUT/$2"
}

# The work tree is in the scratch folder, which is gone by now.
bisect_clean_up() {
	if [[ -n ${BISECT_TREE-} ]]; then git -C "$BISECT_TREE" worktree prune 2>/dev/null || true; fi
}
