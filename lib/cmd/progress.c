#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/units.h"
#include "cmd/progress.h"

#define LINE_EVERY (1 * SEC) /* without a terminal */

struct progress progress_start(bool quiet)
{
	return (struct progress){ .quiet = quiet, .terminal = isatty(STDERR_FILENO) };
}

static int terminal_width(void)
{
	struct winsize size;

	return !ioctl(STDERR_FILENO, TIOCGWINSZ, &size) && size.ws_col > 20 ? size.ws_col : 80;
}

static void redraw(const struct run_status *status)
{
	char line[1024], eta[UNIT_TEXT];
	int percent = status->total ? (int)(100 * status->done / status->total) : 100;

	snprintf(line, sizeof(line), "%3d%% %zu/%zu  %s left  %s", percent, status->done,
		 status->total, time_format_wait(status->eta_ns, eta), status->cell);
	fprintf(stderr, "\r\033[K%.*s", terminal_width() - 1, line);
	fflush(stderr);
}

/* Prints the end of a trial; at most one a second, besides the first, the last and those not ok. */
static void print_line(struct progress *progress, const struct run_status *status)
{
	uint64_t now = clock_wall_ns();
	bool must =
		status->done <= 1 || status->done == status->total || strcmp(status->outcome, "ok");
	char eta[UNIT_TEXT];

	if (!must && now - progress->last_line_ns < LINE_EVERY)
		return;
	progress->last_line_ns = now;
	fprintf(stderr, "[%zu/%zu] %s %s%s%s, %s left\n", status->done, status->total, status->cell,
		status->outcome, status->why ? ": " : "", status->why ? status->why : "",
		time_format_wait(status->eta_ns, eta));
}

void progress_changed(void *context, const struct run_status *status)
{
	struct progress *progress = context;

	if (progress->quiet)
		return;
	if (progress->terminal) {
		if (status->outcome && strcmp(status->outcome, "ok"))
			fprintf(stderr, "\r\033[K%s %s: %s\n", status->cell, status->outcome,
				status->why ? status->why : "");
		redraw(status);
	} else if (status->outcome) {
		print_line(progress, status);
	}
}

void progress_end(struct progress *progress)
{
	if (!progress->quiet && progress->terminal)
		fprintf(stderr, "\r\033[K");
}
