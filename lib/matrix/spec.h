/*
 * spec - what a trial is to do, as the runner tells it to the process that does it.
 */
#ifndef MATRIX_SPEC_H
#define MATRIX_SPEC_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/reason.h"
#include "host/placement.h"
#include "measure/bench.h"

struct spec_texts {
	const char **items;
	size_t count;
};

/* Of one to be written, texts and lists are the caller's; of one that was read, its own. */
struct trial_spec {
	int runner_pid;
	uint64_t run_start_ns; /* clock_wall_ns() when the program started */
	uint64_t start_ns; /* when the trial began, counted from there */
	const char *clock; /* for clock_adopt() */
	double ns_per_tick;
	const char *topology; /* XML, for topology_open() */
	struct placement placement;
	struct spec_texts devices; /* their addresses */
	const struct bench *bench;
	struct value values[PARAM_MAX];
	uint32_t iterations, warmup;
	struct spec_texts counters;
	const char *profile; /* the event to sample after the timed iterations; "": none */
	json_t *json; /* what it was read from */
};

/* Writes it to a file. 0 or -errno. */
int spec_write(const struct trial_spec *spec, int fd);

/*
 * Reads what spec_write() wrote, from the file's beginning. 0, or -errno with the reason; the
 * caller releases the spec in both cases.
 */
int spec_read(int fd, struct trial_spec *ret_spec, struct reason *reason);

/* Frees what spec_read() took. */
void spec_release(struct trial_spec *spec);

#endif
