#include "base/interrupt.h"
#include "measure/measure.h"
#include "trials.h"

#define LONG (60 * SEC)

/* Runs the only cell of a config; the caller owns the outcome. */
static int run_one(const char *text, const char *what, uint64_t limit_ns, json_t **ret_outcome)
{
	struct config *config = load(text);
	struct plan *plan = make_plan(config, topology);
	struct process_context context = { .config = config, .run_start_ns = clock_wall_ns() };
	const struct devices none = { .count = 0 };
	struct placement placement;
	int ret;

	if (what)
		setenv("UNIT_TRIAL", what, 1);
	else
		unsetenv("UNIT_TRIAL");
	assert_null(plan->cells[0].skip);
	assert_int_equal(topology_export(topology, &context.topology_xml), 0);
	assert_int_equal(placement_resolve(topology, "local", -1, 1, &placement, NULL), 0);
	ret = process_run(&context, &plan->cells[0], &placement, &none, limit_ns, ret_outcome);
	free(context.topology_xml);
	plan_free(plan);
	config_free(config);
	return ret;
}

#define NULL_CELL "{\"matrix\": [{\"bench\": \"null\", \"iterations\": 25, \"warmup\": 3}]}"

static const char *string_at(const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	return text ? text : "(none)";
}

static void check_fds(int *before)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (*before < 0)
		*before = fd;
	must(fd == *before, "descriptors leak: the next one is %d, it was %d", fd, *before);
	close(fd);
}

TEST(trial_in_its_own_process_reports_what_it_measured)
{
	json_t *outcome = NULL, *metric, *cpus;

	assert_int_equal(run_one(NULL_CELL, NULL, LONG, &outcome), 0);
	must(!strcmp(string_at(outcome, "status"), "ok"), "it is %s: %s",
	     string_at(outcome, "status"), string_at(outcome, "error"));
	metric = json_object_get(json_object_get(outcome, "metrics"), "op_ns");
	assert_int_equal(json_array_size(json_object_get(metric, "samples")), 25);
	assert_int_equal(json_integer_value(json_object_get(outcome, "iterations")), 25);
	assert_int_equal(json_integer_value(
				 json_object_get(json_object_get(outcome, "warmup"), "iterations")),
			 3);
	assert_true(json_number_value(json_object_get(outcome, "overhead_ns")) > 0);
	cpus = json_object_get(json_object_get(outcome, "placement"), "cpus");
	assert_int_equal(json_array_size(cpus), 1);
	assert_true(json_is_true(json_object_get(json_object_get(outcome, "placement"), "local")));
	json_decref(outcome);
}

TEST(trial_with_memory_proves_it)
{
	json_t *outcome = NULL, *verified;

	assert_int_equal(run_one("{\"matrix\": [{\"bench\": \"populate\", \"size\": \"1M\","
				 " \"iterations\": 3, \"warmup\": 1}]}",
				 NULL, LONG, &outcome),
			 0);
	must(!strcmp(string_at(outcome, "status"), "ok"), "it is %s: %s",
	     string_at(outcome, "status"), string_at(outcome, "error"));
	verified = json_object_get(outcome, "verified");
	assert_int_equal(json_object_size(json_object_get(verified, "pages")), 1);
	assert_true(json_is_string(json_object_get(verified, "proof")));
	json_decref(outcome);
}

TEST(counters_are_asked_for_by_the_config)
{
	json_t *outcome = NULL, *counters;

	assert_int_equal(
		run_one("{\"counters\": [\"no_such_event\", \"PERF_COUNT_SW_PAGE_FAULTS\"],"
			" \"matrix\": [{\"bench\": \"null\"}]}",
			NULL, LONG, &outcome),
		0);
	counters = json_object_get(outcome, "counters");
	assert_int_equal(json_object_size(counters), 2);
	must_contain(string_at(json_object_get(counters, "no_such_event"), "reason"),
		     "no_such_event");
	json_decref(outcome);
}

TEST(trial_that_comes_to_nothing_is_a_failure_that_says_when)
{
	static const struct {
		const char *what, *error;
	} cases[] = {
		{ "killed", "killed by signal 9 (Killed) in warm-up" },
		{ "aborted", "killed by signal 6 (Aborted) in setup" },
		{ "exited", "ended with status 3 in setup" },
		{ "torn", "ended with status 0 in teardown, without a result" },
		{ "nonsense", "ended with status 0 in teardown, without a result" },
		{ "no object", "without a result" },
		{ "silent", "ended with status 0 in its start" },
	};
	int next_fd = -1;

	for (size_t i = 0; i < COUNT(cases); i++) {
		json_t *outcome = NULL;

		check_fds(&next_fd);
		assert_int_equal(run_one(NULL_CELL, cases[i].what, LONG, &outcome), 0);
		must(!strcmp(string_at(outcome, "status"), "failed"), "%s is %s", cases[i].what,
		     string_at(outcome, "status"));
		must_contain(string_at(outcome, "error"), cases[i].error);
		json_decref(outcome);
		check_fds(&next_fd);
	}
}

TEST(trial_that_hangs_is_killed_at_its_limit)
{
	json_t *outcome = NULL;
	uint64_t start = clock_wall_ns();

	assert_int_equal(run_one(NULL_CELL, "hung", 300 * MSEC, &outcome), 0);
	assert_string_equal(string_at(outcome, "status"), "failed");
	must_contain(string_at(outcome, "error"), "hung in the timed part");
	must_contain(string_at(outcome, "error"), "limit");
	assert_true(clock_wall_ns() - start >= 300 * MSEC);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nobody is left behind */
	json_decref(outcome);
}

TEST(outcome_longer_than_a_pipe_is_read_whole)
{
	json_t *outcome = NULL;

	assert_int_equal(run_one(NULL_CELL, "much", LONG, &outcome), 0);
	assert_string_equal(string_at(outcome, "status"), "ok");
	assert_int_equal(json_array_size(json_object_get(outcome, "list")), 100001);
	json_decref(outcome);
}

TEST(outcome_is_handed_on_as_it_was_reported)
{
	json_t *outcome = NULL;

	assert_int_equal(run_one(NULL_CELL, "skipped", LONG, &outcome), 0);
	assert_string_equal(string_at(outcome, "status"), "skipped");
	assert_string_equal(string_at(outcome, "reason"), "not on a Sunday");
	json_decref(outcome);
}

/* The signal comes while the trial runs; the trial must not outlive it. */
static int interrupted_run(void *argument)
{
	json_t *outcome = NULL;
	pid_t parent = getpid(), sender;
	int ret;

	(void)argument;
	interrupt_catch();
	sender = fork();
	if (!sender) {
		usleep(200000);
		kill(parent, SIGTERM);
		_exit(0);
	}
	ret = run_one(NULL_CELL, "hung", LONG, &outcome);
	if (ret != -EINTR || outcome)
		return 1;
	if (interrupt_pending() != SIGTERM)
		return 2;
	return waitpid(-1, NULL, 0) == sender && waitpid(-1, NULL, WNOHANG) < 0 ? 0 : 3;
}

TEST(interrupted_run_ends_the_trial_and_gives_no_outcome)
{
	assert_int_equal(in_child(interrupted_run, NULL), 0);
}

static int pending_when_caught(void *argument)
{
	int *numbers = argument;

	signal(numbers[0], SIG_DFL); /* nohup may have it ignored */
	interrupt_catch();
	if (interrupt_pending())
		return 1;
	raise(numbers[0]);
	if (interrupt_pending() != numbers[0])
		return 2;
	return interrupt_poll(NULL, 0, 0) == 0 ? 0 : 3;
}

TEST(signal_is_held_back_and_then_told)
{
	static int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

	for (size_t i = 0; i < COUNT(numbers); i++)
		assert_int_equal(in_child(pending_when_caught, &numbers[i]), 0);
}

static int ignored_signal(void *argument)
{
	(void)argument;
	signal(SIGHUP, SIG_IGN);
	interrupt_catch();
	raise(SIGHUP);
	return interrupt_pending();
}

TEST(signal_that_nohup_ignores_stays_ignored)
{
	assert_int_equal(in_child(ignored_signal, NULL), 0);
}

static int released_signal(void *argument)
{
	(void)argument;
	interrupt_catch();
	interrupt_release();
	interrupt_release();
	raise(SIGTERM);
	return 0;
}

TEST(released_signals_do_what_they_did_before)
{
	assert_int_equal(in_child(released_signal, NULL), -SIGTERM);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trial_in_its_own_process_reports_what_it_measured),
		cmocka_unit_test(trial_with_memory_proves_it),
		cmocka_unit_test(counters_are_asked_for_by_the_config),
		cmocka_unit_test(trial_that_comes_to_nothing_is_a_failure_that_says_when),
		cmocka_unit_test(trial_that_hangs_is_killed_at_its_limit),
		cmocka_unit_test(outcome_longer_than_a_pipe_is_read_whole),
		cmocka_unit_test(outcome_is_handed_on_as_it_was_reported),
		cmocka_unit_test(interrupted_run_ends_the_trial_and_gives_no_outcome),
		cmocka_unit_test(signal_is_held_back_and_then_told),
		cmocka_unit_test(signal_that_nohup_ignores_stays_ignored),
		cmocka_unit_test(released_signals_do_what_they_did_before),
	};

	return RUN_OR_BE_TRIAL(argc, argv, tests);
}
