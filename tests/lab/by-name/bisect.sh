#!/usr/bin/env bash
# `lab bisect` over a kernel tree of a few commits, one of which makes unpinning slower. Builds a
# kernel from nothing: a quarter of an hour on two CPUs that have nothing else to do.
# shellcheck source=../../cli/lib/tap.sh
. "$(dirname "$0")/../../cli/lib/tap.sh"
need jq qemu-system-x86_64 flex bison git cpio

series=${SERIES:-7.2} # whose sources
cell=vfio-map/iommu=type1v2/backing=hugetlb-2m/size=64MiB
tree=$work/linux

# What only other machines and other drivers are made of: git would be minutes at it.
left_out='^\./(arch/([^x]|xt)[^/]*|drivers/(gpu|net|media|infiniband|staging|scsi|usb)|sound|Documentation|tools/testing)/(.*/)?[^/]*\.(c|h|S|dtsi?|rst|txt|yaml|json|py|bin)$'

# (Some sources are of a kind that the kernel's .gitignore passes over.)
commit() {
  git -C "$tree" add -A -f && git -C "$tree" -c user.name=lab -c user.email=lab commit -qm "$1"
}

# From the sources that the lab has unpacked: "good", a commit that changes no code, the slow one,
# and another that changes none.
make_tree() {
  local source image
  expect_exit 0 "$dmabench" lab kernel build "$series" || return
  image=$(<"$work/stdout")
  source=${image%/kernels/*}/sources/${image##*/build-}
  source=${source%-*}
  mkdir -p "$tree" &&
    (cd "$source" && find . -type f ! -newer .unpacked -print0 | grep -zvE "$left_out" | cpio -0pdm --quiet "$tree") &&
    git -C "$tree" init -q && commit good && git -C "$tree" tag good &&
    echo '/* no code */' >>"$tree/mm/gup.c" && commit "mm: a comment" &&
    git -C "$tree" apply "$top/tests/lab/patches/slow-unpin.patch" && commit "vfio: unpin more slowly" &&
    echo '/* no code */' >>"$tree/mm/util.c" && commit "mm: another comment"
}

bisect() {
  "$dmabench" lab bisect --seed 1 "$@" -o "$work/bisect" "$tree" >"$work/stdout" 2>"$work/stderr"
}

# Two at a time: the second work tree has the objects of the first one.
finds_the_commit() {
  bisect --jobs 2 --good good --bad HEAD --cell "$cell" --metric unmap_ns || {
    tail -n 20 "$work/stderr"
    return 1
  }
  cat "$work/stderr"
  grep -q 'is the first.*bad commit' "$work/stdout" && grep -q 'vfio: unpin more slowly' "$work/stdout"
}

refused() {
  local pattern=$1
  shift
  bisect "$@" && return 1
  tail -n 1 "$work/stderr" | grep -E -- "$pattern"
}

# 20 instructions a page, of the patch that the commit is, from boots that have the figures of those before.
tells_why() {
  local line
  line=$(sed -n "/^why .* unmap_ns/,/ sum\$/p" "$work/stdout" | awk "/^an operation/ { getline; print; exit }")
  echo "$line"
  [[ $line =~ \+(19\.[89]|20\.[0-2])\ .*unpin ]] && [ "$(grep -l '"record":"profile"' "$work"/bisect/*/boot-01.jsonl | wc -l)" -eq 2 ]
}

leaves_the_tree_alone() {
  [ "$(git -C "$tree" worktree list | wc -l)" -eq 1 ] && [ -z "$(git -C "$tree" status --porcelain)" ]
}

check "a tree of commits" make_tree
check "a revision that is not there" refused 'has no commit nowhere' --good nowhere --bad HEAD --cell "$cell"
check "the commit that made it slower is found" finds_the_commit
check "why it is slower is told: the function that the commit changed" tells_why
check "the tree is as it was" leaves_the_tree_alone
finish
