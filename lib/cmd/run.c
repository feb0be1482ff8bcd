#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "cmd/command.h"
#include "cmd/compare.h"
#include "cmd/progress.h"
#include "cmd/show_plan.h"
#include "cmd/show_result.h"
#include "host/facts.h"
#include "host/journal.h"
#include "host/state.h"
#include "matrix/config_named.h"
#include "matrix/plan.h"
#include "matrix/runner.h"
#include "measure/needs.h"
#include "measure/sampler.h"
#include "pci/facts.h"
#include "profile/symbols.h"
#include "result/fields.h"
#include "result/reader.h"
#include "result/record.h"
#include "result/writer.h"

static struct args_list sets, allow;
static const char *output, *rounds, *seed, *time_budget, *compare_with, *profile_event;
static bool plan_only, resume, brief, quiet, profile;

static const struct option_spec options[] = {
	{ .name = "--set",
	  .value = "PARAM=VALUE[,VALUE...]",
	  .list = &sets,
	  .help = "values of a parameter, in place of the config's" },
	{ .name = "--output",
	  .alias = "-o",
	  .value = "FILE",
	  .text = &output,
	  .help = "the result file (default: a new one in this folder)" },
	{ .name = "--rounds", .value = "N", .text = &rounds, .help = "trials of each cell" },
	{ .name = "--seed", .value = "N", .text = &seed, .help = "of the random order" },
	{ .name = "--plan", .flag = &plan_only, .help = "show what would run, and run nothing" },
	{ .name = "--resume",
	  .flag = &resume,
	  .help = "go on with the run in -o FILE, in the same boot" },
	{ .name = "--time-budget",
	  .value = "TIME",
	  .text = &time_budget,
	  .help = "begin no trial after this time" },
	{ .name = "--compare-with",
	  .value = "FILE",
	  .text = &compare_with,
	  .help = "at the end, print the comparison with this earlier run" },
	{ .name = "--allow",
	  .value = "KEY",
	  .list = &allow,
	  .help = "compare with it although they differ in this (cpu.microcode, host)" },
	{ .name = "--profile",
	  .value = "EVENT",
	  .optional = true,
	  .flag = &profile,
	  .text = &profile_event,
	  .help = "after each trial's timed part, sample where the kernel is" },
	{ .name = "--brief",
	  .flag = &brief,
	  .help = "at the end, print a summary in place of the table" },
	{ .name = "--quiet", .alias = "-q", .flag = &quiet, .help = "no progress, no table" },
	{ .name = NULL },
};

/* What a run needs. */
struct session {
	struct config *config;
	struct topology *topology;
	struct plan *plan;
	struct writer *writer;
	struct run_done done;
	json_t *recorded_run; /* its first record */
	char event[SAMPLER_EVENT]; /* what is sampled after each timed part; "": nothing */
	char path[PATH_MAX];
};

static int complain(int ret, const struct reason *reason)
{
	log_error("%s", reason->text[0] ? reason->text : strerror(-ret));
	return ret == -ENOSPC || ret == -EIO || ret == -ENOMEM ? EXIT_FAILED : EXIT_USAGE;
}

static int load_config(const char *word, struct config **ret_config, struct reason *reason)
{
	const struct changes changes = { .sets = sets.items,
					 .nr_sets = sets.count,
					 .rounds = rounds,
					 .seed = seed,
					 .time_budget = time_budget };

	return config_named(word, &changes, ret_config, reason);
}

/* ---- going on with a run ---- */

static int check_same_boot(const struct session *session, struct reason *reason)
{
	const char *then = run_text(session->recorded_run, NULL, "boot_id");
	char now[40];

	host_boot_id(now);
	if (!strcmp(then, now))
		return 0;
	return reason_set(reason, -EINVAL,
			  "%s: was begun in another boot: boots are not mixed, start a new file",
			  session->path);
}

/* The time budget may differ: a resumed run may be given more time. */
static bool is_same_config(const json_t *a, const json_t *b)
{
	json_t *left = json_copy((json_t *)a), *right = json_copy((json_t *)b);
	bool same;

	json_object_del(left, "time_budget");
	json_object_del(right, "time_budget");
	same = json_equal(left, right);
	json_decref(left);
	json_decref(right);
	return same;
}

static int load_as_recorded(json_t *recorded, struct config **ret_config, struct reason *reason)
{
	json_t *config = json_copy(recorded);
	int ret;

	if (time_budget)
		json_object_set_new(config, "time_budget", json_string(time_budget));
	ret = config_from_json(config, ret_config, reason);
	json_decref(config);
	return ret;
}

/* Without a config on the command line, the recorded one is used. */
static int load_recorded(struct session *session, const char *word, struct reason *reason)
{
	json_t *recorded = run_config(session->recorded_run);
	int ret;

	if (!word && !sets.count && !rounds && !seed)
		return load_as_recorded(recorded, &session->config, reason);
	if (!seed) { /* the random seed of the start is used again */
		static char recorded_seed[24];
		int64_t number = 0;

		run_seed(session->recorded_run, &number);
		snprintf(recorded_seed, sizeof(recorded_seed), "%" PRId64, number);
		seed = recorded_seed;
	}
	ret = load_config(word, &session->config, reason);
	if (!ret && !is_same_config(session->config->json, recorded))
		ret = reason_set(reason, -EINVAL,
				 "%s: holds a run of another config; --resume -o %s alone goes on "
				 "with it",
				 session->path, session->path);
	return ret;
}

static int open_resumed(struct session *session, const char *word, struct reason *reason)
{
	int ret;

	if (!output)
		return reason_set(reason, -EINVAL, "--resume needs -o FILE, the run to go on with");
	ret = writer_open(session->path, true, &session->writer, reason);
	if (!ret)
		ret = reader_run_record(session->path, &session->recorded_run, reason);
	if (!ret)
		ret = check_same_boot(session, reason);
	if (!ret)
		ret = load_recorded(session, word, reason);
	if (!ret)
		ret = writer_cut_torn_line(session->writer, reason);
	if (!ret)
		ret = run_done_read(session->path, &session->done, reason);
	return ret;
}

/* ---- a new run ---- */

static void choose_path(struct session *session)
{
	char stamp[32];
	time_t now = time(NULL);
	struct tm utc;

	if (output) {
		snprintf(session->path, sizeof(session->path), "%s", output);
		return;
	}
	gmtime_r(&now, &utc);
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &utc);
	snprintf(session->path, sizeof(session->path), "dmabench-%s-%s.jsonl",
		 session->config->name[0] ? session->config->name : "run", stamp);
}

/* Returns NULL when memory ran out. */
static json_t *collect_host(const struct topology *topology)
{
	json_t *host = facts_collect(topology);

	if (host && json_object_set_new(host, "devices", pci_facts())) {
		json_decref(host);
		return NULL;
	}
	return host;
}

static int open_new(struct session *session, struct reason *reason)
{
	json_t *host, *record;
	int ret;

	choose_path(session);
	ret = writer_open(session->path, false, &session->writer, reason);
	if (ret)
		return ret;
	host = collect_host(session->topology);
	clock_calibrate();
	record = host ? record_run(session->config->seed, session->config->json, host) : NULL;
	ret = record ? writer_append(session->writer, record, reason) : -ENOMEM;
	session->recorded_run = record;
	json_decref(host);
	return ret;
}

/* ---- the run itself ---- */

static void recover_settings(void)
{
	struct reason reason = { "" };
	size_t count;
	int ret = journal_recover(&count, &reason);

	if (ret && ret != -EBUSY) /* -EBUSY: another run has changed them, and will restore them */
		log_note("%s", reason.text);
	else if (count)
		log_note("put back %zu host setting%s that a killed run left", count,
			 count == 1 ? "" : "s");
}

static int end_code(const struct run_totals *totals)
{
	if (totals->failed || totals->stop == STOP_SIGNAL)
		return EXIT_FAILED;
	if (totals->ok || totals->stop)
		return EXIT_DONE;
	return totals->invalid ? EXIT_FAILED : totals->skipped ? EXIT_NOTHING : EXIT_DONE;
}

/* Without VFIO most benchmarks are skipped: the one command that has them anyway comes last. */
static void print_next(const struct plan *plan)
{
	for (size_t i = 0; i < plan->nr_cells; i++) {
		const char *skip = plan->cells[i].skip;

		if (!skip || strncmp(skip, NEEDS_NO_VFIO, strlen(NEEDS_NO_VFIO)))
			continue;
		printf("Next, what needs VFIO, in a VM that has it: " NEEDS_LAB_COMMAND "\n");
		return;
	}
}

static void print_end(const struct session *session, const struct run_totals *totals)
{
	struct reason reason = { "" };

	if (quiet)
		return;
	if (!writer_is_file(session->writer))
		return;
	if (show_result(session->path, brief ? SHOW_BRIEF : SHOW_FITTING, &reason))
		log_error("%s", reason.text);
	printf("\ntrials: %llu ok, %llu invalid, %llu failed; cells skipped: %llu. Results: %s\n",
	       (unsigned long long)totals->ok, (unsigned long long)totals->invalid,
	       (unsigned long long)totals->failed, (unsigned long long)totals->skipped,
	       session->path);
	if (totals->stop)
		printf("Stopped before the end (%s): `dmabench run --resume -o %s` goes on.\n",
		       totals->why, session->path);
	else
		print_next(session->plan);
}

static int carry_out(struct session *session)
{
	struct progress progress = progress_start(quiet);
	struct run_totals totals = { 0 };
	struct reason reason = { "" };
	const struct runner runner = {
		.plan = session->plan,
		.topology = session->topology,
		.writer = session->writer,
		.done = &session->done,
		.profile = session->event[0] ? session->event : NULL,
		.run_record = session->recorded_run,
		.events = { progress_changed, &progress },
		.start_ns = program_start_ns,
	};
	int ret = runner_run(&runner, &totals, &reason);

	progress_end(&progress);
	if (ret) {
		log_error("%s", reason.text[0] ? reason.text : strerror(-ret));
		return EXIT_FAILED;
	}
	print_end(session, &totals);
	return end_code(&totals);
}

/* Returns the exit code of the comparison, unless the run itself failed. */
static int compare_end(const struct session *session, int code)
{
	int compared;

	if (!compare_with || !writer_is_file(session->writer))
		return code;
	if (!quiet)
		printf("\n");
	compared = compare_two(compare_with, session->path, &allow);
	return code == EXIT_DONE ? compared : code;
}

static int prepare(struct session *session, const char *word, struct reason *reason)
{
	int ret;

	snprintf(session->path, sizeof(session->path), "%s", output ? output : "");
	if (resume)
		ret = open_resumed(session, word, reason);
	else
		ret = load_config(word, &session->config, reason);
	if (!ret) {
		ret = topology_open(NULL, &session->topology);
		if (ret)
			reason_set(reason, ret,
				   "cannot read the topology of CPUs and memory nodes under "
				   "/sys/devices/system: is /sys mounted?");
	}
	if (!ret)
		ret = plan_make(session->config, session->topology, &session->plan, reason);
	return ret;
}

/* What stands in the way of profiles is told before anything is measured. */
static int prepare_profile(struct session *session, struct reason *reason)
{
	struct symbols symbols;
	int ret;

	if (!profile)
		return 0;
	ret = sampler_choose(profile_event, session->event, reason);
	if (!ret)
		ret = symbols_read(&symbols, reason);
	if (ret)
		return ret;
	symbols_release(&symbols);
	if (!profile_event && strcmp(session->event, SAMPLER_DEFAULT))
		log_note("--profile: this machine counts no cycles: %s is sampled, by the kernel's "
			 "timer; what runs with interrupts off shows where they come on again",
			 session->event);
	return 0;
}

static int run_session(struct session *session, const char *word)
{
	struct reason reason = { "" };
	int ret;

	clock_choose();
	ret = compare_with ? compare_check(compare_with, &reason) : 0;
	if (!ret)
		ret = prepare(session, word, &reason);
	if (ret)
		return complain(ret, &reason);
	if (plan_only) {
		show_plan(session->plan);
		return session->plan->nr_trials ? EXIT_DONE : EXIT_NOTHING;
	}
	ret = prepare_profile(session, &reason);
	if (ret) {
		log_error("--profile: %s", reason.text[0] ? reason.text : strerror(-ret));
		return ret == -EINVAL ? EXIT_USAGE : EXIT_NOTHING;
	}
	recover_settings();
	if (resume)
		clock_calibrate();
	else
		ret = open_new(session, &reason);
	if (ret)
		return complain(ret, &reason);
	return compare_end(session, carry_out(session));
}

static int run_run(const struct command *self, int argc, char **argv)
{
	struct args_list words = { .count = 0 };
	struct session session = { 0 };
	int code;

	if (!args_parse(argc, argv, self->options, &words, 1))
		return EXIT_USAGE;
	log_set_quiet(quiet);
	code = run_session(&session, words.count ? words.items[0] : NULL);
	writer_close(session.writer);
	run_done_release(&session.done);
	json_decref(session.recorded_run);
	plan_free(session.plan);
	topology_close(session.topology);
	config_free(session.config);
	return code;
}

const struct command command_run = {
	.name = "run",
	.usage = "run [CONFIG | BENCH | CELL] [options]",
	.summary = "run a matrix on this host, and record every sample",
	.details =
		"CONFIG is a file, or the name of a config that comes with dmabench (default,\n"
		"quick, pinning). BENCH runs one benchmark, varied by --set. CELL runs one row of\n"
		"an earlier table: uring-pin/backing=thp/size=64MiB. Without any of them, "
		"`default`\n"
		"runs all that this host allows and says what it skipped.\n\n"
		"A list of values makes a product: --set backing=anon,thp --set size=1GiB,4GiB\n"
		"is four cells; `all` means every value possible here. Also to be set:\n"
		"iterations, warmup, rounds, placement (local, remote, interleave, node:N,\n"
		"cpus:LIST[@NODE]).\n\n"
		"--profile goes on after the timed iterations of each trial with further ones, "
		"and\n"
		"samples the kernel's call chains in their brackets: the file then says which\n"
		"functions took the time (dmabench show, compare --why). EVENT is one of "
		"libpfm4's;\n"
		"without it, cycles:k, or cpu-clock where the machine counts no cycles.\n\n"
		"The end is a table of all cells; on a terminal with fewer lines than that, a\n"
		"summary, and `dmabench show FILE` prints the table.",
	.options = options,
	.run = run_run,
};
