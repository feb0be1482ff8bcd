#include <errno.h>
#include <string.h>

#include "plot/svg.h"
#include "plot/text.h"

/*
 * gnuplot writes colours as attributes, which a style sheet can override: in dark mode, black
 * becomes light, and dark colours become lighter. Point marks take their colour from "color".
 */
static const struct {
	const char *drawn, *dark;
} colours[] = {
	{ "black", "#e4e4e4" },
	{ "rgb(  0,   0,   0)", "#e4e4e4" },
	{ "rgb(0,0,0)", "#e4e4e4" }, /* only text has it */
	{ "rgb( 85,  85,  85)", "#b4b4b4" },
	{ "rgb(217, 217, 217)", "#3c3c3c" },
	{ "rgb(  0, 114, 178)", "#58aee0" },
	{ "rgb(213,  94,   0)", "#f08a3c" },
	{ "rgb(  0, 136, 104)", "#2fbf98" },
	{ "rgb(170,  68, 136)", "#d98cc0" },
	{ "rgb(148, 112,   0)", "#d0a52e" },
	{ "rgb(110, 110, 110)", "#b0b0b0" },
};

static void add_style(struct text *out)
{
	static const char *const places[] = { "stroke", "fill", "color" };

	text_add(out, "<style>\n@media (prefers-color-scheme: dark) {\n");
	for (size_t i = 0; i < sizeof(colours) / sizeof(colours[0]); i++)
		for (size_t j = 0; j < sizeof(places) / sizeof(places[0]); j++)
			text_add(out, "[%s=\"%s\"]{%s:%s}\n", places[j], colours[i].drawn,
				 places[j], colours[i].dark);
	text_add(out, "}\n</style>\n");
}

static void add_head(struct text *out, const char *title, const char *about)
{
	text_add(out, "<title>");
	plot_add_xml(out, title);
	text_add(out, "</title>\n<desc>");
	plot_add_xml(out, about);
	text_add(out, "</desc>\n");
	add_style(out);
}

/*
 * Adds the rest without the titles that gnuplot gives to parts: they would pop up as useless tips.
 */
static void add_rest(struct text *out, const char *at)
{
	static const char open[] = "<title>", close[] = "</title>";

	for (;;) {
		const char *from = strstr(at, open), *to = from ? strstr(from, close) : NULL;

		if (!to)
			break;
		text_add_bytes(out, at, (size_t)(from - at));
		at = to + strlen(close);
	}
	text_add(out, "%s", at);
}

int plot_svg_dress(const char *svg, const char *title, const char *about, struct text *ret_dressed,
		   struct reason *reason)
{
	static const char end_of_head[] = "</desc>\n", root[] = "<svg";
	const char *open = strstr(svg, root), *head = strstr(svg, "<title>");
	const char *rest = head ? strstr(head, end_of_head) : NULL;
	struct text out = { 0 };

	if (!open || !rest || open > head || !strstr(rest, "</svg>"))
		return reason_set(reason, SKIPPED, "gnuplot wrote no SVG, or only a part of it");
	text_add_bytes(&out, svg, (size_t)(open - svg));
	text_add(&out, "<svg role=\"img\"");
	text_add_bytes(&out, open + strlen(root), (size_t)(head - open) - strlen(root));
	add_head(&out, title, about);
	add_rest(&out, rest + strlen(end_of_head));
	if (out.failed) {
		text_release(&out);
		return -ENOMEM;
	}
	*ret_dressed = out;
	return 0;
}
