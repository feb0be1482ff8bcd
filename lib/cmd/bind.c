#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "cmd/command.h"
#include "pci/bind.h"

static bool dry_run, force;
static const char *functions, *driver;

static const struct option_spec bind_options[] = {
	{ .name = "--vfs",
	  .value = "N",
	  .text = &functions,
	  .help = "create N virtual functions of the device, and bind those" },
	{ .name = "--driver",
	  .value = "NAME",
	  .text = &driver,
	  .help = "who gets it: vfio-pci (the default) or dma_map_benchmark" },
	{ .name = "--dry-run", .flag = &dry_run, .help = "print each write to sysfs, and do none" },
	{ .name = "--force", .flag = &force, .help = "take it even from who uses it" },
	{ .name = NULL },
};

static const struct option_spec no_options[] = { { .name = NULL } };

static int fail(int ret, const struct reason *reason)
{
	bool forbidden = (ret == -EACCES || ret == -EPERM) && geteuid();

	log_error("%s%s", reason->text[0] ? reason->text : strerror(-ret),
		  forbidden ? ": run as root" : "");
	return ret == -EINVAL || ret == -ENODEV ? EXIT_USAGE : EXIT_FAILED;
}

static bool take_words(const struct command *self, int argc, char **argv, struct args_list *words)
{
	if (!args_parse(argc, argv, self->options, words, ARGS_MAX_LIST))
		return false;
	if (!words->count)
		log_error("which device? dmabench %s", self->usage);
	return words->count;
}

/* Checks all addresses, so that a wrong one changes nothing. */
static int parse_all(const struct args_list *words, char bdfs[][PCI_BDF], struct reason *reason)
{
	struct pci_device device;
	int ret = 0;

	for (size_t i = 0; i < words->count && !ret; i++) {
		ret = pci_parse_bdf(words->items[i], bdfs[i], reason);
		if (!ret)
			ret = pci_read(bdfs[i], &device, reason);
	}
	return ret;
}

/* Reads --vfs. */
static int read_functions(struct bind_options *options, struct reason *reason)
{
	uint64_t count = 0;

	if (!functions)
		return 0;
	if (text_to_u64(functions, &count) || !count || count > UINT16_MAX)
		return reason_set(reason, -EINVAL, "--vfs %s: expected a number from 1 on",
				  functions);
	options->nr_functions = (unsigned int)count;
	return 0;
}

/* Reads --driver: no benchmark uses another than these two. */
static int read_driver(struct bind_options *options, struct reason *reason)
{
	if (!driver || !strcmp(driver, PCI_DRIVER_VFIO))
		return 0;
	if (strcmp(driver, BIND_DRIVER_DMA))
		return reason_set(reason, -EINVAL,
				  "--driver %s: expected " PCI_DRIVER_VFIO " or " BIND_DRIVER_DMA,
				  driver);
	options->driver = BIND_DRIVER_DMA;
	return 0;
}

/* Prints each line as a warning of its own. */
static void say_warnings(const struct text *warnings)
{
	const char *line = warnings->text;

	while (line && *line) {
		int length = (int)strcspn(line, "\n");

		log_error("WARNING: %.*s", length, line);
		line += length + (line[length] == '\n');
	}
}

static void print_plan(const struct text *plan)
{
	fputs(plan->text ? plan->text : "nothing to write: it is as asked already\n", stdout);
}

static int bind_run(const struct command *self, int argc, char **argv)
{
	struct args_list words = { .count = 0 };
	char bdfs[ARGS_MAX_LIST][PCI_BDF];
	struct text plan = { 0 }, warnings = { 0 };
	struct bind_options options = { .warnings = &warnings };
	struct journal *journal = NULL;
	struct reason reason = { "" };
	int ret;

	if (!take_words(self, argc, argv, &words))
		return EXIT_USAGE;
	options.force = force;
	options.plan = dry_run ? &plan : NULL;
	ret = read_functions(&options, &reason);
	if (!ret)
		ret = read_driver(&options, &reason);
	if (!ret)
		ret = parse_all(&words, bdfs, &reason);
	if (!ret && !dry_run)
		ret = journal_open_kept(&journal, &reason);
	if (!ret)
		ret = bind_devices(journal, (const char(*)[PCI_BDF])bdfs, words.count, &options,
				   &reason);
	journal_leave(journal);
	say_warnings(&warnings);
	if (!ret && dry_run)
		print_plan(&plan);
	text_release(&plan);
	text_release(&warnings);
	return ret ? fail(ret, &reason) : EXIT_DONE;
}

static int unbind_run(const struct command *self, int argc, char **argv)
{
	struct args_list words = { .count = 0 };
	char bdfs[ARGS_MAX_LIST][PCI_BDF];
	struct journal *journal = NULL;
	struct reason reason = { "" };
	size_t total = 0;
	int ret;

	if (!take_words(self, argc, argv, &words))
		return EXIT_USAGE;
	ret = parse_all(&words, bdfs, &reason);
	if (!ret)
		ret = journal_open_kept(&journal, &reason);
	for (size_t i = 0; i < words.count && !ret; i++) {
		size_t count;

		ret = bind_undo(journal, bdfs[i], &count, &reason);
		total += count;
	}
	journal_leave(journal);
	if (ret)
		return fail(ret, &reason);
	if (!total)
		printf("nothing to give back: dmabench did not bind it\n");
	return EXIT_DONE;
}

const struct command command_bind = {
	.name = "bind",
	.usage = "bind BDF... [--vfs N] [--dry-run] [--force]",
	.summary = "give devices to vfio-pci, until unbind or restore",
	.details =
		"The whole IOMMU group goes with a device. Refused, with the reason, is one that\n"
		"the system uses: a disk that is mounted or otherwise claimed, an interface that\n"
		"is up, the display of the console, or one that another process has open. Of\n"
		"several devices all are bound, or where one cannot be, none.",
	.options = bind_options,
	.run = bind_run,
};

const struct command command_unbind = {
	.name = "unbind",
	.usage = "unbind BDF...",
	.summary = "give devices back to the drivers that had them",
	.details = "With a device its group and its virtual functions are given back. One that a\n"
		   "process has open is not: end that process first.",
	.options = no_options,
	.run = unbind_run,
};
