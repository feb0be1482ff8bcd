#!/usr/bin/env bash
# Verdicts are the same to the last bit whichever compiler made the program, and however it optimised.
# shellcheck source=lib/tap.sh
. "$(dirname "$0")/lib/tap.sh"
need gcc clang
cd "$top" || exit 1

# verdicts COMPILER FLAG: the digest of all verdicts of some simulated comparisons. Whether the
# promises are kept (the exit status), so few cannot tell.
verdicts() {
  local program=$work/$1$2
  "$1" "$2" -std=gnu11 -D_GNU_SOURCE -ffp-contract=off -Ilib -o "$program" tests/self/simulate.c \
    lib/stats/*.c lib/base/random.c -lm || return 1
  "$program" 3 | grep '^digest'
}

# agrees COMPILER FLAG: with what gcc -O2 made.
agrees() {
  same "$1 $2" "$(verdicts "$1" "$2")" "$expected"
}

expected=$(verdicts gcc -O2)
check "there are verdicts to compare" grep -qE '^digest .*: [0-9a-f]{16}$' <<<"$expected"
check "clang -O2 makes the same verdicts as gcc -O2" agrees clang -O2
check "gcc -O0 makes the same verdicts as gcc -O2" agrees gcc -O0
finish
