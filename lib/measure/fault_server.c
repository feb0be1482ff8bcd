#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "host/placement.h"
#include "measure/fault_server.h"

/* Whose faults the handler of SIGBUS serves, and what handled SIGBUS before it. */
static struct fault_server *signalled;
static struct sigaction before;

static void fail(struct fault_server *server, int error)
{
	int none = 0;

	atomic_compare_exchange_strong(&server->error, &none, error);
	userfault_give_up(server->fault);
}

int fault_server_resolve(struct fault_server *server, size_t piece)
{
	struct fault_stamps *stamps = &server->stamps[piece];
	int ret;

	stamps->noticed = clock_now();
	ret = userfault_resolve(server->fault, piece * server->piece_bytes, server->piece_bytes);
	stamps->resolved = clock_now();
	atomic_fetch_add(&server->served, 1);
	return ret;
}

static void serve(struct fault_server *server, uint64_t offset)
{
	int ret = fault_server_resolve(server, offset / server->piece_bytes);

	if (ret)
		fail(server, ret);
}

static void *serve_faults(void *argument)
{
	const struct fault_thread *thread = argument;
	struct fault_server *server = thread->server;
	int ret = placement_bind_thread(server->topology, thread->cpu);
	uint64_t offset;

	while (!ret && !atomic_load(&server->stopping)) {
		ret = userfault_wait(server->fault, &offset);
		if (!ret)
			serve(server, offset);
	}
	if (!atomic_load(&server->stopping))
		fail(server, ret);
	return NULL;
}

/* A SIGBUS from elsewhere is a fault of this program: it dies of it, as without a server. */
static void serve_signal(int number, siginfo_t *info, void *context)
{
	uintptr_t start = (uintptr_t)signalled->fault->start;
	uint64_t offset = (uintptr_t)info->si_addr - start;

	(void)context;
	if (offset < signalled->fault->length)
		serve(signalled, offset);
	else
		sigaction(number, &before, NULL);
}

static int handle_signals(struct fault_server *server)
{
	struct sigaction action = { .sa_sigaction = serve_signal, .sa_flags = SA_SIGINFO };

	signalled = server;
	sigemptyset(&action.sa_mask);
	return sigaction(SIGBUS, &action, &before) ? -errno : 0;
}

static int start_thread(struct fault_server *server, size_t i)
{
	struct fault_thread *thread = &server->threads[i];

	*thread = (struct fault_thread){ .server = server, .cpu = server->cpus[i] };
	return -pthread_create(&thread->id, NULL, serve_faults, thread);
}

int fault_server_start(struct fault_server *server, enum fault_serve serve)
{
	int ret = 0;

	atomic_init(&server->served, 0);
	atomic_init(&server->error, 0);
	atomic_init(&server->stopping, false);
	if (serve == SERVE_SIGBUS)
		return handle_signals(server);
	if (serve == SERVE_NONE)
		return 0;
	server->threads = calloc(server->nr_threads, sizeof(*server->threads));
	if (!server->threads)
		return -ENOMEM;
	while (!ret && server->nr_started < server->nr_threads) {
		ret = start_thread(server, server->nr_started);
		server->nr_started += !ret;
	}
	return ret;
}

static void interrupt_read(int number)
{
	(void)number;
}

/*
 * A signal ends the read(2) that a thread waits in; one that came before the read did nothing, so it is
 * sent until the thread is gone. (pthread_cancel() needs a library that a small system may not have.)
 */
static void end_thread(const struct fault_thread *thread)
{
	const struct timespec pause = { .tv_nsec = 1000000 };

	while (pthread_tryjoin_np(thread->id, NULL) == EBUSY) {
		pthread_kill(thread->id, SIGURG);
		nanosleep(&pause, NULL);
	}
}

void fault_server_stop(struct fault_server *server)
{
	struct sigaction action = { .sa_handler = interrupt_read };

	atomic_store(&server->stopping, true);
	if (server->nr_started)
		sigaction(SIGURG, &action, NULL);
	for (size_t i = 0; i < server->nr_started; i++)
		end_thread(&server->threads[i]);
	free(server->threads);
	server->threads = NULL;
	server->nr_started = 0;
	if (signalled == server) {
		sigaction(SIGBUS, &before, NULL);
		signalled = NULL;
	}
}

void fault_server_begin(struct fault_server *server)
{
	atomic_store(&server->served, 0);
}

int fault_server_end(struct fault_server *server, size_t pieces)
{
	/* The touching thread may go on before the serving one has counted the last piece. */
	while (atomic_load(&server->served) < pieces && !atomic_load(&server->error))
		sched_yield();
	return atomic_load(&server->error);
}
