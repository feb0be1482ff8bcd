/*
 * writer - a result file being written: append only, on disk record by record.
 */
#ifndef RESULT_WRITER_H
#define RESULT_WRITER_H

#include <stdbool.h>

#include <jansson.h>

#include "base/reason.h"

struct writer;

/*
 * Creates @path, or takes it if it is empty; a terminal, a pipe or a device is written to
 * as it is. With @resume the file must be there and hold a run; a torn last line is cut off.
 * One process at a time writes a file: -EBUSY.
 */
int writer_open(const char *path, bool resume, struct writer **ret_writer, struct reason *reason);

/* Before going on with a file that was found to hold a run: drops what a kill left of a line. */
int writer_cut_torn_line(struct writer *writer, struct reason *reason);

/*
 * One line, flushed to the disk. When it does not fit, what was written of it is taken back:
 * the file ends with the last whole record.
 */
int writer_append(struct writer *writer, const json_t *record, struct reason *reason);

/* A file can be read back, a pipe cannot. */
bool writer_is_file(const struct writer *writer);

void writer_close(struct writer *writer);

#endif
