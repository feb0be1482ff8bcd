# shellcheck shell=bash disable=SC2154,SC2034
# Result files: what they hold, and whether they keep to results/schema-1.json. Wants jq.

schema=$top/results/schema-1.json

can_validate() {
  command -v python3 >/dev/null && python3 -c 'import jsonschema' 2>/dev/null
}

# valid FILE…: by the schema, where python3 has it; else at least whole lines of JSON.
valid() {
  local file
  if can_validate; then
    "$lib/validate" "$schema" "$@"
    return
  fi
  for file in "$@"; do
    [ -z "$(tail -c 1 "$file")" ] && jq -e .record "$file" >/dev/null || return 1
  done
}

# count FILE FILTER: how many records pass the jq filter.
count() {
  jq -n "[inputs | select($2)] | length" "$1"
}

# has FILE FILTER: at least one record passes.
has() {
  [ "$(count "$1" "$2")" -gt 0 ] && return 0
  echo "no record passes: $2"
  cut -c1-300 "$1"
  return 1
}

# hold FILE FILTER: every trial passes, and there is one.
hold() {
  local bad
  bad=$(jq -c "select(.record == \"trial\") | select($2 | not)" "$1") || return 1
  [ -z "$bad" ] && has "$1" '.record == "trial"' && return 0
  echo "not so ($2):"
  echo "$bad" | cut -c1-600
  return 1
}

# trials FILE: "block cell" of each trial, in the order of the file.
trials() {
  jq -r 'select(.record == "trial") | "\(.block) \(.cell)"' "$1"
}

# planned ARGUMENTS…: the same, as `run --plan` shows it.
planned() {
  "$dmabench" run "$@" --plan | awk '$1 ~ /^[0-9]+$/ && $3 ~ /^[a-z-]+(\/|$)/ { print $2, $3 }'
}

# ended_with FILE STATUS: the last record says so.
ended_with() {
  same "status of the last record" \
    "$(tail -n 1 "$1" | jq -r '"\(.record) \(.status)"')" "end $2"
}
