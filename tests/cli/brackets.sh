#!/usr/bin/env bash
# Nothing but the operation happens inside a bracket: no system call, no page fault.
# shellcheck source=lib/tap.sh
. "$(dirname "$0")/lib/tap.sh"
# shellcheck source=lib/records.sh
. "$lib/records.sh"
# shellcheck source=lib/traced.sh
. "$lib/traced.sh"
need jq

few=100 many=1100

# measured NAME ARGUMENTS…: the timed part of the one trial, a system call a line, in NAME.calls.
measured() {
  traced "$@" && timed_calls "$1" >"$1.calls" && grep -q . "$1.calls" && hold "$1.jsonl" '.status == "ok"'
}

# by_name FILE: "name count", without the reading of /proc before and after the iterations, and
# what a sanitizer's allocator does for it.
by_name() {
  local but='read|lseek'
  ! has_sanitizer || but+='|mmap|munmap|madvise|gettid'
  grep -vxE "$but" "$1" | sort | uniq -c | awk '{ print $2, $1 }'
}

no_call_more() {
  measured "$1-few" "${@:2}" --set iterations=$few && measured "$1-many" "${@:2}" --set iterations=$many &&
    same "system calls in the timed part" "$(by_name "$1-many.calls")" "$(by_name "$1-few.calls")"
}

# Calls of pin and unpin alone grow with the iterations, two each.
two_calls_an_iteration() {
  no_call_more pin uring-pin --set size=64K --set warmup=0 >/dev/null
  same "other calls" "$(by_name pin-many.calls | grep -v io_uring_register)" \
    "$(by_name pin-few.calls | grep -v io_uring_register)" &&
    same "io_uring_register, few" "$(grep -c io_uring_register pin-few.calls)" $((2 * few)) &&
    same "io_uring_register, many" "$(grep -c io_uring_register pin-many.calls)" $((2 * many))
}

# A batch has as many operations in each bracket as its record says, and no other call.
calls_of_a_batch() {
  local batch
  no_call_more getppid null --set op=syscall --set warmup=0 >/dev/null
  batch=$(jq 'select(.record == "trial") | .metrics.op_ns.batch // 1' getppid-many.jsonl)
  same "getppid" "$(grep -c getppid getppid-many.calls)" $((batch * many)) &&
    same "other calls" "$(by_name getppid-many.calls | grep -v getppid)" \
      "$(by_name getppid-few.calls | grep -v getppid)"
}

if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
  check "a bracket of null has no system call" no_call_more null null --set warmup=0
  check "a batch of null is the system calls that it says, and no other" calls_of_a_batch
  check "uring-pin makes two io_uring_register calls an iteration, and no other" two_calls_an_iteration
else
  skip "a bracket has no system call but the operation's" "strace is not installed, or not allowed"
fi

cat >faults.json <<'END'
{"seed": 1, "warmup": 50, "counters": ["PERF_COUNT_SW_PAGE_FAULTS"], "matrix": [
  {"bench": "null"}, {"bench": "uring-pin", "size": "1MiB"}]}
END

# faults BENCH ITERATIONS: of its trial, by the kernel's own counter where that is allowed.
faults() {
  jq -r "select(.record == \"trial\" and .bench == \"$1\") | .counters.PERF_COUNT_SW_PAGE_FAULTS.value //
    (.noise.minor_faults // 0)" "faults-$2.jsonl"
}

no_fault_more() {
  same "page faults" "$(faults "$1" $many)" "$(faults "$1" $few)"
}

# The samples are touched beforehand: even 100,000 of them, 200 pages, cause no fault.
no_fault_in_many_samples() {
  "$dmabench" run null --set iterations=100000 --set warmup=0 -q -o samples.jsonl &&
    hold samples.jsonl '(.noise.minor_faults // 0) < 20'
}

for iterations in $few $many; do
  "$dmabench" run faults.json --set iterations="$iterations" -q -o "faults-$iterations.jsonl"
done
if has faults-$few.jsonl '.counters.PERF_COUNT_SW_PAGE_FAULTS.value != null' >/dev/null; then
  how="by perf"
else
  how="by getrusage"
fi
check "a bracket of null has no page fault ($how)" no_fault_more null
check "a bracket of uring-pin has no page fault ($how)" no_fault_more uring-pin
check "storing samples causes no page fault" no_fault_in_many_samples
finish
