#include "base/clock.h"
#include "base/units.h"
#include "host/memory.h"
#include "measure/fault_server.h"
#include "unit.h"

#define PIECES 8

struct served {
	struct region region;
	struct userfault fault;
	struct fault_stamps stamps[PIECES];
	struct topology *topology;
	unsigned int cpu;
	struct fault_server server;
	struct snapshot snapshot;
};

static void open_all(struct served *s, enum fault_serve serve, uint64_t source_bytes)
{
	uint64_t page = memory_page_size();
	struct backing backing;
	struct reason reason;

	if (userfault_available(&reason))
		skip_because(reason.text);
	memset(s, 0, sizeof(*s));
	s->region = REGION_NONE;
	if (source_bytes)
		assert_int_equal(snapshot_of_piece(source_bytes, &s->snapshot, NULL), 0);
	assert_int_equal(backing_find("anon", &backing, NULL), 0);
	assert_int_equal(region_reserve(&backing, PIECES * page, &s->region, NULL), 0);
	assert_int_equal(region_map(&s->region, false), 0);
	assert_int_equal(userfault_open(&s->region, USERFAULT_COPY, serve == SERVE_SIGBUS,
					&s->snapshot, &s->fault, &reason),
			 0);
	assert_int_equal(topology_open(NULL, &s->topology), 0);
	assert_int_equal(topology_pick_cpus(s->topology, topology_cpus(s->topology), &s->cpu, 1),
			 1);
	s->server = (struct fault_server){ .fault = &s->fault,
					   .piece_bytes = page,
					   .stamps = s->stamps,
					   .topology = s->topology,
					   .cpus = &s->cpu,
					   .nr_threads = 1 };
	assert_int_equal(fault_server_start(&s->server, serve), 0);
}

static void close_all(struct served *s)
{
	fault_server_stop(&s->server);
	userfault_close(&s->fault);
	region_release(&s->region);
	topology_close(s->topology);
	snapshot_release(&s->snapshot);
}

static void touch_all(struct served *s)
{
	uint64_t page = memory_page_size();

	for (size_t i = 0; i < PIECES; i++) {
		volatile char *address = s->region.addr + i * page;

		s->stamps[i].touched = clock_now();
		*address = 1;
		s->stamps[i].went_on = clock_now();
	}
}

static void serves_each_touch(enum fault_serve serve)
{
	struct served s;

	open_all(&s, serve, memory_page_size());
	for (int round = 0; round < 3; round++) {
		fault_server_begin(&s.server);
		touch_all(&s);
		assert_int_equal(fault_server_end(&s.server, PIECES), 0);
		for (size_t i = 0; i < PIECES; i++) {
			assert_true(s.stamps[i].touched < s.stamps[i].noticed);
			assert_true(s.stamps[i].noticed < s.stamps[i].resolved);
		}
		assert_int_equal(userfault_reset(&s.fault), 0);
	}
	close_all(&s);
}

TEST(a_thread_serves_each_touch)
{
	serves_each_touch(SERVE_THREAD);
}

TEST(the_touching_thread_serves_itself)
{
	serves_each_touch(SERVE_SIGBUS);
}

/* A copy from nowhere fails: nobody waits for ever, and the error is told. */
static void failure_is_told(enum fault_serve serve)
{
	struct served s;

	open_all(&s, serve, 0);
	fault_server_begin(&s.server);
	touch_all(&s);
	assert_int_equal(fault_server_end(&s.server, PIECES), -EFAULT);
	close_all(&s);
}

TEST(a_failure_in_a_thread_leaves_nobody_waiting)
{
	failure_is_told(SERVE_THREAD);
}

TEST(a_failure_in_the_touching_thread_leaves_nobody_waiting)
{
	failure_is_told(SERVE_SIGBUS);
}

TEST(pieces_can_be_resolved_ahead)
{
	struct served s;

	open_all(&s, SERVE_NONE, memory_page_size());
	fault_server_begin(&s.server);
	for (size_t i = 0; i < PIECES; i++)
		assert_int_equal(fault_server_resolve(&s.server, i), 0);
	assert_int_equal(fault_server_end(&s.server, PIECES), 0);
	assert_int_equal(fault_server_resolve(&s.server, 0), -EEXIST);
	close_all(&s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_thread_serves_each_touch),
		cmocka_unit_test(the_touching_thread_serves_itself),
		cmocka_unit_test(a_failure_in_a_thread_leaves_nobody_waiting),
		cmocka_unit_test(a_failure_in_the_touching_thread_leaves_nobody_waiting),
		cmocka_unit_test(pieces_can_be_resolved_ahead),
	};

	return RUN(tests);
}
