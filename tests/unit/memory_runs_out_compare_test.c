/* A comparison is made and printed whole, or there is an error, whichever allocation fails. */
#include "compare/making.h"
#include "fail_nth.h"

#include "table/compare_formats.h"
#include "worlds.h"

static const char *arguments[3];
static size_t nr_arguments;
static char expected[65536]; /* what is printed with all memory */
static const char *format;

static const struct comparison_options options = {
	.gated = true,
	.gate_pct = 5,
	.allow = (const char *const[]){ "cpu" },
	.nr_allow = 1,
};

/* ---- boots and sides ---- */

static enum outcome walk_boot(void)
{
	const char *path = kept(temp_path("old/0.jsonl"));
	struct boot *boot = NULL;
	enum outcome outcome = REFUSED;
	int ret;

	memory_runs_out();
	ret = boot_load(&path, 1, BOOT_KEEP_SAMPLES | BOOT_KEEP_TRIALS, &boot, NULL);
	memory_is_back();
	if (!ret)
		outcome = boot->nr_cells == 1 && boot->nr_trials == 1 &&
					  boot_find(boot, "bench/backing=thp") &&
					  boot->cells[0].nr_metrics == 1 &&
					  boot->cells[0].metrics[0].nr_samples == 3 &&
					  boot->cells[0].metrics[0].summary.count == 3
				  ? COMPLETE
				  : WRONG;
	else if (boot || ret != -ENOMEM)
		outcome = WRONG;
	boot_free(boot);
	return outcome;
}

TEST(boot_is_loaded_whole_or_not_at_all)
{
	release(compare_world(&(struct world){ 1, 2, 0, NULL, NULL, NULL }, -1));
	fail_walk(&(struct fail_walk){ .work = walk_boot });
}

static enum outcome walk_sides(void)
{
	struct sides loaded = { 0 };
	enum outcome outcome = REFUSED;
	int ret;

	memory_runs_out();
	ret = sides_load(arguments, nr_arguments, NULL, 0, &loaded, NULL);
	memory_is_back();
	if (!ret)
		outcome = loaded.count == nr_arguments && loaded.list[0].nr_boots == 2 &&
					  loaded.list[1].nr_boots == 2 &&
					  !strcmp(loaded.list[1].label, "young")
				  ? COMPLETE
				  : WRONG;
	else if (ret != -ENOMEM)
		outcome = WRONG;
	if (!ret)
		sides_release(&loaded);
	return outcome;
}

TEST(sides_are_loaded_whole_or_not_at_all)
{
	release(compare_world(&(struct world){ 2, 2, 0, NULL, NULL, NULL }, -1));
	arguments[0] = kept(temp_path("old"));
	arguments[1] = kept(temp_path("young"));
	nr_arguments = 2;
	fail_walk(&(struct fail_walk){ .work = walk_sides,
				       .may_keep = true }); /* of threads, some memory stays */
}

/* ---- comparisons, and what is printed of them ---- */

static int print(const struct comparison *comparison, char *text, size_t room)
{
	FILE *file = fmemopen(memset(text, 0, room), room, "w");
	struct reason reason = { "" };
	int ret;

	memory_runs_out();
	ret = compare_format_find(format)->print(comparison, file, false, &reason);
	memory_is_back();
	fclose(file);
	return ret;
}

static struct sides loaded; /* before the walk */
static struct comparison *made;

static enum outcome walk_comparison(void)
{
	static char text[sizeof(expected)];
	struct comparison *comparison = NULL;
	struct text refusal = { 0 };
	enum outcome outcome = REFUSED;
	int ret;

	memory_runs_out();
	ret = comparison_make(&loaded, &options, &comparison, &refusal, NULL);
	memory_is_back();
	if (!ret) {
		fail_nth = 0;
		outcome = !print(comparison, text, sizeof(text)) && !strcmp(text, expected)
				  ? COMPLETE
				  : WRONG;
	} else if (ret != -ENOMEM || comparison) {
		outcome = WRONG;
	}
	comparison_free(comparison);
	text_release(&refusal);
	return outcome;
}

static enum outcome walk_print(void)
{
	static char text[sizeof(expected)];

	if (print(made, text, sizeof(text)))
		return REFUSED;
	return strcmp(text, expected) ? WRONG : COMPLETE;
}

/* Three sides that have a row in common, one that a side lacks, and a fact that differs. */
static void load(const char *timing)
{
	static const char *const labels[] = { "k1", "k2", "k3" };
	struct text refusal = { 0 };
	struct reason reason = { "" };

	for (size_t i = 0; i < COUNT(labels); i++) {
		char name[32];
		FILE *file;

		snprintf(name, sizeof(name), "%s.jsonl", labels[i]);
		arguments[i] = kept(temp_path(name));
		file = boot_begin(arguments[i],
				  &(struct boot_file){ .label = labels[i],
						       .pair = 1,
						       .timing = timing,
						       .host = i ? ",\"cpu\":{\"model\":\"B\"}"
								 : ",\"cpu\":{\"model\":\"A\"}" });
		boot_trial(file, "vfio-map/backing=thp", "map_ns", i ? "200" : "100");
		boot_trial(file, "vfio-map/backing=anon", "map_ns", "100");
		if (i)
			boot_mishap(file, "x/a=b", "failed", "it broke");
		else
			boot_trial(file, "x/a=b", "op_ns", "5");
		boot_end(file);
	}
	fail_nth = 0;
	must(!sides_load(arguments, COUNT(labels), NULL, 0, &loaded, &reason), "%s", reason.text);
	must(!comparison_make(&loaded, &options, &made, &refusal, &reason), "%s %s", reason.text,
	     refusal.text ? refusal.text : "");
	text_release(&refusal);
	assert_int_equal(print(made, expected, sizeof(expected)), 0);
}

static void unload(void)
{
	comparison_free(made);
	sides_release(&loaded);
	made = NULL;
}

TEST(comparison_is_made_whole_or_not_at_all)
{
	static const char *const timings[] = { "wall", "icount" };

	format = "json";
	for (size_t i = 0; i < COUNT(timings); i++) {
		load(timings[i]);
		fail_walk(&(struct fail_walk){ .work = walk_comparison });
		unload();
	}
}

TEST(comparison_is_printed_whole_or_there_is_an_error)
{
	static const char *const formats[] = { "text", "markdown", "json" };

	for (size_t i = 0; i < COUNT(formats); i++) {
		format = formats[i];
		load("wall");
		fail_walk(&(struct fail_walk){ .work = walk_print });
		unload();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boot_is_loaded_whole_or_not_at_all),
		cmocka_unit_test(sides_are_loaded_whole_or_not_at_all),
		cmocka_unit_test(comparison_is_made_whole_or_not_at_all),
		cmocka_unit_test(comparison_is_printed_whole_or_there_is_an_error),
	};

	return RUN(tests);
}
