#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "host/file_fact.h"
#include "host/iommu_facts.h"

#define UNITS_FOLDER "/sys/class/iommu"

/* Of Intel's registers: page-selective invalidation, and coherent page walks. */
#define CAP_PSI (1ULL << 39)
#define ECAP_COHERENT (1ULL << 0)

static const char *const register_names[] = { "cap", "ecap", "version", "features" };

/* Drivers show themselves by a folder of registers in the unit's, or drive the unit's device. */
static const struct {
	const char *driver, *kind;
} drivers[] = {
	{ "intel-iommu", "intel" },  { "amd-iommu", "amd" }, { "virtio_iommu", "virtio" },
	{ "arm-smmu-v3", "smmuv3" }, { "arm-smmu", "smmu" },
};

const char *iommu_facts_kind(const char *driver)
{
	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++)
		if (!strcmp(driver, drivers[i].driver))
			return drivers[i].kind;
	return NULL;
}

/* ---- what sysfs shows of a unit ---- */

static void add_registers(json_t *registers, const char *unit, const char *folder)
{
	for (size_t i = 0; i < sizeof(register_names) / sizeof(register_names[0]); i++) {
		char path[512], key[128];
		const struct file_fact fact = { key, path };

		snprintf(path, sizeof(path), UNITS_FOLDER "/%.100s/%s/%s", unit, folder,
			 register_names[i]);
		snprintf(key, sizeof(key), "%.100s.%s", unit, register_names[i]);
		file_fact_add(registers, &fact);
	}
}

/* Returns the kind of a unit by the driver of its device, where that is one. */
static const char *kind_of_device(const char *unit)
{
	char path[512], target[PATH_MAX];
	const char *name;
	ssize_t length;

	snprintf(path, sizeof(path), UNITS_FOLDER "/%.100s/device/driver", unit);
	length = readlink(path, target, sizeof(target) - 1);
	if (length < 0)
		return NULL;
	target[length] = '\0';
	name = strrchr(target, '/');
	return iommu_facts_kind(name ? name + 1 : target);
}

/* Adds a unit's registers; returns its kind, NULL if not known. */
static const char *add_unit(json_t *registers, const char *unit)
{
	const char *kind = kind_of_device(unit);

	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++) {
		char path[512];

		snprintf(path, sizeof(path), UNITS_FOLDER "/%.100s/%s", unit, drivers[i].driver);
		if (access(path, F_OK))
			continue;
		kind = drivers[i].kind;
		add_registers(registers, unit, drivers[i].driver);
	}
	return kind;
}

/* ---- what that implies ---- */

/* Adds whether a bit is set in the register of that name of each unit, if any unit shows it. */
static void add_ability(json_t *iommu, const char *ability, const json_t *registers,
			const char *name, unsigned long long bit)
{
	const char *key;
	json_t *value;
	bool found = false, all = true;

	json_object_foreach((json_t *)registers, key, value) {
		const char *dot = strrchr(key, '.');

		if (!dot || strcmp(dot + 1, name) != 0 || !json_is_string(value))
			continue;
		all &= (strtoull(json_string_value(value), NULL, 16) & bit) != 0;
		found = true;
	}
	if (found)
		json_object_set_new(iommu, ability, json_boolean(all));
}

static void infer_invalidation(json_t *iommu, const char *domain)
{
	if (domain[0])
		json_object_set_new(iommu, "default_domain", json_string(domain));
	if (text_starts_with(domain, "DMA"))
		json_object_set_new(iommu, "invalidation",
				    json_string(strcmp(domain, "DMA-FQ") ? "strict" : "lazy"));
}

void iommu_facts_infer(json_t *iommu, const char *kind, const json_t *registers, const char *domain)
{
	infer_invalidation(iommu, domain);
	if (!kind)
		return;
	json_object_set_new(iommu, "kind", json_string(kind));
	json_object_set_new(iommu, "page_tables",
			    json_string(strcmp(kind, "virtio") ? "kernel" : "hypervisor"));
	if (!strcmp(kind, "intel")) {
		add_ability(iommu, "coherent_walks", registers, "ecap", ECAP_COHERENT);
		add_ability(iommu, "range_invalidation", registers, "cap", CAP_PSI);
	} else if (!strcmp(kind, "amd")) {
		/* Each of them has both. */
		json_object_set_new(iommu, "coherent_walks", json_true());
		json_object_set_new(iommu, "range_invalidation", json_true());
	}
}

json_t *iommu_facts_collect(void)
{
	static const struct file_fact files[] = {
		{ "vfio_disable_hugepages",
		  "/sys/module/vfio_iommu_type1/parameters/disable_hugepages" },
		{ "vfio_unsafe_interrupts",
		  "/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts" },
		{ "iommufd_unsafe_interrupts",
		  "/sys/module/iommufd/parameters/allow_unsafe_interrupts" },
		{ NULL, NULL },
	};
	json_t *iommu = json_object(), *units = json_array(), *registers = json_object();
	const char *kind = NULL;
	char domain[64] = "";
	DIR *dir = opendir(UNITS_FOLDER);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.') {
			const char *of_unit = add_unit(registers, entry->d_name);

			json_array_append_new(units, json_string(entry->d_name));
			kind = of_unit ? of_unit : kind;
		}
	if (dir)
		closedir(dir);
	if (file_read(domain, sizeof(domain), "/sys/kernel/iommu_groups/0/type") <= 0)
		domain[0] = '\0';
	iommu_facts_infer(iommu, kind, registers, text_trim(domain));
	json_object_set_new(iommu, "units", units);
	json_object_set_new(iommu, "registers", registers);
	file_fact_add_all(iommu, files);
	return iommu;
}
