#!/usr/bin/env bash
# Headers can be included alone, and rooms use only the rooms before them.
# shellcheck source=lib/tap.sh
. "$(dirname "$0")/lib/tap.sh"
cd "$top" || exit 1

rooms="base counter host mem pci iommu vfio measure stats result profile exchange matrix compare table plot site cmd"
below_bench="base counter host mem pci iommu vfio measure"

# ---- each header alone ----

read -ra flags <<<"$(pkg-config --cflags hwloc jansson liburing 2>/dev/null)"
compiles_alone() {
  echo "#include \"${1#lib/}\"" |
    "${CC:-cc}" -std=gnu11 -D_GNU_SOURCE -Ilib "${flags[@]}" -Wall -Wextra -Wshadow -Wstrict-prototypes \
      -Wmissing-prototypes -Werror -pthread -fsyntax-only -x c -
}

has_guard() {
  local name=${1#lib/}
  name=$(tr 'a-z/.' 'A-Z__' <<<"$name")
  grep -q "^#ifndef $name\$" "$1" && grep -q "^#define $name\$" "$1"
}

if command -v "${CC:-cc}" >/dev/null; then
  for header in lib/*/*.h; do
    check "$header compiles alone" compiles_alone "$header"
  done
else
  skip "headers compile alone" "no C compiler"
fi
for header in lib/*/*.h; do
  check "$header has a guard of its own name" has_guard "$header"
done

# ---- who may use whom ----

# rooms_up_to ROOM: itself and those before it.
rooms_up_to() {
  local room
  for room in $rooms; do
    echo "$room"
    [ "$room" != "$1" ] || break
  done
}

# strangers "ALLOWED" FILE…: includes of rooms that are not allowed.
strangers() {
  local allowed=$1
  shift
  grep -HnoE '^ *# *include *"[a-z_]+/[^"]*"' "$@" /dev/null | while IFS=: read -r file line include; do
    room=${include#*\"}
    room=${room%%/*}
    grep -qw -- "$room" <<<"$allowed" || echo "$file:$line: uses $room"
  done
}

keeps_to() {
  same "rooms used" "$(strangers "$@")" ""
}

every_room_is_known() {
  local folder
  for folder in lib/*/; do
    grep -qw "$(basename "$folder")" <<<"$rooms" || { echo "$folder is not in the list"; return 1; }
  done
}

check "every folder of lib/ is a room of the design" every_room_is_known
for room in $rooms; do
  [ -d "lib/$room" ] || continue
  check "$room uses only itself and the rooms before it" \
    keeps_to "$(rooms_up_to "$room")" lib/"$room"/*.[ch]
done
check "bench/ uses base to measure only" keeps_to "$below_bench" bench/*.c

names_headers_by_room() {
  same "includes without a room" \
    "$(grep -nE '^ *# *include *"[^/"]+\.h"' lib/*/*.[ch] bench/*.c)" ""
}
check "headers are included by room and name" names_headers_by_room

registered_once() {
  local file name
  for file in bench/*.c; do
    [ "$file" = bench/benches.c ] && continue
    name=$(sed -n 's/^const struct bench \(bench_[a-z_]*\) = {/\1/p' "$file")
    same "lines for $file in benches.def" "$(grep -c "^BENCH($name)$" bench/benches.def)" 1 || return 1
  done
  grep '^BENCH' bench/benches.def | LC_ALL=C sort -c
}
check "each benchmark is listed once in bench/benches.def, sorted" registered_once
finish
