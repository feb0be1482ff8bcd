/*
 * finding - finds the result files to compare, and which side each belongs to. Reads only their run
 * records.
 */
#ifndef RESULT_FINDING_H
#define RESULT_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <jansson.h>

#include "base/reason.h"
#include "base/text.h"

/* A folder that holds this file is a report: the boots in it are copies, and are ignored. */
#define REPORT_MARK "dmabench-report.txt"

struct found {
	char *path;
	const char *argument; /* the caller's */
	size_t side;
	json_t *run; /* its run record */
	dev_t device;
	ino_t inode;
	bool is_first; /* the first file of its boot */
};

/* Zero it, except for notes and reason; call finding_release() in any case. */
struct finding {
	struct found *files; /* one argument after the other, files in order of name */
	size_t count;
	struct text *notes;
	struct reason *reason;
};

/*
 * Adds a file, or all result files in a folder and below. Returns 0 or -errno with the reason, as
 * the next three do.
 */
int finding_add(struct finding *finding, const char *argument, size_t side);
/*
 * Makes a side of each label in a folder, in the order of versions; @base comes first if it is not
 * NULL. Fewer labels than @least are an error.
 */
int finding_split(struct finding *finding, const char *argument, const char *base, size_t least,
		  size_t *ret_sides);
/* Checks that all boots of an argument have one label. */
int finding_check_labels(const struct finding *finding);
/* Checks that no run is there twice, except for a file that is compared with itself. */
int finding_check_twins(struct finding *finding);
/* Frees what it points to, but not the notes and the reason. */
void finding_release(struct finding *finding);

/*
 * Tells whether two run records have the same @id ("run_id" or "boot_id") and the same place in the
 * same series.
 */
bool finding_is_same(const json_t *a, const json_t *b, const char *id);

#endif
