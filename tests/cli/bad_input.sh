#!/usr/bin/env bash
# Bad input: one clear line on stderr, exit 2, nothing written, nothing changed.
# shellcheck source=lib/tap.sh
. "$(dirname "$0")/lib/tap.sh"
# shellcheck source=lib/host.sh
. "$lib/host.sh"
need jq
lock_host
before=$(host_settings)

# refuses PATTERN ARGUMENTS…: of `dmabench run`, with -o out.jsonl unless they have an -o.
refuses() {
  local pattern=$1 listing output=(-o out.jsonl)
  shift
  case " $* " in *" -o "* | *" --resume "*) output=() ;; esac
  rm -f out.jsonl
  listing=$(find . -mindepth 1 -name '[!.]*' ! -name stdout ! -name stderr -ls | awk '{ print $7, $11 }' | sort)
  expect_exit 2 "$dmabench" run "$@" "${output[@]}" && said "$pattern" || return 1
  same "stdout" "$(cat "$work/stdout")" "" || return 1
  same "files" "$(find . -mindepth 1 -name '[!.]*' ! -name stdout ! -name stderr -ls | awk '{ print $7, $11 }' | sort)" \
    "$listing"
}

# config PATTERN TEXT: as the text of x.json.
config() {
  printf '%s' "$2" >x.json
  refuses "$1" x.json && rm x.json
}

# cells PATTERN MEMBERS…: of a product for uring-pin.
cells() {
  config "$1" "{\"matrix\":[{\"bench\":\"uring-pin\",$2}]}"
}

# ---- the config ----

check "broken JSON: line and column" config 'x\.json:2:[0-9]+: ' $'{"name":"x",\n"matrix":[}'
check "an empty file" config 'x\.json:' ''
check "a list where an object should be" config 'x\.json:1:1: ' '[1]'
check "a file cut short" config 'x\.json:1:' '{"matrix":[{"bench":"null"}]'
check "rest behind the end" config 'x\.json:1:' '{"matrix":[{"bench":"null"}]} {}'
check "bytes that are no UTF-8" config 'x\.json:1:' $'{"name":"\xff","matrix":[{"bench":"null"}]}'
check "NaN" config 'x\.json:1:' '{"rounds":NaN,"matrix":[{"bench":"null"}]}'
check "a key twice" config 'x\.json:1:[0-9]+: .*"rounds"' '{"rounds":1,"rounds":2,"matrix":[{"bench":"null"}]}'
check "an unknown key, with a suggestion" \
  config 'x\.json:2:1: unknown key "round" \(did you mean "rounds"\?\)' $'{\n"round":1,"matrix":[{"bench":"null"}]}'
check "an unknown key of a benchmark, with a suggestion" \
  cells 'x\.json:1:33: unknown key "bakcing" \(did you mean "backing"\?\)' '"bakcing":"anon"'
check "a parameter of another benchmark" config 'x\.json:1:.*unknown key "size"' '{"matrix":[{"bench":"null","size":"1M"}]}'
check "an unknown benchmark, with a suggestion" \
  config 'x\.json:1:21: unknown benchmark "nul" \(did you mean "null"\?\)' '{"matrix":[{"bench":"nul"}]}'
check "an unknown backing, with a suggestion" \
  cells 'x\.json:1:51: unknown backing "thpp" \(did you mean "thp"\?\)' '"backing":["anon","thpp"]'
check "an unknown value, with a suggestion" \
  config 'x\.json:1:33: unknown op "syscal" \(did you mean "syscall"\?\)' '{"matrix":[{"bench":"null","op":"syscal"}]}'
check "a placement that is none" cells 'x\.json:1:45: unknown placement "lokal" \(did you mean "local"' '"placement":"lokal"'
check "a size of 0" cells 'x\.json:1:40: size is 0' '"size":0'
check "a negative size" cells 'x\.json:1:40: size "-4096"' '"size":-4096'
check "a negative size with a unit" cells 'x\.json:1:40: size "-4K"' '"size":"-4K"'
check "a size past 64 bits" cells 'x\.json:1:40: size "17179869184G" does not fit' '"size":"17179869184G"'
check "a size of more digits than 64 bits" cells 'x\.json:1:' '"size":99999999999999999999'
check "a size that is not a multiple of the page" cells 'x\.json:1:40: size "5000".* multiple of the page' '"size":5000'
check "a size that is no number" cells 'x\.json:1:40: size "big"' '"size":"big"'
check "a size with an unknown unit" cells 'x\.json:1:40: size "4X"' '"size":"4X"'
check "a fraction" cells 'x\.json:1:40: ' '"size":4096.5'
check "a word of another type" cells 'x\.json:1:43: ' '"backing":true'
check "an object where a value should be" cells 'x\.json:1:' '"backing":{"anon":1}'
check "0 threads" cells 'x\.json:1:43: threads 0' '"threads":0'
check "0 iterations" cells 'x\.json:1:46: iterations 0' '"iterations":0'
check "rounds 0" config 'x\.json:1:11: rounds 0' '{"rounds":0,"matrix":[{"bench":"null"}]}'
check "rounds 0 of a product" cells 'x\.json:1:42: rounds 0' '"rounds":0'
check "negative rounds" config 'x\.json:1:11: rounds "?-1"?' '{"rounds":-1,"matrix":[{"bench":"null"}]}'
check "rounds without end" config 'x\.json:1:11: rounds 1000000000000' '{"rounds":1000000000000,"matrix":[{"bench":"null"}]}'
check "a seed that is no number" config 'x\.json:1:9: seed "x"' '{"seed":"x","matrix":[{"bench":"null"}]}'
check "a negative seed" config 'x\.json:1:9: seed "-1"' '{"seed":-1,"matrix":[{"bench":"null"}]}'
check "a time budget that is no time" config 'x\.json:1:16: time_budget "soon"' '{"time_budget":"soon","matrix":[{"bench":"null"}]}'
check "a time budget of 0" config 'x\.json:1:16: time_budget' '{"time_budget":"0s","matrix":[{"bench":"null"}]}'
check "a counter that is no name" config 'x\.json:1:14: ' '{"counters":[7],"matrix":[{"bench":"null"}]}'
check "no matrix" config 'x\.json:1:.*"matrix" is missing' '{"rounds":1}'
check "an empty matrix" config 'x\.json:1:11: ' '{"matrix":[]}'
check "a matrix that is no list" config 'x\.json:1:11: ' '{"matrix":{"bench":"null"}}'
check "a product without a benchmark" config 'x\.json:1:.*"bench" is missing' '{"matrix":[{"size":"1M"}]}'
check "an empty list of values" cells 'x\.json:1:43: .*empty' '"backing":[]'
check "everything excluded" config 'empty.*excluded' '{"matrix":[{"bench":"null"}],"exclude":[{"bench":"null"}]}'
check "an unknown key in exclude, with a suggestion" \
  config 'x\.json:1:.*unknown key "ops" \(did you mean "op"\?\)' '{"matrix":[{"bench":"null"}],"exclude":[{"ops":"nothing"}]}'
check "an unknown value in exclude" config 'x\.json:1:.*unknown op' '{"matrix":[{"bench":"null"}],"exclude":[{"op":"syscal"}]}'
check "an empty rule in exclude" config 'x\.json:1:' '{"matrix":[{"bench":"null"}],"exclude":[{}]}'
mkdir folder
check "a config that is a folder" refuses 'folder: [Ii]s a (folder|directory)' ./folder
check "a config that is not there" refuses 'nowhere\.json: no such file' nowhere.json

reads_any_name() {
  echo '{"matrix":[{"bench":"null"}]}' >plain
  expect_exit 0 "$dmabench" run ./plain --plan
}
check "a config file may have any name" reads_any_name

many_cells() {
  local start=$SECONDS
  jq -nc '{matrix: [{bench: "populate", backing: [range(34) | "anon"], how: ["touch", "madvise", "populate"],
    size: [range(1; 1001) * 4096], threads: [range(1; 101)]}]}' >x.json
  (has_sanitizer || ulimit -v 400000; refuses 'cells' x.json) && rm x.json && [ $((SECONDS - start)) -le 30 ]
}
check "ten million cells, without taking the memory for them" many_cells

# ---- the command line ----

check "rounds 0 on the command line" refuses 'rounds 0' null --rounds 0
check "rounds that are no number" refuses 'rounds "x"' null --rounds x
check "a seed that is no number on the command line" refuses 'seed "x"' null --seed x
check "a negative seed on the command line" refuses 'seed "-3"' null --seed -3
check "a seed that is no text" refuses 'seed' null --seed $'\xff'
check "rounds that are no text" refuses 'rounds' null --rounds $'\xff'
check "a value that is no text" refuses 'op' null --set op=$'\xff'
check "rounds twice" refuses '--rounds is given twice' null --rounds 1 --rounds 2
check "two result files" refuses '--output is given twice' null -o a.jsonl -o b.jsonl
for budget in soon 0 -5 "" 10x 99999999999999999999h; do
  check "a time budget of \"$budget\"" refuses 'time_budget "' null --time-budget "$budget"
done
check "--set without =" refuses '--set op: expected param=value' null --set op
check "--set without a name" refuses '--set =x: expected param=value' null --set =x
check "--set without a value" refuses '--set op=: expected param=value' null --set op=
check "--set with an empty value" refuses 'op' null --set op=nothing,
check "--set of an unknown parameter" refuses '"opp".*did you mean "op"' null --set opp=nothing
check "--set with an unknown value" refuses 'unknown op "x"' null --set op=x
check "--set with a size of 0" refuses 'size is 0' uring-pin --set size=0
check "two configs" refuses '"null"' null null

# ---- where results go ----

echo mine >notes.txt
printf 'no newline at the end' >torn.txt
"$dmabench" run null --set iterations=5 --seed 7 -q -o run.jsonl
sed 's/"boot_id":"[^"]*"/"boot_id":"00000000-0000-0000-0000-000000000000"/' run.jsonl >boot.jsonl
sed 's/"schema":1,/"schema":2,/' run.jsonl >schema.jsonl
: >empty.jsonl
long=$(printf '%0.sx' {1..250})
mkdir -p "$long/$long/$long"

check "an output that is a folder" refuses 'folder: is a folder' null -o folder
check "an output in a folder that is not there" refuses 'nowhere/x\.jsonl: No such file' null -o nowhere/x.jsonl
check "an output that cannot be written" refuses '/sys/kernel/mm/x\.jsonl: Permission denied' null -o /sys/kernel/mm/x.jsonl
check "an output that holds another run" refuses 'run\.jsonl: holds another run.*--resume' null -o run.jsonl
check "an output that holds something else" refuses 'notes\.txt: ' null -o notes.txt
check "an output with an empty name" refuses ': .+' null -o ""
check "--resume without -o" refuses '--resume needs -o' null --resume
check "--resume of a file that is not there" refuses 'nowhere\.jsonl: No such file' --resume -o nowhere.jsonl
check "--resume of another boot" refuses 'boot\.jsonl: .*another boot' --resume -o boot.jsonl
check "--resume of another schema" refuses 'schema\.jsonl:1: schema 2' --resume -o schema.jsonl
check "--resume of another config" refuses 'run\.jsonl: holds a run of another config' null --set op=syscall --resume -o run.jsonl
check "--resume with another seed" refuses 'run\.jsonl: holds a run of another config' null --set iterations=5 --seed 8 --resume -o run.jsonl
check "--resume of an empty file" refuses 'empty\.jsonl: is empty' --resume -o empty.jsonl
check "--resume of what is no result file" refuses 'notes\.txt:1' --resume -o notes.txt
check "--resume of what is no result file, without a last newline" refuses 'torn\.txt: ?' --resume -o torn.txt
check "--resume of a folder" refuses 'folder: is a folder' --resume -o folder
check "a refused --resume leaves a file without a last newline as it is" \
  same "torn.txt" "$(cat torn.txt)" 'no newline at the end'

writes_to_long_path() {
  expect_exit 0 "$dmabench" run null --set iterations=5 -q -o "$long/$long/$long/out.jsonl" &&
    [ -s "$long/$long/$long/out.jsonl" ]
}
check "a path of 760 bytes is written to as it is" writes_to_long_path

check "nothing was changed on this host" settings_are "$before"
check "no journal was begun" [ ! -e "$work/state/journal" ]
finish
