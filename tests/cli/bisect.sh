#!/usr/bin/env bash
# What bisection takes from a boot's result file, and what it makes of a tree's commits. (With kernels
# and boots: tests/lab/by-name.)
# shellcheck source=lib/tap.sh
. "$(dirname "$0")/lib/tap.sh"
# shellcheck source=lib/boots.sh
. "$lib/boots.sh"
# shellcheck source=lib/counted.sh
. "$lib/counted.sh"
need jq git

# shellcheck disable=SC2034 # bisect.sh calls it
DMABENCH=$dmabench JOBS=1 BUILD_MIB=1
# shellcheck source=../../scripts/lab/say.sh
. "$top/scripts/lab/say.sh"
# shellcheck source=../../scripts/lab/jobs.sh
. "$top/scripts/lab/jobs.sh"
# shellcheck source=../../scripts/lab/median.sh
. "$top/scripts/lab/median.sh"
# shellcheck source=../../scripts/lab/bisect.sh
. "$top/scripts/lab/bisect.sh"
# shellcheck source=../../scripts/lab/config.sh
. "$top/scripts/lab/config.sh"

boots=("$top"/results/cover-letter/6.18*/boot-01.jsonl)
cell=vfio-map/iommu=type1v2/backing=thp/size=256MiB
jq -c "select(.record != \"trial\" or .cell == \"$cell\")" "${boots[0]}" >one.jsonl
jq -c 'select(.record != "trial")' "${boots[0]}" >none.jsonl

# reads METRIC EXPECTED: the lower one of two in the middle.
reads() {
  METRIC=$1
  same "figure" "$(median_of one.jsonl)" "$2"
}

figure() {
  jq "select(.record == \"trial\") | .metrics.$1.samples | sort | .[(length - 1) / 2 | floor]" one.jsonl
}

nothing_is_there() {
  # shellcheck disable=SC2034 # bisect.sh reads it
  METRIC=unmap_ns
  same "figure" "$(median_of none.jsonl 2>/dev/null)" ''
}

# Whether it can run here or not.
cell_is_planned() {
  LAB_TMP=$work
  config_of_cell "$cell"
  "$dmabench" run "$CONFIG" --plan >"$work/stdout"
  printed "$cell" && printed '^cells: 1,'
}

# A tree of six commits, of which the fourth makes it dearer. Its figure stands in place of a boot's.
make_tree() {
  local cost
  tree=$work/linux LAB_TMP=$work/scratch
  mkdir "$tree" "$LAB_TMP" && touch "$tree/Kbuild" "$tree/MAINTAINERS" && git -C "$tree" init -q || return
  for cost in 100 101 100 120 121 120; do
    costs "$cost" "costs $cost" || return
  done
  git -C "$tree" tag good HEAD~5
}

# costs FIGURE MESSAGE: a commit whose boot gives that figure.
costs() {
  echo "$1" >>"$tree/costs"
  git -C "$tree" add -A && git -C "$tree" -c user.name=lab -c user.email=lab commit -qm "$2"
}
run_check_config() { :; }
say() { echo "$*"; }
fail() {
  say "$*"
  exit 1
}
bisect_measure() {
  mkdir -p "$BISECT_TRIED/$(git -C "$BISECT_WORK" rev-parse --short=12 HEAD)/kernel"
  BISECT_VALUE=$(tail -n 1 "$BISECT_WORK/costs")
  [ "$BISECT_VALUE" != none ]
}

PLUGIN=here
profile_need() { [ "$PLUGIN" = here ] || fail "no plugin: build it"; }

# What a boot with the plugin leaves: unpinning takes as much as the commit costs.
bisect_boot() {
  local pin
  echo "$1" >>"$work/profiled"
  pin=$(git -C "$tree" show "$1:costs" | tail -n 1)
  counted "$OUT/$1" "$1" "$pin" "$((pin * 512))" "$old" --position "$((pin / 100))" --cell "$thp" map_ns "$pin"
}

cache_need_mib() { :; }
build_one_place() { :; }

# bisect GOOD BAD: as a lab does it that begins now.
bisect() {
  rm -rf "${LAB_TMP:?}" && mkdir "$LAB_TMP" && git -C "$tree" worktree prune
  OUT=$work/out METRIC=unmap_ns && rm -rf "$OUT" && mkdir "$OUT" && : >"$work/profiled"
  (bisect_all "$1" "$2" "$cell" "$tree") >"$work/stdout" 2>&1
}

# The way a user would name them; HEAD is that of the tree.
finds_the_commit() {
  bisect good HEAD
  printed 'is the first .*bad commit' && printed "costs 120" && printed "$(git -C "$tree" rev-parse HEAD~2) is the first"
}

# Of the two commits alone, and of the metric that was asked for.
tells_why() {
  bisect good HEAD && printed "^why $huge unmap_ns$" && printed ' unpin \[vfio\]$' && ! grep -q 'map_ns: ' <(grep -v unmap_ns "$work/stdout") &&
    same "kernels that were profiled" "$(cat "$work/profiled")" \
      "$(git -C "$tree" log -2 --reverse --abbrev=12 --format=%h HEAD~2)"
}

# The answer stands all the same.
why_there_is_no_why() {
  PLUGIN=lost
  bisect good HEAD
  local status=$?
  PLUGIN=here
  [ "$status" -eq 0 ] && printed 'is the first .*bad commit' && printed 'not told why: no plugin: build it' &&
    same "kernels that were profiled" "$(cat "$work/profiled")" ''
}

no_difference_is_told() {
  bisect good HEAD~3 && return 1
  printed 'good and bad do not differ'
}

# As where git is installed with translations.
finds_it_in_german() {
  local real
  real=$(command -v git) && mkdir german && cat >german/git <<END && chmod +x german/git || return
#!/bin/bash
"$real" "\$@" > >(if [ "\$LC_ALL" = C ]; then cat; else sed "s/is the first/ist der erste/"; fi)
END
  (
    export LC_ALL=de_DE.UTF-8 PATH=$work/german:$PATH
    # shellcheck source=/dev/null # again, as a lab begins that is started so
    . "$top/scripts/lab/say.sh"
    LAB_TMP=$work/scratch
    bisect good HEAD
  )
  printed "$(git -C "$tree" rev-parse HEAD~2) is the first"
}

# A side branch that is merged, a commit that gives no figure where the first one is looked for.
make_many() {
  local number
  git -C "$tree" checkout -q -b many good && git -C "$tree" tag good-of-many || return
  for ((number = 1; number <= 20; number++)); do
    if [ "$number" -eq 11 ]; then
      costs none "no figure" || return
    else
      costs "$((number < 14 ? 100 : 130))" "main $number" || return
    fi
    if [ "$number" -eq 3 ]; then
      git -C "$tree" checkout -q -b side && costs 100 side && git -C "$tree" checkout -q many || return
    fi
  done
  git -C "$tree" -c user.name=lab -c user.email=lab merge -q -s ours -m "a merge" side
}

# verdicts JOBS: what git was told, in its order, and what it says in the end; in $work/rounds, what
# was tried at once.
verdicts() {
  JOBS=$1
  : >"$work/rounds"
  bisect good-of-many many
  grep -E ': (good|bad|skip)$|is the first' "$work/stdout"
}
eval "plain_$(declare -f bisect_round)"
# shellcheck disable=SC2317 # bisect_search calls it
bisect_round() {
  echo "$*" >>"$work/rounds"
  plain_bisect_round "$@"
}

# Three at a time are two steps of a search, but for what a skipped one was not foreseen to change.
more_jobs_find_the_same_in_fewer_rounds() {
  local alone rounds
  alone=$(verdicts 1) && rounds=$(wc -l <"$work/rounds")
  cat "$work/rounds"
  grep -q 'main 14: 130: bad' <<<"$alone" && grep -q 'no figure: skip' <<<"$alone" &&
    grep -q 'is the first .*bad commit' <<<"$alone" || return
  same "by three jobs" "$(verdicts 3)" "$alone" || return
  cat "$work/rounds"
  [ "$(wc -l <"$work/rounds")" -le $(((rounds - 2 + 1) / 2 + 3)) ]
}

check "the metric that is asked for" reads unmap_ns "$(figure unmap_ns)"
check "the first one without" reads '' "$(figure map_ns)"
check "no trial, no figure" nothing_is_there
check "a cell is a matrix" cell_is_planned
check "a tree of commits" make_tree
check "the commit that made it dearer is found" finds_the_commit
check "why it did is told, from profiles of it and the one before" tells_why
check "where nothing can be profiled the commit is told, and the way out" why_there_is_no_why
check "ends that do not differ are told" no_difference_is_told
check "the commit is found with a git that speaks German" finds_it_in_german
check "a tree with a merge" make_many
check "more jobs find the same by the same steps, in fewer rounds" more_jobs_find_the_same_in_fewer_rounds
finish
