#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "site/site.h"
#include "site/files.h"
#include "site/flames.h"
#include "site/page.h"
#include "result/cell_name.h"
#include "table/headline_words.h"

/* ---- benchmarks ---- */

static int add_bench(struct site *site, const char *cell, struct site_names *names)
{
	struct site_bench *grown;
	char page[SITE_NAME];
	int ret;

	if (page_bench_of(site, cell))
		return 0;
	grown = grow(site->benches, site->nr_benches, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	site->benches = grown;
	grown += site->nr_benches;
	grown->name = strndup(cell, cell_bench_length(cell));
	if (!grown->name)
		return -ENOMEM;
	site->nr_benches++;
	ret = site_names_make(names, grown->name, page);
	snprintf(grown->page, sizeof(grown->page), "%s.html", page);
	return ret;
}

static int list_benches(struct site *site, struct site_names *names)
{
	static const char *const taken[] = { "index", "environments", "method", "raw" };
	const struct comparison *comparison = site->comparison;
	char name[SITE_NAME];
	int ret = 0;

	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]) && !ret; i++)
		ret = site_names_make(names, taken[i], name);
	for (size_t i = 0; i < comparison->nr_rows && !ret; i++)
		ret = add_bench(site, comparison->rows[i].cell, names);
	for (size_t i = 0; i < comparison->nr_left_out && !ret; i++)
		ret = add_bench(site, comparison->left_out[i].cell, names);
	return ret;
}

/* Names the pages beside those that are always there: no two share a name. */
static int name_pages(struct site *site, struct reason *reason)
{
	struct site_names names = { 0 };
	int ret = list_benches(site, &names);

	if (!ret)
		ret = site_flames_load(site, &names, reason);
	site_names_release(&names);
	return ret;
}

static int name_sides(struct site *site)
{
	const struct sides *sides = site->comparison->sides;

	site->names = calloc(sides->count, sizeof(*site->names));
	for (size_t i = 0; i < sides->count && site->names; i++)
		side_name(sides, i, site->names[i]);
	return site->names ? 0 : -ENOMEM;
}

/* Makes the title. The base comes last, since others are compared with it. */
static void make_title(struct site *site)
{
	const struct sides *sides = site->comparison->sides;

	for (size_t i = 1; i < sides->count; i++)
		text_add(&site->title, "%s%s", i > 1 ? ", " : "", site->names[i]);
	text_add(&site->title, "%s%s", sides->count > 1 ? " against " : "", site->names[0]);
}

/* Says what was found of the last side, which is the newest as a rule. */
static void describe(struct site *site)
{
	size_t last = site->comparison->sides->count - 1;

	if (last) {
		struct headline headline = headline_find(site->comparison, last);

		headline_add(site->comparison, &headline, &site->description);
	}
}

/* ---- pages ---- */

static const struct {
	const char *file;
	void (*write)(struct page *page);
} pages[] = {
	{ "index.html", site_front },
	{ "environments.html", site_environments },
	{ "method.html", site_method },
	{ "raw.html", site_raw },
};

#define NR_PAGES (sizeof(pages) / sizeof(pages[0]))

static int write_page(struct site *site, size_t number, double *values, struct reason *reason)
{
	struct page page = { .site = site, .values = values };

	if (number < NR_PAGES) {
		page.file = pages[number].file;
		pages[number].write(&page);
	} else {
		const struct site_bench *bench = &site->benches[number - NR_PAGES];

		page.file = bench->page;
		site_bench(&page, bench);
	}
	return page_finish(&page, reason);
}

static int write_side(struct site *site, size_t side, double *values, struct reason *reason)
{
	struct page why = { .site = site, .values = values, .file = site->sides[side].why };
	struct page spent = { .site = site, .values = values, .file = site->sides[side].spent };
	int ret = 0;

	if (*spent.file) {
		site_spent(&spent, side);
		ret = page_finish(&spent, reason);
	}
	if (*why.file && !ret) {
		site_why(&why, side);
		ret = page_finish(&why, reason);
	}
	return ret;
}

static int write_pages(struct site *site, const struct site_options *options, struct reason *reason)
{
	double *values = calloc(site->comparison->nr_boots + 1, sizeof(*values));
	int ret = values ? 0 : -ENOMEM;

	for (size_t i = 0; i < NR_PAGES + site->nr_benches && !ret; i++)
		ret = options->interrupted && options->interrupted()
			      ? -EINTR
			      : write_page(site, i, values, reason);
	for (size_t i = 0; i < site->comparison->sides->count && site->sides && !ret; i++)
		ret = write_side(site, i, values, reason);
	free(values);
	return ret;
}

/* ---- the report ---- */

static int draw(struct site *site, struct text *notes, struct reason *reason)
{
	const struct comparison *comparison = site->comparison;
	char folder[PATH_MAX];
	int ret = site_folder_make(site->folder, SITE_PLOTS, reason);

	snprintf(folder, sizeof(folder), "%.4000s/" SITE_PLOTS, site_folder_path(site->folder));
	if (!ret)
		ret = plots_make(comparison->sides,
				 comparison->sides->count > 1 ? comparison : NULL, folder,
				 &site->plots, reason);
	if (!ret && site->plots.no_gnuplot)
		text_add(notes, "no plots: %s\n", site->plots.no_gnuplot);
	return ret ? ret : site_folder_adopt(site->folder, SITE_PLOTS, reason);
}

static int fill(struct site *site, const struct site_options *options, struct text *notes,
		struct reason *reason)
{
	int ret = blocks_make(site->comparison, &site->blocks);

	if (!ret)
		ret = name_pages(site, reason);
	if (!ret)
		ret = name_sides(site);
	if (!ret) {
		make_title(site);
		describe(site);
	}
	if (!ret && (site->title.failed || site->description.failed))
		ret = -ENOMEM;
	if (!ret)
		ret = site_folder_copy(site->folder, SITE_STYLE, options->style, NULL, reason);
	if (!ret)
		ret = site_files_copy(site, reason);
	if (!ret)
		ret = site_files_write(site, reason);
	if (!ret)
		ret = draw(site, notes, reason);
	if (!ret)
		ret = site_flames_draw(site, reason);
	return ret ? ret : write_pages(site, options, reason);
}

static void release(struct site *site)
{
	for (size_t i = 0; i < site->nr_benches; i++)
		free(site->benches[i].name);
	free(site->benches);
	blocks_release(&site->blocks);
	plots_release(&site->plots);
	site_files_release(site);
	site_flames_release(site);
	free(site->names);
	text_release(&site->title);
	text_release(&site->description);
}

int site_make(const struct comparison *comparison, const struct site_options *options,
	      struct text *notes, struct reason *reason)
{
	struct site site = { .comparison = comparison };
	int ret = site_folder_open(options->path, options->force, &site.folder, reason);

	if (ret)
		return ret;
	ret = fill(&site, options, notes, reason);
	if (!ret && options->interrupted && options->interrupted())
		ret = -EINTR;
	if (ret)
		site_folder_drop(site.folder);
	else
		ret = site_folder_finish(site.folder, reason);
	release(&site);
	return ret == -ENOMEM ? reason_set(reason, ret, "memory ran out") : ret;
}
