#!/usr/bin/env bash
# kill -9 of runner or trial at 100 random moments, then --resume: no finished trial is lost or
# repeated, every file is valid, host settings are as before.
# shellcheck source=lib/tap.sh
. "$(dirname "$0")/lib/tap.sh"
# shellcheck source=lib/host.sh
. "$lib/host.sh"
# shellcheck source=lib/records.sh
. "$lib/records.sh"
need jq pgrep

# With sanitizers, the child of a program that ends is the one that looks for leaks: who kills that one
# in place of a trial has its parent wait for ever.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0

moments=${KILL_MOMENTS:-100}
RANDOM=${KILL_SEED:-20}

# Cells for which pools and switches change, where this host allows it.
cat >k.json <<'END'
{"seed": 11, "rounds": 3, "iterations": 2, "warmup": 0, "matrix": [
  {"bench": "null", "iterations": 20},
  {"bench": "uring-pin", "backing": ["anon", "hugetlb-2m", "mthp-64k"], "size": "2MiB"},
  {"bench": "populate", "backing": "mthp-64k", "size": "1MiB"}]}
END

lock_host
before=$(host_settings)
expect_exit 0 "$dmabench" run k.json -q -o whole.jsonl || { cat "$work/stderr"; exit 1; }
expected=$(trials whole.jsonl)

# The quickest of some runs, in milliseconds: kills are to come while a run is going on.
shortest_run() {
  local n
  for n in 1 2 3 4 5; do
    "$dmabench" run k.json -q -o "time$n.jsonl"
    jq 'select(.record == "end") | .elapsed_ns / 1000000 | floor' "time$n.jsonl"
  done | sort -n | head -n 1
}
run_ms=$(shortest_run)


# until_the_end FILE: --resume, or a new start where not even the first record was written.
until_the_end() {
  local got=0
  if [ ! -s "$1" ] || [ "$(wc -l <"$1")" -eq 0 ]; then
    rm -f "$1"
    "$dmabench" run k.json -q -o "$1" 2>>errors || got=$?
  else
    "$dmabench" run --resume -q -o "$1" 2>>errors || got=$?
  fi
  echo "$got" >>"$1.codes"
}

# kill_at MS WHO ARGUMENTS…: of a run, after so many milliseconds, the runner or its trial.
kill_at() {
  local pid
  run_behind "${@:3}" -q
  sleep "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))"
  if [ "$2" = trial ]; then
    pid=$(pgrep -P "$runner") && kill -KILL "$pid" 2>/dev/null && return 0
  fi
  kill -KILL "$runner" 2>/dev/null
}

# one_moment N: every third kills a trial, every fifth kills the --resume, too.
one_moment() {
  local file=$1.jsonl who=runner
  [ $(($1 % 3)) -ne 0 ] || who=trial
  kill_at $((RANDOM % run_ms)) "$who" k.json -o "$file"
  wait "$runner" 2>/dev/null
  if [ $(($1 % 5)) -eq 0 ] && [ -s "$file" ]; then
    kill_at $((RANDOM % run_ms)) runner --resume -o "$file"
    wait "$runner" 2>/dev/null
  fi
  [ ! -e "$file" ] || cp "$file" "$1.before"
  until_the_end "$file"
  "$dmabench" run --resume -q -o "$file" 2>>errors
}

for ((n = 1; n <= moments; n++)); do one_moment "$n"; done 2>/dev/null

# ---- what must hold for each ----

# for_all CHECK: for every file, all that fail are named.
for_all() {
  local n bad=0
  for ((n = 1; n <= moments; n++)); do
    "$1" "$n" >"$n.why" 2>&1 && continue
    echo "moment $n:"
    head -n 5 "$n.why"
    bad=$((bad + 1))
  done
  [ "$bad" -eq 0 ]
}

each_once() {
  same "trials" "$(trials "$1.jsonl" | sort)" "$(sort <<<"$expected")"
}

none_lost() {
  [ ! -e "$1.before" ] || [ "$(wc -l <"$1.before")" -eq 0 ] ||
    cmp <(head -n "$(wc -l <"$1.before")" "$1.before") <(head -n "$(wc -l <"$1.before")" "$1.jsonl")
}

# A trial may have failed only where it was killed itself, and then alone.
failed_if_killed() {
  local failed
  failed=$(jq -r 'select(.status == "failed") | .error' "$1.jsonl")
  [ -z "$failed" ] && return 0
  [ $(($1 % 3)) -eq 0 ] && [ "$(wc -l <<<"$failed")" -eq 1 ] && [[ $failed == "killed by signal 9"* ]] && return 0
  echo "$failed"
  return 1
}

# A file that holds a failed trial is no success, whichever session it failed in.
ends_complete() {
  local want=0
  grep -q '"status":"failed"' "$1.jsonl" && want=1
  ended_with "$1.jsonl" complete && same "codes" "$(sort -u "$1.jsonl.codes")" "$want"
}

all_valid() {
  local n files=()
  for ((n = 1; n <= moments; n++)); do files+=("$n.jsonl"); done
  valid "${files[@]}"
}

restores_nothing() {
  expect_exit 0 "$dmabench" restore && printed 'nothing'
}

# Kills that came too late would prove nothing: a run that was hit did not end by itself, or has a
# trial that failed.
hit_in_flight() {
  local n hits=0
  for ((n = 1; n <= moments; n++)); do
    grep -qs '"record":"end","status":"complete"' "$n.before" &&
      ! grep -q '"status":"failed"' "$n.before" || hits=$((hits + 1))
  done
  echo "$hits of $moments, over $run_ms ms"
  [ "$hits" -ge $((moments / 2)) ]
}

changes_settings() {
  jq -r 'select(.record == "trial" and .status == "ok") | .params.backing // "null"' whole.jsonl | sort -u
}

check "the kills came while runs were going on" hit_in_flight
check "after $moments kills, each trial is there exactly once" for_all each_once
check "no record that was whole is lost or altered" for_all none_lost
check "a trial failed only where it was killed itself" for_all failed_if_killed
check "each --resume ends complete, with exit 0 unless a trial failed" for_all ends_complete
check "every file is valid" all_valid
check "host settings are as before" settings_are "$before"
check "restore has nothing left to do" restores_nothing
check "no process is left" nothing_left_over
if is_root; then
  check "settings really had to be changed" same backings "$(changes_settings)" "$(printf 'anon\nhugetlb-2m\nmthp-64k\nnull')"
else
  skip "settings really had to be changed" "needs root"
fi

# ---- a line torn anywhere ----

torn_and_resumed() {
  local size keep n
  size=$(stat -c %s whole.jsonl)
  for n in $(seq 20); do
    keep=$(((RANDOM * 32768 + RANDOM) % size))
    [ "$keep" -gt "$(head -n 1 whole.jsonl | wc -c)" ] || continue
    head -c "$keep" whole.jsonl >torn.jsonl
    cp torn.jsonl torn.before
    "$dmabench" run --resume -q -o torn.jsonl || return 1
    same "trials after $keep bytes" "$(trials torn.jsonl)" "$expected" || return 1
    cmp <(head -n "$(wc -l <torn.before)" torn.before) <(head -n "$(wc -l <torn.before)" torn.jsonl) || return 1
    cp torn.jsonl "torn-$n.jsonl"
  done
}
torn_first_line() {
  head -c 100 whole.jsonl >first.jsonl
  expect_exit 2 "$dmabench" run --resume -q -o first.jsonl && said 'first.jsonl:1: not a whole line, expected '
}
check "a file torn at any byte goes on from its last whole record" torn_and_resumed
check "such files are valid" valid torn-*.jsonl
check "a file torn in its first record is refused" torn_first_line
check "host settings are as before, after all" settings_are "$before"
finish
