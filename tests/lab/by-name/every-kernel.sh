#!/usr/bin/env bash
# Every kernel that `lab list` names boots, and measures lab-quick. Debian's, and of those built here
# the newest source (BUILDS=all: each series, a quarter of an hour apiece). KERNELS='debian:6.1 …' names
# others. Fetches about 200 MB a kernel.
# shellcheck source=../../cli/lib/tap.sh
. "$(dirname "$0")/../../cli/lib/tap.sh"
# shellcheck source=../../cli/lib/records.sh
. "$lib/records.sh"
need jq qemu-system-x86_64

# What the list has in all its parts: "SPEC" a line.
listed() {
  "$dmabench" lab list | awk -v builds="${BUILDS:-newest}" '
    NR == 1 || / but no linux-/ || / an older one$/ { next }
    /^debian:/ { print $1 }
    /^build:/ && builds == "all" { print $1 }
    END { if (builds == "newest") print "build:newest" }'
}

# Those that the list marks, refused by the name of what is missing.
marked_are_refused() {
  local spec missing
  while read -r spec missing; do
    expect_exit 2 "$dmabench" lab fetch "$spec" && said_last "only in part: $missing is missing" || return
  done < <("$dmabench" lab list | sed -n 's/^\(debian:[^ ]*\) .* but no \(linux-.*\)$/\1 \2/p')
}

# at_hand SPEC: fetched or built.
at_hand() {
  case $1 in
    build:*) expect_exit 0 "$dmabench" lab kernel build "${1#build:}" ;;
    *) expect_exit 0 "$dmabench" lab fetch "$1" ;;
  esac
}

# boots SPEC: every cell is ok.
boots() {
  local name=${1//:/-}
  expect_exit 0 "$dmabench" lab run --kernel "$1,label=$name" --seed 1 lab-quick -o "$work/results" || return
  valid "$work/results/$name/boot-01.jsonl" && ended_with "$work/results/$name/boot-01.jsonl" complete &&
    hold "$work/results/$name/boot-01.jsonl" '.status == "ok"'
}

if [ -z "${KERNELS:-}" ]; then
  check "what a mirror has only in part is refused" marked_are_refused
fi
for spec in ${KERNELS:-$(listed)}; do
  check "$spec is to be had" at_hand "$spec"
  check "$spec boots, and every cell is ok" boots "$spec"
done
finish
