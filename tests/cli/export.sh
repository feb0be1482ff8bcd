#!/usr/bin/env bash
# Result files in other tools' formats and back, each read by a parser of its own (lib/formats).
# shellcheck source=lib/tap.sh
. "$(dirname "$0")/lib/tap.sh"
# shellcheck source=lib/records.sh
. "$lib/records.sh"
need jq python3

formats="csv google-benchmark influx junit ktap openmetrics"

# ---- result files: made here, so that every figure is known ----

# run_record RUN_ID LABEL TIMING
run_record() {
  jq -nc --arg id "$1" --arg who "$2" --arg timing "$3" '{record: "run", schema: 1,
    tool: {name: "dmabench", version: "1"}, run_id: $id, boot_id: "b", seed: 1,
    started: "2026-01-02T03:04:05Z", series: {id: "s", "label": $who},
    config: {seed: 1, matrix: [{bench: "null"}]},
    host: {kernel: "6.18.1", virtual: "none", timing: $timing, cpu: {count: 4}}}'
}

# trial CELL BLOCK METRICS [PARAMS]: one that is ok; further members come from $trial_more.
trial_more='{}'
trial() {
  jq -nc --arg cell "$1" --argjson block "$2" --argjson metrics "$3" --argjson params "${4:-{\}}" \
    --argjson more "$trial_more" '{record: "trial", cell: $cell, bench: ($cell | split("/")[0]),
    params: $params, placement: {cpus: [0], cpu_node: 0, mem_node: 0, local: true}, block: $block,
    order: $block, status: "ok", metrics: $metrics, counters: {}, noise: {}, overhead_ns: 20,
    phases: {start_ns: 1500000000}} + $more'
}

times() {
  jq -nc --argjson samples "$1" '{unit: "ns", better: "lower", samples: $samples}'
}

skip_record='{"record":"skip","cell":"null/op=other","reason":"no \u001b[31m # way\nout"}'
end_record='{"record":"end","status":"complete","trials":2,"skipped":1,"failed":1,"elapsed_ns":9}'

{
  run_record run-a 6.18 wall
  trial null/op=x 0 "{\"op_ns\": $(times '[10.5, 12, 11]')}" '{"op": "x", "size_bytes": 4096}'
  trial null/op=x 1 "{\"op_ns\": $(times '[20, 30]'), \"faults\": {\"unit\": \"count\",
    \"better\": \"lower\", \"samples\": [3]}}" '{"op": "x", "size_bytes": 4096}'
  trial_more='{"status": "failed", "error": "it # broke"}' trial null/op=y 0 "{\"op_ns\": $(times '[777]')}"
  trial_more='{"status": "invalid", "error": "no pages"}' trial null/op=y 1 "{\"op_ns\": $(times '[777]')}"
  echo "$skip_record"
  echo "$end_record"
} >a.jsonl
{
  run_record run-b 6.18 wall
  trial null/op=x 0 "{\"op_ns\": $(times '[13]')}" '{"op": "x", "size_bytes": 4096}'
} >b.jsonl
{
  run_record run-i emulated icount
  trial null/op=x 0 "{\"op_ns\": $(times '[100, 100]')}" '{"op": "x"}'
} >icount.jsonl

# All that a text could do to a reader, in all places that take text.
# In bytes: what \u means depends on the locale.
hostile=$'a,b=c "q" \\ back\\\\\ttab\rcr\nline # SKIP <script>alert(1)</script> ../../etc \x1b[31m \x7f \xc2\x85 \xe2\x80\xa8 end\\'
{
  jq -c --arg text "$hostile" '.run_id = $text | .series.label = $text | .host.kernel = $text |
    .host.virtual = $text | .tool.version = $text' <<<"$(run_record x y wall)"
  jq -c --arg text "$hostile" '.cell = $text | .bench = $text | .params.name = $text' \
    <<<"$(trial c 0 "{\"op_ns\": $(times '[5]')}" '{"name": ""}')"
  jq -c --arg text "$hostile" '.cell = $text | .error = $text | .status = "failed" | .block = 1' \
    <<<"$(trial c 0 "{\"op_ns\": $(times '[5]')}")"
  jq -nc --arg text "$hostile" '{record: "skip", cell: $text, reason: $text}'
} >hostile.jsonl

# ---- exports ----

# export_to NAME FORMAT FILE…: writes NAME, and what a parser of the format made of it to NAME.json.
export_to() {
  local name=$1 format=$2
  shift 2
  "$dmabench" export "$@" --format "$format" -o "$name" 2>"$work/stderr" &&
    "$lib/formats" "$format" "$name" >"$name.json" && return 0
  cat "$work/stderr" "$name.json"
  return 1
}

# understood NAME FILTER: of what the parser made of it.
understood() {
  passes "$1.json" "$2"
}

no_figures_of_what_failed() {
  ! grep -q 777 "$1"
}

for format in $formats; do
  check "$format: its grammar is kept" export_to "a.$format" "$format" a.jsonl
  check "$format: only trials that are ok give figures" no_figures_of_what_failed "a.$format"
  check "$format: hostile text breaks nothing" export_to "hostile.$format" "$format" hostile.jsonl
done

check "csv: a row of units below the names" understood a.csv \
  '.units["metrics.op_ns"] == "ns" and .units["params.size_bytes"] == "bytes" and .units.cell == ""'
check "csv: a row an iteration, empty where a metric has no sample" understood a.csv '(.rows |
  length == 5) and [.rows[]["metrics.op_ns"]] == ["10.5", "12", "11", "20", "30"] and
  [.rows[]["metrics.faults"]] == ["", "", "", "3", ""]'
check "csv: text comes back as it was, control characters apart" understood hostile.csv '.rows[0].cell ==
  "a,b=c \"q\" \\ back\\\\\ttab\rcr\nline # SKIP <script>alert(1)</script> ../../etc <U+001B>[31m <U+007F> <U+0085> <U+2028> end\\"'

check "google-benchmark: a repetition a sample, times only" understood a.google-benchmark \
  '.times == {"null/op=x/metric=op_ns": [10.5, 12, 11, 20, 30]} and
   .aggregates["null/op=x/metric=op_ns"].median == 12'
check "google-benchmark: text comes back as it was" understood hostile.google-benchmark \
  '.context.label == (.times | keys[0] | rtrimstr("/metric=op_ns"))'

# The comparer that comes with google-benchmark, where it is installed.
google_compare=/usr/share/benchmark/compare.py
compares_in_google_benchmark() {
  export_to b.google-benchmark google-benchmark b.jsonl &&
    /usr/bin/python3 "$google_compare" --no-color benchmarks a.google-benchmark b.google-benchmark >"$work/stdout" &&
    printed '^null/op=x/metric=op_ns +\+0\.2381'
}
if [ -f "$google_compare" ] && /usr/bin/python3 -c 'import scipy' 2>/dev/null; then
  check "google-benchmark: its own compare.py takes it" compares_in_google_benchmark
else
  skip "google-benchmark: its own compare.py takes it" "libbenchmark-tools or python3-scipy is not installed"
fi

check "influx: a point a metric a trial, from the moment when the trial began" understood a.influx \
  'map(select(.tags.metric == "op_ns")) | (length == 2) and (.[0].time == 1767323046500000000) and
   (.[0].fields | .median == 11 and .samples == 3 and .min == 10.5 and .max == 12) and
   (.[1].fields.median == 25) and .[0].tags.param_size_bytes == "4096"'
instructions_are_no_time() {
  export_to icount.influx influx icount.jsonl &&
    understood icount.influx 'length == 1 and .[0].time == null and .[0].tags.timing == "icount"'
}
check "influx: counted instructions are no time of day" instructions_are_no_time
later_sessions_keep_the_run() {
  { cat a.jsonl; trial null/op=z 0 "{\"op_ns\": $(times '[1]')}"; } >resumed.jsonl
  export_to resumed.influx influx resumed.jsonl &&
    understood resumed.influx '.[-1] | .tags.cell == "null/op=z" and .time == 1767323045000000000'
}
check "influx: of a session that was resumed, only the run's start is known" later_sessions_keep_the_run
check "influx: text comes back as it was, control characters and backslashes apart" understood hostile.influx \
  '.[0].tags.cell | startswith("a,b=c \"q\" <U+005C> back<U+005C><U+005C><U+0009>tab<U+000D>cr<U+000A>line # SKIP <script>") and
   endswith("../../etc <U+001B>[31m <U+007F> <U+0085> <U+2028> end<U+005C>")'

check "ktap: a test a trial, with its reason" understood a.ktap 'length == 1 and .[0].ok == false and
  .[0].name == "6.18" and [.[0].tests[] | [.ok, .name, .directive]] == [
  [true, "null/op=x block 0", null], [true, "null/op=x block 1", null], [false, "null/op=y block 0", null],
  [false, "null/op=y block 1", null], [true, "null/op=other", "SKIP"]] and
  .[0].tests[2].notes == ["failed: it <U+0023> broke"] and .[0].tests[3].notes == ["invalid: no pages"] and
  .[0].tests[4].reason == "no <U+001B>[31m <U+0023> way<U+000A>out" and
  (.[0].tests[1].notes[0] | startswith("op_ns: median 25 ns"))'
check "ktap: text cannot make a test of its own" understood hostile.ktap \
  '[.[0].tests[].ok] == [true, false, true] and [.[0].tests[].directive] == [null, null, "SKIP"]'

check "junit: a test case a trial, with its reason" understood a.junit 'length == 1 and .[0].name == "6.18" and
  [.[0].cases[] | [.outcome, .name, .type]] == [["system-out", "null/op=x block 0", null],
  ["system-out", "null/op=x block 1", null], ["failure", "null/op=y block 0", "failed"],
  ["failure", "null/op=y block 1", "invalid"], ["skipped", "null/op=other", null]] and
  .[0].cases[2].message == "it # broke" and .[0].cases[4].message == "no <U+001B>[31m # way<U+000A>out" and
  all(.[0].cases[]; .class == "dmabench.null") and
  (.[0].cases[1].text | startswith("op_ns: median 25 ns")) and .[0].properties.kernel == "6.18.1"'
check "junit: text comes back as it was, control characters apart" understood hostile.junit \
  '.[0].cases[2].message | startswith("a,b=c \"q\" \\ back\\\\<U+0009>tab<U+000D>cr<U+000A>line # SKIP <script>") and
   endswith("<U+2028> end\\")'
if command -v xmllint >/dev/null; then
  check "junit: the schema that CI servers hold it to" xmllint --noout --nonet --schema "$lib/junit.xsd" a.junit hostile.junit
else
  skip "junit: the schema that CI servers hold it to" "xmllint is not installed (libxml2-utils)"
fi
if command -v prove >/dev/null; then
  passes_prove() {
    "$dmabench" export b.jsonl --format ktap -o b.ktap && prove -e cat b.ktap &&
      ! prove -e cat a.ktap
  }
  check "ktap: prove reads it" passes_prove
else
  skip "ktap: prove reads it" "prove is not installed (perl)"
fi

check "openmetrics: summaries in base units" understood a.openmetrics 'map({(.name): .}) | add |
  .dmabench_op_seconds as $op | $op.type == "summary" and $op.unit == "seconds" and
  ($op.samples | map({(.suffix + (.labels.quantile // "")): .value}) | add) ==
  {"0": 10.5e-9, "0.25": 11e-9, "0.5": 12e-9, "0.75": 20e-9, "1": 30e-9, "_count": 5, "_sum": 83.5e-9} and
  .dmabench_faults.unit == null and .dmabench_run.type == "info"'
check "openmetrics: text comes back as it was, control characters apart" understood hostile.openmetrics \
  '.[1].samples[0].labels | .cell == .label and .param_name == .cell and (.cell |
   startswith("a,b=c \"q\" \\ back\\\\<U+0009>tab<U+000D>cr\nline # SKIP <script>") and endswith("<U+2028> end\\"))'
if /usr/bin/python3 -c 'import prometheus_client' 2>/dev/null; then
  check "openmetrics: prometheus_client reads the same" /usr/bin/python3 "$lib/formats" openmetrics a.openmetrics
  check "openmetrics: prometheus_client reads the same of hostile text" \
    /usr/bin/python3 "$lib/formats" openmetrics hostile.openmetrics
else
  skip "openmetrics: prometheus_client reads the same" "python3-prometheus-client is not installed"
fi

# ---- several files, streams ----

several_runs() {
  local format
  for format in csv influx junit ktap openmetrics; do
    export_to "two.$format" "$format" a.jsonl icount.jsonl || return 1
  done
  understood two.ktap 'length == 2' &&
    understood two.csv '[.rows[].label] | unique == ["6.18", "emulated"]' &&
    understood two.openmetrics '[.[0].samples[].labels.run_id] == ["run-a", "run-i"]'
}
check "several runs go into one export, each under its name" several_runs
pools_boots() {
  export_to boots.google-benchmark google-benchmark a.jsonl b.jsonl &&
    understood boots.google-benchmark '.times["null/op=x/metric=op_ns"] == [10.5, 12, 11, 20, 30, 13]'
}
check "google-benchmark: boots of one kernel share a context" pools_boots

reads_streams() {
  local format
  for format in $formats; do
    "$dmabench" export - --format "$format" <a.jsonl >stream 2>/dev/null && cmp stream "a.$format" &&
      "$dmabench" export <(cat a.jsonl) --format "$format" -o - >stream 2>/dev/null &&
      cmp stream "a.$format" || return 1
  done
}
check "files come through pipes, exports go to standard output" reads_streams

replaces_an_export() {
  echo old >old.csv && chmod 600 old.csv && ln -sf old.csv link.csv &&
    "$dmabench" export a.jsonl --format csv -o link.csv 2>/dev/null && [ -L link.csv ] && cmp old.csv a.csv
}
check "an older export is replaced, a link stays a link" replaces_an_export

says_what_is_left_out() {
  expect_exit 0 "$dmabench" export "$1" --format csv -o left.csv && said "$2"
}
printf '{"record":"trial","cell' | cat b.jsonl - >torn.jsonl
check "what is left out is said" says_what_is_left_out a.jsonl '2 trials that are not ok, 1 skipped cell'
check "a torn last line is said" says_what_is_left_out torn.jsonl 'torn.jsonl: the last line is torn'

# ---- what cannot be exported ----

# refuses PATTERN ARGUMENTS…: exit 2, one line, no output.
refuses() {
  local pattern=$1
  shift
  rm -f out
  expect_exit 2 "$dmabench" "$@" -o out && said "$pattern" && [ ! -e out ] && [ ! -s "$work/stdout" ] &&
    same "left over" "$(ls -- *.part-* 2>/dev/null)" ""
}

# refuses_trial PATTERN FILTER: a.jsonl with its first trial changed.
refuses_trial() {
  local format
  jq -c "if .record == \"trial\" and .block == 0 and .status == \"ok\" then $2 else . end" a.jsonl >bad.jsonl
  for format in $formats; do
    refuses "^dmabench: bad.jsonl:2: $1" export bad.jsonl --format "$format" || return 1
  done
}

sed 's/"schema":1/"schema":2/' a.jsonl >future.jsonl
: >empty.jsonl
sed 's/10.5/NaN/' a.jsonl >nan.jsonl
jq -c 'if .block == 1 then .metrics.op_ns.unit = "bytes" else . end' a.jsonl >units.jsonl
cp a.jsonl copy.jsonl

check "no file" refuses 'which file' export --format csv
check "no format" refuses 'which format' export a.jsonl
check "an unknown format, with a suggestion" refuses 'did you mean "csv"' export a.jsonl --format cvs
check "a file that is not there" refuses 'nowhere.jsonl: No such file' export nowhere.jsonl --format csv
check "an empty file" refuses 'empty.jsonl: is empty' export empty.jsonl --format csv
check "a file that is no JSON" refuses 'a.csv:1:' export a.csv --format csv
check "a device that never ends" refuses '/dev/zero: is a device' export /dev/zero --format csv
check "a schema from the future" refuses 'future.jsonl:1: schema 2' export future.jsonl --format csv
check "NaN smuggled in" refuses 'nan.jsonl:2:' export nan.jsonl --format csv
check "the same run twice" refuses 'copy.jsonl: .*same run.*a.jsonl' export a.jsonl copy.jsonl --format ktap
check "two kernels in one google-benchmark context" \
  refuses '6.18 and of emulated.*each by itself' export a.jsonl icount.jsonl --format google-benchmark
for format in csv google-benchmark openmetrics; do
  check "$format: two units of one metric" refuses 'op_ns is in (ns|bytes)' export units.jsonl --format "$format"
done
check "a negative sample" refuses_trial 'metrics.op_ns.samples\[1\]: negative' '.metrics.op_ns.samples[1] = -3'
check "a sample that is text" refuses_trial 'metrics.op_ns.samples\[0\]: no number' '.metrics.op_ns.samples[0] = "3"'
check "no samples" refuses_trial 'metrics.op_ns.samples: none' '.metrics.op_ns.samples = []'
check "an unknown unit" refuses_trial 'metrics.op_ns.unit: us, expected ns' '.metrics.op_ns.unit = "us"'
check "no unit" refuses_trial 'metrics.op_ns.unit: none' 'del(.metrics.op_ns.unit)'
check "a metric whose name is none" refuses_trial 'metrics.a b: no name' '.metrics["a b"] = .metrics.op_ns'
check "a parameter whose name is none" refuses_trial 'params: A-b' '.params["A-b"] = 1'
check "a parameter that is a list" refuses_trial 'params: op' '.params.op = [1]'
check "no metrics" refuses_trial 'metrics: none' 'del(.metrics)'
check "no cell" refuses_trial 'cell: none' 'del(.cell)'

over_a_run() {
  cp a.jsonl keep.jsonl
  expect_exit 2 "$dmabench" export a.jsonl --format csv -o keep.jsonl && said 'keep.jsonl: holds a run' &&
    cmp a.jsonl keep.jsonl
}
check "an export does not go over a run" over_a_run

full_disk() {
  local format
  for format in $formats; do
    expect_exit 1 "$dmabench" export b.jsonl --format "$format" -o /dev/full && said '/dev/full|output: No space' || return 1
    "$dmabench" export b.jsonl --format "$format" >/dev/full 2>"$work/stderr" && return 1
    said 'standard output' || return 1
  done
}
check "a full disk is no success" full_disk

# Room for a part of it: the old one stays.
half_a_disk() {
  echo old >old.csv
  (ulimit -f 1; trap '' XFSZ; "$dmabench" export big.jsonl --format csv -o old.csv) 2>"$work/stderr" && return 1
  said 'old.csv: File too large' && same "old.csv" "$(cat old.csv)" old && [ ! -e "$(echo old.csv.part-*)" ]
}
{
  run_record run-big x wall
  trial null/op=x 0 "{\"op_ns\": $(times "$(jq -nc '[range(2000)]')")}"
} >big.jsonl
check "what does not fit leaves the older export as it was" half_a_disk

# ---- imports ----

cat >google.json <<'END'
{"context": {"date": "2026-01-02T03:04:05+01:00", "num_cpus": 8, "executable": "./x"}, "benchmarks": [
 {"name": "BM_x/8", "run_name": "BM_x/8", "run_type": "iteration", "repetitions": 2, "repetition_index": 0,
  "iterations": 10, "real_time": 1.5, "cpu_time": 1.25, "time_unit": "us"},
 {"name": "BM_x/8", "run_name": "BM_x/8", "run_type": "iteration", "repetitions": 2, "repetition_index": 1,
  "iterations": 10, "real_time": 2.5, "cpu_time": 2.25, "time_unit": "us"},
 {"name": "BM_x/8_mean", "run_name": "BM_x/8", "run_type": "aggregate", "aggregate_name": "mean",
  "real_time": 2, "cpu_time": 2, "time_unit": "us"},
 {"name": "BM_bad", "run_name": "BM_bad", "run_type": "iteration", "error_occurred": true,
  "error_message": "no <b>\"device\"", "iterations": 0, "real_time": 0, "cpu_time": 0, "time_unit": "ns"}]}
END
cat >hyper.json <<'END'
{"results": [{"command": "cp ../a /dev/null", "mean": 0.25, "stddev": 0.01, "times": [0.012089256000000001, 0.25],
  "exit_codes": [0, 0]}, {"command": "false", "times": [0.1], "exit_codes": [3]}]}
END
cat >go.txt <<'END'
goos: linux
pkg: example.org/a
cpu: A CPU
BenchmarkEncode/size=4-8   	 500	 2300 ns/op	  12.5 MB/s	 120 B/op	 3 allocs/op	 9.5 p99-ns/op
BenchmarkEncode/size=4-8   	 500	 2400.5 ns/op	  12.0 MB/s	 121 B/op	 3 allocs/op	 9.75 p99-ns/op
BenchmarkVerboseNameAlone
--- PASS: whatever
PASS
ok  	example.org/a	1.234s
END

# imports FILE FORMAT FILTER: into a valid file whose trials, as a list, pass.
imports() {
  rm -f in.jsonl
  expect_exit 0 "$dmabench" import "$1" -o in.jsonl && valid in.jsonl || return 1
  "$dmabench" import "$1" --format "$2" | cmp - in.jsonl || return 1
  ended_with in.jsonl complete || return 1
  jq -es "map(select(.record == \"trial\")) | $3" in.jsonl >/dev/null && return 0
  echo "not so: $3"
  cat in.jsonl
  return 1
}
knows_its_origin() {
  has in.jsonl ".record == \"run\" and .imported.from == \"$1\" and $2 and (.host | has(\"kernel\") | not)"
}
can_be_read() {
  local format
  "$dmabench" show in.jsonl >/dev/null || return 1
  for format in $formats; do export_to "in.$format" "$format" in.jsonl || return 1; done
}

check "google-benchmark: repetitions become samples, in ns" imports google.json google-benchmark \
  '.[0].cell == "google-benchmark/name=BM_x%2F8" and .[0].metrics.real_time_ns.samples == [1500, 2500] and
   .[0].metrics.cpu_time_ns.samples == [1250, 2250] and .[1].status == "failed" and .[1].error == "no <b>\"device\""'
check "google-benchmark: what it told of the host is kept, the rest is absent" \
  knows_its_origin google-benchmark '.host.cpu.count == 8 and .imported.facts.executable == "./x"'
check "google-benchmark: show and export read it" can_be_read
check "hyperfine: times become samples, in ns; a bad exit is a failure" imports hyper.json hyperfine \
  '.[0].cell == "hyperfine/name=cp ..%2Fa %2Fdev%2Fnull" and .[0].metrics.time_ns.samples == [12089256, 250000000] and
   .[1].status == "failed" and (.[1].error | test("exit code 3"))'
check "hyperfine: it is said where it came from" knows_its_origin hyperfine true
check "hyperfine: show and export read it" can_be_read
check "benchstat: lines become samples, units become metrics" imports go.txt benchstat \
  'length == 1 and .[0].cell == "benchstat/group=example.org%2Fa/name=Encode%2Fsize=4-8" and
   (.[0].metrics | map_values(.samples) == {op_ns: [2300, 2400.5], throughput: [12500000, 12000000],
    op_bytes: [120, 121], allocs_per_op: [3, 3], p99_ns: [9.5, 9.75]}) and
   .[0].metrics.throughput.better == "higher"'
check "benchstat: what its lines told is kept" knows_its_origin benchstat '.imported.facts == {goos: "linux", cpu: "A CPU"}'
check "benchstat: show and export read it" can_be_read

same_medians() {
  "$dmabench" import a.google-benchmark -o back.jsonl && valid back.jsonl &&
    export_to back.google-benchmark google-benchmark back.jsonl || return 1
  same "samples" "$(jq -c '.times[]' back.google-benchmark.json)" "$(jq -c '.times[]' a.google-benchmark.json)" &&
    same "medians" "$(jq -c '.aggregates[].median' back.google-benchmark.json)" \
      "$(jq -c '.aggregates[].median' a.google-benchmark.json)" &&
    has back.jsonl '.cell == "null/op=x/metric=op_ns" and (.metrics | keys) == ["real_time_ns"]'
}
check "what was exported to google-benchmark comes back with the same medians" same_medians

imports_streams() {
  local file
  for file in google.json hyper.json go.txt; do
    "$dmabench" import "$file" >in.jsonl && "$dmabench" import - <"$file" | cmp - in.jsonl &&
      "$dmabench" import <(cat "$file") -o - | cmp - in.jsonl || return 1
  done
}
check "imports come through pipes and go to standard output" imports_streams

# ---- what cannot be imported ----

# import_text PATTERN TEXT [FORMAT]
import_text() {
  printf '%s' "$2" >bad
  refuses "$1" import bad ${3:+--format "$3"}
}

# google PATTERN FILTER, hyper PATTERN FILTER: of google.json and hyper.json as changed.
google() {
  import_text "^dmabench: bad: $1" "$(jq -c "$2" google.json)"
}
hyper() {
  import_text "^dmabench: bad: $1" "$(jq -c "$2" hyper.json)" hyperfine
}

# go_line PATTERN WORDS: a bad line, the fourth of the file.
go_line() {
  import_text "^dmabench: bad:4:$1" $'goos: linux\nBenchmarkA 1 1 ns/op\n\n'"$2"
}

check "an empty import" import_text 'bad: is empty' $' \n'
check "a folder" refuses 'Is a directory' import .
check "a file that is nothing of the kind" import_text 'looks like none of' 'hello'
check "a result file" refuses 'a.jsonl: is a result file already' import a.jsonl
check "an unknown import format, with a suggestion" refuses 'did you mean "hyperfine"' import go.txt --format hyperfin
check "text where JSON should be" import_text 'bad:1:1: expected the JSON of hyperfine' 'x' hyperfine
check "broken JSON: line and column" import_text 'bad:2:[0-9]+: ' $'{"benchmarks":\n[}'
check "NaN in JSON" import_text 'bad:1:[0-9]+: ' '{"results":[{"command":"x","times":[NaN]}]}'
check "a number past all bounds" import_text 'bad:1:[0-9]+: ' '{"results":[{"command":"x","times":[1e999]}]}'
check "a member twice" import_text 'bad:1:[0-9]+: duplicate' '{"results":[{"command":"x","command":"y","times":[1]}]}'
check "bytes that are no UTF-8" import_text 'bad:2:1: is no UTF-8' $'BenchmarkA 1 1 ns/op\nBenchmark\xff 1 1 ns/op'
check "bytes that are no UTF-8 in JSON" import_text 'bad:1:[0-9]+: ' $'{"results":[{"command":"\xff"}]}'
zero_byte() {
  printf 'BenchmarkA 1 1 ns/op\n\0' >zero
  refuses 'zero byte' import zero
}
check "a zero byte" zero_byte
check "google-benchmark: aggregates only" google 'benchmarks\[0\]: BM_x/8 has aggregates only.*--benchmark_repetitions' \
  '.benchmarks |= map(select(.run_type == "aggregate"))'
check "google-benchmark: no list" google 'benchmarks: found 7, expected a list' '.benchmarks = 7'
check "google-benchmark: an empty list" google 'has no figures' '.benchmarks = []'
check "google-benchmark: a negative time" google 'benchmarks\[1\].real_time: found -2.5' '.benchmarks[1].real_time = -2.5'
check "google-benchmark: a time that is text" google 'benchmarks\[0\].real_time: found "1.5"' '.benchmarks[0].real_time = "1.5"'
check "google-benchmark: a CPU time that is none" google 'benchmarks\[0\].cpu_time: found null' '.benchmarks[0].cpu_time = null'
check "google-benchmark: an unknown unit" google 'benchmarks\[0\].time_unit: found "min"' '.benchmarks[0].time_unit = "min"'
check "google-benchmark: no unit" google 'benchmarks\[0\].time_unit: found nothing' 'del(.benchmarks[0].time_unit)'
check "google-benchmark: no name" google 'benchmarks\[0\].name: found nothing' 'del(.benchmarks[0].name, .benchmarks[0].run_name)'
check "google-benchmark: no type of run" google 'benchmarks\[0\].run_type: found nothing.*1\.5' 'del(.benchmarks[0].run_type)'
check "google-benchmark: an entry that is no object" google 'benchmarks\[0\]: found "x"' '.benchmarks[0] = "x"'
check "hyperfine: a mean alone" hyper 'results\[0\].times: found nothing.*--export-json' 'del(.results[0].times)'
check "hyperfine: a negative time" hyper 'results\[0\].times\[1\]: found -1' '.results[0].times[1] = -1'
check "hyperfine: a time that is text" hyper 'results\[0\].times\[0\]: found "1"' '.results[0].times[0] = "1"'
check "hyperfine: no command" hyper 'results\[1\].command: found nothing' 'del(.results[1].command)'
check "hyperfine: an empty command" hyper 'results\[1\].command: found ""' '.results[1].command = ""'
check "benchstat: a value that is no number" go_line '15: value "12x"' 'BenchmarkB 10 12x ns/op'
check "benchstat: NaN" go_line '15: value "NaN"' 'BenchmarkB 10 NaN ns/op'
check "benchstat: infinity" go_line '15: value "1e999"' 'BenchmarkB 10 1e999 ns/op'
check "benchstat: a negative value" go_line '15: value "-1"' 'BenchmarkB 10 -1 ns/op'
check "benchstat: a hexadecimal value" go_line '15: value "0x10"' 'BenchmarkB 10 0x10 ns/op'
for unit in us/op ms/op s/op sec/op µs/op p99-us/op furlongs MiB/s; do
  check "benchstat: the unit $unit" go_line "17: unit \"$unit\", expected ns/op" "BenchmarkB 10 1 $unit"
done
check "benchstat: no unit" go_line '15: no unit behind the value "1"' 'BenchmarkB 10 1'
check "benchstat: a unit twice" go_line '25: unit "ns/op"' 'BenchmarkB 10 1 ns/op 2 ns/op'
check "benchstat: no iterations" go_line '12: iterations "x"' 'BenchmarkB x 1 ns/op'
check "benchstat: no values" go_line '1: no values of "BenchmarkB"' 'BenchmarkB 10'
check "benchstat: the table that benchstat made" \
  import_text 'not the table' $'goos: linux\n name  time/op\n Encode-8  2.30ms ± 1%' benchstat

over_something() {
  cp a.jsonl keep.jsonl
  expect_exit 2 "$dmabench" import go.txt -o keep.jsonl && said 'keep.jsonl: is there already' && cmp a.jsonl keep.jsonl
}
check "an import does not go over a file" over_something
imports_to_a_full_disk() {
  expect_exit 1 "$dmabench" import go.txt -o /dev/full && said 'No space'
}
check "an import to a full disk is no success" imports_to_a_full_disk
check "no unfinished file is left behind" same "left over" "$(ls -- *.part-* 2>/dev/null)" ""
finish
