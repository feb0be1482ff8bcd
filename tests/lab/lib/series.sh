# shellcheck shell=bash disable=SC2034,SC2154
# For scripts in tests/lab that run configs under two kernels: one from before huge entries for
# device memory, and one with them. After tap.sh and records.sh.

old=6.1 new=6.12

# lab NAME TOPOLOGY CONFIG KERNEL… [OPTION…]: its results are in $work/NAME, by kernel.
lab() {
  local name=$1 topology=$2 config=$3 word options=()
  for word in "${@:4}"; do
    case $word in
      [1-9]*) options+=(--kernel "debian:$word,label=$word") ;;
      *) options+=("$word") ;;
    esac
  done
  expect_exit 0 "$dmabench" lab run --seed 1 "${options[@]}" --topology "$topology" "$config" -o "$work/$name"
}

# result NAME KERNEL
result() {
  echo "$work/$1/$2/boot-01.jsonl"
}

complete_and_ok() {
  local file
  file=$(result "$@") && valid "$file" && ended_with "$file" complete && hold "$file" '.status == "ok"'
}

# median FILE FILTER METRIC: of the first trial that passes.
median() {
  jq -rn "first(inputs | select(.record == \"trial\" and ($2))) | .metrics.$3.samples | sort | .[length / 2 | floor]" "$1"
}

# holds FIGURE COMPARISON LIMIT: as awk compares; says both.
holds() {
  echo "$1, expected $2 $3"
  awk "BEGIN { exit !($1 $2 $3) }"
}
