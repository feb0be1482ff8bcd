# shellcheck shell=bash disable=SC2034,SC2154 # parts share variables
# The matrix that guests run: CONFIG is its file.

# A file, the name of a config that comes with dmabench (in the tree, or installed), or a cell.
find_config() {
	local folder
	CONFIG=$1
	if [[ ! -e $CONFIG && $CONFIG == */*=* ]]; then config_of_cell "$CONFIG"; fi
	[[ $CONFIG != */* ]] || return 0
	for folder in "$LAB_DIR/../../configs" "$LAB_DIR/../configs"; do
		if [[ ! -f $CONFIG && -f $folder/${1%.json}.json ]]; then
			CONFIG=$folder/${1%.json}.json
		fi
	done
}

# config_of_cell CELL: the matrix that is this cell alone; dmabench knows what a cell's name says.
config_of_cell() {
	[[ -n $LAB_TMP ]] || cache_open
	CONFIG=$LAB_TMP/cell.json
	printf '{"name": "cell", "matrix": ["%s"]}\n' "${1//[\"\\]/}" >"$CONFIG"
}
