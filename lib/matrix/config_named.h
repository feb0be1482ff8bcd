/*
 * config_named - which config a word of the command line means.
 */
#ifndef MATRIX_CONFIG_NAMED_H
#define MATRIX_CONFIG_NAMED_H

#include "matrix/config.h"

/*
 * A benchmark, a file, or a config that comes with dmabench; NULL: its "default". Where it is none
 * of them, the reason has what may have been meant.
 */
int config_named(const char *word, const struct changes *changes, struct config **ret_config,
		 struct reason *reason);

#endif
