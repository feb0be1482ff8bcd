#!/usr/bin/env bash
# Reports: a folder of pages made from result files, which are made up here.
# shellcheck source=lib/tap.sh
. "$(dirname "$0")/lib/tap.sh"
# shellcheck source=lib/boots.sh
. "$lib/boots.sh"
# shellcheck source=lib/report.sh
. "$lib/report.sh"
need jq python3 sha256sum

tells_not() {
  ! grep -aE -- "$2" "$1.text"
}

# leaves_nothing DIR: neither it nor what it is made in.
leaves_nothing() {
  same "left behind" "$(find "$(dirname "$1")" -maxdepth 1 -name "$(basename "$1")*" ! -name '*.text')" ""
}

# ---- result files ----

series two 6.17=1 6.18=1.1
series three 6.9=1 6.10=1 6.11=1.2
series one 6.18=1 --boots 1
series other 6.19=1 --boots 2 --run '{"host": {"command_line": "isolcpus=1"}}'
hostile='<script src="http://evil/x.js">alert(1)</script>"'"'"' onload=x &amp; ../../../etc/passwd'
series hostile "$hostile=1" "../../up=1" --boots 2 \
  --run "$(jq -nc --arg text "$hostile" '{tool: {name: "dmabench", version: $text},
    started: $text, host: {vendor: $text, product: "\u001b[31m\u202e", "<b>": $text}}')"
python3 - "$hostile" <<'END'
import json, sys
from pathlib import Path
text = sys.argv[1]
for path in Path("hostile").rglob("*.jsonl"):
    records = [json.loads(line) for line in path.read_text().splitlines()]
    for record in records:
        if record["record"] == "trial" and record["cell"].startswith("vfio-map"):
            record["cell"] = "../" + text + record["cell"]
            if record["status"] != "ok":
                record["error"] = text
            else:
                record["metrics"]["<i>" + text] = record["metrics"].pop("map_ns")
        elif record["record"] == "skip":
            record["cell"] = "..//<u>" + text
            record["reason"] = text
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
END

# ---- what is in it ----

verdicts_agree() {
  "$dmabench" compare two --format json >two.json || return 1
  jq -r '.rows[] | [.sides[0].boots, .verdict, .pairs] | @tsv' two.json | sort | uniq -c >wanted
  [ "$(jq '[.rows[] | select(.verdict == "slower")] | length' two.json)" -eq 4 ] &&
    tells two-site 'Slower: 4 of 9 rows, most of all vfio-map' '^The same within 2 %: 5.$' \
      'anon/16MiB.*17\.6 us.*1\.1[0-9]+.*… .*0\.031.*6.*slower' \
      'thp/64MiB.*6.*same' 'passed: an empty bracket' 'corrected over all 9 rows'
}

figures_agree() {
  local median
  median=$(jq -r '.rows[] | select(.cell | test("anon/size=64MiB")) | select(.metric == "unmap_ns") |
    .sides[1].median / 1000 | round' two.json)
  tells two-site "6.18\| \|6\| \|180\| \|$median us\| \|.*95 %.*1\.(09|10).*\[1\.0.*slower"
}

# What a plot draws in black is no longer black in the dark.
plots_know_the_dark() {
  local drawn svg
  for svg in two-site/plots/*.svg; do
    drawn=$(sed '/<style>/,/<\/style>/d' "$svg" | grep -oE '(fill|stroke)="(black|rgb\( *0, *0, *0\))"' | sort -u)
    [ -n "$drawn" ] || return 1
    while read -r pair; do
      grep -qF "[$pair]{" "$svg" || { echo "$svg: $pair stays as it is"; return 1; }
    done <<<"$drawn"
  done
}

downloads_are_whole() {
  (cd two-site && sha256sum --quiet -c dmabench-report.txt) &&
    for boot in 1 2 3 4 5 6; do
      cmp "two-site/raw/6.17/boot-0$boot.jsonl" "two/side-1/boot-0$boot.jsonl" || return 1
    done
  same "files that are not listed" "$(cd two-site && find . -type f ! -name dmabench-report.txt |
    sort)" "$(sed -n 's|^[0-9a-f]*  |./|p' two-site/dmabench-report.txt | sort)" &&
    same "the comparison" "$(cat two-site/comparison.txt)" "$("$dmabench" compare two)" &&
    "$dmabench" compare two-site/raw/6.17 two-site/raw/6.18 >again.txt &&
    same "the comparison of its raw files" "$(cat again.txt)" "$("$dmabench" compare two/*)"
}

is_the_same_again() {
  (cd / && "$dmabench" report "$work/two" -o "$work/two-again") 2>again.err &&
    diff -r two-site two-again
}

# A row's link is made from its metric and its cell, so that it holds in the next report.
links_last() {
  grep -q 'href="vfio-map.html#map_ns/vfio-map/iommu=type1v2/backing=anon/size=16MiB"' two-site/index.html &&
    grep -q 'id="map_ns/vfio-map/iommu=type1v2/backing=anon/size=16MiB"' two-site/vfio-map.html &&
    grep -q '<meta name="description" content="6.18 against 6.17: Slower: 4 of 9 rows' two-site/vfio-map.html
}

many_sides_are_told() {
  report three-site three && tells three-site '^6\.10, 6\.11 against 6\.9$' \
    '^6.11 against 6.9:' \
    'Slower: 4 of 9 rows' 'with 6.11 4 rows slower' \
    'anon/16MiB.*us\|.*= 1\.00.*same.*▲ 1\.2.*slower.*×1\.2.*step to slower' &&
    tells_not three-site '(^|[^0-9])0 unresolved|Unresolved: 0'
}

one_side_has_figures() {
  report one-site one && tells one-site 'One side, 6.18' 'anon/16MiB.*6.18.*1\|.*30.*quartiles' &&
    ! grep -lE 'class="(faster|slower|same|unresolved)"' one-site/*.html
}

selection_is_told() {
  report some-site two --filter backing=thp --row unmap_ns &&
    tells some-site '--filter backing=thp' '--row unmap_ns' 'backing=thp; by size' 'There is none: the' &&
    tells_not some-site 'anon|^map_ns$'
}

lone_cells_are_shown() {
  cp -r two lone && grep -v '"cell":"vfio-map.*backing=thp' two/side-1/boot-01.jsonl >lone/side-1/boot-01.jsonl
  for boot in lone/side-2/*.jsonl; do
    grep -v '"cell":"vfio-map.*anon/size=16' "$boot" >new && mv new "$boot"
  done
  report lone-site lone && tells lone-site 'anon/16MiB.*6.17.*16.* us' \
    'anon/size=16MiB.*6.18: not measured' '1 of 6 boots of 6.17: not measured' \
    'thp/size=16MiB.*6.17.*5 of 6'
}

null_control_can_fail() {
  cp -r two bad-null && for boot in bad-null/side-2/*.jsonl; do
    jq -c 'if .bench == "null" then .metrics.op_ns.samples |= map(. * 1.5) else . end' "$boot" >new &&
      mv new "$boot"
  done
  report null-site bad-null && tells null-site 'The control failed: a row that no kernel' \
    'It failed: an empty bracket took longer' 'null/op=nothing op_ns.*1\.[45].*slower'
}

differences_are_told() {
  expect_exit 2 "$dmabench" report two/side-1 other/side-1 -o no-site && leaves_nothing no-site &&
    grep -q -- '--allow command_line' stderr &&
    report allowed-site two/side-1 other/side-1 --allow command_line &&
    tells allowed-site 'Allowed to differ' 'command_line.*absent.*isolcpus=1' \
      'command_line\| \|\(not there\)\| \|isolcpus=1\| \|was allowed'
}

icount_is_told() {
  series icount 6.17=1 6.18=1.1 --boots 3 --run '{"host": {"timing": "icount"}}'
  report icount-site icount && tells icount-site 'Timing is icount' 'Holm over all 9 rows' 'slower'
}

# emulated NAME IOMMU: a site of boots that have it.
emulated() {
  series "$1" 6.17=1 6.18=1.1 --boots 1 --run "{\"host\": {\"iommu\": $2}}"
  report "$1-site" "$1"
}

emulated_iommus_are_told() {
  emulated flushed '{"kind": "intel", "coherent_walks": false}' &&
    tells flushed-site 'does not see the CPU.s caches' '\| ?intel' &&
    emulated coherent '{"kind": "amd", "coherent_walks": true}' &&
    tells coherent-site '\| ?amd' && tells_not coherent-site 'does not see the CPU' &&
    emulated asked '{"kind": "virtio", "page_tables": "hypervisor"}' &&
    tells asked-site "tables of a virtio IOMMU are the hypervisor's" '\| ?virtio'
}

imports_have_pages() {
  printf '%s\n' 'goos: linux' 'BenchmarkA/x=1-4 10 100 ns/op' 'BenchmarkA/x=1-4 10 101 ns/op' >go.txt
  "$dmabench" import go.txt -o go.jsonl && report go-site go.jsonl && tells go-site 'imported from'
}

check "a report of two kernels is made" report two-site two
check "its verdicts are those of compare" verdicts_agree
check "its figures are those of compare" figures_agree
check "skipped, invalid: with the reasons, as text" tells two-site 'found <4 KiB>' \
  'no VFIO here & none to come' 'device-init/devices=2\| \|6.17\| \|0 of 6\| \|6\|'
check "it says what ran where and how" tells two-site 'Acme Box, A CPU, 4 CPUs.*none.*wall.*2026' \
  '6 pairs of boots, as the series drew them; in 6 of them 6.17 came first' 'kernel_version.*#1 of 6.17' \
  '^1\| \|6.17\| \|1\| \|0\| \|2026.*101'
check "raw files are whole, listed, and say the same" downloads_are_whole
check "made again from the same files it is the same" is_the_same_again
check "links to rows last, and pages say in their heads what was found" links_last
check "more than two kernels: each against the first, and steps" many_sides_are_told
check "one side has figures and no verdicts" one_side_has_figures
check "it says which rows were asked for" selection_is_told
check "cells of one side alone are shown" lone_cells_are_shown
check "a null control that fails is told first" null_control_can_fail
check "what differs is refused, or told" differences_are_told
check "icount is told from time" icount_is_told
check "a report says which IOMMU it was, and what its figures hold" emulated_iommus_are_told
check "imported figures have pages, too" imports_have_pages

# ---- text that means harm ----

is_harmless() {
  mkdir -p deep/er && report deep/er/site hostile/* || return 1
  same "outside of it" "$(find deep -mindepth 1 -maxdepth 2 ! -name 'site*')" "deep/er" &&
    tells deep/er/site '<script src="http://evil/x.js">alert\(1\)</script>"'"'"' onload=x &amp; \.\./\.\.' \
      '<U\+001B>\[31m<U\+202E>' &&
    ! grep -rlE '<script|<b>|<i>|<u>' deep/er/site --include='*.html' --include='*.svg' &&
    ! find deep/er/site | grep -E '[^A-Za-z0-9._/-]|/\.'
}

check "HTML and ../ in kernels, cells, metrics and reasons are text" is_harmless

# ---- what is there already ----

foreign_is_kept() {
  mkdir mine && echo precious >mine/notes.txt
  expect_exit 2 "$dmabench" report two -o mine && said '^dmabench: mine: is not empty: .*--force' &&
    expect_exit 2 "$dmabench" report two -o mine --force && said 'no report .*name another folder' &&
    same "the file" "$(cat mine/notes.txt)" precious && same "files" "$(ls -A mine)" notes.txt &&
    leaves_nothing mine.part
}

report_is_replaced() {
  expect_exit 2 "$dmabench" report one -o two-again && said 'is not empty: .*--force' &&
    diff -r two-site two-again && expect_exit 0 "$dmabench" report one -o two-again --force &&
    diff -r one-site two-again && leaves_nothing two-again.part
}

# With a file that is no part of it, or a link in it, a report is not replaced.
additions_are_kept() {
  echo mine >two-again/mine.txt
  expect_exit 2 "$dmabench" report two -o two-again --force && said 'mine.txt: is no part of the report' &&
    same "it" "$(cat two-again/mine.txt)" mine && rm two-again/mine.txt &&
    ln -s ../mine two-again/link &&
    expect_exit 2 "$dmabench" report two -o two-again --force && said 'link: is no part of the report' &&
    rm two-again/link && diff -r one-site two-again
}

# A list that names what is outside, and a folder that is a link, lead nowhere.
lists_are_not_trusted() {
  cp -r one-site evil && echo "$(printf '0%.0s' {1..64})  ../mine/notes.txt" >>evil/dmabench-report.txt
  expect_exit 0 "$dmabench" report one -o evil --force && [ -e mine/notes.txt ] &&
    ln -s "$work/evil" link-to-it && expect_exit 0 "$dmabench" report one -o link-to-it --force &&
    [ -L link-to-it ] && diff -r one-site evil
}

empty_folder_will_do() {
  mkdir -p empty && expect_exit 0 "$dmabench" report one -o empty/ && diff -r one-site empty
}

file_is_no_folder() {
  echo text >file && expect_exit 2 "$dmabench" report one -o file --force && said 'file: is a file' &&
    same "it" "$(cat file)" text && expect_exit 2 "$dmabench" report one -o no/such/parent &&
    said 'no/such/parent' && expect_exit 2 "$dmabench" report one && said 'where to\? dmabench report'
}

among_boots() {
  expect_exit 0 "$dmabench" report one -o one/report &&
    expect_exit 0 "$dmabench" report one -o one/report --force && diff -r one-site one/report
}

check "a folder with something in it is left alone, also with --force" foreign_is_kept
check "--force replaces a report" report_is_replaced
check "--force takes nothing that is no part of the report" additions_are_kept
check "--force believes no list, and keeps links" lists_are_not_trusted
check "an empty folder may become the report" empty_folder_will_do
check "a file, a path that leads nowhere and no path are told" file_is_no_folder
check "a report among the boots is none of them" among_boots

# ---- what goes wrong ----

refuses() {
  expect_exit 2 "$dmabench" report "$1" two/side-2 -o wrong && said "$2" && leaves_nothing wrong
}

bad_input_is_told() {
  : >empty.jsonl
  echo 'not json' >not.jsonl
  sed '1s/"schema":1/"schema":99/' two/side-1/boot-01.jsonl >future.jsonl
  sed 's/"samples":\[/"samples":[NaN,/' two/side-1/boot-01.jsonl >nan.jsonl
  sed 's|vfio-map/|xfio-map/|; s|null/|mull/|; s|device-init/|revice-init/|' two/side-1/boot-01.jsonl >apart.jsonl
  refuses empty.jsonl 'empty.jsonl: is empty' && refuses not.jsonl 'not.jsonl:1' &&
    refuses future.jsonl 'future.jsonl:1.*schema' && refuses nan.jsonl 'nan.jsonl:2' &&
    refuses apart.jsonl 'no cell in common' && refuses nowhere 'nowhere: No such file'
}

torn_line_is_told() {
  cp -r one torn && truncate -s -9 torn/side-1/boot-01.jsonl
  report torn-site torn && grep -q 'torn off' stderr &&
    tells torn-site 'raw/6.18/boot-01.jsonl.*torn off'
}

# PATH without gnuplot, but with all else.
without_gnuplot() {
  mkdir -p bin && for tool in bash sh env; do ln -sf "$(command -v "$tool")" "bin/$tool"; done
  PATH=$work/bin expect_exit 0 "$dmabench" report two -o plain-site && reads plain-site &&
    grep -q 'gnuplot-nox' stderr && tells plain-site 'no plots.*gnuplot-nox' \
      'anon/16MiB.*17\.6 us.*slower' && ! find plain-site | grep -E 'svg|png'
}

# A gnuplot that never ends is where a signal meets the work half done.
stops_cleanly() {
  mkdir -p slow && printf '#!/bin/sh\ncase $1 in --version) exec %s --version ;; esac\nsleep 2\n' \
    "$(command -v gnuplot)" >slow/gnuplot && chmod +x slow/gnuplot
  PATH=$work/slow:$PATH env --default-signal=INT "$dmabench" report two -o stopped 2>signal.err &
  local pid=$! status=0
  started "$pid"
  for _ in $(seq 100); do
    [ -n "$(find . -path './stopped.part-*' -name '*.dat')" ] && break
    sleep 0.1
  done
  kill -"$1" "$pid"
  wait "$pid" || status=$?
  cat signal.err
  [ "$status" -eq 1 ] && grep -q 'interrupted.*stopped' signal.err && leaves_nothing stopped
}

# on_full_disk KIB CODE DIR: past a limit of file size writes fail, as they do on a full disk.
on_full_disk() {
  (trap '' XFSZ && ulimit -f "$1" && expect_exit "$2" "$dmabench" report two -o "$3")
}

full_disk() {
  on_full_disk 1 1 full && said 'full.part.*: File too large' && leaves_nothing full
}

# gnuplot does not say that it could write no more.
torn_plots_are_left_out() {
  local png=two-site/plots/vfio-map-quoted.png
  on_full_disk $(($(stat -c %s "$png") / 1024)) 0 nearly-full && reads nearly-full &&
    tells nearly-full 'only a part of a PNG' && [ ! -e "nearly-full/plots/$(basename "$png")" ]
}

no_style() {
  mkdir -p bare && DMABENCH_PLOTS=$work/bare expect_exit 1 "$dmabench" report two -o bare-site &&
    said 'site.css is neither' && leaves_nothing bare-site
}

check "files that cannot be used are told, and nothing is made" bad_input_is_told
check "a line that was torn off is told" torn_line_is_told
check "without gnuplot there are tables, and the package is named" without_gnuplot
if command -v gnuplot >/dev/null; then
  check "plots have words, and files behind their links" tells two-site 'PNG.*data.*script'
  check "plots can be read in the dark" plots_know_the_dark
  check "a plot that is written in part is left out, and told" torn_plots_are_left_out
  check "Ctrl-C leaves nothing behind" stops_cleanly INT
  check "nor does being ended" stops_cleanly TERM
else
  skip "plots can be seen and read" "gnuplot is not installed (scripts/deps)"
fi
check "a full disk leaves nothing behind" full_disk
check "an installation without its style is told" no_style
finish
