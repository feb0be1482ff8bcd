# Panels of lines: a value over x, a line a series, with what its median may be and the boots.
# Data, two indices a panel and series: "x median low high" (an empty line breaks the line),
# then "x value" of each boot. Behind all, an index a panel: "x ideal", and one of steps: "x".
do for [pass = 1:2] {
	load 'begin.gp'
	file = name.'.dat'
	do for [p = 1:nr_panels] {
		load 'panel.gp'
		if (x_turned) { set xtics rotate by -35 left }
		at = 2 * nr_series * (p - 1)
		behind = 2 * nr_series * nr_panels + 2 * (p - 1)
		set style fill transparent solid 0.18 noborder
		plot for [s = 1:nr_series] file index at + 2 * s - 2 using 1:(ribbon ? $3 : NaN):4 with filledcurves lc rgb series_colour[s] notitle, \
			file index behind using 1:2 with lines lw 1.2 dt 2 lc rgb faint notitle, \
			file index behind + 1 using 1:2:(0):3 with vectors nohead lw 1.5 dt 3 lc rgb ink notitle, \
			for [s = 1:nr_series] file index at + 2 * s - 1 using 1:2 with points pt 7 ps 0.35 lc rgb series_colour[s] notitle, \
			for [s = 1:nr_series] file index at + 2 * s - 2 using 1:2 with lines lw 1.5 lc rgb series_colour[s] notitle, \
			for [s = 1:nr_series] file index at + 2 * s - 2 using 1:2:3:(ribbon ? NaN : $4) with yerrorbars pt -1 lw 1.2 lc rgb series_colour[s] notitle, \
			for [s = 1:nr_series] file index at + 2 * s - 2 using 1:2 with points pt series_shape[s] ps 0.8 lc rgb series_colour[s] notitle
	}
	unset multiplot
	unset output
}
