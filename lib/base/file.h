/*
 * file - reads and writes files at once, such as the small ones of /proc and /sys.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads at most @room - 1 bytes, ends them with '\0', cuts the last newline.
 * Returns the length or -errno. The path is a printf format.
 */
int file_read(char *buffer, size_t room, const char *path, ...)
	__attribute__((format(printf, 3, 4)));

/* Reads a file that holds one number: 0, -errno, or -EINVAL where it holds something else. */
int file_read_u64(uint64_t *ret_value, const char *path, ...) __attribute__((format(printf, 2, 3)));

/*
 * Reads a setting of the kernel; where the file lists all choices, as in "always [madvise] never",
 * the one in brackets. 0 or -errno.
 */
int file_read_setting(char *value, size_t room, const char *path, ...)
	__attribute__((format(printf, 3, 4)));

/* Reads a file of any length into memory that the caller frees. 0 or -errno. */
int file_read_all(const char *path, char **ret_text, size_t *ret_length);

/* Writes @value with one write(2), as sysfs wants it. */
int file_write(const char *path, const char *value);

/* Writes all of @length bytes, however many write(2) it takes. 0 or -errno. */
int file_write_all(int fd, const void *bytes, size_t length);

/* Finds the number behind @name in a table of "name value" or "name: value" lines. */
int file_table_u64(const char *table, const char *name, uint64_t *ret_value);

/* Tells whether the folder is there and has a visible entry. */
bool file_folder_is_filled(const char *path);

#endif
