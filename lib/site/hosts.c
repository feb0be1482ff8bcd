/* Adds what ran where: a line per side, from its run records. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "site/page.h"

/* Adds a fact of a boot to @text; nothing if the record lacks it. */
typedef void (*say)(const struct boot *boot, struct text *text);

static void say_kernel(const struct boot *boot, struct text *text)
{
	text_add(text, "%s", boot_kernel(boot));
}

static void say_host(const struct boot *boot, struct text *text)
{
	static const char *const names[] = { "vendor", "product" };
	const char *model = run_cpu_model(boot->run);
	int64_t count = run_cpu_count(boot->run);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *word = run_text(boot->run, "host", names[i]);

		text_add(text, "%s%s", text->length && word[0] ? " " : "", word);
	}
	if (model[0])
		text_add(text, "%s%s", text->length ? ", " : "", model);
	if (count)
		text_add(text, ", %" PRId64 " CPU%s", count, count == 1 ? "" : "s");
}

static void say_virtual(const struct boot *boot, struct text *text)
{
	text_add(text, "%s", run_text(boot->run, "host", "virtual"));
}

static void say_timing(const struct boot *boot, struct text *text)
{
	text_add(text, "%s", run_text(boot->run, "host", "timing"));
}

static void say_iommu(const struct boot *boot, struct text *text)
{
	text_add(text, "%s", run_iommu_kind(boot->run));
}

static void say_tool(const struct boot *boot, struct text *text)
{
	const char *from = run_text(boot->run, "imported", "from");

	if (from[0])
		text_add(text, "imported from %s", from);
	else
		text_add(text, "%s", run_text(boot->run, "tool", "version"));
}

static bool said_before(const struct side *side, size_t boot, say what, const char *text)
{
	bool before = false;

	for (size_t i = 0; i < boot && !before; i++) {
		struct text other = { 0 };

		what(side->boots[i], &other);
		before = !strcmp(other.text ? other.text : "", text);
		text_release(&other);
	}
	return before;
}

/* Adds a fact of all boots of a side, each value once. */
static void add_said(struct page *page, const struct side *side, say what)
{
	struct text all = { 0 };

	for (size_t i = 0; i < side->nr_boots; i++) {
		struct text one = { 0 };

		what(side->boots[i], &one);
		if (one.length && !said_before(side, i, what, one.text))
			text_add(&all, "%s%s", all.length ? "; " : "", one.text);
		all.failed |= one.failed;
		text_release(&one);
	}
	page->html.text.failed |= all.failed;
	page_cell(page, "%s", all.length ? all.text : "not recorded");
	text_release(&all);
}

static void add_dates(struct page *page, const struct side *side)
{
	const char *first = "", *last = "";

	for (size_t i = 0; i < side->nr_boots; i++) {
		const char *started = boot_started(side->boots[i]);

		if (!started[0])
			continue;
		if (!first[0] || strcmp(started, first) < 0)
			first = started;
		if (strcmp(started, last) > 0)
			last = started;
	}
	if (!strcmp(first, last))
		page_cell(page, "%s", first[0] ? first : "not recorded");
	else
		page_cell(page, "%s to %s", first, last);
}

static void add_trials(struct page *page, const struct side *side)
{
	size_t ok = 0, invalid = 0, failed = 0, skipped = 0;

	for (size_t i = 0; i < side->nr_boots; i++) {
		const struct boot *boot = side->boots[i];

		for (size_t j = 0; j < boot->nr_cells; j++) {
			ok += boot->cells[j].nr_ok;
			invalid += boot->cells[j].nr_invalid;
			failed += boot->cells[j].nr_failed;
			skipped += boot->cells[j].status == CELL_SKIPPED;
		}
	}
	page_number(page, "%zu", ok);
	page_number(page, "%zu", invalid);
	page_number(page, "%zu", failed);
	page_number(page, "%zu", skipped);
}

typedef bool (*is_so)(const json_t *run);

/* Adds a paragraph if that is so of any boot. */
static void add_words_if(struct page *page, is_so is, const char *words)
{
	const struct comparison *comparison = page->site->comparison;

	for (size_t i = 0; i < comparison->sides->count; i++)
		for (size_t j = 0; j < comparison->sides->list[i].nr_boots; j++)
			if (is(comparison->sides->list[i].boots[j]->run)) {
				html_leaf(&page->html, "p", "%s", words);
				return;
			}
}

static void add_iommu_words(struct page *page)
{
	add_words_if(
		page, run_iommu_is_flushed,
		"This IOMMU reports that it does not see the CPU's caches, so the kernel flushes "
		"each table entry that it writes. QEMU's emulated Intel IOMMU reports that, those "
		"of servers do not: figures of map and unmap hold flushes that servers do not "
		"make.");
	add_words_if(page, run_iommu_is_virtual,
		     "The tables of a virtio IOMMU are the hypervisor's: figures hold what the "
		     "guest's kernel does, and not what the hypervisor does in answer.");
}

void site_hosts(struct page *page)
{
	static const struct page_column columns[] = {
		{ "Side", false },   { "Boots", true },	  { "Kernel", false },
		{ "Host", false },   { "IOMMU", false },  { "Virtual", false },
		{ "Timing", false }, { "Began", false },  { "dmabench", false },
		{ "ok", true },	     { "invalid", true }, { "failed", true },
		{ "skipped", true }, { NULL, false },
	};
	const struct comparison *comparison = page->site->comparison;

	html_leaf(&page->html, "h2", "What ran where");
	page_table(page, columns,
		   "As the boots recorded it. Trials that were ok, invalid (not on "
		   "what their names say), failed; and cells that were skipped");
	for (size_t i = 0; i < comparison->sides->count; i++) {
		const struct side *side = &comparison->sides->list[i];

		html_begin(&page->html, "tr", NULL);
		page_row_head(page, "%s", side->label);
		page_number(page, "%zu", side->nr_boots);
		add_said(page, side, say_kernel);
		add_said(page, side, say_host);
		add_said(page, side, say_iommu);
		add_said(page, side, say_virtual);
		add_said(page, side, say_timing);
		add_dates(page, side);
		add_said(page, side, say_tool);
		add_trials(page, side);
		html_end(&page->html);
	}
	page_table_end(page);
	if (comparison->icount)
		html_leaf(&page->html, "p",
			  "Timing is icount: guest time is executed instructions. The figures say "
			  "nothing about hardware, and the dates are those of the guest's own "
			  "clock.");
	add_iommu_words(page);
}
