# Tiles with what they hold written in them; darker is more. Data, an index a panel:
# "x y shade", shade from 0 to 1. What is written is placed with the other texts.
do for [pass = 1:2] {
	load 'begin.gp'
	file = name.'.dat'
	do for [p = 1:nr_panels] {
		load 'panel.gp'
		unset grid
		set border 0
		set tics scale 0
		set style fill solid 1.0 noborder
		mix(light, dark, t) = int(light + (dark - light) * t + 0.5)
		plot file index p - 1 using 1:2:(0.48):(0.48):(mix(232, 86, $3) * 65536 + mix(241, 160, $3) * 256 + mix(250, 211, $3)) with boxxyerror lc rgb variable notitle
	}
	# Tiles lie over what was drawn before them: their texts come last.
	set lmargin at screen 0
	set rmargin at screen 1
	set tmargin at screen 1
	set bmargin at screen 0
	unset border
	unset tics
	unset logscale
	set xrange [0:width]
	set yrange [height:0]
	do for [i = 1:nr_values] {
		set label i value[i] at value_x[i], value_y[i] center font tics_font tc rgb '#010101' front
	}
	plot -1 notitle
	unset label
	unset multiplot
	unset output
}
