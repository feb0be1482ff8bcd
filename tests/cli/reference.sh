#!/usr/bin/env bash
# The results that come with dmabench, and what the guides say of them.
# shellcheck source=lib/tap.sh
. "$(dirname "$0")/lib/tap.sh"
need python3

boots=$top/results/cover-letter
old=("$boots"/6.17.*) new=("$boots"/6.18.*)
modes=("$top"/results/iommu-modes/7.*)

why=$top/results/why-7.3

# Six boots of five kernels, each line as the schema has it.
all_valid() {
  local files=("$boots"/*/boot-0[1-6].jsonl)
  same "boots" "${#files[@]}" 30 && "$lib/validate" "$top/results/schema-1.json" "${files[@]}"
}

# Every line of the table stands in the guide (docs.sh looks at those of README, which are some).
guide_has_the_table() {
  local line missing=0
  expect_exit 0 "$dmabench" compare "${old[0]}" "${new[0]}" || return
  while IFS= read -r line; do
    grep -qxF -- "$line" "$top/docs/comparing.md" && continue
    echo "docs/comparing.md lacks: $line"
    missing=1
  done <"$work/stdout"
  [ "$missing" -eq 0 ]
}

# 6.18 pins and unpins large folios in batches: nothing there became slower by 5 %.
gate_passes_forwards() {
  expect_exit 0 "$dmabench" compare "${old[0]}" "${new[0]}" --gate 5%
}

gate_fails_backwards() {
  expect_exit 3 "$dmabench" compare "${new[0]}" "${old[0]}" --gate 5% &&
    printed '^hugetlb-2m/256MiB .* slower \*$'
}

# goes_out_as FORMAT FILE…: by the format's own grammar, with eight cells of vfio-map at the least.
goes_out_as() {
  expect_exit 0 "$dmabench" export "${@:2}" --format "$1" || return
  "$lib/formats" "$1" "$work/stdout" >"$work/read" && [ "$(grep -o 'vfio-map' "$work/read" | wc -l)" -ge 8 ]
}

goes_out_in_all_formats() {
  local format one=("${modes[0]}"/boot-01.jsonl) other=("${old[0]}"/boot-01.jsonl)
  goes_out_as google-benchmark "${one[@]}" || return # of one kernel only
  for format in csv influx junit ktap openmetrics; do
    goes_out_as "$format" "${one[@]}" "${other[@]}" || return
  done
}

report_is_made() {
  expect_exit 0 "$dmabench" report "$boots" -o "$work/site" && [ -s "$work/site/vfio-map.html" ]
}

# pictures FILE LEAST: so many at least, and each is there.
pictures() {
  local picture count=0
  while IFS= read -r picture; do
    count=$((count + 1))
    [ -s "$(dirname "$1")/$picture" ] || { echo "$1: no $picture"; return 1; }
  done < <(grep -oE '\]\([^)]*\.(svg|png)\)' "$1" | sed 's/^](//; s/)$//')
  [ "$count" -ge "$2" ]
}

# What `lab selftest` holds a QEMU against are the medians of these boots.
selftest_has_the_medians() {
  local kernel metric figure cell found
  # shellcheck source=../../scripts/lab/selftest.sh
  . "$top/scripts/lab/selftest.sh"
  cell=$SELFTEST_CELL
  while read -r kernel metric figure; do
    expect_exit 0 "$dmabench" compare "$boots/$kernel" "$boots/$kernel" --format json \
      --row "$cell $metric" || return
    found=$(python3 -c 'import json, sys
rows = [r for r in json.load(sys.stdin)["rows"] if r["cell"] == sys.argv[1] and r["metric"] == sys.argv[2]]
print(round(rows[0]["sides"][0]["median"]))' "$cell" "$metric" <"$work/stdout")
    same "$kernel $metric" "$figure" "$found" || return
  done <"$top/scripts/lab/selftest.reference"
}

# What the results' page says of 7.3 is what the profiles tell, of kernels with one boot each.
profiles_tell_of_iova_to_phys() {
  local files=("$why"/*/boot-01.jsonl)
  same "boots" "${#files[@]}" 3 && "$lib/validate" "$top/results/schema-1.json" "${files[@]}" &&
    expect_exit 0 "$dmabench" compare "$why"/6.18.* "$why"/7.3.* --why --row '*=hugetlb-2m*joined unmap_ns' &&
    printed ' 151 +219 +1 a page  iommu_iova_to_phys and what it calls' && printed '; 100 % by name'
}

plots_are_there() {
  pictures "$top/README.md" 1 && pictures "$top/results/README.md" 3
}

check "all boots keep to the schema" all_valid
check "the guide has the table as it is printed" guide_has_the_table
check "what became faster passes a gate" gate_passes_forwards
check "the way back does not" gate_fails_backwards
check "boots go out in all formats" goes_out_in_all_formats
check "a report of all kernels is made" report_is_made
check "the lab tests itself by the medians of these boots" selftest_has_the_medians
check "profiles tell what 7.3 takes more for" profiles_tell_of_iova_to_phys
check "plots of README and of the results are there" plots_are_there
finish
