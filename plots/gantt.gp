# Spans of time, a line each, in the colours of their phases.
# Data, an index a panel: "start end row phase".
do for [pass = 1:2] {
	load 'begin.gp'
	file = name.'.dat'
	do for [p = 1:nr_panels] {
		load 'panel.gp'
		unset ytics
		set grid noytics
		set style fill solid 1.0 noborder
		plot for [s = 1:nr_series] file index p - 1 using ($4 == s ? ($1 + $2) / 2 : NaN):3:1:2:($3 - 0.36):($3 + 0.36) with boxxyerror lc rgb series_colour[s] notitle
	}
	unset multiplot
	unset output
}
