#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/grow.h"
#include "base/text.h"
#include "base/units.h"
#include "profile/symbols.h"

#define KALLSYMS "/proc/kallsyms"
#define LARGEST_FUNCTION MIB /* what lies further behind a function is not of it */

/* ---- a line ---- */

/* Cuts "module" out of "[module]"; false: it is something else. */
static bool cut_module(char *text, const char **ret_module)
{
	size_t length = strlen(text);

	if (!length) {
		*ret_module = "";
		return true;
	}
	if (text[0] != '[' || text[length - 1] != ']')
		return false;
	text[length - 1] = '\0';
	*ret_module = text + 1;
	return true;
}

/* Splits "address type name[\t[module]]" in place. */
static bool read_line(char *line, struct symbol *ret_symbol)
{
	struct symbol symbol;
	char *end, *rest;

	symbol.address = strtoull(line, &end, 16);
	if (end == line || end[0] != ' ' || !end[1] || end[2] != ' ')
		return false;
	symbol.type = end[1];
	symbol.name = end + 3;
	rest = end + 3 + strcspn(end + 3, " \t");
	if (rest == symbol.name)
		return false;
	if (*rest)
		*rest++ = '\0';
	rest += strspn(rest, " \t");
	if (!cut_module(rest, &symbol.module))
		return false;
	*ret_symbol = symbol;
	return true;
}

static bool is_function(const struct symbol *symbol)
{
	return strchr("TtWw", symbol->type);
}

/* ---- the list ---- */

/* Names for one address: a global one is better than a local one, a weak one is the last choice. */
static int rank(const struct symbol *symbol)
{
	return symbol->type == 'T' ? 0 : symbol->type == 't' ? 1 : 2;
}

static int by_address(const void *a, const void *b)
{
	const struct symbol *left = a, *right = b;
	size_t bars, others;

	if (left->address != right->address)
		return left->address < right->address ? -1 : 1;
	if (rank(left) != rank(right))
		return rank(left) - rank(right);
	bars = strspn(left->name, "_");
	others = strspn(right->name, "_");
	if (bars != others)
		return bars < others ? -1 : 1;
	return strcmp(left->name, right->name);
}

static void keep_one_an_address(struct symbols *symbols)
{
	size_t kept = 0;

	if (symbols->list)
		qsort(symbols->list, symbols->count, sizeof(*symbols->list), by_address);
	for (size_t i = 0; i < symbols->count; i++)
		if (!kept || symbols->list[i].address != symbols->list[kept - 1].address)
			symbols->list[kept++] = symbols->list[i];
	symbols->count = kept;
}

static int add(struct symbols *symbols, const struct symbol *symbol)
{
	struct symbol *list = grow(symbols->list, symbols->count, sizeof(*list));

	if (!list)
		return -ENOMEM;
	symbols->list = list;
	list[symbols->count++] = *symbol;
	return 0;
}

/*
 * A second _text begins the list of another boot of the same kernel, which chance loaded elsewhere:
 * what came before was of the kernel itself, and lies as far from there as its _text did.
 */
static void move_kernel(struct symbols *symbols, const struct symbol *text)
{
	uint64_t by = 0;

	if (strcmp(text->name, "_text"))
		return;
	for (size_t i = 0; i < symbols->count; i++)
		if (!strcmp(symbols->list[i].name, "_text"))
			by = text->address - symbols->list[i].address;
	for (size_t i = 0; i < symbols->count; i++)
		symbols->list[i].address += by;
}

static int read_lines(struct symbols *symbols, struct reason *reason)
{
	char *line, *next = symbols->text;
	struct symbol symbol;
	int ret = 0;

	for (size_t number = 1; !ret && (line = strsep(&next, "\n")); number++) {
		if (!line[0] && !next)
			break;
		if (!read_line(line, &symbol))
			ret = reason_set(reason, -EINVAL,
					 "kernel symbols, line %zu: \"%.60s\" is not \"address "
					 "type name [module]\"",
					 number, line);
		else if (is_function(&symbol)) {
			move_kernel(symbols, &symbol);
			ret = add(symbols, &symbol);
		}
	}
	return ret;
}

static bool are_hidden(const struct symbols *symbols)
{
	for (size_t i = 0; i < symbols->count; i++)
		if (symbols->list[i].address)
			return false;
	return true;
}

static int check(const struct symbols *symbols, struct reason *reason)
{
	if (!symbols->count)
		return reason_set(reason, -EINVAL, "kernel symbols: there is no function");
	if (!are_hidden(symbols))
		return 0;
	return reason_set(reason, -EPERM,
			  "the kernel hides the addresses of its functions: sysctl "
			  "kernel.kptr_restrict=1, and run as root or with CAP_SYSLOG");
}

/* Takes @text, also when it fails. */
static int adopt(char *text, struct symbols *ret_symbols, struct reason *reason)
{
	struct symbols symbols = { .text = text };
	int ret = read_lines(&symbols, reason);

	if (!ret)
		ret = check(&symbols, reason);
	if (ret) {
		symbols_release(&symbols);
		return ret;
	}
	keep_one_an_address(&symbols);
	*ret_symbols = symbols;
	return 0;
}

int symbols_parse(const char *text, size_t length, struct symbols *ret_symbols,
		  struct reason *reason)
{
	char *copy = strndup(text, length);

	return copy ? adopt(copy, ret_symbols, reason) : -ENOMEM;
}

int symbols_read(struct symbols *ret_symbols, struct reason *reason)
{
	size_t length;
	char *text;
	int ret = file_read_all(KALLSYMS, &text, &length);

	if (ret)
		return reason_set(reason, ret,
				  KALLSYMS
				  ": %s: it takes a kernel with CONFIG_KALLSYMS, and /proc",
				  strerror(-ret));
	return adopt(text, ret_symbols, reason);
}

const struct symbol *symbols_find(const struct symbols *symbols, uint64_t address)
{
	size_t low = 0, high = symbols->count;
	const struct symbol *found;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (symbols->list[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return NULL;
	found = &symbols->list[low - 1];
	return address - found->address < LARGEST_FUNCTION ? found : NULL;
}

/* x86-64, before and since its entries got one form in 5.8, and arm64. */
static const char *const entries[] = {
	"asm_sysvec_",
	"asm_common_interrupt",
	"asm_spurious_interrupt",
	"asm_exc_nmi",
	"irq_entries_start",
	"spurious_entries_start",
	"apic_timer_interrupt",
	"reschedule_interrupt",
	"call_function_interrupt",
	"call_function_single_interrupt",
	"ret_from_intr",
	"el1h_64_irq",
	"el1h_64_fiq",
	"el0t_64_irq",
	"el0t_64_fiq",
	"el1_irq",
	"el0_irq",
};

bool symbols_is_interrupt(const char *name)
{
	for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++)
		if (text_starts_with(name, entries[i]))
			return true;
	return !strcmp(name, "common_interrupt");
}

/* Of hypervisors with an interface of their own, and what the kernel calls them by. */
bool symbols_switches_interrupts_on(const char *name)
{
	size_t length = strlen(name), end = strlen("_irq_enable");

	return text_starts_with(name, "__raw_callee_save_") ||
	       (length > end && !strcmp(name + length - end, "_irq_enable")) ||
	       text_starts_with(name, "xen_irq_enable_direct");
}

void symbols_release(struct symbols *symbols)
{
	free(symbols->list);
	free(symbols->text);
	*symbols = (struct symbols){ .count = 0 };
}
