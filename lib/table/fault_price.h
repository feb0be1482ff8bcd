/*
 * fault_price - prints what the faults of a device's BAR cost, by the size of the page-table
 * entries that the kernel made. An address that is not aligned like the bus address costs more.
 */
#ifndef TABLE_FAULT_PRICE_H
#define TABLE_FAULT_PRICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct fault_price {
	const char *cell;
	double order_bytes; /* size of the smallest entry */
	double faults; /* faults to access or DMA-map all of the BAR */
	double fault_ns; /* cost of a fault without the access; 0: lost in the noise */
	double zap_ns; /* cost of unmapping; 0: not measured */
};

/* Prints a table with a row for each price; nothing if there are none. Returns 0 or -ENOMEM. */
int fault_price_print(const struct fault_price *prices, size_t count, FILE *file, bool colour);

#endif
