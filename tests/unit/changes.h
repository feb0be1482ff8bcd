/*
 * changes - two sides of boots made up, with rows that changed each in its own way.
 */
#ifndef UNIT_CHANGES_H
#define UNIT_CHANGES_H

#include "worlds.h"

/* A row that takes @factor times as long on the new side; 0: it is 0 on both. */
struct change {
	const char *cell, *metric;
	double factor, spread;
};

static inline void write_side(const char *label, size_t position, const struct change *changes,
			      size_t count, size_t pairs)
{
	remove_side(label);
	make_folder(label);
	for (size_t pair = 0; pair < pairs; pair++) {
		char name[64], samples[64];
		FILE *file;

		snprintf(name, sizeof(name), "%s/%zu.jsonl", label, pair);
		file = boot_begin(temp_path(name),
				  &(struct boot_file){ .label = label,
						       .pair = (int)pair + 1,
						       .position = (int)position });
		for (size_t i = 0; i < count; i++) {
			double base = changes[i].factor > 0 ? 1000 : 0;
			double value = position ? base * changes[i].factor *
							  wobble(pair, changes[i].spread)
						: base;

			snprintf(samples, sizeof(samples), "%.6f", value);
			boot_trial(file, changes[i].cell, changes[i].metric, samples);
		}
		boot_end(file);
	}
}

static inline struct comparison *compare_changes(const struct change *changes, size_t count,
						 size_t pairs)
{
	const char *const arguments[] = { kept(temp_path("old")), kept(temp_path("young")) };

	write_side("old", 0, changes, count, pairs);
	write_side("young", 1, changes, count, pairs);
	return compare(arguments, 2, &(struct comparison_options){ .gated = false });
}

#endif
