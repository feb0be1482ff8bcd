#include <stdio.h>

#include "base/log.h"
#include "base/units.h"
#include "cmd/show_plan.h"
#include "table/table.h"

static void print_order(const struct plan *plan)
{
	struct table table = { 0 };
	char name[CELL_NAME], size[UNIT_TEXT], time[UNIT_TEXT];

	table_column(&table, "#", TABLE_RIGHT);
	table_column(&table, "block", TABLE_RIGHT);
	table_column(&table, "cell", TABLE_LEFT);
	table_column(&table, "memory", TABLE_RIGHT);
	table_column(&table, "about", TABLE_RIGHT);
	for (size_t i = 0; i < plan->nr_trials; i++) {
		const struct cell *cell = &plan->cells[plan->order[i]];

		table_row(&table);
		table_cell(&table, 0, "%zu", i);
		table_cell(&table, 1, "%u", plan_block_of(plan, i));
		table_cell(&table, 2, "%s", cell_name(cell, name));
		table_cell(&table, 3, "%s",
			   cell->memory_bytes ? size_format(cell->memory_bytes, size) : "-");
		table_cell(&table, 4, "%s", time_format((double)cell_estimate_ns(cell), time));
	}
	table_print(&table, stdout, log_wants_colour(1));
	table_release(&table);
}

static void print_skips(const struct plan *plan)
{
	char name[CELL_NAME];

	if (!plan->nr_skipped)
		return;
	printf("\nskipped:\n");
	for (size_t i = 0; i < plan->nr_cells; i++)
		if (plan->cells[i].skip)
			printf("  %s\n      %s\n", cell_name(&plan->cells[i], name),
			       plan->cells[i].skip);
}

void show_plan(const struct plan *plan)
{
	char size[UNIT_TEXT], time[UNIT_TEXT];

	if (plan->nr_trials)
		print_order(plan);
	print_skips(plan);
	printf("\ncells: %zu, skipped: %zu; trials: %zu, blocks: %u; seed %llu; memory: at most "
	       "%s; "
	       "time: about %s\n",
	       plan->nr_cells, plan->nr_skipped, plan->nr_trials, plan->nr_blocks,
	       (unsigned long long)plan->config->seed,
	       size_format_rounded(plan->most_memory_bytes, size),
	       time_format_wait(plan->estimate_ns, time));
}
