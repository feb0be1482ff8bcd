#!/usr/bin/env bash
# Where output goes: stdout, stderr, a terminal, a full disk.
# shellcheck source=lib/tap.sh
. "$(dirname "$0")/lib/tap.sh"
need jq

# no_success_into REDIRECTION: each command that prints says that it could not.
no_success_into() {
  local words
  for words in list "list --json" doctor "doctor --json" "help run" --version "run null --plan"; do
    # shellcheck disable=SC2086 # several words are meant
    if eval '"$dmabench" $words '"$1" 2>"$work/stderr"; then
      echo "success: $words"
      return 1
    fi
    said 'standard output|No space|descriptor' || return 1
  done
}

quick=(run null --set iterations=10)

# clean_with FILE REDIRECTIONS: the result file holds records and nothing else.
clean_with() {
  eval '"$dmabench" "${quick[@]}" -o "$1" '"$2"
  same "records" "$(jq -r .record "$1" | tr '\n' ' ')" "run trial end "
}

is_quiet() {
  expect_exit 0 "$dmabench" "${quick[@]}" -o quiet.jsonl --quiet &&
    same "output" "$(cat "$work/stdout" "$work/stderr")" "" &&
    same "records" "$(jq -r .record quiet.jsonl | tr '\n' ' ')" "run trial end "
}

is_loud() {
  expect_exit 0 "$dmabench" "${quick[@]}" -o loud.jsonl &&
    printed 'null/op=nothing +op_ns' && printed 'Results: loud.jsonl' && said '\[1/1\]'
}

is_brief() {
  expect_exit 0 "$dmabench" "${quick[@]}" -o brief.jsonl --brief &&
    printed '^host: Linux ' && printed '^measured: 1 of 1 cells' && printed 'dmabench show brief.jsonl' &&
    printed 'Results: brief.jsonl' && ! printed '^null/op=nothing' || return 1
  expect_exit 0 "$dmabench" show --brief brief.jsonl && printed '^measured: 1 of 1 cells' &&
    ! printed '^null/op=nothing' || return 1
  expect_exit 0 "$dmabench" show brief.jsonl && printed 'null/op=nothing +op_ns'
}

records_to_a_pipe() {
  "$dmabench" "${quick[@]}" -o /dev/stdout 2>/dev/null |
    jq -se 'map(.record) == ["run", "trial", "end"]' >/dev/null
}

no_escapes() {
  env -u NO_COLOR "$dmabench" "$@" >"$work/stdout" 2>"$work/stderr"
  ! grep -q $'\033' "$work/stdout" "$work/stderr"
}

check "a full disk under stdout is no success" no_success_into '>/dev/full'
check "a closed stdout is no success" no_success_into '>&-'
check "with stdout closed, no table gets into the result file" clean_with 1.jsonl '>&- 2>stderr'
check "with stderr closed, no progress gets into the result file" clean_with 2.jsonl '>stdout 2>&-'
check "with all three closed, the result file is clean" clean_with 3.jsonl '<&- >&- 2>&-'
check "--quiet prints nothing" is_quiet
check "without --quiet, the table is on stdout and progress on stderr" is_loud
check "with --brief, a summary is in the table's place" is_brief
check "records go to a pipe, too" records_to_a_pipe
check "no escape sequences in doctor where there is no terminal" no_escapes doctor
check "no escape sequences in run where there is no terminal" no_escapes "${quick[@]}" -o plain.jsonl

# on_terminal COMMAND: what it wrote to a terminal is in $work/typescript. Its shell knows $dmabench.
on_terminal() {
  dmabench=$dmabench TERM=xterm script -qec "$1" /dev/null </dev/null >"$work/typescript"
}

# As often as there are trials at least; how many there are depends on who may do what here.
redraws() {
  local lines trials
  on_terminal '"$dmabench" run quick --set iterations=2 -o tty.jsonl'
  lines=$(grep -oE $'\r\033\\[K *[0-9]+% [0-9]+/[0-9]+' "$work/typescript")
  trials=$(tail -n 1 <<<"$lines" | sed 's|.*/||')
  [ "${trials:-0}" -ge 1 ] && [ "$(wc -l <<<"$lines")" -ge "$trials" ] && return 0
  cat -v "$work/typescript"
  return 1
}

# ends_in PATTERN LINES: of a run on a terminal of so many lines, whose table has four rows.
ends_in() {
  on_terminal "stty rows $2 cols 80; "'"$dmabench" run null --set op=all --set iterations=10 --set placement=local,cpus:0'" -o fit$2.jsonl"
  grep -q "$1" "$work/typescript" || { cat -v "$work/typescript"; return 1; }
}

# colours WANTED COMMAND
colours() {
  on_terminal "$2"
  same "colours" "$(grep -c $'\033\[3[123]m' "$work/typescript" | sed 's/[1-9].*/some/')" "$1"
}

if command -v script >/dev/null; then
  check "on a terminal, the progress line redraws" redraws
  check "on a terminal with too few lines, a run ends in a summary" ends_in '^measured: 4 of 4 cells' 3
  check "on a terminal with enough lines, a run ends in the table" ends_in '^null/op=nothing  *op_ns' 60
  check "on a terminal, NO_COLOR is obeyed" colours 0 'NO_COLOR=1 "$dmabench" doctor'
  check "on a terminal, doctor has colours" colours some 'unset NO_COLOR; "$dmabench" doctor'
else
  skip "on a terminal, the progress line redraws" "script(1) is not installed (bsdutils)"
fi
finish
