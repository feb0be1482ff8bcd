# shellcheck shell=bash disable=SC2154 # parts share variables
# Reads the figure of a boot that has one cell.

# median_of FILE: of the samples of --metric, or of the cell's first metric; of two in the middle the
# lower one. Nothing where there is none.
median_of() {
	"$DMABENCH" export "$1" --format csv | tr -d '\r' | awk -F , -v wanted="metrics.$METRIC" '
		NR == 1 { for (i = 1; i <= NF && !column; i++) if ($i == wanted || (wanted == "metrics." && $i ~ /^metrics\./)) column = i }
		NR > 2 && column && $column != "" { print $column }' | sort -g |
		awk '{ value[NR] = $1 } END { if (NR) print value[int((NR + 1) / 2)] }'
}
