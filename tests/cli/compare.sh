#!/usr/bin/env bash
# compare as its users call it, on boots that are made up so that the truth is known.
# shellcheck source=lib/tap.sh
. "$(dirname "$0")/lib/tap.sh"
# shellcheck source=lib/records.sh
. "$lib/records.sh"
# shellcheck source=lib/boots.sh
. "$lib/boots.sh"
# shellcheck source=lib/comparing.sh
. "$lib/comparing.sh"
need jq python3

thp=vfio-map/iommu=type1v2/backing=thp/size=1GiB
anon=vfio-map/iommu=type1v2/backing=anon/size=1GiB
shmem=vfio-map/iommu=type1v2/backing=shmem/size=1GiB
huge=vfio-map/iommu=type1v2/backing=hugetlb-2m/size=1GiB
gone=vfio-map/iommu=iommufd/backing=thp/size=1GiB

# ---- the boots of four kernels ----

boots 6.17 --label 6.17 --skip $gone 'no iommufd here' --cell null op_ns 20 \
  --cell $thp map_ns 20e6 --cell $thp unmap_ns 50e6 --cell $anon map_ns 250e6 --cell $anon unmap_ns 200e6 \
  --cell $shmem map_ns 250e6 --cell $shmem unmap_ns 200e6 --cell $huge map_ns 20e6 --cell $huge unmap_ns 50e6
# thp maps in half the time and unmaps in 1.2 of it; hugetlb fails, anon is not what it claims.
boots 6.18 --label 6.18 --position 1 --failed $huge 'map: Cannot allocate memory' --cell null op_ns 20 \
  --invalid $anon 'half of it are small pages' \
  --cell $thp map_ns 10e6 --cell $thp unmap_ns 60e6 --cell $gone map_ns 1e6 \
  --cell $shmem map_ns 250e6 --cell $shmem unmap_ns 200e6
boots 6.19 --label 6.19 --position 2 --cell null op_ns 20 --cell $thp map_ns 10e6 --cell $thp unmap_ns 60e6 \
  --cell $shmem map_ns 250e6 --cell $shmem unmap_ns 200e6
boots same --label 6.17-again --position 1 --seed 2 --cell null op_ns 20 --cell $thp map_ns 20e6 \
  --cell $thp unmap_ns 50e6 --cell $shmem map_ns 250e6 --cell $shmem unmap_ns 200e6

check "the made-up boots keep to the schema" valid 6.17/*.jsonl 6.18/*.jsonl

# rows: "cell metric verdict" of $work/stdout, which is the JSON of a comparison.
rows() {
  jq -r '.rows[] | "\(.cell) \(.metric) \(.verdict)"' "$work/stdout"
}

# holds FILTER: of the JSON in $work/stdout.
holds() {
  passes "$work/stdout" "$1"
}

# ---- text ----

verdicts_in_text() {
  compares 0 6.17 6.18 && [ ! -s "$work/stderr" ] && printed '^base  6\.17, 8 boots' &&
    printed '^new   6\.18, 8 boots, 8 pairs as drawn by the lab' &&
    printed '^vfio-map unmap_ns: iommu=type1v2, size=1GiB$' &&
    printed '^thp +(19\.9|20\..) ms ±0\..% +(9\.9.|10\..) ms ±0\..% +0\.(49|50). \[0\.(49|50). 0\.50.\] +0\.008 +8 +faster$' &&
    printed '^thp .* 1\.(19|20). \[1\.[0-9. ]*\] .* slower$' && printed '^shmem .* same$'
}
check "text: a line a row, with both medians, ratio, p, pairs and a word" verdicts_in_text

fits_a_mail() {
  compares 0 6.17 6.18 || return 1
  same "lines of more than 100 columns" "$(LC_ALL=C.UTF-8 awk 'length > 100' "$work/stdout")" "" &&
    ! grep -q ' $' "$work/stdout"
}
check "text: fits in 100 columns, nothing behind the last word" fits_a_mail

tells_statuses() {
  compares 0 6.17 6.18 &&
    printed "^not compared: $gone\$" && printed '^  6\.17: skipped: no iommufd here$' &&
    printed "^not compared: $huge\$" && printed '^  6\.18: failed: map: Cannot allocate memory$' &&
    printed "^not compared: $anon\$" && printed '^  6\.18: invalid: half of it are small pages$'
}
check "text: what was skipped, failed or invalid on one side is shown" tells_statuses

# ---- the other formats ----

is_json() {
  compares 0 6.17 6.18 --format json && holds '
    [.sides[] | [.label, .boots, (.files | length)]] == [["6.17", 8, 8], ["6.18", 8, 8]] and
    .timing == "wall" and .gate == null and .null_control == "passed" and (.rows | length) == 5' &&
    same "verdicts" "$(rows)" "null op_ns same
$shmem map_ns same
$shmem unmap_ns same
$thp map_ns faster
$thp unmap_ns slower" || return 1
  jq -e --arg cell $thp '.rows[] | select(.cell == $cell and .metric == "unmap_ns") | .unit == "ns" and
    .pairs == 8 and .ratio > 1.19 and .ratio < 1.21 and .ratio_lo < .ratio and .ratio < .ratio_hi and
    .p_adj <= 0.05 and (.sides | length) == 2 and .sides[0].boots == 8 and .sides[0].samples == 72 and
    .sides[0].lo < .sides[0].median and .sides[0].median < .sides[0].hi' "$work/stdout"
}
is_json_with_statuses() {
  compares 0 6.17 6.18 --format json && same "not_compared" "$(jq -r '.not_compared[] | "\(.cell): \(.why)"' "$work/stdout" | sort)" \
    "$gone: 6.17: skipped: no iommufd here
$anon: 6.18: invalid: half of it are small pages
$huge: 6.18: failed: map: Cannot allocate memory"
}
check "json: all figures of every row" is_json
check "json: what was not compared, and why" is_json_with_statuses

is_csv() {
  compares 0 6.17 6.18 --format csv && read_as csv-comparison &&
    holds '[.[] | .verdict] == ["same", "same", "same", "faster", "slower", "not compared", "not compared", "not compared"] and
      (.[3] | .base == "6.17" and .new == "6.18" and .unit == "ns" and .pairs == "8" and
        (.["ratio [new/base]"] | tonumber | . > 0.49 and . < 0.51)) and
      (.[5:] | all(.pairs == "" and .why != ""))'
}
check "csv: RFC 4180, a line a row" is_csv

is_markdown() {
  compares 0 6.17 6.18 --format markdown && read_as markdown &&
    holds '[.tables[].title] == ["null op_ns", "vfio-map map_ns: iommu=type1v2, size=1GiB", "vfio-map unmap_ns: iommu=type1v2, size=1GiB"] and
      [.tables[1].rows[] | [.backing, .verdict]] == [["shmem", "same"], ["thp", "faster"]] and
      (.items | index("6.18: failed: map: Cannot allocate memory"))'
}
check "markdown: tables that GitHub shows" is_markdown

is_benchstat() {
  compares 0 6.17 6.18 --format benchstat && read_as benchstat && holds '
    (.results | length) == 5 * 2 * 8 and ([.results[].config.kernel] | unique) == ["6.17", "6.18"] and
    ([.results[] | select(.parameters.backing == "thp" and .parameters.metric == "map_ns" and .config.kernel == "6.18") | .value] |
      length == 8 and min > 9.8e6 and max < 10.2e6) and all(.results[]; .unit == "ns/op" and .iterations == 9)'
}
check "benchstat: its grammar, a line a boot" is_benchstat
boots count-base --label a --cell populate faults 512
boots count-new --label b --cell populate faults 512
benchstat_knows_units() {
  compares 0 count-base count-new --format benchstat && read_as benchstat &&
    holds '.units == {"count/op": {"better": "lower"}} and all(.results[]; .unit == "count/op")'
}
check "benchstat: what Go has no unit for says what is better" benchstat_knows_units

is_classic() {
  local exactly=(--boots 2 --spread 0 --noise 0 --cell "$huge" map_ns 20e6 --cell "$huge" unmap_ns 50e6
    --cell "$shmem" map_ns 250e6 --cell "$shmem" unmap_ns 200e6 --cell "$anon" map_ns 1e6)
  boots classic-old --label old "${exactly[@]}" --cell $thp map_ns 20e6 --cell $thp unmap_ns 50e6
  boots classic-young --label young "${exactly[@]}" --cell $thp map_ns 10e6 --cell $thp unmap_ns 60e6
  compares 0 classic-old classic-young --format classic && said 'GB/s is GiB/s' && read_as classic && holds '
    [.[] | [.block, (.of | split(":")[0]), .MAP.seconds, .UNMAP.seconds]] == [
      ["HUGETLBFS", "old", 0.02, 0.05], ["MAP_POPULATE", "old", 0.25, 0.2], ["MADV_HUGEPAGE", "old", 0.02, 0.05],
      ["HUGETLBFS", "young", 0.02, 0.05], ["MAP_POPULATE", "young", 0.25, 0.2], ["MADV_HUGEPAGE", "young", 0.01, 0.06]] and
    [.[] | .MAP.gib_per_sec] == [50, 4, 50, 50, 4, 100] and [.[] | .UNMAP.gib_per_sec] == [20, 5, 20, 20, 5, 16.7]'
}
check "classic: the lines that mails quote" is_classic
check "classic: says what it needs where there is none of it" compares 2 count-base count-new --format classic
check "classic: … in one line" said 'classic: needs map_ns and unmap_ns of vfio-map'

formats_are_told() {
  compares 2 6.17 6.18 --format jsno && said 'did you mean "json"'
}
check "an unknown format is refused, with a suggestion" formats_are_told

twice_the_same() {
  local format
  for format in text markdown json csv benchstat classic; do
    "$dmabench" compare 6.17 6.18 --format $format >once 2>/dev/null &&
      "$dmabench" compare 6.17 6.18 --format $format 2>/dev/null | cmp - once || return 1
  done
}
check "every format: the same files give the same bytes" twice_the_same

full_disk() {
  local format
  for format in text markdown json csv benchstat classic; do
    "$dmabench" compare 6.17 6.18 --format $format >/dev/full 2>"$work/stderr" && return 1
    grep -q 'standard output' "$work/stderr" || { cat "$work/stderr"; return 1; }
  done
}
check "every format: a full disk is no success" full_disk

# ---- the gate ----

# gate CODE LIMIT BASE NEW: and what the JSON says failed.
gates() {
  compares "$1" "$3" "$4" --gate "$2" --format json
}
fails_what_is_slower() {
  gates 3 5% 6.17 6.18 && holds ".gate.limit == 5 and [.gate.failed[] | .cell, .metric] == [\"$thp\", \"unmap_ns\"] and
    .gate.failed[0].ratio > 1.19"
}
check "--gate fails by a row that is slower by more" fails_what_is_slower
tells_what_failed() {
  compares 3 6.17 6.18 --gate 5 && printed '^gate 5%: FAILED' && printed "^  $thp unmap_ns: x1\.(19|20). in 6\.18\$" &&
    printed '^thp .* slower \*$'
}
check "--gate tells the row in text" tells_what_failed
check "--gate passes what is slower by less" gates 0 25% 6.17 6.18
boots better --label better --position 2 --seed 5 --cell null op_ns 20 --cell $thp map_ns 10e6 --cell $thp unmap_ns 30e6
check "--gate passes what got faster" gates 0 5% same better
check "--gate 0 is a limit, too" gates 3 0 6.17 6.18
check "--gate passes a kernel against itself" gates 0 5% 6.17 same
check "--gate 0 passes a kernel against itself" gates 0 0% 6.17 same
boots noisy --label noisy --position 1 --seed 3 --spread 0.2 --cell $thp map_ns 21e6 --cell $thp unmap_ns 52e6
check "--gate passes noise, whatever its medians" gates 0 5% 6.17 noisy
boots more --label more --cell $thp requests 100 --better higher
boots fewer --label fewer --position 1 --cell $thp requests 80 --better higher
check "--gate knows that more may be better: less fails" gates 3 5% more fewer
check "--gate knows that more may be better: more passes" gates 0 5% fewer more
for limit in x -5 5%% "" 1001 nan; do
  check "--gate \"$limit\" is refused" compares 2 6.17 6.18 --gate "$limit"
done

few_boots_are_no_pass() {
  boots few-base --label a --boots 3 --cell $thp map_ns 1e6
  boots few-new --label b --boots 3 --position 1 --cell $thp map_ns 2e6
  compares 0 few-base few-new --gate 5% && printed 'unresolved, 1 row: 3 pairs of boots; a verdict needs 6' &&
    printed '^gate 5%: passed' && printed '^  1 of 1 verdicts cannot fail it: too few' &&
    said 'gate: 1 verdicts cannot fail it: fewer than 6 pairs' && compares 0 few-base few-new --gate 5% --format json &&
    holds '.gate.too_few_pairs == 1'
}
check "--gate says where boots are too few to fail it" few_boots_are_no_pass
lost_rows_are_no_pass() {
  compares 3 6.17 6.18 --gate 5% && printed '^  what is not compared \(3\) is not gated'
}
check "--gate says what the new kernel no longer measures" lost_rows_are_no_pass

strict_judges() {
  boots steady --label steady --position 1 --seed 7 --cell null op_ns 20 --cell $thp map_ns 20e6 --cell $thp unmap_ns 50e6 \
    --cell $anon map_ns 250e6 --cell $anon unmap_ns 200e6 --cell $shmem map_ns 250e6 --cell $shmem unmap_ns 200e6 \
    --cell $huge map_ns 20e6 --cell $huge unmap_ns 50e6
  compares 0 6.17 steady --gate 5% --gate-strict && printed '^gate, strict: each row is shown' &&
    compares 0 6.17 steady --gate 5% --gate-strict --format json && holds '.gate.strict and .gate.undecided == 0 and .gate.lost == 0'
}
check "--gate-strict passes what is shown to be no worse" strict_judges
strict_fails() {
  compares 5 few-base few-new --gate 5% --gate-strict && printed '^gate, strict: NOT JUDGED' &&
    printed '^  1 verdict can neither' && said 'gate-strict: not all could be judged'
}
check "--gate-strict fails where boots are too few" strict_fails
check "--gate-strict fails where noise hides the limit" compares 5 6.17 noisy --gate 5% --gate-strict
loses_cells() {
  compares 5 6.17 same --gate 5% --gate-strict && printed '^  2 of the base.s cells were not measured' &&
    compares 0 6.17 same --gate 5% --gate-strict --filter backing=thp,shmem
}
check "--gate-strict fails where a cell was lost" loses_cells
check "--gate-strict: a regression is a regression" compares 3 6.17 6.18 --gate 5% --gate-strict
wants_a_limit() { compares 2 6.17 6.18 --gate-strict && said '--gate 5% --gate-strict'; }
check "--gate-strict wants a limit" wants_a_limit

# ---- what is compared ----

one_folder() {
  mkdir all && cp -r 6.17 6.18 6.19 all && compares 0 all --format json &&
    holds '[.sides[].label] == ["6.17", "6.18", "6.19"]' && compares 0 all --base 6.18 --format json &&
    holds '[.sides[].label] == ["6.18", "6.17", "6.19"]' && compares 2 all --base 6.20 &&
    said '--base 6\.20.*6\.17, 6\.18, 6\.19'
}
check "one folder is split by label, in the order of versions or from --base on" one_folder

three_kernels() {
  compares 0 6.17 6.18 6.19 --format json && holds "
    [.rows[] | select(.cell == \"$thp\" and .metric == \"map_ns\") | [.new, .verdict]] == [[1, \"faster\"], [2, \"faster\"]] and
    [.trend[] | select(.cell == \"$thp\") | [.metric, .side]] == [[\"map_ns\", 1], [\"unmap_ns\", 1]] and
    all(.trend[]; .cell == \"$thp\")" || return 1
  compares 0 6.17 6.18 6.19 && printed 'vfio-map map_ns: iommu=type1v2, size=1GiB \(6\.19\)$' && printed '^trend: ' &&
    printed "^  $thp map_ns: x0\.50. from 6\.18 on"
}
check "three kernels: each against the first, and where the series steps" three_kernels
no_trend() {
  boots again --label 6.17-once-more --position 2 --seed 4 --cell null op_ns 20 --cell $thp map_ns 20e6 --cell $thp unmap_ns 50e6
  compares 0 6.17 same again && printed '^trend: no step'
}
check "three kernels that are alike have no trend" no_trend

selects() {
  compares 0 6.17 6.18 --filter backing=thp --format json && holds "[.rows[].cell] | unique == [\"$thp\"]" &&
    compares 0 6.17 6.18 --filter size=1024MiB,7 --filter metric=map_ns --format json &&
    holds '[.rows[].metric] | . == ["map_ns", "map_ns"]' &&
    compares 0 6.17 6.18 --row 'thp*unmap' --row '*backing=shmem* map_ns' --format json &&
    same "rows" "$(rows)" "$shmem map_ns same" && compares 2 6.17 6.18 --filter bakcing=thp && said 'did you mean "backing"' &&
    compares 2 6.17 6.18 --filter thp && said 'expected PARAM=VALUE' && compares 2 6.17 6.18 --row nosuch && said 'no row is left'
}
check "--filter and --row take rows out" selects

by_start() {
  boots loose-base --label a --no-series --kernel a --cell $thp map_ns 1e6
  boots loose-new --label b --no-series --kernel b --cell $thp map_ns 1.1e6 --boots 7
  compares 0 loose-base loose-new && printed '7 pairs.*start' && printed '^1 boot .*base.*without a partner' &&
    printed 'the order was not random'
}
check "boots without a series are paired by their start, and that is said" by_start

with_itself() {
  compares 0 6.17/boot-01.jsonl 6.17/boot-01.jsonl && said 'is compared with itself' && printed 'unresolved'
}
check "a file can be compared with itself" with_itself

cannot_judge() {
  compares 0 6.17/boot-01.jsonl 6.18/boot-01.jsonl && printed '^thp .* ±.*% +0\.(49|50). +- +1 +unresolved$' &&
    printed 'one boot a side; a verdict needs 6 pairs of boots' && printed 'quartiles within the one boot' &&
    compares 0 6.17 6.18/boot-01.jsonl && printed 'unresolved, .*1 pair of boots; a verdict needs 6' &&
    printed '^7 boots .*base.*without a partner'
}
check "with one boot on a side ratio and spread are shown, and no verdict" cannot_judge

# ---- an exact clock ----

exact() {
  boots exact-base --timing icount --label a --boots 5 --spread 0.0002 --cell $thp map_ns 1e6 --cell $anon map_ns 1e7
  boots exact-new --timing icount --label b --boots 5 --position 1 --spread 0.0002 --cell $thp map_ns 1.005e6 --cell $anon map_ns 1e7
  compares 0 exact-base exact-new --format json && holds '.timing == "icount"' &&
    same "verdicts" "$(rows)" "$anon map_ns same
$thp map_ns slower" && compares 0 exact-base exact-new && printed 'slower <2%' && printed 'executed instructions, not hardware time' &&
    ! grep -q caution "$work/stdout"
}
check "icount: half a percent is a difference" exact
exact_trend() {
  boots exact-last --timing icount --label c --boots 5 --position 2 --spread 0.0002 --cell $thp map_ns 1.005e6 --cell $anon map_ns 1e7
  compares 0 exact-base exact-new exact-last --format json && holds "[.trend[] | [.cell, .side]] == [[\"$thp\", 1]]"
}
check "icount: a step in a series of kernels" exact_trend
few_layouts() {
  boots layout-base --timing icount --label a --boots 2 --spread 0.0002 --cell $thp map_ns 1e6
  boots layout-new --timing icount --label b --boots 2 --position 1 --spread 0.0002 --cell $thp map_ns 2e6
  compares 0 layout-base layout-new && printed 'slower$' &&
    printed '^caution: .*layout.* 2 a side' && printed '5 boots a side'
}
check "icount: few boots with layouts of their own are warned of" few_layouts
never_mixed() {
  compares 2 6.17 exact-base --allow timing && grep -q 'two clocks are never compared' "$work/stderr"
}
check "icount and wall are never compared, whatever is allowed" never_mixed

# ---- runs that differ in more than the kernel ----

boots amd --label 6.18 --position 1 --run '{"host": {"cpu": {"model": "A", "microcode": "0x2"}}}' --cell $thp map_ns 1e6
boots intel --label 6.17 --run '{"host": {"cpu": {"model": "A", "microcode": "0x1"}}}' --cell $thp map_ns 1e6
boots newer --label 6.18 --position 1 --version 2 --run '{"host": {"cpu": {"model": "B", "microcode": "0x1"}}}' --cell $thp map_ns 1e6

lists_differences() {
  compares 2 intel newer && grep -q 'cpu.model: "A".*intel/boot-01.jsonl.*"B".*newer/boot-01.jsonl.*--allow cpu.model' "$work/stderr" &&
    grep -q 'tool.version: "1" .* "2" ' "$work/stderr" && same "lines" "$(wc -l <"$work/stderr")" 3 && [ ! -s "$work/stdout" ]
}
check "sides that differ in more than the kernel are refused, a line a difference" lists_differences
allows() {
  compares 2 intel amd && compares 0 intel amd --allow cpu.microcode && printed '^allowed to differ: cpu.microcode \("0x1", "0x2"\)' &&
    compares 0 intel amd --allow cpu --format json && holds '.allowed == [{"key": "cpu.microcode", "base": "\"0x1\"", "new": "\"0x2\""}]' &&
    compares 2 intel amd --allow micro && compares 2 intel newer --allow cpu.model &&
    compares 0 intel newer --allow cpu.model --allow tool.version
}
two_machines() {
  compares 0 intel amd --allow host && printed '^TWO MACHINES' && compares 0 intel amd --allow cpu &&
    ! printed '^TWO MACHINES' && compares 2 intel newer --allow host &&
    ! grep -q 'cpu.model' "$work/stderr" && compares 0 intel newer --allow host --allow tool
}
check "--allow host compares two machines, and says so; not two programs" two_machines
check "--allow KEY, or the part above it, lets one difference be" allows
other_nodes() {
  boots remote --label 6.18 --position 1 --placement '{"cpu_node": 1, "local": false}' --cell $thp map_ns 1e6
  boots local --label 6.17 --cell $thp map_ns 1e6
  compares 2 local remote && grep -q 'placement: .*--allow placement' "$work/stderr" && compares 0 local remote --allow placement
}
check "trials on other nodes are refused, too" other_nodes
within_one_side() {
  mkdir mixed && cp intel/* mixed && cp amd/boot-01.jsonl mixed/other.jsonl && compares 2 mixed 6.18 && said '6\.17 and of 6\.18' &&
    sed -i 's/"0x1"/"0x3"/' mixed/boot-02.jsonl && rm mixed/other.jsonl && compares 2 mixed amd --allow nothing &&
    grep -q 'cpu.microcode: "0x1".*mixed/boot-01.jsonl.*"0x3".*mixed/boot-02.jsonl' "$work/stderr"
}
check "boots of one side must be alike" within_one_side

# ---- bad input ----

# refuses PATTERN ARGUMENTS…: exit 2, one line, nothing on standard output.
refuses() {
  local pattern=$1
  shift
  compares 2 "$@" && said "^dmabench: $pattern" && [ ! -s "$work/stdout" ]
}

one=6.17/boot-01.jsonl
: >empty.jsonl
mkdir nothing
sed 's/"schema":1,/"schema":2,/' $one >future.jsonl
sed '2s/"samples":\[[^]]*\]/"samples":[NaN]/' $one >nan.jsonl
sed '2s/"samples":\[[^]]*\]/"samples":[1e999]/' $one >infinite.jsonl
sed '2s/"samples":\[[^]]*\]/"samples":[-1]/' $one >negative.jsonl
sed '2s/"samples":\[[^]]*\]/"samples":[null]/' $one >null.jsonl
sed '2s/"samples":\[[^]]*\]/"samples":[]/' $one >no-samples.jsonl
{ cat $one; echo '{"record":"trial",'; } >half.jsonl
cat $one 6.17/boot-02.jsonl >two.jsonl
printf '%s' '<html>no result</html>' >page.html
echo '[1, 2]' >list.jsonl
printf '\x7fELF\x02\x01\x01\0\0' >binary.jsonl
jq -c 'if .record == "run" then del(.host) | .series = 7 | .tool = [] else . end' $one >odd.jsonl

check "no side" refuses 'which files' --format text
check "a path that is not there" refuses 'nowhere: No such file' 6.17 nowhere
check "a folder without boots" refuses 'nothing: .*no result.*\*\.jsonl' nothing 6.17
check "one file alone" refuses '.*nothing to compare it with' $one
check "an empty file" refuses 'empty.jsonl: is empty' 6.17 empty.jsonl
check "a schema from the future" refuses 'future.jsonl:1: schema 2.*use a newer one' 6.17 future.jsonl
check "NaN smuggled in" refuses 'nan.jsonl:2:' 6.18 nan.jsonl
check "a number past all numbers" refuses 'infinite.jsonl:2:' 6.18 infinite.jsonl
check "a negative sample" refuses 'negative.jsonl:2: .*from 0 on' 6.18 negative.jsonl
check "a sample that is null" refuses 'null.jsonl:2: .*no.* number' 6.18 null.jsonl
check "a metric without samples" refuses 'no-samples.jsonl:2: .*without samples' 6.18 no-samples.jsonl
check "a line that is cut short within the file" refuses 'half.jsonl:[0-9]+:' 6.18 half.jsonl
check "two runs in one file" refuses 'two.jsonl:[0-9]+: a second run' 6.18 two.jsonl
check "a page of HTML" refuses 'page.html:1: .*expected.*"run"' 6.17 page.html
check "JSON that is no result" refuses 'list.jsonl:1: is no record' 6.17 list.jsonl
check "a program" refuses 'binary.jsonl:' 6.17 binary.jsonl
check "a pipe" refuses '.*is no regular file' 6.17 <(cat $one)
check "--base with two sides" refuses '--base is for one folder' 6.17 6.18 --base 6.17
check "an unknown option" compares 2 6.17 6.18 --gat 5%
odd_facts() {
  compares 0 odd.jsonl odd.jsonl --format json || compares 2 odd.jsonl odd.jsonl
}
check "a run record of odd members is no crash" odd_facts

cannot_read() {
  cp $one secret.jsonl && chmod 0 secret.jsonl && refuses 'secret.jsonl: Permission denied' 6.17 secret.jsonl
}
if is_root; then
  skip "a file that may not be read" "root may read all"
else
  check "a file that may not be read" cannot_read
fi

torn() {
  cp -r 6.17 torn && head -c -1 6.17/boot-03.jsonl >torn/boot-03.jsonl &&
    printf '{"record":"trial","cell":"null","metr' >>torn/boot-04.jsonl && compares 0 torn 6.18 --format json &&
    holds '.rows[0].pairs == 8' &&
    grep -q 'torn/boot-03.jsonl: .*torn off' "$work/stderr" &&
    grep -q 'torn/boot-04.jsonl: .*torn off' "$work/stderr"
}
check "a last line that is torn off is passed over, and said" torn

twins() {
  cp -r 6.17 twins && cp twins/boot-01.jsonl twins/copy.jsonl && refuses '.*boot-01.jsonl.*copy.jsonl.*same run' twins 6.18 &&
    refuses '.*same run' 6.17 twins/boot-02.jsonl
}
check "two files of one run are no two boots" twins
one_boot() {
  cp -r 6.17 parts && jq -c 'if .record == "run" then .boot_id = "6.17-1-1" | .series.pair = 1 else . end' 6.17/boot-02.jsonl >parts/boot-02.jsonl &&
    compares 0 parts 6.18 --format json && holds '.sides[0].boots == 7 and (.sides[0].files | length) == 8' &&
    grep -q 'of one boot' "$work/stderr"
}
check "two runs of one boot are one boot" one_boot

nothing_in_common() {
  boots other --label 6.18 --position 1 --cell populate/backing=thp fault_in_ns 5 &&
    refuses '6\.17.*other.*no cell in common.*one config' 6.17 other
}
check "sides without a cell in common" nothing_in_common
two_units() {
  boots bytes --label 6.18 --position 1 --unit bytes --cell null op_ns 20 --cell $thp size 20 --cell $shmem map_ns 250e6 &&
    compares 1 6.17 bytes --format json && holds '.rows == [] and
    any(.not_compared[]; .cell == "null" and .why == "op_ns: in ns, but in bytes in 6.18")' || return 1
  boots within --label 6.17 --cell null op_ns 20 --boots 3 && jq -c 'if .cell == "null" then .metrics.op_ns.unit = "bytes" else . end' \
    within/boot-02.jsonl >x && mv x within/boot-02.jsonl && compares 1 within 6.18 --row 'null op_ns' --format json &&
    holds 'any(.not_compared[]; .why == "op_ns: in ns, but in bytes in 6.17")'
}
check "a metric in two units is told and not compared" two_units
two_units_in_a_file() {
  { cat $one; sed -n 2p $one | sed 's/"unit":"ns"/"unit":"bytes"/'; } >units.jsonl && refuses 'units.jsonl:[0-9]+: .*one metric in two units' 6.18 units.jsonl
}
check "a metric in two units within one file is refused" two_units_in_a_file

# limited COMMAND…: in 512 MiB of memory, and in half a minute.
limited() {
  local start=$SECONDS
  (has_sanitizer || ulimit -v 524288; "$@") && [ $((SECONDS - start)) -lt 30 ]
}
truncate -s 2G hole.jsonl
check "2 GiB without a line" limited refuses 'hole.jsonl:1: a line of more than [0-9]+ MiB' 6.17 hole.jsonl
{ cat $one; } >tail.jsonl
truncate -s 2G tail.jsonl
check "2 GiB behind a result" limited refuses 'tail.jsonl:[0-9]+: a line of more than [0-9]+ MiB' 6.18 tail.jsonl

# ---- hostile text ----

# All that a label, a cell, a path or a reason could do to who reads them.
# In bytes: what \u means depends on the locale.
hostile=$'../../../etc/passwd <script>alert(1)</script> | `x` *b* _i_ [l](javascript:x) "q",\t\r\n\x1b[2J\x1b]0;t\x07 \xe2\x80\xae \xc2\x85 &amp; \\ end'
boots evil-base --label 'a' --cell x/name=y op_ns 5 --failed z w
boots evil-new --label 'b' --cell x/name=y op_ns 5 --failed z w --position 1
for file in evil-*/*.jsonl; do
  jq -c --arg text "$hostile" '(if .series then .series.label += $text | .host.kernel = $text else . end) |
    (if .cell == "x/name=y" then .cell = "x/name=" + $text | .params.name = $text | .metrics["op" + $text] = .metrics.op_ns |
      del(.metrics.op_ns) else . end) |
    (if .error then .error = $text else . end)' "$file" >x && mv x "$file"
done

# Neither cursor nor lines move: no control characters but the ends of lines.
no_controls() {
  ! LC_ALL=C.UTF-8 grep -aqP '[\x00-\x09\x0b-\x1f\x7f\x{80}-\x{9f}\x{2028}\x{2029}\x{202a}-\x{202e}]' "$1"
}
hostile_text() {
  local format
  for format in text markdown csv benchstat; do
    compares 0 evil-base evil-new --format $format || return 1
    tr -d '\r' <"$work/stdout" >plain
    no_controls plain && no_controls "$work/stderr" && continue
    echo "$format: control characters"
    cat -v "$work/stdout"
    return 1
  done
  same "files" "$(find . -name passwd)" ""
}
check "hostile text moves no cursor, in no format" hostile_text
hostile_formats() {
  compares 0 evil-base evil-new --format csv && read_as csv-comparison && holds 'length == 2 and (.[0].base | startswith("a../../../etc/passwd <script>"))' &&
    compares 0 evil-base evil-new --format benchstat && read_as benchstat && holds '.results | length == 16' &&
    compares 0 evil-base evil-new --format markdown && read_as markdown && holds '.tables | length == 1 and (.[0].rows | length == 1)' &&
    compares 0 evil-base evil-new --format json || return 1
  jq -e --arg text "$hostile" '.sides[0].label == "a" + $text and .rows[0].cell == "x/name=" + $text' "$work/stdout"
}
check "hostile text breaks no format, and comes back whole from JSON" hostile_formats
hostile_refusals() {
  compares 2 evil-base 6.17 && no_controls "$work/stderr" && compares 2 "evil-base/boot-01.jsonl" $'no\x1b[31mwhere\n' &&
    no_controls "$work/stderr" && said '.'
}
check "hostile text moves no cursor in what is refused" hostile_refusals

# ---- other tools' figures ----

google() {
  jq -nc --argjson factor "$1" '{context: {date: "2026", host_name: "h"}, benchmarks: [range(9) | {name: "BM_x/8", run_name: "BM_x/8",
    run_type: "iteration", repetitions: 9, repetition_index: ., threads: 1, iterations: 100, time_unit: "us",
    real_time: ((1 + . / 1000) * $factor), cpu_time: ((1 + . / 1000) * $factor)}]}'
}
hyperfine() {
  jq -nc --argjson factor "$1" '{results: [{command: "sleep 1", mean: $factor, stddev: 0.1, median: $factor, user: 0, system: 0,
    min: $factor, max: $factor, times: [range(9) | (1 + . / 1000) * $factor], exit_codes: [range(9) | 0]}]}'
}
gotest() {
  local i
  printf 'goos: linux\npkg: x\n'
  for i in {1..9}; do
    echo "BenchmarkX-8 100 $((10 * ${1/./} + i)) ns/op"
  done
}
imports() {
  local tool=$1 format=$2 i
  mkdir "$tool-base" "$tool-new"
  for i in 1 2 3 4 5 6 7; do
    "$tool" 1.0$i >x && "$dmabench" import x --format "$format" -o "$tool-base/$i.jsonl" 2>/dev/null &&
      "$tool" 2.0$i >x && "$dmabench" import x --format "$format" -o "$tool-new/$i.jsonl" 2>/dev/null || return 1
  done
  compares 0 "$tool-base" "$tool-new" --format json && holds ".timing == \"wall\" and (.rows | length) >= 1 and
    all(.rows[]; .verdict == \"slower\" and .pairs == 7) and [.sides[].label] == [\"$tool-base\", \"$tool-new\"]" &&
    compares 3 "$tool-base" "$tool-new" --gate 5% && printed 'slower \*' && compares 0 "$tool-base/1.jsonl" "$tool-new/1.jsonl" &&
    printed 'one boot a side'
}
check "google-benchmark's figures get verdicts" imports google google-benchmark
check "hyperfine's figures get verdicts" imports hyperfine hyperfine
check "Go's figures get verdicts" imports gotest benchstat
imported_apart() {
  compares 2 google-base hyperfine-base && grep -q 'imported.from: "google-benchmark" in .*, "hyperfine" in ' "$work/stderr" &&
    compares 2 google-base hyperfine-base --allow imported && said 'no cell in common' &&
    compares 2 google-base 6.17 && grep -q 'imported.from: "google-benchmark" in .*, absent in ' "$work/stderr"
}
check "other tools' figures are not compared with ours, nor with another tool's" imported_apart

# ---- run --compare-with ----

ends_in_a_comparison() {
  expect_exit 0 "$dmabench" run null --set iterations=5 -q -o first.jsonl && expect_exit 0 "$dmabench" run null --set iterations=5 \
    -o second.jsonl --compare-with first.jsonl && printed '^null op_ns' && printed 'unresolved' && valid first.jsonl second.jsonl
}
check "run --compare-with ends in a comparison" ends_in_a_comparison
checks_before_it_runs() {
  expect_exit 2 "$dmabench" run null --set iterations=5 -q -o third.jsonl --compare-with future.jsonl && said 'future.jsonl:1: schema 2' &&
    [ ! -e third.jsonl ]
}
check "run --compare-with refuses a file that it could not use before it measures" checks_before_it_runs
finish
