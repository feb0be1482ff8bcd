#include <math.h>

#include "boot_writer.h"
#include "plot/flame_joint.h"
#include "unit.h"

/* The joint of made-up profiles, and the figures that are made of it. */
struct world {
	struct profile *profiles[4];
	size_t count;
	struct joint joint;
	struct flame_figures figures;
};

static const struct profile *add_profile(struct world *world, int operations, const char *stacks)
{
	const struct boot_profile_text text = {
		.cell = "x/size=1", .metric = "map_ns", .operations = operations, .stacks = stacks
	};

	return world->profiles[world->count++] = boot_profile_of(&text);
}

static void make(struct world *world, size_t nr_before)
{
	const struct profile *list[COUNT(world->profiles)];

	for (size_t i = 0; i < world->count; i++)
		list[i] = world->profiles[i];
	assert_int_equal(joint_make(&world->joint, list, nr_before, list + nr_before,
				    world->count - nr_before),
			 0);
	assert_int_equal(flame_figures_make(&world->joint, &world->figures), 0);
}

static void drop(struct world *world)
{
	flame_figures_release(&world->figures);
	joint_release(&world->joint);
	for (size_t i = 0; i < world->count; i++)
		profile_free(world->profiles[i]);
}

static const struct flame_function *function(const struct world *world, const char *name)
{
	for (size_t i = 0; i < world->figures.nr_functions; i++)
		if (!strcmp(world->figures.functions[i].name, name))
			return &world->figures.functions[i];
	fail_msg("no function %s", name);
	return NULL;
}

static void must_be_near(double value, double wanted)
{
	must(fabs(value - wanted) < 1e-9, "%.12f, expected %.12f", value, wanted);
}

TEST(figures_are_of_an_operation)
{
	struct world world = { .count = 0 };

	add_profile(&world, 10, "a=100/10 a;b@vfio=200/20 a;c=50/10");
	add_profile(&world, 2, "a=20/2 a;b@vfio=80/4 a;d=6/2");
	make(&world, 1);
	must_be_near(world.figures.total[FLAME_BASE], 35);
	must_be_near(world.figures.total[FLAME_NEW], 53);
	must_be_near(function(&world, "b")->self[FLAME_BASE], 20);
	must_be_near(function(&world, "b")->self[FLAME_NEW], 40);
	must_be_near(function(&world, "b")->calls[FLAME_NEW], 2);
	must_be_near(function(&world, "a")->inclusive[FLAME_NEW], 53);
	assert_string_equal(function(&world, "b")->module, "vfio");
	assert_null(function(&world, "a")->module);
	drop(&world);
}

/* What only the base has is a function with figures, and no place in the picture. */
TEST(nodes_are_those_of_the_new_side)
{
	struct world world = { .count = 0 };
	double sum = 0;

	add_profile(&world, 1, "a=1 a;gone=20 a;gone;deep=30 a;b=5");
	add_profile(&world, 1, "a=2 a;b=7 a;b;c=3");
	make(&world, 1);
	assert_int_equal(world.figures.nr_nodes, 3);
	for (size_t i = 0; i < world.figures.nr_nodes; i++) {
		const struct flame_node *node = &world.figures.nodes[i];

		sum += node->self;
		assert_true(node->parent == FLAME_NONE || node->parent < i);
	}
	must_be_near(sum, 12);
	must_be_near(function(&world, "gone")->inclusive[FLAME_BASE], 50);
	must_be_near(function(&world, "gone")->inclusive[FLAME_NEW], 0);
	drop(&world);
}

TEST(boots_of_a_side_are_averaged)
{
	struct world world = { .count = 0 };

	add_profile(&world, 1, "a=10 a;b=20");
	add_profile(&world, 1, "a=30 a;b=60");
	make(&world, 0);
	must_be_near(function(&world, "a")->self[FLAME_NEW], 20);
	must_be_near(function(&world, "b")->self[FLAME_NEW], 40);
	must_be_near(function(&world, "b")->self[FLAME_BASE], 0);
	drop(&world);
}

TEST(a_function_within_itself_is_counted_once)
{
	struct world world = { .count = 0 };

	add_profile(&world, 1, "a=1 a;f=10 a;f;g=5 a;f;g;f=20");
	make(&world, 0);
	must_be_near(function(&world, "f")->inclusive[FLAME_NEW], 35);
	must_be_near(function(&world, "f")->self[FLAME_NEW], 30);
	drop(&world);
}

TEST(suffixes_of_compilers_make_no_other_function)
{
	struct world world = { .count = 0 };

	add_profile(&world, 1, "a;f.isra.0=10");
	add_profile(&world, 1, "a;f.constprop.0=12");
	make(&world, 1);
	must_be_near(function(&world, "f")->self[FLAME_BASE], 10);
	must_be_near(function(&world, "f")->self[FLAME_NEW], 12);
	drop(&world);
}

TEST(a_change_over_two_paths_is_told_in_proportion)
{
	struct world world = { .count = 0 };
	double sum = 0;

	add_profile(&world, 1, "a;f=20 b=1");
	add_profile(&world, 1, "a;f=10 b=1 b;f=30");
	make(&world, 1);
	for (size_t i = 0; i < world.figures.nr_nodes; i++) {
		const struct flame_node *node = &world.figures.nodes[i];

		sum += node->change;
		must_be_near(node->change, node->self < 5 ? 0 : node->self / 2);
	}
	must_be_near(sum, 20);
	drop(&world);
}

/* As the table says: "f and what it calls". */
TEST(what_took_the_place_of_another_shows_the_difference_from_it)
{
	struct world world = { .count = 0 };
	double sum = 0;

	add_profile(&world, 1, "a=10 a;f=5 a;f;old=70 a;f;old;older=25");
	add_profile(&world, 1, "a=10 a;f=5 a;f;new=75 a;f;new;newer=40");
	make(&world, 1);
	assert_true(function(&world, "f")->heads_others);
	must_be_near(function(&world, "f")->group[FLAME_BASE], 100);
	must_be_near(function(&world, "f")->group[FLAME_NEW], 120);
	for (size_t i = 0; i < world.figures.nr_nodes; i++) {
		const struct flame_node *node = &world.figures.nodes[i];

		sum += node->change;
		if (!strcmp(world.figures.functions[node->function].name, "newer"))
			must_be_near(node->change, 20.0 * 40 / 120);
	}
	must_be_near(sum, 20);
	drop(&world);
}

/* 200 samples of 1000 ns against 300 of 2000: a share is so much of what was measured. */
TEST(samples_stand_for_time_and_know_what_chance_can_do)
{
	const struct flame_sampled sides[FLAME_SIDES] = {
		{ .whole = 1000, .rate = 20, .samples = 200 },
		{ .whole = 2000, .rate = 30, .samples = 300 },
	};
	struct world world = { .count = 0 };

	add_profile(&world, 10, "a=100 a;b=80 a;c=20");
	add_profile(&world, 10, "a=75 a;b=210 a;c=15");
	make(&world, 1);
	flame_figures_estimate(&world.figures, sides);
	must_be_near(world.figures.total[FLAME_BASE], 1000);
	must_be_near(world.figures.total[FLAME_NEW], 2000);
	must_be_near(function(&world, "b")->self[FLAME_BASE], 400);
	must_be_near(function(&world, "b")->self[FLAME_NEW], 1400);
	assert_false(function(&world, "b")->unsure);
	must_be_near(function(&world, "a")->self[FLAME_NEW], 500);
	assert_true(function(&world, "a")->unsure);
	assert_true(function(&world, "c")->unsure);
	drop(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_are_of_an_operation),
		cmocka_unit_test(nodes_are_those_of_the_new_side),
		cmocka_unit_test(boots_of_a_side_are_averaged),
		cmocka_unit_test(a_function_within_itself_is_counted_once),
		cmocka_unit_test(suffixes_of_compilers_make_no_other_function),
		cmocka_unit_test(a_change_over_two_paths_is_told_in_proportion),
		cmocka_unit_test(what_took_the_place_of_another_shows_the_difference_from_it),
		cmocka_unit_test(samples_stand_for_time_and_know_what_chance_can_do),
	};

	return RUN(tests);
}
