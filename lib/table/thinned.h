/* thinned - tells readers that figures rest on some of a boot's samples only. */
#ifndef TABLE_THINNED_H
#define TABLE_THINNED_H

#include <stdio.h>

#include "result/boot.h"

/* Prints a line about it if there were too many samples to hold in memory; else nothing. */
void thinned_print(const struct boot *boot, FILE *file);

#endif
