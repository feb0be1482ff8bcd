#include <errno.h>
#include <stdio.h>

#include "base/log.h"
#include "cmd/command.h"
#include "host/journal.h"
#include "pci/bind.h"

static const struct option_spec options[] = { { .name = NULL } };

static int give_devices_back(size_t *ret_count, struct reason *reason)
{
	struct journal *journal;
	int ret;

	if (!journal_has_kept())
		return 0;
	ret = journal_open_kept(&journal, reason);
	if (ret)
		return ret;
	ret = bind_undo_all(journal, ret_count, reason);
	journal_leave(journal);
	return ret;
}

static int restore_run(const struct command *self, int argc, char **argv)
{
	struct args_list words = { .count = 0 };
	struct reason reason = { "" };
	size_t count, devices = 0;
	int ret;

	if (!args_parse(argc, argv, self->options, &words, 0))
		return EXIT_USAGE;
	ret = journal_recover(&count, &reason);
	if (!ret)
		ret = give_devices_back(&devices, &reason);
	count += devices;
	if (ret) {
		log_error("%s%s", reason.text, ret == -EACCES ? ": run as root" : "");
		return EXIT_FAILED;
	}
	if (count)
		printf("%zu host setting%s put back\n", count, count == 1 ? "" : "s");
	else
		printf("nothing to put back\n");
	return EXIT_DONE;
}

const struct command command_restore = {
	.name = "restore",
	.usage = "restore",
	.summary = "put back what a killed run left changed, and devices that were bound",
	.details = "Every run does this at its start, too. While another run is going on, its\n"
		   "settings are its own and nothing is done.",
	.options = options,
	.run = restore_run,
};
