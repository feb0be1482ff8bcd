/* Copies raw files and other downloads into the report, and writes their page. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "table/compare_formats.h"
#include "result/finding.h"
#include "site/files.h"

/* ---- copies ---- */

static int add_raw(struct site *site, size_t side, size_t boot, const char *name, const char *path,
		   struct reason *reason)
{
	struct site_raw *grown = grow(site->raws, site->nr_raws, sizeof(*grown));
	const struct site_file *file;
	int ret;

	if (!grown)
		return -ENOMEM;
	site->raws = grown;
	ret = site_folder_copy(site->folder, name, path, &file, reason);
	if (ret)
		return ret;
	grown += site->nr_raws;
	*grown = (struct site_raw){
		.side = side, .boot = boot, .name = strdup(name), .size_bytes = file->size_bytes
	};
	memcpy(grown->sum, file->sum, sizeof(grown->sum));
	if (!grown->name)
		return -ENOMEM;
	site->nr_raws++;
	return 0;
}

/* Copies the files of a boot, usually one. */
static int add_boot(struct site *site, size_t side, size_t number, const char *folder,
		    struct reason *reason)
{
	const struct boot *boot = site->comparison->sides->list[side].boots[number];
	char name[SITE_NAME + 64];
	int ret = 0;

	for (size_t i = 0; i < boot->nr_paths && !ret; i++) {
		if (boot->nr_paths > 1)
			snprintf(name, sizeof(name), "raw/%s/boot-%02zu-%zu.jsonl", folder,
				 number + 1, i + 1);
		else
			snprintf(name, sizeof(name), "raw/%s/boot-%02zu.jsonl", folder, number + 1);
		ret = add_raw(site, side, number, name, boot->paths[i], reason);
	}
	return ret;
}

int site_files_copy(struct site *site, struct reason *reason)
{
	const struct sides *sides = site->comparison->sides;
	struct site_names names = { 0 };
	int ret = 0;

	for (size_t i = 0; i < sides->count && !ret; i++) {
		char folder[SITE_NAME];

		ret = site_names_make(&names, sides->list[i].label, folder);
		for (size_t j = 0; j < sides->list[i].nr_boots && !ret; j++)
			ret = add_boot(site, i, j, folder, reason);
	}
	site_names_release(&names);
	return ret;
}

/* ---- the comparison in other forms ---- */

static const struct {
	const char *file, *format, *about;
} forms[] = {
	{ "comparison.txt", "text", "the verdicts as a table for mail" },
	{ "comparison.csv", "csv", "a line a row, for spreadsheets" },
};

static int write_form(struct site *site, const char *name, const struct compare_format *format,
		      struct reason *reason)
{
	char *text = NULL;
	size_t length;
	FILE *file = open_memstream(&text, &length);
	int ret;

	if (!file)
		return -ENOMEM;
	ret = format->print(site->comparison, file, false, reason);
	/* If memory runs out at the very end, only the missing text shows it. */
	if ((fclose(file) || !text) && !ret)
		ret = -ENOMEM;
	if (!ret)
		ret = site_folder_write(site->folder, name, text, length, NULL, reason);
	free(text);
	return ret;
}

int site_files_write(struct site *site, struct reason *reason)
{
	int ret = 0;

	if (site->comparison->sides->count < 2)
		return 0;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]) && !ret; i++)
		ret = write_form(site, forms[i].file, compare_format_find(forms[i].format), reason);
	return ret;
}

void site_files_release(struct site *site)
{
	for (size_t i = 0; i < site->nr_raws; i++)
		free(site->raws[i].name);
	free(site->raws);
}

/* ---- the page ---- */

static void add_forms(struct page *page)
{
	html_leaf(&page->html, "h2", "The comparison");
	html_begin(&page->html, "ul", NULL);
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		html_begin(&page->html, "li", NULL);
		html_link(&page->html, forms[i].file, "%s", forms[i].file);
		html_text(&page->html, ": %s", forms[i].about);
		html_end(&page->html);
	}
	html_end(&page->html);
}

/* Returns the length of the part of a name before its last '/'. */
static int folder_length(const char *name)
{
	return (int)(strrchr(name, '/') - name);
}

static void add_again(struct page *page)
{
	const struct site *site = page->site;
	size_t side = SIZE_MAX;

	html_begin(&page->html, "p", NULL);
	html_text(&page->html, page_nr_sides(page) > 1
				       ? "To compare them again, in a copy of this folder: "
				       : "To make such a report again, in a copy of this folder: ");
	html_begin(&page->html, "code", NULL);
	html_text(&page->html, "dmabench %s",
		  page_nr_sides(page) > 1 ? "compare" : "report -o again");
	for (size_t i = 0; i < site->nr_raws; i++) {
		if (site->raws[i].side != side)
			html_text(&page->html, " %.*s", folder_length(site->raws[i].name),
				  site->raws[i].name);
		side = site->raws[i].side;
	}
	html_end(&page->html);
	html_end(&page->html);
	html_begin(&page->html, "p", NULL);
	html_text(&page->html, "Checksums of all files of this report are in ");
	html_link(&page->html, REPORT_MARK, "%s", REPORT_MARK);
	html_text(&page->html, ": ");
	html_leaf(&page->html, "code", "sha256sum -c %s", REPORT_MARK);
	html_end(&page->html);
}

/* Adds what readers must know about the file. */
static void add_remark(struct page *page, const struct boot *boot)
{
	if (boot->torn)
		page_cell(page, "The last line is torn off: used up to there.");
	else if (boot->every > 1)
		page_cell(page, "Too many samples to hold: every %" PRIu64 "th was used.",
			  boot->every);
	else
		page_cell(page, "%s", "");
}

void site_raw(struct page *page)
{
	static const struct page_column columns[] = {
		{ "File", false }, { "Side", false },	 { "Boot", true },    { "Began", false },
		{ "Bytes", true }, { "SHA-256", false }, { "Remark", false }, { NULL, false },
	};
	const struct site *site = page->site;

	page_begin(page, "Raw files");
	if (page_nr_sides(page) > 1)
		add_forms(page);
	html_leaf(&page->html, "h2", "Result files");
	html_leaf(&page->html, "p",
		  "Copies of the files that this report was made from, with every sample. A line "
		  "each is a record; the schema is that of dmabench, version 1.");
	add_again(page);
	page_table(page, columns, "Result files, a boot each");
	for (size_t i = 0; i < site->nr_raws; i++) {
		const struct site_raw *raw = &site->raws[i];
		const struct side *side = page_side(page, raw->side);
		const char *started = boot_started(side->boots[raw->boot]);

		html_begin(&page->html, "tr", NULL);
		html_begin(&page->html, "th", "scope", "row", NULL);
		html_begin(&page->html, "a", "href", raw->name, "download", "", NULL);
		html_text(&page->html, "%s", raw->name);
		html_end(&page->html);
		html_end(&page->html);
		page_label(page, raw->side);
		page_number(page, "%zu", raw->boot + 1);
		page_cell(page, "%s", started[0] ? started : "not recorded");
		page_number(page, "%" PRIu64, raw->size_bytes);
		html_begin(&page->html, "td", NULL);
		html_leaf(&page->html, "code", "%s", raw->sum);
		html_end(&page->html);
		add_remark(page, side->boots[raw->boot]);
		html_end(&page->html);
	}
	page_table_end(page);
}
