/*
 * making - makes a comparison of sides: checks that they differ in nothing but what is compared,
 * pairs their boots, joins their rows, judges each row and finds steps over more than two sides.
 */
#ifndef COMPARE_MAKING_H
#define COMPARE_MAKING_H

#include "compare/comparison.h"

/*
 * Makes a comparison, which the caller frees by comparison_free(). Returns 0; -EPERM if the sides
 * differ in what is not allowed, with a line for each difference in @refusal, which the caller
 * releases; else -errno with the reason. @sides must outlive the comparison.
 */
int comparison_make(struct sides *sides, const struct comparison_options *options,
		    struct comparison **ret_comparison, struct text *refusal,
		    struct reason *reason);

#endif
