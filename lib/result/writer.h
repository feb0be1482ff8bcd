/* writer - writes a result file: appends only, and flushes each record to the disk. */
#ifndef RESULT_WRITER_H
#define RESULT_WRITER_H

#include <stdbool.h>

#include <jansson.h>

#include "base/reason.h"

struct writer;

/*
 * Opens @path, which is created or must be empty; a terminal, a pipe or a device is written as it
 * is. With @resume the file must exist and may hold a run: see writer_cut_torn_line(). Only one
 * process at a time may write a file, others get -EBUSY. The caller closes the writer.
 */
int writer_open(const char *path, bool resume, struct writer **ret_writer, struct reason *reason);

/* Cuts off an incomplete last line, before more is added to a file that holds a run. */
int writer_cut_torn_line(struct writer *writer, struct reason *reason);

/*
 * Appends a record as one line and flushes it to the disk. If that fails, what was written of the
 * line is cut off: the file ends with its last complete record.
 */
int writer_append(struct writer *writer, const json_t *record, struct reason *reason);

/* Tells whether it is a file, which can be read back, unlike a pipe. */
bool writer_is_file(const struct writer *writer);

/* Closes the file and frees the writer. Takes NULL. */
void writer_close(struct writer *writer);

#endif
