# Panels of curves with marks on them: distributions.
# Data, two indices a panel and series: "x y" of the curve, then "x y low high" of its marks.
do for [pass = 1:2] {
	load 'begin.gp'
	file = name.'.dat'
	do for [p = 1:nr_panels] {
		load 'panel.gp'
		at = 2 * nr_series * (p - 1)
		plot for [s = 1:nr_series] file index at + 2 * s - 2 using 1:2 with lines lw 1.5 dt series_dash[s] lc rgb series_colour[s] notitle, \
			for [s = 1:nr_series] file index at + 2 * s - 1 using 1:2:3:4 with yerrorbars pt -1 lw 1.2 lc rgb series_colour[s] notitle, \
			for [s = 1:nr_series] file index at + 2 * s - 1 using 1:2 with points pt series_shape[s] ps 0.8 lc rgb series_colour[s] notitle
	}
	unset multiplot
	unset output
}
