/*
 * guest-boot - what a VMM does before its guest runs, as one: memory, devices, mappings.
 *
 *   ram_ns         the guest's memory is mapped and faulted in, by `threads` (prefault=no: mapped)
 *   container_ns   a container, the devices' groups into it, its IOMMU
 *   map_ram_ns     the memory is mapped for DMA where a PC has it: 0 to 640 KiB, 768 KiB to the
 *                  PCI hole (2.75 GiB, or 2 GiB in guests that have more), the rest from 4 GiB
 *                  on; with prefault=no it is faulted in here
 *   open_ns        the devices are opened, each with its reset: one after another as VMMs do, or
 *                  together (open=together)
 *   bars_ns        their BARs are mapped for the CPU
 *   map_bars_ns    and for DMA, behind the memory, which is what faults them in
 *                  (dma_bars=no: left out)
 *   wall_ns        the sum of these
 *   stop_ns        all of it taken down again
 *
 * Modes of iommufd attach a device by opening it, and pin nothing before: there open_ns comes
 * before map_ram_ns, and container_ns holds no device.
 *
 * It is the sum of what vfio-map, device-init and pfnmap-fault look at one by one, with their
 * proportions: which part of a slow start is whose, and what another backing would save.
 *
 * Left out: starting the VMM, firmware, the guest's own boot, whatever it copies into its memory,
 * drivers in the guest, and in host kernels binding to vfio-pci.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/units.h"
#include "host/memory.h"
#include "vfio/guest_device.h"
#include "iommu/guest_map.h"
#include "measure/common.h"
#include "measure/device_count.h"
#include "measure/trial.h"

#define DEVICE_LIMIT (60 * SEC)

enum {
	DEVICE,
	DEVICES,
	IOMMU,
	BACKING,
	SIZE,
	PREFAULT,
	THREADS,
	OPEN,
	BAR_ALIGN,
	DMA_BARS,
	HOW,
};
enum { ONE_BY_ONE, TOGETHER };

enum {
	RAM_NS,
	CONTAINER_NS,
	MAP_RAM_NS,
	OPEN_NS,
	BARS_NS,
	MAP_BARS_NS,
	STARTING_PHASES,
	STOP_NS = STARTING_PHASES,
	WALL_NS,
};

static const char *const opens[] = { "one-by-one", "together", NULL };

static const struct param params[] = {
	[DEVICE] = { PARAM_DEVICE },
	[DEVICES] = { .name = "devices",
		      .type = &param_device_count,
		      .fallback = DEVICES_MOST,
		      .help = "how many of them the guest has" },
	[IOMMU] = { PARAM_IOMMU, .implied = true },
	[BACKING] = { PARAM_BACKING, .help = "the guest's memory" },
	[SIZE] = { .name = "size",
		   .type = &param_size,
		   .fallback = "1GiB",
		   .min = MIB,
		   .help = "how much of it" },
	[PREFAULT] = { PARAM_WORD("prefault", param_no_yes, "yes",
				  "whether the VMM faults it in, or mapping for DMA has to"),
		       .implied = true },
	[THREADS] = { PARAM_THREADS, .implied = true, .help = "that fault it in, a CPU each" },
	[OPEN] = { PARAM_WORD("open", opens, "one-by-one",
			      "devices one after another, or together by a thread each") },
	[BAR_ALIGN] = { .name = "bar_align",
			.type = &param_size,
			.fallback = "1GiB",
			.max = TIB,
			.implied = true,
			.help = "alignment of BARs' addresses; page: as if nobody cared" },
	[DMA_BARS] = { PARAM_WORD("dma_bars", param_no_yes, "yes",
				  "map BARs for DMA, too: type1 and type1v2 alone can"),
		       .implied = true },
	[HOW] = { PARAM_HOW },
	{ .name = NULL },
};

static const struct metric metrics[] = {
	[RAM_NS] = { METRIC_NS("ram_ns", "mapping and faulting in the guest's memory") },
	[CONTAINER_NS] = { METRIC_NS("container_ns", "the container with all groups") },
	[MAP_RAM_NS] = { METRIC_NS("map_ram_ns", "mapping the memory for DMA") },
	[OPEN_NS] = { METRIC_NS("open_ns", "opening all devices, with their resets") },
	[BARS_NS] = { METRIC_NS("bars_ns", "mapping all BARs for the CPU") },
	[MAP_BARS_NS] = { METRIC_NS("map_bars_ns", "mapping all BARs for DMA") },
	[STOP_NS] = { METRIC_NS("stop_ns", "taking all of it down") },
	[WALL_NS] = { METRIC_NS("wall_ns", "all but stop_ns") },
	{ .name = NULL },
};

struct state {
	struct trial *t;
	struct region ram;
	struct team *team;
	struct iommu iommu;
	struct guest_map map;
	struct guest_device *devices;
	size_t nr_devices;
	struct crew *crew;
	struct crew_result results[CREW_MAX];
	struct reason crew_reasons[CREW_MAX];
	enum fault_in fault_in;
	uint64_t bar_align;
	bool prefault;
	bool stuck; /* a device never came back: its thread still writes to these */
};

/* ---- the phases ---- */

static int fault_in_slice(void *state, size_t member)
{
	struct state *s = state;
	uint64_t offset, length;

	region_slice(&s->ram, member, team_size(s->team), &offset, &length);
	return region_fault_in(&s->ram, s->fault_in, offset, length);
}

static int get_ram(struct trial *t, struct state *s)
{
	uint64_t ticks;
	int ret = region_map(&s->ram, false);

	if (ret)
		return region_map_reason(&s->ram, ret, &t->reason);
	ret = s->prefault ? team_time(s->team, fault_in_slice, s, &ticks) : 0;
	if (ret)
		return reason_set(&t->reason, ret, "faulting in the memory failed: %s",
				  strerror(-ret));
	return 0;
}

static int get_container(struct trial *t, struct state *s)
{
	return iommu_prepare(iommu_find_mode(trial_word(t, IOMMU)), t->devices.list, s->nr_devices,
			     &s->iommu, &t->reason);
}

static int map_ram(struct trial *t, struct state *s)
{
	int ret = guest_map_dma(&s->map, &s->iommu, s->ram.addr);

	return ret ? iommu_explain_map(&s->iommu, ret, &t->reason) : 0;
}

static int open_one(void *state, size_t item)
{
	struct state *s = state;

	return vfio_device_open(&s->iommu, &s->t->devices.list[item], &s->devices[item].device,
				&s->crew_reasons[item]);
}

static int tell_failures(struct trial *t, struct state *s, int error)
{
	for (size_t i = 0; i < s->nr_devices; i++) {
		struct device_outcome *outcome = &t->outcomes[i];
		const char *why = s->crew_reasons[i].text;

		if (!s->results[i].ret)
			continue;
		s->stuck |= s->results[i].ret == -ETIMEDOUT;
		if (!why[0])
			why = s->results[i].ret == -ETIMEDOUT ? "not back after 60 s"
							      : strerror(-s->results[i].ret);
		snprintf(outcome->error, sizeof(outcome->error), "%.*s",
			 (int)sizeof(outcome->error) - 1, why);
	}
	return trial_tell_failures(t, error);
}

static int open_devices(struct trial *t, struct state *s)
{
	uint64_t ticks;
	int ret = crew_run(s->crew, open_one, s, s->results, &ticks);

	return ret ? tell_failures(t, s, ret) : 0;
}

static int map_bars(struct trial *t, struct state *s)
{
	int ret = 0;

	for (size_t i = 0; i < s->nr_devices && !ret; i++)
		ret = guest_device_map_bars(&s->devices[i], s->bar_align, &t->reason);
	return ret;
}

static int map_bars_for_dma(struct trial *t, struct state *s)
{
	uint64_t next = guest_map_end(&s->map);
	int ret = 0;

	for (size_t i = 0; i < s->nr_devices && !ret; i++)
		ret = guest_device_map_dma(&s->devices[i], &s->iommu, &next);
	return ret ? iommu_explain_map(&s->iommu, ret, &t->reason) : 0;
}

/* ---- an iteration ---- */

static int close_one(void *state, size_t item)
{
	guest_device_close(&((struct state *)state)->devices[item]);
	return 0;
}

static int stop(struct trial *t, struct state *s)
{
	uint64_t ticks;
	int ret = crew_run(s->crew, close_one, s, s->results, &ticks);

	if (ret)
		return tell_failures(t, s, ret);
	iommu_close(&s->iommu);
	return region_unmap(&s->ram);
}

/* The method of mapping is chosen between phases: a VMM has no time to spend on that. */
static int tell_how(struct trial *t, struct state *s, int phase)
{
	if (phase != MAP_RAM_NS || !trial_number(t, HOW))
		return 0;
	return iommu_choose_method(&s->iommu, (enum iommu_method)trial_number(t, HOW), &s->ram, 0,
				   &t->reason);
}

/* Memory is proved between phases of the first iteration, once it is faulted in. */
static int prove(struct trial *t, struct state *s, int phase)
{
	if (t->proved || phase != (s->prefault ? RAM_NS : MAP_RAM_NS))
		return 0;
	return trial_prove(t, &s->ram);
}

typedef int phase_work(struct trial *t, struct state *s);

static int do_phase(struct trial *t, struct state *s, int phase, uint64_t *wall)
{
	static phase_work *const phases[STARTING_PHASES] = {
		[RAM_NS] = get_ram,	[CONTAINER_NS] = get_container,
		[MAP_RAM_NS] = map_ram, [OPEN_NS] = open_devices,
		[BARS_NS] = map_bars,	[MAP_BARS_NS] = map_bars_for_dma,
	};
	uint64_t start, end;
	int ret = tell_how(t, s, phase);

	if (ret)
		return ret;
	start = clock_now();
	ret = phases[phase](t, s);
	end = clock_now();
	if (!ret)
		ret = prove(t, s, phase);
	if (ret)
		return ret;
	sample_ticks(t, phase, end - start);
	*wall += end - start;
	return 0;
}

static int guest_boot_run(struct trial *t)
{
	static const int as_type1[] = { RAM_NS,	 CONTAINER_NS, MAP_RAM_NS,
					OPEN_NS, BARS_NS,      MAP_BARS_NS };
	static const int as_iommufd[] = { RAM_NS,     CONTAINER_NS, OPEN_NS,
					  MAP_RAM_NS, BARS_NS,	    MAP_BARS_NS };
	struct state *s = t->priv;
	const int *order =
		iommu_find_mode(trial_word(t, IOMMU))->attaches_by_opening ? as_iommufd : as_type1;
	int count = STARTING_PHASES - !trial_number(t, DMA_BARS), ret = 0;
	uint64_t start, end, wall = 0;

	for (int i = 0; i < count && !ret; i++)
		ret = do_phase(t, s, order[i], &wall);
	if (ret)
		return ret;
	trial_leaves(t);
	start = clock_now();
	ret = stop(t, s);
	end = clock_now();
	if (ret)
		return ret;
	sample_ticks(t, WALL_NS,
		     wall); /* the sum of those before it: an emulator that counts knows it so */
	sample_ticks(t, STOP_NS, end - start);
	return 0;
}

/* ---- set-up ---- */

/* Opens the container once before anything is timed, to fail with the reason if it does not open. */
static int try_container(struct trial *t, struct state *s)
{
	int ret = iommu_open(iommu_find_mode(trial_word(t, IOMMU)), t->devices.list, s->nr_devices,
			     &s->iommu, &t->reason);

	if (!ret)
		ret = guest_map_check(&s->map, &s->iommu, &t->reason);
	iommu_close(&s->iommu);
	return ret;
}

/* MADV_POPULATE_WRITE came with 5.14. */
static enum fault_in choose_fault_in(void)
{
	void *page = mmap(NULL, memory_page_size(), PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	bool works = page != MAP_FAILED && !madvise(page, memory_page_size(), MADV_POPULATE_WRITE);

	if (page != MAP_FAILED)
		munmap(page, memory_page_size());
	return works ? FAULT_MADVISE : FAULT_TOUCH;
}

static int get_ready(struct trial *t, struct state *s)
{
	const struct crew_plan plan = { .one_by_one = trial_number(t, OPEN) == ONE_BY_ONE,
					.limit_ns = DEVICE_LIMIT };
	struct backing backing;
	int ret;

	s->devices = calloc(s->nr_devices, sizeof(*s->devices));
	if (!s->devices || trial_outcomes(t, s->nr_devices))
		return -ENOMEM;
	for (size_t i = 0; i < s->nr_devices; i++)
		s->devices[i] = GUEST_DEVICE_NONE;
	ret = backing_find(trial_word(t, BACKING), &backing, &t->reason);
	if (!ret)
		ret = region_reserve(&backing, trial_number(t, SIZE), &s->ram, &t->reason);
	if (!ret)
		ret = trial_team(t, &s->team);
	return ret ? ret : trial_crew(t, plan, s->nr_devices, &s->crew);
}

static int guest_boot_setup(struct trial *t)
{
	struct state *s = calloc(1, sizeof(*s));
	int ret;

	if (!s)
		return -ENOMEM;
	t->priv = s;
	s->t = t;
	s->ram = REGION_NONE;
	s->prefault = trial_number(t, PREFAULT);
	s->fault_in = choose_fault_in();
	s->bar_align = trial_number(t, BAR_ALIGN);
	s->map = guest_map_of(GUEST_MACHINE, trial_number(t, SIZE));
	ret = device_count_check(&t->devices, trial_number(t, DEVICES), IOMMU_MAX_GROUPS,
				 &s->nr_devices, &t->reason);
	if (!ret)
		ret = trial_check_locked(t, trial_number(t, SIZE));
	if (!ret)
		ret = try_container(t, s);
	return ret ? ret : get_ready(t, s);
}

static void guest_boot_teardown(struct trial *t)
{
	struct state *s = t->priv;

	if (!s)
		return;
	crew_close(s->crew);
	for (size_t i = 0; s->devices && i < s->nr_devices; i++)
		close_one(s, i);
	iommu_close(&s->iommu);
	team_close(s->team);
	trial_free(t, &s->ram);
	if (s->stuck)
		return;
	free(s->devices);
	free(s);
}

static int check_how(const struct value *values, struct reason *reason)
{
	if (values[HOW].number == IOMMU_COPY)
		return reason_set(
			reason, SKIPPED,
			"how=copy copies what is mapped: a guest's memory is mapped once");
	return 0;
}

static int check_bars(const struct value *values, struct reason *reason)
{
	struct reason why = { "" };

	if (!values[DMA_BARS].number ||
	    !iommu_check_bars(iommu_find_mode(values[IOMMU].word), &why))
		return 0;
	return reason_set(reason, SKIPPED, "%s; dma_bars=no leaves them out", why.text);
}

static int guest_boot_possible(const struct value *values, struct reason *reason)
{
	int ret = bar_window_check_align(values[BAR_ALIGN].number, reason);

	if (!ret)
		ret = check_how(values, reason);
	return ret ? ret : check_bars(values, reason);
}

static double guest_boot_estimate_ns(const struct value *values)
{
	double devices = device_count_guess(&values[DEVICES]);

	return (double)values[SIZE].number * 0.5 + devices * 300 * (double)MSEC;
}

const struct bench bench_guest_boot = {
	.name = "guest-boot",
	.summary = "what a VMM does before its guest runs, as one",
	.details =
		"wall_ns is the sum of ram_ns, container_ns, map_ram_ns, open_ns, bars_ns and\n"
		"map_bars_ns: memory, devices and mappings of a guest's start. It leaves out the\n"
		"VMM itself, firmware, and whatever the guest does.",
	.params = params,
	.metrics = metrics,
	.needs = NEEDS_VFIO_DEVICE,
	.iterations = 3,
	.estimate_ns = guest_boot_estimate_ns,
	.possible = guest_boot_possible,
	.setup = guest_boot_setup,
	.run = guest_boot_run,
	.teardown = guest_boot_teardown,
};
