#include "base/json.h"
#include "host/iommu_facts.h"
#include "unit.h"

/* Infers of an IOMMU of that kind; takes @registers, which may be NULL. */
static json_t *inferred(const char *kind, json_t *registers, const char *domain)
{
	json_t *iommu = json_object();

	iommu_facts_infer(iommu, kind, registers, domain);
	json_decref(registers);
	return iommu;
}

static void assert_text(const json_t *iommu, const char *name, const char *expected)
{
	assert_string_equal(json_string_value(json_object_get(iommu, name)), expected);
}

static void assert_bool(const json_t *iommu, const char *name, bool expected)
{
	assert_true(json_is_boolean(json_object_get(iommu, name)));
	assert_int_equal(json_is_true(json_object_get(iommu, name)), expected);
}

TEST(the_driver_tells_the_kind)
{
	assert_string_equal(iommu_facts_kind("intel-iommu"), "intel");
	assert_string_equal(iommu_facts_kind("amd-iommu"), "amd");
	assert_string_equal(iommu_facts_kind("virtio_iommu"), "virtio");
	assert_string_equal(iommu_facts_kind("arm-smmu-v3"), "smmuv3");
	assert_null(iommu_facts_kind("serial8250"));
}

/* As QEMU 7.2 shows them, with 48 bits of address. */
TEST(emulated_intel_walks_are_not_coherent)
{
	json_t *iommu = inferred(
		"intel",
		json_pack("{s:s, s:s}", "dmar0.cap", "d2008c222f0606", "dmar0.ecap", "f00f4a"),
		"DMA-FQ");

	assert_text(iommu, "page_tables", "kernel");
	assert_bool(iommu, "coherent_walks", false);
	assert_bool(iommu, "range_invalidation", true);
	assert_text(iommu, "invalidation", "lazy");
	json_decref(iommu);
}

TEST(intel_walks_are_coherent_where_all_units_are)
{
	json_t *two = json_pack("{s:s, s:s, s:s, s:s}", "dmar0.cap", "8000000000", "dmar0.ecap",
				"f0101b", "dmar1.cap", "8000000000", "dmar1.ecap", "f0101a");
	json_t *iommu;

	iommu = inferred("intel", json_incref(two), "DMA");
	assert_bool(iommu, "coherent_walks", false);
	assert_bool(iommu, "range_invalidation", true);
	assert_text(iommu, "invalidation", "strict");
	json_decref(iommu);
	json_object_set_new(two, "dmar1.ecap", json_string("f0101b"));
	iommu = inferred("intel", two, "DMA");
	assert_bool(iommu, "coherent_walks", true);
	json_decref(iommu);
}

TEST(a_hypervisor_keeps_the_tables_of_virtio)
{
	json_t *iommu = inferred("virtio", NULL, "identity");

	assert_text(iommu, "page_tables", "hypervisor");
	assert_null(json_object_get(iommu, "coherent_walks"));
	assert_null(json_object_get(iommu, "invalidation"));
	json_decref(iommu);
}

TEST(what_is_not_known_is_left_out)
{
	json_t *iommu = inferred(NULL, NULL, "");

	assert_int_equal(json_object_size(iommu), 0);
	json_decref(iommu);
	iommu = inferred("intel", NULL, "");
	assert_null(json_object_get(iommu, "coherent_walks"));
	json_decref(iommu);
	iommu = inferred("intel", json_pack("{s:s}", "dmar0.version", "1:0"), "");
	assert_null(json_object_get(iommu, "coherent_walks"));
	assert_null(json_object_get(iommu, "range_invalidation"));
	json_decref(iommu);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_driver_tells_the_kind),
		cmocka_unit_test(emulated_intel_walks_are_not_coherent),
		cmocka_unit_test(intel_walks_are_coherent_where_all_units_are),
		cmocka_unit_test(a_hypervisor_keeps_the_tables_of_virtio),
		cmocka_unit_test(what_is_not_known_is_left_out),
	};

	return RUN(tests);
}
