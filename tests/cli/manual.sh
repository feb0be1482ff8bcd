#!/usr/bin/env bash
# The manual says what the program does: its tables are current, and every option, member, key and
# variable stands in it, and none that there is not.
# shellcheck source=lib/tap.sh
. "$(dirname "$0")/lib/tap.sh"
need python3

man=$top/man
schema=$top/results/schema-1.json

holds() { "$lib/manual" "$@"; }

# A run of this program, with all that it records, and the reference results.
members_are_documented() {
  cat >all.json <<'END'
{"counters": ["instructions"], "iterations": 3, "matrix": [
  {"bench": "null"}, {"bench": "uring-pin", "backing": "anon", "size": "1MiB"},
  {"bench": "populate", "backing": "anon", "size": ["2MiB", "1023TiB"]}]}
END
  expect_exit 0 "$dmabench" run all.json --quiet -o all.jsonl &&
    holds members "$man/dmabench-result.5" "$schema" all.jsonl "$top"/results/*/*/boot-01.jsonl
}

# formats COMMAND: those that its help lists have an entry in the manual.
formats_are_documented() {
  local format found=0
  for format in $("$dmabench" help "$1" | sed -n '/The formats:/,/^Options/s/^  \([a-z-]*\)  .*/\1/p'); do
    found=1
    grep -qE "^(\.It )?\.?Cm $format\b|^\.It Cm .*\b$format\b|Cm (.* , )?$format( |\$)" "$man/dmabench.1" ||
      { echo "no format $format"; return 1; }
  done
  [ "$found" -eq 1 ]
}

is_current() {
  "$top/scripts/doc-tables" --check "$dmabench"
}

names_all_pages() {
  local page
  for page in "$man"/*; do
    [ "$page" = "$man/dmabench.1" ] || grep -q "^\.Xr $(basename "${page%.*}") ${page##*.}" "$man/dmabench.1" ||
      { echo "dmabench(1) does not name $(basename "$page")"; return 1; }
  done
}

is_clean() {
  mandoc -T lint -W warning "$1"
}

check "tables of the manual and the guides are current" is_current
# The lab is held to its own help, below.
mapfile -t commands < <("$dmabench" help | sed -n 's/^  dmabench \([a-z]*\) .*/\1/p' | grep -vx lab)
check "dmabench(1) has the options of every command" \
  holds options "$man/dmabench.1" "$dmabench" "${commands[@]}"
check "dmabench-lab(1) has the commands, options and topologies of the lab" holds lab "$man/dmabench-lab.1"
check "dmabench-result(5) has every member" members_are_documented
check "dmabench-config(5) has every key" holds keys "$man/dmabench-config.5" "$top/lib/matrix"
check "the manual has every variable of the environment" holds environment "$man"/* -- "$top/lib"
for command in compare export import; do
  check "dmabench(1) has the formats of $command" formats_are_documented "$command"
done
check "dmabench(1) names the other pages" names_all_pages
for page in "$man"/*; do
  if command -v mandoc >/dev/null; then
    check "mandoc finds nothing in $(basename "$page")" is_clean "$page"
  else
    skip "mandoc finds nothing in $(basename "$page")" "mandoc is not installed (scripts/deps lint)"
  fi
done

# ---- that these checks can fail ----

# finds "PATTERN" PAGE "SED" KIND ARGUMENTS…: a page that was changed so is found wrong. PAGE in the
# arguments is the changed one.
finds() {
  local pattern=$1 page=$2 edit=$3
  shift 3
  sed "$edit" "$man/$page" >edited
  ! cmp -s edited "$man/$page" || { echo "nothing was changed"; return 1; }
  ! "$lib/manual" "${@/PAGE/edited}" >"$work/stdout" 2>&1 && printed "$pattern"
}

# The script looks at the tree that it lies in: a copy of what it reads, with another parameter.
finds_old_tables() {
  mkdir -p tree/scripts && cp "$top/scripts/doc-tables" tree/scripts/ &&
    cp -r "$top/man" "$top/docs" "$top/configs" tree/ &&
    sed -i 's/^\.It Cm bar_align$/.It Cm frames/' tree/man/dmabench-config.5 &&
    ! tree/scripts/doc-tables --check "$dmabench" >"$work/stdout" &&
    printed '^man/dmabench-config.5: out of date' &&
    tree/scripts/doc-tables "$dmabench" >/dev/null && tree/scripts/doc-tables --check "$dmabench"
}

finds_new_config() {
  echo '{"about": "Something new.", "matrix": [{"bench": "null"}]}' >tree/configs/new.json
  ! tree/scripts/doc-tables --check "$dmabench" >"$work/stdout" && printed '^docs/configs.md: out of date'
}

check "an old table is found, and brought up to date" finds_old_tables
check "a config that no table has is found" finds_new_config
check "a missing option is found" finds 'option --resume: not documented' dmabench.1 \
  '/^\.It Fl -resume/d' options PAGE "$dmabench" run
check "an option that there is not is found" finds 'option --resum: there is none' dmabench.1 \
  's/^\.It Fl -resume/.It Fl -resum/' options PAGE "$dmabench" run
check "a missing option of the lab is found" finds 'option --silence: not documented' dmabench-lab.1 \
  '/^\.It Fl -silence/d' lab PAGE
check "a missing topology is found" finds 'topology workers: not documented' dmabench-lab.1 \
  '/^\.It Cm workers/d' lab PAGE
check "a missing member is found" finds 'verified: proof: not documented' dmabench-result.5 \
  '/^\.It Li proof/d' members PAGE "$schema"
check "a missing member of a member is found" finds 'run: series.pair: not documented' dmabench-result.5 \
  's/series\.pair , //' members PAGE "$schema"
check "a member that is recorded but not in the schema is found" finds 'trial: device: not documented' \
  dmabench-result.5 '/^\.It Li device$/d' members PAGE "$schema" "$top"/results/cover-letter/6.18*/boot-01.jsonl
check "a member that there is not is found" finds 'end: whyever: there is none' dmabench-result.5 \
  's/^\.It Li why$/.It Li whyever/' members PAGE "$schema"
check "a missing key is found" finds 'key trial_limit: not documented' dmabench-config.5 \
  '/^\.It Cm trial_limit/d' keys PAGE "$top/lib/matrix"
check "a missing variable is found" finds 'DMABENCH_PLOTS: not documented' dmabench.1 \
  '/^\.It Ev DMABENCH_PLOTS/d' environment PAGE -- "$top/lib"
finish
