/*
 * touch - touches the pages of a window with a team, each member along its walk, and reads the clock
 * after each touch.
 */
#ifndef VFIO_TOUCH_H
#define VFIO_TOUCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"
#include "host/team.h"
#include "vfio/walk.h"

struct touch {
	const struct bar_window *window; /* mapped while it is touched */
	bool write; /* zeros; else pages are read */
	uint64_t page_bytes;
	struct walk *walks; /* a member each */
	size_t nr_walks;
};

/*
 * Makes the walks of @plan; window and write are set. 0, -ENOMEM, or SKIPPED where there are fewer
 * pages to touch than walks.
 */
int touch_init(struct touch *touch, const struct entries *entries, const struct walk_plan *plan,
	       struct reason *reason);
void touch_release(struct touch *touch); /* takes a zeroed one */

/* Touches all once, and writes the stamps of that pass. @ret_ticks is that of team_time(). */
int touch_pages(const struct touch *touch, struct team *team, enum walk_pass pass,
		uint64_t *ret_ticks);

/* Returns how many touches of all walks are the first of their block. */
uint64_t touch_nr_faulting(const struct touch *touch);

#endif
