#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "base/file.h"
#include "result/record.h"
#include "result/writer.h"

struct writer {
	int fd;
	bool is_file;
	off_t end; /* of the last complete record */
	char path[PATH_MAX];
};

static int refuse(struct writer *writer, int code, const char *what, struct reason *reason)
{
	return reason_set(reason, code, "%s: %s", writer->path, what);
}

static int check_kind(struct writer *writer, bool resume, struct reason *reason)
{
	struct stat info;

	if (fstat(writer->fd, &info))
		return refuse(writer, -errno, strerror(errno), reason);
	writer->is_file = S_ISREG(info.st_mode);
	writer->end = info.st_size;
	if (!writer->is_file)
		return resume ? refuse(writer, -EINVAL, "is no file that a run could go on in",
				       reason)
			      : 0;
	if (flock(writer->fd, LOCK_EX | LOCK_NB))
		return refuse(writer, -EBUSY, "another dmabench is writing to it now", reason);
	if (!resume && info.st_size)
		return refuse(writer, -EEXIST,
			      "holds another run: choose a new name, or go on with it by --resume",
			      reason);
	return 0;
}

/* Finds the last newline and truncates the file behind it. */
int writer_cut_torn_line(struct writer *writer, struct reason *reason)
{
	char piece[4096];
	off_t end = writer->end;

	while (end > 0) {
		off_t start = end > (off_t)sizeof(piece) ? end - (off_t)sizeof(piece) : 0;
		ssize_t got = pread(writer->fd, piece, (size_t)(end - start), start);

		if (got <= 0)
			return refuse(writer, -EIO, "cannot be read", reason);
		while (got > 0 && piece[got - 1] != '\n')
			got--;
		end = start + got;
		if (got)
			break;
	}
	if (end != writer->end && ftruncate(writer->fd, end))
		return refuse(writer, -errno, strerror(errno), reason);
	writer->end = end;
	return 0;
}

int writer_open(const char *path, bool resume, struct writer **ret_writer, struct reason *reason)
{
	int flags = O_RDWR | O_APPEND | O_CLOEXEC | O_NOCTTY | (resume ? 0 : O_CREAT);
	struct writer *writer = calloc(1, sizeof(*writer));
	int ret;

	if (!writer)
		return -ENOMEM;
	snprintf(writer->path, sizeof(writer->path), "%s", path);
	writer->fd = open(path, flags, 0644);
	if (writer->fd < 0 && errno == EINVAL) /* a pipe or a port that is not for reading */
		writer->fd = open(path, (flags & ~O_RDWR) | O_WRONLY, 0644);
	if (writer->fd < 0)
		ret = refuse(writer, -errno,
			     errno == EISDIR ? "is a folder, expected the name of a file"
					     : strerror(errno),
			     reason);
	else
		ret = check_kind(writer, resume, reason);
	if (ret) {
		writer_close(writer);
		return ret;
	}
	*ret_writer = writer;
	return 0;
}

static int append(struct writer *writer, const char *line, size_t length)
{
	int ret = file_write_all(writer->fd, line, length);

	if (!ret && !writer->is_file)
		tcdrain(writer->fd); /* waits for a serial line; returns at once for all others */
	else if (!ret && fdatasync(writer->fd))
		ret = -errno;
	if (!ret)
		writer->end += (off_t)length;
	else if (writer->is_file && ftruncate(writer->fd, writer->end))
		ret = -errno;
	return ret;
}

int writer_append(struct writer *writer, const json_t *record, struct reason *reason)
{
	char *text = record_text(record);
	size_t length = text ? strlen(text) : 0;
	int ret;

	if (!text)
		return refuse(writer, -ENOMEM, "a record could not be put into words", reason);
	text[length] = '\n'; /* the newline replaces the terminating NUL */
	ret = append(writer, text, length + 1);
	free(text);
	return ret ? refuse(writer, ret, strerror(-ret), reason) : 0;
}

bool writer_is_file(const struct writer *writer)
{
	return writer->is_file;
}

void writer_close(struct writer *writer)
{
	if (!writer)
		return;
	if (writer->fd >= 0)
		close(writer->fd);
	free(writer);
}
