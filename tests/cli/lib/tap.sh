# shellcheck shell=bash disable=SC2034
# For scripts in tests/cli: each `check NAME COMMAND…` is a test that passes when the command does.
#
#   . "$(dirname "$0")/lib/tap.sh"
#   check "list names every benchmark" has_all_benches
#   finish
#
# A test that cannot run here calls `skip NAME REASON`. $dmabench is the real program, $work a
# folder of the script's own, which is also the current one and where host state is kept. A
# process that is still to run when the script ends is given to `started PID`.

top=${top:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)}
O=${O:-$top/out}
dmabench=$O/dmabench
lib=$top/tests/cli/lib
work=$(mktemp -d)
export DMABENCH_STATE=$work/state NO_COLOR=1
export DMABENCH_CONFIGS=$top/configs DMABENCH_PLOTS=$top/plots

tap_count=0 tap_failed=0 tap_started=()

started() {
  tap_started+=("$1")
}

# (A job that is ended before it became its command runs traps, too.)
tap_clean_up() {
  local pid
  [ "$BASHPID" = $$ ] || return 0
  for pid in "${tap_started[@]}"; do
    kill -KILL "$pid" 2>/dev/null
  done
  rm -rf "$work"
}
trap tap_clean_up EXIT
cd "$work" || exit 1

check() {
  local name=$1
  shift
  tap_count=$((tap_count + 1))
  if "$@" >"$work/.tap" 2>&1; then
    echo "ok $tap_count - $name"
  else
    echo "not ok $tap_count - $name"
    sed 's/^/# /' "$work/.tap"
    tap_failed=$((tap_failed + 1))
  fi
}

skip() {
  tap_count=$((tap_count + 1))
  echo "ok $tap_count - $1 # SKIP $2"
}

finish() {
  echo "1..$tap_count"
  [ "$tap_failed" -eq 0 ]
}

# need TOOL…: without one of them the whole script is one skip.
need() {
  local tool
  for tool in "$@"; do
    command -v "$tool" >/dev/null && continue
    skip "$(basename "$0" .sh)" "$tool is not installed (scripts/deps)"
    finish
    exit 0
  done
}

is_root() {
  [ "$(id -u)" -eq 0 ]
}

# Whether the program was built with SAN=address, which wants a lot of address space.
has_sanitizer() {
  grep -q __asan_init "$dmabench"
}

# expect_exit CODE COMMAND…: runs it, keeps what it said in $work/stdout and $work/stderr.
expect_exit() {
  local want=$1 got=0
  shift
  "$@" >"$work/stdout" 2>"$work/stderr" || got=$?
  [ "$got" -eq "$want" ] && return 0
  echo "exit status $got, expected $want: $*"
  cat "$work/stdout" "$work/stderr"
  return 1
}

# said PATTERN: stderr is one line, and that line matches the extended regular expression.
said() {
  [ "$(wc -l <"$work/stderr")" -eq 1 ] && grep -aqE -- "$1" "$work/stderr" && return 0
  echo "expected one line like: $1"
  echo "stderr was:"
  cat "$work/stderr"
  return 1
}

# said_last PATTERN: the last line of stderr matches; there may be others before it.
said_last() {
  tail -n 1 "$work/stderr" | grep -qE -- "$1" && return 0
  echo "expected at the end: $1"
  cat "$work/stderr"
  return 1
}

# printed PATTERN: a line of stdout matches.
printed() {
  grep -aqE -- "$1" "$work/stdout" && return 0
  echo "expected a line like: $1"
  echo "stdout was:"
  cat "$work/stdout"
  return 1
}

# passes FILE FILTER: the JSON in it does, by jq.
passes() {
  jq -e "$2" "$1" >/dev/null && return 0
  echo "not so: $2"
  jq -c . "$1" | cut -c1-3000
  return 1
}

# same WHAT FOUND EXPECTED: both texts are equal.
same() {
  [ "$2" = "$3" ] && return 0
  echo "$1 differs (- expected, + found):"
  diff <(echo "$3") <(echo "$2") | sed -n 's/^</-/p; s/^>/+/p' | head -20
  return 1
}
