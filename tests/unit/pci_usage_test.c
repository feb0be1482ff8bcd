#include "fake_pci.h"
#include "pci/usage.h"

#define DISK "0000:01:00.0"
#define NIC "0000:02:00.0"
#define GPU "0000:03:00.0"

/* Who uses the device, or "" where it is free. */
static const char *user_of(const char *bdf)
{
	static struct reason reason;
	const struct pci_device device = fake_read(bdf);
	int ret;

	reason.text[0] = '\0';
	ret = usage_check(&device, &reason);
	must(ret == (reason.text[0] ? -EBUSY : 0), "%s: %d \"%s\"", bdf, ret, reason.text);
	if (ret)
		must(!strncmp(reason.text, bdf, strlen(bdf)), "\"%s\" does not name %s",
		     reason.text, bdf);
	return reason.text;
}

#define must_be_free(bdf) must(!user_of(bdf)[0], "%s: %s", bdf, user_of(bdf))
#define must_be_used(bdf, part) must_contain(user_of(bdf), part)

/* ---- disks ---- */

/* Numbers that no block device of this host has. */
static int setup_disk(void **state)
{
	if (fake_pci_setup(state))
		return -1;
	fake_add(&(struct fake_device){ DISK, "0000:00:1c.0", .driver = "nvme", .group = 1 });
	fake_entry("block", DISK, "nvme/nvme0", "nvme0n1");
	fake_entry_file("block", "nvme0n1", "dev", "4094:0\n");
	fake_entry("block", DISK, "nvme/nvme0/nvme0n1", "nvme0n1p1");
	fake_entry_file("block", "nvme0n1p1", "dev", "4094:1\n");
	fake_entry("block", DISK, "nvme/nvme0/nvme0n1", "nvme0n1p2");
	fake_entry_file("block", "nvme0n1p2", "dev", "4094:2\n");
	/* Another one's, which everything may happen to. */
	fake_add(&(struct fake_device){ "0000:09:00.0", .driver = "nvme", .group = 9 });
	fake_entry("block", "0000:09:00.0", "nvme/nvme1", "nvme1n1");
	fake_entry_file("block", "nvme1n1", "dev", "4094:64\n");
	fake_entry_file("block", "nvme1n1", "holders/md1", "");
	return 0;
}

static void mount(const char *line)
{
	fake_file(fake_path("proc/self/mountinfo"), line);
}

#define ROOT "22 1 4094:64 / / rw,relatime shared:1 - ext4 /dev/nvme1n1 rw\n"

TEST(disk_that_nobody_uses_is_free)
{
	mount(ROOT "30 22 0:25 / /run rw shared:2 - tmpfs tmpfs rw\n");
	fake_file(fake_path("proc/swaps"), "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
					   "/dev/nvme1n1p3 partition\t8388604\t0\t-2\n");
	must_be_free(DISK);
}

TEST(mounted_disk_is_in_use)
{
	mount(ROOT "36 22 4094:0 / /srv rw,noatime master:1 - xfs /dev/nvme0n1 rw\n");
	must_be_used(DISK, "its disk nvme0n1 is mounted on /srv (umount /srv)");
	must_be_used("0000:09:00.0", "nvme1n1 is mounted on /");
}

TEST(mounted_partition_is_in_use)
{
	mount(ROOT "36 22 4094:2 / /home rw shared:3 - ext4 /dev/nvme0n1p2 rw\n");
	must_be_used(DISK, "nvme0n1p2 is mounted on /home");
}

TEST(mounted_file_system_with_a_number_of_its_own_is_in_use)
{
	mount(ROOT "36 22 0:31 /@ /data rw shared:3 - btrfs /dev/nvme0n1p1 rw,space_cache\n");
	must_be_used(DISK, "nvme0n1p1 is mounted on /data");
}

TEST(number_that_begins_alike_is_another_disk)
{
	mount("36 22 4094:10 / /a rw - ext4 /dev/nvme7n1 rw\n"
	      "37 22 4094:20 / /b rw - btrfs /dev/nvme0n1p22 rw\n");
	must_be_free(DISK);
}

TEST(swap_is_in_use)
{
	fake_file(fake_path("proc/swaps"),
		  "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
		  "/dev/nvme0n1p1                          partition\t8388604\t0\t-2\n");
	must_be_used(DISK, "nvme0n1p1 is swap (swapoff /dev/nvme0n1p1)");
}

TEST(disk_under_lvm_or_raid_is_in_use)
{
	static const char *const holders[] = { "dm-0", "md127", "bcache0" };

	for (size_t i = 0; i < COUNT(holders); i++) {
		fake_file(fake_path("sys/class/block/nvme0n1p2/holders/%s", holders[i]), "");
		must_be_used(DISK, "nvme0n1p2 is part of");
		must_be_used(DISK, holders[i]);
		unlink(fake_path("sys/class/block/nvme0n1p2/holders/%s", holders[i]));
		must_be_free(DISK);
	}
}

/* With multipath, the disk hangs under a subsystem, beside links to its controllers. */
TEST(disk_of_a_subsystem_belongs_to_each_controller)
{
	const char *subsystem = "devices/virtual/nvme-subsystem/nvme-subsys0";

	unlink(fake_path("sys/class/block/nvme0n1"));
	fake_file(fake_path("sys/%s/nvme0n5/dev", subsystem), "4094:5\n");
	fake_link(fake_path("sys/%s/nvme0n5", subsystem), fake_path("sys/class/block/nvme0n5"));
	fake_link(fake_path("sys/bus/pci/devices/%s/nvme/nvme0", DISK),
		  fake_path("sys/%s/nvme0", subsystem));
	mount(ROOT "36 22 4094:5 / /srv rw - xfs /dev/nvme0n5 rw\n");
	must_be_used(DISK, "nvme0n5 is mounted on /srv");
	unlink(fake_path("sys/%s/nvme0", subsystem));
	must_be_free(DISK);
}

/* A table that is there but cannot be read tells nothing: then the disk is not free. */
TEST(table_that_cannot_be_read_is_no_leave_to_take)
{
	const struct pci_device device = fake_read(DISK);
	struct reason reason = { "" };

	fake_link("self-and-self", fake_path("proc/swaps"));
	fake_link("swaps", fake_path("proc/self-and-self"));
	assert_int_equal(usage_check(&device, &reason), -ELOOP);
	must_contain(reason.text, DISK ": cannot see whether it is in use: swaps");
}

/* ---- network interfaces ---- */

static int setup_nic(void **state)
{
	if (fake_pci_setup(state))
		return -1;
	fake_add(&(struct fake_device){ NIC, .driver = "e1000e", .group = 2 });
	fake_entry("net", NIC, "net", "eth7");
	fake_entry_file("net", "eth7", "flags", "0x1002\n");
	return 0;
}

TEST(interface_that_is_down_is_free)
{
	fake_file(fake_path("proc/net/route"),
		  "Iface\tDestination\tGateway\neth77\t00000000\t0100000A\n");
	must_be_free(NIC);
}

TEST(interface_that_is_up_is_in_use)
{
	fake_entry_file("net", "eth7", "flags", "0x1003\n");
	must_be_used(NIC, "its interface eth7 is up (ip link set eth7 down)");
}

TEST(default_route_is_in_use)
{
	fake_file(fake_path("proc/net/route"),
		  "Iface\tDestination\tGateway\tFlags\neth7\t0000A8C0\t00000000\t0001\n");
	must_be_free(NIC);
	fake_file(fake_path("proc/net/route"),
		  "Iface\tDestination\tGateway\tFlags\neth7\t00000000\t0100A8C0\t0003\n");
	must_be_used(NIC, "the default route goes over its interface eth7");
}

TEST(default_route_of_ipv6_is_in_use)
{
#define ZEROS "00000000000000000000000000000000"
#define REST " " ZEROS " 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003 "
	fake_file(fake_path("proc/net/ipv6_route"),
		  "fe800000000000000000000000000000 40" REST "    eth7\n" ZEROS " 80" REST
		  "    eth7\n" ZEROS " 00" REST "      lo\n");
	must_be_free(NIC);
	fake_file(fake_path("proc/net/ipv6_route"), ZEROS " 00" REST "    eth7\n");
	must_be_used(NIC, "the default route goes over its interface eth7");
}

TEST(interface_behind_a_virtio_device_is_found)
{
	fake_entry("net", NIC, "virtio3/net", "ens3");
	fake_entry_file("net", "ens3", "flags", "0x1043\n");
	must_be_used(NIC, "ens3 is up");
}

/* ---- displays ---- */

static int setup_gpu(void **state)
{
	if (fake_pci_setup(state))
		return -1;
	fake_add(&(struct fake_device){ GPU, .group = 3, .class_code = 0x030000 });
	fake_file(fake_attribute(GPU, "boot_vga"), "0\n");
	fake_entry("drm", GPU, "drm", "card1");
	fake_entry("drm", GPU, "drm/card1", "card1-HDMI-A-1");
	fake_entry_file("drm", "card1-HDMI-A-1", "enabled", "disabled\n");
	return 0;
}

TEST(display_that_shows_nothing_is_free)
{
	must_be_free(GPU);
}

TEST(display_of_the_boot_is_in_use)
{
	fake_file(fake_attribute(GPU, "boot_vga"), "1\n");
	must_be_used(GPU, "the display that this machine booted with");
}

TEST(display_with_a_framebuffer_is_in_use)
{
	fake_entry("graphics", GPU, "graphics", "fb0");
	must_be_used(GPU, "the console is on its display (fb0)");
}

TEST(display_that_is_driven_is_in_use)
{
	fake_entry_file("drm", "card1-HDMI-A-1", "enabled", "enabled\n");
	must_be_used(GPU, "drives a display (card1-HDMI-A-1)");
}

/* ---- virtual functions ---- */

TEST(device_whose_functions_would_go_is_in_use)
{
	fake_add(&(struct fake_device){ NIC, .driver = "e1000e", .group = 2, .max_vfs = 8 });
	must_be_free(NIC);
	fake_file(fake_attribute(NIC, "sriov_numvfs"), "4\n");
	must_be_used(NIC, "has 4 virtual functions, which would go with its driver e1000e");
}

/* ---- VFIO ---- */

TEST(group_that_a_process_has_open_is_in_use)
{
	static const char *const nodes[] = { "/dev/vfio/12", "/dev/vfio/noiommu-12",
					     "/dev/vfio/devices/vfio3" };

	fake_add(&(struct fake_device){ NIC, .driver = "vfio-pci", .group = 12 });
	fake_file(fake_attribute(NIC, "vfio-dev/vfio3/dev"), "4094:9\n");
	fake_process(100, "/dev/vfio/1");
	fake_process(101, "/dev/vfio/121");
	fake_process(102, "/dev/vfio/vfio");
	must_be_free(NIC);
	for (size_t i = 0; i < COUNT(nodes); i++) {
		struct pci_device device = fake_read(NIC);

		fake_process(4321, nodes[i]);
		must_be_used(NIC, "process 4321 has it or its group open");
		assert_int_equal(usage_holder(&device), 4321);
		fake_process(4321, "/dev/null");
		assert_int_equal(usage_holder(&device), 0);
	}
}

TEST(device_without_a_group_is_held_by_nobody)
{
	struct pci_device device;

	fake_add(&(struct fake_device){ NIC, .group = NO_GROUP });
	fake_process(100, "/dev/vfio/-1");
	device = fake_read(NIC);
	assert_int_equal(usage_holder(&device), 0);
	must_be_free(NIC);
}

/* A display that VFIO has is nobody's console any more, whatever it booted with. */
TEST(what_vfio_has_already_the_system_does_not_use)
{
	fake_add(&(struct fake_device){ GPU, .driver = "vfio-pci", .group = 3 });
	fake_file(fake_attribute(GPU, "boot_vga"), "1\n");
	must_be_free(GPU);
}

TEST(host_without_proc_is_no_crash)
{
	fake_add(&(struct fake_device){ NIC, .driver = "vfio-pci", .group = 3 });
	setenv("DMABENCH_PROC", fake_path("nothing"), 1);
	must_be_free(NIC);
}

int main(void)
{
#define DISK_TEST(name) cmocka_unit_test_setup(name, setup_disk)
#define NIC_TEST(name) cmocka_unit_test_setup(name, setup_nic)
#define GPU_TEST(name) cmocka_unit_test_setup(name, setup_gpu)
#define PCI_TEST(name) cmocka_unit_test_setup(name, fake_pci_setup)
	const struct CMUnitTest tests[] = {
		DISK_TEST(disk_that_nobody_uses_is_free),
		DISK_TEST(mounted_disk_is_in_use),
		DISK_TEST(mounted_partition_is_in_use),
		DISK_TEST(mounted_file_system_with_a_number_of_its_own_is_in_use),
		DISK_TEST(number_that_begins_alike_is_another_disk),
		DISK_TEST(swap_is_in_use),
		DISK_TEST(disk_under_lvm_or_raid_is_in_use),
		DISK_TEST(disk_of_a_subsystem_belongs_to_each_controller),
		DISK_TEST(table_that_cannot_be_read_is_no_leave_to_take),
		NIC_TEST(interface_that_is_down_is_free),
		NIC_TEST(interface_that_is_up_is_in_use),
		NIC_TEST(default_route_is_in_use),
		NIC_TEST(default_route_of_ipv6_is_in_use),
		NIC_TEST(interface_behind_a_virtio_device_is_found),
		GPU_TEST(display_that_shows_nothing_is_free),
		GPU_TEST(display_of_the_boot_is_in_use),
		GPU_TEST(display_with_a_framebuffer_is_in_use),
		GPU_TEST(display_that_is_driven_is_in_use),
		PCI_TEST(device_whose_functions_would_go_is_in_use),
		PCI_TEST(group_that_a_process_has_open_is_in_use),
		PCI_TEST(device_without_a_group_is_held_by_nobody),
		PCI_TEST(what_vfio_has_already_the_system_does_not_use),
		PCI_TEST(host_without_proc_is_no_crash),
	};

	return RUN(tests);
}
