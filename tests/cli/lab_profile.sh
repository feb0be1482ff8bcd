#!/usr/bin/env bash
# What the lab has the program do with an emulator's counts: profiles behind their trials, or a reason.
# shellcheck source=lib/tap.sh
. "$(dirname "$0")/lib/tap.sh"
# shellcheck source=lib/records.sh
. "$lib/records.sh"
need jq

# The names of a kernel, and what the plugin counted of the trial that started at 5000 ns.
cat >symbols <<'END'
ffffffff81000000 T entry_SYSCALL_64
ffffffff81000100 T io_register
END
cat >counts <<'END'
dmabench-count 1 x86_64
trial 5000 0 0
path 2 0 0 ffffffff81000000
path 3 2 ffffffff81000010 ffffffff81000100
metric 0 2 30 0 0
at 0 0 4 2
at 2 ffffffff81000000 6 2
at 3 ffffffff81000100 20 2
metric 1 2 7 0 2
end
END

# results NAME [JQ]: of one trial, which was counted; changed by a filter.
results() {
  "$dmabench" run uring-pin --set backing=anon --set size=64KiB --set threads=1 --quiet -o "$1.made" >/dev/null 2>&1
  jq -c "if .record == \"trial\" then .phases.start_ns = 5000 | .metrics.pin_ns.samples = [14, 16] | ${2:-.} else . end" "$1.made" >"$1"
}

add() {
  "$dmabench" lab profile-records "$@"
}

becomes_a_record() {
  results good && expect_exit 0 add counts symbols good && printed '^1$' && valid good &&
    same "kinds" "$(jq -r .record good | paste -sd ' ')" "run trial profile end" &&
    same "functions" "$(jq -c 'select(.record == "profile") | [.total, .operations, (.functions[] | [.name, .self, .calls])]' good)" \
      '[30,2,["io_register",20,2],["entry_SYSCALL_64",6,2],["[user]",4,null]]' &&
    same "stacks" "$(jq -c 'select(.record == "profile") | .stacks' good)" \
      '{"[user]":4,"[user];entry_SYSCALL_64":6,"[user];entry_SYSCALL_64;io_register":20}' &&
    jq -en 'first(inputs | select(.record == "trial")) | .notes.profile | test("no profile of unpin_ns: .*worked out")' good
}

once_more_changes_nothing() {
  cp good again && expect_exit 0 add counts symbols again &&
    same "profiles" "$(grep -c '"record":"profile"' again)" 1
}

notes() {
  results noted "$1" && expect_exit 0 add counts symbols noted && valid noted &&
    same "profiles" "$(grep -c '"record":"profile"' noted)" 0 &&
    jq -en --arg why "$2" 'first(inputs | select(.record == "trial")) | .notes.profile | test($why)' noted
}

# refuses WHY COUNTS SYMBOLS: and leaves the results as they were.
refuses() {
  results kept && cp kept before && expect_exit 1 add "$2" "$3" kept && said_last "$1" && cmp kept before
}

hidden() {
  sed 's/^[0-9a-f]*/0000000000000000/' symbols >hidden
  refuses 'hides the addresses.*kptr_restrict' counts hidden
}

no_counts() {
  echo nonsense >nonsense
  refuses 'nonsense:1: not what the counting plugin writes' nonsense symbols
}

without_names_is_said() {
  sed 's/^ffffffff81000100/ffffffff91000100/' symbols >elsewhere
  results far && sed 's/ffffffff81000100/ffffffff82000100/' counts >counts.far &&
    expect_exit 0 add counts.far elsewhere far && grep -E 'no function.*module' stderr &&
    jq -en 'first(inputs | select(.record == "profile")) | .functions[0].name == "[unknown]"' far
}

if "$dmabench" list --json | jq -e '.[] | select(.name == "uring-pin") | .runnable' >/dev/null; then
  check "counts become a profile behind their trial" becomes_a_record
  check "what is added twice is there once" once_more_changes_nothing
  check "a trial that was not heard of says so" notes '.phases.start_ns = 77' 'did not hear of this trial'
  check "several threads are no profile" notes '.params.threads = 2' 'one thread'
  check "a kernel that hides its addresses is told" hidden
  check "a file that is none of the plugin's is told" no_counts
  check "instructions without a function are said" without_names_is_said
else
  skip "counts become a profile behind their trial" "io_uring is not to be had here"
fi
check "too few words are bad usage" expect_exit 2 add counts
finish
