#!/usr/bin/env bash
# What people get wrong on the host's side of the lab; and a lab that is killed.
# shellcheck source=../cli/lib/tap.sh
. "$(dirname "$0")/../cli/lib/tap.sh"
need qemu-system-x86_64

cache=${DMABENCH_CACHE:-${HOME:-/root}/.cache/dmabench}

# What these tests take for granted.
compgen -G "$cache/kernels/debian-6.18*" >/dev/null || "$dmabench" lab fetch debian:6.18 >/dev/null

# refused CODE PATTERN ARGUMENT…
refused() {
  local code=$1 pattern=$2
  shift 2
  expect_exit "$code" "$dmabench" lab "$@" && said "$pattern"
}

# fails CODE PATTERN ARGUMENT…: there may be lines before; the last one says why.
fails() {
  local code=$1 pattern=$2
  shift 2
  expect_exit "$code" "$dmabench" lab "$@" && said_last "$pattern"
}

# Everything of PATH but one program.
without() {
  local folder file
  folder=$work/path
  rm -rf "$folder"
  mkdir "$folder"
  for file in /usr/bin/* /bin/* /usr/sbin/* /sbin/*; do
    [ "${file##*/}" = "$1" ] || ln -sf "$file" "$folder/${file##*/}"
  done
  echo "$folder"
}

no_qemu() {
  PATH=$(without qemu-system-x86_64) refused 1 'qemu-system-x86_64 is not installed: apt-get install qemu-system-x86' \
    run --kernel debian:6.18 lab-quick -o "$work/o"
}

# A cache of its own that holds one kernel, whose image was damaged.
corrupt_kernel() {
  local mine=$work/cache kernel
  kernel=$(find "$cache/kernels" -maxdepth 1 -name 'debian-6.18*' | head -n 1)
  mkdir -p "$mine/kernels"
  cp -a "$cache/apt" "$cache/debian.index" "$mine/" && cp -a "$kernel" "$mine/kernels/" || return
  printf 'x' | dd of="$mine/kernels/${kernel##*/}/image" bs=1 seek=4096 conv=notrunc 2>/dev/null
  # Fetched again, or where it is not to be had any more said so; never booted as it is.
  DMABENCH_CACHE=$mine "$dmabench" lab run --kernel debian:6.18 lab-quick -o "$work/o" \
    --seed 1 >"$work/stdout" 2>"$work/stderr" &
  started $!
  wait_for_line 'damaged|fetch' && kill "$!" && wait "$!" 2>/dev/null
  grep -E 'damaged|fetch' "$work/stderr"
}

# wait_for_line PATTERN: in stderr, for a minute.
wait_for_line() {
  local tries
  for ((tries = 0; tries < 600; tries++)); do
    grep -qE -- "$1" "$work/stderr" && return 0
    sleep 0.1
  done
  cat "$work/stderr"
  return 1
}

full_cache() {
  mkdir "$work/tiny"
  unshare -m bash -c 'mount -t tmpfs -o size=1m none "$1" && DMABENCH_CACHE=$1 "$2" lab fetch debian:6.18' \
    - "$work/tiny" "$dmabench" >"$work/stdout" 2>"$work/stderr" && return 1
  tail -n 1 "$work/stderr" | grep -E 'MiB.*free|space'
}

results_are_never_written_over() {
  local release
  release=$(find "$cache/kernels" -maxdepth 1 -name 'debian-6.18*' -printf '%f\n' | sed 's/^debian-//;1q')
  mkdir -p "$work/old/$release" && echo precious >"$work/old/$release/boot-01.jsonl"
  fails 2 'holds results of' run --kernel debian:6.18 lab-quick -o "$work/old" &&
    grep -q precious "$work/old/$release/boot-01.jsonl"
}

bad_config() {
  echo '{"name": "x", "matrix": [{"bench": "vfio-map", "backing": "thpp"}]}' >"$work/bad.json"
  fails 2 'bad.json:1:[0-9]*: unknown backing "thpp"' run --kernel debian:6.18 "$work/bad.json" -o "$work/o"
}

# QEMU's processes, by the folder of results on their command lines.
guests() {
  pgrep -f "qemu-system-x86_64.*$work"
}

# stopped_by SIGNAL: a lab that a signal ends in the middle of two boots leaves no guest behind.
stopped_by() {
  local lab tries
  rm -rf "$work/o"
  setsid env --default-signal=INT "$dmabench" lab run --kernel debian:6.18 --boots 2 --jobs 2 \
    --seed 1 cover-letter -o "$work/o" 2>"$work/stderr" &
  lab=$!
  started "$lab"
  for ((tries = 0; tries < 300; tries++)); do
    [ "$(guests | wc -l)" -eq 2 ] && break
    sleep 0.1
  done
  same "guests" "$(guests | wc -l)" 2 || return
  sleep 2
  kill "-$1" "$lab"
  wait "$lab" 2>/dev/null
  for ((tries = 0; tries < 50; tries++)); do
    guests >/dev/null || return 0
    sleep 0.1
  done
  echo "still there: $(guests)"
  return 1
}

and_boots_again() {
  echo 'exit 3' >"$work/script"
  expect_exit 3 "$dmabench" lab exec --kernel debian:6.18 "$work/script"
}

panic() {
  echo 'echo c >/proc/sysrq-trigger' >"$work/script"
  fails 1 "the guest's kernel panicked" exec --kernel debian:6.18 "$work/script"
}

silence() {
  echo 'sleep 100000' >"$work/script"
  fails 1 'the guest said nothing for 20s and was stopped' exec --kernel debian:6.18 --timing wall --silence 20s "$work/script"
}

# What stands for QEMU in place of boots: each takes the next of the words in $work/boots. `race`
# panics as a guest does that meets a breakpoint which nobody set, `late` does so once its init runs,
# any other word ends well.
cat >"$work/qemu" <<'END'
#!/usr/bin/env bash
[ "$1" != --version ] || exec qemu-system-x86_64 --version
boots=${0%/*}/boots
word=$(sed -n 1p "$boots")
sed -i 1d "$boots"
console=$(sed -n 's/^file,id=console,path=//p' < <(printf '%s\n' "$@"))
{
  [ "$word" != late ] || printf 'lab: run\r\nlab: script\r\n'
  case $word in
    race | late) printf '[    1.5] Oops: int3: 0000 [#1] PREEMPT SMP NOPTI\r\n[    1.6] Kernel panic - not syncing\r\n' ;;
    *) printf '\r\nlab: exit 0\r\n' ;;
  esac
} >"$console"
END
chmod +x "$work/qemu"

# boots_again CODE TIMES run|exec CLOCK BOOT…: a lab whose boots end so boots again so many times.
boots_again() {
  local code=$1 times=$2 command=("$3" --timing "$4") what=lab-quick
  shift 4
  echo true >"$work/script"
  if [ "${command[0]}" = exec ]; then what=$work/script; else command+=(-o "$work/race"); fi
  printf '%s\n' "$@" >"$work/boots"
  rm -rf "$work/race"
  DMABENCH_QEMU=$work/qemu expect_exit "$code" "$dmabench" lab "${command[@]}" --kernel debian:6.18 "$what" &&
    same "boots again" "$(grep -c 'QEMU lost a race.*booting again' "$work/stderr")" "$times" &&
    same "boots that were left" "$(cat "$work/boots")" ''
}

a_lost_boot_is_booted_again() {
  boots_again 0 1 run wall race well && boots_again 0 2 run wall race race well &&
    boots_again 0 1 exec wall race well
}

but_twice_at_most() {
  boots_again 1 2 run wall race race race && grep -q panicked "$work/stderr" &&
    boots_again 1 2 exec wall race race race
}

# By counted instructions there is one thread, and behind init a panic is what was to be found out.
only_what_the_race_explains() {
  boots_again 1 0 run icount race && boots_again 1 0 run wall late &&
    boots_again 1 0 exec wall late
}

no_vfio() {
  # shellcheck disable=SC2016
  echo 'echo 1 > /sys/bus/pci/devices/0000:41:00.0/remove; echo 1 > /sys/bus/pci/devices/0000:61:00.0/remove
dmabench run vfio-map -o /tmp/r; exit $?' >"$work/script"
  expect_exit 4 "$dmabench" lab exec --kernel debian:6.18 "$work/script" && printed 'no device is bound to vfio-pci'
}

no_iommu() {
  echo 'true' >"$work/script"
  fails 1 'has no IOMMU group: switch the IOMMU on' exec --kernel debian:6.18 --append intel_iommu=off "$work/script"
}

too_many_mappings() {
  echo 'dmabench run vfio-map --set size=1TiB --set chunk=2MiB --set backing=anon -o /tmp/r; exit $?' >"$work/script"
  expect_exit 4 "$dmabench" lab exec --kernel debian:6.18 "$work/script" &&
    printed 'needs 524288 mappings at a time, type1v2 allows 65535 a container: use a larger chunk'
}

check "no kernel given" refused 2 'no kernel: give --kernel' run lab-quick -o o
check "a series that no suite has lists what there is" fails 2 'debian:5.99: no suite has it; there are: .*6\.1' run --kernel debian:5.99 lab-quick -o "$work/o"
check "an unknown kind of kernel" refused 2 'fedora' run --kernel fedora:6.1 lab-quick -o "$work/o"
check "an image that is not there" fails 2 'nowhere' run --kernel path:/nowhere lab-quick -o "$work/o"
check "an image that is none" fails 2 'passwd' run --kernel path:/etc/passwd lab-quick -o "$work/o"
check "a config that is not there" refused 2 'nowhere.json: no such config' run --kernel debian:6.18 nowhere.json -o "$work/o"
check "a config that is wrong is told before a boot" bad_config
check "a topology that is not there lists what there is" refused 2 'nowhere: no such file; there are:.*default' \
  run --kernel debian:6.18 --topology nowhere lab-quick -o "$work/o"
check "no QEMU names the package" no_qemu
check "results are never written over" results_are_never_written_over
if is_root; then
  check "no space for the cache" full_cache
else
  skip "no space for the cache" "needs root for a small filesystem"
fi
check "a damaged kernel in the cache is not booted" corrupt_kernel
check "a panic is told" panic
check "a silent guest is stopped" silence
check "a boot that QEMU lost is booted again" a_lost_boot_is_booted_again
check "but twice at most" but_twice_at_most
check "and only where that race explains it" only_what_the_race_explains
check "no device: nothing could run" no_vfio
check "no IOMMU: says how to switch it on" no_iommu
check "more mappings than type1 allows are refused up front" too_many_mappings
check "a lab that is killed outright leaves no guest behind" stopped_by KILL
check "a lab that is told to end leaves no guest behind" stopped_by TERM
check "nor one whose terminal goes" stopped_by HUP
check "nor one that Ctrl-C stops" stopped_by INT
check "and boots again" and_boots_again
finish
