# shellcheck shell=bash disable=SC2154,SC2034
# Host settings, private mounts and processes, for scripts that meddle with them.

# One script at a time changes hugetlb pools and THP switches, or watches them; and not while
# somebody measures on this host.
lock_host() {
  local file=${TMPDIR:-/tmp}/dmabench-tests.lock
  # Made by one user, held by any: in a folder for all, not even root may open with O_CREAT what
  # belongs to somebody else.
  (set -C && : >"$file") 2>/dev/null
  exec 9<"$file"
  if ! flock -w 600 9; then
    echo "Bail out! another test still holds $file after 10 minutes"
    exit 1
  fi
  wait_until 60 nobody_measures >/dev/null
}

nobody_measures() {
  ! readlink /proc/[0-9]*/exe 2>/dev/null | grep -q '/dmabench$'
}

# All settings that a run may change, a line each.
host_settings() {
  local file
  for file in /sys/devices/system/node/node*/hugepages/*/nr_hugepages \
    /sys/kernel/mm/hugepages/*/nr_hugepages /sys/kernel/mm/hugepages/*/nr_overcommit_hugepages \
    /sys/kernel/mm/transparent_hugepage/{enabled,defrag,shmem_enabled} \
    /sys/kernel/mm/transparent_hugepage/hugepages-*/{enabled,shmem_enabled}; do
    [ -r "$file" ] && echo "$file: $(cat "$file")"
  done
}

settings_equal() {
  [ "$(host_settings)" = "$1" ]
}

# io_uring unpins after the process that pinned is gone: pages leave a pool a moment later.
settings_are() {
  wait_until 20 nobody_measures
  wait_until 3 settings_equal "$1" >/dev/null
  same "host settings" "$(host_settings)" "$1"
}

# Whether this host lets a test hide files from the program, and it alone.
can_hide_files() {
  is_root && unshare -m true 2>/dev/null
}

# with_mounts 'COMMANDS' COMMAND…: runs COMMAND where COMMANDS (mounts) hold for it alone.
with_mounts() {
  local mounts=$1
  shift
  unshare -m bash -c "set -e; $mounts"$'\nexec 9>&-\nexec "$@"' mounts "$@"
}

# Trials and runners that this script's runs left: told by the state folder in their environment.
left_over() {
  grep -lsz "^DMABENCH_STATE=$DMABENCH_STATE\$" /proc/[0-9]*/environ 2>/dev/null |
    while IFS=/ read -r _ _ pid _; do
      [ "$(readlink "/proc/$pid/exe")" = "$(readlink -f "$dmabench")" ] && echo "$pid"
    done
}

nothing_left_over() {
  local i
  for i in 1 2 3 4 5 6 7 8 9 10; do
    [ -z "$(left_over)" ] && return 0
    sleep 0.1
  done
  echo "left over: $(left_over)"
  return 1
}

# wait_until SECONDS COMMAND…: asks until it says yes.
wait_until() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    if [ "$SECONDS" -gt "$end" ]; then
      echo "waited in vain for: $*"
      return 1
    fi
    sleep 0.05
  done
}

# run_behind ARGUMENTS…: `dmabench run` as a job whose pid is $runner; it may be interrupted.
# (A shell makes its jobs ignore SIGINT, and the program heeds that: nohup means it.)
run_behind() {
  with_terminal_signals "$dmabench" run "$@" >"$work/stdout" 2>"$work/stderr" 9>&- &
  runner=$!
  started "$runner"
}

# Runs with signals as on a terminal, also under nohup, with the pid that it was called with.
with_terminal_signals() {
  exec env --default-signal=HUP,INT,QUIT "$@"
}

# ended CODE: the job of run_behind ends, with that status.
ended() {
  local got=0
  wait "$runner" || got=$?
  [ "$got" -eq "$1" ] && return 0
  echo "exit status $got, expected $1"
  cat "$work/stdout" "$work/stderr"
  return 1
}
