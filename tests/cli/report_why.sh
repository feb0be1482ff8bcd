#!/usr/bin/env bash
# What a report tells of profiles: why rows changed, and where instructions go.
# shellcheck source=lib/tap.sh
. "$(dirname "$0")/lib/tap.sh"
# shellcheck source=lib/boots.sh
. "$lib/boots.sh"
# shellcheck source=lib/counted.sh
. "$lib/counted.sh"
# shellcheck source=lib/report.sh
. "$lib/report.sh"
need jq python3 sha256sum

has_not() {
  ! grep -rE -- "$2" "$1" --include='*.html'
}

counted_kernels
counted bare 7.3 40 82864 "$young" --profiled -1 --position 1
counted bare-base 6.18 20 46000 "$old" --profiled -1
counted branches 7.3 40 82864 "$young" --profile-event branches --profiled 1 --position 1
counted copied 7.3 40 82864 "$young" --profiled 1 --profile-kernel 6.18 --position 1

# ---- why ----

why_is_told() {
  tells two 'Why: 7\.3 against 6\.18' "$huge unmap_ns\|: \|slower" '\+80\.1 %, \+36,864 ns = \+72\.0 a page; 100 % by name' \
    'iommu_iova_to_phys and what it calls.*base: intel.*new: generic.*\+26,624.*\+52\.0.*65\.0.*117' \
    'unpin \[vfio\].*\+10,240.*\+20\.0.*20\.0.*40\.0'
}

# Each cell of the table that `compare` prints is on the page.
says_what_compare_says() {
  local word
  "$dmabench" compare 6.18 7.3 --why >compared.txt || return 1
  cmp two/comparison.txt compared.txt || return 1
  sed -n '/^why /,/ sum$/p' compared.txt | grep -oE '[-+][0-9.,]+|[a-z_]+_[a-z_]+' | sort -u >words
  [ "$(wc -l <words)" -gt 8 ] || return 1
  while read -r word; do
    grep -qF -- "$word" two/why-7.3.html || { echo "not on the page: $word"; return 1; }
  done <words
}

verdicts_lead_to_it() {
  local row
  row=$(grep -oE 'id="[a-z_]+_ns/[^"]+"' two/why-7.3.html) && row=${row#id=\"} && row=${row%\"} &&
    grep -qE "href=\"why-7.3.html#$row\".*>why</a>" two/index.html &&
    grep -qE "href=\"why-7.3.html#$row\".*>why</a>" two/vfio-map.html &&
    grep -qE "href=\"vfio-map.html#$row\"" two/why-7.3.html &&
    # Among what changed, and among all rows.
    same "rows that have a why" "$(grep -o '>why</a>' two/index.html | wc -l)" 2
}

# picture DIR KIND: the only flame graph of a kind.
picture() {
  find "$1/plots" -name "vfio-map-$2.svg"
}

difference_is_drawn() {
  local svg
  svg=$(picture two 'why-*-2') && python3 - "$svg" <<'END' && grep -q "img src=\"${svg#two/}\" alt=\"Flame graph" two/why-7.3.html
import sys
import xml.etree.ElementTree as ET
root = ET.parse(sys.argv[1]).getroot()
text = " ".join("".join(root.itertext()).split())
for part in ("role", "viewBox"):
    assert root.get(part), part
for part in ("unpin +20.0", "generic +49.8", "Only in 6.18, and so without a frame: intel −60.0 a page. Frames that took their place",
             "instructions of its own: 20.0 → 40.0 a page (+20.0); 10,240 → 20,480 an operation (+10,240)",
             "prefers-color-scheme:dark"):
    assert part in text, part
assert root[1].tag.endswith("desc") and "unpin 20.0 → 40.0 a page" in root[1].text
END
}

nothing_new_is_asked_of_readers() {
  ! grep -rlE '<script|<object|<iframe|javascript:' two --include='*.html' --include='*.svg' &&
    (cd two && sha256sum --quiet -c dmabench-report.txt) && cmp "$top/plots/site.css" two/site.css
}

check "a report of two kernels with profiles is made" report two 6.18 7.3
check "it tells why a row changed, function by function" why_is_told
check "with the words and figures of compare" says_what_compare_says
check "verdicts lead to their why, and back" verdicts_lead_to_it
check "what changed is drawn, and can be read without colours" difference_is_drawn
check "pictures are listed, and need neither script nor another style" nothing_new_is_asked_of_readers

is_the_same_again() {
  "$dmabench" report 6.18 7.3 -o again 2>again.err && diff -r two again
}
check "made again from the same files it is the same" is_the_same_again

# ---- where the instructions go ----

spending_is_told() {
  tells two 'Where the instructions of 7\.3 go' '162 instructions a page, 82,864 an operation, counted in 1 operation' \
    'generic\| \|69\.2 %\| \|112\| \|112\| \|1\.00' 'unpin \[vfio\]\| \|24\.7 %\| \|40\.0' 'interrupts, of no function' &&
    grep -q 'vfio-map-flame-.*-1.svg' two/instructions-6.18.html &&
    grep -q 'href="instructions-7.3.html"' two/instructions-6.18.html
}

one_side_has_it_too() {
  report one 7.3 && tells one 'Where the instructions of 7\.3 go' 'generic 69 %, unpin 25 %' && [ ! -e one/why-7.3.html ] &&
    [ -n "$(picture one 'flame-*-1')" ] && [ -z "$(picture one 'why-*')" ] && has_not one '>why</a>'
}

check "pages tell where each side's instructions go" spending_is_told
check "of one side alone there is such a page, and no why" one_side_has_it_too

# ---- samples ----

# sampled FOLDER LABEL MEDIAN GRAB: of about 800 samples GRAB are in try_grab_folio.
sampled() {
  boots "$1" --label "$2" --boots 6 --samples 30 --noise 0.001 --spread 0.001 --position "$5" \
    --cell uring-pin/backing=anon/size=2MiB pin_ns "$3" --profile-unit samples --profile-source perf \
    --profile-event cpu-clock --operations 400 --profiled 1 --interrupts 31 \
    --profile uring-pin/backing=anon/size=2MiB pin_ns "[user]=14 [user];pin=240 [user];pin;try_grab_folio=$4 [user];pin;other=90"
}
sampled s-6.18 6.18 4e6 130 0
sampled s-7.3 7.3 5.6e6 420 1

samples_are_told() {
  report s s-6.18 s-7.3 && tells s 'Where the samples of 7\.3 go' 'by 795 samples of cpu-clock in 400 operations' \
    'try_grab_folio\| \|52\.8 %\| \|49\.4 … 56\.3\| \|2\.9[0-9]' 'as far as samples can tell' &&
    grep -q 'what chance may have made of so many counts as unchanged' "$(find s/plots -name 'uring-pin-why-*.svg')" &&
    has_not s 'Where the instructions'
}

check "of samples it says that they are, and how sure" samples_are_told

# ---- what is not there ----

without_profiles() {
  report plain bare-base bare && has_not plain '>Why<|instructions|>why</a>' &&
    [ -z "$(find plain -name 'why*' -o -name 'instructions*' -o -name '*flame*')" ]
}

profiles_of_one_side_will_do() {
  report half bare-base 7.3 && tells half 'Where the instructions of 7\.3 go' &&
    [ -z "$(find half -name 'why*' -o -name 'instructions-6*')" ]
}

other_events_are_refused() {
  expect_exit 2 "$dmabench" report 6.18 branches -o no && said 'instructions.*branches' && [ ! -e no ]
}

strange_profiles_are_refused() {
  expect_exit 2 "$dmabench" report 6.18 copied -o no && said 'boot-01.jsonl:[0-9]+: .*a profile of kernel 6.18 beside' &&
    [ ! -e no ]
}

check "without profiles there is none of it" without_profiles
check "a side without profiles has no why, and is no error" profiles_of_one_side_will_do
check "profiles of two events are refused" other_events_are_refused
check "a profile of another kernel is refused" strange_profiles_are_refused

# ---- flushes of what an IOMMU does not see ----

flushes_are_told() {
  counted flushed 7.3 40 82864 "[user];ioctl;map=53056/1 [user];ioctl;map;clflush_cache_range=8288/512" --profiled 1
  report flushes flushed && tells flushes '8,288 of these \(10\.0 %\) flush the CPU.s caches' &&
    ! grep -rq "flush the CPU" one --include='*.html'
}

check "a row says how much of it flushes caches, where it does" flushes_are_told

# ---- names that mean harm ----

hostile() {
  local evil='<script>alert(1)</script>"&../../x'
  counted evil-6.18 6.18 20 46000 "[user];$evil=30720/512" --profiled 1
  counted evil-7.3 "../<b>" 40 82864 "[user];$evil=70720/512" --profiled 1 --position 1
  report evil evil-6.18 evil-7.3 && tells evil '<script>alert\(1\)</script>"&\.\./\.\./x' &&
    ! grep -rlE '<script|<b>' evil --include='*.html' --include='*.svg' &&
    ! find evil | grep -E '[^A-Za-z0-9._/-]|/\.'
}

check "names of functions and kernels are only text" hostile
finish
