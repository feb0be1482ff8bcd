/*
 * config_named - finds the config that a word of the command line means.
 */
#ifndef MATRIX_CONFIG_NAMED_H
#define MATRIX_CONFIG_NAMED_H

#include "matrix/config.h"

/*
 * Loads a config: @word names a benchmark, a file, a config that comes with dmabench, or a cell as
 * tables show it ("uring-pin/backing=thp/size=64MiB"); NULL is "default". Where it is none of them, the reason suggests what was meant.
 */
int config_named(const char *word, const struct changes *changes, struct config **ret_config,
		 struct reason *reason);

#endif
