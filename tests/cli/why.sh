#!/usr/bin/env bash
# compare --why as its users call it, on boots with profiles that are made up.
# shellcheck source=lib/tap.sh
. "$(dirname "$0")/lib/tap.sh"
# shellcheck source=lib/records.sh
. "$lib/records.sh"
# shellcheck source=lib/boots.sh
. "$lib/boots.sh"
# shellcheck source=lib/counted.sh
. "$lib/counted.sh"
# shellcheck source=lib/comparing.sh
. "$lib/comparing.sh"
need jq python3

# ---- two kernels under icount, of which the first boots are profiled ----

counted_kernels
counted none none 20 46000 "$old" --profiled -1 --position 1
counted copied copied 40 82864 "$young" --profiled 1 --profile-kernel 6.18 --position 1
counted branches branches 40 82864 "$young" --profile-event branches --position 1

check "the made-up boots keep to the schema" valid 6.18/*.jsonl 7.3/*.jsonl

# ---- what is told ----

# explanation: what text tells of the row that changed.
explanation() {
  sed -n '/^why /,/ sum$/p' "$work/stdout"
}

tells_functions() {
  compares 0 6.18 7.3 --why && [ ! -s "$work/stderr" ] && same "the explanation" "$(explanation)" \
    "why $huge unmap_ns
  +80.1 %, +36,864 ns = +72.0 a page; 100 % by name
an operation  a page  base/page  new/page     calls  function
     +26,624   +52.0       65.0       117  1 a page  iommu_iova_to_phys and what it calls
                                                       base: intel
                                                       new: generic
     +10,240   +20.0       20.0      40.0  1 a page  unpin [vfio]
           0       0                                 4 others
     +36,864   +72.0       89.8       162            sum" &&
    printed '^why: what compilers add to names'
}
check "text: functions, largest first, by operation and page, and their sum" tells_functions

lines_can_be_limited() {
  compares 0 6.18 7.3 --why=1 && printed ' 5 others$' && ! grep -q 'unpin' "$work/stdout"
}
check "--why=1 names one" lines_can_be_limited

fits_a_mail() {
  compares 0 6.18 7.3 --why || return 1
  same "lines of more than 100 columns" "$(LC_ALL=C.UTF-8 awk 'length > 100' "$work/stdout")" "" &&
    ! grep -q ' $' "$work/stdout"
}
check "text: fits in 100 columns, nothing behind the last word" fits_a_mail

# What to do next depends on whether the why is there, and whether there are profiles.
but_next() {
  sed -E -e "/^(- )?Next, /,+1d" -e "/^ *\"next(_for)?\": /d" "$@"
}

is_as_without() {
  compares 0 6.18 7.3 && cp "$work/stdout" "$work/without" && compares 0 6.18 7.3 --why &&
    same "the table without why" "$(sed '/^$/{N;/\nwhy /{:a;N;/ sum$/!ba;d}};/^why: /d' "$work/stdout" | but_next)" \
      "$(but_next "$work/without")"
}
check "text: all else is as without --why" is_as_without

is_json() {
  compares 0 6.18 7.3 --why --format json && passes "$work/stdout" '
    [.rows[] | select(.because)] | length == 1 and (.[0] | .metric == "unmap_ns" and (.because |
      .unit == "instructions" and .boots == [1, 1] and .pages == 512 and .change == 36864 and
      .measured == [46000, 82864] and .named_part == 1 and .rest == 0 and (.nothing_changed | not) and
      ([.functions[].change] | add) == .change and
      ([.functions[] | select(.named) | [.name, .module, .kind, .change, .calls, .gone, .new, .suffixed]] == [
        ["iommu_iova_to_phys", "", "caller", 26624, [512, 512], "intel", "generic", true],
        ["unpin", "vfio", "function", 10240, [512, 512], null, null, null]])))'
}
check "json: all functions of the row, and which are named" is_json

is_csv() {
  compares 0 6.18 7.3 --format csv && cp "$work/stdout" "$work/without" &&
    compares 0 6.18 7.3 --why --format csv && same "the columns of old" \
    "$(head -1 "$work/stdout" | cut -d, -f-22)" "$(head -1 "$work/without" | tr -d '\r')" &&
    read_as csv-comparison && passes "$work/stdout" '
      [.[] | select(.verdict == "because") | [.cell, .metric, .base, .new, .function, .module, .kind,
        .["base [per operation]"], .["new [per operation]"], .["new calls"]]] == [
        ["'"$huge"'", "unmap_ns", "6.18", "7.3", "iommu_iova_to_phys", "", "caller", "33280", "59904", "512"],
        ["'"$huge"'", "unmap_ns", "6.18", "7.3", "unpin", "vfio", "function", "10240", "20480", "512"]] and
      ([.[] | select(.verdict != "because")] | length == 3 and all(.function == ""))'
}
check "csv: a line a function, behind its row" is_csv

is_markdown() {
  compares 0 6.18 7.3 --why --format markdown && read_as markdown && passes "$work/stdout" '
    [.tables[] | select(.title | startswith("why ")) | [.title, [.rows[] | .function]]] ==
      [["why '"$huge"' unmap_ns: +80.1 %, +36,864 ns = +72.0 a page; 100 % by name", ["iommu_iova_to_phys and what it calls", "base: intel",
        "new: generic", "unpin [vfio]", "4 others", "sum"]]]'
}
check "markdown: a table of its own, below that of the row" is_markdown

others_have_no_room() {
  compares 0 6.18 7.3 --format benchstat && cp "$work/stdout" "$work/without" &&
    compares 0 6.18 7.3 --format benchstat --why && said "--why: benchstat has no room for it: text, markdown" &&
    same "what is printed" "$(cat "$work/stdout")" "$(cat "$work/without")"
}
check "benchstat has no room for it, and a note tells so" others_have_no_room

# ---- with one boot a side ----

one_boot() {
  cp 6.18/boot-01.jsonl one.jsonl && cp 7.3/boot-01.jsonl other.jsonl &&
    compares 0 one.jsonl other.jsonl --why && printed "^why $huge unmap_ns" &&
    ! grep -q "^why $thp" "$work/stdout" && printed '^why: nothing changed in 1 row with profiles'
}
check "one boot a side: rows whose profiles differ are explained, others counted" one_boot

equal_boots() {
  compares 0 one.jsonl one.jsonl --why && ! grep -q '^why vfio' "$work/stdout" &&
    printed '^why: nothing changed in 2 rows with profiles: no function by more than 0.01 %'
}
check "equal profiles: nothing changed" equal_boots

# ---- the gate ----

gate_is_explained() {
  boots g1 --label g1 --cell "$thp" unmap_ns 10000 --profile "$thp" unmap_ns 'a=10000/1' &&
    boots g2 --label g2 --position 1 --cell "$thp" unmap_ns 20000 --cell "$thp" map_ns 1 \
      --profile "$thp" unmap_ns 'a=10000/1 a;slow=10000/5' &&
    compares 3 g1 g2 --gate 5% && printed '0 -> 5  slow, new$' &&
    compares 3 g1 g2 --gate 5% --format csv && ! grep -q because "$work/stdout"
}
check "--gate tells why what fails it failed, where there are profiles" gate_is_explained

gate_goes_before() {
  boots g3 --label g3 --position 1 --cell "$thp" unmap_ns 20000 --profile "$thp" unmap_ns 'a=20000/1' \
    --profile-kernel other &&
    compares 3 g1 g3 --gate 5% && said '--gate: not told why, .*a profile of kernel other beside results of g3'
}
check "--gate fails all the same where profiles cannot be used" gate_goes_before

# ---- refusals ----

# refuses PATTERN ARGUMENTS…: in one line, with exit status 2.
refuses() {
  local pattern=$1
  shift
  compares 2 "$@" && said "$pattern"
}
check "without profiles the command that makes them is named" \
  refuses "none has no profiles: .dmabench lab profile --kernel SPEC $huge -o DIR. makes one, .dmabench lab run --profile" 6.18 none --why
boots g4 --label g4 --position 1 --cell "$thp" unmap_ns 10000
check "on the wall clock it is another" \
  refuses "g4 has no profiles: .dmabench run --profile $thp -o FILE. makes one" g1 g4 --why
check "a profile beside results of another kernel is refused with its line" \
  refuses 'copied/boot-01.jsonl:[0-9]+: .*a profile of kernel 6.18 beside results of copied' 6.18 copied --why
check "profiles of two events are refused" \
  refuses 'of instructions cannot be set against one of branches: profile both sides by one event' 6.18 branches --why
check "--why=0 is refused" refuses '--why="0": expected how many lines a row, from 1 to 1000' 6.18 7.3 --why=0
check "--why=x is refused" refuses '--why="x": expected' 6.18 7.3 --why=x

missing_row() {
  boots part --label part --boots 5 --timing icount --noise 0 --spread 0 --cell "$huge" unmap_ns 82864 \
    --cell "$thp" unmap_ns 5e5 --profile "$thp" unmap_ns 'a=5' --position 1 &&
    compares 0 6.18 part --why && printed '^why: 1 row that changed has no profile on one of the sides: .dmabench lab profile. makes'
}
check "a row without a profile on one side is counted" missing_row

# ---- samples ----

sampled() {
  boots s1 --label s1 --cell "$thp" unmap_ns 10000 --profile-unit samples --profile-event cycles:k \
    --profile-source perf --operations 100 --profile "$thp" unmap_ns 'a=500 a;pin=500 a;rare=1' &&
    boots s2 --label s2 --position 1 --cell "$thp" unmap_ns 15000 --profile-unit samples --profile-event cycles:k \
      --profile-source perf --operations 100 --profile "$thp" unmap_ns 'a=500 a;pin=1000 a;rare=2' &&
    valid s1/*.jsonl && compares 0 s1 s2 --why &&
    printed '^ *ns an operation +base +new +function$' &&
    printed '  50\.0 % \[48\.9 51\.0\]  66\.6 % \[65\.7 67\.4\]  pin$' &&
    ! grep -q rare "$work/stdout"
}
check "samples: shares with intervals, and only what they can tell" sampled

sampled_alike() {
  cp s1/boot-01.jsonl s1.jsonl && compares 0 s1.jsonl s1.jsonl --why &&
    printed "^why: nothing changed in 1 row with profiles: no function by more than samples can tell$"
}
check "samples: what they cannot tell apart is no change" sampled_alike

# ---- readers of other records pass over profiles ----

is_passed_over() {
  local format
  mkdir -p bare && for format in 6.18 7.3; do
    mkdir -p "bare/$format" && cp "$format"/*.jsonl "bare/$format" && sed -i '/"record":"profile"/d' "bare/$format"/*.jsonl
  done
  has 7.3/boot-01.jsonl '.record == "profile"' || return 1
  for format in text json csv markdown benchstat; do
    same "$format" "$("$dmabench" compare 6.18 7.3 --format "$format" | sed s,bare/,, | but_next)" \
      "$("$dmabench" compare bare/6.18 bare/7.3 --format "$format" | sed s,bare/,, | but_next)" || return 1
  done
  same show "$("$dmabench" show 7.3/boot-01.jsonl | sed "/^$/,\$d")" "$("$dmabench" show bare/7.3/boot-01.jsonl)" &&
    same brief "$("$dmabench" show --brief 7.3/boot-01.jsonl)" "$("$dmabench" show --brief bare/7.3/boot-01.jsonl | sed s,bare/,,)" || return 1
  for format in csv influx junit ktap openmetrics google-benchmark; do
    same "$format" "$("$dmabench" export 7.3/boot-01.jsonl --format "$format" 2>&1 | grep -v '"date"')" \
      "$("$dmabench" export bare/7.3/boot-01.jsonl --format "$format" 2>&1 | grep -v '"date"')" || return 1
  done
}
check "compare, show and export print the same with and without profiles" is_passed_over

exports_folded() {
  expect_exit 0 "$dmabench" export one.jsonl --format folded && [ ! -s "$work/stderr" ] && same folded "$(cat "$work/stdout")" \
    "$huge;unmap_ns;[user] 40
$huge;unmap_ns;[user];ioctl 960
$huge;unmap_ns;[user];ioctl;unpin 10240
$huge;unmap_ns;[user];ioctl;unmap 1000
$huge;unmap_ns;[user];ioctl;unmap;iommu_iova_to_phys 2560
$huge;unmap_ns;[user];ioctl;unmap;iommu_iova_to_phys;intel 30720
$huge;unmap_ns;[interrupts] 480
$thp;unmap_ns;[user] 40
$thp;unmap_ns;[user];ioctl 499960
$thp;unmap_ns;[interrupts] 480" &&
    expect_exit 0 "$dmabench" export one.jsonl other.jsonl --format folded && printed "^7.3;$huge;unmap_ns;\[user\];ioctl;unpin 20480$"
}
check "export --format folded: a line a stack, cell and metric first" exports_folded

# (golang-go has it.)
pprof_reads() {
  expect_exit 0 "$dmabench" export one.jsonl other.jsonl --format pprof -o both.pb &&
    GOFLAGS=-mod=mod HOME=$work expect_exit 0 "$@" -top -tagfocus kernel=7.3 -nodecount 3 both.pb &&
    printed "^Type: instructions$" && printed "^ +20480 .* unpin$"
}
if command -v go >/dev/null; then
  check "export --format pprof: pprof reads it" pprof_reads go tool pprof
else
  skip "export --format pprof: pprof reads it" "go is not installed (golang-go)"
fi

finds_no_profiles() {
  local format
  for format in folded pprof; do
    expect_exit 2 "$dmabench" export bare/7.3/boot-01.jsonl --format "$format" &&
      said "hold no profiles: .dmabench lab profile. and .dmabench run --profile. make them" || return 1
  done
}
check "export of profiles where there are none is refused" finds_no_profiles

# damaged JQ: the first boot, with its profiles changed; in damaged.jsonl.
damaged() {
  jq -c "if .record == \"profile\" then $1 else . end" one.jsonl >damaged.jsonl
}

# refused_everywhere PATTERN: by all that read profiles, in one line with file and line.
refused_everywhere() {
  local pattern="damaged.jsonl:[0-9]+: $huge: $1" format
  refuses "$pattern" damaged.jsonl other.jsonl --why && expect_exit 2 "$dmabench" show damaged.jsonl && said_last "$pattern" || return
  for format in folded pprof; do
    expect_exit 2 "$dmabench" export damaged.jsonl --format "$format" && said_last "$pattern" || return
  done
}

damaged_profiles_are_refused() {
  damaged '.total = 7' && refused_everywhere 'a profile whose stacks sum to [0-9]+, but its total is 7: the file is damaged' &&
    damaged '.stacks["[user]"] = -5' && refused_everywhere "a stack's number is none from 0 on: \[user\]" &&
    damaged '.operations = 0' && refused_everywhere 'a profile of no operation'
}
check "damaged profiles are refused with their line, by compare, show and export" damaged_profiles_are_refused

# The profile of one metric is all there, and of the next a part: as when the disk was full.
torn() {
  local format
  head -n "$(($(grep -n '"record":"profile"' one.jsonl | head -n 1 | cut -d : -f 1) + 1))" one.jsonl | head -c -40 >torn.jsonl
  compares 0 torn.jsonl other.jsonl --why && said_last 'torn.jsonl: the last line is torn off: used up to there' || return
  for format in folded pprof; do
    expect_exit 0 "$dmabench" export torn.jsonl --format "$format" -o torn.out && said_last 'torn.jsonl: the last line is torn' || return
  done
}
check "of a file that is torn, the profiles before that are used" torn

resumes() {
  expect_exit 0 "$dmabench" run null --set op=nothing --set iterations=2 --rounds 2 -q -o r.jsonl || return 1
  local trial before
  trial=$(jq -c 'select(.record == "trial")' r.jsonl | head -1)
  before=$(count r.jsonl '.record == "trial"')
  jq -c '{record: "profile", cell, metric: "op_ns", block, order, source: "perf", event: "cycles:k", unit: "samples",
    operations: 1, total: 1, interrupts: 0, functions: [{name: "a", self: 1, inclusive: 1}], stacks: {a: 1}}' <<<"$trial" >profile
  { jq -c 'select(.record == "run")' r.jsonl && echo "$trial" && cat profile; } >half.jsonl
  valid half.jsonl && expect_exit 0 "$dmabench" run --resume -o half.jsonl -q || return 1
  same "trials" "$(count half.jsonl '.record == "trial"')" "$before" && same "profiles" "$(count half.jsonl '.record == "profile"')" 1
}
check "run --resume goes on behind a profile" resumes
finish
