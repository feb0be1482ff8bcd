#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/log.h"
#include "cmd/show_result.h"
#include "table/brief.h"
#include "table/digest.h"
#include "table/top_functions.h"

/* SIZE_MAX where there is no terminal, or one that does not tell. */
static size_t lines_of_terminal(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_row)
		return SIZE_MAX;
	return size.ws_row;
}

static int show_brief(const char *path, size_t most_rows, bool *ret_shown, struct reason *reason)
{
	struct brief *brief;
	int ret = brief_open(path, &brief, reason);

	if (ret)
		return ret;
	*ret_shown = brief_nr_rows(brief) >= most_rows;
	if (*ret_shown)
		ret = brief_print(brief, stdout, log_wants_colour(STDOUT_FILENO));
	brief_free(brief);
	return ret ? reason_set(reason, ret, "%s: memory ran out", path) : 0;
}

int show_result(const char *path, enum show_as as, struct reason *reason)
{
	size_t lines = lines_of_terminal();
	bool shown = false;
	int ret = 0;

	if (as == SHOW_BRIEF || (as == SHOW_FITTING && lines != SIZE_MAX))
		ret = show_brief(path, as == SHOW_BRIEF ? 0 : lines, &shown, reason);
	if (ret || shown)
		return ret;
	ret = digest_print(path, stdout, log_wants_colour(STDOUT_FILENO), reason);
	return ret ? ret
		   : top_functions_print(path, stdout, log_wants_colour(STDOUT_FILENO), reason);
}
