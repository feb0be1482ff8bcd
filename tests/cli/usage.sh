#!/usr/bin/env bash
# What a user meets first: help, lists, versions, and words that are unknown.
# shellcheck source=lib/tap.sh
. "$(dirname "$0")/lib/tap.sh"
need jq

commands="list doctor run compare report export import bind unbind restore lab help"
benches="null populate uring-pin"

# ---- help and versions ----

helps() {
  expect_exit 0 "$dmabench" "$@" && [ -s "$work/stdout" ] && [ ! -s "$work/stderr" ]
}

overview_names_all() {
  local word
  helps "$@" || return 1
  for word in $commands; do printed "^ *dmabench $word " || return 1; done
  for word in $benches; do printed "^ *$word " || return 1; done
}

explains_every_command() {
  local word
  for word in $commands; do
    helps help "$word" && printed "^dmabench $word" || return 1
  done
}

explains_run_options() {
  local option
  helps help run || return 1
  for option in --set --output --rounds --seed --plan --resume --time-budget --quiet; do
    printed "(^|[ ,])$option( |$)" || return 1
  done
}

explains_every_bench() {
  local word name
  for word in $benches; do
    helps help "$word" && printed "^$word - " && printed '^Parameters' && printed '^Metrics' || return 1
    grep -qi 'leaves\? out' "$work/stdout" || return 1
    for name in $("$dmabench" list --json |
      jq -r ".[] | select(.name == \"$word\") | (.params, .metrics)[].name"); do
      printed "^ +$name " || return 1
    done
  done
}

names_backings() {
  helps help backings && printed '^ +anon ' && printed '^ +memfd '
}

tells_versions() {
  local library commit
  helps "$1" && printed '^dmabench [^ ]+$' || return 1
  for library in hwloc jansson libpfm4 liburing; do
    printed "^$library [0-9]+\.[0-9]" || return 1
  done
  commit=$(git -C "$top" rev-parse --short HEAD 2>/dev/null) || return 0
  printed "^dmabench .*$commit" || [ -f "$top/VERSION" ] || git -C "$top" describe --exact-match
}

check "without a word, help is shown" overview_names_all
check "help names every command and benchmark" overview_names_all help
check "--help is help" overview_names_all --help
check "-h is help" overview_names_all -h
check "help COMMAND tells how it is called" explains_every_command
check "help run tells every option" explains_run_options
explains_formats() {
  local word
  helps help export && for word in csv folded google-benchmark influx junit ktap openmetrics pprof; do
    printed "^  $word +" && printed "--format FORMAT .*$word" || return 1
  done
  helps help import && for word in benchstat google-benchmark hyperfine; do
    printed "^  $word +" && printed "--format FORMAT .*$word" || return 1
  done
}
check "help export and help import tell every format" explains_formats
check "help BENCH tells its parameters, its metrics and what is left out" explains_every_bench
check "help backings names kinds of memory" names_backings
check "--version names the commit and each library" tells_versions --version
check "-V is --version" tells_versions -V

# ---- list and doctor ----

lists_all() {
  local word
  helps list || return 1
  for word in $benches; do printed "^$word +(yes|no) " || return 1; done
}

# json_is FILTER COMMAND…: one document on stdout, nothing on stderr, and the filter holds.
json_is() {
  local filter=$1
  shift
  "$dmabench" "$@" >"$work/stdout" 2>"$work/stderr"
  same "stderr" "$(cat "$work/stderr")" "" || return 1
  same "number of documents" "$(jq -s length "$work/stdout")" 1 || return 1
  passes "$work/stdout" "$filter"
}

tells_findings() {
  "$dmabench" doctor >"$work/stdout" && printed '^(ok|warn|fail) +kernel '
}

check "list names every benchmark and whether it runs" lists_all
check "list --json keeps to its contract" json_is 'type == "array" and all(.[];
  (.name | type == "string") and (.summary | type == "string") and
  (.metrics | type == "array" and length > 0 and all(.[]; .name and .unit)) and
  (.params | type == "array") and all(.params[]; .name and (.default | type == "string")) and
  (.runnable | type == "boolean") and (has("reason") == (.runnable | not)) and
  (.reason // "-" | length > 0))' list --json
check "list --json names every benchmark" \
  json_is "map(.name) | contains(\"$benches\" | split(\" \"))" list --json
check "doctor tells each finding" tells_findings
check "doctor --json keeps to its contract" json_is '(keys == ["checks"]) and
  (.checks | length > 5) and all(.checks[]; (.name | type == "string") and
  (.status | IN("ok", "warn", "fail")) and (.detail | type == "string" and length > 0) and
  (.fix | type == "string"))' doctor --json
check "a finding that is not ok has a fix" json_is \
  'all(.checks[] | select(.status != "ok"); .fix | length > 0)' doctor --json

# ---- show ----

file=$(echo "$top"/results/cover-letter/6.17*/boot-01.jsonl)
shows() {
  expect_exit 0 "$dmabench" show "$file" "$@" && [ -s "$work/stdout" ] && [ ! -s "$work/stderr" ]
}
selects_rows() {
  shows --filter backing=thp --metric map_ns && printed 'backing=thp.* map_ns' && ! grep -qE 'unmap_ns|hugetlb' "$work/stdout" &&
    shows --row '*thp*unmap_ns' && printed unmap_ns && ! grep -q 'hugetlb' "$work/stdout" && shows --sort mad --metric map_ns
}
check "show --filter, --row, --metric and --sort select rows" selects_rows

# ---- unknown words ----

# refuses PATTERN ARGUMENTS…: exit 2, one line like that on stderr, nothing on stdout.
refuses() {
  local pattern=$1
  shift
  expect_exit 2 "$dmabench" "$@" && [ ! -s "$work/stdout" ] && said "$pattern"
}

# suggests WORD HINT ARGUMENTS…
suggests() {
  refuses "\"$1\".*did you mean \"$2\"" "${@:3}"
}

many_sets=()
for _ in {1..65}; do many_sets+=(--set op=nothing); done

check "an unknown command gets a suggestion" suggests lsit list lsit
check "an unknown option gets a suggestion" suggests --jsn --json list --jsn
check "an unknown option of run gets a suggestion" suggests --round --rounds run --round 3
check "an unknown benchmark gets a suggestion" suggests uring-pn uring-pin run uring-pn
check "an unknown config gets a suggestion" suggests quik quick run quik
check "an unknown topic gets a suggestion" suggests populat populate help populat
check "show refuses a column that it does not have" refuses '--sort "size": expected cell, median or MAD' show "$file" --sort size
check "show refuses a filter by what no cell has" refuses 'did you mean "backing"' show "$file" --filter bakcing=thp
check "show refuses --brief of a selection" refuses '--brief' show "$file" --brief --row thp
check "a word too many is refused" refuses '"now"' list now
check "a value for a switch is refused" refuses '--json' list --json=yes
check "an option without its value is refused" refuses '-o needs a value' run -o
check "more --set than can be kept are refused in so many words" refuses '(--set|more than)' run null --plan "${many_sets[@]}"
finish
