/*
 * dma-api - the kernel's own dma_map_benchmark (CONFIG_DMA_MAP_BENCHMARK), driven and recorded
 * like the rest: what drivers pay for streaming mappings, dma_map_single() or dma_map_sg().
 *
 * Kernel threads map and unmap a buffer of `granule` pages over and over for `seconds`, each
 * mapping timed by itself; the kernel tells the mean and the standard deviation:
 *
 *   map_ns, unmap_ns                  the mean over all threads
 *   map_stddev_ns, unmap_stddev_ns    and what single ones differ by
 *
 * A sample is one such run. The kernel counts in whole 100 ns and cuts off what is left of each
 * mapping, so that its means are too low by 50 ns on average, and a mapping under 100 ns is none.
 * Unmapping is what the IOMMU's policy makes of it: with lazy invalidation (the usual default) it
 * waits for no hardware.
 *
 * It takes a device that the driver dma_map_benchmark has (dmabench bind --driver
 * dma_map_benchmark BDF); the buffers are the kernel's own, on the node of its threads.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/types.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/units.h"
#include "measure/common.h"
#include "measure/trial.h"

#define DMA_FILE "/sys/kernel/debug/dma_map_benchmark"
#define NS_PER_UNIT 100

/* The kernel's ABI (linux/map_benchmark.h), which few distributions have a header for. */
struct map_benchmark {
	__u64 avg_map_100ns, map_stddev, avg_unmap_100ns, unmap_stddev;
	__u32 threads, seconds;
	__s32 node;
	__u32 dma_bits, dma_dir, dma_trans_ns, granule;
	__u8 map_mode; /* 1: a scatter list; older kernels know none, and do not look */
	__u8 expansion[75];
};

#define DMA_REQUEST _IOWR('d', 1, struct map_benchmark)

enum { MODE, GRANULE, DIRECTION, THREADS, BITS, SECONDS };
enum { MAP_NS, UNMAP_NS, MAP_STDDEV_NS, UNMAP_STDDEV_NS };

static const char *const modes[] = { "single", "sg", NULL };
static const char *const directions[] = { "both", "to-device", "from-device", NULL };

static const struct param params[] = {
	[MODE] = { PARAM_WORD("mode", modes, "single", "one buffer, or a scatter list of pages") },
	[GRANULE] = { .name = "granule",
		      .type = &param_count,
		      .fallback = "1",
		      .min = 1,
		      .max = 1024,
		      .help = "pages a mapping" },
	[DIRECTION] = { PARAM_WORD("direction", directions, "both",
				   "of the transfer that is mapped for"),
			.implied = true },
	[THREADS] = { PARAM_THREADS, .help = "the kernel's threads" },
	[BITS] = { .name = "bits",
		   .type = &param_count,
		   .fallback = "32",
		   .min = 20,
		   .max = 64,
		   .implied = true,
		   .help = "of addresses that the device can use" },
	[SECONDS] = { .name = "seconds",
		      .type = &param_count,
		      .fallback = "1",
		      .min = 1,
		      .max = 300,
		      .implied = true,
		      .help = "that a sample lasts" },
	{ .name = NULL },
};

static const struct metric metrics[] = {
	[MAP_NS] = { METRIC_NS("map_ns", "a mapping, on average") },
	[UNMAP_NS] = { METRIC_NS("unmap_ns", "an unmapping, on average") },
	[MAP_STDDEV_NS] = { METRIC_NS("map_stddev_ns", "what one differs from the mean by") },
	[UNMAP_STDDEV_NS] = { METRIC_NS("unmap_stddev_ns", "the same of unmapping") },
	{ .name = NULL },
};

struct state {
	struct map_benchmark args;
	int fd;
};

static void keep(struct trial *t, int metric, uint64_t units)
{
	sample_ticks(t, metric, clock_ns_to_ticks((double)units * NS_PER_UNIT));
}

static int dma_api_run(struct trial *t)
{
	struct state *s = t->priv;
	struct map_benchmark args = s->args;

	if (ioctl(s->fd, DMA_REQUEST, &args))
		return reason_set(&t->reason, -errno, DMA_FILE " refuses: %s (dmesg says more)",
				  strerror(errno));
	keep(t, MAP_NS, args.avg_map_100ns);
	keep(t, UNMAP_NS, args.avg_unmap_100ns);
	keep(t, MAP_STDDEV_NS, args.map_stddev);
	keep(t, UNMAP_STDDEV_NS, args.unmap_stddev);
	return 0;
}

/* Whether the kernel knows modes: one that does refuses a mode that does not exist. */
static bool looks_at_mode(const struct state *s)
{
	struct map_benchmark args = s->args;

	args.map_mode = UINT8_MAX;
	args.seconds = 1;
	return ioctl(s->fd, DMA_REQUEST, &args) && errno == EINVAL;
}

static int dma_api_setup(struct trial *t)
{
	struct state *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	t->priv = s;
	s->args = (struct map_benchmark){
		.threads = (__u32)trial_number(t, THREADS),
		.seconds = (__u32)trial_number(t, SECONDS),
		.node = topology_node_of_cpu(t->topology, t->placement.cpus[0]),
		.dma_bits = (__u32)trial_number(t, BITS),
		.dma_dir = (__u32)trial_number(t, DIRECTION),
		.granule = (__u32)trial_number(t, GRANULE),
		.map_mode = (__u8)trial_number(t, MODE),
	};
	s->fd = open(DMA_FILE, O_RDWR | O_CLOEXEC);
	if (s->fd < 0)
		return reason_set(&t->reason, -errno, "cannot open " DMA_FILE ": %s",
				  strerror(errno));
	if (trial_number(t, MODE) && !looks_at_mode(s))
		return reason_set(&t->reason, SKIPPED,
				  "this kernel's dma_map_benchmark has no scatter lists");
	return 0;
}

static void dma_api_teardown(struct trial *t)
{
	struct state *s = t->priv;

	if (!s)
		return;
	if (s->fd >= 0)
		close(s->fd);
	free(s);
}

static double dma_api_estimate_ns(const struct value *values)
{
	return (double)values[SECONDS].number * (double)SEC;
}

const struct bench bench_dma_api = {
	.name = "dma-api",
	.summary = "the kernel's own dma_map_benchmark: drivers' streaming mappings",
	.details =
		"map_ns and unmap_ns are the means that dma_map_benchmark tells of dma_map_...()\n"
		"and dma_unmap_...(), a sample a run. The kernel counts each in whole 100 ns, cut\n"
		"off. They leave out whatever drivers do beside; nothing is pinned, nor of VFIO.",
	.params = params,
	.metrics = metrics,
	.needs = NEEDS_DMA_MAP_BENCHMARK,
	.iterations = 3,
	.estimate_ns = dma_api_estimate_ns,
	.setup = dma_api_setup,
	.run = dma_api_run,
	.teardown = dma_api_teardown,
};
