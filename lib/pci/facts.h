/*
 * facts - collects what about VFIO's devices could explain a difference between two results.
 */
#ifndef PCI_FACTS_H
#define PCI_FACTS_H

#include <jansson.h>

/* "devices" of the result file's host; the caller owns it. NULL when memory ran out. */
json_t *pci_facts(void);

#endif
