# shellcheck shell=bash
# For scripts in tests/cli: each `check NAME COMMAND…` is a test that passes when the command does.
#
#   . "$(dirname "$0")/lib/tap.sh"
#   check "list names every benchmark" has_all_benches
#   finish
#
# A test that cannot run here calls `skip NAME REASON`. $dmabench is the real program, $work a
# folder of the script's own, which is also the current one and where host state is kept.

top=${top:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)}
O=${O:-$top/out}
# shellcheck disable=SC2034
dmabench=$O/dmabench
work=$(mktemp -d)
export DMABENCH_STATE=$work/state NO_COLOR=1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

tap_count=0 tap_failed=0

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
  [ "$(wc -l <"$work/stderr")" -eq 1 ] && grep -qE -- "$1" "$work/stderr" && return 0
  echo "expected one line like: $1"
  echo "stderr was:"
  cat "$work/stderr"
  return 1
}
