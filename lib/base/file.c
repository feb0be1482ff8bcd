#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

static ssize_t read_up_to(int fd, char *buffer, size_t room)
{
	size_t length = 0;

	while (length < room) {
		ssize_t got = read(fd, buffer + length, room - length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (!got)
			break;
		length += (size_t)got;
	}
	return (ssize_t)length;
}

static int read_path(char *buffer, size_t room, const char *path, va_list args)
{
	char name[512];
	ssize_t length;
	int fd;

	vsnprintf(name, sizeof(name), path, args);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	length = read_up_to(fd, buffer, room - 1);
	close(fd);
	if (length < 0)
		return (int)length;
	if (length && buffer[length - 1] == '\n')
		length--;
	buffer[length] = '\0';
	return (int)length;
}

int file_read(char *buffer, size_t room, const char *path, ...)
{
	va_list args;
	int ret;

	va_start(args, path);
	ret = read_path(buffer, room, path, args);
	va_end(args);
	return ret;
}

int file_read_u64(uint64_t *ret_value, const char *path, ...)
{
	char number[64];
	va_list args;
	int ret;

	va_start(args, path);
	ret = read_path(number, sizeof(number), path, args);
	va_end(args);
	if (ret < 0)
		return ret;
	return text_to_u64(text_trim(number), ret_value);
}

int file_read_setting(char *value, size_t room, const char *path, ...)
{
	char line[4096];
	char *start = line, *end;
	va_list args;
	int ret;

	va_start(args, path);
	ret = read_path(line, sizeof(line), path, args);
	va_end(args);
	if (ret < 0)
		return ret;
	end = strchr(line, ']');
	if (end && strchr(line, '[')) {
		start = strchr(line, '[') + 1;
		*end = '\0';
	}
	snprintf(value, room, "%s", start);
	return 0;
}

int file_read_all(const char *path, char **ret_text, size_t *ret_length)
{
	struct text text = { 0 };
	char piece[16384];
	ssize_t got;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	text_add_bytes(&text, "", 0);
	while ((got = read_up_to(fd, piece, sizeof(piece))) > 0)
		text_add_bytes(&text, piece, (size_t)got);
	close(fd);
	if (got < 0 || text.failed) {
		text_release(&text);
		return got < 0 ? (int)got : -ENOMEM;
	}
	*ret_text = text.text;
	*ret_length = text.length;
	return 0;
}

int file_write(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, value, strlen(value)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

int file_write_all(int fd, const void *bytes, size_t length)
{
	const char *next = bytes;

	while (length) {
		ssize_t done = write(fd, next, length);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -errno;
		next += done;
		length -= (size_t)done;
	}
	return 0;
}

int file_table_u64(const char *table, const char *name, uint64_t *ret_value)
{
	size_t length = strlen(name);
	const char *line = table;

	while (line) {
		if (!strncmp(line, name, length) && (line[length] == ' ' || line[length] == ':')) {
			line += length + (line[length] == ':');
			while (*line == ' ' || *line == '\t')
				line++;
			if (!isdigit((unsigned char)*line))
				return -EINVAL;
			*ret_value = strtoull(line, NULL, 10);
			return 0;
		}
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	return -ENOENT;
}

bool file_folder_is_filled(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	bool found = false;

	while (dir && !found && (entry = readdir(dir)))
		found = entry->d_name[0] != '.';
	if (dir)
		closedir(dir);
	return found;
}
