#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>

#include "base/units.h"
#include "base/interrupt.h"

static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

#define NR_SIGNALS (sizeof(signals) / sizeof(signals[0]))

static volatile sig_atomic_t came;
static sigset_t mask_before;
static struct sigaction actions_before[NR_SIGNALS];
static bool caught;

static void note(int number)
{
	came = number;
}

void interrupt_catch(void)
{
	struct sigaction action = { .sa_handler = note };
	sigset_t blocked;

	sigemptyset(&blocked);
	for (size_t i = 0; i < NR_SIGNALS; i++) {
		sigaddset(&blocked, signals[i]);
		sigaction(signals[i], &action, &actions_before[i]);
		if (actions_before[i].sa_handler == SIG_IGN) /* nohup wants it so */
			sigaction(signals[i], &actions_before[i], NULL);
	}
	sigprocmask(SIG_BLOCK, &blocked, &mask_before);
	caught = true;
}

void interrupt_release(void)
{
	if (!caught)
		return;
	for (size_t i = 0; i < NR_SIGNALS; i++)
		sigaction(signals[i], &actions_before[i], NULL);
	sigprocmask(SIG_SETMASK, &mask_before, NULL);
	caught = false;
}

int interrupt_poll(struct pollfd *fds, nfds_t count, uint64_t timeout_ns)
{
	struct timespec timeout = { .tv_sec = (time_t)(timeout_ns / SEC),
				    .tv_nsec = (long)(timeout_ns % SEC) };
	int ret = ppoll(fds, count, timeout_ns == UINT64_MAX ? NULL : &timeout, &mask_before);

	return ret < 0 ? -errno : ret;
}

int interrupt_pending(void)
{
	if (!came && caught)
		interrupt_poll(NULL, 0, 0);
	return came;
}
