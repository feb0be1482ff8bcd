/* Prints a comparison as text for a terminal, or to paste under a patch series. */
#include <errno.h>

#include "table/compare_formats.h"
#include "table/sheet.h"

static void print_why(const struct why_table *why, FILE *file, bool colour)
{
	fprintf(file, "\n%s\n  %s\n", why->heading.text, why->figures.text);
	if (why->table.nr_rows)
		table_print(&why->table, file, colour);
}

int compare_text_print(const struct comparison *comparison, FILE *file, bool colour,
		       struct reason *reason)
{
	struct sheet sheet;
	int ret = sheet_make(comparison, &sheet);

	if (ret)
		return reason_set(reason, ret, "memory ran out");
	fprintf(file, "%s", sheet.sides.text);
	for (size_t i = 0; i < sheet.nr_blocks; i++) {
		fprintf(file, "\n%s\n", sheet.blocks[i].heading.text);
		table_print(&sheet.blocks[i].table, file, colour);
		for (size_t j = 0; j < sheet.blocks[i].nr_whys; j++)
			print_why(&sheet.blocks[i].whys[j], file, colour);
	}
	if (sheet.remarks.text)
		fprintf(file, "\n%s", sheet.remarks.text);
	sheet_release(&sheet);
	return 0;
}
