#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/grow.h"
#include "plot/chart.h"
#include "plot/text.h"

int chart_add_span(struct chart *chart, struct span span)
{
	struct span *grown = grow(chart->spans, chart->nr_spans, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	chart->spans = grown;
	grown[chart->nr_spans++] = span;
	chart->end = fmax(chart->end, span.end);
	return 0;
}

double chart_longest(const struct chart *chart, size_t phase)
{
	double longest = 0;

	for (size_t i = 0; i < chart->nr_spans; i++)
		if (chart->spans[i].phase == phase)
			longest = fmax(longest, chart->spans[i].end - chart->spans[i].start);
	return longest;
}

static double labels_px(const struct chart *chart)
{
	double most = 0;

	for (size_t i = 0; i < chart->nr_rows; i++)
		if (chart->labels[i].text)
			most = fmax(most, figure_measure(chart->labels[i].text, FIGURE_SMALL));
	return fmin(most, FIGURE_WIDTH * 0.5) + 8;
}

static void add_label(struct figure *figure, const struct text *label, double x, double y)
{
	struct text shown = { 0 };

	plot_add_short(&shown, label->text ? label->text : "",
		       (size_t)(FIGURE_WIDTH * 0.5 / figure_measure("m", FIGURE_SMALL)));
	figure_text(figure, x, y, FIGURE_SMALL, FIGURE_RIGHT, shown.text ? shown.text : "");
	figure->about.failed |= shown.failed;
	text_release(&shown);
}

void chart_place(const struct chart *chart, double end, struct figure *figure)
{
	double row = chart->nr_rows > 24 ? 8 : 17;
	double top = figure->height + (chart->title.length ? 26 : 6);
	struct figure_box box = { .left = FIGURE_MARGIN + labels_px(chart),
				  .right = figure->width - FIGURE_MARGIN - 24,
				  .top = top,
				  .bottom = top + row * (double)chart->nr_rows };
	struct axis x, y = { .ticks = { { .at = 0 } }, .nr_ticks = 1 };

	axis_make(&x, 0, end, false, "ns");
	x.max = end * 1.01;
	axis_thin(&x, box.right - box.left, FIGURE_SMALL * 0.62);
	y.min = (double)chart->nr_rows - 0.5;
	y.max = -0.5;
	figure_text(figure, FIGURE_MARGIN, top - 12, FIGURE_LABEL, FIGURE_LEFT,
		    chart->title.text ? chart->title.text : "");
	for (size_t i = 0; i < chart->nr_rows; i++)
		if (row > 10 || i % 4 == 0)
			add_label(figure, &chart->labels[i], box.left - 6,
				  top + row * ((double)i + 0.5));
	figure_panel(figure, &box, &x, &y);
	figure->height = box.bottom + 26;
	text_add(&figure->data, "# start end row phase\n");
	for (size_t i = 0; i < chart->nr_spans; i++) {
		const struct span *span = &chart->spans[i];

		text_add(&figure->data, "%.9g %.9g %zu %zu\n", span->start, span->end, span->row,
			 span->phase + 1);
	}
	text_add(&figure->data, "\n\n");
	figure->about.failed |= chart->title.failed;
}

void chart_release(struct chart *chart, struct figure *figure)
{
	text_release(&chart->title);
	free(chart->spans);
	for (size_t i = 0; i < CHART_ROWS; i++) {
		figure->about.failed |= chart->labels[i].failed;
		text_release(&chart->labels[i]);
	}
}
