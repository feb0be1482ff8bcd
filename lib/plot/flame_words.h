/* flame_words - says a flame graph's figures in words. */
#ifndef PLOT_FLAME_WORDS_H
#define PLOT_FLAME_WORDS_H

#include "plot/flame.h"

#define FLAME_NUMBER 32
#define FLAME_LABEL 128

/* Formats a figure, "52.0", with its sign "+52.0" and "−1.50 M"; without it "<0.01" of very little. Returns @text. */
const char *flame_number(double value, bool with_sign, char text[FLAME_NUMBER]);

/* Adds a function's name, and its module if that is not the kernel itself: "f [vfio]". */
void flame_add_name(const struct flame_function *function, struct text *out);

/* Returns a side's label, shortened if it is long. */
const char *flame_label(const struct flame_source *source, enum flame_side side,
			char text[FLAME_LABEL]);

/* Returns how many operations' figures make one that is shown, and what of: "a page". */
double flame_divisor(const struct flame_source *source);
const char *flame_each(const struct flame_source *source);

bool flame_is_differential(const struct flame_source *source);

/* Adds the figures of a frame, line by line. */
void flame_add_tip(const struct flame_source *source, const struct flame_frame *frame,
		   struct text *out);

/* Adds "38.3 → 55.5 instructions a page (+17.2, +44.9 %)"; of one side the one figure. */
void flame_add_total(const struct flame_source *source, const struct flame *flame,
		     struct text *out);

/* Adds what is seen, in sentences: the total, and the functions that matter most. */
void flame_add_about(const struct flame_source *source, const struct flame *flame,
		     struct text *out);

/* Adds a sentence on what changed and has no frame; nothing if there is no such thing. */
void flame_add_unseen(const struct flame_source *source, const struct flame *flame,
		      struct text *out);

#endif
