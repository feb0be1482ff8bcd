/* A memfd stands in for a device's configuration space: it keeps whatever is written to it. */
#include <sys/mman.h>

#include <linux/pci_regs.h>

#include "vfio/wake.h"
#include "unit.h"

#define CONFIG_OFFSET 0x7000
#define CONFIG_BYTES 256
#define POWER_AT 0x60

static struct vfio_device make_device(bool decoding, unsigned int power)
{
	struct vfio_device device = { .fd = memfd_create("config", MFD_CLOEXEC | MFD_ALLOW_SEALING),
				      .config_offset = CONFIG_OFFSET };
	unsigned char config[CONFIG_BYTES] = { 0 };

	config[PCI_COMMAND] = decoding ? PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER : 0;
	config[PCI_STATUS] = PCI_STATUS_CAP_LIST;
	config[PCI_CAPABILITY_LIST] = 0x40;
	config[0x40] = PCI_CAP_ID_EXP;
	config[0x41] = POWER_AT;
	config[POWER_AT] = PCI_CAP_ID_PM;
	config[POWER_AT + PCI_PM_CTRL] = (unsigned char)(power | PCI_PM_CTRL_NO_SOFT_RESET);
	strcpy(device.pci.bdf, "0000:01:00.0");
	if (device.fd < 0 || vfio_config_write(&device, 0, config, sizeof(config)))
		abort();
	return device;
}

static unsigned int byte_at(const struct vfio_device *device, unsigned int offset)
{
	unsigned char byte = 0;

	assert_int_equal(vfio_config_read(device, offset, &byte, 1), 0);
	return byte;
}

static void set_byte(const struct vfio_device *device, unsigned int offset, unsigned char byte)
{
	assert_int_equal(vfio_config_write(device, offset, &byte, 1), 0);
}

TEST(a_device_that_is_awake_is_left_alone)
{
	struct vfio_device device = make_device(true, 0);
	struct vfio_wake wake;
	char text[64];

	assert_int_equal(vfio_wake(&device, &wake, NULL), 0);
	assert_false(wake.decoding_was_off);
	assert_int_equal(wake.power_was, 0);
	assert_null(vfio_wake_note(&wake, text));
	assert_int_equal(byte_at(&device, PCI_COMMAND), PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	assert_int_equal(vfio_wake_undo(&device, &wake), 0);
	assert_int_equal(byte_at(&device, PCI_COMMAND), PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	vfio_device_close(&device);
}

TEST(decoding_is_switched_on_and_put_back)
{
	struct vfio_device device = make_device(false, 0);
	struct vfio_wake wake;
	char text[64];

	assert_int_equal(vfio_wake(&device, &wake, NULL), 0);
	assert_int_equal(byte_at(&device, PCI_COMMAND), PCI_COMMAND_MEMORY);
	must_contain(vfio_wake_note(&wake, text), "memory decoding was off");
	assert_int_equal(vfio_wake_undo(&device, &wake), 0);
	assert_int_equal(byte_at(&device, PCI_COMMAND), 0);
	vfio_device_close(&device);
}

TEST(a_sleeping_device_is_woken_and_sent_back_to_sleep)
{
	struct vfio_device device = make_device(false, 3);
	struct vfio_wake wake;
	char text[64];

	assert_int_equal(vfio_wake(&device, &wake, NULL), 0);
	assert_int_equal(byte_at(&device, POWER_AT + PCI_PM_CTRL), PCI_PM_CTRL_NO_SOFT_RESET);
	must_contain(vfio_wake_note(&wake, text), "D3");
	must_contain(text, "memory decoding was off");
	assert_int_equal(vfio_wake_undo(&device, &wake), 0);
	assert_int_equal(byte_at(&device, POWER_AT + PCI_PM_CTRL), PCI_PM_CTRL_NO_SOFT_RESET | 3);
	assert_int_equal(byte_at(&device, PCI_COMMAND), 0);
	vfio_device_close(&device);
}

TEST(a_virtual_function_has_no_decoding_of_its_own)
{
	struct vfio_device device = make_device(false, 0);
	struct vfio_wake wake;

	strcpy(device.pci.pf, "0000:01:00.0");
	assert_int_equal(vfio_wake(&device, &wake, NULL), 0);
	assert_false(wake.decoding_was_off);
	assert_int_equal(byte_at(&device, PCI_COMMAND), 0);
	vfio_device_close(&device);
}

TEST(a_device_without_power_states_is_no_error)
{
	struct vfio_device device = make_device(true, 3);
	struct vfio_wake wake;

	set_byte(&device, 0x41, 0);
	assert_int_equal(vfio_wake(&device, &wake, NULL), 0);
	assert_int_equal(wake.power_offset, 0);
	assert_int_equal(byte_at(&device, POWER_AT + PCI_PM_CTRL), PCI_PM_CTRL_NO_SOFT_RESET | 3);
	vfio_device_close(&device);
}

TEST(capabilities_that_go_round_end)
{
	struct vfio_device device = make_device(true, 3);
	struct vfio_wake wake;

	set_byte(&device, 0x41, 0x40);
	assert_int_equal(vfio_wake(&device, &wake, NULL), 0);
	assert_int_equal(wake.power_offset, 0);
	vfio_device_close(&device);
}

/* A sealed memfd takes no writes: whatever is off stays off. */
TEST(a_device_that_does_not_wake_is_an_error_with_the_way_out)
{
	static const struct {
		bool decoding;
		unsigned int power;
		const char *way_out;
	} cases[] = { { true, 3, "power/control" }, { false, 0, "setpci" } };

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct reason reason = { "" };
		struct vfio_wake wake;
		struct vfio_device device = make_device(cases[i].decoding, cases[i].power);

		assert_int_equal(fcntl(device.fd, F_ADD_SEALS, F_SEAL_WRITE), 0);
		assert_true(vfio_wake(&device, &wake, &reason) < 0);
		must_contain(reason.text, cases[i].way_out);
		must_contain(reason.text, "0000:01:00.0");
		vfio_device_close(&device);
	}
}

TEST(configuration_space_that_ends_early_is_an_error)
{
	struct vfio_device device = make_device(true, 0);
	struct vfio_wake wake;

	assert_int_equal(ftruncate(device.fd, CONFIG_OFFSET + 2), 0);
	assert_int_equal(vfio_wake(&device, &wake, NULL), -EIO);
	vfio_device_close(&device);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_device_that_is_awake_is_left_alone),
		cmocka_unit_test(decoding_is_switched_on_and_put_back),
		cmocka_unit_test(a_sleeping_device_is_woken_and_sent_back_to_sleep),
		cmocka_unit_test(a_virtual_function_has_no_decoding_of_its_own),
		cmocka_unit_test(a_device_without_power_states_is_no_error),
		cmocka_unit_test(capabilities_that_go_round_end),
		cmocka_unit_test(a_device_that_does_not_wake_is_an_error_with_the_way_out),
		cmocka_unit_test(configuration_space_that_ends_early_is_an_error),
	};

	return RUN(tests);
}
