/* version - the versions of dmabench and of the libraries it runs with. */
#ifndef RESULT_VERSION_H
#define RESULT_VERSION_H

#include <jansson.h>

extern const char dmabench_version[]; /* from `git describe`, by the Makefile */

/*
 * Makes {"name":"dmabench","version":…,"libraries":{…}}, which the caller owns. Versions are of the
 * libraries as loaded, and of liburing, which has no call for it, as compiled.
 */
json_t *version_json(void);

#endif
