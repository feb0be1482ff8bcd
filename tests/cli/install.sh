#!/usr/bin/env bash
# make install and uninstall, in folders of their own.
# shellcheck source=lib/tap.sh
. "$(dirname "$0")/lib/tap.sh"
# shellcheck source=lib/boots.sh
. "$lib/boots.sh"

for part in man/dmabench.1 docs scripts/completion.bash results/schema-1.json; do
  [ -e "$top/$part" ] && continue
  skip "make install" "$part is not there"
  finish
  exit
done
command -v "${MAKE:-make}" >/dev/null || { skip "make install" "make is not installed"; finish; exit; }

# make_it TARGET ARGUMENTS…: where the program is built for $work/usr, in little time.
make_it() {
  env -u MAKEFLAGS "${MAKE:-make}" -C "$top" -j"$(nproc)" O="$work/build" prefix="$work/usr" CFLAGS=-O0 "$@"
}

# files FOLDER: all that is in there but folders.
files() {
  (cd "$1" && find . -type f | sort)
}

wanted=$(
  printf './%s\n' bin/dmabench share/dmabench/lab/dmabench-count.so \
    share/bash-completion/completions/dmabench share/dmabench/results/schema-1.json
  for page in "$top"/man/*; do echo "./share/man/man${page##*.}/$(basename "$page")"; done
  (cd "$top" && printf './share/doc/dmabench/%s\n' README.md CONTRIBUTING.md LICENSE docs/*.md \
    results/README.md results/plots/*.svg)
  for config in "$top"/configs/*.json; do echo "./share/dmabench/configs/$(basename "$config")"; done
  for part in "$top"/plots/*; do echo "./share/dmabench/plots/$(basename "$part")"; done
  cd "$top/scripts/lab" && find . -type f | sed 's|^\.|./share/dmabench/lab|'
)

installs() {
  make_it install "$@"
}

modes_are_right() {
  same "modes" "$(find "$1" -type f -printf '%m\n' | sort -u | tr '\n' ' ')" "644 755 " &&
    same "what is executable" "$(find "$1" -type f -perm /111 -printf '%f ' | tr ' ' '\n' | sort | xargs)" "dmabench init lab"
}

finds_configs() {
  env -u DMABENCH_CONFIGS "$work/usr/bin/dmabench" run "$1" --plan >"$work/stdout" 2>&1
  printed '^cells: [1-9]'
}

makes_a_report() {
  command -v jq >/dev/null || return 0
  series "$work/boots" 6.18=1 --boots 1 &&
    expect_exit 0 env -u DMABENCH_PLOTS "$work/usr/bin/dmabench" report "$work/boots" -o "$work/site" &&
    cmp "$work/site/site.css" "$work/usr/share/dmabench/plots/site.css"
}

is_known_without_tree() {
  expect_exit 0 env -u DMABENCH_CONFIGS "$work/usr/bin/dmabench" --version && printed '^dmabench [^ ]+$'
}

# leaves_nothing FOLDER ARGUMENTS…: not even its own folders.
leaves_nothing() {
  make_it uninstall "${@:2}" && same "files left" "$(find "$1" -type f)" "" &&
    same "folders of its own left" "$(find "$1" -type d -path '*/share/*dmabench*')" ""
}

# shows_man_page SECTION NAME
shows_man_page() {
  same "warnings" "$(man --warnings -l "$work/usr/share/man/man$1/$2.$1" 2>&1 >/dev/null)" ""
}

# The guides lead to each other where they are installed, too; what is in the tree alone is not named.
guides_lead_somewhere() {
  local doc=$work/usr/share/doc/dmabench
  command -v python3 >/dev/null || return 0
  "$lib/docs" links "$doc"/README.md "$doc"/docs/*.md "$doc"/results/README.md
}

# completes WORD EXPECTED: what the installed completion makes of `dmabench WORD`.
completes() {
  PATH=$work/usr/bin:$PATH bash -c '. "$1"
    COMP_WORDS=(dmabench "$2") COMP_CWORD=1 COMP_LINE="dmabench $2" COMP_POINT=$((9 + ${#2}))
    read -ra words <<<"$(complete -p dmabench)"
    for ((i = 0; i < ${#words[@]}; i++)); do
      [ "${words[i]}" != -F ] || "${words[i + 1]}" dmabench "$2" dmabench
    done
    printf "%s\n" "${COMPREPLY[@]}"' completion "$work/usr/share/bash-completion/completions/dmabench" "$1" \
    >"$work/stdout" && printed "^$2 *\$"
}

# values PARAM BENCH EXPECTED: what completion offers behind PARAM=.
values() {
  same "values of $1" "$(bash -c '. "$1"; program=$2; _dmabench_values "$3" "$4"' completion \
    "$work/usr/share/bash-completion/completions/dmabench" "$work/usr/bin/dmabench" "$1" "$2" | xargs)" "$3"
}

check "make install with DESTDIR works" installs DESTDIR="$work/stage"
check "it puts everything under DESTDIR and prefix, and nothing else" \
  same files "$(files "$work/stage$work/usr")" "$(sort <<<"$wanted")"
check "nothing is put outside DESTDIR" [ ! -e "$work/usr" ]
check "make install without DESTDIR works" installs
check "it puts everything under prefix" same files "$(files "$work/usr")" "$(sort <<<"$wanted")"
check "the programs are executable, nothing else is" modes_are_right "$work/usr"
check "the installed program tells its version" is_known_without_tree
for config in "$top"/configs/*.json; do
  name=$(basename "$config" .json)
  check "the installed program finds the config \"$name\" by name" finds_configs "$name"
done
check "the installed program makes a report" makes_a_report
for page in "$top"/man/*; do
  name=$(basename "$page")
  if command -v man >/dev/null; then
    check "the man page $name can be shown" shows_man_page "${name##*.}" "${name%.*}"
  else
    skip "the man page $name can be shown" "man is not installed"
  fi
done
check "links of the installed guides lead somewhere" guides_lead_somewhere
check "bash completes commands" completes rest restore
check "bash completes help, too" completes hel help
check "bash completes words that a parameter takes" values how device-init "threads processes all"
check "bash completes the word that stands beside a number" values devices device-init "most all"
check "bash completes the word that stands beside a size" values span pfnmap-fault "whole all"
check "uninstall with DESTDIR leaves nothing behind" leaves_nothing "$work/stage" DESTDIR="$work/stage"
check "uninstall leaves nothing behind" leaves_nothing "$work/usr"
finish
