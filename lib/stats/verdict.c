#include <math.h>

#include "stats/verdict.h"

double verdict_ratio(double log_ratio)
{
	return exp(fmax(fmin(log_ratio, 700), -700));
}

void verdict_decide(struct verdict *verdict, double alpha)
{
	verdict->gate_failed = verdict->gate_p <= alpha;
	if (verdict->p_adj <= alpha)
		verdict->direction = verdict->ratio < 1 ? DIRECTION_LOWER : DIRECTION_HIGHER;
	else if (verdict->within_delta)
		verdict->direction = DIRECTION_SAME;
	else
		verdict->direction = DIRECTION_UNRESOLVED;
}
