/*
 * device-init - bringing devices up, one after another and together.
 *
 * An iteration opens all devices one after another with one thread (or process), closes them
 * likewise, then opens them together with one each, all let go at one instant, and closes them
 * together. A device is brought up as a VMM does it (lib/vfio/bringup.h); every phase lasts from
 * the end of the one before:
 *
 *   group_ns, attach_ns, open_ns, info_ns, reset_ns, mmap_ns, irq_ns
 *                   a phase of one device, of those brought up together; open_ns holds the reset
 *                   that the kernel makes on its own, reset_ns one more with reset=yes
 *   device_ns       all phases of one device, together
 *   wall_ns         from the first one's start to the last one's end, together
 *   close_ns        closing one device, with the reset that goes with it; close_wall_ns all
 *   serial_…        the same one after another
 *   speedup         serial_wall_ns over wall_ns
 *   serialisation   wall_ns over the slowest device of those brought up one after another:
 *                   1 is parallel, N is behind one lock. close_serialisation is that of closing
 *
 * With iommu=iommufd, group_ns is opening the character device and /dev/iommu, open_ns binding the
 * one to the other, and attach_ns, which then follows, an address space and the device into it.
 *
 * The note serial_phase names the phase in which devices lost most by being brought up together
 * (they wait for each other there), or "none" where they lost next to nothing.
 *
 * Left out: loading drivers and binding (dmabench bind), starting threads or processes, reserving
 * memory, mapping it (vfio-map), touching BARs (pfnmap-fault). Each device has a container of its
 * own, as if a guest each were started; guest-boot has all of them in one. Devices that share a
 * group share its descriptor, so that one process has to open all of them.
 *
 * A device that is not up after `limit` seconds is given up and recorded as failed. The others go on;
 * the trial counts as failed, and has the figures of those that came up.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/units.h"
#include "host/crew.h"
#include "vfio/bringup.h"
#include "measure/common.h"
#include "measure/device_count.h"
#include "measure/trial.h"

#define RATIO_SCALE 1000 /* ratios are kept so much larger */
#define WORTH_A_NAME 1.25 /* serialisation from which on the serial phase is named */

enum { DEVICE, DEVICES, HOW, RESET, LIMIT, IOMMU };
enum { THREADS, PROCESSES };

/* Phases stand in the order of enum bringup_phase, twice. */
enum {
	WALL_NS,
	SERIAL_WALL_NS,
	SPEEDUP,
	SERIALISATION,
	DEVICE_NS,
	SERIAL_DEVICE_NS,
	PHASE_NS,
	SERIAL_PHASE_NS = PHASE_NS + BRINGUP_PHASES,
	CLOSE_NS = SERIAL_PHASE_NS + BRINGUP_PHASES,
	SERIAL_CLOSE_NS,
	CLOSE_WALL_NS,
	SERIAL_CLOSE_WALL_NS,
	CLOSE_SERIALISATION,
};

static const char *const hows[] = { "threads", "processes", NULL };

static const struct param params[] = {
	[DEVICE] = { PARAM_DEVICE },
	[DEVICES] = { .name = "devices",
		      .type = &param_device_count,
		      .fallback = DEVICES_MOST,
		      .help = "how many of them" },
	[HOW] = { PARAM_WORD("how", hows, "threads",
			     "what they are brought up by when together: one a device"),
		  .implied = true },
	[RESET] = { PARAM_WORD("reset", param_no_yes, "no",
			       "reset them once more, as a guest's machine does"),
		    .implied = true },
	[LIMIT] = { .name = "limit",
		    .type = &param_count,
		    .fallback = "30",
		    .min = 1,
		    .max = 600,
		    .implied = true,
		    .help = "seconds after which a device is given up" },
	[IOMMU] = { PARAM_IOMMU, .implied = true },
	{ .name = NULL },
};

#define SERIALLY "the same, one after another"

/* clang-format off */
#define PHASE(phase, metric, what) \
	[PHASE_NS + (phase)] = { METRIC_NS(metric "_ns", what) }, \
	[SERIAL_PHASE_NS + (phase)] = { METRIC_NS("serial_" metric "_ns", SERIALLY) }
#define RATIO(metric, way, what) \
	.name = metric, .unit = "ratio", .better = way, .divisor = RATIO_SCALE, .help = what
/* clang-format on */

static const struct metric metrics[] = {
	[WALL_NS] = { METRIC_NS("wall_ns", "all devices together") },
	[SERIAL_WALL_NS] = { METRIC_NS("serial_wall_ns", "all devices, one after another") },
	[SPEEDUP] = { RATIO("speedup", "higher", "one after another over together") },
	[SERIALISATION] = { RATIO(
		"serialisation", "lower",
		"together over the slowest one alone: 1 parallel, N behind a lock") },
	[DEVICE_NS] = { METRIC_NS("device_ns", "a device, of those together") },
	[SERIAL_DEVICE_NS] = { METRIC_NS("serial_device_ns",
					 "a device, of those one after another") },
	PHASE(BRINGUP_GROUP, "group", "opening its group"),
	PHASE(BRINGUP_ATTACH, "attach", "a container, and the group into it"),
	PHASE(BRINGUP_OPEN, "open", "the device's descriptor, with its reset"),
	PHASE(BRINGUP_INFO, "info", "asking for regions and interrupts"),
	PHASE(BRINGUP_RESET, "reset", "one more reset, where asked for"),
	PHASE(BRINGUP_MMAP, "mmap", "mapping its BARs"),
	PHASE(BRINGUP_IRQ, "irq", "setting up its interrupts"),
	[CLOSE_NS] = { METRIC_NS("close_ns",
				 "closing a device, with its reset, of those together") },
	[SERIAL_CLOSE_NS] = { METRIC_NS("serial_close_ns", SERIALLY) },
	[CLOSE_WALL_NS] = { METRIC_NS("close_wall_ns", "closing all devices together") },
	[SERIAL_CLOSE_WALL_NS] = { METRIC_NS("serial_close_wall_ns", SERIALLY) },
	[CLOSE_SERIALISATION] = { RATIO("close_serialisation", "lower",
					"closing together over the slowest one alone") },
	{ .name = NULL },
};

/* What crews bring up, with what came of each device: in memory that processes share. */
struct bench_devices {
	struct bringup list[CREW_MAX];
	struct bringup_group groups[CREW_MAX];
};

/* One way of bringing all up: one after another, or together. */
struct way {
	struct crew *crew;
	int wall, device, phase, close, close_wall; /* its metrics */
	uint64_t wall_ticks, close_ticks;
	uint64_t phase_ticks[BRINGUP_PHASES]; /* summed over devices */
	struct crew_result opened[CREW_MAX], closed[CREW_MAX];
};

struct state {
	struct bench_devices *devices;
	size_t nr_devices;
	struct way serial, parallel;
};

/* ---- what is timed ---- */

static int open_one(void *argument, size_t item)
{
	return bringup_open(&((struct bench_devices *)argument)->list[item]);
}

static int close_one(void *argument, size_t item)
{
	bringup_close(&((struct bench_devices *)argument)->list[item]);
	return 0;
}

/* ---- an iteration ---- */

static void note_failure(struct trial *t, const struct state *s, size_t i, int error)
{
	const struct bringup *b = &s->devices->list[i];
	struct device_outcome *outcome = &t->outcomes[i];

	if (outcome->error[0])
		return;
	if (error == -ETIMEDOUT)
		snprintf(outcome->error, sizeof(outcome->error), "%s: not back after %llu s",
			 bringup_phase_names[b->phase], (unsigned long long)trial_number(t, LIMIT));
	else
		bringup_explain(b, error, outcome->error, sizeof(outcome->error));
}

static void keep_device(struct trial *t, struct way *way, const struct bringup *b)
{
	sample_ticks(t, way->device, b->end - b->start);
	for (int phase = 0; phase < BRINGUP_PHASES; phase++) {
		way->phase_ticks[phase] += b->ticks[phase];
		if (phase != BRINGUP_RESET || b->with_reset)
			sample_ticks(t, way->phase + phase, b->ticks[phase]);
	}
}

/*
 * Opens all devices and closes them. Failures are noted, and the samples of all others are kept.
 * Where one worker opens all and hangs at a device, those that it opened before stay open until
 * the process ends.
 */
static int go(struct trial *t, struct state *s, struct way *way)
{
	int ret = crew_run(way->crew, open_one, s->devices, way->opened, &way->wall_ticks);
	int closed;

	memset(way->phase_ticks, 0, sizeof(way->phase_ticks));
	for (size_t i = 0; i < s->nr_devices; i++)
		if (way->opened[i].ret)
			note_failure(t, s, i, way->opened[i].ret);
		else
			keep_device(t, way, &s->devices->list[i]);
	closed = crew_run(way->crew, close_one, s->devices, way->closed, &way->close_ticks);
	for (size_t i = 0; i < s->nr_devices; i++) {
		if (!way->opened[i].ret && !way->closed[i].ret)
			sample_ticks(t, way->close, way->closed[i].end - way->closed[i].start);
		else if (!way->opened[i].ret && way->closed[i].ret != -ECANCELED)
			note_failure(t, s, i, way->closed[i].ret);
	}
	if (ret || closed)
		return ret ? ret : closed;
	sample_ticks(t, way->wall, way->wall_ticks);
	sample_ticks(t, way->close_wall, way->close_ticks);
	return 0;
}

static uint64_t slowest(const struct crew_result *results, size_t count)
{
	uint64_t most = 0;

	for (size_t i = 0; i < count; i++)
		if (results[i].end - results[i].start > most)
			most = results[i].end - results[i].start;
	return most;
}

static uint64_t ratio(uint64_t over, uint64_t under)
{
	return under ? (uint64_t)((double)over * RATIO_SCALE / (double)under + 0.5) : 0;
}

/* The phase in which devices lost most by being brought up together. */
static const char *find_serial_phase(const struct state *s, uint64_t index)
{
	int64_t most = 0;
	const char *name = "none";

	for (int phase = 0; phase < BRINGUP_PHASES; phase++) {
		int64_t lost =
			(int64_t)(s->parallel.phase_ticks[phase] - s->serial.phase_ticks[phase]);

		if (lost > most) {
			most = lost;
			name = bringup_phase_names[phase];
		}
	}
	return (double)index >= WORTH_A_NAME * RATIO_SCALE ? name : "none";
}

static void compare_ways(struct trial *t, const struct state *s)
{
	uint64_t index = ratio(s->parallel.wall_ticks, slowest(s->serial.opened, s->nr_devices));

	sample_count(t, SPEEDUP, ratio(s->serial.wall_ticks, s->parallel.wall_ticks));
	sample_count(t, SERIALISATION, index);
	sample_count(t, CLOSE_SERIALISATION,
		     ratio(s->parallel.close_ticks, slowest(s->serial.closed, s->nr_devices)));
	trial_note(t, "serial_phase", "%s", find_serial_phase(s, index));
}

static bool any_stuck(const struct way *way, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (way->opened[i].ret == -ETIMEDOUT || way->closed[i].ret == -ETIMEDOUT)
			return true;
	return false;
}

static int device_init_run(struct trial *t)
{
	struct state *s = t->priv;
	int serial = go(t, s, &s->serial), parallel;

	/* A device that is stuck would hold up the others. */
	if (any_stuck(&s->serial, s->nr_devices))
		return trial_tell_failures(t, serial);
	parallel = go(t, s, &s->parallel);
	if (serial || parallel)
		return trial_tell_failures(t, serial ? serial : parallel);
	compare_ways(t, s);
	return 0;
}

/* ---- set-up ---- */

static bool share_groups(const struct trial *t, size_t count)
{
	for (size_t i = 1; i < count; i++)
		for (size_t j = 0; j < i; j++)
			if (t->devices.list[i].group == t->devices.list[j].group)
				return true;
	return false;
}

static int choose_devices(struct trial *t, struct state *s)
{
	int ret = device_count_check(&t->devices, trial_number(t, DEVICES), CREW_MAX,
				     &s->nr_devices, &t->reason);

	if (ret)
		return ret;
	if (trial_number(t, HOW) == PROCESSES && share_groups(t, s->nr_devices))
		return reason_set(&t->reason, SKIPPED,
				  "these devices share an IOMMU group, which one process alone can "
				  "open: use how=threads");
	return 0;
}

/* Opens all groups once before anything is timed, to fail with the reason if one does not open. */
static int try_groups(struct trial *t, const struct state *s)
{
	struct iommu iommu;
	int ret;

	if (s->nr_devices > IOMMU_MAX_GROUPS)
		return 0;
	ret = iommu_open(iommu_find_mode(trial_word(t, IOMMU)), t->devices.list, s->nr_devices,
			 &iommu, &t->reason);
	if (!ret)
		iommu_close(&iommu);
	return ret;
}

static int start_crew(struct trial *t, const struct state *s, bool one_by_one, struct way *way)
{
	const struct crew_plan plan = {
		.processes = trial_number(t, HOW) == PROCESSES,
		.one_by_one = one_by_one,
		.limit_ns = trial_number(t, LIMIT) * SEC,
	};

	return trial_crew(t, plan, s->nr_devices, &way->crew);
}

static int reserve_samples(struct trial *t, const struct state *s)
{
	int ret = 0;

	for (int i = DEVICE_NS; i <= SERIAL_CLOSE_NS && !ret; i++)
		ret = samples_reserve(&t->samples[i], t->iterations * s->nr_devices);
	return ret;
}

static int make_devices(struct trial *t, struct state *s)
{
	int ret;

	s->devices = crew_memory(sizeof(*s->devices));
	if (!s->devices || trial_outcomes(t, s->nr_devices))
		return -ENOMEM;
	ret = bringup_init(s->devices->list, s->devices->groups,
			   iommu_find_mode(trial_word(t, IOMMU)), t->devices.list, s->nr_devices,
			   trial_number(t, RESET));
	return ret ? ret : reserve_samples(t, s);
}

static int device_init_setup(struct trial *t)
{
	struct state *s = calloc(1, sizeof(*s));
	int ret;

	if (!s)
		return -ENOMEM;
	t->priv = s;
	s->serial = (struct way){ .wall = SERIAL_WALL_NS,
				  .device = SERIAL_DEVICE_NS,
				  .phase = SERIAL_PHASE_NS,
				  .close = SERIAL_CLOSE_NS,
				  .close_wall = SERIAL_CLOSE_WALL_NS };
	s->parallel = (struct way){ .wall = WALL_NS,
				    .device = DEVICE_NS,
				    .phase = PHASE_NS,
				    .close = CLOSE_NS,
				    .close_wall = CLOSE_WALL_NS };
	ret = choose_devices(t, s);
	if (!ret)
		ret = try_groups(t, s);
	if (!ret)
		ret = make_devices(t, s);
	if (!ret)
		ret = start_crew(t, s, true, &s->serial);
	return ret ? ret : start_crew(t, s, false, &s->parallel);
}

static void device_init_teardown(struct trial *t)
{
	struct state *s = t->priv;

	if (!s)
		return;
	crew_close(s->serial.crew);
	crew_close(s->parallel.crew);
	/* Shared memory stays: a worker that was left behind may still write there. */
	if (s->devices)
		bringup_release(s->devices->list, s->nr_devices);
	free(s);
}

static double device_init_estimate_ns(const struct value *values)
{
	double devices = device_count_guess(&values[DEVICES]);

	return (devices + 2) * 2 * 150 * (double)MSEC;
}

const struct bench bench_device_init = {
	.name = "device-init",
	.summary = "bringing devices up, one after another and together",
	.details =
		"wall_ns holds bringing all devices up together, phase by phase of each in\n"
		"group_ns to irq_ns; serial_... the same one after another. serialisation is 1\n"
		"where they come up in parallel, N where behind one lock; the note serial_phase\n"
		"names where. They leave out loading and binding drivers, and starting threads.",
	.params = params,
	.metrics = metrics,
	.needs = NEEDS_VFIO_DEVICE,
	.iterations = 5,
	.estimate_ns = device_init_estimate_ns,
	.setup = device_init_setup,
	.run = device_init_run,
	.teardown = device_init_teardown,
};
