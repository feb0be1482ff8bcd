#!/usr/bin/env bash
# The house stays in order: rooms of a moderate size, no circles among files, a name for one thing.
# shellcheck source=lib/tap.sh
. "$(dirname "$0")/lib/tap.sh"
cd "$top" || exit 1

most_pct=20 # of the lines of lib/, that one room may have

# ---- sizes ----

# large_rooms TREE: rooms that have more than their share.
large_rooms() {
  local room
  for room in "$1"/lib/*/; do
    echo "$(cat "$room"*.[ch] | wc -l) $(basename "$room")"
  done | awk -v most="$most_pct" '{ lines[$2] = $1; all += $1 }
    END { for (room in lines) if (lines[room] * 100 > all * most)
      printf "%s has %.0f %% of all lines\n", room, 100 * lines[room] / all }'
}

no_room_is_large() {
  same "rooms beyond $most_pct %" "$(large_rooms .)" ""
}

# ---- circles ----

# A noun is a file and those that continue it: boot.c, boot_load.c and boot_metric.c are one.
nouns='function noun(file,   stem, found) {
    sub(/\.[ch]$/, "", file)
    stem = file
    while (sub(/_[^_\/]*$/, "", stem)) if (stem in exists) found = stem
    return found ? found : file
  }'

# include_arrows TREE: "USER USED" for each noun that includes the header of another.
include_arrows() {
  (cd "$1" && grep -oE '^ *# *include *"[a-z_]+/[^"]*\.h"' lib/*/*.[ch] /dev/null) |
    sed -E 's/:.*"(.*)"/ lib\/\1/' |
    awk "$nouns"' { split($1, user, ":"); users[NR] = $1; used[NR] = $2; file = $1
        sub(/\.[ch]$/, "", file); exists[file] }
      END { for (i = 1; i <= NR; i++) { a = noun(users[i]); b = noun(used[i]); if (a != b) print a, b } }' |
    sort -u
}

# symbol_arrows FOLDER: the same by what object files define and want.
symbol_arrows() {
  (cd "$1" && nm -A lib/*/*.o bench/*.o) |
    sed -E 's/^([^:]*)\.o: */\1.c /' |
    awk "$nouns"' { file = $1; sub(/\.c$/, "", file); exists[file] }
      $(NF - 1) ~ /^[TDBRC]$/ { definer[$NF] = $1 }
      $(NF - 1) == "U" { users[++count] = $1; wanted[count] = $NF }
      END { for (i = 1; i <= count; i++) if (wanted[i] in definer) {
          a = noun(users[i]); b = noun(definer[wanted[i]]); if (a != b) print a, b } }' |
    sort -u
}

# circles: tsort names the files of each loop among the arrows.
circles() {
  tsort 2>&1 >/dev/null | sed 's/^tsort: //'
}

no_circle_by_includes() {
  same "files in circles" "$(include_arrows . | circles)" ""
}

no_circle_by_symbols() {
  local objects=$work/objects list
  list=$(cd "$O" && ls lib/*/*.o bench/*.o)
  # What a file that is gone left behind in the build does not count.
  mkdir -p "$objects" && while read -r file; do
    [ -f "${file%.o}.c" ] || continue
    mkdir -p "$objects/$(dirname "$file")" && ln -sf "$O/$file" "$objects/$file"
  done <<<"$list"
  [ "$(symbol_arrows "$objects" | wc -l)" -gt 100 ] || { echo "no arrows were found at all"; return 1; }
  same "files in circles" "$(symbol_arrows "$objects" | circles)" ""
}

# ---- names ----

# double_names TREE: structs that are defined in two files; "state" is each benchmark's own.
double_names() {
  (cd "$1" && grep -oE '^struct [a-z0-9_]+ \{$' lib/*/*.[ch] bench/*.[ch] /dev/null) |
    sed -E 's/:struct (.*) \{/ \1/' |
    awk '$2 != "state" { files[$2] = files[$2] " " $1; count[$2]++ }
      END { for (name in count) if (count[name] > 1) print "struct " name " is in" files[name] }' | sort
}

a_structs_name_means_one_thing() {
  same "names of several structs" "$(double_names .)" ""
}

# spelled_members TREE: names of members of records outside the files that know them. Importers read
# other tools' JSON, a config is JSON of its own, and a spec is between two processes of one version.
spelled_members() {
  (cd "$1" && grep -nE 'json_object_get\([^"()]*(\([^()]*\))*[^"()]*, "' lib/*/*.c /dev/null) |
    grep -vE '^lib/(result/(fields|record|profile_record|reader|sampled|version)\.c|matrix/(config|product|changes)\.c|exchange/import|cmd/main\.c)'
}

members_are_spelled_in_one_place() {
  same "members of records" "$(spelled_members .)" ""
}

check "no room has more than $most_pct % of the lines of lib/" no_room_is_large
check "no circle among files, by the headers that they include" no_circle_by_includes
if command -v nm >/dev/null; then
  check "no circle among files, by the functions that they call" no_circle_by_symbols
else
  skip "no circle among files, by the functions that they call" "no nm (binutils)"
fi
check "a struct's name means one thing" a_structs_name_means_one_thing
check "members of records are spelled in lib/result only" members_are_spelled_in_one_place

# ---- each of these can fail ----

# bad_house: a tree in which everything is wrong.
bad_house() {
  local house=$work/house
  mkdir -p "$house"/lib/{big,small} "$house/bench"
  {
    echo '#include "small/a.h"'
    echo 'struct twice {'
    seq 100
  } >"$house/lib/big/b.h"
  printf '%s\n' '#include "big/b.h"' 'struct twice {' >"$house/lib/small/a.h"
  echo 'x = json_object_get(record, "cell");' >"$house/lib/small/a.c"
  echo '#include "small/a.h"' >"$house/lib/small/a_more.h"
  echo 'int nothing;' >"$house/bench/c.c"
  : >"$house/bench/c.h"
  echo "$house"
}

found() {
  [ -n "$2" ] && return 0
  echo "$1: nothing was found"
  return 1
}

house=$(bad_house)
check "a large room is found" found rooms "$(large_rooms "$house")"
check "a circle is found" found circles "$(include_arrows "$house" | circles)"
check "a name of two structs is found" found names "$(double_names "$house")"
check "a member that is spelled elsewhere is found" found members "$(spelled_members "$house")"

# A file that continues another is no other noun.
continued() {
  printf '%s\n' '#include "small/a_more.h"' >"$house/lib/small/a.h"
  same "circles" "$(include_arrows "$house" | grep small | grep -v big | circles)" ""
}
check "files of one noun may know each other" continued
finish
