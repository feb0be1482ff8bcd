#include "fake_bus.h"
#include "pci/bind.h"

#define NIC "0000:01:00.0"
#define BESIDE "0000:01:00.1" /* shares the group of NIC */
#define OTHER "0000:02:00.0"
#define PF "0000:04:00.0"
#define VF0 "0000:04:02.0"
#define VF1 "0000:04:02.1"

static int setup(void **state)
{
	fake_bus_reset();
	if (fake_pci_setup(state))
		return -1;
	fake_add(&(struct fake_device){ "0000:00:1c.0", .group = 5, .class_code = 0x060400 });
	fake_add(&(struct fake_device){ NIC, "0000:00:1c.0", "e1000e", "e1000e", .group = 5 });
	fake_add(&(struct fake_device){ BESIDE, "0000:00:1c.0", "nvme", "nvme", .group = 5 });
	fake_add(&(struct fake_device){ OTHER, NULL, "e1000e", "e1000e", .group = 6 });
	fake_add(&(struct fake_device){ PF, NULL, "e1000e", "e1000e", .group = 7, .max_vfs = 8 });
	return 0;
}

/* ---- what is done, and how it looks ---- */

/* Of every device what binding could change; the caller frees it. */
static char *describe(void)
{
	struct text text = { 0 };
	char(*bdfs)[PCI_BDF];
	size_t count;

	assert_int_equal(pci_list(&bdfs, &count), 0);
	for (size_t i = 0; i < count; i++) {
		const struct pci_device device = fake_read(bdfs[i]);

		text_add(&text, "%s %s %u ", device.bdf, device.driver, device.nr_vfs);
		text_add(&text, "%s", file_text(fake_attribute(bdfs[i], "driver_override")));
		if (device.max_vfs)
			text_add(&text, "autoprobe %s",
				 file_text(fake_attribute(bdfs[i], "sriov_drivers_autoprobe")));
	}
	free(bdfs);
	return text.text;
}

static void must_be_as(char *before)
{
	char *now = describe();

	assert_string_equal(now, before);
	free(now);
	free(before);
}

static void must_drive(const char *bdf, const char *driver)
{
	const struct pci_device device = fake_read(bdf);

	must(!strcmp(device.driver, driver), "%s has driver %s, not %s", bdf, device.driver,
	     driver);
}

static int bind_with(const struct bind_options *options, const char *first, const char *second,
		     struct reason *reason)
{
	char bdfs[2][PCI_BDF] = { "" };
	struct journal *journal = NULL;
	int ret = 0;

	snprintf(bdfs[0], PCI_BDF, "%s", first);
	snprintf(bdfs[1], PCI_BDF, "%s", second ? second : "");
	if (!options->plan)
		ret = journal_open_kept(&journal, reason);
	if (!ret)
		ret = bind_devices(journal, (const char(*)[PCI_BDF])bdfs, second ? 2 : 1, options,
				   reason);
	journal_leave(journal);
	return ret;
}

static int bind(const char *bdf, struct reason *reason)
{
	return bind_with(&(struct bind_options){ 0 }, bdf, NULL, reason);
}

static void must_bind(const char *bdf)
{
	struct reason reason = { "" };

	must(!bind(bdf, &reason), "%s: %s", bdf, reason.text);
}

/* NULL: everything, as restore does. */
static int undo(const char *bdf, size_t *count, struct reason *reason)
{
	struct journal *journal;
	int ret = journal_open_kept(&journal, reason);

	assert_int_equal(ret, 0);
	ret = bdf ? bind_undo(journal, bdf, count, reason) : bind_undo_all(journal, count, reason);
	journal_leave(journal);
	return ret;
}

static void must_undo(const char *bdf)
{
	struct reason reason = { "" };
	size_t count;

	must(!undo(bdf, &count, &reason), "%s", reason.text);
}

static void must_refuse(const struct bind_options *options, const char *bdf, int error,
			const char *part)
{
	struct reason reason = { "" };
	char *before = describe();
	int ret = bind_with(options, bdf, NULL, &reason);

	must(ret == error, "%s: %d, \"%s\"", bdf, ret, reason.text);
	must_contain(reason.text, part);
	must_be_as(before);
	assert_false(journal_has_kept());
}

/* ---- a device and its group ---- */

TEST(device_is_taken_from_its_driver_and_given_back)
{
	char *before = describe();
	size_t count;

	must_bind(OTHER);
	must_drive(OTHER, "vfio-pci");
	assert_string_equal(fake_bus.log.text, "unbind <- " OTHER "\ndriver_override <- vfio-pci\n"
					       "drivers_probe <- " OTHER "\n");
	assert_true(journal_has_kept());
	fake_bus_reset();
	assert_int_equal(undo(OTHER, &count, NULL), 0);
	assert_int_equal(count, 3);
	assert_string_equal(fake_bus.log.text, "unbind <- " OTHER "\ndriver_override <- \n"
					       "drivers_probe <- " OTHER "\n");
	must_be_as(before);
	assert_false(journal_has_kept());
}

TEST(whole_group_goes_but_for_its_bridges)
{
	char *before = describe();

	must_bind(BESIDE);
	must_drive(NIC, "vfio-pci");
	must_drive(BESIDE, "vfio-pci");
	must_drive("0000:00:1c.0", PCI_NO_DRIVER);
	must_drive(OTHER, "e1000e");
	/* Any member stands for all of it. */
	must_undo(NIC);
	must_be_as(before);
	assert_false(journal_has_kept());
}

TEST(device_without_a_driver_ends_without_one)
{
	char *before;

	fake_let_go(OTHER);
	before = describe();
	must_bind(OTHER);
	must_drive(OTHER, "vfio-pci");
	must_undo(OTHER);
	must_be_as(before);
}

TEST(device_that_vfio_has_is_left_alone)
{
	struct bind_options plan = { .plan = &(struct text){ 0 } };

	fake_let_go(OTHER);
	fake_drive(OTHER, "vfio-pci");
	must_bind(OTHER);
	assert_int_equal(fake_bus.writes, 0);
	assert_false(journal_has_kept());
	assert_int_equal(bind_with(&plan, OTHER, NULL, NULL), 0);
	assert_null(plan.plan->text);
}

TEST(device_bound_twice_is_given_back_as_it_was_first)
{
	char *before = describe();

	must_bind(OTHER);
	must_bind(OTHER);
	must_undo(OTHER);
	must_be_as(before);
}

TEST(override_of_somebody_else_is_put_back)
{
	char *before;

	fake_file(fake_attribute(OTHER, "driver_override"), "e1000e\n");
	before = describe();
	must_bind(OTHER);
	must_undo(OTHER);
	must_be_as(before);
}

TEST(one_device_is_given_back_and_others_stay)
{
	char *before = describe();
	size_t count;

	must_bind(OTHER);
	must_bind(NIC);
	assert_int_equal(undo(OTHER, &count, NULL), 0);
	must_drive(OTHER, "e1000e");
	must_drive(NIC, "vfio-pci");
	assert_int_equal(undo(OTHER, &count, NULL), 0);
	assert_int_equal(count, 0);
	must_undo(NULL);
	must_be_as(before);
}

TEST(device_that_went_away_does_not_stand_in_the_way)
{
	struct reason reason = { "" };
	size_t count;

	must_bind(OTHER);
	must_bind(NIC);
	fake_remove_function(OTHER);
	assert_int_equal(undo(OTHER, &count, &reason), -ENODEV);
	must_contain(reason.text, "no PCI device " OTHER);
	must_undo(NULL);
	must_drive(NIC, "e1000e");
	assert_false(journal_has_kept());
}

/* ---- refused ---- */

TEST(device_that_cannot_be_bound_is_refused_with_the_reason)
{
	static const struct bind_options none = { 0 };

	fake_add(&(struct fake_device){ "0000:06:00.0", .group = NO_GROUP });
	fake_add(&(struct fake_device){ "0000:07:00.0", .driver = "vfio-pci", .group = 0 });
	fake_file(fake_path("sys/kernel/iommu_groups/0/name"), "vfio-noiommu\n");
	must_refuse(&none, "0000:0a:00.0", -ENODEV, "there is no PCI device 0000:0a:00.0");
	must_refuse(&none, "0000:00:1c.0", -EINVAL, "is a bridge");
	must_refuse(&none, "0000:06:00.0", -ENODEV, bind_iommu_advice(NULL));
	must_refuse(&none, "0000:07:00.0", -ENODEV, "noiommu");
	assert_int_equal(fake_bus.writes, 0);
}

TEST(advice_is_of_the_machines_own_iommu)
{
	must_contain(bind_iommu_advice("x86_64"), "boot with intel_iommu=on or amd_iommu=on");
	must_contain(bind_iommu_advice("aarch64"), "switch the SMMU on");
	must_contain(bind_iommu_advice("aarch64"), "drivers_probe");
	assert_null(strstr(bind_iommu_advice("aarch64"), "intel_iommu"));
}

TEST(device_in_use_is_refused)
{
	fake_entry("net", OTHER, "net", "eth0");
	fake_entry_file("net", "eth0", "flags", "0x1003\n");
	must_refuse(&(struct bind_options){ 0 }, OTHER, -EBUSY, OTHER ": its interface eth0 is up");
	assert_int_equal(fake_bus.writes, 0);
}

TEST(group_with_a_member_in_use_is_refused)
{
	fake_entry("block", BESIDE, "nvme/nvme0", "nvme0n1");
	fake_entry_file("block", "nvme0n1", "dev", "4094:0\n");
	fake_entry_file("block", "nvme0n1", "holders/dm-0", "");
	must_refuse(&(struct bind_options){ 0 }, NIC, -EBUSY,
		    NIC ": shares IOMMU group 5 with " BESIDE ": its disk nvme0n1 is part of dm-0");
	assert_int_equal(fake_bus.writes, 0);
}

TEST(group_that_another_process_has_open_is_refused)
{
	fake_let_go(NIC);
	fake_drive(NIC, "vfio-pci");
	fake_process(77, "/dev/vfio/5");
	must_refuse(&(struct bind_options){ 0 }, NIC, -EBUSY, "process 77");
	assert_int_equal(fake_bus.writes, 0);
}

TEST(force_takes_it_all_the_same_and_says_so)
{
	struct text warnings = { 0 };
	const struct bind_options options = { .force = true, .warnings = &warnings };

	fake_entry("net", NIC, "net", "eth0");
	fake_entry_file("net", "eth0", "flags", "0x1003\n");
	fake_entry("block", BESIDE, "nvme/nvme0", "nvme0n1");
	fake_entry_file("block", "nvme0n1", "dev", "4094:0\n");
	fake_entry_file("block", "nvme0n1", "holders/dm-0", "");
	assert_int_equal(bind_with(&options, NIC, NULL, NULL), 0);
	must_drive(NIC, "vfio-pci");
	assert_string_equal(warnings.text,
			    NIC ": its interface eth0 is up (ip link set eth0 down): taken all the "
				"same\n" BESIDE ": its disk nvme0n1 is part of dm-0 (LVM, RAID or "
				"the like: stop that first): taken all the same\n");
	text_release(&warnings);
}

TEST(force_does_not_help_where_there_is_no_group)
{
	const struct bind_options force = { .force = true };

	fake_add(&(struct fake_device){ "0000:06:00.0", .group = NO_GROUP });
	must_refuse(&force, "0000:06:00.0", -ENODEV, "no IOMMU group");
	must_refuse(&force, "0000:00:1c.0", -EINVAL, "is a bridge");
}

TEST(without_the_module_nothing_is_touched)
{
	static const char *const files[] = { "/bind", "/unbind", "" };

	for (size_t i = 0; i < COUNT(files); i++)
		remove(fake_path("sys/bus/pci/drivers/vfio-pci%s", files[i]));
	must_refuse(&(struct bind_options){ 0 }, OTHER, -ENXIO, "modprobe vfio-pci");
	must_refuse(&(struct bind_options){ .nr_functions = 2 }, PF, -ENXIO, "modprobe vfio-pci");
	assert_int_equal(fake_bus.writes, 0);
}

TEST(journal_of_another_dmabench_is_busy)
{
	struct reason reason = { "" };
	struct journal *theirs;

	assert_int_equal(journal_open_kept(&theirs, NULL), 0);
	assert_int_equal(bind(OTHER, &reason), -EBUSY);
	must_contain(reason.text, "another dmabench");
	assert_int_equal(fake_bus.writes, 0);
	journal_leave(theirs);
	must_bind(OTHER);
}

/* ---- fails half-way ---- */

TEST(device_that_vfio_does_not_take_goes_back_to_its_driver)
{
	fake_bus.refused = "vfio-pci";
	must_refuse(&(struct bind_options){ 0 }, NIC, -ENXIO, NIC ": vfio-pci did not take it");
	assert_true(fake_bus.writes > 0);
}

TEST(several_devices_are_bound_all_or_none)
{
	struct reason reason = { "" };
	char *before = describe();

	fake_entry("net", NIC, "net", "eth0");
	fake_entry_file("net", "eth0", "flags", "0x1003\n");
	assert_int_equal(bind_with(&(struct bind_options){ 0 }, OTHER, NIC, &reason), -EBUSY);
	must_contain(reason.text, NIC);
	assert_true(fake_bus.writes > 0);
	must_be_as(before);
	assert_false(journal_has_kept());
}

TEST(what_was_bound_before_stays_when_a_later_one_fails)
{
	struct reason reason = { "" };
	char *before = describe(), *bound;

	must_bind(OTHER);
	bound = describe();
	fake_bus.refused = "vfio-pci";
	assert_int_equal(bind(NIC, &reason), -ENXIO);
	must_be_as(bound);
	must_undo(NULL);
	must_be_as(before);
}

TEST(driver_that_does_not_take_its_device_back_is_named_and_asked_again)
{
	struct reason reason = { "" };
	char *before = describe();
	size_t count;

	must_bind(OTHER);
	fake_bus.refused = "e1000e";
	assert_true(undo(OTHER, &count, &reason) < 0);
	must_contain(reason.text, OTHER "/driver back to e1000e");
	assert_true(journal_has_kept());
	fake_bus.refused = NULL;
	must_undo(NULL);
	must_be_as(before);
}

TEST(device_that_a_process_has_open_is_not_taken_from_it)
{
	static const char *const ways[] = { NIC, NULL };
	char *before = describe();

	must_bind(NIC);
	fake_process(88, "/dev/vfio/5");
	fake_bus_reset();
	for (size_t i = 0; i < COUNT(ways); i++) {
		struct reason reason = { "" };
		size_t count;

		assert_int_equal(undo(ways[i], &count, &reason), -EBUSY);
		must_contain(reason.text, "process 88");
		must_contain(reason.text, "end it first");
	}
	assert_int_equal(fake_bus.writes, 0);
	fake_process(88, "/dev/null");
	must_undo(NULL);
	must_be_as(before);
}

/* ---- dry runs ---- */

/* "PATH <- VALUE": the last part of the path, as the log of writes has it. */
static void shorten(const char *plan, struct text *ret_text)
{
	while (*plan) {
		size_t length = strcspn(plan, "\n");
		const char *arrow = strstr(plan, " <- "), *start = arrow;

		while (start[-1] != '/')
			start--;
		must(!strncmp(plan, fake_root, strlen(fake_root)), "\"%s\" is elsewhere", plan);
		text_add(ret_text, "%.*s\n", (int)(plan + length - start), start);
		plan += length + 1;
	}
}

static void must_plan_what_it_does(struct bind_options options, const char *first,
				   const char *second)
{
	struct text plan = { 0 }, lines = { 0 };
	char *before = describe();

	options.plan = &plan;
	assert_int_equal(bind_with(&options, first, second, NULL), 0);
	assert_int_equal(fake_bus.writes, 0);
	assert_false(journal_has_kept());
	must_be_as(before);
	shorten(plan.text, &lines);
	options.plan = NULL;
	assert_int_equal(bind_with(&options, first, second, NULL), 0);
	assert_string_equal(lines.text, fake_bus.log.text);
	text_release(&plan);
	text_release(&lines);
}

TEST(dry_run_tells_each_write_in_order_and_does_none)
{
	must_plan_what_it_does((struct bind_options){ 0 }, OTHER, NULL);
}

TEST(dry_run_tells_of_the_whole_group_once)
{
	must_plan_what_it_does((struct bind_options){ 0 }, NIC, BESIDE);
}

TEST(dry_run_tells_of_devices_without_a_driver)
{
	fake_let_go(BESIDE);
	must_plan_what_it_does((struct bind_options){ 0 }, BESIDE, OTHER);
}

TEST(dry_run_tells_of_functions_that_are_not_there_yet)
{
	must_plan_what_it_does((struct bind_options){ .nr_functions = 3 }, PF, NULL);
}

TEST(dry_run_tells_of_functions_that_are_there)
{
	fake_set_functions(PF, "2");
	must_plan_what_it_does((struct bind_options){ .nr_functions = 2 }, PF, PF);
}

TEST(dry_run_refuses_what_a_run_would)
{
	struct text plan = { 0 };
	const struct bind_options options = { .plan = &plan };

	fake_entry("net", OTHER, "net", "eth0");
	fake_entry_file("net", "eth0", "flags", "0x1003\n");
	must_refuse(&options, OTHER, -EBUSY, "eth0 is up");
	assert_null(plan.text);
	unlink(fake_attribute(PF, "driver_override")); /* as before Linux 3.16 */
	must_refuse(&options, PF, -ENOENT, PF "/driver_override");
	text_release(&plan);
}

/* ---- virtual functions ---- */

TEST(functions_are_created_bound_and_removed)
{
	char *before = describe();

	assert_int_equal(bind_with(&(struct bind_options){ .nr_functions = 2 }, PF, NULL, NULL), 0);
	must_drive(PF, "e1000e");
	must_drive(VF0, "vfio-pci");
	must_drive(VF1, "vfio-pci");
	assert_int_equal(fake_read(PF).nr_vfs, 2);
	/* No other driver started them first. */
	assert_string_equal(fake_bus.log.text,
			    "sriov_drivers_autoprobe <- 0\nsriov_numvfs <- 2\n"
			    "driver_override <- vfio-pci\ndrivers_probe <- " VF0 "\n"
			    "driver_override <- vfio-pci\ndrivers_probe <- " VF1 "\n");
	must_undo(PF);
	must_be_as(before);
	assert_false(journal_has_kept());
}

TEST(functions_of_somebody_else_are_taken_but_not_removed)
{
	char *before;

	fake_set_functions(PF, "2");
	before = describe();
	assert_int_equal(bind_with(&(struct bind_options){ .nr_functions = 2 }, PF, NULL, NULL), 0);
	must_drive(VF1, "vfio-pci");
	must_undo(PF);
	must_be_as(before);
}

TEST(functions_that_cannot_be_had_are_refused)
{
	fake_add(&(struct fake_device){ "0000:08:00.0", .group = 8, .max_vfs = 4 });
	must_refuse(&(struct bind_options){ .nr_functions = 2 }, OTHER, -EINVAL,
		    "no virtual functions");
	must_refuse(&(struct bind_options){ .nr_functions = 9 }, PF, -EINVAL,
		    "at most 8 virtual functions, not 9");
	must_refuse(&(struct bind_options){ .nr_functions = 2 }, "0000:08:00.0", -ENXIO,
		    "has no driver");
	fake_set_functions(PF, "3");
	must_refuse(&(struct bind_options){ .nr_functions = 2 }, PF, -EBUSY,
		    "has 3 virtual functions already");
	assert_int_equal(fake_bus.writes, 0);
}

TEST(driver_that_makes_no_functions_is_named)
{
	fake_bus.error = -ENOENT;
	must_refuse(&(struct bind_options){ .nr_functions = 2 }, PF, -ENOENT,
		    "its driver e1000e makes no virtual functions");
	assert_true(fake_bus.writes > 0);
}

TEST(functions_that_vfio_does_not_take_are_removed_again)
{
	fake_bus.refused = "vfio-pci";
	must_refuse(&(struct bind_options){ .nr_functions = 2 }, PF, -ENXIO,
		    VF0 ": vfio-pci did not take it");
	must(access(fake_attribute(VF0, "class"), F_OK), "%s is still there", VF0);
}

/* ---- killed ---- */

struct death {
	unsigned int at;
	bool after;
	const struct bind_options *options; /* NULL: undo */
	const char *bdf;
};

static int do_and_die(void *argument)
{
	const struct death *death = argument;
	size_t count;

	fake_bus_reset();
	fake_bus.kill_at = death->at;
	fake_bus.kill_after = death->after;
	return death->options ? bind_with(death->options, death->bdf, NULL, NULL)
			      : undo(NULL, &count, NULL);
}

/* Dies at each of its writes in turn; what is left must lead back to the same place. */
static void must_survive_each_death(const struct bind_options *options, const char *bdf)
{
	struct death death = { .options = options, .bdf = bdf };
	char *before = describe();
	unsigned int deaths = 0;

	for (int i = 0;; i++) {
		death.at = 1 + (unsigned int)i / 2;
		death.after = i % 2;
		if (in_child(do_and_die, &death) != -SIGKILL)
			break;
		deaths++;
		must(journal_has_kept(), "killed at write %u, nothing is written down", death.at);
		if (i % 4 < 2) /* half of the times somebody tries again first */
			assert_int_equal(bind_with(options, bdf, NULL, NULL), 0);
		must_undo(NULL);
		must_be_as(strdup(before));
		assert_false(journal_has_kept());
	}
	must(deaths >= 6, "it died %u times", deaths);
	/* The last one was not killed: all is bound, and is given back by one that dies. */
	death = (struct death){ .bdf = bdf };
	for (int i = 0; i < 64; i++) {
		death.at = 1 + (unsigned int)i / 2;
		death.after = i % 2;
		assert_int_equal(bind_with(options, bdf, NULL, NULL), 0);
		if (in_child(do_and_die, &death) != -SIGKILL)
			break;
		must_undo(NULL);
		must_be_as(strdup(before));
	}
	must_be_as(before);
}

TEST(killed_at_any_write_a_device_comes_back)
{
	must_survive_each_death(&(struct bind_options){ 0 }, OTHER);
}

TEST(killed_at_any_write_a_group_comes_back)
{
	must_survive_each_death(&(struct bind_options){ 0 }, NIC);
}

TEST(killed_at_any_write_functions_go)
{
	must_survive_each_death(&(struct bind_options){ .nr_functions = 2 }, PF);
}

int main(void)
{
#define BIND_TEST(name) cmocka_unit_test_setup(name, setup)
	const struct CMUnitTest tests[] = {
		BIND_TEST(device_is_taken_from_its_driver_and_given_back),
		BIND_TEST(whole_group_goes_but_for_its_bridges),
		BIND_TEST(device_without_a_driver_ends_without_one),
		BIND_TEST(device_that_vfio_has_is_left_alone),
		BIND_TEST(device_bound_twice_is_given_back_as_it_was_first),
		BIND_TEST(override_of_somebody_else_is_put_back),
		BIND_TEST(one_device_is_given_back_and_others_stay),
		BIND_TEST(device_that_went_away_does_not_stand_in_the_way),
		BIND_TEST(device_that_cannot_be_bound_is_refused_with_the_reason),
		cmocka_unit_test(advice_is_of_the_machines_own_iommu),
		BIND_TEST(device_in_use_is_refused),
		BIND_TEST(group_with_a_member_in_use_is_refused),
		BIND_TEST(group_that_another_process_has_open_is_refused),
		BIND_TEST(force_takes_it_all_the_same_and_says_so),
		BIND_TEST(force_does_not_help_where_there_is_no_group),
		BIND_TEST(without_the_module_nothing_is_touched),
		BIND_TEST(journal_of_another_dmabench_is_busy),
		BIND_TEST(device_that_vfio_does_not_take_goes_back_to_its_driver),
		BIND_TEST(several_devices_are_bound_all_or_none),
		BIND_TEST(what_was_bound_before_stays_when_a_later_one_fails),
		BIND_TEST(driver_that_does_not_take_its_device_back_is_named_and_asked_again),
		BIND_TEST(device_that_a_process_has_open_is_not_taken_from_it),
		BIND_TEST(dry_run_tells_each_write_in_order_and_does_none),
		BIND_TEST(dry_run_tells_of_the_whole_group_once),
		BIND_TEST(dry_run_tells_of_devices_without_a_driver),
		BIND_TEST(dry_run_tells_of_functions_that_are_not_there_yet),
		BIND_TEST(dry_run_tells_of_functions_that_are_there),
		BIND_TEST(dry_run_refuses_what_a_run_would),
		BIND_TEST(functions_are_created_bound_and_removed),
		BIND_TEST(functions_of_somebody_else_are_taken_but_not_removed),
		BIND_TEST(functions_that_cannot_be_had_are_refused),
		BIND_TEST(driver_that_makes_no_functions_is_named),
		BIND_TEST(functions_that_vfio_does_not_take_are_removed_again),
		BIND_TEST(killed_at_any_write_a_device_comes_back),
		BIND_TEST(killed_at_any_write_a_group_comes_back),
		BIND_TEST(killed_at_any_write_functions_go),
	};

	return RUN(tests);
}
