#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/parallel.h"
#include "base/interrupt.h"
#include "plot/draw.h"
#include "plot/gnuplot.h"
#include "plot/kinds.h"
#include "plot/text.h"
#include "plot/plots.h"

const struct plot_kind plot_kinds[] = {
	{ "overview", "dots", true, plot_overview_make },
	{ "drift", "drift", true, plot_drift_make },
	{ "ratios", "dots", false, plot_ratios_make },
	{ "size", "lines", false, plot_size_make },
	{ "chunk", "lines", false, plot_chunk_make },
	{ "threads", "lines", false, plot_threads_make },
	{ "devices", "lines", false, plot_devices_make },
	{ "folio", "lines", false, plot_folio_make },
	{ "modes", "dots", false, plot_modes_make },
	{ "spread", "curves", false, plot_spread_make },
	{ "timeline", "gantt", false, plot_timeline_make },
	{ "nodes", "tiles", false, plot_nodes_make },
	{ "kernels", "lines", false, plot_kernels_make },
	{ "quoted", "dots", false, plot_quoted_make },
	{ NULL, NULL, false, NULL },
};

#define NR_KINDS (sizeof(plot_kinds) / sizeof(plot_kinds[0]) - 1)

/* The plots that one kind makes of one benchmark. */
struct plot_job {
	const struct plot_kind *kind;
	const char *bench; /* NULL: the front page */
	struct plot_made *made;
	size_t nr_made;
	int ret;
};

/* A figure to draw, and the result. */
struct drawing {
	struct plot_made *made;
	int ret;
	struct reason reason;
};

struct making {
	struct plot_source source;
	const char *folder;
	struct plot_job *jobs;
	size_t nr_jobs;
	struct drawing *drawings;
	size_t nr_drawings;
	struct reason missing; /* why gnuplot cannot be used; empty: it can */
};

/* ---- jobs ---- */

static int list_jobs(struct making *making)
{
	making->jobs =
		calloc(NR_KINDS * (making->source.nr_benches + 1) + 1, sizeof(struct plot_job));
	if (!making->jobs)
		return -ENOMEM;
	for (size_t bench = 0; bench <= making->source.nr_benches; bench++)
		for (size_t i = 0; i < NR_KINDS; i++)
			if (plot_kinds[i].front == !bench)
				making->jobs[making->nr_jobs++] = (struct plot_job){
					.kind = &plot_kinds[i],
					.bench = bench ? making->source.benches[bench - 1] : NULL,
				};
	return 0;
}

static void release_made(struct plot_made *made)
{
	figure_release(&made->figure);
	text_release(&made->suffix);
	table_release(&made->table);
}

static int make_part(struct making *making, struct plot_job *job, bool *ret_applies)
{
	const struct plot_request request = { .source = &making->source,
					      .bench = job->bench,
					      .part = job->nr_made };
	struct plot_made *grown = grow(job->made, job->nr_made, sizeof(*grown));
	struct plot_made *made;
	int ret;

	if (!grown)
		return -ENOMEM;
	job->made = grown;
	made = &grown[job->nr_made];
	memset(made, 0, sizeof(*made));
	made->figure.kind = job->kind->name;
	made->figure.bench = job->bench;
	made->figure.script = job->kind->script;
	ret = job->kind->make(&request, made);
	if (!ret && (figure_failed(&made->figure) || made->table.failed || made->suffix.failed))
		ret = -ENOMEM;
	*ret_applies = !ret && made->applies;
	if (*ret_applies)
		job->nr_made++;
	else
		release_made(made);
	return ret;
}

static void do_job(void *context, size_t number)
{
	struct making *making = context;
	struct plot_job *job = &making->jobs[number];
	bool applies = true;

	while (applies && !job->ret)
		job->ret = make_part(making, job, &applies);
}

static bool is_taken(const struct making *making, const char *name)
{
	for (size_t i = 0; i < making->nr_drawings; i++) {
		const struct plot_made *made = making->drawings[i].made;

		if (made && !strcmp(made->figure.name.text, name))
			return true;
	}
	return false;
}

/* Names a figure so that it is safe as a file's name and differs from all others. */
static int name_figure(const struct making *making, const struct plot_job *job,
		       struct plot_made *made)
{
	struct text base = { 0 }, *name = &made->figure.name;

	plot_add_slug(&base, job->bench ? job->bench : "all");
	text_add(&base, "-%s", job->kind->name);
	if (made->suffix.length) {
		text_add(&base, "-");
		plot_add_slug(&base, made->suffix.text);
	}
	text_add(name, "%s", base.text ? base.text : "");
	for (int i = 2; !base.failed && !name->failed && is_taken(making, name->text); i++) {
		name->length = 0;
		text_add(name, "%s-%d", base.text, i);
	}
	name->failed |= base.failed;
	text_release(&base);
	return name->failed ? -ENOMEM : 0;
}

static int list_drawings(struct making *making)
{
	size_t count = 0;
	int ret = 0;

	for (size_t i = 0; i < making->nr_jobs && !ret; i++) {
		count += making->jobs[i].nr_made;
		ret = making->jobs[i].ret;
	}
	making->drawings = calloc(count + 1, sizeof(*making->drawings));
	if (!making->drawings)
		return -ENOMEM;
	for (size_t i = 0; i < making->nr_jobs; i++)
		for (size_t j = 0; j < making->jobs[i].nr_made && !ret; j++) {
			struct plot_made *made = &making->jobs[i].made[j];

			ret = name_figure(making, &making->jobs[i], made);
			making->drawings[making->nr_drawings++].made = made;
		}
	return ret;
}

/* ---- drawing ---- */

static void do_drawing(void *context, size_t number)
{
	struct making *making = context;
	struct drawing *drawing = &making->drawings[number];
	struct figure *figure = &drawing->made->figure;

	if (figure->why_not.length)
		return;
	if (interrupt_pending())
		drawing->ret = -EINTR;
	else if (making->missing.text[0])
		text_add(&figure->why_not, "%s", making->missing.text);
	else
		drawing->ret = plot_draw(figure, making->folder, &drawing->reason);
	if (drawing->ret == SKIPPED) {
		text_add(&figure->why_not, "%s", drawing->reason.text);
		drawing->ret = 0;
	}
	if (figure->why_not.failed)
		drawing->ret = -ENOMEM;
}

/* What each figure needs, then the script of each kind, once. */
static const char *const *list_scripts(const char *scripts[NR_KINDS + 3])
{
	size_t count = 0;

	scripts[count++] = "begin";
	scripts[count++] = "panel";
	for (const struct plot_kind *kind = plot_kinds; kind->name; kind++) {
		size_t at = 0;

		while (at < count && strcmp(scripts[at], kind->script) != 0)
			at++;
		if (at == count)
			scripts[count++] = kind->script;
	}
	scripts[count] = NULL;
	return scripts;
}

static int draw_all(struct making *making, struct reason *reason)
{
	const char *scripts[NR_KINDS + 3];
	int ret = plot_gnuplot_check(&making->missing);

	if (ret < 0)
		return reason_set(reason, ret, "%s", making->missing.text);
	if (!ret && making->nr_drawings)
		ret = plot_draw_prepare(list_scripts(scripts), making->folder, reason);
	if (ret < 0)
		return ret;
	parallel_each(making->nr_drawings, do_drawing, making);
	for (size_t i = 0; i < making->nr_drawings; i++)
		if (making->drawings[i].ret)
			return reason_set(reason, making->drawings[i].ret, "%s",
					  making->drawings[i].reason.text);
	return 0;
}

/* ---- results ---- */

static char *take(struct text *text)
{
	char *taken = text->text;

	*text = (struct text){ 0 };
	return taken;
}

static int hand_out(struct making *making, struct plots *plots)
{
	plots->list = calloc(making->nr_drawings + 1, sizeof(*plots->list));
	if (!plots->list)
		return -ENOMEM;
	for (size_t i = 0; i < making->nr_drawings; i++) {
		struct plot_made *made = making->drawings[i].made;
		struct figure *figure = &made->figure;
		struct plot *plot = &plots->list[plots->count++];

		*plot = (struct plot){ .kind = strdup(figure->kind),
				       .width = (unsigned int)figure->width,
				       .height = (unsigned int)figure->height + 1 };
		if (figure->bench)
			plot->bench = strdup(figure->bench);
		if (!plot->kind || (figure->bench && !plot->bench))
			return -ENOMEM;
		text_add(&figure->about, "%s", "");
		plot->name = take(&figure->name);
		plot->title = take(&figure->title);
		plot->about = take(&figure->about);
		plot->why_not = take(&figure->why_not);
		plot->table = made->table;
		made->table = (struct table){ .nr_rows = 0 };
		if (!plot->about || !plot->title)
			return -ENOMEM;
	}
	if (making->missing.text[0]) {
		plots->no_gnuplot = strdup(making->missing.text);
		return plots->no_gnuplot ? 0 : -ENOMEM;
	}
	return 0;
}

static void release(struct making *making)
{
	for (size_t i = 0; i < making->nr_jobs; i++) {
		for (size_t j = 0; j < making->jobs[i].nr_made; j++)
			release_made(&making->jobs[i].made[j]);
		free(making->jobs[i].made);
	}
	free(making->jobs);
	free(making->drawings);
	plot_source_release(&making->source);
}

int plots_make(const struct sides *sides, const struct comparison *comparison, const char *folder,
	       struct plots *ret_plots, struct reason *reason)
{
	struct making making = { .folder = folder };
	struct plots plots = { .list = NULL };
	int ret = plot_source_init(&making.source, sides, comparison);

	if (!ret)
		ret = list_jobs(&making);
	if (!ret) {
		parallel_each(making.nr_jobs, do_job, &making);
		ret = list_drawings(&making);
	}
	if (!ret)
		ret = draw_all(&making, reason);
	if (!ret)
		ret = hand_out(&making, &plots);
	release(&making);
	if (ret) {
		plots_release(&plots);
		return ret == -ENOMEM ? reason_set(reason, ret, "memory ran out") : ret;
	}
	*ret_plots = plots;
	return 0;
}

void plots_release(struct plots *plots)
{
	for (size_t i = 0; i < plots->count; i++) {
		struct plot *plot = &plots->list[i];

		free(plot->name);
		free(plot->bench);
		free(plot->kind);
		free(plot->title);
		free(plot->about);
		free(plot->why_not);
		table_release(&plot->table);
	}
	free(plots->list);
	free(plots->no_gnuplot);
	*plots = (struct plots){ .list = NULL };
}
