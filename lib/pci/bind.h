/*
 * bind - devices given to vfio-pci, and given back.
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

struct bind_options {
	bool force; /* take it even from who uses it */
	struct text *plan; /* not NULL: write down what would be written, and change nothing */
	struct text *warnings; /* what --force overrode */
};

/*
 * Gives the device to vfio-pci, with the rest of its IOMMU group, which VFIO only takes whole.
 * -EBUSY where the system uses any of them, -ENODEV where there is no group or no such device.
 */
int bind_device(struct journal *journal, const char *bdf, const struct bind_options *options,
		struct reason *reason);

/* Creates @count virtual functions of a device and binds each of them. */
int bind_functions(struct journal *journal, const char *bdf, unsigned int count,
		   const struct bind_options *options, struct reason *reason);

/* Gives back what bind_device() took for this device, its group and its functions. */
int bind_undo(struct journal *journal, const char *bdf, size_t *ret_count, struct reason *reason);

#endif
