/*
 * Writes the page of environments, from run records: where and how the boots ran, and what differs
 * between them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare/facts.h"
#include "compare/likeness.h"
#include "site/page.h"

#define VALUES_SHOWN 3 /* most values shown per side, if its boots differ */

/* The facts of all boots, and the names of all facts. */
struct record {
	struct facts *boots; /* in the comparison's order of boots */
	size_t nr_boots;
	const char **keys; /* in order, each once */
	size_t nr_keys;
	bool failed;
};

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Tells whether a fact is shown here: the config is on the page of methods. */
static bool is_shown(const char *key)
{
	return strncmp(key, "config.", 7) != 0;
}

static void collect_keys(struct record *record)
{
	size_t room = 1, count = 0;

	for (size_t i = 0; i < record->nr_boots; i++)
		room += record->boots[i].count;
	record->keys = calloc(room, sizeof(*record->keys));
	for (size_t i = 0; record->keys && i < record->nr_boots; i++)
		for (size_t j = 0; j < record->boots[i].count; j++)
			if (is_shown(record->boots[i].list[j].key))
				record->keys[count++] = record->boots[i].list[j].key;
	if (!record->keys) {
		record->failed = true;
		return;
	}
	qsort(record->keys, count, sizeof(*record->keys), by_text);
	for (size_t i = 0; i < count; i++)
		if (!i || strcmp(record->keys[i], record->keys[i - 1]) != 0)
			record->keys[record->nr_keys++] = record->keys[i];
}

static struct record read_records(const struct comparison *comparison)
{
	struct record record = { .boots = calloc(comparison->nr_boots + 1, sizeof(struct facts)) };

	record.failed = !record.boots;
	for (size_t i = 0; i < comparison->sides->count && record.boots; i++) {
		const struct side *side = &comparison->sides->list[i];

		for (size_t j = 0; j < side->nr_boots; j++) {
			record.boots[record.nr_boots] = facts_of(side->boots[j]);
			record.failed |= record.boots[record.nr_boots++].failed;
		}
	}
	if (!record.failed)
		collect_keys(&record);
	return record;
}

static void release(struct record *record)
{
	for (size_t i = 0; i < record->nr_boots; i++)
		facts_release(&record->boots[i]);
	free(record->boots);
	free(record->keys);
}

static int by_key(const void *key, const void *fact)
{
	return strcmp(key, ((const struct fact *)fact)->key);
}

/* Returns a boot's value as JSON; NULL if the record lacks it. */
static const char *value_in(const struct record *record, size_t boot, const char *key)
{
	const struct facts *from = &record->boots[boot];
	const struct fact *fact =
		from->count ? bsearch(key, from->list, from->count, sizeof(*from->list), by_key)
			    : NULL;

	return fact ? fact->value : NULL;
}

static bool is_equal(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool is_same_everywhere(const struct record *record, const char *key)
{
	const char *first = value_in(record, 0, key);

	for (size_t i = 1; i < record->nr_boots; i++)
		if (!is_equal(value_in(record, i, key), first))
			return false;
	return true;
}

/* Adds a value: texts without quotes, numbers as they were written, all else as JSON. */
static void add_value(struct text *text, const char *value)
{
	json_t *json = value ? json_loads(value, JSON_DECODE_ANY, NULL) : NULL;

	if (!value)
		text_add(text, "(not there)");
	else if (json_is_string(json))
		text_add(text, "%s", json_string_value(json));
	else if (json_is_real(json))
		text_add(text, "%.15g", json_real_value(json));
	else
		text_add(text, "%s", value);
	json_decref(json);
}

static bool is_first_of_its_kind(const struct record *record, const char *key, size_t first,
				 size_t boot)
{
	for (size_t i = first; i < boot; i++)
		if (is_equal(value_in(record, i, key), value_in(record, boot, key)))
			return false;
	return true;
}

static void add_side(struct page *page, const struct record *record, const char *key, size_t side)
{
	size_t first = page->site->comparison->first_boot[side], shown = 0, more = 0;
	struct text text = { 0 };

	for (size_t i = first; i < first + page_side(page, side)->nr_boots; i++) {
		if (!is_first_of_its_kind(record, key, first, i))
			continue;
		if (shown == VALUES_SHOWN) {
			more++;
			continue;
		}
		text_add(&text, "%s", shown++ ? " | " : "");
		add_value(&text, value_in(record, i, key));
	}
	if (more)
		text_add(&text, " | and %zu more", more);
	page->html.text.failed |= text.failed;
	page_cell(page, "%s", text.text ? text.text : "");
	text_release(&text);
}

static const char *why_it_may(const struct comparison *comparison, const char *key)
{
	static const char *const reasons[] = {
		[LIKENESS_MUST_EQUAL] = "",
		[LIKENESS_OF_KERNEL] = "follows the kernel",
		[LIKENESS_WHERE_BOTH] = "one kernel has it only",
		[LIKENESS_NEAR] = "equal to 2 %",
		[LIKENESS_FREE] = "no condition: varies by run",
		[LIKENESS_NEVER] = "",
	};

	for (size_t i = 0; i < comparison->likeness.count; i++)
		if (!strcmp(comparison->likeness.list[i].key, key))
			return "was allowed by name (--allow)";
	return reasons[likeness_rule(key)];
}

static void add_differences(struct page *page, const struct record *record)
{
	struct page_column *columns = calloc(page_nr_sides(page) + 3, sizeof(*columns));
	size_t count = 0;

	if (!columns) {
		page->html.text.failed = true;
		return;
	}
	columns[0].head = "Fact";
	for (size_t i = 0; i < page_nr_sides(page); i++)
		columns[i + 1].head = page_side(page, i)->label;
	columns[page_nr_sides(page) + 1].head = "Why it may differ";
	page_table(page, columns, "Facts in which boots differ");
	for (size_t i = 0; i < record->nr_keys; i++) {
		if (is_same_everywhere(record, record->keys[i]))
			continue;
		html_begin(&page->html, "tr", NULL);
		page_row_head(page, "%s", record->keys[i]);
		for (size_t side = 0; side < page_nr_sides(page); side++)
			add_side(page, record, record->keys[i], side);
		page_cell(page, "%s", why_it_may(page->site->comparison, record->keys[i]));
		html_end(&page->html);
		count++;
	}
	page_table_end(page);
	if (!count)
		html_leaf(&page->html, "p", "There are none.");
	free(columns);
}

/* Adds differences of trials, which are not in the run's record: iterations, placement. */
static void add_allowed(struct page *page)
{
	static const struct page_column columns[] = {
		{ "What", false }, { "Base", false }, { "New", false }, { NULL, false }
	};
	const struct likeness *likeness = &page->site->comparison->likeness;

	if (!likeness->count)
		return;
	html_leaf(&page->html, "h2", "Allowed to differ");
	html_leaf(&page->html, "p",
		  "These differ by more than the kernel, and were allowed to by "
		  "name. A verdict may come from them.");
	page_table(page, columns, "Where two values were first found to differ");
	for (size_t i = 0; i < likeness->count; i++) {
		html_begin(&page->html, "tr", NULL);
		page_row_head(page, "%s", likeness->list[i].key);
		page_cell(page, "%s", likeness->list[i].left);
		page_cell(page, "%s", likeness->list[i].right);
		html_end(&page->html);
	}
	page_table_end(page);
}

static void add_common(struct page *page, const struct record *record)
{
	static const struct page_column columns[] = { { "Fact", false },
						      { "Value", false },
						      { NULL, false } };

	html_leaf(&page->html, "h2", "The same in all boots");
	page_table(page, columns, "Facts that all boots have in common");
	for (size_t i = 0; i < record->nr_keys; i++) {
		struct text text = { 0 };

		if (!is_same_everywhere(record, record->keys[i]))
			continue;
		add_value(&text, value_in(record, 0, record->keys[i]));
		page->html.text.failed |= text.failed;
		html_begin(&page->html, "tr", NULL);
		page_row_head(page, "%s", record->keys[i]);
		page_cell(page, "%s", text.text ? text.text : "");
		html_end(&page->html);
		text_release(&text);
	}
	page_table_end(page);
}

void site_environments(struct page *page)
{
	struct record record = read_records(page->site->comparison);

	page_begin(page, "Environments");
	html_leaf(&page->html, "p",
		  "What the run records say of kernel, host, program and clock. Boots that differ "
		  "in more than follows from their kernels are not compared, unless what differs "
		  "is allowed by name.");
	page->html.text.failed |= record.failed;
	if (!record.failed) {
		add_allowed(page);
		html_leaf(&page->html, "h2", "What differs");
		add_differences(page, &record);
		add_common(page, &record);
	}
	release(&record);
}
