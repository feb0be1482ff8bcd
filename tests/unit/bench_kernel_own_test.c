/* gup and dma-api, whole, before files of debugfs that answer as they are told. */
#include <math.h>

#include "bench_trials.h"
#include "fake_pci.h"
#include "measure/needs.h"

static int setup(void **state)
{
	fake_vfio_reset();
	memset(&fake_debugfs, 0, sizeof(fake_debugfs));
	return fake_pci_setup(state);
}

#define SETS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* What a figure may be off by: so many ns, or a tick of this machine's clock where that is more. */
static double within(double ns)
{
	double tick = clock_ticks_to_ns(1);

	return tick > ns ? tick : ns;
}

/* ---- gup ---- */

TEST(gup_keeps_what_the_kernel_says)
{
	struct value values[PARAM_MAX];
	struct trial t;

	prepare(&t, "gup", SETS("size=1MiB"), values);
	if (measure(&t))
		needs_populate();
	must(!t.reason.text[0], "%s", t.reason.text);
	for (int i = 0; i < 2; i++) {
		double ns = clock_ticks_to_ns(t.samples[i].values[0]);

		assert_int_equal(t.samples[i].count, ITERATIONS);
		must(fabs(ns - (i ? 700000 : 1500000)) < within(10), "%g ns", ns);
	}
	t.bench->teardown(&t);
	t.devices = (struct devices){ NULL, 0 };
	trial_release(&t);
}

TEST(gup_asks_for_what_the_cell_says)
{
	static const struct {
		const char *set;
		unsigned int number;
	} calls[] = {
		{ "call=get-fast", 1 }, { "call=pin-fast", 2 }, { "call=pin-longterm", 3 },
		{ "call=get", 4 },	{ "call=pin", 5 },
	};

	for (size_t i = 0; i < COUNT(calls); i++) {
		struct seen seen;

		must_measure("gup", SETS("size=1MiB", calls[i].set, "batch=7"), &seen);
		assert_int_equal(_IOC_NR(fake_debugfs.request), calls[i].number);
		assert_int_equal(fake_debugfs.gup.size, MIB);
		assert_int_equal(fake_debugfs.gup.batch, 7);
		assert_int_equal(fake_debugfs.gup.flags, 1);
	}
	must_end("gup", SETS("size=1MiB", "write=no"), 0, "", NULL);
	assert_int_equal(fake_debugfs.gup.flags, 0);
}

TEST(gup_that_pins_less_than_asked_for_is_an_error)
{
	fake_debugfs.pins_less = true;
	must_end("gup", SETS("size=1MiB"), -EFAULT, "pinned 524288 of 1048576 bytes", NULL);
	fake_debugfs.pins_less = false;
	fake_debugfs.error = EINTR;
	must_end("gup", SETS("size=1MiB"), -EINTR, "refuses call=pin-longterm", NULL);
	fake_debugfs.open_error = EBUSY;
	must_end("gup", SETS("size=1MiB"), -EBUSY, "cannot open", NULL);
}

/* ---- dma-api ---- */

TEST(dma_api_keeps_what_the_kernel_says)
{
	static const double ns[] = { 1200, 3400, 500, 600 };
	struct value values[PARAM_MAX];
	struct trial t;

	prepare(&t, "dma-api", SETS("granule=4", "threads=2", "direction=to-device"), values);
	assert_int_equal(measure(&t), 0);
	for (size_t i = 0; i < COUNT(ns); i++) {
		double got = clock_ticks_to_ns(t.samples[i].values[0]);

		assert_int_equal(t.samples[i].count, ITERATIONS);
		must(fabs(got - ns[i]) < within(1), "%g ns", got);
	}
	t.bench->teardown(&t);
	t.devices = (struct devices){ NULL, 0 };
	trial_release(&t);
	assert_int_equal(fake_debugfs.dma.granule, 4);
	assert_int_equal(fake_debugfs.dma.threads, 2);
	assert_int_equal(fake_debugfs.dma.direction, 1);
	assert_int_equal(fake_debugfs.dma.mode, 0);
	assert_int_equal(fake_debugfs.dma.bits, 32);
}

/* One that does not look at the mode would time single buffers under the list's name. */
TEST(scatter_lists_are_for_kernels_that_know_them)
{
	struct seen seen;

	must_measure("dma-api", SETS("mode=sg"), &seen);
	assert_int_equal(fake_debugfs.dma.mode, 1);
	fake_debugfs.knows_no_modes = true;
	must_end("dma-api", SETS("mode=sg"), SKIPPED, "no scatter lists", NULL);
	must_end("dma-api", SETS("mode=single"), 0, "", NULL);
	fake_debugfs.error = ENOMEM;
	must_end("dma-api", SETS("mode=single"), -ENOMEM, "dmesg", NULL);
}

/* ---- what they need ---- */

static void must_need(unsigned int need, int error, const char *part)
{
	struct reason reason = { "" };
	int ret = needs_check(need, &reason);

	must(ret == error, "%d \"%s\"", ret, reason.text);
	must_contain(reason.text, part);
}

TEST(kernel_without_them_is_told_the_option)
{
	must_need(NEEDS_GUP_TEST, SKIPPED, "CONFIG_GUP_TEST");
	must_need(NEEDS_DMA_MAP_BENCHMARK, SKIPPED, "CONFIG_DMA_MAP_BENCHMARK");
	fake_driver("dma_map_benchmark");
	must_need(NEEDS_DMA_MAP_BENCHMARK, SKIPPED,
		  geteuid() ? "CONFIG" : "dmabench bind --driver dma_map_benchmark");
	fake_file(fake_path("sys/kernel/debug/gup_test"), "");
	fake_file(fake_path("sys/kernel/debug/dma_map_benchmark"), "");
	must_need(NEEDS_GUP_TEST | NEEDS_DMA_MAP_BENCHMARK, 0, "");
}

int main(void)
{
#define OWN_TEST(name) cmocka_unit_test_setup(name, setup)
	const struct CMUnitTest tests[] = {
		OWN_TEST(gup_keeps_what_the_kernel_says),
		OWN_TEST(gup_asks_for_what_the_cell_says),
		OWN_TEST(gup_that_pins_less_than_asked_for_is_an_error),
		OWN_TEST(dma_api_keeps_what_the_kernel_says),
		OWN_TEST(scatter_lists_are_for_kernels_that_know_them),
		OWN_TEST(kernel_without_them_is_told_the_option),
	};

	return RUN_TRIALS(tests);
}
