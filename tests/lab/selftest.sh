#!/usr/bin/env bash
# Figures of the QEMU at hand can stand beside the reference results, and those of another machine not.
# shellcheck source=../cli/lib/tap.sh
. "$(dirname "$0")/../cli/lib/tap.sh"
need qemu-system-x86_64

"$dmabench" lab selftest >stdout 2>stderr
status=$?
if grep -q 'booted, and the reference results have' stderr; then
  skip "the QEMU at hand gives the reference figures" "$(tail -n 1 stderr)"
  finish
  exit 0
fi

gives_the_figures() {
  cat stdout stderr
  [ "$status" -eq 0 ] && grep -qE '^map_ns .* \+?-?0\.0[0-4]' stdout && grep -qE '^unmap_ns ' stdout
}

other_machine_is_told() {
  expect_exit 1 "$dmabench" lab selftest --iommu-bits 39 && printed '^unmap_ns .* -1[0-9]\.' &&
    said_last 'do not stand beside'
}

check "the QEMU at hand gives the reference figures" gives_the_figures
check "a machine with another IOMMU does not" other_machine_is_told
finish
