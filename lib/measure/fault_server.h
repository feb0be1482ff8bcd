/*
 * fault_server - serves the faults of a watched region, piece by piece, and notes when.
 *
 * Faults are served by threads that wait for them, as a VMM has them; by the thread that touched, in its
 * handler of SIGBUS; or by nobody: then each piece is resolved before it is touched.
 */
#ifndef MEASURE_FAULT_SERVER_H
#define MEASURE_FAULT_SERVER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "host/topology.h"
#include "mem/userfault.h"

enum fault_serve { SERVE_THREAD, SERVE_SIGBUS, SERVE_NONE };

/* Clock reads of one piece: touched and went_on by who touched it, the others by who served it. */
struct fault_stamps {
	uint64_t touched, noticed, resolved, went_on;
};

struct fault_server;

struct fault_thread {
	struct fault_server *server;
	pthread_t id;
	unsigned int cpu;
};

struct fault_server {
	const struct userfault *fault;
	uint64_t piece_bytes;
	struct fault_stamps *stamps; /* a piece each */
	const struct topology *topology;
	const unsigned int *cpus; /* a thread each */
	size_t nr_threads; /* that wait for faults */
	/* the server's own */
	struct fault_thread *threads;
	size_t nr_started;
	atomic_size_t served; /* pieces, since fault_server_begin() */
	atomic_int error; /* the first one; the region is given up then, so that nobody waits */
	atomic_bool stopping;
};

/*
 * Starts the threads, or installs the handler of SIGBUS, of which a process has one: one such
 * server at a time. 0 or -errno; a half-started server is the caller's to stop.
 */
int fault_server_start(struct fault_server *server, enum fault_serve serve);
void fault_server_stop(struct fault_server *server);

/* Forgets what was served before. */
void fault_server_begin(struct fault_server *server);

/* Resolves a piece and takes the times of it. 0 or -errno. */
int fault_server_resolve(struct fault_server *server, size_t piece);

/* Waits until @pieces were served since the beginning, or one failed. 0 or -errno. */
int fault_server_end(struct fault_server *server, size_t pieces);

#endif
