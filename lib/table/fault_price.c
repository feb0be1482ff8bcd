#include <errno.h>

#include "base/units.h"
#include "table/fault_price.h"
#include "table/table.h"

enum column { CELL, ENTRIES, FAULTS, EACH, ALL, UNMAP };

static void add_columns(struct table *table)
{
	static const struct {
		const char *header;
		enum table_align align;
	} columns[] = {
		[CELL] = { "cell", TABLE_LEFT },       [ENTRIES] = { "entries", TABLE_RIGHT },
		[FAULTS] = { "faults", TABLE_RIGHT },  [EACH] = { "a fault", TABLE_RIGHT },
		[ALL] = { "all faults", TABLE_RIGHT }, [UNMAP] = { "unmapping", TABLE_RIGHT },
	};

	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		table_column(table, columns[i].header, columns[i].align);
}

static void add_row(struct table *table, const struct fault_price *price)
{
	char text[UNIT_TEXT];

	table_row(table);
	table_cell(table, CELL, "%s", price->cell);
	table_cell(table, ENTRIES, "%s", size_format((uint64_t)price->order_bytes, text));
	table_cell(table, FAULTS, "%.0f", price->faults);
	if (price->fault_ns > 0) {
		table_cell(table, EACH, "%s", time_format(price->fault_ns, text));
		table_cell(table, ALL, "%s", time_format(price->fault_ns * price->faults, text));
	}
	if (price->zap_ns > 0)
		table_cell(table, UNMAP, "%s", time_format(price->zap_ns, text));
}

int fault_price_print(const struct fault_price *prices, size_t count, FILE *file, bool colour)
{
	struct table table = { 0 };
	int ret;

	if (!count)
		return 0;
	add_columns(&table);
	for (size_t i = 0; i < count; i++)
		add_row(&table, &prices[i]);
	ret = table.failed ? -ENOMEM : 0;
	if (!ret) {
		fprintf(file,
			"\nwhat the faults of a BAR cost, without the accesses, by the entries "
			"that its address got:\n");
		table_print(&table, file, colour);
	}
	table_release(&table);
	return ret;
}
