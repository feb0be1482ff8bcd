# shellcheck shell=bash disable=SC2154
# For scripts that compare. After tap.sh.

# compares CODE ARGUMENTS…
compares() {
  local code=$1
  shift
  expect_exit "$code" "$dmabench" compare "$@"
}

# read_as FORMAT: what a parser made of $work/stdout takes its place.
read_as() {
  "$lib/formats" "$1" "$work/stdout" >"$work/understood" && mv "$work/understood" "$work/stdout" && return 0
  cat "$work/understood" "$work/stdout"
  return 1
}
