/*
 * trials - a test that is its own trial: process.h runs /proc/self/exe, which is the test.
 *
 * $UNIT_TRIAL tells what the trial does; without it, it is a real one. In main():
 *
 *	return RUN_OR_BE_TRIAL(argc, argv, tests);
 *
 * Include it in one .c file of a test, which has `topology` while tests run.
 */
#ifndef TRIALS_H
#define TRIALS_H

#include <signal.h>

#include "base/clock.h"
#include "configs.h"
#include "matrix/process.h"

static struct topology *topology;

static inline bool is_trial(int argc, char **argv)
{
	return argc == 2 && !strcmp(argv[1], TRIAL_COMMAND);
}

static inline void say(const char *text)
{
	size_t length = strlen(text);

	if (write(TRIAL_REPORT_FD, text, length) != (ssize_t)length)
		_exit(9);
}

/* One line that no pipe holds at once. */
static inline void say_much(void)
{
	say("the timed part\n{\"status\":\"ok\",\"list\":[0");
	for (int i = 0; i < 100000; i++)
		say(",1234567890");
	say("]}\n");
}

static inline int be_trial(void)
{
	const char *what = getenv("UNIT_TRIAL");

	if (!what)
		return process_trial_main();
	if (!strcmp(what, "killed")) {
		say("setup\nwarm-up\n");
		raise(SIGKILL);
	} else if (!strcmp(what, "aborted")) {
		say("setup\n");
		signal(SIGABRT, SIG_DFL);
		raise(SIGABRT);
	} else if (!strcmp(what, "hung")) {
		say("the timed part\n");
		pause();
	} else if (!strcmp(what, "hung with its report open")) {
		say("teardown\n");
		if (!fork())
			pause();
		pause();
	} else if (!strcmp(what, "exited")) {
		say("setup\n");
		_exit(3);
	} else if (!strcmp(what, "torn")) {
		say("teardown\n{\"status\":\"ok\"");
		_exit(0);
	} else if (!strcmp(what, "nonsense")) {
		say("teardown\n{nonsense}\n");
	} else if (!strcmp(what, "no object")) {
		say("teardown\n[1]\n");
	} else if (!strcmp(what, "much")) {
		say_much();
	} else if (!strcmp(what, "skipped")) {
		say("{\"status\":\"skipped\",\"reason\":\"not on a Sunday\"}\n");
	} else if (!strcmp(what, "invalid")) {
		say("{\"status\":\"invalid\",\"error\":\"small pages\"}\n");
	} else if (!strcmp(what, "ok")) {
		say("{\"status\":\"ok\"}\n");
	}
	_exit(0);
}

static inline int prepare_trials(void **state)
{
	(void)state;
	setenv("DMABENCH_STATE", temp_path("state"), 1);
	clock_choose();
	clock_calibrate();
	return topology_open(NULL, &topology);
}

static inline int end_trials(void **state)
{
	(void)state;
	topology_close(topology);
	return 0;
}

static inline int skip_trials(void)
{
	puts("1..1\nok 1 - trials # SKIP an emulator of programs starts no second one");
	return 0;
}

#define RUN_OR_BE_TRIAL(argc, argv, tests)    \
	(is_trial(argc, argv) ? be_trial()    \
	 : is_emulated()      ? skip_trials() \
			      : cmocka_run_group_tests(tests, prepare_trials, end_trials))

#endif
