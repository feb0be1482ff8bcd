#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "plot/flame_words.h"
#include "plot/text.h"
#include "profile/profiles.h"
#include "profile/why.h"
#include "site/flames.h"
#include "site/view.h"

#define INTERRUPTS_LEAST 0.001 /* of an operation; less is not worth a word */

/* ---- profiles ---- */

static bool has_profiles(const struct site *site, size_t side)
{
	const struct side *that = &site->comparison->sides->list[side];

	for (size_t i = 0; i < that->nr_boots; i++)
		if (that->boots[i]->has_profiles)
			return true;
	return false;
}

static int load_side(struct site *site, size_t side, struct reason *reason)
{
	const struct side *that = &site->comparison->sides->list[side];
	int ret = 0;

	for (size_t i = 0; i < that->nr_boots && !ret; i++) {
		const struct boot *boot = that->boots[i];

		if (boot->has_profiles)
			ret = profiles_load((const char *const *)boot->paths, boot->nr_paths,
					    &site->profiles[site->comparison->first_boot[side] + i],
					    reason);
	}
	return ret;
}

static bool is_sampled(const struct site *site, size_t side)
{
	size_t first = site->comparison->first_boot[side];

	for (size_t i = 0; i < site->comparison->sides->list[side].nr_boots; i++) {
		const struct profiles *profiles = site->profiles[first + i];

		for (size_t j = 0; profiles && j < profiles->count; j++)
			if (!profile_is_samples(profiles->list[j]))
				return false;
	}
	return true;
}

static bool is_explained(const struct site *site, size_t side)
{
	for (size_t i = 0; i < site->comparison->nr_rows; i++)
		if (site->comparison->rows[i].verdicts[side].because)
			return true;
	return false;
}

static int name_page(struct site_names *names, const char *kind, const char *label, char *file,
		     size_t room)
{
	struct text text = { 0 };
	char name[SITE_NAME];
	int ret;

	/* A way out of the folder would not work, but would look like one. */
	text_add(&text, "%s-%s", kind, label + strspn(label, "./"));
	ret = text.failed ? -ENOMEM : site_names_make(names, text.text, name);
	if (!ret)
		snprintf(file, room, "%s.html", name);
	text_release(&text);
	return ret;
}

static int name_pages(struct site *site, size_t side, struct site_names *names)
{
	const char *label = site->comparison->sides->list[side].label;
	struct site_side *that = &site->sides[side];
	int ret = 0;

	if (has_profiles(site, side))
		ret = name_page(names, "instructions", label, that->spent, sizeof(that->spent));
	if (!ret && side && is_explained(site, side))
		ret = name_page(names, "why", label, that->why, sizeof(that->why));
	return ret;
}

int site_flames_load(struct site *site, struct site_names *names, struct reason *reason)
{
	size_t nr_sides = site->comparison->sides->count;
	bool any = false;
	int ret = 0;

	for (size_t i = 0; i < nr_sides; i++)
		any |= has_profiles(site, i);
	if (!any)
		return 0;
	site->profiles = calloc(site->comparison->nr_boots + 1, sizeof(*site->profiles));
	site->sides = calloc(nr_sides, sizeof(*site->sides));
	if (!site->profiles || !site->sides)
		return -ENOMEM;
	for (size_t i = 0; i < nr_sides && !ret; i++) {
		ret = load_side(site, i, reason);
		if (!ret)
			ret = name_pages(site, i, names);
		if (!ret)
			site->sides[i].samples = is_sampled(site, i);
	}
	return ret;
}

/* ---- pictures ---- */

/* A flame graph that is being drawn. */
struct drawn {
	struct site *site;
	const struct row *row;
	size_t side;
	bool against;
	struct text title, note, svg, about;
};

/* What interrupts took is of no function: the picture lacks it. */
static void add_interrupts(struct drawn *drawn, const struct view *view)
{
	double divisor = view->pages > 0 ? view->pages : 1;
	char text[FLAME_NUMBER];

	if (view->interrupts > INTERRUPTS_LEAST * view->whole)
		text_add(&drawn->note, "Interrupts, %s %s, are in no function.",
			 flame_number(view->interrupts / divisor, false, text),
			 view->pages > 0 ? "a page" : "an operation");
}

static void make_words(struct drawn *drawn, const struct view *view)
{
	const struct side *sides = drawn->site->comparison->sides->list;

	text_add(&drawn->title, "%s %s: %s", drawn->row->cell, drawn->row->metric,
		 sides[drawn->side].label);
	if (drawn->against)
		text_add(&drawn->title, " against %s", sides[0].label);
	add_interrupts(drawn, view);
	if (!view->is_samples)
		return;
	text_add(&drawn->note, "%sEstimated from %.0f samples of %s", drawn->note.length ? " " : "",
		 view->sampled[FLAME_NEW].samples, view->event);
	if (drawn->against)
		text_add(&drawn->note,
			 ", and %.0f of the base; what chance may have made of so many counts as "
			 "unchanged",
			 view->sampled[FLAME_BASE].samples);
	text_add(&drawn->note, ".");
}

/* Adds the picture to the list, which then owns @file and what the picture is about. */
static int keep(struct drawn *drawn, char *file, unsigned int height)
{
	struct site *site = drawn->site;
	struct site_flame *grown = grow(site->flames, site->nr_flames, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	site->flames = grown;
	grown[site->nr_flames++] = (struct site_flame){ .row = drawn->row,
							.side = drawn->side,
							.against = drawn->against,
							.file = file,
							.about = drawn->about.text,
							.height = height };
	drawn->about = (struct text){ 0 };
	return 0;
}

static int write_picture(struct drawn *drawn, unsigned int height, struct reason *reason)
{
	const struct site *site = drawn->site;
	const struct site_bench *bench = page_bench_of(site, drawn->row->cell);
	struct text file = { 0 };
	int ret = -ENOMEM;

	text_add(&file, SITE_PLOTS "/");
	plot_add_slug(&file, bench ? bench->name : "");
	text_add(&file, "-%s-%zu-%zu.svg", drawn->against ? "why" : "flame",
		 (size_t)(drawn->row - site->comparison->rows) + 1, drawn->side + 1);
	if (!file.failed && !drawn->svg.failed && !drawn->about.failed)
		ret = site_folder_write(drawn->site->folder, file.text, drawn->svg.text,
					drawn->svg.length, NULL, reason);
	if (!ret)
		ret = keep(drawn, file.text, height);
	if (ret)
		text_release(&file);
	return ret;
}

static int draw_view(struct drawn *drawn, const struct view *view, struct reason *reason)
{
	const struct side *sides = drawn->site->comparison->sides->list;
	struct flame_source source = { .unit = view_unit(view),
				       .pages = view->pages,
				       .whole = view->whole };
	struct flame flame;
	unsigned int height;
	int ret;

	make_words(drawn, view);
	if (drawn->title.failed || drawn->note.failed)
		return -ENOMEM;
	source.title = drawn->title.text;
	source.note = drawn->note.text;
	source.labels[FLAME_BASE] = drawn->against ? sides[0].label : NULL;
	source.labels[FLAME_NEW] = sides[drawn->side].label;
	source.functions = view->figures.functions;
	source.nr_functions = view->figures.nr_functions;
	source.nodes = view->figures.nodes;
	source.nr_nodes = view->figures.nr_nodes;
	ret = flame_lay_out(&source, &flame);
	if (ret)
		return ret;
	height = flame_write(&source, &flame, &drawn->svg, &drawn->about);
	flame_release(&flame);
	return write_picture(drawn, height, reason);
}

static int draw(struct site *site, const struct row *row, size_t side, bool against,
		struct reason *reason)
{
	struct drawn drawn = { .site = site, .row = row, .side = side, .against = against };
	struct view view;
	int ret = view_make(site, row, side, against, &view, reason);

	if (!ret)
		ret = draw_view(&drawn, &view, reason);
	view_release(&view);
	text_release(&drawn.title);
	text_release(&drawn.note);
	text_release(&drawn.svg);
	text_release(&drawn.about);
	return ret;
}

int site_flames_draw(struct site *site, struct reason *reason)
{
	const struct comparison *comparison = site->comparison;
	int ret = 0;

	for (size_t i = 0; i < comparison->nr_rows && site->profiles; i++)
		for (size_t side = 0; side < comparison->sides->count && !ret; side++) {
			const struct row *row = &comparison->rows[i];

			if (view_is_there(site, row, side))
				ret = draw(site, row, side, false, reason);
			if (!ret && row->verdicts[side].because)
				ret = draw(site, row, side, true, reason);
		}
	return ret;
}

void site_flames_release(struct site *site)
{
	for (size_t i = 0; i < site->comparison->nr_boots && site->profiles; i++)
		profiles_free(site->profiles[i]);
	for (size_t i = 0; i < site->nr_flames; i++) {
		free(site->flames[i].file);
		free(site->flames[i].about);
	}
	free(site->profiles);
	free(site->flames);
	free(site->sides);
}

/* ---- on pages ---- */

static const struct site_flame *find(const struct site *site, const struct row *row, size_t side,
				     bool against)
{
	for (size_t i = 0; i < site->nr_flames; i++)
		if (site->flames[i].row == row && site->flames[i].side == side &&
		    site->flames[i].against == against)
			return &site->flames[i];
	return NULL;
}

void page_flame(struct page *page, const struct row *row, size_t side, bool against)
{
	const struct site_flame *flame = find(page->site, row, side, against);
	char width[PAGE_ID], height[PAGE_ID];
	struct html *html = &page->html;

	if (!flame)
		return;
	snprintf(width, sizeof(width), "%d", FLAME_WIDTH);
	snprintf(height, sizeof(height), "%u", flame->height);
	html_begin(html, "figure", NULL);
	html_begin(html, "div", "class", "plot", NULL);
	html_begin(html, "a", "href", flame->file, NULL);
	html_empty(html, "img", "src", flame->file, "alt", flame->about, "width", width, "height",
		   height, NULL);
	html_end(html);
	html_end(html);
	html_begin(html, "figcaption", NULL);
	html_link(html, flame->file, "Opened alone");
	html_text(html, " it tells the figures of the frame under the pointer.");
	html_end(html);
	html_end(html);
}
