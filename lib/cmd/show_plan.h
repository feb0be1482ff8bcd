/*
 * show_plan - what `run --plan` prints.
 */
#ifndef CMD_SHOW_PLAN_H
#define CMD_SHOW_PLAN_H

#include "matrix/plan.h"

void show_plan(const struct plan *plan);

#endif
