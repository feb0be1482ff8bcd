# shellcheck shell=bash disable=SC2154
# System calls of a trial, by strace. After tap.sh.

# traced NAME ARGUMENTS…: runs one trial, its result in NAME.jsonl; system calls from the beginning of its
# timed part on in NAME.all, a line each.
traced() {
  local name=$1 file
  shift
  mkdir -p "$name.trace"
  ASAN_OPTIONS=detect_leaks=0 strace -ff -o "$name.trace/t" "$dmabench" run "$@" -q -o "$name.jsonl" 2>/dev/null || return 1
  file=$(grep -l 'execve(.*"__trial"' "$name.trace"/t.* | head -n 1)
  sed -n '/^write(4, "the timed part/,$p' "$file" >"$name.all"
}

# timed_calls NAME: the names of those in the timed part, which the announcement of the next part on the
# report pipe ends.
timed_calls() {
  sed '/^write(4, "\(its profile\|teardown\)/q' "$1.all" | sed 's/(.*//'
}
