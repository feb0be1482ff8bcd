#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "host/child.h"

pid_t child_fork(void)
{
	pid_t parent = getpid(), child = fork();

	if (child)
		return child < 0 ? -errno : child;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) /* it ended before it could be watched */
		_exit(0);
	return 0;
}
