#!/usr/bin/env bash
# run --profile: what is sampled, where it stands, and what stands in its way.
# shellcheck source=lib/tap.sh
. "$(dirname "$0")/lib/tap.sh"
# shellcheck source=lib/records.sh
. "$lib/records.sh"
# shellcheck source=lib/traced.sh
. "$lib/traced.sh"
need jq

# ---- what stands in its way, told before anything is measured ----

# refused CODE PATTERN COMMAND…: it says why in one line, and writes no file.
refused() {
  local code=$1 pattern=$2
  shift 2
  rm -f never.jsonl
  expect_exit "$code" "$@" -o never.jsonl && said "$pattern" && [ ! -e never.jsonl ]
}

check "an event that there is not is refused, with the one that was meant" \
  refused 2 '--profile: libpfm4 does not know "cpu-clok".*did you mean "CPU-CLOCK"' \
  "$dmabench" run null --profile=cpu-clok
check "an event that is like none is refused" \
  refused 2 '--profile: libpfm4 does not know "zzzzzzzzzzzz".*perf list' "$dmabench" run null --profile=zzzzzzzzzzzz
check "without an event after the =, that is told" refused 2 '--profile: libpfm4 does not know ""' \
  "$dmabench" run null --profile=

# failing ERRNO COMMAND…: as if the kernel, or a container's filter, refused perf events.
failing() {
  local errno=$1
  shift
  ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o /dev/null -e trace=perf_event_open \
    -e inject=perf_event_open:error="$errno" "$@"
}

if command -v strace >/dev/null && failing EPERM true 2>/dev/null; then
  check "a container that forbids perf events is told from a lack of rights" \
    refused 4 '--profile: cannot sample cycles:k: not allowed.*seccomp.*--cap-add PERFMON' \
    failing EPERM "$dmabench" run null --profile
  check "a kernel without perf events is told" refused 4 'CONFIG_PERF_EVENTS' \
    failing ENOSYS "$dmabench" run null --profile
  check "an event that this machine has not is no other one" refused 4 'cannot sample cycles:k: this machine has no PMU' \
    failing ENOENT "$dmabench" run null --profile=cycles:k
else
  skip "a container that forbids perf events is told from a lack of rights" "strace cannot inject errors here"
fi

# as_nobody COMMAND…: as a user without rights, who can read and run what lies here.
as_nobody() {
  setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all "$@"
}

paranoid=$(cat /proc/sys/kernel/perf_event_paranoid 2>/dev/null)
if is_root && command -v setpriv >/dev/null && [ "${paranoid:-0}" -ge 2 ]; then
  chmod 755 "$work" && cp "$dmabench" dmabench && mkdir -m 777 public
  export DMABENCH_STATE=$work/public/state
  check "one who may not sample is told the level and the way out" \
    refused 4 "--profile: cannot sample .*kernel.perf_event_paranoid is $paranoid\).*run as root" \
    as_nobody ./dmabench run null --profile
  nobody_is_warned() {
    expect_exit 0 as_nobody ./dmabench doctor && printed '^warn *profile .*perf_event_paranoid'
  }
  check "doctor tells so" nobody_is_warned
  export DMABENCH_STATE=$work/state
else
  skip "one who may not sample is told the level and the way out" "needs root, setpriv(1), and perf_event_paranoid 2"
fi

if ! "$dmabench" doctor --json | jq -e '.checks[] | select(.name == "profile") | .status == "ok"' >/dev/null; then
  skip "run --profile" "$("$dmabench" doctor --json | jq -r '.checks[] | select(.name == "profile") | .detail')"
  finish
  exit
fi

# with_symbols FILE COMMAND…: with another list of the kernel's functions.
with_symbols() {
  local list=$1
  shift
  # shellcheck disable=SC2016 # the inner shell expands them
  unshare -m sh -c 'mount --bind "$0" /proc/kallsyms && exec "$@"' "$list" "$@"
}

sed -n '1,2000s/^[0-9a-f]*/0000000000000000/p' /proc/kallsyms >hidden
if is_root && with_symbols hidden true 2>/dev/null; then
  check "addresses that the kernel hides are told, with the way out" \
    refused 4 '--profile: the kernel hides .*kernel.kptr_restrict=1' with_symbols hidden "$dmabench" run null --profile=cpu-clock
else
  skip "addresses that the kernel hides are told, with the way out" "needs root and unshare(1)"
fi

# ---- what it finds ----

cat >small.json <<'END_OF_CONFIG'
{"iterations": 20, "matrix": [
  {"bench": "uring-pin", "backing": "anon", "size": "16MiB"},
  {"bench": "null", "op": ["syscall", "nothing"]},
  {"bench": "populate", "backing": "anon", "size": "16MiB", "threads": [1, 2]}]}
END_OF_CONFIG

rate=$(cat /proc/sys/kernel/perf_event_max_sample_rate)
"$dmabench" run small.json --profile=cpu-clock --rounds 1 -o all.jsonl >table 2>progress

check "the file keeps to the schema" valid all.jsonl
check "nothing failed" hold all.jsonl '.status == "ok"'
check "the kernel's limit of samples is as before" same "perf_event_max_sample_rate" \
  "$(cat /proc/sys/kernel/perf_event_max_sample_rate)" "$rate"

# profiles FILTER: of the profiles that pass, one a line.
profiles() {
  jq -c "select(.record == \"profile\") | select($1)" all.jsonl
}

# of_all FILTER: every profile passes, and there is one.
of_all() {
  same "profiles that are not so" "$(profiles "($1) | not" | cut -c1-300)" "" && [ -n "$(profiles true)" ]
}

check "each is of samples, by perf" of_all '.source == "perf" and .event == "cpu-clock" and .unit == "samples"'
check "stacks sum to the total" of_all '([.stacks[]] | add // 0) == .total and ([.functions[].self] | add // 0) == .total'
check "operations were sampled" of_all '.operations > 0'
check "all stands below the program" of_all 'all(.stacks | keys[]; startswith("[user]"))'
check "no address is in no function" of_all '([.functions[] | select(.name == "[unknown]") | .self] | add // 0) * 50 <= .total'
check "of what the timer saw, nothing is the switch that lets it" \
  of_all 'all(.stacks | keys[]; test("(_irq_enable|__raw_callee_save_[a-z_]*)$") | not)'

# Each stands behind its trial, and names it.
stand_behind_their_trials() {
  jq -n '[inputs | select(.record == "trial" or .record == "profile")] |
    reduce .[] as $r ({bad: 0}; if $r.record == "trial" then .trial = $r else
      .bad += (if .trial.cell == $r.cell and .trial.order == $r.order and .trial.block == $r.block and
                  .trial.metrics[$r.metric] then 0 else 1 end) end) | .bad == 0' all.jsonl | grep -qx true
}
check "each stands behind its trial" stand_behind_their_trials

# share CELL METRIC PATTERN: percent of the samples below a function that is called so.
share() {
  profiles "(.cell | test(\"$1\")) and .metric == \"$2\"" |
    jq --arg p "$3" '100 * ([.stacks | to_entries[] | select(.key | test($p)) | .value] | add // 0) / .total | floor'
}

# at_least PERCENT CELL METRIC PATTERN / at_most …
at_least() {
  local found
  found=$(share "${@:2}")
  [ "${found:-0}" -ge "$1" ] && return 0
  echo "${found:-no} % of $3 are below $4, at least $1 were expected"
  return 1
}
at_most() {
  local found
  found=$(share "${@:2}")
  [ "${found:-100}" -le "$1" ] && return 0
  echo "${found:-no} % of $3 are below $4, at most $1 were expected"
  return 1
}

check "pinning is in the functions that pin" at_least 60 uring-pin pin_ns 'gup|pin_user_pages|io_pin_pages|io_sqe_buffer_register'
check "and in none that takes it back" at_most 0 uring-pin pin_ns 'buffers_unregister'
check "unpinning is in the functions that take it back" at_least 60 uring-pin unpin_ns 'buffers_unregister|unpin'
check "and in none that pins" at_most 0 uring-pin unpin_ns 'buffers_register|pin_user_pages_fast'
check "a cheap system call is sampled, too" at_least 20 'null/op=syscall' op_ns 'SYSCALL|syscall|el0t?_'
# (The rest is the first touch itself, which a hypervisor may back with memory of its own.)
check "page faults are in their handler" at_least 15 'populate.*threads=1' fault_in_ns 'page_fault|handle_mm_fault|do_mem_abort'

empty_brackets_have_no_kernel() {
  [ -z "$(share 'null/op=nothing' op_ns .)" ] || at_most 60 'null/op=nothing' op_ns 'handle_mm_fault|sys_'
}
check "an empty bracket is no system call" empty_brackets_have_no_kernel

threads_have_a_note() {
  same "profiles of 2 threads" "$(profiles '.cell | test("threads=2")')" "" &&
    has all.jsonl '.record == "trial" and (.cell | test("threads=2")) and (.notes.profile | test("2 threads"))' &&
    grep -q 'no profile: 2 threads' table
}
check "several threads have no profile, and a note that says why" threads_have_a_note

lists_functions() {
  expect_exit 0 "$dmabench" show all.jsonl && printed '^uring-pin/.* pin_ns: [0-9]+ samples of cpu-clock, [0-9]+ operations' &&
    printed '^ *[0-9.]+ % +[0-9]+ \.\. [0-9]+ % .*(gup|pin|io_sqe)' && same "table of the run" "$(grep -c 'samples of cpu-clock' table)" \
    "$(grep -c 'samples of cpu-clock' "$work/stdout")"
}
check "run and show list the functions that took most" lists_functions

without_it_there_is_none() {
  "$dmabench" run uring-pin --set size=64K --set iterations=3 -q -o plain.jsonl && same "profiles" "$(grep -c '"record":"profile"' plain.jsonl)" 0 &&
    hold plain.jsonl '.phases.profile_ns == null and .notes.profile == null'
}
check "without --profile there is none" without_it_there_is_none

default_event() {
  expect_exit 0 "$dmabench" run null --profile -q -o default.jsonl &&
    jq -e -n '[inputs | select(.record == "profile") | .event] | all(. == "cycles:k" or . == "cpu-clock")' default.jsonl >/dev/null
}
check "the event by default is cycles of the kernel, or its clock" default_event

# (Without -f, strace stays with the process that chooses.)
without_a_pmu() {
  ASAN_OPTIONS=detect_leaks=0 expect_exit 0 strace -qq -o /dev/null -e trace=perf_event_open \
    -e inject=perf_event_open:error=ENOENT:when=1 "$dmabench" run null --profile -q -o clock.jsonl &&
    jq -e -n '[inputs | select(.record == "profile") | .event] | length > 0 and all(. == "cpu-clock")' clock.jsonl >/dev/null
}
if command -v strace >/dev/null && failing EPERM true 2>/dev/null; then
  check "where the machine counts no cycles it is the clock" without_a_pmu
else
  skip "where the machine counts no cycles it is the clock" "strace cannot inject errors here"
fi

# A run that goes on has each trial's profile once.
goes_on() {
  "$dmabench" run small.json --profile=cpu-clock --time-budget 1ms -q -o more.jsonl 2>/dev/null
  "$dmabench" run --resume --profile=cpu-clock --time-budget 10m -q -o more.jsonl 2>/dev/null || return 1
  valid more.jsonl && same "profiles of pin_ns" "$(count more.jsonl '.record == "profile" and .metric == "pin_ns"')" 1
}
check "a run that goes on has each profile once" goes_on

# ---- never in the timed part ----

# calls_of NAME ARGUMENTS…: the system calls of the one trial's timed part, counted, in NAME.calls.
calls_of() {
  traced "$@" && timed_calls "$1" |
    grep -vxE 'read|lseek|mmap|munmap|madvise|gettid' | sort | uniq -c >"$1.calls"
  [ -s "$1.calls" ]
}

# What sampling does comes after the timed part, which has the same system calls with and without it.
timed_part_is_the_same() {
  calls_of with uring-pin --set size=64K --set warmup=0 --set iterations=50 --profile=cpu-clock &&
    calls_of without uring-pin --set size=64K --set warmup=0 --set iterations=50 &&
    same "system calls of the timed part" "$(cat with.calls)" "$(cat without.calls)" &&
    ! grep -q perf_event_open without.all &&
    same "the profile's beginning" "$(grep -oE '^(write\(4, "its profile|perf_event_open)' with.all | head -n 2 | tr -d '\n')" \
      'write(4, "its profileperf_event_open'
}

if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
  check "the timed part is the same with and without a profile" timed_part_is_the_same
else
  skip "the timed part is the same with and without a profile" "strace is not installed, or not allowed"
fi
finish
