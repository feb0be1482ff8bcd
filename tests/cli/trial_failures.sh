#!/usr/bin/env bash
# Trials that crash, are killed or hang, and runs that are told to stop.
# shellcheck source=lib/tap.sh
. "$(dirname "$0")/lib/tap.sh"
# shellcheck source=lib/host.sh
. "$lib/host.sh"
# shellcheck source=lib/records.sh
. "$lib/records.sh"
need jq pgrep

# One trial that would take for ever, among short ones.
cat >long.json <<'END'
{"seed": 3, "warmup": 0, "matrix": [
  {"bench": "null", "op": "all", "iterations": 50},
  {"bench": "populate", "backing": "anon", "size": "16MiB", "iterations": 1000000},
  {"bench": "uring-pin", "backing": "anon", "size": ["1MiB", "2MiB"], "iterations": 5}]}
END
jq '.trial_limit = "10s"' long.json >limited.json

# Trials of half a second or so.
cat >steps.json <<'END'
{"seed": 4, "warmup": 0, "rounds": 6, "matrix": [
  {"bench": "populate", "backing": "anon", "size": "64MiB", "iterations": 12}]}
END

has_trials() {
  [ "$(trials "$1" 2>/dev/null | wc -l)" -ge "$2" ]
}

# has_worked PID: for a second of CPU time, on a busy machine too; by then a trial is in its timed part.
has_worked() {
  local fields
  read -ra fields < <(sed "s/.*) //" "/proc/$1/stat" 2>/dev/null)
  [ $((${fields[11]:-0} + ${fields[12]:-0})) -ge "$(getconf CLK_TCK)" ]
}

# wait_for_long_trial FILE: sets $trial, once those before it are recorded and it is at work.
wait_for_long_trial() {
  local before
  before=$(planned long.json | awk "/populate/ { print NR - 1 }")
  wait_until 120 has_trials "$1" "$before" && wait_until 120 pgrep -P "$runner" || return 1
  trial=$(pgrep -P "$runner")
  wait_until 120 has_worked "$trial"
}

# signals_trial FILE CONFIG SIGNAL…: run, with the long trial given these signals.
signals_trial() {
  local file=$1 config=$2 trial signal
  shift 2
  run_behind "$config" -o "$file"
  wait_for_long_trial "$file" || return 1
  for signal in "$@"; do kill "-$signal" "$trial"; done
  ended 1
}

# failed_alone FILE PATTERN: the long trial, with that error; all others are ok.
failed_alone() {
  ended_with "$1" complete && valid "$1" &&
    same "trials" "$(trials "$1")" "$(planned long.json)" &&
    hold "$1" 'if .bench == "populate" then .status == "failed" else .status == "ok" end' &&
    hold "$1" ".bench != \"populate\" or (.error | test(\"$2\"))" &&
    same "failed" "$(tail -n 1 "$1" | jq .failed)" 1 && nothing_left_over
}

check "a trial that crashes does not end the run: exit 1" signals_trial segv.jsonl long.json SEGV
crash='signal 11 .Segmentation fault.'
! has_sanitizer || crash='ended with status 1' # which catches the signal
check "it is recorded as failed, with the signal and what it did" \
  failed_alone segv.jsonl "$crash in the timed part"
check "a trial that is killed does not end the run: exit 1" signals_trial kill.jsonl long.json KILL
check "it is recorded as failed, with the signal" failed_alone kill.jsonl 'signal 9 .Killed.'
check "a failed trial is named on the way" grep -q '^\[.*populate.* failed: killed by signal 9' "$work/stderr"
check "a trial that is stopped does not end the run: exit 1" signals_trial stop.jsonl limited.json STOP
check "it is recorded as hung, with its limit" failed_alone stop.jsonl '^hung in the timed part.* limit of 10s'

overruns() {
  run_behind limited.json -o slow.jsonl
  ended 1
}
check "a trial past its limit is ended: exit 1" overruns
check "it is recorded as hung" failed_alone slow.jsonl '^hung'

# ---- told to stop ----

# interrupts FILE SIGNAL: after the second trial, amid the third.
interrupts() {
  local trial
  run_behind steps.json -o "$1"
  wait_until 120 has_trials "$1" 2 && wait_until 120 pgrep -P "$runner" || return 1
  trial=$(pgrep -P "$runner")
  kill "-$2" "$runner"
  ended 1 && nothing_left_over && ! kill -0 "$trial" 2>/dev/null
}

keeps_what_was_done() {
  ended_with "$1" interrupted && valid "$1" && has_trials "$1" 2 && ! has_trials "$1" 6 &&
    hold "$1" '.status == "ok"' && has "$1" ".record == \"end\" and .why == \"$2\""
}

says_how_to_go_on() {
  printed "--resume -o $1"
}

completes() {
  cp "$1" before.jsonl
  expect_exit 0 "$dmabench" run --resume -o "$1" -q && ended_with "$1" complete && valid "$1" &&
    same "trials" "$(trials "$1")" "$(planned steps.json)" &&
    cmp before.jsonl <(head -c "$(stat -c %s before.jsonl)" "$1")
}

for signal in "INT Interrupt" "TERM Terminated" "HUP Hangup"; do
  name=SIG${signal% *}
  check "$name ends a run with exit 1, and no process is left" interrupts "$name.jsonl" "$name"
  check "$name: the command line to go on with is printed" says_how_to_go_on "$name.jsonl"
  check "$name: what was done is kept, and the end says interrupted" keeps_what_was_done "$name.jsonl" "${signal#* }"
  check "$name: --resume completes the run" completes "$name.jsonl"
done

# To the whole group, as a terminal sends it.
ctrl_c() {
  setsid env --default-signal=INT,QUIT "$dmabench" run steps.json -o group.jsonl >"$work/stdout" 2>"$work/stderr" &
  runner=$!
  started "$runner"
  wait_until 120 has_trials group.jsonl 1 || return 1
  kill -INT -- "-$runner"
  ended 1 && ended_with group.jsonl interrupted && hold group.jsonl '.status == "ok"' && nothing_left_over
}
check "Ctrl-C at a terminal makes no trial fail" ctrl_c

dies_with_runner() {
  run_behind steps.json -o orphan.jsonl
  wait_until 120 has_trials orphan.jsonl 1 && wait_until 120 pgrep -P "$runner" || return 1
  kill -KILL "$runner"
  ended 137 && nothing_left_over
}
check "a trial dies with its runner" dies_with_runner

heeds_nohup() {
  bash -c 'trap "" INT; exec "$@"' nohup "$dmabench" run steps.json --rounds 2 -q -o nohup.jsonl &
  runner=$!
  started "$runner"
  wait_until 120 has_trials nohup.jsonl 1 || return 1
  kill -INT "$runner"
  ended 0 && ended_with nohup.jsonl complete
}
check "a signal that was being ignored stays so" heeds_nohup
finish
