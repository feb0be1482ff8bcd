/*
 * version - which dmabench this is, and which libraries it runs with.
 */
#ifndef RESULT_VERSION_H
#define RESULT_VERSION_H

#include <jansson.h>

extern const char dmabench_version[]; /* of `git describe`, made by the Makefile */

/*
 * {"name":"dmabench","version":…,"libraries":{…}}: libraries as loaded; liburing, which does not
 * tell, as compiled.
 */
json_t *version_json(void);

#endif
