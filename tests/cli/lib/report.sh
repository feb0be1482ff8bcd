# shellcheck shell=bash disable=SC2154
# Reports and what their pages say. After tap.sh.

# report DIR ARGUMENTS…: makes it, and reads its pages into DIR.text.
report() {
  local dir=$1
  shift
  expect_exit 0 "$dmabench" report "$@" -o "$dir" && reads "$dir"
}

reads() {
  "$lib/pages" "$1" >"$1.text" && return 0
  head -20 "$1.text"
  return 1
}

# tells DIR PATTERN…: a line of the pages' text matches each.
tells() {
  local dir=$1 pattern
  shift
  for pattern; do
    grep -aqE -- "$pattern" "$dir.text" && continue
    echo "expected in $dir: $pattern"
    return 1
  done
}
