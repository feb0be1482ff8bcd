#include "exchange/pool.h"
#include "unit.h"

#define TRIAL(cell, metrics)                                                             \
	"{\"record\":\"trial\",\"cell\":\"" cell "\",\"bench\":\"b\",\"status\":\"ok\"," \
	"\"block\":3,\"metrics\":{" metrics "}}"
#define OP(samples) "\"op_ns\":{\"unit\":\"ns\",\"samples\":[" samples "]}"

static int add(struct pool *pool, const char *text, size_t group, struct reason *reason)
{
	json_t *trial = json_loads(text, 0, NULL), *run = json_object();
	struct source_record record = {
		.kind = SOURCE_TRIAL, .record = trial, .run = run, .has_figures = true
	};
	int ret;

	must(trial, "%s", text);
	ret = pool_add(pool, &record, group, reason);
	json_decref(trial); /* rows hold what they need of both */
	json_decref(run);
	return ret;
}

TEST(samples_of_a_cell_come_together_in_their_order)
{
	struct pool pool;

	assert_int_equal(pool_init(&pool), 0);
	assert_int_equal(add(&pool, TRIAL("a", OP("3, 1")), 0, NULL), 0);
	assert_int_equal(add(&pool, TRIAL("b", OP("7")), 0, NULL), 0);
	assert_int_equal(add(&pool,
			     TRIAL("a", OP("2") ",\"x\":{\"unit\":\"count\",\"samples\":[9]}"), 0,
			     NULL),
			 0);
	assert_int_equal(pool.nr_rows, 3);
	assert_string_equal(pool.rows[0].cell, "a");
	assert_int_equal(pool.rows[0].count, 3);
	assert_true(pool.rows[0].values[0] == 3 && pool.rows[0].values[1] == 1 &&
		    pool.rows[0].values[2] == 2);
	assert_string_equal(pool.rows[1].cell, "b");
	assert_string_equal(pool.rows[2].metric, "x");
	assert_string_equal(pool.rows[2].unit->name, "count");
	assert_int_equal(json_integer_value(json_object_get(pool.rows[0].trial, "block")), 3);
	assert_null(json_object_get(pool.rows[0].trial, "metrics"));
	pool_release(&pool);
}

TEST(groups_stay_apart)
{
	struct pool pool;

	assert_int_equal(pool_init(&pool), 0);
	assert_int_equal(add(&pool, TRIAL("a", OP("1")), 1, NULL), 0);
	assert_int_equal(add(&pool, TRIAL("a", OP("2")), 2, NULL), 0);
	assert_int_equal(pool.nr_rows, 2);
	pool_release(&pool);
}

TEST(trial_without_figures_is_passed_over)
{
	struct source_record record = { .kind = SOURCE_TRIAL };
	struct pool pool;

	assert_int_equal(pool_init(&pool), 0);
	assert_int_equal(pool_add(&pool, &record, 0, NULL), 0);
	assert_int_equal(pool.nr_rows, 0);
	pool_release(&pool);
}

TEST(one_metric_of_a_cell_has_one_unit)
{
	struct reason reason = { "" };
	struct pool pool;

	assert_int_equal(pool_init(&pool), 0);
	assert_int_equal(add(&pool, TRIAL("a", OP("1")), 0, NULL), 0);
	assert_int_equal(add(&pool, TRIAL("a", "\"op_ns\":{\"unit\":\"bytes\",\"samples\":[1]}"), 0,
			     &reason),
			 -EINVAL);
	must_contain(reason.text, "a: op_ns is in ns in one trial and in bytes in another");
	pool_release(&pool);
}

TEST(batch_is_kept)
{
	struct pool pool;

	assert_int_equal(pool_init(&pool), 0);
	assert_int_equal(add(&pool, TRIAL("a", OP("1")), 0, NULL), 0);
	assert_int_equal(add(&pool,
			     TRIAL("b", "\"op_ns\":{\"unit\":\"ns\",\"batch\":64,\"samples\":[1]}"),
			     0, NULL),
			 0);
	assert_int_equal(pool.rows[0].batch, 1);
	assert_int_equal(pool.rows[1].batch, 64);
	pool_release(&pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_of_a_cell_come_together_in_their_order),
		cmocka_unit_test(groups_stay_apart),
		cmocka_unit_test(trial_without_figures_is_passed_over),
		cmocka_unit_test(one_metric_of_a_cell_has_one_unit),
		cmocka_unit_test(batch_is_kept),
	};

	return RUN(tests);
}
