/*
 * configs - configs written in a test, and plans made of them.
 */
#ifndef CONFIGS_H
#define CONFIGS_H

#include "matrix/config.h"
#include "matrix/plan.h"
#include "topologies.h"

/* From a text that must be right; config_free() frees it. */
static inline struct config *load_with(const char *text, const struct changes *changes)
{
	struct config *config = NULL;
	struct reason reason = { "" };

	must(!config_load(temp_file("config.json", text), changes, &config, &reason), "%s: %s",
	     text, reason.text);
	return config;
}

static inline struct config *load(const char *text)
{
	return load_with(text, NULL);
}

static inline struct plan *make_plan(const struct config *config, const struct topology *topology)
{
	struct plan *plan = NULL;
	struct reason reason = { "" };

	must(!plan_make(config, topology, &plan, &reason), "no plan: %s", reason.text);
	return plan;
}

/* The names of all cells, sorted by the order in which they stand, a line each. */
static inline const char *cell_names(const struct plan *plan)
{
	static char text[65536];
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < plan->nr_cells && used < sizeof(text) - CELL_NAME; i++) {
		char name[CELL_NAME];

		used += (size_t)sprintf(text + used, "%s\n", cell_name(&plan->cells[i], name));
	}
	return text;
}

#endif
