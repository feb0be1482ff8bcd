# Begins one of the two drawings: pass 1 is the SVG, pass 2 the PNG, which is twice as fine.
#
# NAME.gp has set the variables: dmabench placed every text and chose every range. All lengths are
# pixels from the upper left corner. What a figure says stands in it as plain text ("noenhanced").
set encoding utf8
set datafile missing 'NaN'

X(px) = px / real(width)
Y(px) = 1 - px / real(height)

ink = '#000000'
faint = '#555555'
grid_colour = '#d9d9d9'

if (pass == 1) {
	font_scale = 1.0
	set terminal svg size width, height dynamic noenhanced font 'sans-serif,13'
	set output name . '.svg'
} else {
	# Here, fonts are in points.
	font_scale = 0.75
	set terminal pngcairo size 2 * width, 2 * height noenhanced \
		font 'sans,9.75' fontscale 2 linewidth 2 pointscale 2
	set output name . '.png'
}
tics_font = sprintf(',%g', 11 * font_scale)
set multiplot
set lmargin at screen 0
set rmargin at screen 1
set tmargin at screen 1
set bmargin at screen 0
unset border
unset key
unset tics
unset logscale
unset arrow
unset object
set style fill solid 1.0 noborder
set xrange [0:width]
set yrange [height:0]
do for [i = 1:nr_texts] {
	if (words_align[i] == 0) {
		set label i words[i] at words_x[i], words_y[i] left font sprintf(',%g', words_size[i] * font_scale) tc rgb ink front
	}
	if (words_align[i] == 1) {
		set label i words[i] at words_x[i], words_y[i] right font sprintf(',%g', words_size[i] * font_scale) tc rgb ink front
	}
	if (words_align[i] == 2) {
		set label i words[i] at words_x[i], words_y[i] center font sprintf(',%g', words_size[i] * font_scale) tc rgb ink front
	}
}
do for [i = 1:nr_marks] {
	set label nr_texts + i '' at mark_x[i], mark_y[i] point pt mark_shape[i] ps 1 lw 1.5 lc rgb mark_colour[i] front
}
plot -1 notitle
unset label
