/*
 * reader - a result file being read, record by record.
 */
#ifndef RESULT_READER_H
#define RESULT_READER_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "base/reason.h"

struct reader;

int reader_open(const char *path, struct reader **ret_reader, struct reason *reason);

/*
 * The next record, which the caller owns: 1; 0 at the end; -errno with the reason
 * (file and line) on a line that is no record of this schema. A last line without
 * its newline was torn off by a kill: it is passed over, and reader_was_torn() says so.
 * No line is longer than READER_LINE_MOST, so that what is no result file fills no memory.
 */
#define READER_LINE_MOST (64UL << 20)

int reader_next(struct reader *reader, json_t **ret_record, struct reason *reason);

/* What messages call the file, where its path would tell a user nothing. */
void reader_set_name(struct reader *reader, const char *name);

bool reader_was_torn(const struct reader *reader);

/* Of the record that was read last, for messages. */
size_t reader_line(const struct reader *reader);

void reader_close(struct reader *reader);

/* What kind of record it is: "run", "trial", "skip", "end", …; never NULL. */
const char *reader_kind(const json_t *record);

/* The first record of a file, which must be a run's; the caller owns it. */
int reader_run_record(const char *path, json_t **ret_record, struct reason *reason);

#endif
