#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/json.h"
#include "result/reader.h"
#include "result/record.h"

struct reader {
	FILE *file;
	char *line;
	size_t room, length, number;
	bool torn;
	char path[PATH_MAX];
};

int reader_open(const char *path, struct reader **ret_reader, struct reason *reason)
{
	struct reader *reader = calloc(1, sizeof(*reader));
	struct stat info;
	int ret = 0;

	if (!reader)
		return -ENOMEM;
	snprintf(reader->path, sizeof(reader->path), "%s", path);
	reader->file = fopen(path, "re");
	if (!reader->file)
		ret = reason_set(reason, -errno, "%s: %s", path, strerror(errno));
	else if (!fstat(fileno(reader->file), &info) && S_ISDIR(info.st_mode))
		ret = reason_set(reason, -EISDIR, "%s: is a folder, expected a result file", path);
	if (ret) {
		reader_close(reader);
		return ret;
	}
	*ret_reader = reader;
	return 0;
}

void reader_set_name(struct reader *reader, const char *name)
{
	snprintf(reader->path, sizeof(reader->path), "%s", name);
}

static int check_record(struct reader *reader, const json_t *record, struct reason *reason)
{
	json_int_t schema = json_integer_value(json_object_get(record, "schema"));

	if (!json_is_object(record) || !json_is_string(json_object_get(record, "record")))
		return reason_set(reason, -EINVAL, "%s:%zu: is no record of a result file",
				  reader->path, reader->number);
	if (reader->number == 1 && strcmp(reader_kind(record), "run"))
		return reason_set(reason, -EINVAL,
				  "%s:1: expected a record \"run\", found \"%.20s\"", reader->path,
				  reader_kind(record));
	if (!strcmp(reader_kind(record), "run") && schema != RESULT_SCHEMA)
		return reason_set(
			reason, -EPROTO, "%s:%zu: schema %lld, this dmabench reads schema %d: %s",
			reader->path, reader->number, (long long)schema, RESULT_SCHEMA,
			schema > RESULT_SCHEMA ? "use a newer one" : "the file is damaged");
	return 0;
}

static int make_room(struct reader *reader, struct reason *reason)
{
	size_t room = reader->room ? reader->room * 2 : 4096;
	char *grown;

	if (reader->length < reader->room)
		return 0;
	if (room > READER_LINE_MOST)
		return reason_set(reason, -EFBIG,
				  "%s:%zu: a line of more than %lu MiB: is this a result file?",
				  reader->path, reader->number + 1, READER_LINE_MOST >> 20);
	grown = realloc(reader->line, room);
	if (!grown)
		return -ENOMEM;
	reader->line = grown;
	reader->room = room;
	return 0;
}

/*
 * Returns 1; 0 at the end or on an incomplete line; -errno. (getline() would read all of a file
 * that has no lines.)
 */
static int read_line(struct reader *reader, struct reason *reason)
{
	int c = 0, ret;

	reader->length = 0;
	while (c != '\n' && (c = getc_unlocked(reader->file)) != EOF) {
		ret = make_room(reader, reason);
		if (ret)
			return ret;
		reader->line[reader->length++] = (char)c;
	}
	if (ferror(reader->file))
		return reason_set(reason, -EIO, "%s: cannot be read", reader->path);
	if (c == '\n')
		return 1;
	reader->torn = reader->length > 0;
	return 0;
}

int reader_next(struct reader *reader, json_t **ret_record, struct reason *reason)
{
	json_error_t error;
	json_t *record;
	int ret = read_line(reader, reason);

	if (ret <= 0)
		return ret;
	reader->number++;
	record = json_loadb(reader->line, reader->length, JSON_REJECT_DUPLICATES, &error);
	if (!record && json_ran_out())
		return -ENOMEM;
	if (!record)
		return reason_set(reason, -EINVAL, "%s:%zu:%d: %s", reader->path, reader->number,
				  error.column, error.text);
	ret = check_record(reader, record, reason);
	if (ret) {
		json_decref(record);
		return ret;
	}
	*ret_record = record;
	return 1;
}

size_t reader_line(const struct reader *reader)
{
	return reader->number;
}

bool reader_was_torn(const struct reader *reader)
{
	return reader->torn;
}

void reader_close(struct reader *reader)
{
	if (!reader)
		return;
	if (reader->file)
		fclose(reader->file);
	free(reader->line);
	free(reader);
}

const char *reader_kind(const json_t *record)
{
	const char *kind = json_string_value(json_object_get(record, "record"));

	return kind ? kind : "";
}

int reader_run_record(const char *path, json_t **ret_record, struct reason *reason)
{
	struct reader *reader;
	int ret = reader_open(path, &reader, reason);

	if (ret)
		return ret;
	ret = reader_next(reader, ret_record, reason);
	if (!ret && reader->torn)
		ret = reason_set(
			reason, -ENODATA,
			"%s:1: not a whole line, expected the record \"run\" of a result file",
			path);
	else if (!ret)
		ret = reason_set(reason, -ENODATA, "%s: is empty, expected a result file", path);
	reader_close(reader);
	return ret < 0 ? ret : 0;
}
