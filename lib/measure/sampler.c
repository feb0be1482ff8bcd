#include <errno.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/units.h"
#include "host/memory.h"
#include "measure/perf_event.h"
#include "measure/sampler.h"

#define RING_MOST (8 * MIB)
#define RING_LEAST (64 * KIB)
#define RECORD_ROOM (64 * KIB) /* its size has 16 bits */
#define TRIED_HZ 1000
#define RATE_FILE "/proc/sys/kernel/perf_event_max_sample_rate"

struct sampler {
	int fd;
	struct perf_event_mmap_page *page; /* the ring lies behind it */
	size_t ring_bytes;
	uint64_t rate; /* of RATE_FILE before; 0: unknown */
	struct sampler_clock clock;
	struct sampler_losses losses;
	uint64_t room[RECORD_ROOM / sizeof(uint64_t)];
};

/* ---- records ---- */

/* PERF_RECORD_SAMPLE, in the order of the kernel's ABI for the sample_type of make_attr(). */
struct sample_record {
	struct perf_event_header header;
	uint64_t ip, time_ns, count, nr, chain[];
};

struct lost_record {
	struct perf_event_header header;
	uint64_t id, lost;
};

static void copy_out(const struct sampler_ring *ring, uint64_t at, void *to, size_t bytes)
{
	size_t offset = at & (ring->size - 1);
	size_t first = bytes < ring->size - offset ? bytes : ring->size - offset;

	memcpy(to, ring->data + offset, first);
	memcpy((char *)to + first, ring->data, bytes - first);
}

/*
 * A sample that comes late by less than three quarters of a period is one. The rest is carried over,
 * so that all of them together stand for as many periods as were counted.
 */
static uint64_t weigh(struct sampler_clock *clock, uint64_t count)
{
	int64_t period = (int64_t)clock->period, weight;

	if (!period)
		return 1;
	if (!clock->count || count < clock->count) {
		clock->count = count;
		clock->due = 0;
		return 1;
	}
	clock->due += (int64_t)(count - clock->count);
	clock->count = count;
	weight = (clock->due + period / 4) / period;
	clock->due -= weight * period;
	return (uint64_t)weight;
}

/*
 * A chain has a marker in front of the kernel's part. Where the kernel could not follow the chain,
 * the instruction alone is known; its mode is in the header.
 */
static int take_sample(const struct sample_record *record, struct sampler_clock *clock,
		       sampler_take *take, void *context)
{
	struct stack_sample sample = { .time_ns = record->time_ns };
	uint64_t skip = record->nr && record->chain[0] == (uint64_t)PERF_CONTEXT_KERNEL;
	size_t most;

	if (record->header.size < sizeof(*record))
		return -EBADMSG;
	most = (record->header.size - sizeof(*record)) / sizeof(record->chain[0]);
	if (record->nr > most)
		return -EBADMSG;
	if (skip) {
		sample.frames = record->chain + 1;
		while (sample.nr_frames + 1 < record->nr &&
		       sample.frames[sample.nr_frames] < (uint64_t)PERF_CONTEXT_MAX)
			sample.nr_frames++;
	} else if ((record->header.misc & PERF_RECORD_MISC_CPUMODE_MASK) ==
		   PERF_RECORD_MISC_KERNEL) {
		sample.frames = &record->ip;
		sample.nr_frames = 1;
	}
	sample.weight = weigh(clock, record->count);
	take(context, &sample);
	return 0;
}

static int take_record(const void *record, struct sampler_clock *clock, sampler_take *take,
		       void *context, struct sampler_losses *losses)
{
	const struct perf_event_header *header = record;
	const struct lost_record *lost = record;

	switch (header->type) {
	case PERF_RECORD_SAMPLE:
		return take_sample(record, clock, take, context);
	case PERF_RECORD_LOST:
		if (header->size < sizeof(*lost))
			return -EBADMSG;
		losses->lost += lost->lost;
		clock->count = 0;
		return 0;
	case PERF_RECORD_THROTTLE:
		losses->throttled++;
		clock->count = 0;
		return 0;
	}
	return 0;
}

int sampler_parse(const struct sampler_ring *ring, uint64_t *room, struct sampler_clock *clock,
		  sampler_take *take, void *context, struct sampler_losses *losses)
{
	struct perf_event_header header;
	int ret = 0;

	for (uint64_t at = ring->tail; at < ring->head && !ret; at += header.size) {
		uint64_t left = ring->head - at;

		if (left < sizeof(header))
			return -EBADMSG;
		copy_out(ring, at, &header, sizeof(header));
		if (header.size < sizeof(header) || header.size > left)
			return -EBADMSG;
		copy_out(ring, at, room, header.size);
		ret = take_record(room, clock, take, context, losses);
	}
	return ret;
}

/* ---- the event ---- */

static bool is_clock(const struct perf_event_attr *attr)
{
	return attr->type == PERF_TYPE_SOFTWARE && (attr->config == PERF_COUNT_SW_CPU_CLOCK ||
						    attr->config == PERF_COUNT_SW_TASK_CLOCK);
}

static int make_attr(const char *event, uint64_t hz, struct perf_event_attr *attr,
		     struct reason *reason)
{
	int ret = perf_event_encode(event, attr, reason);
	uint64_t most;

	if (ret)
		return ret;
	if (!file_read_u64(&most, RATE_FILE) && most && hz > most)
		hz = most;
	if (is_clock(attr)) {
		attr->sample_period = SEC / hz;
	} else {
		attr->freq = 1;
		attr->sample_freq = hz;
	}
	attr->sample_type =
		PERF_SAMPLE_IP | PERF_SAMPLE_TIME | PERF_SAMPLE_READ | PERF_SAMPLE_CALLCHAIN;
	attr->exclude_callchain_user = 1;
	attr->use_clockid = 1;
	attr->clockid = CLOCK_MONOTONIC_RAW;
	attr->disabled = 1;
	return 0;
}

/* Of one mode alone the clock counts what it does not sample. */
static uint64_t clock_period(const struct perf_event_attr *attr)
{
	return is_clock(attr) && !attr->exclude_user && !attr->exclude_kernel ? attr->sample_period
									      : 0;
}

static int open_event(const char *event, uint64_t hz, struct sampler_clock *ret_clock,
		      struct reason *reason)
{
	struct perf_event_attr attr;
	struct reason why = { "" };
	int ret = make_attr(event, hz, &attr, reason);

	if (ret)
		return ret;
	ret = perf_event_attach(&attr, -1, &why);
	if (ret < 0)
		reason_set(reason, ret, "cannot sample %.40s: %.300s", event, why.text);
	*ret_clock = (struct sampler_clock){ .is_clock = is_clock(&attr),
					     .period = clock_period(&attr) };
	return ret;
}

int sampler_choose(const char *event, char ret_event[SAMPLER_EVENT], struct reason *reason)
{
	struct sampler_clock tried;
	const char *chosen = event ? event : SAMPLER_DEFAULT;
	int fd = open_event(chosen, TRIED_HZ, &tried, reason);

	if (!event && perf_event_is_missing(fd)) {
		chosen = SAMPLER_WITHOUT_PMU;
		fd = open_event(chosen, TRIED_HZ, &tried, reason);
	}
	if (fd < 0)
		return fd;
	close(fd);
	snprintf(ret_event, SAMPLER_EVENT, "%s", chosen);
	return 0;
}

/* How large a ring may be depends on kernel.perf_event_mlock_kb and the limit of locked memory. */
static int map_ring(struct sampler *sampler, struct reason *reason)
{
	size_t page = memory_page_size();

	for (size_t bytes = RING_MOST; bytes >= RING_LEAST; bytes /= 2) {
		void *mapped = mmap(NULL, page + bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
				    sampler->fd, 0);

		if (mapped == MAP_FAILED)
			continue;
		sampler->page = mapped;
		sampler->ring_bytes = bytes;
		return 0;
	}
	return reason_set(reason, -errno,
			  "no memory for samples: %s (kernel.perf_event_mlock_kb, ulimit -l)",
			  strerror(errno));
}

int sampler_open(const char *event, uint64_t hz, struct sampler **ret_sampler,
		 struct reason *reason)
{
	struct sampler *sampler = calloc(1, sizeof(*sampler));
	int ret;

	if (!sampler)
		return -ENOMEM;
	file_read_u64(&sampler->rate, RATE_FILE);
	sampler->fd = open_event(event, hz, &sampler->clock, reason);
	ret = sampler->fd < 0 ? sampler->fd : map_ring(sampler, reason);
	if (!ret && ioctl(sampler->fd, PERF_EVENT_IOC_ENABLE, 0))
		ret = reason_set(reason, -errno, "cannot sample %.40s: %s", event, strerror(errno));
	if (ret) {
		sampler_close(sampler);
		return ret;
	}
	*ret_sampler = sampler;
	return 0;
}

int sampler_read(struct sampler *sampler, sampler_take *take, void *context)
{
	struct perf_event_mmap_page *page = sampler->page;
	const struct sampler_ring ring = {
		.data = (const char *)page + memory_page_size(),
		.size = sampler->ring_bytes,
		.head = __atomic_load_n(&page->data_head, __ATOMIC_ACQUIRE),
		.tail = page->data_tail,
	};
	int ret = sampler_parse(&ring, sampler->room, &sampler->clock, take, context,
				&sampler->losses);

	__atomic_store_n(&page->data_tail, ring.head, __ATOMIC_RELEASE);
	return ret;
}

struct sampler_losses sampler_losses(const struct sampler *sampler)
{
	return sampler->losses;
}

bool sampler_is_clock(const struct sampler *sampler)
{
	return sampler->clock.is_clock;
}

/* The kernel lowers its limit for good when it finds that samples took long; it is put back. */
static void put_rate_back(const struct sampler *sampler)
{
	uint64_t now;
	char text[24];

	if (!sampler->rate || file_read_u64(&now, RATE_FILE) || now == sampler->rate)
		return;
	snprintf(text, sizeof(text), "%llu", (unsigned long long)sampler->rate);
	file_write(RATE_FILE, text);
}

void sampler_close(struct sampler *sampler)
{
	if (!sampler)
		return;
	put_rate_back(sampler);
	if (sampler->page)
		munmap(sampler->page, memory_page_size() + sampler->ring_bytes);
	if (sampler->fd >= 0)
		close(sampler->fd);
	free(sampler);
}
