#!/usr/bin/env bash
# Dirty tracking of VFIO's container in a real kernel: what a VMM pays while a guest migrates.
# shellcheck source=../cli/lib/tap.sh
. "$(dirname "$0")/../cli/lib/tap.sh"
# shellcheck source=../cli/lib/records.sh
. "$lib/records.sh"
# shellcheck source=lib/series.sh
. "$top/tests/lab/lib/series.sh"
need jq qemu-system-x86_64

cat >"$work/dirty.json" <<'JSON'
{"name": "dirty", "about": "dirty tracking", "iterations": 3, "matrix": [
  {"bench": "vfio-dirty", "iommu": "type1v2", "backing": "thp", "size": ["64MiB", "128MiB"]},
  {"bench": "vfio-dirty", "backing": "thp", "size": "64MiB", "chunk": "2MiB"}]}
JSON

whole='.params.chunk_bytes == null and .params.size_bytes'

of_size() {
  median "$(result dirty $new)" "$whole == $1" "$2"
}

# The device tells nothing of what it writes: all that it may write counts as written.
every_page_is_reported() {
  hold "$(result dirty $new)" '.metrics.dirty_pages.samples | all(. == 16384 or . == 32768)' &&
    has "$(result dirty $new)" '.params.size_bytes == 67108864 and (.metrics.dirty_pages.samples | unique) == [16384]'
}

# A bitmap's cost grows with what is mapped; asking for it with an unmap is little beside the unmap.
reading_grows_with_size() {
  holds "$(of_size 134217728 read_ns)" '>' "1.3 * $(of_size 67108864 read_ns)" &&
    holds "$(of_size 134217728 unmap_dirty_ns)" '<' "1.05 * $(of_size 134217728 unmap_ns)" &&
    holds "$(of_size 134217728 unmap_dirty_ns)" '>' "$(of_size 134217728 unmap_ns)"
}

check "dirty pages are tracked in a real kernel" lab dirty default "$work/dirty.json" $new
check "all trials are ok" complete_and_ok dirty $new
check "every page is reported" every_page_is_reported
check "reading grows with size, and an unmap with a bitmap costs little more" reading_grows_with_size

finish
