#include "host/state.h"
#include "unit.h"

static int clear(void **state)
{
	(void)state;
	unsetenv("DMABENCH_STATE");
	unsetenv("XDG_STATE_HOME");
	return setenv("HOME", temp_path("home"), 1);
}

TEST(folder_that_is_given_is_taken)
{
	char path[512];

	setenv("DMABENCH_STATE", "/some/where", 1);
	assert_int_equal(state_path("journal", path, sizeof(path)), 0);
	assert_string_equal(path, "/some/where/journal");
}

static int path_of_nobody(void *argument)
{
	char path[512];

	if (geteuid() == 0 && setuid(65534))
		return 1;
	return state_path("x", path, sizeof(path)) || strcmp(path, argument) ? 2 : 0;
}

TEST(one_who_is_not_root_has_it_at_home)
{
	char expected[256];

	snprintf(expected, sizeof(expected), "%s/.local/state/dmabench/x", temp_path("home"));
	assert_int_equal(in_child(path_of_nobody, expected), 0);
	setenv("XDG_STATE_HOME", "/xdg", 1);
	assert_int_equal(in_child(path_of_nobody, "/xdg/dmabench/x"), 0);
	setenv("DMABENCH_STATE", "", 1); /* empty is as good as not given */
	assert_int_equal(in_child(path_of_nobody, "/xdg/dmabench/x"), 0);
}

TEST(folders_on_the_way_are_made)
{
	char path[512];
	struct stat info;

	setenv("DMABENCH_STATE", temp_path("a/b/c"), 1);
	assert_int_equal(state_path("x", path, sizeof(path)), 0);
	assert_int_equal(stat(temp_path("a"), &info), -1);
	assert_int_equal(state_path_make("x", path, sizeof(path)), 0);
	assert_int_equal(stat(temp_path("a/b/c"), &info), 0);
	assert_true(S_ISDIR(info.st_mode));
	assert_int_equal(state_path_make("x", path, sizeof(path)), 0);
}

TEST(folder_that_cannot_be_made_is_an_error)
{
	char path[512];

	setenv("DMABENCH_STATE", "/proc/none/of/this", 1);
	assert_true(state_path_make("x", path, sizeof(path)) < 0);
	temp_file("file", "");
	setenv("DMABENCH_STATE", temp_path("file/below"), 1);
	assert_true(state_path_make("x", path, sizeof(path)) < 0);
}

TEST(path_that_is_too_long_is_refused_not_cut)
{
	char name[600], path[512];

	memset(name, 'n', sizeof(name) - 1);
	name[0] = '/';
	name[sizeof(name) - 1] = '\0';
	setenv("DMABENCH_STATE", name, 1);
	assert_int_equal(state_path("x", path, sizeof(path)), -ENAMETOOLONG);
	name[508] = '\0'; /* room for the folder and a slash, not for the name */
	setenv("DMABENCH_STATE", name, 1);
	assert_int_equal(state_path("journal", path, sizeof(path)), -ENAMETOOLONG);
}

TEST(boot_has_an_id_that_stays)
{
	char id[40], again[40];

	host_boot_id(id);
	host_boot_id(again);
	assert_int_equal(strlen(id), 36);
	assert_string_equal(id, again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(folder_that_is_given_is_taken, clear),
		cmocka_unit_test_setup(one_who_is_not_root_has_it_at_home, clear),
		cmocka_unit_test_setup(folders_on_the_way_are_made, clear),
		cmocka_unit_test_setup(folder_that_cannot_be_made_is_an_error, clear),
		cmocka_unit_test_setup(path_that_is_too_long_is_refused_not_cut, clear),
		cmocka_unit_test_setup(boot_has_an_id_that_stays, clear),
	};

	return RUN(tests);
}
