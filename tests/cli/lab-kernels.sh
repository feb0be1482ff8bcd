#!/usr/bin/env bash
# Which kernels a list of Debian's packages has, and which options a kernel is built with. (With
# kernels: tests/lab.)
# shellcheck disable=SC2034 # the lab's parts read these
# shellcheck source=lib/tap.sh
. "$(dirname "$0")/lib/tap.sh"

LAB_DIR=$top/scripts/lab CACHE=$work/cache LAB_TMP=$work/scratch
EXIT_USAGE=2 IOMMU_BITS=48 PATCHES=()
# shellcheck source=../../scripts/lab/arch.sh
. "$LAB_DIR/arch.sh"
# shellcheck source=../../scripts/lab/debian.sh
. "$LAB_DIR/debian.sh"
# shellcheck source=../../scripts/lab/kernels.sh
. "$LAB_DIR/kernels.sh"
# shellcheck source=../../scripts/lab/build.sh
. "$LAB_DIR/build.sh"
bad_usage() { echo "$*" && exit 2; }
fail() { echo "$*" && exit 1; }
debian_update() { :; }
arch_use amd64
mkdir -p "$CACHE/kernels" "$LAB_TMP"

# row PART RELEASE VERSION BYTES: a line of the list.
row() {
  printf '%s\t%s\t%s\ttrixie\tlinux-%s-%s\t%s\t1000\n' "$1" "$2" "$3" "$1" "$2" "$4"
}
{
  row image 6.18.15+deb13-amd64 6.18.15-1 169000000
  row image 6.18.9+deb13-amd64 6.18.9-1 169000000
  row image 7.0.13+deb13-amd64 7.0.13-1 1900 && row binary 7.0.13+deb13-amd64 7.0.13-1 13000000
  row image 7.1.13+deb13-amd64 7.1.13-1 1900
  for part in image:1900 binary:13000000 modules:159000000; do
    row "${part%:*}" 7.1.8+deb13-amd64 7.1.8-1 "${part#*:}"
    row "${part%:*}" 7.2.12+deb13-amd64 7.2.12-1 "${part#*:}"
  done
  row image 7.4.1+deb13-amd64 7.4.1-1 1900
} >"$(debian_index)"

newest() {
  same "newest of $1" "$(debian_newest "$1")" "$2"
}

missing_parts() {
  same "of 6.18" "$(debian_missing 6.18.15+deb13-amd64)" '' && same "of 7.2" "$(debian_missing 7.2.12+deb13-amd64)" '' &&
    same "of 7.0" "$(debian_missing 7.0.13+deb13-amd64)" linux-modules-7.0.13+deb13-amd64 &&
    same "of 7.1.13" "$(debian_missing 7.1.13+deb13-amd64)" linux-binary-7.1.13+deb13-amd64
}

whole_ones_come_first() {
  newest 6.18 6.18.15+deb13-amd64 && newest 7.1 7.1.8+deb13-amd64 && newest newest 7.2.12+deb13-amd64 &&
    newest 7.1.13 7.1.13+deb13-amd64 && newest 7.0 7.0.13+deb13-amd64 && newest 5.9 ''
}

in_part_is_refused() {
  local said
  said=$(kernel_debian_choose 7.0 && kernel_debian_in_part 7.0) && return 1
  same "refusal" "$said" "--kernel debian:7.0: Debian has 7.0.13+deb13-amd64 only in part: linux-modules-7.0.13+deb13-amd64 is missing (see \`dmabench lab list\`)"
}

list_says_so() {
  kernels_list >"$work/stdout"
  printed '^debian:7\.0 .* -  *trixie, but no linux-modules-7\.0\.13\+deb13-amd64$' && printed '^debian:7\.2 .* trixie$'
}

# One that was fetched when its modules had left the mirror.
without_modules_is_not_cached() {
  local folder=$CACHE/kernels/debian-7.0.13+deb13-amd64
  mkdir -p "$folder" && echo seal >"$folder/.seal" || return
  kernel_debian_is_cached 7.0.13+deb13-amd64 && return 1
  mkdir -p "$folder/lib/modules/7.0.13+deb13-amd64/kernel" && kernel_debian_is_cached 7.0.13+deb13-amd64
}

cat >"$work/fragment" <<'END'
CONFIG_A=y
# CONFIG_OLD until 7.2
CONFIG_OLD=y
# CONFIG_NEW since 7.3
CONFIG_NEW=y
CONFIG_OFF=n
END
printf '%s\n' '# mine' CONFIG_A=n CONFIG_MORE=y >"$work/more"
BUILD_CONFIG=$work/fragment

# wants VERSION LINE…: with the fragments that are built now.
wants() {
  same "options of $1" "$(build_wanted "$1" | xargs)" "${*:2}"
}

options_follow_the_version() {
  BUILD_FRAGMENTS=("$work/fragment")
  wants 7.2.12 CONFIG_A=y CONFIG_OFF=n CONFIG_OLD=y && wants 7.3.4 CONFIG_A=y CONFIG_NEW=y CONFIG_OFF=n
}

the_last_file_has_its_way() {
  BUILD_FRAGMENTS=("$work/fragment" "$work/more")
  wants 7.3.4 CONFIG_A=n CONFIG_MORE=y CONFIG_NEW=y CONFIG_OFF=n
}

# took LINE…: what a kernel made of it; make says which version it is.
took() {
  printf '%s\n' "$@" >"$work/.config"
  make() { echo 7.3.4; }
  (build_check_config "$work/.config" "$work")
}

what_did_not_take_is_named() {
  BUILD_FRAGMENTS=("$work/fragment" "$work/more")
  took CONFIG_NEW=y CONFIG_MORE=y || return
  took CONFIG_NEW=y CONFIG_A=y >"$work/stdout" && return 1
  printed "kernel 7.3.4 cannot have CONFIG_A=n CONFIG_MORE as $work/more asks"
}

# What only later kernels have is no reason to build this one again.
key() {
  BUILD_VERSION=$1 build_folder "${@:2}"
}
keys_tell_kernels_apart() {
  local old new
  old=$(key 7.2.12-1) new=$(key 7.3.4-1)
  sed -i 's/CONFIG_NEW=y/CONFIG_NEW=m/' "$work/fragment"
  same "key of 7.2" "$(key 7.2.12-1)" "$old" && [ "$(key 7.3.4-1)" != "$new" ] &&
    [ "$(key 7.2.12-1 "config=$work/more")" != "$old" ]
}

options_are_lines_of_options() {
  echo 'USERFAULTFD' >>"$work/more"
  (build_check_fragment "$work/more") >"$work/stdout" && return 1
  printed 'config=.*/more:4: expected a line such as CONFIG_USERFAULTFD=y, found "USERFAULTFD"'
}

check "packages that are missing are named" missing_parts
check "a series means the newest that is there in all its parts" whole_ones_come_first
check "what is there only in part is refused" in_part_is_refused
check "and marked in the list" list_says_so
check "a cached kernel without modules is none" without_modules_is_not_cached
check "options follow the version" options_follow_the_version
check "of two files the last one has its way" the_last_file_has_its_way
check "an option that did not take is named, and who asks for it" what_did_not_take_is_named
check "a kernel is known by what went into it" keys_tell_kernels_apart
check "a file of options has no other lines" options_are_lines_of_options
finish
