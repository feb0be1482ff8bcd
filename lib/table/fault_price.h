/*
 * fault_price - what the faults of a device's BAR cost, by the size of the entries that the
 * kernel made: the price of an address that is not aligned as the bus address is.
 */
#ifndef TABLE_FAULT_PRICE_H
#define TABLE_FAULT_PRICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct fault_price {
	const char *cell;
	double order_bytes; /* of the smallest entry */
	double faults; /* to touch or DMA-map all of it */
	double fault_ns; /* one of them, without the access that it is for; 0: lost in the noise */
	double zap_ns; /* 0: not told */
};

/* A table, a row each; nothing for none. 0 or -ENOMEM. */
int fault_price_print(const struct fault_price *prices, size_t count, FILE *file, bool colour);

#endif
