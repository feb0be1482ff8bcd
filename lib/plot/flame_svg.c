/* Writes a flame graph as SVG, also for those who do not see it, or not its colours. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plot/figure.h"
#include "plot/flame.h"
#include "plot/flame_words.h"
#include "plot/text.h"

#define MARGIN FIGURE_MARGIN
#define LINE 19 /* height of a line of text */
#define ROW 20 /* height of a row of frames */
#define GAP 1 /* between frames */
#define PAD 3 /* between a frame's edge and its label */
#define FONT 11 /* of labels in frames */
#define TITLE 14 /* size of the title */
#define NAME_LEAST 9 /* a name that is cut keeps so many characters, or is left out */
#define SWATCH 14 /* a square of the legend */

struct canvas {
	const struct flame_source *source;
	const struct flame *flame;
	struct text *svg;
	double y; /* the picture is filled down to here */
};

/*
 * Names of classes: n did not change, m1 … m3 more, f1 … f3 fewer, s1 … s3 a share; h title, q
 * faint words. Of the same strength, more is lighter than fewer, so that they differ in grey, too.
 */
static const char style[] =
	"<style>\n:root{color-scheme:light dark}\n"
	"text{fill:#1b1f24;font:13px system-ui,sans-serif}\n"
	".h{font-size:14px;font-weight:600}.q{fill:#57606a}\n"
	".k text{font:11px ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace}\n"
	".n rect{fill:#e4e7eb}.r rect{fill:#fff;stroke:#b8c0c9}\n"
	".m1 rect{fill:#fde3cb}.m2 rect{fill:#fbbd85}.m3 rect{fill:#f2914a}\n"
	".f1 rect{fill:#cfe1f5}.f2 rect{fill:#8dbbe8}.f3 rect{fill:#5596d3}\n"
	".s1 rect{fill:#d8ebe3}.s2 rect{fill:#a3d3bf}.s3 rect{fill:#63b495}\n"
	"pattern path{stroke:#1b1f24;stroke-width:.7}\n"
	"@media(prefers-color-scheme:dark){\n"
	"text{fill:#e6eaef}.q{fill:#a3adb8}pattern path{stroke:#e6eaef}\n"
	".n rect{fill:#313942}.r rect{fill:#14181d;stroke:#4a525c}\n"
	".m1 rect{fill:#54351f}.m2 rect{fill:#86481a}.m3 rect{fill:#b35a12}\n"
	".f1 rect{fill:#1f3a57}.f2 rect{fill:#1f5288}.f3 rect{fill:#1f68b5}\n"
	".s1 rect{fill:#20463a}.s2 rect{fill:#1f5f4b}.s3 rect{fill:#1a7a5c}\n"
	"}\n</style>\n";

/* What is more and has no room for a sign has lines that rise; what is less, lines that fall. */
static const char patterns[] =
	"<defs><pattern id=\"more\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\">"
	"<path d=\"M-1 1L1 -1M0 5L5 0M4 6L6 4\"/></pattern><pattern id=\"fewer\" width=\"5\" "
	"height=\"5\" "
	"patternUnits=\"userSpaceOnUse\"><path d=\"M-1 4L1 6M0 0L5 5M4 -1L6 "
	"1\"/></pattern></defs>\n";

/* ---- text ---- */

/* Adds lines, which plot_add_xml() would join. */
static void add_xml_lines(struct text *out, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");
		struct text line = { 0 };

		text_add_bytes(&line, text, length);
		plot_add_xml(out, line.text ? line.text : "");
		out->failed |= line.failed;
		text_release(&line);
		text += length;
		if (*text)
			text_add(out, "\n");
		text += *text == '\n';
	}
}

static void add_words(struct canvas *canvas, double x, double y, const char *class,
		      const char *words)
{
	text_add(canvas->svg, "<text x=\"%.0f\" y=\"%.0f\"%s%s%s>", x, y, *class ? " class=\"" : "",
		 class, *class ? "\"" : "");
	plot_add_xml(canvas->svg, words);
	text_add(canvas->svg, "</text>\n");
}

/* Adds a text in as many lines as it takes. */
static void add_paragraph(struct canvas *canvas, const char *class, double size, const char *words)
{
	size_t most = (size_t)(FLAME_SPAN / figure_measure("m", size));

	while (*words) {
		size_t length = plot_line(words, most);
		struct text line = { 0 };

		text_add_bytes(&line, words, length);
		canvas->y += LINE;
		add_words(canvas, MARGIN, canvas->y, class, line.text ? line.text : "");
		canvas->svg->failed |= line.failed;
		text_release(&line);
		words += length;
		words += *words == ' ';
	}
}

/* ---- the head ---- */

struct legend_entry {
	const char *class, *words;
	bool differential;
};

static void add_legend_entry(struct canvas *canvas, double *x, const struct legend_entry *entry)
{
	text_add(canvas->svg,
		 "<g class=\"%s\"><rect x=\"%.0f\" y=\"%.0f\" width=\"%d\" height=\"%d\"/></g>\n",
		 entry->class, *x, canvas->y - SWATCH + 3, SWATCH, SWATCH);
	*x += SWATCH + (*entry->words ? 6 : 2);
	if (!*entry->words)
		return;
	add_words(canvas, *x, canvas->y, "", entry->words);
	*x += figure_measure(entry->words, FIGURE_FONT) + 10;
}

/* Says what colours mean, and then what the figures in frames are. */
static void add_legend(struct canvas *canvas)
{
	static const struct legend_entry entries[] = {
		{ "f3", "", true },	      { "f2", "", true },
		{ "f1", "− fewer", true },    { "n", "unchanged", true },
		{ "m1", "", true },	      { "m2", "", true },
		{ "m3", "+ more", true },     { "n", "under 1 %", false },
		{ "s1", "from 1 %", false },  { "s2", "from 5 %", false },
		{ "s3", "from 20 %", false },
	};
	const struct flame_source *source = canvas->source;
	double x = MARGIN;
	char words[128];

	canvas->y += LINE + 4;
	for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++)
		if (entries[i].differential == flame_is_differential(source))
			add_legend_entry(canvas, &x, &entries[i]);
	if (flame_is_differential(source))
		snprintf(words, sizeof(words),
			 "%.24s %s in the function itself, without what it calls", source->unit,
			 flame_each(source));
	else
		snprintf(words, sizeof(words),
			 "of an operation in the function itself, without what it calls");
	add_words(canvas, x, canvas->y, "q", words);
	canvas->y += 8;
}

static void add_subtitle(struct canvas *canvas)
{
	const struct flame_source *source = canvas->source;
	struct text words = { 0 };
	char label[FLAME_LABEL];

	flame_add_total(source, canvas->flame, &words);
	text_add(&words, ". Callers below what they call; as wide as what they took");
	if (flame_is_differential(source))
		text_add(&words, " on %s", flame_label(source, FLAME_NEW, label));
	if (canvas->flame->nr_cut)
		text_add(&words, "; %zu paths deeper than %d calls are cut off",
			 canvas->flame->nr_cut, FLAME_ROWS);
	text_add(&words, ".");
	if (source->note)
		text_add(&words, " %s", source->note);
	add_paragraph(canvas, "q", FIGURE_FONT * 0.9, words.text ? words.text : "");
	canvas->svg->failed |= words.failed;
	text_release(&words);
}

static void add_head(struct canvas *canvas)
{
	canvas->y += 3;
	add_paragraph(canvas, "h", TITLE, canvas->source->title);
	add_subtitle(canvas);
	add_legend(canvas);
}

/* ---- frames ---- */

/* What is written in a frame. */
struct label {
	struct text text;
	bool has_sign; /* if it needs one */
};

/* Writes what a frame's tone means, or only the sign, if there is no room for more. */
static void make_figure(const struct canvas *canvas, const struct flame_frame *frame, size_t room,
			char figure[FLAME_NUMBER])
{
	const struct flame_source *source = canvas->source;

	figure[0] = '\0';
	if (!frame->tone)
		return;
	if (flame_is_differential(source))
		flame_number(source->nodes[frame->node].change / flame_divisor(source), true,
			     figure);
	else
		snprintf(figure, FLAME_NUMBER, "%.0f %%",
			 100 * frame->self / flame_whole(source, canvas->flame));
	if (plot_count(figure) > room)
		snprintf(figure, FLAME_NUMBER, "%s",
			 !room || !flame_is_differential(source) ? ""
			 : frame->tone > 0			 ? "+"
								 : "−");
}

/* Writes name and figure, or as much as there is room for: the figure, which tells more, first. */
static struct label make_label(const struct canvas *canvas, const struct flame_frame *frame)
{
	const struct flame_source *source = canvas->source;
	double wide = frame->width - GAP - 2 * PAD;
	size_t room = wide > 0 ? (size_t)(wide / figure_measure("m", FONT)) : 0;
	struct label label = { .has_sign = true };
	char figure[FLAME_NUMBER];
	const char *name = "…";

	if (frame->node != FLAME_NONE)
		name = source->functions[source->nodes[frame->node].function].name;
	make_figure(canvas, frame, room, figure);
	if (frame->tone) {
		label.has_sign = figure[0];
		room -= plot_count(figure);
		room -= room > 0;
	}
	if (room >= plot_count(name) || room >= NAME_LEAST)
		plot_add_short(&label.text, name, room);
	text_add(&label.text, "%s%s", label.text.length && *figure ? " " : "", figure);
	return label;
}

static const char *class_of(const struct canvas *canvas, const struct flame_frame *frame,
			    char class[4])
{
	char letter = !flame_is_differential(canvas->source) ? 's' : frame->tone < 0 ? 'f' : 'm';

	if (frame->node == FLAME_NONE)
		return "r";
	if (!frame->tone)
		return "n";
	snprintf(class, 4, "%c%d", letter, abs(frame->tone) % 10);
	return class;
}

static void add_box(struct canvas *canvas, const struct flame_frame *frame, double y,
		    const char *fill)
{
	text_add(canvas->svg, "<rect x=\"%.1f\" y=\"%.0f\" width=\"%.1f\" height=\"%d\"%s/>",
		 MARGIN + frame->x, y, frame->width - GAP, ROW - GAP, fill);
}

static void add_frame(struct canvas *canvas, const struct flame_frame *frame)
{
	double y = canvas->y + (canvas->flame->nr_rows - 1 - frame->row) * (double)ROW;
	struct label label = make_label(canvas, frame);
	struct text tip = { 0 };
	char class[4];

	text_add(canvas->svg, "<g class=\"%s\"><title>", class_of(canvas, frame, class));
	flame_add_tip(canvas->source, frame, &tip);
	add_xml_lines(canvas->svg, tip.text ? tip.text : "");
	text_add(canvas->svg, "</title>");
	add_box(canvas, frame, y, "");
	if (!label.has_sign && flame_is_differential(canvas->source))
		add_box(canvas, frame, y,
			frame->tone > 0 ? " style=\"fill:url(#more)\""
					: " style=\"fill:url(#fewer)\"");
	if (label.text.length) {
		text_add(canvas->svg, "<text x=\"%.1f\" y=\"%.0f\">", MARGIN + frame->x + PAD,
			 y + ROW - 6);
		plot_add_xml(canvas->svg, label.text.text);
		text_add(canvas->svg, "</text>");
	}
	text_add(canvas->svg, "</g>\n");
	canvas->svg->failed |= tip.failed || label.text.failed;
	text_release(&tip);
	text_release(&label.text);
}

static void add_frames(struct canvas *canvas)
{
	text_add(canvas->svg, "<g class=\"k\">\n");
	for (size_t i = 0; i < canvas->flame->nr_frames; i++)
		add_frame(canvas, &canvas->flame->frames[i]);
	text_add(canvas->svg, "</g>\n");
	canvas->y += canvas->flame->nr_rows * (double)ROW;
}

/* ---- the picture ---- */

static void add_unseen(struct canvas *canvas)
{
	struct text words = { 0 };

	flame_add_unseen(canvas->source, canvas->flame, &words);
	canvas->y += 2;
	add_paragraph(canvas, "", FIGURE_FONT * 0.9, words.text ? words.text : "");
	canvas->svg->failed |= words.failed;
	text_release(&words);
}

/* The height is known only when all else was written. */
unsigned int flame_write(const struct flame_source *source, const struct flame *flame,
			 struct text *svg, struct text *about)
{
	struct text body = { 0 };
	struct canvas canvas = { .source = source, .flame = flame, .svg = &body };
	size_t start = about->length;
	unsigned int height;

	flame_add_about(source, flame, about);
	add_head(&canvas);
	add_frames(&canvas);
	add_unseen(&canvas);
	height = (unsigned int)ceil(canvas.y + MARGIN);
	text_add(svg,
		 "<svg role=\"img\" xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
		 "height=\"%u\" viewBox=\"0 0 %d %u\">\n<title>",
		 FLAME_WIDTH, height, FLAME_WIDTH, height);
	plot_add_xml(svg, source->title);
	text_add(svg, "</title>\n<desc>");
	plot_add_xml(svg, about->text ? about->text + start : "");
	text_add(svg, "</desc>\n%s%s", style, patterns);
	text_add_bytes(svg, body.text ? body.text : "", body.length);
	text_add(svg, "</svg>\n");
	svg->failed |= body.failed || about->failed;
	text_release(&body);
	return height;
}
