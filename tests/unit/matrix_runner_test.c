#include "matrix/runner.h"
#include "result/reader.h"
#include "trials.h"

/* Four cells of which one is skipped, two rounds: six trials. */
#define SIX                                                                                 \
	"{\"seed\": 3, \"rounds\": 2, \"matrix\": [{\"bench\": \"null\", \"op\": \"all\", " \
	"\"iterations\": 5, "                                                               \
	"\"warmup\": 1}, {\"bench\": \"populate\", \"size\": [\"64K\", \"100T\"], "         \
	"\"iterations\": 2, "                                                               \
	"\"warmup\": 1}]}"

/* What was told of a run as it went. */
struct told {
	size_t began, ended, ok, last_done, last_total;
	bool order;
};

static void note(void *context, const struct run_status *status)
{
	struct told *told = context;

	if (status->outcome) {
		told->ended++;
		told->ok += !strcmp(status->outcome, "ok");
		told->order &= told->ended == told->began;
	} else {
		told->began++;
	}
	told->last_done = status->done;
	told->last_total = status->total;
}

struct ran {
	struct run_totals totals;
	struct told told;
	struct reason reason;
	int ret;
};

/* One start of the program on a result file, which goes on where the file ends. */
static struct ran run_file(const char *config_text, const char *path, const char *what)
{
	struct ran ran = { .told = { .order = true }, .reason = { "" } };
	struct config *config = load(config_text);
	struct plan *plan = make_plan(config, topology);
	bool resume = access(path, F_OK) == 0;
	struct writer *writer = NULL;
	json_t *run = json_pack("{s:s, s:i}", "record", "run", "schema", 1);
	struct run_done done = { .keys = NULL };
	struct runner runner = { .plan = plan,
				 .topology = topology,
				 .events = { note, &ran.told },
				 .start_ns = clock_wall_ns() };

	if (what)
		setenv("UNIT_TRIAL", what, 1);
	else
		unsetenv("UNIT_TRIAL");
	assert_int_equal(writer_open(path, resume, &writer, NULL), 0);
	if (resume) {
		assert_int_equal(run_done_read(path, &done, NULL), 0);
		assert_int_equal(writer_cut_torn_line(writer, NULL), 0);
	} else {
		assert_int_equal(writer_append(writer, run, NULL), 0);
	}
	runner.writer = writer;
	runner.done = &done;
	ran.ret = runner_run(&runner, &ran.totals, &ran.reason);
	json_decref(run);
	run_done_release(&done);
	writer_close(writer);
	plan_free(plan);
	config_free(config);
	return ran;
}

static const char *fresh(const char *name)
{
	const char *path = temp_path(name);

	unlink(path);
	return path;
}

/* Counts the records of a kind, of which @key has @value where that is given. */
static size_t count_records(const char *path, const char *kind, const char *key, const char *value)
{
	struct reader *reader;
	json_t *record;
	size_t count = 0;
	int ret;

	assert_int_equal(reader_open(path, &reader, NULL), 0);
	while ((ret = reader_next(reader, &record, NULL)) > 0) {
		const char *text = key ? json_string_value(json_object_get(record, key)) : NULL;

		count += !strcmp(reader_kind(record), kind) &&
			 (!key || (text && !strcmp(text, value)));
		json_decref(record);
	}
	assert_int_equal(ret, 0);
	reader_close(reader);
	return count;
}

/* No trial of a cell in a block is there twice. */
static void check_each_trial_once(const char *path)
{
	json_t *seen = json_object(), *record;
	struct reader *reader;

	assert_int_equal(reader_open(path, &reader, NULL), 0);
	while (reader_next(reader, &record, NULL) > 0) {
		char key[CELL_NAME + 32];

		snprintf(key, sizeof(key), "%lld %s",
			 (long long)json_integer_value(json_object_get(record, "block")),
			 json_string_value(json_object_get(record, "cell")));
		if (!strcmp(reader_kind(record), "trial")) {
			must(!json_object_get(seen, key), "%s is there twice", key);
			json_object_set_new(seen, key, json_true());
		}
		json_decref(record);
	}
	reader_close(reader);
	json_decref(seen);
}

TEST(plan_is_carried_out_and_recorded_whole)
{
	const char *path = fresh("whole");
	struct ran ran = run_file(SIX, path, NULL);

	must(!ran.ret, "%s", ran.reason.text);
	assert_int_equal(ran.totals.ok, 6);
	assert_int_equal(ran.totals.skipped, 1);
	assert_int_equal(ran.totals.failed + ran.totals.invalid, 0);
	assert_int_equal(ran.totals.stop, STOP_NONE);
	assert_null(ran.totals.why);
	assert_int_equal(count_records(path, "trial", "status", "ok"), 6);
	assert_int_equal(count_records(path, "skip", NULL, NULL), 1);
	assert_int_equal(count_records(path, "end", "status", "complete"), 1);
	check_each_trial_once(path);
}

TEST(progress_is_told_before_and_after_each_trial)
{
	struct ran ran = run_file(SIX, fresh("told"), "ok");

	assert_int_equal(ran.told.began, 6);
	assert_int_equal(ran.told.ended, 6);
	assert_int_equal(ran.told.ok, 6);
	assert_true(ran.told.order);
	assert_int_equal(ran.told.last_done, 6);
	assert_int_equal(ran.told.last_total, 6);
}

TEST(run_goes_on_after_trials_that_fail)
{
	static const struct {
		const char *what;
		uint64_t failed, invalid;
	} cases[] = { { "killed", 6, 0 }, { "nonsense", 6, 0 }, { "invalid", 0, 6 } };

	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *path = fresh("failing");
		struct ran ran = run_file(SIX, path, cases[i].what);

		assert_int_equal(ran.ret, 0);
		assert_int_equal(ran.totals.failed, cases[i].failed);
		assert_int_equal(ran.totals.invalid, cases[i].invalid);
		assert_int_equal(ran.totals.ok, 0);
		assert_int_equal(count_records(path, "trial", NULL, NULL), 6);
		assert_int_equal(count_records(path, "end", "status", "complete"), 1);
	}
}

/* It is asked once, and left out of the rounds that follow. */
TEST(cell_that_turns_out_not_to_run_is_skipped_once)
{
	const char *path = fresh("skipping");
	struct ran ran = run_file(SIX, path, "skipped");

	assert_int_equal(ran.ret, 0);
	assert_int_equal(ran.told.began, 3);
	assert_int_equal(ran.totals.skipped, 4);
	assert_int_equal(count_records(path, "trial", NULL, NULL), 0);
	assert_int_equal(count_records(path, "skip", NULL, NULL), 4);
	assert_int_equal(count_records(path, "skip", "reason", "not on a Sunday"), 3);
	assert_int_equal(count_records(path, "end", "status", "complete"), 1);
}

TEST(time_budget_ends_the_run_between_trials)
{
	const char *path = fresh("budget");
	struct ran ran = run_file("{\"seed\": 3, \"time_budget\": \"1ns\", \"matrix\": "
				  "[{\"bench\": \"null\", \"op\": \"all\"}]}",
				  path, "ok");

	assert_int_equal(ran.ret, 0);
	assert_int_equal(ran.totals.stop, STOP_TIME_BUDGET);
	must_contain(ran.totals.why, "time budget");
	assert_int_equal(count_records(path, "trial", NULL, NULL), 0);
	assert_int_equal(count_records(path, "end", "status", "interrupted"), 1);
}

/* Cuts a complete file after each of its lines, and in the middle of each. */
TEST(run_resumed_at_any_point_loses_and_repeats_nothing)
{
	const char *whole = fresh("resume-whole"), *path;
	struct ran ran = run_file(SIX, whole, "ok");
	static char text[65536];
	size_t length;

	assert_int_equal(ran.ret, 0);
	strcpy(text, file_text(whole));
	length = strlen(text);
	for (const char *line = strchr(text, '\n') + 1; *line; line = strchr(line, '\n') + 1) {
		const size_t cuts[] = { (size_t)(line - text), (size_t)(line - text) + 9 };

		for (size_t i = 0; i < COUNT(cuts); i++) {
			char part[65536];

			assert_true(cuts[i] < length);
			snprintf(part, sizeof(part), "%.*s", (int)cuts[i], text);
			path = temp_file("resume-part", part);
			ran = run_file(SIX, path, "ok");
			must(!ran.ret, "cut at %zu: %s", cuts[i], ran.reason.text);
			must(count_records(path, "trial", NULL, NULL) == 6,
			     "cut at %zu: %zu trials", cuts[i],
			     count_records(path, "trial", NULL, NULL));
			must(count_records(path, "skip", NULL, NULL) == 1, "cut at %zu: skips",
			     cuts[i]);
			assert_int_equal(count_records(path, "end", "status", "complete"), 1);
			check_each_trial_once(path);
		}
	}
}

TEST(complete_run_has_nothing_left_to_do)
{
	const char *path = fresh("twice");

	assert_int_equal(run_file(SIX, path, "ok").totals.ok, 6);
	assert_int_equal(run_file(SIX, path, "ok").told.began, 0);
	assert_int_equal(count_records(path, "trial", NULL, NULL), 6);
	assert_int_equal(count_records(path, "skip", NULL, NULL), 1);
}

TEST(failed_trial_is_not_run_again_by_a_resumed_run)
{
	const char *path = fresh("failed-once");

	assert_int_equal(run_file(SIX, path, "killed").totals.failed, 6);
	assert_int_equal(run_file(SIX, path, "ok").told.began, 0);
}

TEST(file_that_cannot_take_a_record_ends_the_run)
{
	struct config *config = load(SIX);
	struct plan *plan = make_plan(config, topology);
	struct told told = { .order = true };
	struct run_totals totals;
	struct reason reason = { "" };
	struct writer *writer;
	const struct run_done nothing = { .keys = NULL };
	struct runner runner = { .plan = plan,
				 .topology = topology,
				 .done = &nothing,
				 .events = { note, &told },
				 .start_ns = clock_wall_ns() };

	setenv("UNIT_TRIAL", "ok", 1);
	assert_int_equal(writer_open("/dev/full", false, &writer, NULL), 0);
	runner.writer = writer;
	assert_int_equal(runner_run(&runner, &totals, &reason), -ENOSPC);
	must_contain(reason.text, "/dev/full");
	assert_true(told.began <= 1);
	writer_close(writer);
	plan_free(plan);
	config_free(config);
}

static int signalled_run(void *argument)
{
	const char *path = argument;
	pid_t parent = getpid();
	struct ran ran;

	if (!fork()) {
		usleep(300000);
		kill(parent, SIGINT);
		_exit(0);
	}
	ran = run_file(SIX, path, "hung");
	if (ran.ret || ran.totals.stop != STOP_SIGNAL || !strstr(ran.totals.why, "Interrupt"))
		return 1;
	return count_records(path, "trial", NULL, NULL) == 0 &&
			       count_records(path, "end", "status", "interrupted") == 1
		       ? 0
		       : 2;
}

TEST(signal_ends_the_run_and_the_trial_in_flight_is_not_recorded)
{
	assert_int_equal(in_child(signalled_run, (void *)(uintptr_t)fresh("signalled")), 0);
}

TEST(what_a_file_holds_is_read_whatever_else_it_holds)
{
	static const char text[] =
		"{\"record\":\"run\",\"schema\":1}\n"
		"{\"record\":\"trial\",\"cell\":\"a\",\"block\":0,\"status\":\"ok\"}\n"
		"{\"record\":\"trial\",\"cell\":\"a\",\"block\":1,\"status\":\"failed\"}\n"
		"{\"record\":\"skip\",\"cell\":\"b\",\"reason\":\"x\"}\n"
		"{\"record\":\"note\",\"cell\":\"c\"}\n"
		"{\"record\":\"trial\"}\n"
		"{\"record\":\"end\",\"status\":\"interrupted\"}\n"
		"{\"record\":\"trial\",\"cell\":\"d\",\"bl";
	struct run_done done = { .keys = NULL };
	struct reason reason = { "" };

	assert_int_equal(run_done_read(temp_file("held", text), &done, &reason), 0);
	assert_int_equal(json_object_size(done.keys), 3);
	assert_int_equal(done.totals.ok, 1);
	assert_int_equal(done.totals.failed, 1);
	assert_int_equal(done.totals.skipped, 1);
	run_done_release(&done);
	done.keys = NULL;
	assert_int_equal(run_done_read(temp_file("held", "nonsense\n"), &done, &reason), -EINVAL);
	assert_null(done.keys);
	must_contain(reason.text, ":1:");
	assert_int_equal(run_done_read("/nowhere/x", &done, &reason), -ENOENT);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plan_is_carried_out_and_recorded_whole),
		cmocka_unit_test(progress_is_told_before_and_after_each_trial),
		cmocka_unit_test(run_goes_on_after_trials_that_fail),
		cmocka_unit_test(cell_that_turns_out_not_to_run_is_skipped_once),
		cmocka_unit_test(time_budget_ends_the_run_between_trials),
		cmocka_unit_test(run_resumed_at_any_point_loses_and_repeats_nothing),
		cmocka_unit_test(complete_run_has_nothing_left_to_do),
		cmocka_unit_test(failed_trial_is_not_run_again_by_a_resumed_run),
		cmocka_unit_test(file_that_cannot_take_a_record_ends_the_run),
		cmocka_unit_test(signal_ends_the_run_and_the_trial_in_flight_is_not_recorded),
		cmocka_unit_test(what_a_file_holds_is_read_whatever_else_it_holds),
	};

	return RUN_OR_BE_TRIAL(argc, argv, tests);
}
