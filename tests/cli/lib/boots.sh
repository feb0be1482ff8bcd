# shellcheck shell=bash disable=SC2154
# Result files of boots that never were, for scripts that read results. After tap.sh. Wants jq.

# boots FOLDER OPTION…: of one kernel; tests/cli/lib/boots.c has the options.
boots() {
  if [ ! -x "$O/tests/boots" ]; then
    echo "Bail out! $O/tests/boots is not built: make $O/tests/boots"
    exit 1
  fi
  "$O/tests/boots" "$@"
}

# series DIR LABEL=FACTOR… [OPTION…]: folders DIR/side-N of boots of kernels, all with the same
# cells. Mappings of small pages take FACTOR times what they would, and all else is the same.
series() {
  local folder=$1 sides=() side label factor size map=vfio-map/iommu=type1v2/backing
  shift
  while [ $# -gt 0 ] && [ "${1#--}" = "$1" ]; do sides+=("$1") && shift; done
  mkdir -p "$folder"
  for side in "${!sides[@]}"; do
    label=${sides[side]%=*} factor=${sides[side]##*=}
    local cells=(--cell null/op=nothing op_ns 20)
    for size in 16 64; do
      cells+=(--cell "$map=anon/size=${size}MiB" map_ns "${size}e3*$factor"
        --cell "$map=anon/size=${size}MiB" unmap_ns "${size}e3*2*$factor"
        --cell "$map=thp/size=${size}MiB" map_ns "${size}e3"
        --cell "$map=thp/size=${size}MiB" unmap_ns "${size}e3*2")
    done
    boots "$folder/side-$((side + 1))" --boots 6 --label "$label" --position "$side" \
      --samples 30 --noise 0.003 --spread 0.002 "${cells[@]}" \
      --invalid "$map=shmem/size=16MiB" 'expected 2 MiB pages, found <4 KiB>' \
      --skip device-init/devices=2 'no VFIO here & none to come' \
      --run "$(facts_of "$label" $((side + 1)))" "$@"
  done
}

facts_of() {
  jq -nc --arg name "$1" --arg day "$2" '{
    seed: 101, started: "2026-01-0\($day)T00:00:00Z", clock: {source: "tsc", ns_per_tick: 0.4},
    config: {name: "made-up", about: "A matrix for tests.", seed: 1, matrix: [{bench: "vfio-map"}]},
    host: {kernel_version: "#1 of \($name)", vendor: "Acme", product: "Box",
      cpu: {count: 4, model: "A CPU"}}}'
}
