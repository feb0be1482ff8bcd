/* Adds what a comparison found in a few sentences, as `compare` says it. */
#include "site/front_parts.h"
#include "table/headline_words.h"
#include "table/side_name.h"

static const char *const classes[HEADLINE_PARTS] = {
	[HEADLINE_CONTROL_FAILED] = "warning", [HEADLINE_SLOWER] = "slower",
	[HEADLINE_FASTER] = "faster",	       [HEADLINE_REST] = NULL,
	[HEADLINE_GROUNDS] = "grounds",
};

static void add_parts(struct page *page, const struct headline *headline)
{
	const struct comparison *comparison = page->site->comparison;

	for (enum headline_part part = 0; part < HEADLINE_PARTS; part++) {
		bool changed = part == HEADLINE_SLOWER	 ? headline->slower.count
			       : part == HEADLINE_FASTER ? headline->faster.count
							 : true;
		struct text text = { 0 };

		headline_add_part(comparison, headline, part, &text);
		page->html.text.failed |= text.failed;
		if (text.length)
			html_leaf_with(&page->html, "p", "class", changed ? classes[part] : NULL,
				       "%s", text.text);
		text_release(&text);
	}
}

static void add_next(struct page *page, const struct headline *headline)
{
	struct text command = { 0 }, purpose = { 0 };

	headline_add_next(page->site->comparison, headline, &command, &purpose);
	page->html.text.failed |= command.failed || purpose.failed;
	if (command.length && headline->next != NEXT_PUBLISH) { /* this is the report */
		html_begin(&page->html, "p", "class", "next", NULL);
		html_text(&page->html, "Next, %s ", purpose.text ? purpose.text : "");
		html_leaf(&page->html, "code", "%s", command.text);
		html_end(&page->html);
	}
	text_release(&command);
	text_release(&purpose);
}

static void add_steps(struct page *page)
{
	struct text steps = { 0 };

	headline_add_steps(page->site->comparison, &steps);
	page->html.text.failed |= steps.failed;
	if (steps.length)
		html_leaf(&page->html, "p", "%s", steps.text);
	text_release(&steps);
}

/* Adds the labels in full where they are shortened above. */
static void add_kernels(struct page *page)
{
	struct html *html = &page->html;

	html_begin(html, "p", "class", "kernels", NULL);
	for (size_t i = 0; i < page_nr_sides(page); i++) {
		const struct side *side = page_side(page, i);

		html_text(html, "%s", i ? "; " : "");
		html_leaf(html, "strong", "%s", page_name(page, i));
		html_text(html, " is %s, %zu boot%s", side->label, side->nr_boots,
			  side->nr_boots == 1 ? "" : "s");
	}
	html_text(html, ". ");
	html_link(html, "method.html", "How it was measured");
	html_text(html, ", ");
	html_link(html, "environments.html", "where");
	html_text(html, ".");
	html_end(html);
}

void front_summary(struct page *page)
{
	size_t last = page_nr_sides(page) - 1;
	struct headline headline = headline_find(page->site->comparison, last);

	html_begin(&page->html, "section", "class", "summary", "aria-label", "Summary", NULL);
	if (last > 1)
		html_leaf_with(&page->html, "p", "class", "short",
			       "%s against %s:", page_name(page, last), page_name(page, 0));
	add_parts(page, &headline);
	add_steps(page);
	add_next(page, &headline);
	html_end(&page->html);
	add_kernels(page);
}
