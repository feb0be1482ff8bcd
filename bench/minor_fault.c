/*
 * minor-fault - page faults that a program resolves itself, by userfaultfd(2): what a guest waits for
 * while it is restored from a snapshot or arrives by post-copy.
 *
 * An iteration goes through the memory piece by piece (`batch`). Each piece is touched once, by a store
 * (a load where zeros are put in place: a store would fault once more), the touch waits, and one ioctl
 * resolves all of the piece:
 *
 *   fault_ns    the touch, as a guest's CPU waits for it: the fault, whoever serves it being told, the
 *               ioctl, and going on
 *   notice_ns   of that: from the touch until who serves it knows
 *   resolve_ns  of that: the ioctl (UFFDIO_CONTINUE, _COPY, _ZEROPAGE, _WRITEPROTECT). With
 *               serve=thread on the same CPU the thread that it wakes may run before it returns
 *   resume_ns   of that: from the ioctl's end until the touch is done; 0 where it was done before
 *   total_ns    all of the memory, with a clock read a step
 *   switches    how often the CPU went from one thread to another in an iteration
 *   protect_ns  resolve=unprotect: write-protecting a piece, before it is touched
 *
 * serve=none resolves each piece ahead of any touch: resolve_ns and total_ns alone. At most about
 * 4096 samples of a piece are kept, evenly; the histogram beside them has all.
 *
 * Left out: making the memory and filling it, taking the entries away after an iteration, and where
 * the content comes from (a disk, a network). Copies are made of one piece, which lies in the CPU's cache
 * where it fits. source=file copies each piece from its place in a mapped file that is in the page cache,
 * as VMMs restore snapshots: resolve_ns then holds the faults of that mapping, too.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "base/units.h"
#include "host/memory.h"
#include "measure/common.h"
#include "measure/fault_server.h"
#include "measure/trial.h"

#define MOST_SAMPLES 4096 /* of a piece, a trial */

enum { BACKING, SIZE, RESOLVE, SERVE, BATCH, THREADS, HANDLERS, HANDLER, SOURCE };
enum { FAULT_NS, NOTICE_NS, RESOLVE_NS, RESUME_NS, TOTAL_NS, SWITCHES, PROTECT_NS };
enum { HANDLER_SAME, HANDLER_OTHER };
enum { SOURCE_PIECE, SOURCE_FILE };

static const char *const serves[] = {
	[SERVE_THREAD] = "thread", [SERVE_SIGBUS] = "sigbus", [SERVE_NONE] = "none", NULL
};
static const char *const handler_cpus[] = { "same", "other", NULL };
static const char *const sources[] = { "piece", "file", NULL };

static const struct param params[] = {
	[BACKING] = { .name = "backing",
		      .type = &param_backing,
		      .fallback = "memfd",
		      .help = "the memory that is touched" },
	[SIZE] = { .name = "size",
		   .type = &param_size,
		   .fallback = "32MiB",
		   .min = 4 * KIB,
		   .help = "how much an iteration" },
	[RESOLVE] = { PARAM_WORD(
		"resolve", userfault_resolve_names, "continue",
		"by an entry for a page that is there, a copy, a page of zeros, or "
		"taking write protection away") },
	[SERVE] = { PARAM_WORD("serve", serves, "thread",
			       "who resolves: a thread that waits for faults, the one that touched "
			       "in its handler of SIGBUS, or nobody: ahead of any touch") },
	[BATCH] = { .name = "batch",
		    .type = &param_size,
		    .fallback = "page",
		    .min = 4 * KIB,
		    .help = "what is resolved with one ioctl" },
	[THREADS] = { PARAM_THREADS, .implied = true, .help = "that touch, a CPU each" },
	[HANDLERS] = { .name = "handlers",
		       .type = &param_count,
		       .fallback = "1",
		       .min = 1,
		       .max = PLACEMENT_MAX_CPUS,
		       .implied = true,
		       .help = "threads that wait for faults (serve=thread)" },
	[HANDLER] = { PARAM_WORD(
			      "handler", handler_cpus, "same",
			      "where these run: on the CPUs that touch, or on others of the node"),
		      .implied = true },
	[SOURCE] = { PARAM_WORD("source", sources, "piece",
				"what copies are made of: the same piece each time, or a file that "
				"is mapped, in TMPDIR, /var/tmp or /tmp"),
		     .implied = true },
	{ .name = NULL },
};

static const struct metric metrics[] = {
	[FAULT_NS] = { METRIC_NS("fault_ns", "a touch, until it is done") },
	[NOTICE_NS] = { METRIC_NS("notice_ns", "until who serves it knows") },
	[RESOLVE_NS] = { METRIC_NS("resolve_ns", "the ioctl that resolves it") },
	[RESUME_NS] = { METRIC_NS("resume_ns", "from the ioctl's end until the touch is done") },
	[TOTAL_NS] = { METRIC_NS("total_ns", "all of the memory"), .per_size = true },
	[SWITCHES] = { .name = "switches",
		       .unit = "count",
		       .better = "lower",
		       .help = "times that the CPU went to another thread, in an iteration" },
	[PROTECT_NS] = { METRIC_NS("protect_ns", "write-protecting a piece") },
	{ .name = NULL },
};

struct state {
	struct region mem; /* what the memory is made as */
	struct region view; /* what is touched: the same, or a second mapping of it */
	struct snapshot snapshot; /* of copies */
	struct userfault fault;
	struct fault_server server;
	unsigned int *handler_cpus;
	struct team *team;
	size_t nr_pieces;
	enum fault_serve serve;
};

/* ---- what is timed ---- */

static void touch_piece(struct state *s, size_t piece)
{
	struct fault_stamps *stamps = &s->server.stamps[piece];
	volatile char *address = s->view.addr + piece * s->server.piece_bytes;
	bool load = s->fault.resolve == USERFAULT_ZEROPAGE;

	stamps->touched = clock_now();
	if (load)
		(void)*address;
	else
		*address = 1;
	stamps->went_on = clock_now();
}

static int go_through(void *state, size_t member)
{
	struct state *s = state;
	size_t members = team_size(s->team);
	size_t first = s->nr_pieces * member / members;
	size_t next = s->nr_pieces * (member + 1) / members;
	int ret = 0;

	for (size_t piece = first; piece < next && !ret; piece++) {
		if (s->serve == SERVE_NONE)
			ret = fault_server_resolve(&s->server, piece);
		else
			touch_piece(s, piece);
	}
	return ret;
}

/* ---- an iteration ---- */

static void keep_stamps(struct trial *t, const struct state *s)
{
	for (size_t i = 0; i < s->nr_pieces; i++) {
		const struct fault_stamps *at = &s->server.stamps[i];

		sample_ticks_of_many(t, RESOLVE_NS, at->resolved - at->noticed);
		if (s->serve == SERVE_NONE)
			continue;
		sample_ticks_of_many(t, FAULT_NS, at->went_on - at->touched);
		sample_ticks_of_many(t, NOTICE_NS, at->noticed - at->touched);
		sample_ticks_of_many(t, RESUME_NS,
				     at->went_on > at->resolved ? at->went_on - at->resolved : 0);
	}
}

/* Given up by a thread that waits, or lost to one that was woken. */
static uint64_t switches(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (uint64_t)(usage.ru_nvcsw + usage.ru_nivcsw);
}

static int protect_all(struct trial *t, struct state *s)
{
	int ret = 0;

	for (size_t i = 0; i < s->nr_pieces && !ret; i++) {
		uint64_t start = clock_now(), end;

		ret = userfault_protect(&s->fault, i * s->server.piece_bytes,
					s->server.piece_bytes);
		end = clock_now();
		sample_ticks_of_many(t, PROTECT_NS, end - start);
	}
	return ret;
}

static int cannot(struct trial *t, const char *what, int error)
{
	return reason_set(&t->reason, error, "%s failed: %s", what, strerror(-error));
}

/*
 * Private memory gets entries for the one page of zeros that the kernel has: it takes no memory, and is
 * on no node in particular.
 */
static void count_zero_pages(struct trial *t, const struct state *s)
{
	t->proof = (struct proof){ .method = "zero-page" };
	page_counts_add(&t->proof.pages, memory_page_size(),
			s->view.size_bytes / memory_page_size());
	t->proved = true;
}

/* Pages that were made in an iteration are proved while they are there, once for all. */
static int prove_made(struct trial *t, struct state *s)
{
	if (!t->proved && s->fault.resolve == USERFAULT_ZEROPAGE && !s->fault.shared)
		count_zero_pages(t, s);
	if (t->proved)
		return 0;
	return trial_prove(t, &s->view);
}

static int minor_fault_run(struct trial *t)
{
	struct state *s = t->priv;
	uint64_t ticks, before;
	int ret = 0;

	if (s->fault.resolve == USERFAULT_UNPROTECT)
		ret = protect_all(t, s);
	if (ret)
		return cannot(t, "write-protecting", ret);
	fault_server_begin(&s->server);
	before = switches();
	ret = team_time(s->team, go_through, s, &ticks);
	if (!ret)
		ret = fault_server_end(&s->server, s->nr_pieces);
	if (ret)
		return cannot(t, trial_word(t, RESOLVE), ret);
	sample_count(t, SWITCHES, switches() - before);
	sample_ticks(t, TOTAL_NS, ticks);
	keep_stamps(t, s);
	ret = prove_made(t, s);
	if (ret)
		return ret;
	ret = userfault_reset(&s->fault);
	if (!ret)
		ret = snapshot_reset(&s->snapshot);
	return ret ? cannot(t, "taking the entries away", ret) : 0;
}

/* ---- set-up ---- */

/* The second mapping of a memfd whose pages are there has none of their entries. */
static int map_view(struct trial *t, struct state *s)
{
	int ret = trial_memory(t, trial_word(t, BACKING), trial_number(t, SIZE), &s->mem);

	if (!ret)
		ret = region_reserve(&s->mem.backing, s->mem.size_bytes, &s->view, &t->reason);
	if (ret)
		return ret;
	s->view.memfd = dup(s->mem.memfd);
	if (s->view.memfd < 0)
		return -errno;
	ret = region_map(&s->view, false);
	return ret ? region_map_reason(&s->view, ret, &t->reason) : 0;
}

/* Nothing is there before the first touch. */
static int map_empty(struct trial *t, struct state *s)
{
	struct backing backing;
	int ret = backing_find(trial_word(t, BACKING), &backing, &t->reason);

	if (!ret)
		ret = region_reserve(&backing, trial_number(t, SIZE), &s->view, &t->reason);
	if (ret)
		return ret;
	ret = region_map(&s->view, false);
	return ret ? region_map_reason(&s->view, ret, &t->reason) : 0;
}

static int make_snapshot(struct trial *t, struct state *s)
{
	if (trial_number(t, SOURCE) == SOURCE_FILE)
		return snapshot_of_file(trial_number(t, SIZE), &s->snapshot, &t->reason);
	return snapshot_of_piece(trial_number(t, BATCH), &s->snapshot, &t->reason);
}

static int make_memory(struct trial *t, struct state *s)
{
	int ret;

	switch ((enum userfault_resolve)trial_number(t, RESOLVE)) {
	case USERFAULT_CONTINUE:
		return map_view(t, s);
	case USERFAULT_UNPROTECT:
		return trial_memory(t, trial_word(t, BACKING), trial_number(t, SIZE), &s->view);
	case USERFAULT_COPY:
		ret = make_snapshot(t, s);
		return ret ? ret : map_empty(t, s);
	case USERFAULT_ZEROPAGE:
		break;
	}
	return map_empty(t, s);
}

/* The CPUs of the node on which no touching thread runs. */
static int find_other_cpus(struct trial *t, unsigned int *cpus, size_t wanted)
{
	hwloc_const_cpuset_t node =
		topology_node_cpus(t->topology, (unsigned int)t->placement.cpu_node);
	hwloc_bitmap_t others = node ? hwloc_bitmap_dup(node) : NULL;
	size_t found;

	if (!others)
		return -ENOMEM;
	for (size_t i = 0; i < t->placement.nr_cpus; i++)
		hwloc_bitmap_clr(others, t->placement.cpus[i]);
	found = topology_pick_cpus(t->topology, others, cpus, wanted);
	hwloc_bitmap_free(others);
	if (found == wanted)
		return 0;
	return reason_set(&t->reason, SKIPPED,
			  "handler=other takes %zu more CPUs of node %d, this process may use %zu",
			  wanted, t->placement.cpu_node, found);
}

static int choose_handler_cpus(struct trial *t, struct state *s, size_t count)
{
	s->handler_cpus = calloc(count, sizeof(*s->handler_cpus));
	if (!s->handler_cpus)
		return -ENOMEM;
	if (trial_number(t, HANDLER) == HANDLER_OTHER)
		return find_other_cpus(t, s->handler_cpus, count);
	for (size_t i = 0; i < count; i++)
		s->handler_cpus[i] = t->placement.cpus[i % t->placement.nr_cpus];
	return 0;
}

static int start_server(struct trial *t, struct state *s)
{
	size_t count = s->serve == SERVE_THREAD ? trial_number(t, HANDLERS) : 0;
	int ret = count ? choose_handler_cpus(t, s, count) : 0;

	if (ret)
		return ret;
	s->server = (struct fault_server){ .fault = &s->fault,
					   .piece_bytes = trial_number(t, BATCH),
					   .topology = t->topology,
					   .cpus = s->handler_cpus,
					   .nr_threads = count };
	s->server.stamps = calloc(s->nr_pieces, sizeof(*s->server.stamps));
	if (!s->server.stamps)
		return -ENOMEM;
	memset(s->server.stamps, 1, s->nr_pieces * sizeof(*s->server.stamps));
	return fault_server_start(&s->server, s->serve);
}

static int reserve_samples(struct trial *t, const struct state *s)
{
	static const int many[] = { FAULT_NS, NOTICE_NS, RESOLVE_NS, RESUME_NS, PROTECT_NS };
	int ret = 0;

	for (size_t i = 0; i < sizeof(many) / sizeof(many[0]) && !ret; i++)
		ret = samples_reserve_many(&t->samples[many[i]], s->nr_pieces, t->iterations,
					   MOST_SAMPLES);
	return ret;
}

static int minor_fault_setup(struct trial *t)
{
	struct state *s = calloc(1, sizeof(*s));
	int ret;

	if (!s)
		return -ENOMEM;
	t->priv = s;
	s->mem = s->view = REGION_NONE;
	s->fault = USERFAULT_NONE;
	s->serve = (enum fault_serve)trial_number(t, SERVE);
	s->nr_pieces = trial_number(t, SIZE) / trial_number(t, BATCH);
	ret = make_memory(t, s);
	if (!ret)
		ret = userfault_open(&s->view, (enum userfault_resolve)trial_number(t, RESOLVE),
				     s->serve == SERVE_SIGBUS, &s->snapshot, &s->fault, &t->reason);
	if (!ret)
		ret = reserve_samples(t, s);
	if (!ret)
		ret = trial_team(t, &s->team);
	return ret ? ret : start_server(t, s);
}

static void minor_fault_teardown(struct trial *t)
{
	struct state *s = t->priv;

	if (!s)
		return;
	fault_server_stop(&s->server);
	team_close(s->team);
	userfault_close(&s->fault);
	region_release(&s->view);
	trial_free(t, &s->mem);
	snapshot_release(&s->snapshot);
	free(s->server.stamps);
	free(s->handler_cpus);
	free(s);
}

/* ---- what goes together ---- */

static int check_batch(const struct value *values, const struct backing *backing,
		       struct reason *reason)
{
	uint64_t batch = values[BATCH].number, page = backing->page_bytes;
	char text[UNIT_TEXT], other[UNIT_TEXT];

	if (batch < page)
		return reason_set(reason, SKIPPED, "batch=%s is less than a page of %s",
				  size_format(batch, text), backing->name);
	if (batch % page || values[SIZE].number % batch)
		return reason_set(reason, SKIPPED, "%s is not cut evenly by batch=%s",
				  size_format(values[SIZE].number, other),
				  size_format(batch, text));
	return 0;
}

static int minor_fault_possible(const struct value *values, struct reason *reason)
{
	bool threads = values[SERVE].number == SERVE_THREAD;
	struct backing backing;
	int ret;

	if (!threads && (values[HANDLERS].number > 1 || values[HANDLER].number))
		return reason_set(reason, SKIPPED,
				  "handlers and handler are of serve=thread, not of serve=%s",
				  values[SERVE].word);
	if (values[SOURCE].number && values[RESOLVE].number != USERFAULT_COPY)
		return reason_set(reason, SKIPPED,
				  "source=%s is of resolve=copy, not of resolve=%s",
				  values[SOURCE].word, values[RESOLVE].word);
	if (backing_find(values[BACKING].word, &backing, NULL))
		return 0; /* the backing's own check says so */
	ret = userfault_possible((enum userfault_resolve)values[RESOLVE].number, &backing, reason);
	return ret ? ret : check_batch(values, &backing, reason);
}

static uint64_t minor_fault_memory_bytes(const struct value *values)
{
	bool copies = values[RESOLVE].number == USERFAULT_COPY;
	uint64_t source = values[SOURCE].number ? values[SIZE].number : values[BATCH].number;

	return values[SIZE].number + (copies ? source : 0);
}

static double minor_fault_estimate_ns(const struct value *values)
{
	double pieces = (double)values[SIZE].number / (double)values[BATCH].number;

	return pieces * 15000 + (double)values[SIZE].number * 0.3;
}

const struct bench bench_minor_fault = {
	.name = "minor-fault",
	.summary = "page faults that a program resolves itself, by userfaultfd",
	.details =
		"fault_ns holds a touch until it is done: the fault, telling who serves it, the\n"
		"ioctl that resolves it, and going on; notice_ns, resolve_ns and resume_ns are "
		"its\n"
		"parts. They leave out making and filling the memory, and where content comes\n"
		"from. A guest that is restored or arrives by post-copy pays this for each page.",
	.params = params,
	.metrics = metrics,
	.needs = NEEDS_USERFAULTFD,
	.iterations = 5,
	.estimate_ns = minor_fault_estimate_ns,
	.memory_bytes = minor_fault_memory_bytes,
	.possible = minor_fault_possible,
	.setup = minor_fault_setup,
	.run = minor_fault_run,
	.teardown = minor_fault_teardown,
};
