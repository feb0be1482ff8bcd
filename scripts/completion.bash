# shellcheck shell=bash
# bash completion for dmabench. `make install` puts it where bash-completion finds it; without
# that package: . scripts/completion.bash
#
# Words are asked of the program's own help, so that a new benchmark, parameter or option needs
# no line here.

# What stands before '=' and ':' is a word of its own to bash: puts such words together again.
# Sets words and cur, the last of them, as far as the cursor.
_dmabench_words() {
  local i glue=0 word
  words=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ $i -gt 1 && $word =~ ^[=:]+$ ]]; then
      words[-1]+=$word
      glue=1
    elif ((glue)); then
      words[-1]+=$word
      glue=0
    else
      words+=("$word")
    fi
  done
  cur=${words[-1]}
}

_dmabench_help() {
  "$program" help "$@" 2>/dev/null
}

_dmabench_commands() {
  _dmabench_help | sed -n 's/^  dmabench \([a-z]*\) .*/\1/p'
}

_dmabench_benches() {
  _dmabench_help | sed -n '/^Benchmarks:/,/^$/s/^  \([a-z][a-z0-9-]*\) .*/\1/p'
}

_dmabench_options() {
  _dmabench_help "$1" | sed -n '/^Options:/,$s/^  \(-., \)\{0,1\}\(--[a-z-]*\).*/\2/p'
}

_dmabench_backings() {
  _dmabench_help backings | sed -n 's/^  \([a-z0-9-]*\) *pages of.*/\1/p'
}

_dmabench_params() {
  local bench
  for bench; do
    _dmabench_help "$bench" | sed -n '/^Parameters/,/^$/s/^  \([a-z][a-z0-9_]*\) .*/\1/p'
  done
}

# The second line of a parameter: "a, b, c; default a", or what kind of value it is, from which
# the words are taken that stand for themselves ("a number, or most (as many as there are)").
_dmabench_choices() {
  local name=$1 bench
  shift
  for bench; do
    _dmabench_help "$bench" |
      sed -n "/^Parameters/,/^\$/{/^  $name /{n;s/^ *\(.*\); default .*/\1/p;}}"
  done | sed '/^a number$/d; /^a size:/d; /^a backing/d
    s/^a number, or //; s/, or a size:.*//; s/node:N or an address.*/node:/
    s/ ([^)]*)//g; s/, /\n/g'
}

# Names of the configs that come with dmabench: the folders are those that `run` looks in.
_dmabench_configs() {
  local where folder file
  where=$(command -v -- "$program") || return 0
  where=$(dirname -- "$(readlink -f -- "$where")")
  for folder in "${DMABENCH_CONFIGS:-$where/../configs}" "$where/../share/dmabench/configs"; do
    for file in "$folder"/*.json; do
      [[ ! -e $file ]] || basename -- "$file" .json
    done
    [[ -z ${DMABENCH_CONFIGS:-} ]] || break
  done
}

# The benchmark that `run` was given; without one, all of them.
_dmabench_meant() {
  local word benches
  benches=$(_dmabench_benches)
  for word in "${words[@]:2}"; do
    if grep -qxF -- "$word" <<<"$benches"; then
      echo "$word"
      return
    fi
  done
  echo "$benches"
}

_dmabench_values() {
  local name=$1
  shift
  case $name in
    placement) printf '%s\n' local remote interleave node: cpus: ;;
    backing) _dmabench_backings && echo all ;;
    warmup) echo auto ;;
    iterations | rounds) ;;
    *) _dmabench_choices "$name" "$@" && echo all ;;
  esac
}

# $1: what is there of PARAM=VALUE[,VALUE…].
_dmabench_set() {
  local set=$1 name values before='' benches
  mapfile -t benches < <(_dmabench_meant)
  if [[ $set != *=* ]]; then
    compopt -o nospace 2>/dev/null
    _dmabench_reply "$set" "$(printf '%s=\n' iterations warmup rounds placement
      _dmabench_params "${benches[@]}" | sort -u | sed 's/$/=/')"
    return
  fi
  name=${set%%=*}
  values=${set#*=}
  [[ $values != *,* ]] || before=${values%,*},
  compopt -o nospace 2>/dev/null
  _dmabench_reply "$set" \
    "$(_dmabench_values "$name" "${benches[@]}" | sed "s|^|$name=$before|")"
}

# _dmabench_reply TYPED CANDIDATES: those that begin so, less what bash has set apart already.
_dmabench_reply() {
  local typed=$1 i cut=''
  mapfile -t COMPREPLY < <(compgen -W "$2" -- "$typed")
  [[ $COMP_WORDBREAKS != *=* || $typed != *=* ]] || cut=${typed%"${typed##*=}"}
  [[ $COMP_WORDBREAKS != *:* || $typed != *:* ]] || cut=${typed%"${typed##*:}"}
  for i in "${!COMPREPLY[@]}"; do
    COMPREPLY[i]=${COMPREPLY[i]#"$cut"}
  done
}

_dmabench_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -f -- "$cur")
}

_dmabench_run() {
  local before=${words[-2]} file
  case $cur in
    --set=*)
      _dmabench_set "${cur#--set=}"
      return
      ;;
    -*)
      _dmabench_reply "$cur" "$(_dmabench_options run)"
      return
      ;;
  esac
  case $before in
    --set) _dmabench_set "$cur" ;;
    -o | --output | --compare-with) _dmabench_files ;;
    --time-budget) _dmabench_reply "$cur" "30s 1m 10m 1h" ;;
    --rounds | --seed) ;;
    *)
      _dmabench_reply "$cur" "$(_dmabench_benches && _dmabench_configs)"
      compopt -o filenames 2>/dev/null
      mapfile -t file < <(compgen -d -- "$cur"; compgen -f -X '!*.json' -- "$cur")
      COMPREPLY+=("${file[@]}")
      ;;
  esac
}

# compare, export and import: --format takes what their help lists behind "The formats:".
_dmabench_formats() {
  _dmabench_help "$1" | sed -n '/The formats:/,/^Options/s/^  \([a-z-]*\)  .*/\1/p'
}

_dmabench_convert() {
  case $cur in
    --format=*)
      _dmabench_reply "$cur" "$(_dmabench_formats "$1" | sed 's/^/--format=/')"
      return
      ;;
    -*)
      _dmabench_reply "$cur" "$(_dmabench_options "$1")"
      return
      ;;
  esac
  case ${words[-2]} in
    --format) _dmabench_reply "$cur" "$(_dmabench_formats "$1")" ;;
    --gate) _dmabench_reply "$cur" "1% 2% 5% 10%" ;;
    --sort) _dmabench_reply "$cur" "cell median MAD" ;;
    --allow | --row | --filter | --metric | --base) ;;
    *) _dmabench_files ;;
  esac
}

_dmabench_report() {
  case $cur in
    -*) _dmabench_reply "$cur" "$(_dmabench_options report)" ;;
    *) _dmabench_files ;;
  esac
}

# lab: its commands and options are those that its own help names.
_dmabench_lab() {
  local lab_help
  lab_help=$("$program" lab help 2>/dev/null)
  if [[ ${#words[@]} -eq 3 ]]; then
    _dmabench_reply "$cur" "$(sed -n 's/.*dmabench lab \([a-z]*\).*/\1/p' <<<"$lab_help" | sort -u) help"
    return
  fi
  case ${words[-2]} in
    --kernel | --base | --new)
      compopt -o nospace 2>/dev/null
      _dmabench_reply "$cur" 'debian: build: path: tree:'
      return
      ;;
    --arch) _dmabench_reply "$cur" 'amd64 arm64' && return ;;
    --iommu) _dmabench_reply "$cur" 'intel amd virtio smmuv3' && return ;;
    --timing) _dmabench_reply "$cur" 'icount wall' && return ;;
    --layout) _dmabench_reply "$cur" 'sampled paired fixed' && return ;;
    -o | --patch | --revert | --with | --topology) _dmabench_files && return ;;
  esac
  case $cur in
    -*) _dmabench_reply "$cur" "$(grep -o -- '--[a-z-]*' <<<"$lab_help" | sort -u)" ;;
    *)
      _dmabench_files
      [[ ${words[2]} != run && ${words[2]} != compare ]] ||
        mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$(_dmabench_configs)" -- "$cur")
      ;;
  esac
}

_dmabench() {
  local words cur program
  COMPREPLY=()
  _dmabench_words
  program=${words[0]/#\~/$HOME}
  if [[ ${#words[@]} -eq 2 ]]; then
    _dmabench_reply "$cur" "$(_dmabench_commands) --version --help"
    return
  fi
  case ${words[1]} in
    run) _dmabench_run ;;
    lab) _dmabench_lab ;;
    report) _dmabench_report ;;
    compare | export | import | show) _dmabench_convert "${words[1]}" ;;
    help) _dmabench_reply "$cur" "$(_dmabench_commands && _dmabench_benches) backings" ;;
    *) _dmabench_reply "$cur" "$(_dmabench_options "${words[1]}")" ;;
  esac
}

complete -F _dmabench dmabench
