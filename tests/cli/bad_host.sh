#!/usr/bin/env bash
# A host that is full, poor, locked down or broken: it runs what it may, and says why not the rest.
# shellcheck source=lib/tap.sh
. "$(dirname "$0")/lib/tap.sh"
# shellcheck source=lib/host.sh
. "$lib/host.sh"
# shellcheck source=lib/records.sh
. "$lib/records.sh"
need jq
lock_host
before=$(host_settings)

cat >small.json <<'END'
{"seed": 1, "rounds": 3, "matrix": [
  {"bench": "null", "iterations": 200},
  {"bench": "uring-pin", "backing": "anon", "size": "1MiB", "iterations": 20, "warmup": 0}]}
END

# ---- no room on the disk ----

# fills_disk: on a file system of 8 KiB, which grows for --resume.
fills_disk() {
  mkdir -p disk
  with_mounts 'mount -t tmpfs -o size=8k disk disk' bash -c '
    "$0" run small.json -o disk/r.jsonl >stdout 2>stderr; echo $? >code
    cp disk/r.jsonl full.jsonl
    mount -o remount,size=1m disk
    "$0" run --resume -o disk/r.jsonl -q 2>stderr2; echo $? >code2
    cp disk/r.jsonl whole.jsonl' "$dmabench"
}

full_disk_ends_it() {
  same "exit status" "$(cat code)" 1 && grep -q 'r.jsonl: No space left on device' stderr &&
    has full.jsonl '.record == "run"' && valid full.jsonl
}

resumes_with_room() {
  same "exit status" "$(cat code2)" 0 && valid whole.jsonl && ended_with whole.jsonl complete &&
    same "trials" "$(trials whole.jsonl)" "$(planned small.json)" &&
    cmp full.jsonl <(head -c "$(stat -c %s full.jsonl)" whole.jsonl)
}

full_device_ends_it() {
  expect_exit 1 "$dmabench" run small.json -o /dev/full && grep -q '/dev/full: No space left' "$work/stderr"
}

if can_hide_files; then
  fills_disk
  check "a full disk: exit 1, and the file is valid up to the last whole record" full_disk_ends_it
  check "with room on the disk again, --resume completes it" resumes_with_room
else
  skip "a full disk: exit 1, and the file is valid up to the last whole record" "needs root"
fi
check "a full device: exit 1, and it says so" full_device_ends_it

# ---- more memory than there is ----

# skips_memory SIZE BACKING…: all of them, naming both figures.
skips_memory() {
  rm -f big.jsonl
  expect_exit 4 "$dmabench" run uring-pin --set "size=$1" --set "backing=$2" -o big.jsonl &&
    same "trials" "$(trials big.jsonl)" "" && valid big.jsonl && ended_with big.jsonl complete &&
    has big.jsonl '.record == "skip" and (.reason | test("needs [0-9.]+[KMGTPE]iB.*[0-9.]+[KMGTPE]iB can be had"))'
}
check "64 TiB are skipped with both figures" skips_memory 64TiB anon,thp,shmem,memfd
check "8 EiB are skipped with both figures" skips_memory 8388607TiB anon

# skips_in_cgroup LIMIT_FILE FOLDER: 256 MiB in there for a need of 1 GiB.
skips_in_cgroup() {
  mkdir "$2" && echo $((256 << 20)) >"$2/$1" || return 1
  bash -c 'echo $$ >"$1/cgroup.procs"; exec "$0" run uring-pin --set size=1GiB --set iterations=1 -o cg.jsonl -q' \
    "$dmabench" "$2" 2>cg.err
  local got=$?
  rmdir "$2"
  cat cg.err
  has cg.jsonl '.record == "skip" and (.reason | test("needs .* can be had"))' && same "exit status" "$got" 4
}
group=dmabench-test-$$
if [ -w /sys/fs/cgroup/cgroup.procs ] && grep -qw memory /sys/fs/cgroup/cgroup.subtree_control; then
  check "a need beyond the cgroup's limit is skipped, not killed" skips_in_cgroup memory.max "/sys/fs/cgroup/$group"
elif [ -w /sys/fs/cgroup/memory/cgroup.procs ]; then
  check "a need beyond the cgroup's limit is skipped, not killed" \
    skips_in_cgroup memory.limit_in_bytes "/sys/fs/cgroup/memory/$group"
else
  skip "a need beyond the cgroup's limit is skipped, not killed" "no memory cgroup can be made here"
fi

# ---- no permission ----

as_nobody() {
  setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all --bounding-set=-all "$@"
}

nobody_proves_by_smaps() {
  as_nobody ./dmabench run all.json -o public/n.jsonl -q || return 1
  valid public/n.jsonl && ended_with public/n.jsonl complete &&
    has public/n.jsonl '.cell == "null/op=nothing" and .status == "ok"' &&
    has public/n.jsonl '.bench == "populate" and .params.backing == "anon" and .status == "ok"' &&
    has public/n.jsonl '.bench == "uring-pin" and .params.backing == "anon" and .status == "ok"' &&
    hold public/n.jsonl '.params.backing == null or .verified.proof == "smaps"'
}

nobody_is_told_of_hugetlb() {
  has public/n.jsonl '.record == "skip" and (.cell | test("hugetlb-2m")) and (.reason | test("run as root|reserve"))'
}

nobody_is_told_of_memlock() {
  as_nobody prlimit --memlock=1048576:1048576 ./dmabench run uring-pin --set size=4MiB \
    -o public/m.jsonl >"$work/stdout" 2>"$work/stderr"
  same "exit status" "$?" 4 &&
    has public/m.jsonl '.record == "skip" and (.reason | test("4MiB.*1MiB.*(ulimit -l|memlock)"))'
}

nobody_is_warned() {
  expect_exit 0 as_nobody ./dmabench doctor && printed '^warn *page-proof' && printed '^ *-> run as root'
}

if is_root && command -v setpriv >/dev/null; then
  chmod 755 "$work"
  cp "$dmabench" dmabench
  mkdir -m 777 public
  cat >all.json <<'END'
{"iterations": 2, "warmup": 0, "matrix": [{"bench": "null"},
  {"bench": "populate", "backing": ["anon", "memfd", "shmem", "thp"], "size": "4MiB"},
  {"bench": "uring-pin", "backing": ["anon", "hugetlb-2m"], "size": "4MiB"}]}
END
  export DMABENCH_STATE=$work/public/state
  check "without root, it runs what it may, proved by smaps" nobody_proves_by_smaps
  if [ "$(cat /sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages 2>/dev/null)" = 0 ]; then
    check "without root, hugetlb is skipped with the fix" nobody_is_told_of_hugetlb
  else
    skip "without root, hugetlb is skipped with the fix" "no 2 MiB pages, or some are free for all"
  fi
  check "the limit of locked memory is explained" nobody_is_told_of_memlock
  check "without root, doctor says how pages are proved" nobody_is_warned
  check "without root, restore has nothing to do" expect_exit 0 as_nobody ./dmabench restore
  export DMABENCH_STATE=$work/state
else
  skip "without root, it runs what it may" "needs root and setpriv(1)"
fi

# ---- /proc and sysfs that are not what they should be ----

# copes MOUNTS: every command ends in order, and run either measures or says in so many words why not.
copes() {
  local words got
  nr_broken=$((nr_broken + 1))
  for words in "list --json" "doctor --json" "run small.json --plan" "run small.json -o broken/$nr_broken.jsonl"; do
    got=0
    # shellcheck disable=SC2086 # several words are meant
    timeout 60 unshare -m bash -c "$1"$'\nexec 9>&-\nexec "$@"' broken "$dmabench" $words \
      >stdout 2>stderr || got=$?
    echo "$words: exit status $got"
    cat stderr
    [ "$got" -le 4 ] || return 1
    [ "$got" -eq 0 ] || [ -s stderr ] || grep -q '"status": "fail"' stdout || return 1
  done
  [ "$got" -ne 0 ] || hold "broken/$nr_broken.jsonl" '.status == "ok" and .noise != null'
}

all_valid() {
  find broken -name '*.jsonl' -size +0 -print0 | xargs -0 "$lib/validate" "$schema"
}

nr_broken=0
mkdir broken
mkdir nothing
: >empty
head -c 3000 /dev/urandom >noise
printf 'MemAvailable: -5 kB\nMemFree:\npgfault\n%s\n' "$(printf '%0.s9' {1..5000})" >nonsense

if can_hide_files; then
  for file in /proc/meminfo /proc/vmstat /proc/interrupts /proc/stat /proc/cpuinfo /proc/kpageflags \
    /proc/sys/kernel/random/boot_id /proc/sys/vm/nr_hugepages /sys/devices/system/node/online \
    /sys/devices/system/node/node0/meminfo /sys/devices/system/cpu/online \
    /sys/devices/system/clocksource/clocksource0/current_clocksource \
    /sys/kernel/mm/transparent_hugepage/{enabled,hpage_pmd_size,hugepages-2048kB/enabled} \
    /sys/kernel/mm/hugepages/hugepages-2048kB/{nr,free}_hugepages; do
    [ -e "$file" ] || continue
    for what in empty noise nonsense; do
      check "$file: $what" copes "mount --bind $what $file"
    done
  done
  for folder in /sys/kernel/mm/hugepages /sys/kernel/mm/transparent_hugepage /sys/devices/system/node \
    /sys/devices/system/cpu /sys/devices/system/clocksource /sys/kernel/mm /sys; do
    check "$folder: nothing in it" copes "mount --bind nothing $folder"
  done
  check "/proc: nothing in it" copes 'mount --bind nothing /proc'
  if can_validate; then
    check "what was recorded on such hosts keeps to the schema" all_valid
  fi
else
  skip "/proc and sysfs with nonsense in them" "needs root and mount namespaces"
fi

check "nothing was changed on this host" settings_are "$before"
finish
