# The order of a run: how far each trial is off, boot after boot.
# Data: an index a series, "x y"; then the ends of boots, "x"; then medians of boots, "x y width".
do for [pass = 1:2] {
	load 'begin.gp'
	file = name.'.dat'
	p = 1
	load 'panel.gp'
	set grid noxtics
	set arrow 1 from graph 0, first 0 to graph 1, first 0 nohead lw 1.5 lc rgb faint back
	plot file index nr_series using 1:(y_min[1]):(0):(y_max[1] - y_min[1]) with vectors nohead lw 0.6 lc rgb grid_colour notitle, \
		for [s = 1:nr_series] file index s - 1 using 1:2 with points pt series_shape[s] ps 0.35 lc rgb series_colour[s] notitle, \
		file index nr_series + 1 using 1:2:3:(0) with vectors nohead lw 3 lc rgb ink notitle
	unset multiplot
	unset output
}
