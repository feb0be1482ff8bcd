#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "host/placement.h"
#include "matrix/cell.h"
#include "mem/backing.h"
#include "measure/measure.h"

#define TRIAL_FIXED_NS (40 * MSEC) /* process, binding, noise readings, flushing the record */
#define FAULT_IN_NS_PER_BYTE 0.25
#define USUAL_WARMUP 10
#define HARNESS_BYTES (16 * MIB)

static bool is_implied(const struct param *param, const struct value *value)
{
	char text[PARAM_TEXT];

	return param->implied && !strcmp(param->type->print(value, text), param->fallback);
}

const char *cell_name(const struct cell *cell, char name[CELL_NAME])
{
	size_t used = cell_name_begin(name, cell->bench->name);

	for (size_t i = 0; i < bench_nr_params(cell->bench); i++) {
		const struct param *param = &cell->bench->params[i];
		char text[PARAM_TEXT];

		if (!is_implied(param, &cell->values[i]))
			used = cell_name_add(name, used, param->name,
					     param->type->print(&cell->values[i], text));
	}
	if (strcmp(cell->placement, PLACEMENT_DEFAULT))
		cell_name_add(name, used, "placement", cell->placement);
	return name;
}

static bool has_memory(const struct cell *cell)
{
	return bench_param_index(cell->bench, "backing") >= 0;
}

uint64_t cell_estimate_ns(const struct cell *cell)
{
	uint32_t warmup = cell->warmup == WARMUP_AUTO ? USUAL_WARMUP : cell->warmup;
	double ns = (double)TRIAL_FIXED_NS;

	if (has_memory(cell))
		ns += FAULT_IN_NS_PER_BYTE * (double)bench_memory_bytes(cell->bench, cell->values);
	if (cell->bench->estimate_ns)
		ns += cell->bench->estimate_ns(cell->values) * (cell->iterations + warmup);
	return (uint64_t)ns;
}

int cell_check_memory(const struct cell *cell, const unsigned int *nodes, size_t nr_nodes,
		      uint64_t have, struct reason *reason)
{
	char need_text[UNIT_TEXT], have_text[UNIT_TEXT];
	uint64_t need = HARNESS_BYTES;
	struct backing backing;

	if (!has_memory(cell))
		return 0;
	if (backing_find(bench_word(cell->bench, cell->values, "backing"), &backing, reason))
		return SKIPPED;
	need += backing_memory_need(&backing, bench_memory_bytes(cell->bench, cell->values), nodes,
				    nr_nodes);
	if (need <= have)
		return 0;
	return reason_set(reason, SKIPPED, "needs %s of memory, %s can be had%s",
			  size_format_rounded(need, need_text),
			  size_format_rounded(have, have_text),
			  nr_nodes == 1 ? " on its node" : "");
}
