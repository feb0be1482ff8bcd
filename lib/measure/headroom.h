/*
 * headroom - makes room in the lists of free pages that the kernel keeps for each CPU.
 *
 * Such a list is of limited length. While it is full, freeing a page returns a batch of pages to the
 * allocator, and taking one may fetch a batch: tens of microseconds in a call, or none, depending on
 * what other processes left in the list. Pages that are taken from it beforehand, and kept, make
 * room.
 */
#ifndef MEASURE_HEADROOM_H
#define MEASURE_HEADROOM_H

#include "measure/trial.h"

/* Makes room for all CPUs of the trial, until its process ends. A failure is no error. */
void headroom_take(struct trial *t);

#endif
