/*
 * flame - draws a flame graph: which function called which, and how much each took.
 *
 * A frame stands on the frame of its caller, and is as wide as what the function and all that it
 * called took on that path. Widths are of the new side. A frame's tone tells how much its function's
 * own instructions changed from the base, or from those that they took the place of; of one side alone,
 * how large its own share is.
 */
#ifndef PLOT_FLAME_H
#define PLOT_FLAME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

#define FLAME_WIDTH 960 /* of the picture, in CSS pixels */
#define FLAME_SPAN 932 /* of the lowest frames together */
#define FLAME_LEAST 2.0 /* frames that are narrower stand together in one */
#define FLAME_ROWS 48 /* frames above are left out */
#define FLAME_TONES 3 /* tones go from -FLAME_TONES to FLAME_TONES; 0: did not change */

enum flame_side { FLAME_BASE, FLAME_NEW, FLAME_SIDES };

/*
 * What a function took in an operation, over all paths to it; 0 calls: not counted.
 *
 * A change is told by groups. Most functions are a group of their own; what one side alone has is in
 * the group of the nearest caller that both have, so that what was renamed or rewritten is set
 * against what took its place.
 */
struct flame_function {
	const char *name, *module; /* module NULL: the kernel itself */
	double self[FLAME_SIDES], inclusive[FLAME_SIDES], calls[FLAME_SIDES];
	double group[FLAME_SIDES]; /* of the group that it heads, itself included */
	bool heads_others; /* its group has other functions, too */
	bool unsure; /* samples are too few to tell the group's change from chance */
};

/* A function on one path of callers, on the new side. */
struct flame_node {
	size_t parent; /* index of the caller, which is smaller; FLAME_NONE: nobody's */
	size_t function, group; /* group: the function that heads it */
	double self;
	double change; /* its part of what the group changed by */
};

#define FLAME_NONE ((size_t)-1)

/* What is drawn. Everything belongs to the caller. */
struct flame_source {
	const char *title;
	const char *labels[FLAME_SIDES]; /* of the base NULL: there is one side only */
	const char *unit; /* "instructions", "ns", "% of the samples" */
	const char *note; /* a further sentence below the title; NULL: none */
	double pages; /* in an operation; 0: not known, figures are an operation */
	double whole; /* what an operation took with what has no frame, for shares; 0: nothing has none */
	const struct flame_function *functions;
	size_t nr_functions;
	const struct flame_node *nodes;
	size_t nr_nodes;
};

struct flame_frame {
	size_t node; /* FLAME_NONE: several functions, too narrow to be seen alone */
	size_t count; /* of functions in it, with those that they call */
	unsigned int row; /* 0: the lowest */
	double x, width; /* in pixels, from the left of the lowest frames */
	double self, inclusive; /* in an operation, on this path */
	int tone;
};

/* A function that changed and has no frame that is wide enough to be seen. */
struct flame_unseen {
	size_t function;
	double change;
};

struct flame {
	struct flame_frame *frames; /* lower rows first, each from left to right */
	size_t nr_frames;
	unsigned int nr_rows;
	size_t nr_cut; /* paths that are too deep to be drawn */
	double total[FLAME_SIDES];
	struct flame_unseen *unseen; /* the largest change first */
	size_t nr_unseen;
};

/* Lays the frames out; the caller calls flame_release(). Returns 0 or -ENOMEM. */
int flame_lay_out(const struct flame_source *source, struct flame *ret_flame);
/* Returns what shares are of: all that an operation of the new side took. */
double flame_whole(const struct flame_source *source, const struct flame *flame);

/* Frees what it points to, but not the struct itself. */
void flame_release(struct flame *flame);

/*
 * Adds the picture as SVG to @svg, and a description in words to @about, which is also in the
 * picture. The same source gives the same bytes. Returns the height, in CSS pixels.
 */
unsigned int flame_write(const struct flame_source *source, const struct flame *flame,
			 struct text *svg, struct text *about);

#endif
