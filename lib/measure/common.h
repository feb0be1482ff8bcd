/*
 * common - defines fields of parameters and metrics that many benchmarks have alike; a benchmark's
 * table adds its own:
 *
 *	[THREADS] = { PARAM_THREADS, .implied = true, .help = "threads, a CPU each" },
 *	[ORDER] = { PARAM_WORD("order", orders, "any", "what entries have to be"), .implied = true },
 *	[UNMAP_NS] = { METRIC_NS("unmap_ns", "unmapping all of it"), .per_size = true },
 */
#ifndef MEASURE_COMMON_H
#define MEASURE_COMMON_H

#include "host/placement.h"
#include "iommu/modes.h"
#include "measure/devices.h"
#include "measure/param.h"

/* clang-format off */
#define PARAM_DEVICE .name = "device", .type = &param_device, .fallback = "any", .implied = true, \
		.help = "which of the devices that vfio-pci has"
#define PARAM_IOMMU .name = "iommu", .type = &param_word, .choices = iommu_mode_names, \
		.fallback = "type1v2", .help = "the kernel's interface"
#define PARAM_HOW .name = "how", .type = &param_word, .choices = iommu_method_names, \
		.fallback = "map", .implied = true, \
		.help = "by address, by file (of a memfd), or as a copy of what is mapped already"
#define PARAM_LEAVES .name = "leaves", .type = &param_word, .choices = iommu_leaf_names, \
		.fallback = "any", .implied = true, \
		.help = "of the IOMMU's page table: as large as they can be, or small ones only"
#define PARAM_ACCOUNTING .name = "accounting", .type = &param_word, \
		.choices = iommu_accounting_names, .fallback = "user", .implied = true, \
		.help = "whose limit of locked memory iommufd counts against"
#define PARAM_BACKING .name = "backing", .type = &param_backing, .fallback = "anon"
#define PARAM_SIZE .name = "size", .type = &param_size, .fallback = "256MiB", .help = "how much"
#define PARAM_CHUNK .name = "chunk", .type = &param_chunk, .fallback = "whole", .implied = true
#define PARAM_THREADS .name = "threads", .type = &param_count, .fallback = "1", .min = 1, \
		.max = PLACEMENT_MAX_CPUS
#define PARAM_WORD(label, words, standard, what) .name = label, .type = &param_word, \
		.choices = words, .fallback = standard, .help = what

#define METRIC_NS(metric, what) .name = metric, .unit = "ns", .better = "lower", .help = what
/* clang-format on */

#endif
