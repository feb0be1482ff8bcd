#include <dirent.h>
#include <sched.h>

#include "compare/making.h"
#include "boots.h"
#include "fail_nth.h"
#include "plot/draw.h"
#include "plot/gnuplot.h"
#include "plot/text.h"
#include "plot/plots.h"

/* ---- boots made up ---- */

#define BOOTS 6

struct made_cell {
	const char *cell, *params, *more; /* more: members of the trial */
	const char *metric;
	bool per_size;
	double values[2]; /* of the base's boots, and of the others' */
};

static void add_trial(FILE *file, const struct made_cell *cell, double value, unsigned int order)
{
	fprintf(file,
		"{\"record\":\"trial\",\"cell\":\"%s\",\"bench\":\"%.*s\",\"params\":{%s},"
		"\"placement\":{\"cpu_node\":0,\"mem_node\":%d},%s\"block\":0,\"order\":%u,"
		"\"status\":\"ok\",\"iterations\":3,\"metrics\":{\"%s\":{\"unit\":\"%s\","
		"\"better\":\"lower\"%s,\"samples\":[",
		cell->cell, (int)strcspn(cell->cell, "/"), cell->cell, cell->params,
		strstr(cell->cell, "remote") ? 1 : 0, cell->more ? cell->more : "", order,
		cell->metric, strstr(cell->metric, "_ns") ? "ns" : "ratio",
		cell->per_size ? ",\"per_size\":true" : "");
	for (int i = 0; i < (strstr(cell->metric, "fault_ns") ? 250 : 3); i++)
		fprintf(file, "%s%.12g", i ? "," : "", value * (1 + 0.01 * (i % 3)));
	fprintf(file, "]}},\"counters\":{},\"noise\":{},\"overhead_ns\":9}\n");
}

/* A side of boots in a folder, under a label. */
static const char *make_side(const char *folder, const char *label, int position, size_t boots,
			     const struct made_cell *cells, size_t count)
{
	const char *path = make_folder(folder);

	for (size_t i = 0; i < boots; i++) {
		char name[64];
		FILE *file;

		snprintf(name, sizeof(name), "%s/%zu.jsonl", folder, i);
		file = boot_begin(temp_path(name), &(struct boot_file){ .label = label,
									.pair = (int)i + 1,
									.position = position });
		for (size_t j = 0; j < count; j++)
			add_trial(file, &cells[j],
				  cells[j].values[position > 0] * (1 + 0.001 * (double)(i % 4)),
				  (unsigned int)j);
		boot_end(file);
	}
	return path;
}

struct report {
	struct sides sides;
	struct comparison *comparison;
	struct plots plots;
	const char *folder;
};

static void load(struct report *report, const char *const *folders, size_t count)
{
	const struct comparison_options options = { .gated = false };
	struct reason reason = { "" };
	struct text refusal = { 0 };

	*report = (struct report){ .folder = NULL };
	must(!sides_load(folders, count, NULL, PLOTS_KEEP, &report->sides, &reason), "%s",
	     reason.text);
	must(!comparison_make(&report->sides, &options, &report->comparison, &refusal, &reason),
	     "%s%s", reason.text, refusal.text ? refusal.text : "");
}

static void draw(struct report *report, const char *folder)
{
	struct reason reason = { "" };

	nftw(temp_path(folder), unit_remove_one, 4, FTW_DEPTH | FTW_PHYS);
	report->folder = make_folder(folder);
	must(!plots_make(&report->sides, report->comparison, report->folder, &report->plots,
			 &reason),
	     "%s", reason.text);
}

static void release(struct report *report)
{
	plots_release(&report->plots);
	comparison_free(report->comparison);
	sides_release(&report->sides);
}

static void make_report(struct report *report, const struct made_cell *cells, size_t count)
{
	const char *const folders[] = {
		make_side("base", "6.17", 0, BOOTS, cells, count),
		make_side("new", "6.18", 1, BOOTS, cells, count),
	};

	load(report, folders, 2);
	draw(report, "site");
}

static const char *text_of(const struct report *report, const char *name, const char *ending)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/%s.%s", report->folder, name, ending);
	return file_text(path);
}

static const struct plot *find(const struct report *report, const char *name)
{
	for (size_t i = 0; i < report->plots.count; i++)
		if (!strcmp(report->plots.list[i].name, name))
			return &report->plots.list[i];
	fail_msg("there is no plot %s", name);
	return NULL;
}

static void needs_gnuplot(void)
{
	if (plot_gnuplot_check(NULL))
		skip_because("gnuplot is not installed");
}

#define SIZE(text, bytes, base, new)                                                            \
	{                                                                                       \
		"vfio-map/backing=thp/size=" text, "\"backing\":\"thp\",\"size_bytes\":" bytes, \
			NULL, "map_ns", true,                                                   \
		{                                                                               \
			base, new                                                               \
		}                                                                               \
	}

#define AS_MODE(mode, backing, ns)                                       \
	{                                                                \
		"vfio-map/iommu=" mode "/backing=" backing "/size=4MiB", \
			"\"iommu\":\"" mode "\",\"backing\":\"" backing  \
			"\",\"size_bytes\":4194304",                     \
			NULL, "map_ns", true,                            \
		{                                                        \
			ns, ns                                           \
		}                                                        \
	}

static const struct made_cell sweep[] = {
	SIZE("4MiB", "4194304", 102400, 51200),
	SIZE("16MiB", "16777216", 409600, 204800),
	SIZE("64MiB", "67108864", 1638400, 819200),
};

/* ---- what is in the files ---- */

TEST(a_forest_plot_holds_the_ratios_to_the_letter)
{
	struct report report;

	needs_gnuplot();
	make_report(&report, sweep, COUNT(sweep));
	assert_string_equal(text_of(&report, "vfio-map-ratios", "dat"), "# x low high row hollow\n"
									"NaN NaN NaN NaN 0\n"
									"0.5 0.5 0.5 36.5 0\n"
									"0.5 0.5 0.5 57.5 0\n"
									"0.5 0.5 0.5 78.5 0\n"
									"\n\n");
	must_contain(text_of(&report, "vfio-map-ratios", "gp"), "load 'dots.gp'\n");
	release(&report);
}

TEST(a_sweep_holds_cost_per_page_and_every_boot_to_the_letter)
{
	struct report report;
	const char *data;

	needs_gnuplot();
	make_report(&report, sweep, COUNT(sweep));
	data = text_of(&report, "vfio-map-size-map-ns", "dat");
	/* 102400 ns * 1.01 (the middle sample) over 1024 pages of 4 KiB; boots 0 to 0.3 % more. */
	must_contain(data, "# x median low high\n"
			   "21.95 101.101 101 101.267\n");
	must_contain(data, "# x boot\n"
			   "NaN NaN\n"
			   "21.95 101\n"
			   "21.95 101.101\n"
			   "21.95 101.202\n"
			   "21.95 101.303\n"
			   "21.95 101\n"
			   "21.95 101.101\n"
			   "23.95 101\n");
	release(&report);
}

/* 4 MiB are 1024 pages: 1024 ns are 1 ns each (the middle sample 1 % more). */
TEST(modes_stand_under_their_memory_in_the_order_of_their_table)
{
	static const struct made_cell modes[] = {
		AS_MODE("iommufd", "thp", 1024),
		AS_MODE("iommufd", "anon", 2048),
		AS_MODE("type1", "anon", 4096),
		AS_MODE("iommufd-compat-type1", "anon", 3072),
	};
	struct report report;
	const char *script;

	needs_gnuplot();
	make_report(&report, modes, COUNT(modes));
	must_contain(text_of(&report, "vfio-map-modes-size-4mib", "dat"),
		     "# x low high row hollow\n"
		     "NaN NaN NaN NaN 0\n"
		     "4.04404 4.04 4.05068 36.5 0\n"
		     "3.03303 3.03 3.03801 70.5 0\n"
		     "2.02202 2.02 2.02534 104.5 0\n"
		     "1.01101 1.01 1.01267 164.5 0\n"
		     "\n\n");
	script = text_of(&report, "vfio-map-modes-size-4mib", "gp");
	must_contain(script, "'iommufd-compat-type1'");
	must_contain(script, "load 'dots.gp'\n");
	release(&report);
}

TEST(a_plot_says_boots_samples_interval_kernels_timing_and_version)
{
	static const char *const parts[] = { "6 boots, 54 samples each: 6.17, 6.18",
					     "95 % interval of the median over boots", "wall clock",
					     "dmabench 1" };
	struct report report;
	char svg[65536];

	needs_gnuplot();
	make_report(&report, sweep, COUNT(sweep));
	snprintf(svg, sizeof(svg), "%s", text_of(&report, "vfio-map-size-map-ns", "svg"));
	for (size_t i = 0; i < COUNT(parts); i++) {
		const char *description = strstr(svg, "<desc>");
		const char *drawn = strstr(svg, "</style>");

		must_contain(find(&report, "vfio-map-size-map-ns")->about, parts[i]);
		assert_non_null(description);
		assert_non_null(drawn);
		must_contain(description, parts[i]);
		must_contain(drawn, parts[i]);
	}
	must_contain(svg, "<title>vfio-map: map_ns by size, per 4 KiB</title>");
	release(&report);
}

/* All names and bytes of a folder, mixed. */
static uint64_t digest(const char *folder)
{
	uint64_t sum = 0;
	DIR *dir = opendir(folder);
	struct dirent *entry;

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		uint64_t hash = 14695981039346656037ULL;
		char path[512];
		FILE *file;
		int c;

		if (entry->d_name[0] == '.')
			continue;
		for (const char *at = entry->d_name; *at; at++)
			hash = (hash ^ (unsigned char)*at) * 1099511628211ULL;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		file = fopen(path, "re");
		assert_non_null(file);
		while ((c = getc(file)) != EOF)
			hash = (hash ^ (unsigned int)c) * 1099511628211ULL;
		fclose(file);
		sum += hash;
	}
	closedir(dir);
	return sum;
}

TEST(the_same_files_give_the_same_bytes)
{
	struct report report;
	uint64_t first;

	needs_gnuplot();
	make_report(&report, sweep, COUNT(sweep));
	first = digest(report.folder);
	plots_release(&report.plots);
	draw(&report, "again");
	assert_true(digest(report.folder) == first);
	assert_true(strlen(text_of(&report, "vfio-map-ratios", "png")) > 3);
	release(&report);
}

/* ---- which plots there are ---- */

#define PLAIN(name, params, metric)               \
	{                                         \
		name, params, NULL, metric, true, \
		{                                 \
			1000, 1000                \
		}                                 \
	}
#define PAGES(name, backing, size, count)                                                        \
	{                                                                                        \
		name, "\"backing\":\"" backing "\",\"size_bytes\":8388608",                      \
			"\"verified\":{\"pages\":{\"" size "\":" #count "}},", "unmap_ns", true, \
		{                                                                                \
			1000, 1000                                                               \
		}                                                                                \
	}
#define MODE(mode, backing) AS_MODE(mode, backing, 1000)
#define DEVICES(name, value, list)                                                       \
	{                                                                                \
		name, "\"devices\":" value, "\"devices\":[" list "],", "speedup", false, \
		{                                                                        \
			1, 1                                                             \
		}                                                                        \
	}

static const struct {
	const char *what;
	struct made_cell cells[5];
	size_t count;
	const char *plots; /* of the benchmark's page but for the ratios: drawn, or ! and not */
} decisions[] = {
	{ "one cell has no sweep", { PLAIN("null", "\"op\":\"nothing\"", "op_ns") }, 1, "" },
	{ "two sizes are no sweep of sizes",
	  { SIZE("4MiB", "4194304", 1, 1), SIZE("16MiB", "16777216", 4, 4) },
	  2,
	  "!size " },
	{ "three sizes are one",
	  { SIZE("4MiB", "4194304", 1, 1), SIZE("16MiB", "16777216", 4, 4),
	    SIZE("64MiB", "67108864", 9, 9) },
	  3,
	  "size " },
	{ "three sizes are none where something else differs",
	  { PLAIN("b/backing=thp/size=4KiB", "\"size_bytes\":4096", "x_ns"),
	    PLAIN("b/backing=thp/size=8KiB", "\"size_bytes\":8192", "x_ns"),
	    PLAIN("b/backing=anon/size=16KiB", "\"size_bytes\":16384", "x_ns") },
	  3,
	  "!size " },
	{ "a chunk that is all stands at the size",
	  { PLAIN("b/chunk=4KiB", "\"size_bytes\":65536,\"chunk_bytes\":4096", "x_ns"),
	    PLAIN("b/chunk=16KiB", "\"size_bytes\":65536,\"chunk_bytes\":16384", "x_ns"),
	    PLAIN("b/chunk=whole", "\"size_bytes\":65536,\"chunk_bytes\":null", "x_ns") },
	  3,
	  "!size chunk " },
	{ "one and two threads scale",
	  { PLAIN("b", "\"threads\":1", "x_ns"), PLAIN("b/threads=2", "\"threads\":2", "x_ns") },
	  2,
	  "threads " },
	{ "two and four threads have nothing to be compared with",
	  { PLAIN("b/threads=2", "\"threads\":2", "x_ns"),
	    PLAIN("b/threads=4", "\"threads\":4", "x_ns") },
	  2,
	  "!threads " },
	{ "all devices are as many as were used",
	  { DEVICES("b/devices=1", "1", "{}"), DEVICES("b/devices=most", "\"most\"", "{},{},{}") },
	  2,
	  "devices " },
	{ "three modes stand side by side",
	  { MODE("type1", "anon"), MODE("type1v2", "anon"), MODE("iommufd", "anon") },
	  3,
	  "!size modes " },
	{ "two modes and one over other memory do, too",
	  { MODE("type1", "anon"), MODE("type1v2", "anon"), MODE("iommufd", "thp") },
	  3,
	  "!size modes " },
	{ "two modes are told by the ratios",
	  { MODE("type1", "anon"), MODE("iommufd", "anon"), MODE("iommufd", "thp") },
	  3,
	  "!size " },
	{ "modes of which each has another chunk have not all else alike",
	  { MODE("type1", "anon"), MODE("type1v2", "anon"),
	    PLAIN("vfio-map/iommu=iommufd/backing=anon/size=4MiB/chunk=2MiB",
		  "\"iommu\":\"iommufd\",\"backing\":\"anon\",\"size_bytes\":4194304", "map_ns") },
	  3,
	  "!size " },
	{ "three sizes of pages are folios",
	  { PAGES("b/backing=anon", "anon", "4096", 2048),
	    PAGES("b/backing=mthp-64k", "mthp-64k", "65536", 128),
	    PAGES("b/backing=thp", "thp", "2097152", 4) },
	  3,
	  "!size folio " },
	{ "two are not",
	  { PAGES("b/backing=anon", "anon", "4096", 2048),
	    PAGES("b/backing=shmem", "shmem", "4096", 2048),
	    PAGES("b/backing=thp", "thp", "2097152", 4) },
	  3,
	  "!size !folio " },
	{ "long series are spread", { PLAIN("b", "\"x\":1", "fault_ns") }, 1, "spread " },
	{ "two nodes make tiles",
	  { PLAIN("b", "\"x\":1", "x_ns"), PLAIN("b/placement=remote", "\"x\":1", "x_ns") },
	  2,
	  "nodes " },
	{ "one node does not",
	  { PLAIN("b", "\"x\":1", "x_ns"), PLAIN("b/placement=interleave", "\"x\":1", "x_ns") },
	  2,
	  "!nodes " },
	{ "what was published stands beside what it fits",
	  { { "vfio-map/backing=thp",
	      "\"backing\":\"thp\",\"iommu\":\"type1v2\",\"size_bytes\":1073741824",
	      NULL,
	      "map_ns",
	      true,
	      { 1e6, 1e6 } } },
	  1,
	  "!size quoted " },
	{ "and not beside what was mapped in pieces",
	  { { "vfio-map/backing=thp/chunk=4KiB",
	      "\"backing\":\"thp\",\"iommu\":\"type1v2\",\"size_bytes\":1073741824,"
	      "\"chunk_bytes\":4096",
	      NULL,
	      "map_ns",
	      true,
	      { 1e6, 1e6 } } },
	  1,
	  "!size !chunk " },
	{ "devices that did not come up together have no timeline",
	  { { "device-init/devices=1", "\"devices\":1", NULL, "device_ns", false, { 1, 1 } } },
	  1,
	  "!timeline " },
};

static void list_plots(const struct report *report, char *text, size_t room)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < report->plots.count; i++) {
		const struct plot *plot = &report->plots.list[i];

		if (plot->bench && strcmp(plot->kind, "ratios") != 0)
			used += (size_t)snprintf(text + used, room - used, "%s%s ",
						 plot->why_not ? "!" : "", plot->kind);
	}
}

TEST(what_varies_decides_what_is_drawn)
{
	needs_gnuplot();
	for (size_t i = 0; i < COUNT(decisions); i++) {
		struct report report;
		char text[200];

		nftw(temp_path("base"), unit_remove_one, 4, FTW_DEPTH | FTW_PHYS);
		nftw(temp_path("new"), unit_remove_one, 4, FTW_DEPTH | FTW_PHYS);
		make_report(&report, decisions[i].cells, decisions[i].count);
		list_plots(&report, text, sizeof(text));
		must(!strcmp(text, decisions[i].plots), "%s: \"%s\", expected \"%s\"",
		     decisions[i].what, text, decisions[i].plots);
		release(&report);
	}
}

TEST(three_kernels_are_a_series_two_are_none)
{
	struct report report;
	const char *const folders[] = {
		make_side("one", "6.1", 0, BOOTS, sweep, 1),
		make_side("two", "6.2", 1, BOOTS, sweep, 1),
		make_side("three", "6.3", 2, BOOTS, sweep, 1),
	};

	needs_gnuplot();
	load(&report, folders, 3);
	draw(&report, "site");
	assert_null(find(&report, "vfio-map-kernels")->why_not);
	must_contain(text_of(&report, "vfio-map-kernels", "gp"), "'map_ns', '×0.5'");
	release(&report);
	load(&report, folders, 2);
	draw(&report, "site");
	for (size_t i = 0; i < report.plots.count; i++)
		assert_string_not_equal(report.plots.list[i].kind, "kernels");
	release(&report);
}

/* One kernel alone has no ratios, but all the rest. */
TEST(one_side_without_a_comparison_is_drawn_too)
{
	struct report report = { .folder = NULL };
	const char *const folders[] = { make_side("base", "6.17", 0, 1, sweep, COUNT(sweep)),
					make_side("new", "6.18", 1, 1, sweep, COUNT(sweep)) };
	size_t count;

	needs_gnuplot();
	load(&report, folders, 2);
	comparison_free(report.comparison);
	report.comparison = NULL;
	count = report.sides.count;
	report.sides.count = 1;
	draw(&report, "site");
	assert_null(find(&report, "vfio-map-size-map-ns")->why_not);
	for (size_t i = 0; i < report.plots.count; i++)
		assert_string_not_equal(report.plots.list[i].kind, "ratios");
	report.sides.count = count;
	release(&report);
}

/* ---- what others wrote ---- */

#define EVIL "';system('touch PWNED');'</text><script>`touch PWNED`@x %d ../../{/*2 x}_^"

TEST(names_in_files_never_become_code)
{
	static const struct made_cell evil[] = {
		{ "vfio-map/" EVIL "/size=4MiB",
		  "\"size_bytes\":4194304",
		  NULL,
		  "map_ns",
		  true,
		  { 1, 2 } },
		{ "vfio-map/" EVIL "/size=8MiB",
		  "\"size_bytes\":8388608",
		  NULL,
		  "map_ns",
		  true,
		  { 1, 2 } },
		{ "vfio-map/" EVIL "/size=16MiB",
		  "\"size_bytes\":16777216",
		  NULL,
		  "map_ns",
		  true,
		  { 1, 2 } },
		{ "../../" EVIL, "\"size_bytes\":1", NULL, "map_ns", true, { 1, 2 } },
	};
	const char *const folders[] = { make_side("base", EVIL "1", 0, BOOTS, evil, COUNT(evil)),
					make_side("new", EVIL "2", 1, BOOTS, evil, COUNT(evil)) };
	struct report report;

	needs_gnuplot();
	load(&report, folders, 2);
	draw(&report, "site");
	for (size_t i = 0; i < report.plots.count; i++) {
		const struct plot *plot = &report.plots.list[i];
		char path[300];

		must(strspn(plot->name, "abcdefghijklmnopqrstuvwxyz0123456789-") ==
			     strlen(plot->name),
		     "%s", plot->name);
		if (plot->why_not) {
			must(strstr(plot->why_not, "needs"), "%s: %s", plot->name, plot->why_not);
			continue;
		}
		must(!strstr(text_of(&report, plot->name, "svg"), "<script"), "%s", plot->name);
		snprintf(path, sizeof(path), "%s/PWNED", report.folder);
		must(access(path, F_OK), "%s ran what a file said", plot->name);
	}
	must_contain(text_of(&report, "vfio-map-ratios", "svg"), "&lt;script");
	release(&report);
}

/* Not as the code hopes, but as gnuplot itself reads it. */
TEST(gnuplot_reads_back_what_was_quoted)
{
	static const struct {
		const char *text, *read;
	} cases[] = {
		{ "';system('touch PWNED');'", "’;system(’touch PWNED’);’\n" },
		{ "it's", "it’s\n" },
		{ "\\", "\\\n" },
		{ "a\\'b\\n", "a\\’b\\n\n" },
		{ "''", "’’\n" },
		{ "%d%%", "%d%%\n" },
		{ "{/=9 x}", "{/=9 x}\n" },
		{ "\"#!", "\"#!\n" },
		{ "$x ~`id`", "$x ~`id`\n" },
		{ "@name", "@name\n" },
		{ "ü µ …", "ü µ …\n" },
		{ "two\nlines", "two?lines\n" },
	};
	const char *folder = make_folder("quoted");

	needs_gnuplot();
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct text script = { 0 };
		struct reason reason = { "" };
		char path[300];

		text_add(&script, "set encoding utf8\nset print 'said'\nname = 'oops'\nprint ");
		plot_quote(&script, cases[i].text);
		text_add(&script, "\n");
		snprintf(path, sizeof(path), "%.255s/x.gp", folder);
		make_file(path, script.text);
		must(!plot_gnuplot_run(folder, "x.gp", &reason), "%s", reason.text);
		snprintf(path, sizeof(path), "%.255s/said", folder);
		must(!strcmp(file_text(path), cases[i].read), "\"%s\" became \"%s\"", cases[i].text,
		     file_text(path));
		text_release(&script);
	}
}

/* ---- gnuplot that is not there, or not well ---- */

struct stand_in {
	const char *script, *says;
};

static const struct stand_in stand_ins[] = {
	{ NULL, "install the package gnuplot-nox" },
	{ "exit 0", "gnuplot wrote no SVG" },
	{ "echo first; echo 'x.gp line 3: no such thing' >&2; exit 1",
	  "gnuplot failed: x.gp line 3: no such thing" },
	{ "exit 3", "gnuplot failed: it did not say why" },
	{ "kill -SEGV $$", "gnuplot was killed by signal 11" },
	{ "exec sleep 30", "gnuplot did not end within 1 s: killed" },
	{ "while :; do echo many words; done", "gnuplot did not end within 1 s: killed" },
	{ "n=$(basename $2 .gp); echo '<svg' >$n.svg", "gnuplot wrote no SVG, or only a part" },
	{ "n=$(basename $2 .gp); echo '<svg><title></title><desc></desc>' >$n.svg; "
	  "echo '</svg>' >>$n.svg",
	  "gnuplot wrote no PNG" },
	{ "n=$(basename $2 .gp); echo '<svg><title></title><desc></desc>' >$n.svg; "
	  "echo '</svg>' >>$n.svg; echo half >$n.png",
	  "gnuplot wrote only a part of a PNG" },
};

static char *keep_path(void)
{
	const char *path = getenv("PATH");

	return strdup(path ? path : "/usr/bin:/bin");
}

static void stand_in(const char *script)
{
	const char *folder = make_folder("bin");
	char path[300], all[400], text[300];

	snprintf(path, sizeof(path), "%.255s/gnuplot", folder);
	unlink(path);
	snprintf(all, sizeof(all), "%.255s%s", folder, script ? ":/usr/bin:/bin" : "");
	setenv("PATH", all, 1);
	if (!script)
		return;
	snprintf(text, sizeof(text), "#!/bin/sh\n[ \"$1\" = --version ] && exit 0\n%s\n", script);
	make_file(path, text);
	if (chmod(path, 0700))
		abort();
}

/* How many files a folder holds that belong to plots. */
static size_t count_files(const char *folder)
{
	struct dirent *entry;
	size_t count = 0;
	DIR *dir = opendir(folder);

	assert_non_null(dir);
	while ((entry = readdir(dir)))
		count += strchr(entry->d_name, '-') != NULL;
	closedir(dir);
	return count;
}

TEST(gnuplot_that_is_missing_or_fails_is_a_reason_and_leaves_nothing)
{
	char *path = keep_path();

	not_emulated("does not tell that a program could not be started");
	plot_gnuplot_limit_sec = 1;
	for (size_t i = 0; i < COUNT(stand_ins); i++) {
		struct report report;
		bool any = false;

		stand_in(stand_ins[i].script);
		make_report(&report, sweep, 1);
		assert_true((report.plots.no_gnuplot != NULL) == !stand_ins[i].script);
		for (size_t j = 0; j < report.plots.count; j++) {
			const struct plot *plot = &report.plots.list[j];

			assert_non_null(plot->why_not);
			any |= strstr(plot->why_not, stand_ins[i].says) != NULL;
		}
		must(any, "\"%s\" is said by none", stand_ins[i].says);
		assert_int_equal(count_files(report.folder), 0);
		release(&report);
	}
	plot_gnuplot_limit_sec = 60;
	setenv("PATH", path, 1);
	free(path);
}

TEST(a_folder_that_is_not_there_is_an_error_with_its_name)
{
	struct report report;
	struct reason reason = { "" };

	needs_gnuplot();
	make_report(&report, sweep, 1);
	plots_release(&report.plots);
	assert_int_equal(plots_make(&report.sides, report.comparison, "/nonexistent/folder",
				    &report.plots, &reason),
			 -ENOENT);
	must_contain(reason.text, "/nonexistent/folder/");
	release(&report);
}

TEST(figures_to_read_are_there_without_gnuplot)
{
	char *path = keep_path();
	static const struct made_cell cell[] = {
		{ "b", "\"x\":1", NULL, "fault_ns", false, { 1000, 500 } }
	};
	struct report report;

	stand_in(NULL);
	make_report(&report, cell, 1);
	assert_int_equal(find(&report, "b-spread-fault-ns")->table.nr_rows, 2);
	assert_string_equal(find(&report, "b-spread-fault-ns")->table.cells[3], "1.011 us");
	release(&report);
	setenv("PATH", path, 1);
	free(path);
}

/* ---- memory ---- */

static struct report walked;

/* Without gnuplot: what it would draw is laid out all the same. */
static enum outcome walk_plots(void)
{
	struct plots plots = { .list = NULL };
	struct reason reason = { "" };
	size_t whole = 0;
	cpu_set_t one;
	int ret;

	/* Threads' stacks stay allocated. */
	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	sched_setaffinity(0, sizeof(one), &one);
	memory_runs_out();
	ret = plots_make(&walked.sides, walked.comparison, "/nonexistent", &plots, &reason);
	memory_is_back();
	if (ret)
		return ret == -ENOMEM && reason.text[0] && !plots.list ? REFUSED : WRONG;
	for (size_t i = 0; i < plots.count; i++)
		whole += plots.list[i].name && plots.list[i].title && plots.list[i].about &&
			 plots.list[i].why_not;
	ret = whole == plots.count && whole == walked.plots.count && plots.no_gnuplot;
	plots_release(&plots);
	return ret ? COMPLETE : WRONG;
}

TEST(memory_that_runs_out_is_told_and_nothing_is_lost)
{
	static const struct made_cell cells[] = {
		SIZE("4MiB", "4194304", 102400, 51200),
		SIZE("16MiB", "16777216", 409600, 204800),
		SIZE("64MiB", "67108864", 1638400, 819200),
		{ "b", "\"x\":1", NULL, "fault_ns", false, { 1000, 500 } },
		{ "b/placement=remote", "\"x\":1", NULL, "fault_ns", false, { 1000, 500 } },
		PAGES("u/backing=anon", "anon", "4096", 2048),
		PAGES("u/backing=mthp-64k", "mthp-64k", "65536", 128),
		PAGES("u/backing=thp", "thp", "2097152", 4),
	};
	const char *const folders[] = { make_side("one", "6.1", 0, 1, cells, COUNT(cells)),
					make_side("two", "6.2", 1, 1, cells, COUNT(cells)),
					make_side("three", "6.3", 2, 1, cells, COUNT(cells)) };
	char *path = keep_path();

	stand_in(NULL);
	load(&walked, folders, 3);
	draw(&walked, "site");
	assert_non_null(walked.plots.no_gnuplot);
	fail_walk(&(struct fail_walk){ .work = walk_plots, .step = 53 });
	release(&walked);
	setenv("PATH", path, 1);
	free(path);
}

static enum outcome walk_drawing(void)
{
	struct figure figure = { .script = "dots" };
	struct reason reason = { "" };
	const char *folder = temp_path("walk");
	char path[300];
	int ret;

	text_add(&figure.name, "a-plot");
	figure_begin(&figure, "A title", "");
	text_add(&figure.about, "What is seen");
	memory_runs_out();
	ret = plot_draw(&figure, folder, &reason);
	memory_is_back();
	figure_release(&figure);
	snprintf(path, sizeof(path), "%s/a-plot.svg", folder);
	if (ret)
		return ret == -ENOMEM && access(path, F_OK) ? REFUSED : WRONG;
	return access(path, F_OK) ? WRONG : COMPLETE;
}

TEST(memory_that_runs_out_while_drawing_leaves_no_file)
{
	char *path = keep_path();

	make_folder("walk");
	stand_in("n=$(basename $2 .gp); echo '<svg><title></title><desc></desc>' >$n.svg; "
		 "echo '</svg>' >>$n.svg; printf 'IEND\\256B\\140\\202' >$n.png");
	fail_walk(&(struct fail_walk){ .work = walk_drawing, .step = 3 });
	setenv("PATH", path, 1);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_forest_plot_holds_the_ratios_to_the_letter),
		cmocka_unit_test(a_sweep_holds_cost_per_page_and_every_boot_to_the_letter),
		cmocka_unit_test(modes_stand_under_their_memory_in_the_order_of_their_table),
		cmocka_unit_test(a_plot_says_boots_samples_interval_kernels_timing_and_version),
		cmocka_unit_test(the_same_files_give_the_same_bytes),
		cmocka_unit_test(what_varies_decides_what_is_drawn),
		cmocka_unit_test(three_kernels_are_a_series_two_are_none),
		cmocka_unit_test(one_side_without_a_comparison_is_drawn_too),
		cmocka_unit_test(names_in_files_never_become_code),
		cmocka_unit_test(gnuplot_reads_back_what_was_quoted),
		cmocka_unit_test(gnuplot_that_is_missing_or_fails_is_a_reason_and_leaves_nothing),
		cmocka_unit_test(a_folder_that_is_not_there_is_an_error_with_its_name),
		cmocka_unit_test(figures_to_read_are_there_without_gnuplot),
		cmocka_unit_test(memory_that_runs_out_is_told_and_nothing_is_lost),
		cmocka_unit_test(memory_that_runs_out_while_drawing_leaves_no_file),
	};

	return RUN(tests);
}
