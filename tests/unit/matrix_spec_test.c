#include <sys/mman.h>

#include "base/file.h"
#include "matrix/spec.h"
#include "measure/registry.h"
#include "unit.h"

static const char *devices[] = { "0000:01:00.0", "0000:02:00.0" };
static const char *counters[] = { "instructions:k", "a \"quoted\" name" };

/* Every member has a value that no other has. */
static struct trial_spec full_spec(void)
{
	struct trial_spec spec = {
		.runner_pid = 4711,
		.run_start_ns = 1234567890123456789ULL,
		.start_ns = 987654321098ULL,
		.clock = "tsc",
		.ns_per_tick = 0.41666666666666669,
		.topology = "<topology>\n\t\"ü\"\n</topology>",
		.placement = { .request = "cpus:3+1@0",
			       .cpus = { 3, 1 },
			       .nr_cpus = 2,
			       .mem_nodes = { 5, 0, 7 },
			       .nr_mem_nodes = 3,
			       .cpu_node = 2,
			       .device_node = -1 },
		.devices = { devices, COUNT(devices) },
		.bench = bench_find("populate"),
		.iterations = 4000000000U,
		.warmup = 17,
		.counters = { counters, COUNT(counters) },
		.profile = "cycles:k",
	};
	static const char *const words[] = { "hugetlb-2m", "64MiB", "touch", "3" };

	for (size_t i = 0; i < bench_nr_params(spec.bench); i++) {
		const struct param *param = &spec.bench->params[i];
		struct reason reason = { "" };

		must(i < COUNT(words), "populate has more parameters than this test knows");
		must(!param->type->parse(param, words[i], &spec.values[i], &reason), "%s",
		     reason.text);
	}
	return spec;
}

/* A file of the text, whose offset plays no part. */
static int file_of(const char *text)
{
	int fd = memfd_create("spec", 0);

	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, text, strlen(text)), 0);
	return fd;
}

static int read_text(const char *text, struct trial_spec *spec, struct reason *reason)
{
	int fd = file_of(text);
	int ret = spec_read(fd, spec, reason);

	close(fd);
	return ret;
}

static void same_texts(const struct spec_texts *a, const struct spec_texts *b)
{
	assert_int_equal(a->count, b->count);
	for (size_t i = 0; i < a->count; i++)
		assert_string_equal(a->items[i], b->items[i]);
}

static void same_values(const struct trial_spec *a, const struct trial_spec *b)
{
	for (size_t i = 0; i < bench_nr_params(a->bench); i++) {
		assert_int_equal(a->values[i].number, b->values[i].number);
		assert_ptr_equal(a->values[i].word, b->values[i].word);
	}
}

static void same_placement(const struct placement *a, const struct placement *b)
{
	assert_string_equal(a->request, b->request);
	assert_int_equal(a->nr_cpus, b->nr_cpus);
	assert_memory_equal(a->cpus, b->cpus, a->nr_cpus * sizeof(*a->cpus));
	assert_int_equal(a->nr_mem_nodes, b->nr_mem_nodes);
	assert_memory_equal(a->mem_nodes, b->mem_nodes, a->nr_mem_nodes * sizeof(*a->mem_nodes));
	assert_int_equal(a->cpu_node, b->cpu_node);
	assert_int_equal(a->device_node, b->device_node);
}

static void comes_back(const struct trial_spec *spec)
{
	struct reason reason = { "" };
	struct trial_spec again;
	int fd = memfd_create("spec", 0);

	assert_int_equal(spec_write(spec, fd), 0);
	must(!spec_read(fd, &again, &reason), "%s", reason.text);
	close(fd);
	assert_int_equal(again.runner_pid, spec->runner_pid);
	assert_true(again.run_start_ns == spec->run_start_ns);
	assert_true(again.start_ns == spec->start_ns);
	assert_string_equal(again.clock, spec->clock);
	assert_true(again.ns_per_tick == spec->ns_per_tick);
	assert_string_equal(again.topology, spec->topology);
	same_placement(&again.placement, &spec->placement);
	same_texts(&again.devices, &spec->devices);
	assert_ptr_equal(again.bench, spec->bench);
	same_values(&again, spec);
	assert_true(again.iterations == spec->iterations);
	assert_int_equal(again.warmup, spec->warmup);
	same_texts(&again.counters, &spec->counters);
	assert_string_equal(again.profile, spec->profile);
	spec_release(&again);
	spec_release(&again);
}

TEST(what_is_written_is_read_again)
{
	struct trial_spec spec = full_spec();

	comes_back(&spec);
	spec.devices = spec.counters = (struct spec_texts){ NULL, 0 };
	spec.profile = "";
	comes_back(&spec);
	spec.placement.nr_cpus = PLACEMENT_MAX_CPUS;
	spec.placement.nr_mem_nodes = PLACEMENT_MAX_NODES;
	comes_back(&spec);
}

static json_t *full_json(void)
{
	const struct trial_spec spec = full_spec();
	int fd = memfd_create("spec", 0);
	json_t *json;

	assert_int_equal(spec_write(&spec, fd), 0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	json = json_loadfd(fd, 0, NULL);
	assert_non_null(json);
	close(fd);
	return json;
}

static void must_refuse(const json_t *json, const char *key)
{
	char *text = json_dumps(json, 0);
	struct trial_spec spec;
	struct reason reason = { "" };

	must(read_text(text, &spec, &reason) == -EINVAL, "taken without a proper \"%s\"", key);
	must_contain(reason.text, key);
	spec_release(&spec);
	free(text);
}

TEST(no_member_may_be_missing_or_of_another_kind)
{
	json_t *full = full_json();
	const char *key;
	json_t *value;

	assert_int_equal(json_object_size(full), 18);
	json_object_foreach(full, key, value) {
		json_t *less = json_copy(full);

		json_object_del(less, key);
		must_refuse(less, key);
		json_object_set_new(less, key, json_true());
		must_refuse(less, key);
		json_decref(less);
	}
	json_decref(full);
}

static void must_refuse_with(const char *key, json_t *value)
{
	json_t *json = full_json();

	json_object_set_new(json, key, value);
	must_refuse(json, key);
	json_decref(json);
}

TEST(values_that_cannot_be_are_refused)
{
	json_t *many = json_array();

	for (size_t i = 0; i <= PLACEMENT_MAX_CPUS; i++)
		json_array_append_new(many, json_integer((json_int_t)i));
	must_refuse_with("cpus", json_incref(many));
	must_refuse_with("mem_nodes", many);
	must_refuse_with("request",
			 json_string("cpus:0+1+2+3+4+5+6+7+8+9+10+11+12+13+14+15+16+17+18+19+20+21+"
				     "22+23+24+25+26+27+28+29+30"));
	must_refuse_with("bench", json_string("no such benchmark"));
	must_refuse_with("devices", json_pack("[s, i]", "0000:01:00.0", 1));
	must_refuse_with("params", json_pack("{s:s}", "backing", "anon"));
	must_refuse_with("params", json_pack("{s:s, s:s, s:s, s:s}", "backing", "granite", "size",
					     "4KiB", "how", "touch", "threads", "1"));
}

TEST(what_is_no_spec_is_refused)
{
	static const char *const texts[] = { "", "nonsense", "[]", "{\"runner_pid\": 1" };

	for (size_t i = 0; i < COUNT(texts); i++) {
		struct trial_spec spec;
		struct reason reason = { "" };

		assert_int_equal(read_text(texts[i], &spec, &reason), -EINVAL);
		spec_release(&spec);
	}
}

TEST(file_that_cannot_be_had_is_told)
{
	const struct trial_spec spec = full_spec();
	struct trial_spec none;
	struct reason reason = { "" };
	int full = open("/dev/full", O_WRONLY);

	assert_int_equal(spec_write(&spec, full), -ENOSPC);
	close(full);
	assert_int_equal(spec_read(999, &none, &reason), -ENOENT);
	must_contain(reason.text, "fd/999");
	spec_release(&none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_again),
		cmocka_unit_test(no_member_may_be_missing_or_of_another_kind),
		cmocka_unit_test(values_that_cannot_be_are_refused),
		cmocka_unit_test(what_is_no_spec_is_refused),
		cmocka_unit_test(file_that_cannot_be_had_is_told),
	};

	return RUN(tests);
}
