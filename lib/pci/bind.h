/*
 * bind - gives devices to vfio-pci, and gives them back.
 *
 * Every change goes through the kept journal, so that unbind and restore can
 * undo it in whatever state a killed process left things.
 */
#ifndef PCI_BIND_H
#define PCI_BIND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/reason.h"
#include "base/text.h"
#include "host/journal.h"
#include "pci/device.h"

#define BIND_DRIVER_DMA "dma_map_benchmark" /* of the kernel's own benchmark */

struct bind_options {
	const char *driver; /* that gets them; NULL: vfio-pci */
	unsigned int nr_functions; /* create so many virtual functions and bind those; 0: none */
	bool force; /* take a device even where the system uses it */
	struct text *plan; /* not NULL: write down what would be written, and change nothing */
	struct text *warnings; /* what --force overrode, a line each; may be NULL */
};

/*
 * Gives devices to vfio-pci, each with the rest of its IOMMU group, which VFIO only takes whole:
 * all of them, or on an error none. -EBUSY where the system uses any of them, -ENODEV where there
 * is no group or no such device. @journal may be NULL where there is a plan.
 */
int bind_devices(struct journal *journal, const char (*bdfs)[PCI_BDF], size_t count,
		 const struct bind_options *options, struct reason *reason);

/*
 * Gives back what bind_devices() took for this device, its group and its functions. -EBUSY while
 * a process has any of it open: the kernel would wait for that process.
 */
int bind_undo(struct journal *journal, const char *bdf, size_t *ret_count, struct reason *reason);

/* Gives back everything. */
int bind_undo_all(struct journal *journal, size_t *ret_count, struct reason *reason);

/*
 * Returns what to do where devices have no IOMMU group, on a machine that uname(2) calls so; NULL:
 * on this one.
 */
const char *bind_iommu_advice(const char *machine);

#endif
