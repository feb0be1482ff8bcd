/*
 * headroom - room in the lists of free pages that the kernel keeps for each CPU.
 *
 * Such a list is of limited length. One that is full gives a batch back to the allocator for each
 * page that is freed, and fetches one for each that is taken: tens of microseconds in every call
 * that needs a page, or none, by what other processes left behind. Pages that are taken from it
 * beforehand, and kept, make room.
 */
#ifndef MEASURE_HEADROOM_H
#define MEASURE_HEADROOM_H

#include "measure/trial.h"

/* For all CPUs of the trial, until its process ends. Where it cannot be had, nothing is lost. */
void headroom_take(struct trial *t);

#endif
