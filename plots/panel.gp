# Panel p: where it is, its axes, and light lines behind the data.
set lmargin at screen X(left_px[p])
set rmargin at screen X(right_px[p])
set tmargin at screen Y(top_px[p])
set bmargin at screen Y(bottom_px[p])
set border 3 lw 1 lc rgb faint
set tics nomirror out scale 0.5 textcolor rgb ink font tics_font
set xtics nomirror norotate (tick_label[x_first[p]] tick[x_first[p]])
set ytics nomirror (tick_label[y_first[p]] tick[y_first[p]])
set for [i = x_first[p]:x_last[p]] xtics add (tick_label[i] tick[i])
set for [i = y_first[p]:y_last[p]] ytics add (tick_label[i] tick[i])
set grid xtics ytics lt 1 lw 0.6 lc rgb grid_colour
unset logscale
if (x_log[p]) { set logscale x }
if (y_log[p]) { set logscale y }
set xrange [x_min[p]:x_max[p]]
set yrange [y_min[p]:y_max[p]]
