#include "host/child.h"

#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

TEST(child_runs_beside_its_parent)
{
	pid_t child = child_fork();
	int status;

	if (!child)
		_exit(7);
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(WEXITSTATUS(status), 7);
}

/* A child that would wait for ever has a pipe open until it is gone. */
TEST(child_ends_with_its_parent)
{
	int pipe_ends[2], status;
	char byte;
	pid_t parent;

	assert_int_equal(pipe(pipe_ends), 0);
	parent = fork();
	if (!parent) {
		pid_t child = child_fork();

		while (!child)
			pause();
		_exit(child < 0);
	}
	close(pipe_ends[1]);
	assert_int_equal(waitpid(parent, &status, 0), parent);
	assert_int_equal(status, 0);
	alarm(60);
	assert_int_equal(read(pipe_ends[0], &byte, 1), 0);
	alarm(0);
	close(pipe_ends[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(child_runs_beside_its_parent),
		cmocka_unit_test(child_ends_with_its_parent),
	};

	return RUN(tests);
}
