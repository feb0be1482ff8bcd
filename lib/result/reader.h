/* reader - reads a result file record by record. */
#ifndef RESULT_READER_H
#define RESULT_READER_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "base/reason.h"

struct reader;

/* Opens a file; the caller closes the reader. Returns 0 or -errno with the reason. */
int reader_open(const char *path, struct reader **ret_reader, struct reason *reason);

/*
 * Reads the next record, which the caller owns. Returns 1; 0 at the end; -errno with the reason
 * (file and line) if a line is no record of this schema. An incomplete last line, left by a killed
 * writer, is ignored, and reader_was_torn() returns true. A line longer than READER_LINE_MOST is
 * refused: a file that is no result file must not fill the memory.
 */
#define READER_LINE_MOST (64UL << 20)

int reader_next(struct reader *reader, json_t **ret_record, struct reason *reason);

/* Sets the name that messages use instead of a path that would tell the user nothing. */
void reader_set_name(struct reader *reader, const char *name);

bool reader_was_torn(const struct reader *reader);

/* Returns the line of the last record, for messages. */
size_t reader_line(const struct reader *reader);

/* Closes the file and frees the reader. Takes NULL. */
void reader_close(struct reader *reader);

/* Returns the kind of the record: "run", "trial", "skip", "end", …; never NULL. */
const char *reader_kind(const json_t *record);

/* Reads the first record of a file, which must be a run's; the caller owns it. */
int reader_run_record(const char *path, json_t **ret_record, struct reason *reason);

#endif
