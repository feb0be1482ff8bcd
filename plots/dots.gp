# Dots with intervals, a line a row: ratios around 1, or values.
# Data, an index a series: x low high row hollow
do for [pass = 1:2] {
	load 'begin.gp'
	p = 1
	load 'panel.gp'
	unset ytics
	set grid noytics
	if (band > 1) {
		set object 1 rectangle from first 1 / band, graph 0 to first band, graph 1 behind fillcolor rgb '#8c8c8c' fillstyle transparent solid 0.15 noborder
		set arrow 1 from first 1, graph 0 to first 1, graph 1 nohead lw 1.5 lc rgb faint back
	}
	# Rows run from 1 at the top; the axis has been turned by its range.
	plot for [s = 1:nr_series] name.'.dat' index s - 1 using 1:4:2:3 with xerrorbars pt -1 lw 1.5 lc rgb series_colour[s] notitle, \
		for [s = 1:nr_series] '' index s - 1 using ($5 > 0 ? NaN : $1):4 with points pt series_shape[s] ps 0.9 lc rgb series_colour[s] notitle, \
		for [s = 1:nr_series] '' index s - 1 using ($5 > 0 ? $1 : NaN):4 with points pt series_shape[s] - 1 ps 0.9 lw 1.5 lc rgb series_colour[s] notitle
	unset multiplot
	unset output
}
