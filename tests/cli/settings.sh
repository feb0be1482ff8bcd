#!/usr/bin/env bash
# Host settings: changed for a run, and put back whatever becomes of it.
# shellcheck source=lib/tap.sh
. "$(dirname "$0")/lib/tap.sh"
# shellcheck source=lib/host.sh
. "$lib/host.sh"
# shellcheck source=lib/records.sh
. "$lib/records.sh"
need jq pgrep

pool=/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages
thp=/sys/kernel/mm/transparent_hugepage

restores_nothing() {
  expect_exit 0 "$dmabench" restore && printed '^nothing to put back$' && [ ! -s "$work/stderr" ]
}
check "with nothing to put back, restore says so" restores_nothing
check "restore takes no words" expect_exit 2 "$dmabench" restore all

if ! is_root || [ ! -w "$pool" ]; then
  skip "settings are changed and put back" "needs root and 2 MiB hugetlb pages"
  finish
  exit
fi
lock_host
before=$(host_settings)
pages=$(cat "$pool")

cat >short.json <<'END'
{"seed": 1, "iterations": 2, "warmup": 0, "matrix": [{"bench": "uring-pin", "size": "4MiB",
  "backing": ["anon", "thp", "mthp-64k", "shmem-thp", "hugetlb-2m", "memfd-hugetlb-2m"]}]}
END
cat >long.json <<'END'
{"seed": 1, "iterations": 10000000, "warmup": 0,
  "matrix": [{"bench": "uring-pin", "size": "16MiB", "backing": "hugetlb-2m"}]}
END
jq '.matrix[0].backing = "mthp-64k"' long.json >mthp.json

is_grown() {
  [ "$(cat "$pool")" -ge $((pages + 8)) ]
}

is_switched() {
  grep -q '\[madvise\]' $thp/hugepages-64kB/enabled && grep -q '\[never\]' $thp/hugepages-2048kB/enabled
}

put_back() {
  settings_are "$before" && [ ! -s "$work/state/journal" ]
}

after_run() {
  expect_exit 0 "$dmabench" run short.json -o short.jsonl && valid short.jsonl && put_back &&
    has short.jsonl '.params.backing == "hugetlb-2m" and .status == "ok" and .verified.pages == {"2097152": 2}'
}

# leaves_by SIGNAL EXIT CONFIG CONDITION: a run under which settings are changed gets a signal.
leaves_by() {
  rm -f "$1-$3l"
  run_behind "$3" -o "$1-$3l"
  wait_until 120 "$4" || return 1
  wait_until 60 pgrep -P "$runner" || return 1
  kill "-$1" "$runner"
  ended "$2" && nothing_left_over
}

leaves_changed() {
  "$2" && [ -s "$work/state/journal" ] && expect_exit 0 "$dmabench" doctor && printed 'warn *settings' && echo "$1"
}

restores_all() {
  expect_exit 0 "$dmabench" restore && put_back
}

check "after a run, all is put back" after_run
if [ "$pages" -eq 0 ]; then
  check "SIGINT ends a run that grew a pool" leaves_by INT 1 long.json is_grown
  check "after SIGINT, all is put back" put_back
  check "SIGTERM ends a run that grew a pool" leaves_by TERM 1 long.json is_grown
  check "after SIGTERM, all is put back" put_back

  check "SIGKILL ends a run that grew a pool" leaves_by KILL 137 long.json is_grown
  check "after SIGKILL, doctor tells that settings are left changed" leaves_changed hugetlb is_grown
  next_run_puts_back() {
    expect_exit 0 "$dmabench" run null --set iterations=1 -o next.jsonl && put_back &&
      grep -q 'put back 1 host setting' "$work/stderr"
  }
  check "the next run puts them back, and says so" next_run_puts_back

  check "SIGKILL ends another" leaves_by KILL 137 long.json is_grown
  restores() {
    expect_exit 0 "$dmabench" restore && printed '^1 host setting put back$' && put_back && restores_nothing
  }
  check "restore puts them back, once" restores

  other_boot() {
    mkdir -p "$work/state"
    echo "{\"path\":\"$pool\",\"before\":\"3\",\"after\":\"4\",\"boot_id\":\"00000000-0000-0000-0000-000000000000\"}" \
      >"$work/state/journal"
    restores_nothing && put_back
  }
  check "what was journalled in another boot is void" other_boot

  torn_journal() {
    echo -n '{"path":"/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugep' >"$work/state/journal"
    restores_nothing && put_back
  }
  check "a torn line of the journal was never acted upon" torn_journal

  # ---- while another run is alive ----

  begins() {
    run_behind long.json -o alive.jsonl
    wait_until 120 is_grown && wait_until 60 pgrep -P "$runner"
  }
  restore_leaves_alone() {
    expect_exit 1 "$dmabench" restore && said 'another dmabench.*settings' && is_grown
  }
  second_run_beside() {
    local got=0
    "$dmabench" run short.json --set backing=anon -q -o beside.jsonl || got=$?
    same "exit status" "$got" 0 && ended_with beside.jsonl complete && is_grown
  }
  second_run_skips() {
    local got=0
    "$dmabench" run short.json --set backing=memfd-hugetlb-2m --set size=64MiB -q -o skips.jsonl || got=$?
    jq -c 'select(.record != "run")' skips.jsonl
    same "exit status" "$got" 4 && has skips.jsonl '.record == "skip" and (.reason | test("another dmabench"))'
  }
  second_on_one_file() {
    cp alive.jsonl alive.before
    expect_exit 2 "$dmabench" run short.json -o alive.jsonl && said 'alive.jsonl: another dmabench' &&
      expect_exit 2 "$dmabench" run --resume -o alive.jsonl && said 'alive.jsonl: another dmabench' &&
      cmp alive.before alive.jsonl
  }
  ends() {
    kill -INT "$runner"
    ended 1 && put_back
  }
  check "a run is alive, and has grown a pool" begins
  check "restore leaves a live run's settings alone, and says so" restore_leaves_alone
  check "a second run that needs no change works beside it" second_run_beside
  check "a second run that needs a change skips, and says why" second_run_skips
  check "a second run on the same file is refused" second_on_one_file
  check "the first run ends in order, and puts all back" ends
else
  skip "pools grow and are put back" "pages are in the 2 MiB pool already"
fi

if grep -q '\[never\]' $thp/hugepages-64kB/enabled 2>/dev/null; then
  check "SIGINT ends a run that switched mTHP sizes" leaves_by INT 1 mthp.json is_switched
  check "then all is put back" put_back
  check "SIGKILL ends a run that switched mTHP sizes" leaves_by KILL 137 mthp.json is_switched
  check "then doctor tells so" leaves_changed mthp is_switched
  check "and restore puts all back" restores_all
else
  skip "mTHP sizes are switched and put back" "this kernel has no 64 KiB folios, or they are on"
fi
finish
