#include "host/setting.h"
#include "unit.h"

#define DEVICE "pci0000:00/0000:01:00.0"

/* A bus as sysfs shows it: its devices are links to where they sit, and have links to drivers. */
static void make_bus(bool bound)
{
	static const char *const folders[] = { "pci0000:00",  DEVICE,	     "bus",
					       "bus/devices", "bus/drivers", "bus/drivers/nvme" };

	for (size_t i = 0; i < COUNT(folders); i++)
		mkdir(temp_path(folders[i]), 0755);
	unlink(temp_path("bus/devices/0000:01:00.0"));
	unlink(temp_path(DEVICE "/driver"));
	if (symlink("../../" DEVICE, temp_path("bus/devices/0000:01:00.0")) ||
	    (bound && symlink("../../bus/drivers/nvme", temp_path(DEVICE "/driver"))))
		abort();
}

TEST(file_is_read_and_written_as_a_setting)
{
	const char *path = temp_file("switch", "always [madvise] never\n");
	char value[64];

	assert_int_equal(setting_read(path, value, sizeof(value)), 0);
	assert_string_equal(value, "madvise");
	path = temp_file("number", "100");
	assert_int_equal(setting_write(path, "200"), 0);
	assert_int_equal(setting_read(path, value, sizeof(value)), 0);
	assert_string_equal(value, "200");
	assert_int_equal(setting_read(temp_path("none"), value, sizeof(value)), -ENOENT);
	assert_int_equal(setting_write(temp_path("none"), "1"), -ENOENT);
}

TEST(driver_of_a_device_is_its_name_or_none)
{
	const char *path;
	char value[64];

	make_bus(true);
	path = temp_path("bus/devices/0000:01:00.0/driver");
	assert_int_equal(setting_read(path, value, sizeof(value)), 0);
	assert_string_equal(value, "nvme");
	make_bus(false);
	assert_int_equal(setting_read(path, value, sizeof(value)), 0);
	assert_string_equal(value, "none");
	assert_int_equal(setting_read(temp_path("bus/devices/gone/driver"), value, sizeof(value)),
			 -ENOENT);
}

TEST(device_is_taken_from_its_driver_by_name)
{
	const char *path, *unbind;

	make_bus(true);
	path = temp_path("bus/devices/0000:01:00.0/driver");
	unbind = temp_file("bus/drivers/nvme/unbind", "");
	assert_int_equal(setting_write(path, "nvme"), 0); /* it has it: nothing to do */
	assert_string_equal(file_text(unbind), "");
	assert_int_equal(setting_write(path, "none"), 0);
	assert_string_equal(file_text(unbind), "0000:01:00.0");
}

/* No kernel listens here: the probe is written, and no driver takes the device. */
TEST(driver_that_does_not_take_its_device_is_an_error)
{
	const char *probe;

	make_bus(false);
	probe = temp_file("bus/drivers_probe", "");
	assert_int_equal(setting_write(temp_path("bus/devices/0000:01:00.0/driver"), "nvme"),
			 -ENODEV);
	assert_string_equal(file_text(probe), "0000:01:00.0");
}

TEST(override_is_taken_away_by_an_empty_line)
{
	const char *path;

	make_bus(false);
	path = temp_file("bus/devices/0000:01:00.0/driver_override", "");
	assert_int_equal(setting_write(path, "(null)"), 0);
	assert_string_equal(file_text(path), "\n");
}

TEST(description_names_the_file_and_what_goes_there)
{
	struct text text = { 0 };

	make_bus(true);
	setting_describe("/sys/x", "7", &text);
	assert_string_equal(text.text, "/sys/x <- 7\n");
	text_release(&text);
	setting_describe(temp_path("bus/devices/0000:01:00.0/driver"), "none", &text);
	must_contain(text.text, "driver/unbind <- 0000:01:00.0\n");
	text_release(&text);
	setting_describe(temp_path("bus/devices/0000:01:00.0/driver"), "vfio-pci", &text);
	must_contain(text.text, "drivers_probe <- 0000:01:00.0\n");
	text_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(file_is_read_and_written_as_a_setting),
		cmocka_unit_test(driver_of_a_device_is_its_name_or_none),
		cmocka_unit_test(device_is_taken_from_its_driver_by_name),
		cmocka_unit_test(driver_that_does_not_take_its_device_is_an_error),
		cmocka_unit_test(override_is_taken_away_by_an_empty_line),
		cmocka_unit_test(description_names_the_file_and_what_goes_there),
	};

	return RUN(tests);
}
