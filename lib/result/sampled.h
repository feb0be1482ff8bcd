/*
 * sampled - carries what the process of a trial sampled to the runner, which names the addresses.
 *
 * It is a member of the outcome that never gets into a file: raw addresses mean nothing after the
 * boot. Stacks are hexadecimal addresses, outermost caller first, between ';'; "" is the program
 * itself. All but the last address of a stack are where calls return to.
 */
#ifndef RESULT_SAMPLED_H
#define RESULT_SAMPLED_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "measure/profiling.h"
#include "measure/trial.h"

/* Makes the object, which the caller owns; NULL: memory ran out. */
json_t *sampled_make(const struct trial *t, const struct profiled *profiled);

/* Adds it to an outcome, which owns it from then on. Takes NULL. */
void sampled_put(json_t *outcome, json_t *sampled);

/* Takes it out of an outcome; the caller owns it. NULL: there is none. */
json_t *sampled_take(json_t *outcome);

/* Return what it says; texts and objects belong to it. */
const char *sampled_event(const json_t *sampled);
bool sampled_is_by_clock(const json_t *sampled); /* which waits while interrupts are off */
uint64_t sampled_lost(const json_t *sampled);
json_t *sampled_metrics(const json_t *sampled); /* for json_object_foreach(): name -> metric */
uint64_t sampled_operations(const json_t *metric);
json_t *sampled_stacks(const json_t *metric); /* for json_object_foreach(): addresses -> samples */

#endif
