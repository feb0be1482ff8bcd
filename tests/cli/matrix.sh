#!/usr/bin/env bash
# From a config to the order of trials: --plan, blocks, exclude, rounds, budgets, --resume.
# shellcheck source=lib/tap.sh
. "$(dirname "$0")/lib/tap.sh"
# shellcheck source=lib/records.sh
. "$lib/records.sh"
need jq

cat >m.json <<'END'
{"name": "m", "seed": 5, "rounds": 3, "iterations": 2, "warmup": 1, "matrix": [
  {"bench": "null", "op": ["nothing", "syscall"], "iterations": 7},
  {"bench": "populate", "backing": ["anon", "memfd"], "size": ["64KiB", "128KiB"], "rounds": 2},
  {"bench": "uring-pin", "backing": "anon", "size": "1MiB", "warmup": 4}],
 "exclude": [{"backing": "memfd", "size": "64KiB"}]}
END

# ---- the plan ----

plan() {
  expect_exit 0 "$dmabench" run "$@" --plan
}

# block N ARGUMENTS…: its cells in order.
block() {
  planned "${@:2}" | awk -v block="$1" '$1 == block { print $2 }'
}

plan_tells_all() {
  plan m.json --set placement=local,node:77 && printed '^ *# +block +cell +memory +about' &&
    printed 'null/op=nothing' && printed '1MiB' &&
    printed 'skipped:' && printed 'null/op=nothing/placement=node:77' && printed 'no memory node 77|needs' &&
    printed '^cells: 12\b.*skipped: 6\b.*trials: 15\b.*blocks: 3\b.*seed 5\b.*memory:.* 1MiB\b.*time: '
}

plan_writes_nothing() {
  plan m.json -o planned.jsonl && [ ! -e planned.jsonl ] && [ ! -e "$work/state" ]
}

cells_are() {
  same "cells" "$(planned "${@:2}" | cut -d' ' -f2 | sort -u)" "$(sort -u <<<"$1")"
}

every_block_has_its_cells() {
  same "block 1" "$(block 1 m.json | sort)" "$(block 0 m.json | sort)" &&
    same "block 2" "$(block 2 m.json | sort)" "$(block 0 m.json | grep -v populate | sort)"
}

same_seed_same_order() {
  same "order" "$(planned m.json)" "$(planned m.json)" &&
    same "order" "$(planned m.json --seed 9)" "$(planned m.json --seed 9)"
}

other_seed_other_order() {
  [ "$(planned m.json --seed 5)" != "$(planned m.json --seed 6)" ]
}

blocks_differ() {
  [ "$(block 0 m.json)" != "$(block 1 m.json)" ]
}

has_as_many() {
  same "number of cells" "$(planned "${@:2}" | cut -d' ' -f2 | sort -u | wc -l)" "$1"
}

all_means_all() {
  local backings threads
  backings=$("$dmabench" help backings | grep -c pages)
  threads=$("$dmabench" run uring-pin --set threads=all --plan | grep -c '^ *[0-9]* *0 ')
  plan uring-pin --set backing=all --set size=1GiB &&
    same "backings" "$(grep -c 'backing=' "$work/stdout")" "$backings" && [ "$threads" -ge 1 ]
}

check "--plan prints cells, skips with reasons, order, memory and a time" plan_tells_all
check "--plan writes nothing" plan_writes_nothing
check "several products make one plan, without what is excluded" cells_are 'null/op=nothing
null/op=syscall
populate/backing=anon/size=64KiB/how=touch/threads=1
populate/backing=anon/size=128KiB/how=touch/threads=1
populate/backing=memfd/size=128KiB/how=touch/threads=1
uring-pin/backing=anon/size=1MiB/threads=1' m.json
check "every block has each cell once, up to its benchmark's rounds" every_block_has_its_cells
check "same seed, same order" same_seed_same_order
check "another seed, another order" other_seed_other_order
check "blocks differ in their order" blocks_differ
check "a list of values makes a product" has_as_many 6 uring-pin --set size=1M,2M,4M --set backing=anon,memfd
check "a cell named twice is measured once" has_as_many 1 uring-pin --set size=1M,1M,1024K
check "\"all\" is every value possible here" all_means_all
check "--rounds stands over what benchmarks say" same rounds "$(planned m.json --rounds 4 | wc -l)" 24
check "--plan of what cannot run here is exit 4" expect_exit 4 "$dmabench" run null --set placement=node:77 --plan

shipped_configs_plan() {
  local config got
  for config in "$top"/configs/*.json; do
    got=0
    "$dmabench" run "$config" --plan >/dev/null || got=$?
    # Where there is no device, a config that wants one has nothing to run: 4.
    [ "$got" -eq 0 ] || [ "$got" -eq 4 ] && jq -e '.about | length > 20' "$config" >/dev/null || return 1
  done
}
check "every shipped config can be planned and says what it is for" shipped_configs_plan

# planned_seconds CONFIG: what its plan thinks, in seconds.
planned_seconds() {
  "$dmabench" run "$1" --plan | tail -n 1 | sed 's/.*about //' |
    awk -F'[hms]' '/m/ { print $1 * 60 + $2; next } { print $1 + 0 }'
}
quick_is_quick() {
  local start=$SECONDS
  expect_exit 0 "$dmabench" run quick -o quick.jsonl -q && [ $((SECONDS - start)) -le 40 ] &&
    [ "$(planned_seconds quick)" -le 20 ]
}
check "quick is planned for 20 s at most, and runs in about that" quick_is_quick

# ---- the run ----

runs_as_planned() {
  same "trials" "$(trials m.jsonl)" "$(planned m.json)" &&
    same "order" "$(jq 'select(.record == "trial") | .order' m.jsonl)" "$(seq 0 14)"
}

iterations_as_asked() {
  hold m.jsonl 'if .bench == "null" then .iterations == 7 else .iterations == 2 end' &&
    hold m.jsonl '[.metrics[].samples | length] | unique == [if .bench == "null" then 7 else 2 end]' \
      .metrics
}

warmup_as_asked() {
  hold m.jsonl '.warmup.iterations == if .bench == "uring-pin" then 4 else 1 end'
}

seed_is_recorded() {
  same "seed" "$(jq 'select(.record == "run") | .seed, .config.seed' m.jsonl | uniq)" 5
}

fresh_seed_repeats() {
  local seed
  "$dmabench" run null --set op=all --rounds 8 --set iterations=1 -q -o fresh.jsonl || return 1
  seed=$(jq 'select(.record == "run") | .seed' fresh.jsonl)
  same "trials" "$(trials fresh.jsonl)" "$(planned null --set op=all --rounds 8 --seed "$seed")"
}

skips_are_recorded() {
  expect_exit 0 "$dmabench" run null --set placement=local,node:77 --set iterations=1 -o skip.jsonl &&
    has skip.jsonl '.record == "skip" and (.cell | endswith("node:77")) and (.reason | length > 5)' &&
    has skip.jsonl '.record == "end" and .skipped == 1 and .trials == 1'
}

expect_exit 0 "$dmabench" run m.json -o m.jsonl
check "the order in the file is the plan's" runs_as_planned
check "iterations are as asked" iterations_as_asked
check "warm-up is as asked" warmup_as_asked
check "the seed is recorded" seed_is_recorded
check "a seed of its own making is recorded, and repeats the order" fresh_seed_repeats
check "skips are recorded with their reason" skips_are_recorded
check "when nothing could run, exit 4" expect_exit 4 "$dmabench" run null --set placement=node:77 -q -o none.jsonl

# ---- a budget of time ----

budget_ends_it() {
  expect_exit 0 "$dmabench" run populate --set size=16MiB --set iterations=10 --set warmup=0 --rounds 40 --seed 2 \
    --time-budget 400ms -o budget.jsonl && ended_with budget.jsonl interrupted || return 1
  local trials
  trials=$(trials budget.jsonl | wc -l)
  [ "$trials" -ge 1 ] && [ "$trials" -lt 40 ] && printed '--resume -o budget.jsonl'
}

resume_goes_on() {
  local i
  for i in $(seq 40); do
    [ "$(tail -n 1 budget.jsonl | jq -r .status)" = complete ] && break
    cp budget.jsonl before.jsonl
    expect_exit 0 "$dmabench" run --resume -o budget.jsonl || return 1
    cmp before.jsonl <(head -c "$(stat -c %s before.jsonl)" budget.jsonl) || return 1
  done
  ended_with budget.jsonl complete && [ "$i" -gt 1 ] &&
    same "trials" "$(trials budget.jsonl)" "$(planned populate --set size=16MiB --rounds 40 --seed 2)"
}

complete_stays_so() {
  expect_exit 0 "$dmabench" run --resume -o m.jsonl && ended_with m.jsonl complete &&
    same "trials" "$(trials m.jsonl)" "$(planned m.json)"
}

totals_are_of_the_file() {
  same "trials of the last record" "$(tail -n 1 "$1" | jq .trials)" "$(trials "$1" | wc -l)"
}

check "a budget used up ends the run in order" budget_ends_it
check "--resume goes on to the end, and repeats nothing" resume_goes_on
check "the end counts the trials of the file" totals_are_of_the_file m.jsonl
check "the end of a resumed run counts them, too" totals_are_of_the_file budget.jsonl
check "--resume of a complete run adds no trial" complete_stays_so
check "all files keep to the schema" valid ./*.jsonl
finish
