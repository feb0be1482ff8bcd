/* Without a device: what goes together, and how a device fails. The lab has real ones. */
#include "iommu/modes.h"
#include "vfio/bringup.h"
#include "unit.h"

#define DEVICES 3

static void make_devices(struct pci_device *devices)
{
	static const int groups[DEVICES] = { 1000001, 1000002, 1000001 };

	for (int i = 0; i < DEVICES; i++) {
		devices[i] = (struct pci_device){ .group = groups[i] };
		snprintf(devices[i].bdf, sizeof(devices[i].bdf), "0000:01:00.%d", i);
	}
}

static const struct iommu_mode *mode(void)
{
	return iommu_find_mode("type1v2");
}

TEST(devices_of_one_group_share_its_descriptors)
{
	struct pci_device devices[DEVICES];
	struct bringup bringups[DEVICES];
	struct bringup_group groups[DEVICES];

	make_devices(devices);
	assert_int_equal(bringup_init(bringups, groups, mode(), devices, DEVICES, true), 0);
	assert_ptr_equal(bringups[0].group, bringups[2].group);
	assert_ptr_not_equal(bringups[0].group, bringups[1].group);
	assert_int_equal(groups[1].number, 1000002);
	assert_string_equal(bringups[2].device.pci.bdf, "0000:01:00.2");
	assert_true(bringups[1].with_reset);
	bringup_release(bringups, DEVICES);
	bringup_release(bringups, DEVICES);
}

TEST(a_group_that_is_not_there_is_told_by_its_phase)
{
	struct pci_device devices[DEVICES];
	struct bringup bringups[DEVICES];
	struct bringup_group groups[DEVICES];
	char text[120];
	int ret;

	make_devices(devices);
	assert_int_equal(bringup_init(bringups, groups, mode(), devices, DEVICES, false), 0);
	ret = bringup_open(&bringups[0]);
	assert_int_equal(ret, -ENOENT);
	assert_int_equal(bringups[0].phase, BRINGUP_GROUP);
	assert_true(bringups[0].end - bringups[0].start == bringups[0].ticks[BRINGUP_GROUP]);
	assert_string_equal(bringup_explain(&bringups[0], ret, text, sizeof(text)),
			    "group: No such file or directory (dmabench bind gives it to "
			    "vfio-pci)");
	assert_int_equal(groups[0].users, 0);
	bringup_close(&bringups[0]);
	bringup_close(&bringups[0]);
	assert_int_equal(groups[0].users, 0);
	bringup_release(bringups, DEVICES);
}

/* Descriptors of something else stand in for the group's: they are closed behind the last device. */
TEST(a_group_is_closed_behind_its_last_device)
{
	struct pci_device devices[DEVICES];
	struct bringup bringups[DEVICES];
	struct bringup_group groups[DEVICES];
	int fd;

	make_devices(devices);
	assert_int_equal(bringup_init(bringups, groups, mode(), devices, DEVICES, false), 0);
	fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	groups[0].fd = fd;
	/* It joins the group that is open, and fails where a container would take /dev/null. */
	assert_true(bringup_open(&bringups[0]) < 0);
	assert_true(bringup_open(&bringups[2]) < 0);
	assert_int_equal(bringups[2].phase, BRINGUP_ATTACH);
	assert_int_equal(groups[0].users, 2);
	bringup_close(&bringups[0]);
	assert_int_equal(groups[0].users, 1);
	assert_true(fcntl(fd, F_GETFD) >= 0);
	bringup_close(&bringups[2]);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	assert_int_equal(groups[0].fd, -1);
	bringup_release(bringups, DEVICES);
}

TEST(every_phase_has_a_name)
{
	for (int i = 0; i < BRINGUP_PHASES; i++)
		assert_non_null(bringup_phase_names[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(devices_of_one_group_share_its_descriptors),
		cmocka_unit_test(a_group_that_is_not_there_is_told_by_its_phase),
		cmocka_unit_test(a_group_is_closed_behind_its_last_device),
		cmocka_unit_test(every_phase_has_a_name),
	};

	return RUN(tests);
}
