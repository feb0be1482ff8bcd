#!/usr/bin/env bash
# What bisection takes from a boot's result file, and what it makes of a tree's commits. (With kernels
# and boots: tests/lab/by-name.)
# shellcheck source=lib/tap.sh
. "$(dirname "$0")/lib/tap.sh"
need jq git

# shellcheck disable=SC2034 # bisect.sh calls it
DMABENCH=$dmabench
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
  same "figure" "$(bisect_median one.jsonl)" "$2"
}

figure() {
  jq "select(.record == \"trial\") | .metrics.$1.samples | sort | .[(length - 1) / 2 | floor]" one.jsonl
}

nothing_is_there() {
  # shellcheck disable=SC2034 # bisect.sh reads it
  METRIC=unmap_ns
  same "figure" "$(bisect_median none.jsonl 2>/dev/null)" ''
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
    echo "$cost" >>"$tree/costs"
    git -C "$tree" add -A && git -C "$tree" -c user.name=lab -c user.email=lab commit -qm "costs $cost" || return
  done
  git -C "$tree" tag good HEAD~5
}
run_check_config() { :; }
say() { echo "$*"; }
fail() {
  say "$*"
  exit 1
}
bisect_measure() { BISECT_VALUE=$(tail -n 1 "$BISECT_WORK/costs"); }

# The way a user would name them; HEAD is that of the tree.
finds_the_commit() {
  (bisect_all good HEAD "$cell" "$tree") >"$work/stdout" 2>&1
  printed 'is the first .*bad commit' && printed "costs 120" && printed "$(git -C "$tree" rev-parse HEAD~2) is the first"
}

no_difference_is_told() {
  rm -rf "${LAB_TMP:?}/tree" && git -C "$tree" worktree prune
  (bisect_all good HEAD~3 "$cell" "$tree") >"$work/stdout" 2>&1 && return 1
  printed 'good and bad do not differ'
}

check "the metric that is asked for" reads unmap_ns "$(figure unmap_ns)"
check "the first one without" reads '' "$(figure map_ns)"
check "no trial, no figure" nothing_is_there
check "a cell is a matrix" cell_is_planned
check "a tree of commits" make_tree
check "the commit that made it dearer is found" finds_the_commit
check "ends that do not differ are told" no_difference_is_told
finish
