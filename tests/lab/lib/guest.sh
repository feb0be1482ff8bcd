# shellcheck shell=bash
# For scripts in tests/lab whose checks run in a guest: the guest's TAP is the script's.
#
#   in_guest NAME OPTION…: tests/lab/guest/NAME.sh, by `dmabench lab exec OPTION…`

set -u
top=${top:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)}
O=${O:-$top/out}

in_guest() {
  local script status=0
  script=$(mktemp)
  cat "$top/tests/lab/guest/tap.sh" "$top/tests/lab/guest/$1.sh" >"$script"
  "$O/dmabench" lab exec "${@:2}" "$script" || status=$?
  rm -f "$script"
  return $status
}
