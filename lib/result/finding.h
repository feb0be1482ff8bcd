/*
 * finding - which result files there are to compare, and which side each is of; nothing but their
 * run records is read.
 */
#ifndef RESULT_FINDING_H
#define RESULT_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <jansson.h>

#include "base/reason.h"
#include "base/text.h"

/* A folder that holds this is a report: the boots in it are copies, and are not looked for. */
#define REPORT_MARK "dmabench-report.txt"

struct found {
	char *path;
	const char *argument; /* the caller's */
	size_t side;
	json_t *run; /* its run record */
	dev_t device;
	ino_t inode;
	bool is_first; /* of its boot */
};

/* Begin with all but notes and reason zeroed; release it in any case. */
struct finding {
	struct found *files; /* argument after argument, in the order of their names */
	size_t count;
	struct text *notes;
	struct reason *reason;
};

/* Each returns 0 or -errno with the reason. A folder adds all result files in it and below. */
int finding_add(struct finding *finding, const char *argument, size_t side);
/*
 * One folder alone: a side a label, in the order of versions, @base first where it is not NULL.
 * Fewer labels than @least are an error.
 */
int finding_split(struct finding *finding, const char *argument, const char *base, size_t least,
		  size_t *ret_sides);
/* Several arguments: the boots of one must have one label. */
int finding_check_labels(const struct finding *finding);
/* A run may stand there once, but for a file that is put beside itself. */
int finding_check_twins(struct finding *finding);
void finding_release(struct finding *finding);

/* Whether two run records have one @id, "run_id" or "boot_id", and one place in one series. */
bool finding_is_same(const json_t *a, const json_t *b, const char *id);

#endif
