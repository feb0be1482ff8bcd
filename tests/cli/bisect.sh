#!/usr/bin/env bash
# What bisection takes from a boot's result file. (The whole of it takes a kernel: tests/lab/by-name.)
# shellcheck source=lib/tap.sh
. "$(dirname "$0")/lib/tap.sh"
need jq

# shellcheck disable=SC2034 # bisect.sh calls it
DMABENCH=$dmabench
# shellcheck source=../../scripts/lab/bisect.sh
. "$top/scripts/lab/bisect.sh"

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
  bisect_config "$cell" >matrix.json
  "$dmabench" run matrix.json --plan >"$work/stdout"
  printed "$cell" && printed '^cells: 1,'
}

check "the metric that is asked for" reads unmap_ns "$(figure unmap_ns)"
check "the first one without" reads '' "$(figure map_ns)"
check "no trial, no figure" nothing_is_there
check "a cell is a matrix" cell_is_planned
finish
