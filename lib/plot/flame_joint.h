/* flame_joint - makes what a flame graph is drawn of from the joint profiles of two sides, or one. */
#ifndef PLOT_FLAME_JOINT_H
#define PLOT_FLAME_JOINT_H

#include "plot/flame.h"
#include "profile/joint.h"

struct flame_figures {
	struct flame_function *functions; /* as those of the joint; texts belong to it */
	size_t nr_functions;
	struct flame_node *nodes;
	size_t nr_nodes;
	double total[FLAME_SIDES]; /* of an operation */
};

/*
 * Takes the mean over each side's profiles. A joint without profiles before has one side. Call
 * flame_figures_release() in any case. Returns 0 or -ENOMEM.
 */
int flame_figures_make(const struct joint *joint, struct flame_figures *ret_figures);
void flame_figures_release(struct flame_figures *figures);

/* Of a side of samples. */
struct flame_sampled {
	double whole; /* what an operation took, as it was measured */
	double rate; /* samples an operation */
	double samples; /* in all */
};

/*
 * Makes of samples what they stand for. Functions are marked whose change could be chance, one time
 * in twenty.
 */
void flame_figures_estimate(struct flame_figures *figures,
			    const struct flame_sampled sides[FLAME_SIDES]);

#endif
