/* view - what the profiles of a row say, of one side or of two, as it is shown on pages. */
#ifndef SITE_VIEW_H
#define SITE_VIEW_H

#include "plot/flame_joint.h"
#include "profile/profiles.h"
#include "site/page.h"
#include "table/scale.h"

struct view {
	bool is_samples;
	const char *event; /* of the profiles, to which it belongs */
	double pages; /* of 4 KiB, in an operation; 0: not known */
	struct flame_figures figures;
	/* An operation's, of the new side; also what no function has: interrupts, time asleep. */
	double whole, interrupts, idle_ns;
	double operations; /* that were profiled, of the new side */
	struct scale scale; /* of samples: the unit of all figures */
	struct flame_sampled sampled[FLAME_SIDES]; /* of samples */
	struct joint joint;
};

/* Returns whether a boot of the side has a profile of the row. */
bool view_is_there(const struct site *site, const struct row *row, size_t side);

/*
 * Makes a view of a side, which has profiles, or if @against also of the base, which has some, too.
 * Call view_release() in any case. Returns 0; -EINVAL with the reason if the sides were profiled in
 * two ways; -ENOMEM.
 */
int view_make(const struct site *site, const struct row *row, size_t side, bool against,
	      struct view *ret_view, struct reason *reason);
void view_release(struct view *view);

/* Returns what the figures of a view are in: "instructions", "ms", "% of the samples". */
const char *view_unit(const struct view *view);

#endif
