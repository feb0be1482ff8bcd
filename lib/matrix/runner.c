#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/units.h"
#include "host/hugepages.h"
#include "host/journal.h"
#include "host/memory.h"
#include "host/placement.h"
#include "base/interrupt.h"
#include "matrix/process.h"
#include "matrix/profiled_trial.h"
#include "matrix/runner.h"
#include "measure/devices.h"
#include "mem/backing.h"
#include "result/fields.h"
#include "result/record.h"
#include "result/sampled.h"

#define LIMIT_LEAST (60 * SEC)
#define LIMIT_ESTIMATES 20 /* a trial that takes so many times its estimate is killed */

/* A run that is going on. */
struct run {
	const struct runner *runner;
	const struct plan *plan;
	struct process_context context;
	struct journal *journal; /* NULL until a trial needs a changed host setting */
	struct run_totals totals;
	struct run_status status;
	uint64_t estimated_done_ns, took_ns; /* for the ETA */
	bool *skipped; /* by cell: whether it turned out not to run here */
	struct reason *reason;
};

/* ---- records ---- */

static int append(struct run *run, json_t *record)
{
	int ret = record ? writer_append(run->runner->writer, record, run->reason) : -ENOMEM;

	json_decref(record);
	return ret;
}

static void tell(struct run *run, const char *cell, const char *outcome, const char *why)
{
	const struct run_events *events = &run->runner->events;

	run->status.cell = cell;
	run->status.outcome = outcome;
	run->status.why = why;
	run->status.elapsed_ns = clock_wall_ns() - run->runner->start_ns;
	if (events->changed)
		events->changed(events->context, &run->status);
	run->status.cell = NULL; /* the caller's, who frees it */
}

static int skip(struct run *run, size_t index, const char *why)
{
	const struct cell *cell = &run->plan->cells[index];
	char name[CELL_NAME];

	cell_name(cell, name);
	if (run_done_skipped(run->runner->done, name))
		return 0;
	run->totals.skipped++;
	return append(run, record_skip(name, why));
}

static int skip_planned(struct run *run)
{
	int ret = 0;

	for (size_t i = 0; i < run->plan->nr_cells && !ret; i++)
		if (run->plan->cells[i].skip)
			ret = skip(run, i, run->plan->cells[i].skip);
	return ret;
}

/* ---- the host, made ready ---- */

static int prepare_backing(struct run *run, const struct cell *cell,
			   const struct placement *placement, struct reason *reason)
{
	const char *name = bench_word(cell->bench, cell->values, "backing");
	uint64_t size = bench_memory_bytes(cell->bench, cell->values);
	struct backing backing;
	int ret;

	if (!name)
		return 0;
	ret = backing_find(name, &backing, reason);
	if (ret)
		return ret;
	ret = backing_prepare(&backing, size, placement->mem_nodes, placement->nr_mem_nodes, NULL,
			      reason);
	if (ret != SKIPPED || !hugetlb_may_reserve())
		return ret;
	ret = run->journal ? 0 : journal_open(&run->journal, reason);
	if (ret == -EBUSY)
		return SKIPPED; /* another run has changed host settings */
	if (!ret)
		ret = backing_prepare(&backing, size, placement->mem_nodes, placement->nr_mem_nodes,
				      run->journal, reason);
	return ret;
}

/* Where the host does not tell how much memory it has, the trial may run. */
static int check_memory(const struct cell *cell, const struct placement *placement,
			struct reason *reason)
{
	uint64_t have;

	if (memory_available(placement->mem_nodes, placement->nr_mem_nodes, &have))
		return 0;
	return cell_check_memory(cell, placement->mem_nodes, placement->nr_mem_nodes, have, reason);
}

/*
 * Pools of hugepages that earlier trials enlarged may hold the memory that this one needs, and
 * settings that one backing needs may exclude another. Then all settings are restored, and it is
 * tried once more.
 */
static int prepare(struct run *run, const struct cell *cell, struct placement *placement,
		   struct devices *devices, struct reason *reason)
{
	int ret = devices_choose(cell->bench, cell->values, devices, reason);

	if (!ret)
		ret = placement_resolve(
			run->runner->topology, cell->placement, devices_node(devices),
			bench_number(cell->bench, cell->values, "threads", 1), placement, reason);
	for (int attempt = 0; !ret && attempt < 2; attempt++) {
		ret = check_memory(cell, placement, reason);
		if (!ret)
			ret = prepare_backing(run, cell, placement, reason);
		if (ret != SKIPPED || !run->journal)
			break;
		journal_rewind(run->journal, NULL);
		if (!attempt)
			ret = 0;
	}
	return ret;
}

/* ---- one trial ---- */

static uint64_t limit_of(const struct run *run, const struct cell *cell)
{
	uint64_t limit = run->plan->config->trial_limit_ns;

	if (limit)
		return limit;
	limit = LIMIT_ESTIMATES * cell_estimate_ns(cell);
	return limit > LIMIT_LEAST ? limit : LIMIT_LEAST;
}

/* Assumes that the rest is as far from its estimates as what is done. */
static void update_eta(struct run *run, const struct cell *cell, uint64_t took_ns)
{
	double rest, pace;

	run->estimated_done_ns += cell_estimate_ns(cell);
	run->took_ns += took_ns;
	rest = run->plan->estimate_ns > run->estimated_done_ns
		       ? (double)(run->plan->estimate_ns - run->estimated_done_ns)
		       : 0;
	pace = (double)run->took_ns / (double)run->estimated_done_ns;
	run->status.eta_ns = (uint64_t)(rest * pace);
}

static int record_measured(struct run *run, size_t position, const char *name,
			   const struct placement *placement, json_t *outcome)
{
	const struct cell *cell = &run->plan->cells[run->plan->order[position]];
	const struct profiled_trial trial = { .cell = name,
					      .block = plan_block_of(run->plan, position),
					      .order = position,
					      .run = run->runner->run_record };
	json_t *sampled = sampled_take(outcome);
	int ret = append(run, record_trial(name, cell->bench, cell->values, placement, trial.block,
					   position, outcome));

	if (!ret && sampled)
		ret = profiled_trial_write(&trial, sampled, run->runner->writer, run->reason);
	json_decref(sampled);
	return ret;
}

static int record(struct run *run, size_t position, const struct placement *placement,
		  json_t *outcome)
{
	size_t index = run->plan->order[position];
	const struct cell *cell = &run->plan->cells[index];
	const char *status = trial_status_text(outcome), *why = trial_why(outcome);
	char name[CELL_NAME];
	int ret;

	cell_name(cell, name);
	if (!status[0])
		status = "failed";
	if (!strcmp(status, "skipped")) {
		run->skipped[index] = true;
		ret = skip(run, index, why[0] ? why : "no reason given");
	} else {
		run_totals_count(&run->totals, status);
		ret = record_measured(run, position, name, placement, outcome);
	}
	tell(run, name, status, why[0] ? why : NULL);
	return ret;
}

static int run_trial(struct run *run, size_t position)
{
	size_t index = run->plan->order[position];
	const struct cell *cell = &run->plan->cells[index];
	uint64_t start = clock_wall_ns();
	struct placement placement = { .nr_cpus = 0 };
	struct reason reason = { "" };
	struct devices devices;
	char name[CELL_NAME];
	json_t *outcome = NULL;
	int ret;

	tell(run, cell_name(cell, name), NULL, NULL);
	ret = prepare(run, cell, &placement, &devices, &reason);
	if (!ret)
		ret = process_run(&run->context, cell, &placement, &devices, limit_of(run, cell),
				  &outcome);
	devices_release(&devices);
	if (ret == -EINTR)
		return ret;
	if (ret == SKIPPED)
		outcome = json_pack("{s:s, s:s}", "status", "skipped", "reason", reason.text);
	else if (ret)
		outcome = record_failure(reason.text[0] ? reason.text : strerror(-ret));
	update_eta(run, cell, clock_wall_ns() - start);
	run->status.done++;
	ret = record(run, position, &placement, outcome);
	json_decref(outcome);
	return ret;
}

/* ---- all of them ---- */

static bool should_stop(struct run *run)
{
	uint64_t budget = run->plan->config->time_budget_ns;

	if (interrupt_pending()) {
		run->totals.stop = STOP_SIGNAL;
		run->totals.why = strsignal(interrupt_pending());
	} else if (budget && clock_wall_ns() - run->runner->start_ns >= budget) {
		run->totals.stop = STOP_TIME_BUDGET;
		run->totals.why = "the time budget is used up";
	}
	return run->totals.stop != STOP_NONE;
}

static int run_trials(struct run *run)
{
	for (size_t i = 0; i < run->plan->nr_trials; i++) {
		size_t index = run->plan->order[i];
		char name[CELL_NAME];
		int ret;

		cell_name(&run->plan->cells[index], name);
		if (run->skipped[index] ||
		    run_done_has(run->runner->done, name, plan_block_of(run->plan, i))) {
			run->status.done++;
			continue;
		}
		if (should_stop(run))
			return 0;
		ret = run_trial(run, i);
		if (ret && ret != -EINTR)
			return ret;
	}
	should_stop(run);
	return 0;
}

static int end(struct run *run)
{
	const struct run_totals *totals = &run->totals;
	bool complete = run->status.done == run->status.total;

	if (complete) {
		run->totals.stop = STOP_NONE;
		run->totals.why = NULL;
	}
	return append(run, record_end(complete ? "complete" : "interrupted", totals->why,
				      totals->ok + totals->invalid + totals->failed,
				      totals->skipped, totals->failed, totals->invalid,
				      clock_wall_ns() - run->runner->start_ns));
}

int runner_run(const struct runner *runner, struct run_totals *ret_totals, struct reason *reason)
{
	struct run run = {
		.runner = runner,
		.plan = runner->plan,
		.reason = reason,
		.status = { .total = runner->plan->nr_trials, .eta_ns = runner->plan->estimate_ns },
		.context = { .config = runner->plan->config,
			     .profile = runner->profile,
			     .run_start_ns = runner->start_ns },
	};
	int ret = topology_export(runner->topology, &run.context.topology_xml), put_back;

	if (runner->done)
		run.totals = runner->done->totals;

	run.skipped = calloc(runner->plan->nr_cells, sizeof(*run.skipped));
	if (ret || !run.skipped) {
		free(run.context.topology_xml);
		free(run.skipped);
		return ret ? ret : -ENOMEM;
	}
	interrupt_catch();
	ret = skip_planned(&run);
	if (!ret)
		ret = run_trials(&run);
	if (!ret)
		ret = end(&run);
	put_back = journal_close(run.journal, ret ? NULL : reason);
	interrupt_release();
	free(run.context.topology_xml);
	free(run.skipped);
	*ret_totals = run.totals;
	return ret ? ret : put_back;
}
