/*
 * file - small files read and written whole: what /proc and /sys are made of.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Reads at most @room - 1 bytes, ends them with '\0', cuts the last newline.
 * Returns the length or -errno. The path is a printf format.
 */
int file_read(char *buffer, size_t room, const char *path, ...)
	__attribute__((format(printf, 3, 4)));

/* A file that holds one number: 0, -errno, or -EINVAL where there is something else. */
int file_read_u64(uint64_t *ret_value, const char *path, ...) __attribute__((format(printf, 2, 3)));

/*
 * A setting of the kernel: of a choice like "always [madvise] never", the word in brackets.
 * 0 or -errno.
 */
int file_read_setting(char *value, size_t room, const char *path, ...)
	__attribute__((format(printf, 3, 4)));

/* A file of any length, allocated; the caller frees it. */
int file_read_all(const char *path, char **ret_text, size_t *ret_length);

/* Writes @value with one write(2), as sysfs wants it. */
int file_write(const char *path, const char *value);

/* All of @length bytes, over short writes and interruptions. */
int file_write_all(int fd, const void *bytes, size_t length);

/* In a table of "name value" or "name: value" lines, the number behind @name. */
int file_table_u64(const char *table, const char *name, uint64_t *ret_value);

#endif
