#!/usr/bin/env bash
# README and the guides: links lead somewhere, commands are those that the program knows, and figures
# are those that it prints of the stored results.
# shellcheck source=lib/tap.sh
. "$(dirname "$0")/lib/tap.sh"
need python3

guides=("$top"/README.md "$top"/CONTRIBUTING.md "$top"/docs/*.md "$top"/results/README.md)
pages=("$top"/man/*.[15])

is_short() {
  local lines
  lines=$(wc -l <"$top/README.md")
  [ "$lines" -le 250 ] || { echo "README.md has $lines lines"; return 1; }
}

# Every guide can be come to from README, by one link or by several.
all_are_linked() {
  local guide missing=0
  for guide in "$top"/docs/*.md; do
    grep -q "](docs/$(basename "$guide")" "$top/README.md" && continue
    echo "README has no link to docs/$(basename "$guide")"
    missing=1
  done
  [ "$missing" -eq 0 ]
}

# Each is named for a file of lib/, or CONTRIBUTING names it among those of no single file.
unit_tests_are_explained() {
  local test name word strange=0
  for test in "$top"/tests/unit/*_test.c; do
    name=$(basename "$test" _test.c)
    compgen -G "$top/lib/${name%%_*}/${name#*_}.[ch]" >/dev/null && continue
    while read -r word; do
      # shellcheck disable=SC2053 # it is a pattern
      [[ ${name}_test.c != $word ]] || continue 2
    done < <(grep -o '`[a-z_*]*_test\.c`' "$top/CONTRIBUTING.md" | tr -d '`')
    echo "$test: no file of that name in lib/, and CONTRIBUTING says nothing of it"
    strange=1
  done
  [ "$strange" -eq 0 ]
}

leads_somewhere() { "$lib/docs" links "$@"; }
is_known() { "$lib/docs" commands "$dmabench" "$@"; }
is_printed() { "$lib/docs" outputs "$dmabench" "$@"; }

check "README has 250 lines at the most" is_short
check "README links to every guide" all_are_linked
check "unit tests are named as CONTRIBUTING says" unit_tests_are_explained
check "links and anchors of guides lead somewhere" leads_somewhere "${guides[@]}"
check "guides use commands, options and names that there are" is_known "${guides[@]}"
check "manual pages use commands, options and names that there are" is_known "${pages[@]}"
check "guides show of stored results what is printed" is_printed "${guides[@]}"

# ---- that these checks can fail ----

# bad KIND NAME LINE…: a guide with these lines, which that check is to find wrong.
bad() {
  mkdir -p "$1"
  printf '%s\n' '# A heading' "${@:3}" >"$1/$2.md"
}

# finds KIND NAME "PATTERN": the check found that of the guide.
finds() {
  cp "$1.found" "$work/stdout"
  printed "^$1/$2.md: .*$3"
}

fence='```' more=\\
bad links file '[a](gone.md)'
bad links heading '[a](#b-heading)'
bad links other "[a](file.md#gone)"
bad commands command "$fence" 'dmabench rnu quick' "$fence"
bad commands text "Call \`dmabench rnu\`."
bad commands option "$fence" '$ dmabench run quick --round 3' "$fence"
bad commands second "$fence" "dmabench run quick $more" '  --round 3' "$fence"
bad commands config "$fence" 'sudo dmabench run quik' "$fence"
bad commands param "$fence" 'dmabench run uring-pin --set sise=1GiB' "$fence"
bad commands word "$fence" 'dmabench run populate --set how=tuch' "$fence"
bad commands foreign "$fence" 'dmabench run populate --set iommu=type1' "$fence"
bad commands setting "With \`fames=apart\` it is not."
bad commands cell "$fence" 'vfio-map/iommu=type1/fames=apart  map_ns' "$fence"
bad commands lab "$fence" 'dmabench lab run --kernel debian:6.12 --boot 3 quick -o x' "$fence"
bad commands topology "$fence" 'dmabench lab run --kernel debian:6.12 --topology nmve quick -o x' "$fence"
bad commands format "$fence" 'dmabench export x.jsonl --format cvs' "$fence"
bad commands result "$fence" 'dmabench compare results/gone' "$fence"
bad outputs figure "$fence" '$ dmabench compare results/cover-letter/6.17* results/cover-letter/6.18*' '…' \
  '18 rows: 18 faster' "$fence"
leads_somewhere links/*.md >links.found
is_known commands/*.md >commands.found
is_printed outputs/*.md >outputs.found

check "a link to no file is found" finds links file 'gone.md: no such file'
check "a link to no heading is found" finds links heading '#b-heading: no such heading'
check "a link to no heading of another file is found" finds links other '#gone: no such heading'
check "an unknown command is found" finds commands command 'no command rnu'
check "an unknown command is found in a text" finds commands text 'no command rnu'
check "an unknown option is found" finds commands option 'no option --round of run'
check "an unknown option is found in a second line" finds commands second 'no option --round of run'
check "an unknown config is found" finds commands config 'no benchmark or config quik'
check "an unknown parameter is found" finds commands param 'no parameter sise of uring-pin'
check "a word that a parameter never takes is found" finds commands word 'how is never tuch'
check "a parameter of another benchmark is found" finds commands foreign 'no parameter iommu of populate'
check "an unknown parameter is found in a text" finds commands setting 'no parameter fames'
check "an unknown parameter is found in a cell" finds commands cell 'no parameter fames of vfio-map'
check "an unknown option of the lab is found" finds commands lab 'no option --boot of lab'
check "an unknown topology is found" finds commands topology 'no topology nmve'
check "an unknown format is found" finds commands format 'no format cvs'
check "a result that is not stored is found" finds commands result 'no file results/gone'
check "a figure that is not printed is found" finds outputs figure 'does not print: 18 rows: 18 faster'
finish
