#include "base/units.h"
#include "configs.h"
#include "host/memory.h"
#include "measure/measure.h"

/* 2 x 2 x 1 x 2 cells of populate; small enough to fit anywhere. */
#define EIGHT                                                                               \
	"{\"seed\": 7, \"rounds\": 3, \"matrix\": [{\"bench\": \"populate\", \"backing\": " \
	"[\"anon\", "                                                                       \
	"\"shmem\"], \"size\": [\"64K\", \"1M\"], \"placement\": [\"local\", \"cpus:0\"]}]}"

static struct topology *topology;

static int open_topology(void **state)
{
	(void)state;
	topology = synthetic(TWO_NODES);
	return 0;
}

static int close_topology(void **state)
{
	(void)state;
	topology_close(topology);
	return 0;
}

TEST(products_become_cells)
{
	static const struct {
		const char *matrix;
		size_t cells;
	} cases[] = {
		{ "{\"bench\": \"null\"}", 1 },
		{ "{\"bench\": \"null\", \"op\": \"all\"}", 2 },
		{ "{\"bench\": \"populate\", \"size\": [\"4K\", \"8K\", \"16K\"], \"how\": \"all\","
		  " \"placement\": [\"local\", \"remote\"]}",
		  18 },
		{ "{\"bench\": \"null\", \"op\": \"all\"}, {\"bench\": \"populate\", \"size\": "
		  "[\"4K\", \"8K\"]}",
		  4 },
		/* What is named twice is measured once: within a product and across them. */
		{ "{\"bench\": \"null\", \"op\": [\"nothing\", \"nothing\"]}", 1 },
		{ "{\"bench\": \"null\"}, {\"bench\": \"null\", \"op\": \"all\"}", 2 },
		{ "{\"bench\": \"populate\", \"size\": [\"1M\", \"1024K\", 1048576]}", 1 },
		{ "{\"bench\": \"null\", \"placement\": [\"local\", \"local\"]}", 1 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[512];
		struct config *config;
		struct plan *plan;

		snprintf(text, sizeof(text), "{\"matrix\": [%s]}", cases[i].matrix);
		config = load(text);
		plan = make_plan(config, topology);
		must(plan->nr_cells == cases[i].cells, "%s has %zu cells", cases[i].matrix,
		     plan->nr_cells);
		plan_free(plan);
		config_free(config);
	}
	plan_free(NULL);
}

TEST(cells_are_called_by_their_values_and_placement)
{
	struct config *config = load(EIGHT);
	struct plan *plan = make_plan(config, topology);

	assert_string_equal(
		cell_names(plan),
		"populate/backing=anon/size=64KiB/how=touch/threads=1\n"
		"populate/backing=anon/size=64KiB/how=touch/threads=1/placement=cpus:0\n"
		"populate/backing=anon/size=1MiB/how=touch/threads=1\n"
		"populate/backing=anon/size=1MiB/how=touch/threads=1/placement=cpus:0\n"
		"populate/backing=shmem/size=64KiB/how=touch/threads=1\n"
		"populate/backing=shmem/size=64KiB/how=touch/threads=1/placement=cpus:0\n"
		"populate/backing=shmem/size=1MiB/how=touch/threads=1\n"
		"populate/backing=shmem/size=1MiB/how=touch/threads=1/placement=cpus:0\n");
	plan_free(plan);
	config_free(config);
}

/* The key that results are joined by: however a value was written, the name is one. */
TEST(name_of_a_cell_does_not_hang_on_how_it_was_written)
{
	static const char *const texts[] = {
		"{\"matrix\": [{\"bench\": \"populate\", \"size\": \"1GiB\", \"iterations\": 3}]}",
		"{\"matrix\": [{\"size\": \"1024M\", \"bench\": \"populate\", \"rounds\": 2}]}",
		"{\"matrix\": [{\"bench\": \"populate\", \"size\": 1073741824, \"threads\": 1}]}",
	};

	for (size_t i = 0; i < COUNT(texts); i++) {
		struct config *config = load(texts[i]);
		struct plan *plan = make_plan(config, topology);

		assert_string_equal(cell_names(plan),
				    "populate/backing=anon/size=1GiB/how=touch/threads=1\n");
		plan_free(plan);
		config_free(config);
	}
}

TEST(implied_parameter_is_left_out_of_the_name_at_its_default)
{
	static const struct param params[] = {
		{ .name = "old", .type = &param_count, .fallback = "1" },
		{ .name = "new", .type = &param_count, .fallback = "0", .implied = true },
		{ .name = NULL },
	};
	static const struct bench bench = { .name = "b", .params = params };
	struct value values[] = { { 1, NULL }, { 0, NULL } };
	const struct cell cell = { .bench = &bench, .values = values, .placement = "local" };
	char name[CELL_NAME];

	assert_string_equal(cell_name(&cell, name), "b/old=1");
	values[1].number = 2;
	assert_string_equal(cell_name(&cell, name), "b/old=1/new=2");
}

TEST(excluded_cells_are_left_out)
{
	static const struct {
		const char *exclude;
		size_t cells;
	} cases[] = {
		{ "[]", 8 },
		{ "[{\"backing\": \"anon\"}]", 4 },
		{ "[{\"backing\": [\"anon\", \"thp\"]}]", 4 },
		{ "[{\"backing\": \"anon\", \"size\": \"1M\"}]", 6 },
		{ "[{\"size\": 1048576}]", 4 },
		{ "[{\"backing\": \"anon\"}, {\"size\": \"1024K\"}]", 2 },
		{ "[{\"placement\": \"cpus:0\"}]", 4 },
		{ "[{\"bench\": \"populate\", \"placement\": \"local\", \"size\": \"64K\"}]", 6 },
		{ "[{\"bench\": \"null\"}]", 8 },
		{ "[{\"threads\": 2}]", 8 },
		{ "[{\"backing\": \"memfd\"}]", 8 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[512];
		struct config *config;
		struct plan *plan;

		snprintf(text, sizeof(text), "%.*s, \"exclude\": %s}", (int)strlen(EIGHT) - 1,
			 EIGHT, cases[i].exclude);
		config = load(text);
		plan = make_plan(config, topology);
		must(plan->nr_cells == cases[i].cells, "%s leaves %zu cells", cases[i].exclude,
		     plan->nr_cells);
		plan_free(plan);
		config_free(config);
	}
}

/* A condition on what a benchmark does not have is not met by it. */
TEST(exclude_on_a_parameter_spares_benchmarks_without_it)
{
	struct config *config =
		load("{\"matrix\": [{\"bench\": \"null\"}, {\"bench\": \"populate\"}],"
		     " \"exclude\": [{\"backing\": \"anon\"}]}");
	struct plan *plan = make_plan(config, topology);

	assert_string_equal(cell_names(plan), "null/op=nothing\n");
	plan_free(plan);
	config_free(config);
}

static void check_refused(const char *text, int error, const char *why)
{
	struct config *config = load(text);
	struct plan *plan = NULL;
	struct reason reason = { "" };

	assert_int_equal(plan_make(config, topology, &plan, &reason), error);
	must_contain(reason.text, why);
	assert_null(plan);
	config_free(config);
}

TEST(matrix_of_which_nothing_is_left_is_refused)
{
	check_refused("{\"matrix\": [{\"bench\": \"null\"}], \"exclude\": [{\"bench\": \"null\"}]}",
		      -EINVAL, "empty");
}

/* A list of @count numbers, written as sizes of whole megabytes or as plain numbers. */
static size_t write_list(char *text, size_t count, size_t factor)
{
	size_t used = (size_t)sprintf(text, "[");

	for (size_t i = 1; i <= count; i++)
		used += (size_t)sprintf(text + used, "%s%zu", i > 1 ? "," : "", i * factor);
	return used + (size_t)sprintf(text + used, "]");
}

static char *large_matrix(size_t sizes, size_t threads)
{
	char *text = malloc(200 + 12 * (sizes + threads));
	size_t used;

	assert_non_null(text);
	used = (size_t)sprintf(text, "{\"seed\":1,\"matrix\":[{\"bench\":\"uring-pin\",\"size\":");
	used += write_list(text + used, sizes, 65536);
	used += (size_t)sprintf(text + used, ",\"threads\":");
	used += write_list(text + used, threads, 1);
	sprintf(text + used, "}]}");
	return text;
}

TEST(matrix_of_ten_million_cells_is_refused_before_it_takes_memory)
{
	char *text = large_matrix(20000, 500);
	struct config *config = load(text);
	struct plan *plan = NULL;
	struct reason reason = { "" };
	uint64_t before = memory_resident();

	assert_int_equal(plan_make(config, topology, &plan, &reason), -E2BIG);
	must(memory_resident() < before + 16 * MIB, "it took %llu MiB",
	     (unsigned long long)((memory_resident() - before) / MIB));
	must_contain(reason.text, "10000000 cells");
	assert_null(plan);
	config_free(config);
	free(text);
}

TEST(many_cells_are_planned_each_once)
{
	char *text = large_matrix(1000, 20);
	struct config *config = load(text);
	struct plan *plan = make_plan(config, topology);
	bool *seen = calloc(plan->nr_cells, sizeof(*seen));

	not_emulated("has no io_uring");

	assert_int_equal(plan->nr_cells, 20000);
	for (size_t i = 0; i < plan->nr_trials; i++) {
		assert_true(plan->order[i] < plan->nr_cells);
		assert_false(seen[plan->order[i]]);
		seen[plan->order[i]] = true;
	}
	assert_int_equal(plan->nr_trials + plan->nr_skipped, plan->nr_cells);
	/* More threads than a node has CPUs are skipped, all with the same few words. */
	assert_int_equal(plan->nr_skipped, 16000);
	assert_true(plan->reasons.count < 100);
	free(seen);
	plan_free(plan);
	config_free(config);
	free(text);
}

static struct plan *plan_with_seed(const char *seed, struct config **ret_config)
{
	const struct changes changes = { .seed = seed };

	*ret_config = load_with(EIGHT, &changes);
	return make_plan(*ret_config, topology);
}

TEST(same_seed_gives_the_same_order)
{
	struct config *first_config, *second_config;
	struct plan *first = plan_with_seed("42", &first_config);
	struct plan *second = plan_with_seed("42", &second_config);

	assert_int_equal(first->nr_trials, 24);
	assert_int_equal(second->nr_trials, 24);
	assert_memory_equal(first->order, second->order, 24 * sizeof(*first->order));
	plan_free(first);
	plan_free(second);
	config_free(first_config);
	config_free(second_config);
}

TEST(different_seeds_and_blocks_give_different_orders)
{
	struct config *first_config, *second_config;
	struct plan *first = plan_with_seed("1", &first_config);
	struct plan *second = plan_with_seed("2", &second_config);
	const size_t block = 8 * sizeof(*first->order);

	/* Of 40320 orders of eight cells, three blocks have the same by chance only. */
	assert_memory_not_equal(first->order, second->order, block);
	assert_memory_not_equal(first->order, first->order + 8, block);
	assert_memory_not_equal(first->order + 8, first->order + 16, block);
	plan_free(first);
	plan_free(second);
	config_free(first_config);
	config_free(second_config);
}

TEST(each_block_has_every_cell_once)
{
	struct config *config;
	struct plan *plan = plan_with_seed("5", &config);

	assert_int_equal(plan->nr_blocks, 3);
	for (uint32_t block = 0; block < 3; block++) {
		unsigned int seen = 0;

		assert_int_equal(plan->block_starts[block], 8 * block);
		for (size_t i = 8 * block; i < 8 * (block + 1); i++) {
			seen |= 1u << plan->order[i];
			assert_int_equal(plan_block_of(plan, i), block);
		}
		assert_int_equal(seen, 0xff);
	}
	assert_int_equal(plan->block_starts[3], 24);
	plan_free(plan);
	config_free(config);
}

TEST(product_with_fewer_rounds_is_in_the_first_blocks_only)
{
	struct config *config =
		load("{\"rounds\": 2, \"matrix\": [{\"bench\": \"null\", \"rounds\": 4},"
		     " {\"bench\": \"populate\", \"size\": [\"64K\", \"128K\"]}]}");
	struct plan *plan = make_plan(config, topology);

	assert_int_equal(plan->nr_blocks, 4);
	assert_int_equal(plan->nr_trials, 4 + 2 * 2);
	for (size_t i = 0; i < plan->nr_trials; i++) {
		bool is_null = !strcmp(plan->cells[plan->order[i]].bench->name, "null");

		assert_true(is_null || plan_block_of(plan, i) < 2);
	}
	assert_int_equal(plan->block_starts[2] - plan->block_starts[1], 3);
	assert_int_equal(plan->block_starts[4] - plan->block_starts[3], 1);
	plan_free(plan);
	config_free(config);
}

TEST(cells_that_cannot_run_here_are_skipped_with_the_reason)
{
	static const struct {
		const char *matrix, *why[2];
	} cases[] = {
		{ "{\"bench\": \"populate\", \"threads\": 64}",
		  { "needs 64 CPUs", "node 0 has 4" } },
		{ "{\"bench\": \"null\", \"placement\": \"node:9\"}", { "no memory node 9", "" } },
		{ "{\"bench\": \"null\", \"placement\": \"cpus:77\"}", { "77", "not all here" } },
		{ "{\"bench\": \"populate\", \"backing\": \"hugetlb-8t\", \"size\": \"8T\"}",
		  { "no 8TiB hugetlb pages", "" } },
		{ "{\"bench\": \"populate\", \"backing\": \"hugetlb-2m\", \"size\": \"1M\"}",
		  { "1MiB is not a whole number", "2MiB" } },
		{ "{\"bench\": \"populate\", \"size\": \"100T\"}",
		  { "needs 100TiB of memory", "can be had" } },
		{ "{\"bench\": \"populate\", \"how\": \"populate\", \"threads\": 2}",
		  { "MAP_POPULATE", "one thread" } },
		{ "{\"bench\": \"uring-pin\", \"size\": \"4K\", \"threads\": 2}",
		  { "2 threads", "1 page" } },
	};

	not_emulated("has no io_uring");

	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[256];
		struct config *config;
		struct plan *plan;

		snprintf(text, sizeof(text), "{\"matrix\": [%s, {\"bench\": \"null\"}]}",
			 cases[i].matrix);
		config = load(text);
		plan = make_plan(config, topology);
		assert_int_equal(plan->nr_cells, 2);
		must(plan->cells[0].skip, "%s is not skipped", cases[i].matrix);
		must_contain(plan->cells[0].skip, cases[i].why[0]);
		must_contain(plan->cells[0].skip, cases[i].why[1]);
		assert_null(plan->cells[1].skip);
		assert_int_equal(plan->nr_skipped, 1);
		assert_int_equal(plan->nr_trials, 1);
		assert_int_equal(plan->order[0], 1);
		plan_free(plan);
		config_free(config);
	}
}

TEST(plan_of_nothing_but_skips_has_no_trials)
{
	struct config *config =
		load("{\"matrix\": [{\"bench\": \"null\", \"placement\": \"node:9\"}]}");
	struct plan *plan = make_plan(config, topology);

	assert_int_equal(plan->nr_skipped, 1);
	assert_int_equal(plan->nr_trials, 0);
	assert_int_equal(plan->nr_blocks, 0);
	assert_int_equal(plan->block_starts[0], 0);
	plan_free(plan);
	config_free(config);
}

TEST(memory_and_time_are_estimated)
{
	struct config *config = load("{\"rounds\": 2, \"matrix\": [{\"bench\": \"null\"},"
				     " {\"bench\": \"populate\", \"size\": [\"1M\", \"4M\"]}]}");
	struct plan *plan = make_plan(config, topology);
	uint64_t sum = 0;

	assert_int_equal(plan->cells[0].memory_bytes, 0);
	assert_int_equal(plan->cells[1].memory_bytes, MIB);
	assert_int_equal(plan->most_memory_bytes, 4 * MIB);
	for (size_t i = 0; i < plan->nr_cells; i++)
		sum += 2 * cell_estimate_ns(&plan->cells[i]);
	assert_true(plan->estimate_ns == sum && sum > 0);
	assert_true(cell_estimate_ns(&plan->cells[2]) > cell_estimate_ns(&plan->cells[1]));
	plan_free(plan);
	config_free(config);
}

TEST(more_iterations_are_estimated_to_take_longer)
{
	struct config *config = load(
		"{\"matrix\": [{\"bench\": \"populate\", \"iterations\": 10, \"size\": \"1M\"},"
		" {\"bench\": \"populate\", \"iterations\": 1000, \"size\": \"2M\", \"warmup\": 0},"
		" {\"bench\": \"populate\", \"iterations\": 1000, \"size\": \"2M\", \"threads\": "
		"2}]}");
	struct plan *plan = make_plan(config, topology);

	assert_true(cell_estimate_ns(&plan->cells[0]) < cell_estimate_ns(&plan->cells[1]));
	assert_true(cell_estimate_ns(&plan->cells[1]) < cell_estimate_ns(&plan->cells[2]));
	plan_free(plan);
	config_free(config);
}

TEST(cell_keeps_what_its_product_says)
{
	struct config *config = load("{\"matrix\": [{\"bench\": \"null\", \"iterations\": 77,"
				     " \"warmup\": 5, \"rounds\": 6}, {\"bench\": \"populate\"}]}");
	struct plan *plan = make_plan(config, topology);

	assert_int_equal(plan->cells[0].iterations, 77);
	assert_int_equal(plan->cells[0].warmup, 5);
	assert_int_equal(plan->cells[0].rounds, 6);
	assert_int_equal(plan->cells[1].warmup, WARMUP_AUTO);
	plan_free(plan);
	config_free(config);
}

TEST(memory_that_is_not_there_skips_with_both_figures)
{
	struct config *config =
		load("{\"matrix\": [{\"bench\": \"populate\", \"size\": \"1M\"},"
		     " {\"bench\": \"populate\", \"size\": \"100T\"}, {\"bench\": \"null\"}]}");
	struct plan *plan = make_plan(config, topology);
	const unsigned int node = 0;
	struct reason reason = { "" };

	assert_int_equal(cell_check_memory(&plan->cells[0], &node, 1, GIB, NULL), 0);
	assert_int_equal(cell_check_memory(&plan->cells[1], &node, 1, GIB, &reason), SKIPPED);
	must_contain(reason.text, "100TiB");
	must_contain(reason.text, "1GiB");
	assert_int_equal(cell_check_memory(&plan->cells[2], &node, 1, 0, NULL), 0);
	plan_free(plan);
	config_free(config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(products_become_cells),
		cmocka_unit_test(cells_are_called_by_their_values_and_placement),
		cmocka_unit_test(name_of_a_cell_does_not_hang_on_how_it_was_written),
		cmocka_unit_test(implied_parameter_is_left_out_of_the_name_at_its_default),
		cmocka_unit_test(excluded_cells_are_left_out),
		cmocka_unit_test(exclude_on_a_parameter_spares_benchmarks_without_it),
		cmocka_unit_test(matrix_of_which_nothing_is_left_is_refused),
		cmocka_unit_test(matrix_of_ten_million_cells_is_refused_before_it_takes_memory),
		cmocka_unit_test(many_cells_are_planned_each_once),
		cmocka_unit_test(same_seed_gives_the_same_order),
		cmocka_unit_test(different_seeds_and_blocks_give_different_orders),
		cmocka_unit_test(each_block_has_every_cell_once),
		cmocka_unit_test(product_with_fewer_rounds_is_in_the_first_blocks_only),
		cmocka_unit_test(cells_that_cannot_run_here_are_skipped_with_the_reason),
		cmocka_unit_test(plan_of_nothing_but_skips_has_no_trials),
		cmocka_unit_test(memory_and_time_are_estimated),
		cmocka_unit_test(more_iterations_are_estimated_to_take_longer),
		cmocka_unit_test(cell_keeps_what_its_product_says),
		cmocka_unit_test(memory_that_is_not_there_skips_with_both_figures),
	};

	return cmocka_run_group_tests(tests, open_topology, close_topology);
}
