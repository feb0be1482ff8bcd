#include "boots.h"
#include "table/brief.h"

#define HOST                                                                                     \
	",\"machine\":\"x86_64\",\"cpu\":{\"count\":8},\"numa\":[{\"memory_bytes\":1073741824}," \
	"{\"memory_bytes\":1073741824}],\"devices\":[{\"driver\":\"vfio-pci\"},"                 \
	"{\"driver\":\"nvme\"}]"

/* What is printed of a file. */
static const char *printed(const char *path)
{
	static char text[16384];
	struct brief *brief = NULL;
	struct reason reason = { "" };
	FILE *file = fmemopen(text, sizeof(text), "w");

	assert_non_null(file);
	must(!brief_open(path, &brief, &reason), "%s", reason.text);
	assert_int_equal(brief_print(brief, file, false), 0);
	assert_int_equal(fclose(file), 0);
	brief_free(brief);
	return text;
}

static FILE *begin(const char **ret_path)
{
	*ret_path = kept(temp_path("run.jsonl"));
	return boot_begin(*ret_path, &(struct boot_file){ .kernel = "6.18", .host = HOST });
}

static void sized_trial(FILE *file, const char *cell, unsigned int mib, unsigned int ns)
{
	fprintf(file,
		"{\"record\":\"trial\",\"cell\":\"%s\",\"bench\":\"map\",\"params\":{\"size_"
		"bytes\":"
		"%llu},\"placement\":{},\"block\":0,\"order\":0,\"status\":\"ok\",\"metrics\":{"
		"\"map_ns\":{\"unit\":\"ns\",\"better\":\"lower\",\"per_size\":true,\"samples\":"
		"[%u,%u,%u]}}}\n",
		cell, mib * 1048576ULL, ns, ns, ns);
}

TEST(host_is_told_in_a_line)
{
	const char *path;
	FILE *file = begin(&path);

	boot_trial(file, "null/op=nothing", "op_ns", "10,10,10");
	boot_end(file);
	must_contain(
		printed(path),
		"host: Linux 6.18 x86_64, CPUs: 8, 2GiB on 2 memory nodes, devices for VFIO: 1\n"
		"measured: 1 of 1 cells\n");
}

TEST(ends_of_a_metric_are_told_with_the_cells_that_have_them)
{
	const char *path, *text;
	FILE *file = begin(&path);

	boot_trial(file, "pin/backing=anon/threads=1", "pin_ns", "300,300,300");
	boot_trial(file, "pin/backing=thp/threads=1", "pin_ns", "20,20,20");
	boot_trial(file, "pin/backing=shmem/threads=1", "pin_ns", "100,100,100");
	boot_trial(file, "null/op=nothing", "op_ns", "10,10,10");
	boot_end(file);
	text = printed(path);
	must_contain(text, "null       op_ns       1  10.0 ns");
	must_contain(text, "pin        pin_ns      3  20.0 ns  thp   300 ns  anon\n");
}

/* 64 MiB in 10 ms and 1 GiB in 20 ms: more time, and a higher rate. */
TEST(cells_of_several_sizes_are_told_by_their_rates)
{
	const char *path;
	FILE *file = begin(&path);

	sized_trial(file, "map/size=64MiB", 64, 10000000);
	sized_trial(file, "map/size=1GiB", 1024, 20000000);
	boot_end(file);
	must_contain(printed(path),
		     "map        map_ns      2  6.25 GiB/s  64MiB  50 GiB/s  1GiB\n");
}

TEST(skips_and_failures_are_counted_by_their_reasons)
{
	const char *path, *text;
	FILE *file = begin(&path);

	boot_trial(file, "null/op=nothing", "op_ns", "10,10,10");
	boot_skip(file, "map/size=1GiB", "no device");
	boot_skip(file, "pin/size=4TiB", "needs 4TiB");
	boot_skip(file, "map/size=2GiB", "no device");
	boot_mishap(file, "x/a=1", "failed", "killed");
	boot_mishap(file, "x/a=2", "invalid", "small pages");
	boot_end(file);
	text = printed(path);
	must_contain(text, "measured: 1 of 6 cells\n");
	must_contain(text, "\nskipped: 3 cells\n     2  no device\n     1  needs 4TiB\n");
	must_contain(text, "\nfailed: 1 cell\n     1  killed\n");
	must_contain(text, "\ninvalid: 1 cell\n     1  small pages\n");
	must_contain(text, "dmabench doctor");
}

TEST(many_reasons_and_metrics_are_cut)
{
	const char *path, *text;
	FILE *file = begin(&path);
	char cell[64], why[64];

	for (unsigned int i = 0; i < 11; i++) {
		snprintf(cell, sizeof(cell), "map/size=%uGiB", i + 1);
		snprintf(why, sizeof(why), "needs %02u", i);
		boot_skip(file, cell, why);
		snprintf(why, sizeof(why), "m%u_ns", i);
		boot_trial(file, "null/op=nothing", why, "10,10,10");
	}
	boot_end(file);
	text = printed(path);
	must_contain(text, "needs 07\n     3  for 3 other reasons\n");
	assert_null(strstr(text, "needs 08"));
	must_contain(text, " m3_ns ");
	assert_null(strstr(text, " m4_ns "));
}

/* A cell of which some trials came to nothing has figures, and is told. */
TEST(cell_that_failed_once_is_told_beside_its_figures)
{
	const char *path, *text;
	FILE *file = begin(&path);

	boot_trial(file, "null/op=nothing", "op_ns", "10,10,10");
	boot_mishap(file, "null/op=nothing", "failed", "hung");
	boot_end(file);
	text = printed(path);
	must_contain(text, "measured: 1 of 1 cells\n");
	must_contain(text, "10.0 ns");
	must_contain(text, "\nfailed: 1 cell\n     1  hung\n");
}

TEST(unsteady_rows_are_counted_and_the_worst_is_named)
{
	const char *path, *text;
	FILE *file = begin(&path);

	boot_trial(file, "pin/backing=anon", "pin_ns", "100,100,100,100,100");
	boot_trial(file, "pin/backing=thp", "pin_ns", "50,80,100,120,150");
	boot_trial(file, "pin/backing=shmem", "pin_ns", "10,50,100,150,190");
	boot_end(file);
	text = printed(path);
	must_contain(text, "unsteady: 2 of 3 rows");
	must_contain(text, "most is 50 %");
	must_contain(text, "pin/backing=shmem pin_ns\n");
}

/* The figures are one boot's: no word of a verdict, and where to get one. */
TEST(it_judges_nothing_and_says_where_the_table_is)
{
	static const char *const verdicts[] = { "faster", "slower", "regression", "significant" };
	const char *path, *text;
	FILE *file = begin(&path);
	char next[256];

	boot_trial(file, "pin/backing=anon", "pin_ns", "300,300,300");
	boot_trial(file, "pin/backing=thp", "pin_ns", "20,20,20");
	boot_end(file);
	text = printed(path);
	for (size_t i = 0; i < COUNT(verdicts); i++)
		must(!strstr(text, verdicts[i]), "it says %s", verdicts[i]);
	must_contain(text, "steady: no row has a MAD of more than 10 %");
	must_contain(text, "One boot cannot tell whether kernels differ");
	snprintf(next, sizeof(next), "dmabench show %s  # all rows (2)", path);
	must_contain(text, next);
}

TEST(file_without_figures_is_told_as_such)
{
	const char *path, *text;
	FILE *file = begin(&path);

	boot_skip(file, "map/size=1GiB", "no \\u001b[31mdevice");
	boot_end(file);
	text = printed(path);
	must_contain(text, "measured: 0 of 1 cells\n");
	assert_null(strstr(text, "benchmark  "));
	assert_null(strchr(text, '\033'));
}

TEST(what_is_no_result_file_is_refused)
{
	struct brief *brief = NULL;
	struct reason reason = { "" };

	assert_int_equal(brief_open("/nowhere/x", &brief, &reason), -ENOENT);
	must_contain(reason.text, "/nowhere/x");
	assert_int_equal(brief_open(temp_file("no.jsonl", "nonsense\n"), &brief, &reason), -EINVAL);
	assert_null(brief);
	brief_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(host_is_told_in_a_line),
		cmocka_unit_test(ends_of_a_metric_are_told_with_the_cells_that_have_them),
		cmocka_unit_test(cells_of_several_sizes_are_told_by_their_rates),
		cmocka_unit_test(skips_and_failures_are_counted_by_their_reasons),
		cmocka_unit_test(many_reasons_and_metrics_are_cut),
		cmocka_unit_test(cell_that_failed_once_is_told_beside_its_figures),
		cmocka_unit_test(unsteady_rows_are_counted_and_the_worst_is_named),
		cmocka_unit_test(it_judges_nothing_and_says_where_the_table_is),
		cmocka_unit_test(file_without_figures_is_told_as_such),
		cmocka_unit_test(what_is_no_result_file_is_refused),
	};

	return RUN(tests);
}
