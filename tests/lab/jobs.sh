#!/usr/bin/env bash
# Boots side by side: what one after another gives, to the nanosecond and in the same order.
# shellcheck source=../cli/lib/tap.sh
. "$(dirname "$0")/../cli/lib/tap.sh"
need jq qemu-system-x86_64

cat >"$work/small.json" <<'END'
{"name": "small", "matrix": [
  {"bench": "vfio-map", "iommu": "type1v2", "backing": ["anon", "hugetlb-2m"], "size": "64MiB", "iterations": 3}]}
END

# lab NAME ARGUMENT…: its results are in $work/NAME, what it said in $work/NAME.said.
lab() {
  expect_exit 0 "$dmabench" lab run --seed 1 "${@:2}" -o "$work/$1" || return
  sed "/waiting for another lab/d; s|$work/$1|DIR|; s/, [0-9]* at a time//; s/  [0-9]* s  /  N s  /" "$work/stderr" >"$work/$1.said"
}

boots() {
  lab "$@" --kernel debian:6.18 --kernel debian:6.12 --layout fixed "$work/small.json"
}

# figures NAME: every sample of every boot.
figures() {
  local file
  for file in "$work/$1"/*/boot-01.jsonl; do
    jq -c 'select(.record == "trial") | [.cell, .status, [.metrics[] | .samples]]' "$file"
  done
}

figures_are_the_same() {
  same "trials" "$(figures side | wc -l)" 4 && same "figures" "$(figures side)" "$(figures alone)"
}

notes_and_lines_are_the_same() {
  same "lab.txt" "$(cat "$work/side/lab.txt")" "$(cat "$work/alone/lab.txt")" &&
    same "lines" "$(cat "$work/side.said")" "$(cat "$work/alone.said")"
}

# In place of boots: the first one takes two seconds, the others end at once. Guests of 6.12 die, where
# $work/dies is.
cat >"$work/qemu" <<'END'
#!/usr/bin/env bash
[ "$1" != --version ] || exec qemu-system-x86_64 --version
console=$(sed -n 's/^file,id=console,path=//p' < <(printf '%s\n' "$@"))
word='lab: exit 0'
if [ -e "${0%/*}/dies" ] && [[ $* = */debian-6.12* ]]; then
  word='Kernel panic - not syncing'
elif [[ $console = */boot-01.* && $* = */debian-6.18* ]]; then
  sleep 2
fi
printf '\r\n%s\r\n' "$word" >"$console"
END
chmod +x "$work/qemu"

# Small guests, for a machine to have room for six.
cat >"$work/tiny" <<'END'
node 0 cpus=1 memory=256M
device testdev node=0 vfio
END

# stood_in CODE ARGUMENT…: a lab of made-up boots.
stood_in() {
  local code=$1
  shift
  rm -rf "$work/o"
  DMABENCH_QEMU=$work/qemu expect_exit "$code" "$dmabench" lab run --kernel debian:6.18 --kernel debian:6.12 \
    --topology "$work/tiny" --seed 1 lab-quick -o "$work/o" "$@"
}

lines_come_in_order() {
  stood_in 0 --boots 3 --jobs 6 &&
    same "boots" "$(sed -n 's/.* boot \([0-9]\) of 6 .*done, .*/\1/p' "$work/stderr" | xargs)" '1 2 3 4 5 6'
}

# With two at a time, no more than two have begun when the first one fails.
others_go_on() {
  touch "$work/dies"
  stood_in 1 --boots 4 --jobs 2 || return
  rm "$work/dies"
  same "boots of 6.18" "$(grep -c '^6\.18.*done' "$work/stderr")" 4 &&
    same "boots of 6.12" "$(grep -cE '^6\.12.*(FAILED|left out: its first boot failed)' "$work/stderr")" 4 &&
    grep -q '^6\.12.*left out' "$work/stderr" && said_last '4 of 8 boots failed'
}

refuses() {
  expect_exit 2 "$dmabench" lab run --kernel debian:6.18 "$@" lab-quick -o "$work/o"
}

beyond_memory() {
  local fit
  refuses --jobs 900 || return
  fit=$(awk '$1 == "MemAvailable:" { print int($2 / 1024 / (9216 + 300)) }' /proc/meminfo)
  said "jobs 900: so many guests want $((900 * 9516)) MiB, 9516 each, and [0-9]* MiB are available: ($((fit - 1))|$fit|$((fit + 1))) fit"
}

not_a_number() {
  refuses --jobs 0 && said 'jobs "0": expected a number from 1 to 1000'
}

check "a number of jobs that is none" not_a_number
check "more guests than memory has room for: how many fit is told" beyond_memory
check "boots that end out of order are told in order" lines_come_in_order
check "a kernel that fails does not stop the others" others_go_on
check "two kernels boot one after the other" boots alone --jobs 1
check "and side by side" boots side --jobs 2
check "figures are the same to the nanosecond" figures_are_the_same
check "so are the notes and the lines" notes_and_lines_are_the_same
finish
