/* Every error path of what allocates, walked by making the Nth allocation fail. */
#include <jansson.h>

#include "fail_nth.h"
#include "fakes.h"
#include "host/facts.h"
#include "host/journal.h"
#include "host/state.h"
#include "matrix/runner.h"
#include "measure/registry.h"
#include "table/brief.h"
#include "table/digest.h"
#include "table/table.h"
#include "result/reader.h"
#include "result/record.h"
#include "trials.h"

#define FULL                                                                                    \
	"{\"name\": \"x\", \"seed\": 3, \"rounds\": 2, \"counters\": [\"cycles:k\", "           \
	"\"instructions:k\"], "                                                                 \
	"\"placement\": [\"local\", \"node:9\"], \"matrix\": ["                                 \
	"{\"bench\": \"null\", \"op\": \"all\"}, {\"bench\": \"populate\", \"backing\": "       \
	"[\"anon\", \"shmem\"], \"size\": [\"64K\", \"1M\", \"100T\"], \"threads\": [1, 2], "   \
	"\"placement\": [\"local\", \"cpus:0\"]}], "                                            \
	"\"exclude\": [{\"backing\": \"shmem\", \"size\": [\"64K\", \"2M\"]}, {\"placement\": " \
	"\"remote\"}]}"

static const char *config_path;
static char expected[65536]; /* what COMPLETE means: made once, with all the memory there is */

static const char *const sets[] = { "size=128K,256K", "op=syscall", "iterations=3" };
static const struct changes changes = { .sets = sets, .nr_sets = COUNT(sets), .rounds = "3" };

/* ---- configs and plans ---- */

/* All that a config says: its JSON, and the cells that it comes to. */
static void describe_config(const struct config *config, char *text, size_t room)
{
	struct plan *plan = make_plan(config, topology);
	char *json = json_dumps(config->json, JSON_COMPACT | JSON_SORT_KEYS);

	snprintf(text, room, "%s\n%u %zu\n%s", json, config->rounds, config->nr_counters,
		 cell_names(plan));
	free(json);
	plan_free(plan);
}

static enum outcome judge_config(int ret, struct config *config)
{
	static char text[65536];

	if (ret)
		return config || ret > 0 ? WRONG : REFUSED;
	describe_config(config, text, sizeof(text));
	config_free(config);
	return strcmp(text, expected) ? WRONG : COMPLETE;
}

static void expect_config(struct config *config)
{
	describe_config(config, expected, sizeof(expected));
	config_free(config);
}

static enum outcome load_full(void)
{
	struct config *config = NULL;
	int ret;

	memory_runs_out();
	ret = config_load(config_path, NULL, &config, NULL);
	memory_is_back();
	return judge_config(ret, config);
}

TEST(config_is_loaded_whole_or_not_at_all)
{
	config_path = temp_file("full.json", FULL);
	expect_config(load(FULL));
	fail_walk(&(struct fail_walk){ .work = load_full });
}

static enum outcome load_changed(void)
{
	struct config *config = NULL;
	int ret;

	memory_runs_out();
	ret = config_load(config_path, &changes, &config, NULL);
	memory_is_back();
	return judge_config(ret, config);
}

TEST(changes_are_made_whole_or_not_at_all)
{
	config_path = temp_file("full.json", FULL);
	expect_config(load_with(FULL, &changes));
	fail_walk(&(struct fail_walk){ .work = load_changed });
}

static struct changes seeded = { .seed = "5" };

static enum outcome take_bench(void)
{
	struct config *config = NULL;
	int ret;

	memory_runs_out();
	ret = config_for_bench(bench_find("populate"), &seeded, &config, NULL);
	memory_is_back();
	return judge_config(ret, config);
}

TEST(benchmark_alone_is_taken_whole_or_not_at_all)
{
	struct config *config = NULL;

	assert_int_equal(config_for_bench(bench_find("populate"), &seeded, &config, NULL), 0);
	expect_config(config);
	fail_walk(&(struct fail_walk){ .work = take_bench });
}

static enum outcome take_recorded(void)
{
	json_t *json = json_loads(FULL, 0, NULL);
	struct config *config = NULL;
	int ret;

	memory_runs_out();
	ret = config_from_json(json, &config, NULL);
	memory_is_back();
	json_decref(json);
	return judge_config(ret, config);
}

TEST(recorded_config_is_taken_whole_or_not_at_all)
{
	expect_config(load(FULL));
	fail_walk(&(struct fail_walk){ .work = take_recorded });
}

static const char *const bad_configs[] = {
	"{\"matrix\": [{\"bench\": \"populate\", \"backing\": [\"anon\", \"thpp\"]}]}",
	"{\"matrix\": [{\"bench\": \"null\"}], \"exclude\": [{\"op\": [\"all\", \"x\"]}]}",
	"{\"matrix\": [{\"bench\": \"null\"}], \"exclude\": [{\"bench\": \"null\"}, 7]}",
	"{\"matrix\": [{\"bench\": \"populate\", \"size\": [\"4K\", \"8K\"], \"nothing\": 1}]}",
};

static enum outcome load_bad(void)
{
	struct config *config = NULL;
	struct reason reason = { "" };
	int ret;

	memory_runs_out();
	ret = config_load(config_path, NULL, &config, &reason);
	memory_is_back();
	if (ret >= 0 || config)
		return WRONG;
	return atomic_load(&fail_happened) ? REFUSED : COMPLETE;
}

/* What was read before the mistake was found is given back. */
TEST(config_that_is_refused_leaves_nothing)
{
	for (size_t i = 0; i < COUNT(bad_configs); i++) {
		config_path = temp_file("bad.json", bad_configs[i]);
		fail_walk(&(struct fail_walk){ .work = load_bad });
	}
}

static struct config *full;

static void describe_plan(const struct plan *plan, char *text, size_t room)
{
	size_t used =
		(size_t)snprintf(text, room, "%s%zu trials\n", cell_names(plan), plan->nr_trials);

	for (size_t i = 0; i < plan->nr_cells && used < room; i++)
		used += (size_t)snprintf(text + used, room - used, "%s\n",
					 plan->cells[i].skip ? plan->cells[i].skip : "-");
	for (size_t i = 0; i < plan->nr_trials && used < room; i++)
		used += (size_t)snprintf(text + used, room - used, "%u ", plan->order[i]);
}

/* A cell may be skipped because memory ran out, but it must say so. */
static bool memory_is_named(const struct plan *plan)
{
	for (size_t i = 0; i < plan->nr_cells; i++)
		if (plan->cells[i].skip && strstr(plan->cells[i].skip, "memory"))
			return true;
	return false;
}

static enum outcome plan_full(void)
{
	static char text[65536];
	struct plan *plan = NULL;
	enum outcome outcome = COMPLETE;
	int ret;

	memory_runs_out();
	ret = plan_make(full, topology, &plan, NULL);
	memory_is_back();
	if (ret)
		return plan || ret > 0 ? WRONG : REFUSED;
	describe_plan(plan, text, sizeof(text));
	for (size_t i = 0; i < plan->nr_cells; i++)
		if (plan->cells[i].skip && !plan->cells[i].skip[0])
			outcome = WRONG; /* skipped without a reason */
	if (strcmp(text, expected) && !memory_is_named(plan))
		outcome = WRONG;
	plan_free(plan);
	return outcome;
}

TEST(plan_is_made_whole_or_says_what_is_missing)
{
	/* Nothing in it is skipped for want of memory, which would look the same. */
	struct plan *plan;

	full = load(
		"{\"seed\": 3, \"rounds\": 2, \"matrix\": [{\"bench\": \"null\", \"op\": \"all\","
		" \"placement\": [\"local\", \"node:9\", \"cpus:0\", \"cpus:77\"]},"
		" {\"bench\": \"populate\", \"size\": [\"64K\", \"1M\"], \"threads\": [1, 99]},"
		" {\"bench\": \"uring-pin\", \"size\": \"4K\", \"threads\": 2}],"
		" \"exclude\": [{\"size\": \"1M\", \"threads\": 99}]}");
	plan = make_plan(full, topology);
	describe_plan(plan, expected, sizeof(expected));
	plan_free(plan);
	fail_walk(&(struct fail_walk){ .work = plan_full });
	config_free(full);
}

/* Words are interned at their first use: here no walk has been before. */
static enum outcome load_first(void)
{
	struct config *config = NULL;
	int ret;

	memory_runs_out();
	ret = config_load(config_path, NULL, &config, NULL);
	memory_is_back();
	for (size_t i = 0; !ret && i < config->nr_products; i++)
		for (size_t j = 0; j < bench_nr_params(config->products[i].bench); j++)
			for (size_t k = 0; k < config->products[i].params[j].count; k++) {
				const struct param *param = &config->products[i].bench->params[j];
				char text[PARAM_TEXT];

				if (!param->type->print(&config->products[i].params[j].values[k],
							text))
					return WRONG; /* a value that has no name */
			}
	config_free(config);
	return ret ? REFUSED : COMPLETE;
}

TEST(every_value_has_a_name_or_there_is_no_config)
{
	config_path = temp_file("first.json",
				"{\"matrix\": [{\"bench\": \"populate\", \"backing\": \"all\"}]}");
	fail_walk(&(struct fail_walk){ .work = load_first, .may_keep = true });
}

TEST(every_name_is_kept_or_there_is_no_config)
{
	config_path =
		temp_file("first.json", "{\"matrix\": [{\"bench\": \"populate\", \"size\": "
					"\"8T\", \"backing\": [\"hugetlb-8t\", \"mthp-4t\"]}]}");
	fail_walk(&(struct fail_walk){ .work = load_first, .may_keep = true });
}

/* ---- records ---- */

static const struct param record_params_table[] = {
	{ .name = "backing", .type = &param_backing, .fallback = "anon" },
	{ .name = "size", .type = &param_size, .fallback = "4K" },
	{ .name = NULL },
};
static const struct bench record_bench = {
	.name = "fake", .params = record_params_table, .metrics = fake_metrics, .run = fake_run
};
static const struct value record_values[] = { { 4096, "anon" }, { 8192, NULL } };
static const struct placement record_place = {
	.request = "local", .nr_cpus = 2, .cpus = { 1, 2 }, .nr_mem_nodes = 2, .mem_nodes = { 0, 1 }
};

/* A record has all its members, or there is none. */
static enum outcome judge_record(json_t *record)
{
	char *text;
	enum outcome outcome = REFUSED;

	if (record) {
		text = json_dumps(record, JSON_COMPACT);
		outcome = !strcmp(text, expected) ? COMPLETE : WRONG;
		free(text);
		json_decref(record);
	}
	return outcome;
}

static void expect_record(json_t *record)
{
	char *text = json_dumps(record, JSON_COMPACT);

	assert_non_null(text);
	snprintf(expected, sizeof(expected), "%s", text);
	free(text);
	json_decref(record);
}

static struct trial record_trial_example(void)
{
	struct trial t = { .bench = &record_bench,
			   .values = record_values,
			   .placement = record_place,
			   .batch = 1 };

	samples_reserve_many(&t.samples[0], 3, 1, 3);
	for (uint64_t i = 0; i < 3; i++)
		samples_add_to_many(&t.samples[0], 1000 + i);
	t.outcomes = calloc(1, sizeof(*t.outcomes));
	t.nr_outcomes = 1;
	strcpy(t.outcomes[0].bdf, "0000:01:00.0");
	strcpy(t.outcomes[0].error, "gone");
	trial_note(&t, "sparse", "%d areas", 2);
	t.fault_proof.span_bytes = 8192;
	t.proved = true;
	t.proof = (struct proof){ .method = "smaps",
				  .pages.sizes = { { 4096, 2 } },
				  .pages.nr_sizes = 1,
				  .nodes = { { 0, 8192 } },
				  .nr_nodes = 1 };
	return t;
}

static json_t *make_outcome(struct trial *t)
{
	struct measured measured = { .ran = true, .warmup_done = 3 };
	const struct measure_plan plan = { .iterations = 3 };
	const struct phases phases = { .run_ns = 1 };

	measured.noise.count = 1;
	measured.noise.tags[0].name = "minor_faults";
	measured.noise.tags[0].value = 2;
	measured.counters.count = 1;
	strcpy(measured.counters.list[0].name, "cycles:k");
	return record_outcome(t, 0, &measured, &plan, &phases);
}

static enum outcome walk_outcome(void)
{
	struct trial t = record_trial_example();
	json_t *outcome;

	memory_runs_out();
	outcome = make_outcome(&t);
	memory_is_back();
	trial_release(&t);
	return judge_record(outcome);
}

TEST(outcome_has_all_its_members_or_there_is_none)
{
	struct trial t = record_trial_example();

	expect_record(make_outcome(&t));
	trial_release(&t);
	fail_walk(&(struct fail_walk){ .work = walk_outcome });
}

static json_t *make_trial_record(json_t *outcome)
{
	return record_trial("cell", &record_bench, record_values, &record_place, 1, 2, outcome);
}

static enum outcome walk_trial_record(void)
{
	json_t *outcome = json_pack("{s:s, s:i}", "status", "ok", "iterations", 3), *record;

	memory_runs_out();
	record = make_trial_record(outcome);
	memory_is_back();
	json_decref(outcome);
	return judge_record(record);
}

TEST(trial_record_has_all_its_members_or_there_is_none)
{
	json_t *outcome = json_pack("{s:s, s:i}", "status", "ok", "iterations", 3);

	expect_record(make_trial_record(outcome));
	json_decref(outcome);
	fail_walk(&(struct fail_walk){ .work = walk_trial_record });
}

static json_t *make_end(void)
{
	return record_end("interrupted", "Terminated", 1, 2, 3, 4, 5);
}

/* Without the moment, which differs. */
static json_t *without(json_t *record, const char *const *keys)
{
	for (; record && *keys; keys++)
		if (json_object_get(record, *keys))
			json_object_set_new(record, *keys, json_true());
	return record;
}

static const char *const moments[] = { "ended", "started", "run_id", NULL };

static enum outcome walk_end(void)
{
	json_t *record;

	memory_runs_out();
	record = make_end();
	memory_is_back();
	return judge_record(without(record, moments));
}

TEST(end_record_has_all_its_members_or_there_is_none)
{
	expect_record(without(make_end(), moments));
	fail_walk(&(struct fail_walk){ .work = walk_end });
}

static json_t *config_json, *host_json;

static enum outcome walk_run(void)
{
	json_t *record;

	memory_runs_out();
	record = record_run(3, config_json, host_json);
	memory_is_back();
	return judge_record(without(record, moments));
}

TEST(run_record_has_all_its_members_or_there_is_none)
{
	config_json = json_pack("{s:s}", "name", "x");
	host_json = json_pack("{s:s}", "kernel", "6.18");
	setenv("DMABENCH_SERIES_ID", "s", 1);
	setenv("DMABENCH_SERIES_PAIR", "1", 1);
	expect_record(without(record_run(3, config_json, host_json), moments));
	fail_walk(&(struct fail_walk){ .work = walk_run });
	unsetenv("DMABENCH_SERIES_ID");
	json_decref(config_json);
	json_decref(host_json);
}

/* Files and folders that could not be read are missing facts, for whatever reason. */
static json_t *without_files(json_t *host)
{
	json_t *node;
	size_t i;

	json_object_del(host, "kernel_config");
	json_object_del(json_object_get(host, "cpu"), "mitigations");
	json_object_del(json_object_get(host, "thp"), "sizes");
	json_object_del(json_object_get(host, "iommu"), "units");
	json_array_foreach(json_object_get(host, "numa"), i, node)
		json_object_del(node, "hugetlb_free");
	return host;
}

static enum outcome walk_facts(void)
{
	json_t *host;

	memory_runs_out();
	host = facts_collect(topology);
	memory_is_back();
	return judge_record(without_files(host));
}

TEST(host_facts_are_all_there_or_there_are_none)
{
	expect_record(without_files(facts_collect(topology)));
	fail_walk(&(struct fail_walk){ .work = walk_facts });
}

/* ---- files of results ---- */

static enum outcome walk_writer(void)
{
	const char *path = temp_path("written");
	json_t *record = json_pack("{s:s, s:[i, i]}", "record", "trial", "list", 1, 2);
	struct writer *writer = NULL;
	int ret, closed = 0;

	unlink(path);
	memory_runs_out();
	ret = writer_open(path, false, &writer, NULL);
	if (!ret)
		ret = writer_append(writer, record, NULL);
	writer_close(writer);
	memory_is_back();
	json_decref(record);
	closed = access(path, F_OK) || !file_text(path)[0];
	if (ret)
		return closed ? REFUSED : WRONG; /* a part of a record is in the file */
	return strcmp(file_text(path), "{\"record\":\"trial\",\"list\":[1,2]}\n") ? WRONG
										  : COMPLETE;
}

TEST(record_is_written_whole_or_not_at_all)
{
	fail_walk(&(struct fail_walk){ .work = walk_writer });
}

#define RESULTS                                                                                    \
	"{\"record\":\"run\",\"schema\":1}\n"                                                      \
	"{\"record\":\"trial\",\"cell\":\"a\",\"bench\":\"a\",\"block\":0,\"status\":\"ok\","      \
	"\"metrics\":{\"pin_"                                                                      \
	"ns\":"                                                                                    \
	"{\"unit\":\"ns\",\"samples\":[1,2,3]},\"n\":{\"unit\":\"faults\",\"samples\":[7]}}}\n"    \
	"{\"record\":\"trial\",\"cell\":\"b\",\"block\":0,\"status\":\"invalid\",\"error\":\"x\"}" \
	"\n"                                                                                       \
	"{\"record\":\"trial\",\"cell\":\"a\",\"block\":1,\"status\":\"ok\",\"metrics\":{\"pin_"   \
	"ns\":"                                                                                    \
	"{\"unit\":\"ns\",\"samples\":[4]}}}\n"                                                    \
	"{\"record\":\"skip\",\"cell\":\"c\",\"reason\":\"y\"}\n"                                  \
	"{\"record\":\"skip\",\"cell\":\"d\",\"reason\":\"z\"}\n"

static const char *results_path;

static enum outcome walk_reader(void)
{
	struct reader *reader = NULL;
	json_t *record;
	size_t count = 0;
	int ret;

	memory_runs_out();
	ret = reader_open(results_path, &reader, NULL);
	if (!ret) {
		while ((ret = reader_next(reader, &record, NULL)) > 0) {
			json_decref(record);
			count++;
		}
		reader_close(reader);
	}
	memory_is_back();
	if (ret)
		return REFUSED;
	return count == 6 ? COMPLETE : WRONG; /* the end of memory is not the end of the file */
}

TEST(results_are_read_to_their_end_or_there_is_an_error)
{
	results_path = temp_file("results", RESULTS);
	fail_walk(&(struct fail_walk){ .work = walk_reader });
}

/* What is forgotten here would be measured again and stand in the file twice. */
static enum outcome walk_done(void)
{
	struct run_done done = { .keys = NULL };
	enum outcome outcome;
	int ret;

	memory_runs_out();
	ret = run_done_read(results_path, &done, NULL);
	memory_is_back();
	if (ret)
		return done.keys ? WRONG : REFUSED;
	outcome = json_object_size(done.keys) == 5 ? COMPLETE : WRONG;
	run_done_release(&done);
	return outcome;
}

TEST(finished_trials_are_all_known_or_there_is_an_error)
{
	results_path = temp_file("results", RESULTS);
	fail_walk(&(struct fail_walk){ .work = walk_done });
}

static int print_digest(char *text, size_t room)
{
	FILE *file = fmemopen(memset(text, 0, room), room, "w");
	int ret;

	memory_runs_out();
	ret = digest_print(results_path, file, false, NULL);
	memory_is_back();
	fclose(file);
	return ret;
}

static enum outcome walk_digest(void)
{
	static char text[8192];

	if (print_digest(text, sizeof(text)))
		return REFUSED;
	return strcmp(text, expected) ? WRONG : COMPLETE;
}

TEST(digest_is_printed_whole_or_there_is_an_error)
{
	static char text[8192];

	results_path = temp_file("results", RESULTS);
	fail_nth = 0;
	assert_int_equal(print_digest(text, sizeof(text)), 0);
	snprintf(expected, sizeof(expected), "%s", text);
	fail_walk(&(struct fail_walk){ .work = walk_digest });
}

static int print_brief(char *text, size_t room)
{
	FILE *file = fmemopen(memset(text, 0, room), room, "w");
	struct brief *brief = NULL;
	int ret;

	memory_runs_out();
	ret = brief_open(results_path, &brief, NULL);
	if (!ret)
		ret = brief_print(brief, file, false);
	memory_is_back();
	brief_free(brief);
	fclose(file);
	return ret;
}

static enum outcome walk_brief(void)
{
	static char text[8192];

	if (print_brief(text, sizeof(text)))
		return REFUSED;
	return strcmp(text, expected) ? WRONG : COMPLETE;
}

TEST(brief_is_printed_whole_or_there_is_an_error)
{
	static char text[8192];

	results_path = temp_file("results", RESULTS);
	fail_nth = 0;
	assert_int_equal(print_brief(text, sizeof(text)), 0);
	snprintf(expected, sizeof(expected), "%s", text);
	fail_walk(&(struct fail_walk){ .work = walk_brief });
}

/* ---- host settings ---- */

static enum outcome walk_journal(void)
{
	const char *a = temp_file("a", "100"), *b = temp_file("b", "200");
	struct journal *journal = NULL;
	int ret;

	memory_runs_out();
	ret = journal_open(&journal, NULL);
	if (!ret) {
		ret = journal_set(journal, a, "111", NULL);
		if (!ret)
			ret = journal_set(journal, b, "222", NULL);
		if (journal_close(journal, NULL) && !ret)
			ret = -EIO;
	}
	memory_is_back();
	if (strcmp(file_text(a), "100") || strcmp(file_text(b), "200") || journal_has_leftovers())
		return WRONG;
	return !ret ? COMPLETE : ret < 0 ? REFUSED : WRONG;
}

TEST(settings_are_put_back_however_far_it_came)
{
	unlink(temp_path("state/journal"));
	fail_walk(&(struct fail_walk){ .work = walk_journal });
}

static void leave_behind(const char *a, const char *b)
{
	FILE *file = fopen(temp_path("state/journal"), "we");
	char boot_id[40];

	host_boot_id(boot_id);
	fprintf(file,
		"{\"path\":\"%s\",\"before\":\"100\",\"after\":\"999\",\"boot_id\":\"%s\",\"pid\":"
		"1}\n",
		a, boot_id);
	fprintf(file,
		"{\"path\":\"%s\",\"before\":\"200\",\"after\":\"999\",\"boot_id\":\"%s\",\"pid\":"
		"1}\n",
		b, boot_id);
	fclose(file);
}

/* What could not be read for want of memory is not thrown away with the journal. */
static enum outcome walk_recovery(void)
{
	const char *a = temp_file("a", "999"), *b = temp_file("b", "999");
	bool put_back;
	size_t count;
	int ret;

	leave_behind(a, b);
	memory_runs_out();
	ret = journal_recover(&count, NULL);
	memory_is_back();
	put_back = !strcmp(file_text(a), "100") && !strcmp(file_text(b), "200");
	if (!put_back && !journal_has_leftovers())
		return WRONG;
	return ret ? REFUSED : put_back ? COMPLETE : WRONG;
}

TEST(leftovers_are_recovered_or_kept)
{
	mkdir(temp_path("state"), 0755);
	fail_walk(&(struct fail_walk){ .work = walk_recovery });
}

/* ---- trials ---- */

static int nothing_to_do(void *argument, size_t member)
{
	(void)argument, (void)member;
	return 0;
}

static enum outcome walk_team(void)
{
	const unsigned int cpus[] = { 0, 0, 0 };
	struct team *team = NULL;
	uint64_t ticks;
	int ret;

	memory_runs_out();
	ret = team_open(topology, cpus, 3, &team);
	memory_is_back();
	if (ret)
		return team || ret > 0 ? WRONG : REFUSED;
	ret = team_time(team, nothing_to_do, NULL, &ticks);
	team_close(team);
	return ret ? WRONG : COMPLETE;
}

TEST(team_is_whole_or_there_is_none)
{
	fail_walk(&(struct fail_walk){ .work = walk_team, .may_keep = true });
}

static enum outcome walk_memory(void)
{
	struct trial t = { .topology = topology,
			   .placement = { .nr_cpus = 1, .nr_mem_nodes = 1 },
			   .batch = 1 };
	struct region region = REGION_NONE;
	int ret;

	memory_runs_out();
	ret = trial_memory(&t, "anon", 64 * 1024, &region);
	memory_is_back();
	if (ret)
		return region.reservation || ret == INVALID ? WRONG : REFUSED;
	ret = page_counts_total(&t.proof.pages) * (uint64_t)sysconf(_SC_PAGESIZE) == 64 * 1024
		      ? COMPLETE
		      : WRONG;
	region_release(&region);
	return (enum outcome)ret;
}

TEST(memory_is_proved_or_there_is_none)
{
	if (!access("/sys/devices/system/node/node1", F_OK))
		skip_because("on several nodes memory must be bound first");
	fail_walk(&(struct fail_walk){ .work = walk_memory, .may_keep = true });
}

static enum outcome walk_process(void)
{
	struct plan *plan = make_plan(full, topology);
	struct process_context context = { .config = full, .run_start_ns = clock_wall_ns() };
	const struct devices none = { .count = 0 };
	struct placement placement;
	json_t *outcome = NULL;
	enum outcome verdict;
	int ret;

	if (topology_export(topology, &context.topology_xml) ||
	    placement_resolve(topology, "local", -1, 1, &placement, NULL))
		abort();
	memory_runs_out();
	ret = process_run(&context, &plan->cells[0], &placement, &none, 60 * SEC, &outcome);
	memory_is_back();
	free(context.topology_xml);
	plan_free(plan);
	if (ret)
		return outcome || ret > 0 ? WRONG : REFUSED;
	verdict = !outcome ? WRONG : COMPLETE;
	if (outcome && strcmp(json_string_value(json_object_get(outcome, "status")), "ok"))
		verdict = REFUSED; /* the trial failed, and the record says so */
	json_decref(outcome);
	return verdict;
}

TEST(trial_is_started_or_there_is_an_error)
{
	setenv("UNIT_TRIAL", "ok", 1);
	full = load("{\"counters\": [\"cycles:k\"], \"matrix\": [{\"bench\": \"null\"}]}");
	fail_walk(&(struct fail_walk){ .work = walk_process });
	config_free(full);
}

int main(int argc, char **argv)
{
	/* The two of interned words come first: later they are all known. */
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_value_has_a_name_or_there_is_no_config),
		cmocka_unit_test(every_name_is_kept_or_there_is_no_config),
		cmocka_unit_test(config_is_loaded_whole_or_not_at_all),
		cmocka_unit_test(changes_are_made_whole_or_not_at_all),
		cmocka_unit_test(benchmark_alone_is_taken_whole_or_not_at_all),
		cmocka_unit_test(recorded_config_is_taken_whole_or_not_at_all),
		cmocka_unit_test(config_that_is_refused_leaves_nothing),
		cmocka_unit_test(plan_is_made_whole_or_says_what_is_missing),
		cmocka_unit_test(outcome_has_all_its_members_or_there_is_none),
		cmocka_unit_test(trial_record_has_all_its_members_or_there_is_none),
		cmocka_unit_test(end_record_has_all_its_members_or_there_is_none),
		cmocka_unit_test(run_record_has_all_its_members_or_there_is_none),
		cmocka_unit_test(host_facts_are_all_there_or_there_are_none),
		cmocka_unit_test(record_is_written_whole_or_not_at_all),
		cmocka_unit_test(results_are_read_to_their_end_or_there_is_an_error),
		cmocka_unit_test(finished_trials_are_all_known_or_there_is_an_error),
		cmocka_unit_test(digest_is_printed_whole_or_there_is_an_error),
		cmocka_unit_test(brief_is_printed_whole_or_there_is_an_error),
		cmocka_unit_test(settings_are_put_back_however_far_it_came),
		cmocka_unit_test(leftovers_are_recovered_or_kept),
		cmocka_unit_test(team_is_whole_or_there_is_none),
		cmocka_unit_test(memory_is_proved_or_there_is_none),
		cmocka_unit_test(trial_is_started_or_there_is_an_error),
	};

	return RUN_OR_BE_TRIAL(argc, argv, tests);
}
