#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/because.h"
#include "site/view.h"

/* The profiles of a row, of the base and of the new side. */
struct viewed {
	const struct profile **list; /* those of the base first */
	size_t counts[FLAME_SIDES];
	size_t sides[FLAME_SIDES]; /* of the comparison */
};

/* ---- which profiles ---- */

static const struct profile *find(const struct site *site, const struct row *row, size_t side,
				  size_t boot)
{
	size_t place = site->comparison->first_boot[side] + boot;
	const struct profiles *profiles = site->profiles ? site->profiles[place] : NULL;

	return profiles ? profiles_find(profiles, row->cell, row->metric) : NULL;
}

bool view_is_there(const struct site *site, const struct row *row, size_t side)
{
	for (size_t i = 0; i < site->comparison->sides->list[side].nr_boots; i++)
		if (find(site, row, side, i))
			return true;
	return false;
}

/* Lists a side's profiles of a row; returns how many. @list has room for all boots. */
static size_t collect(const struct site *site, const struct row *row, size_t side,
		      const struct profile **list)
{
	size_t count = 0;

	for (size_t i = 0; i < site->comparison->sides->list[side].nr_boots; i++) {
		list[count] = find(site, row, side, i);
		count += list[count] != NULL;
	}
	return count;
}

static int check_alike(const struct viewed *viewed, struct reason *reason)
{
	size_t count = viewed->counts[FLAME_BASE] + viewed->counts[FLAME_NEW];

	for (size_t i = 1; i < count; i++)
		if (strcmp(viewed->list[0]->unit, viewed->list[i]->unit) ||
		    strcmp(viewed->list[0]->event, viewed->list[i]->event))
			return reason_set(
				reason, -EINVAL,
				"profiles of %.40s and of %.40s cannot be set against each "
				"other: profile all boots in one way",
				viewed->list[0]->event, viewed->list[i]->event);
	return 0;
}

/* ---- figures ---- */

/* What is known of a side beside its functions, as means over its profiles. */
static void describe(const struct viewed *viewed, struct view *view)
{
	size_t first = viewed->counts[FLAME_BASE], count = viewed->counts[FLAME_NEW];

	for (size_t i = first; i < first + count; i++) {
		const struct profile *profile = viewed->list[i];
		double operations = (double)profile->operations * (double)count;

		view->operations += (double)profile->operations;
		view->interrupts += (double)profile->interrupts / operations;
		view->idle_ns += (double)profile->idle_ns / operations;
	}
	view->whole = view->figures.total[FLAME_NEW] + view->interrupts + view->idle_ns;
}

static struct flame_sampled sampled_of(const struct row *row, const struct viewed *viewed,
				       enum flame_side side, const struct scale *scale)
{
	const struct estimate *estimate = &row->sides[viewed->sides[side]];
	size_t first = side == FLAME_BASE ? 0 : viewed->counts[FLAME_BASE];
	struct flame_sampled sampled = { .whole = 100 };

	if (!strcmp(row->unit, "ns"))
		sampled.whole = estimate->median / scale->factor;
	for (size_t i = first; i < first + viewed->counts[side]; i++) {
		const struct profile *profile = viewed->list[i];
		double samples = (double)(profile->total + profile->interrupts);

		sampled.samples += samples;
		sampled.rate +=
			samples / (double)profile->operations / (double)viewed->counts[side];
	}
	return sampled;
}

/* Times are in the unit that suits what is shown, which may be of a page. */
static struct scale scale_of(const struct row *row, size_t side, double pages)
{
	double median = row->sides[side].median;

	if (strcmp(row->unit, "ns") != 0)
		return (struct scale){ "% of the samples", 1 };
	return scale_for("ns", pages > 0 ? median / pages : median);
}

static int fill(const struct row *row, const struct viewed *viewed, struct view *view)
{
	size_t nr_before = viewed->counts[FLAME_BASE];
	int ret = joint_make(&view->joint, viewed->list, nr_before, viewed->list + nr_before,
			     viewed->counts[FLAME_NEW]);

	if (!ret)
		ret = flame_figures_make(&view->joint, &view->figures);
	if (ret)
		return ret;
	view->is_samples = profile_is_samples(viewed->list[0]);
	view->event = viewed->list[0]->event;
	view->pages = because_pages(row);
	describe(viewed, view);
	if (!view->is_samples)
		return 0;
	view->scale = scale_of(row, viewed->sides[FLAME_NEW], view->pages);
	for (enum flame_side side = FLAME_BASE; side < FLAME_SIDES; side++)
		view->sampled[side] = sampled_of(row, viewed, side, &view->scale);
	flame_figures_estimate(&view->figures, view->sampled);
	view->interrupts *= view->sampled[FLAME_NEW].whole / view->sampled[FLAME_NEW].rate;
	view->whole = view->sampled[FLAME_NEW].whole;
	return 0;
}

int view_make(const struct site *site, const struct row *row, size_t side, bool against,
	      struct view *ret_view, struct reason *reason)
{
	struct viewed viewed = { .list = calloc(site->comparison->nr_boots + 1,
						sizeof(*viewed.list)),
				 .sides = { 0, side } };
	int ret = viewed.list ? 0 : -ENOMEM;

	*ret_view = (struct view){ .is_samples = false };
	if (!ret && against)
		viewed.counts[FLAME_BASE] = collect(site, row, 0, viewed.list);
	if (!ret)
		viewed.counts[FLAME_NEW] =
			collect(site, row, side, viewed.list + viewed.counts[FLAME_BASE]);
	if (!ret)
		ret = check_alike(&viewed, reason);
	if (!ret)
		ret = fill(row, &viewed, ret_view);
	free(viewed.list);
	return ret;
}

void view_release(struct view *view)
{
	flame_figures_release(&view->figures);
	joint_release(&view->joint);
}

const char *view_unit(const struct view *view)
{
	return view->is_samples ? view->scale.name : "instructions";
}
