/*
 * judgement - the verdicts of a comparison whose rows are joined.
 */
#ifndef REPORT_JUDGEMENT_H
#define REPORT_JUDGEMENT_H

#include "report/comparison.h"

/* Fills verdicts, steps, the gate and the null control. 0 or -ENOMEM. */
int judgement_pass(struct comparison *comparison);

#endif
