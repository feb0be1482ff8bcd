/*
 * worlds - two sides of boots made up and compared, for tests of what comes of it.
 */
#ifndef UNIT_WORLDS_H
#define UNIT_WORLDS_H

#include <math.h>

#include "boots.h"
#include "compare/making.h"

#define PAIRS 8

struct world {
	size_t pairs;
	double factor; /* new/base, give or take what a pair spreads by */
	double spread;
	const char *metric, *timing, *cell;
};

/* The same spread in each world: of both signs, so that its middle is near 0. */
static inline double wobble(size_t pair, double spread)
{
	static const double steps[] = { -1, 0.7, 0.2, -0.4, 0.9, -0.6, -0.1, 0.3 };

	return 1 + spread * steps[pair % COUNT(steps)];
}

static inline void make_side(const struct world *world, const char *label, size_t position)
{
	make_folder(label);
	for (size_t i = 0; i < world->pairs; i++) {
		double value = position ? 1000 * world->factor * wobble(i, world->spread) : 1000;
		char name[64], samples[64];
		FILE *file;

		snprintf(name, sizeof(name), "%s/%zu.jsonl", label, i);
		snprintf(samples, sizeof(samples), "%.6f,%.6f,%.6f", value * 0.99, value,
			 value * 1.01);
		file = boot_begin(temp_path(name), &(struct boot_file){ .label = label,
									.pair = (int)i + 1,
									.position = (int)position,
									.timing = world->timing });
		boot_trial(file, world->cell ? world->cell : "bench/backing=thp",
			   world->metric ? world->metric : "op_ns", samples);
		boot_end(file);
	}
}

/* Folders hold what an earlier world left otherwise. */
static inline void remove_side(const char *label)
{
	nftw(temp_path(label), unit_remove_one, 4, FTW_DEPTH | FTW_PHYS);
}

static struct sides sides;

static inline struct comparison *compare(const char *const *arguments, size_t count,
					 const struct comparison_options *options)
{
	struct comparison *comparison = NULL;
	struct text refusal = { 0 };
	struct reason reason = { "" };
	int ret;

	sides = (struct sides){ 0 };
	must(!sides_load(arguments, count, NULL, 0, &sides, &reason), "%s", reason.text);
	ret = comparison_make(&sides, options, &comparison, &refusal, &reason);
	must(!ret, "%d: %s %s", ret, reason.text, refusal.text ? refusal.text : "");
	text_release(&refusal);
	return comparison;
}

static inline struct comparison *compare_world(const struct world *world, double gate_pct)
{
	const char *const arguments[] = { kept(temp_path("old")), kept(temp_path("young")) };
	const struct comparison_options options = { .gated = gate_pct >= 0, .gate_pct = gate_pct };

	remove_side("old");
	remove_side("young");
	make_side(world, "old", 0);
	make_side(world, "young", 1);
	return compare(arguments, 2, &options);
}

static inline void release(struct comparison *comparison)
{
	comparison_free(comparison);
	sides_release(&sides);
}

#endif
