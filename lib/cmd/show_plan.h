/*
 * show_plan - prints a plan, for `run --plan`.
 */
#ifndef CMD_SHOW_PLAN_H
#define CMD_SHOW_PLAN_H

#include "matrix/plan.h"

void show_plan(const struct plan *plan);

#endif
