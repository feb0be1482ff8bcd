/*
 * folder - writes a folder that appears complete, or not at all.
 *
 * The folder is filled under another name beside its place, and renamed when it is complete. If a
 * report exists at its place, the two are exchanged, and the old report is removed: the files that
 * its list names, and no others.
 */
#ifndef SITE_FOLDER_H
#define SITE_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"
#include "base/sha256.h"

struct site_folder;

struct site_file {
	char *name; /* "raw/6.18/boot-01.jsonl" */
	char sum[SHA256_TEXT];
	uint64_t size_bytes;
};

/*
 * Checks that a report may be written at @path. What exists there must be an empty folder, or (with
 * @force) a report that holds no files but its own. Returns 0 or -errno with the reason.
 */
int site_folder_check(const char *path, bool force, struct reason *reason);

/*
 * Checks @path, and makes the folder under its temporary name; @ret_folder is for
 * site_folder_finish() or site_folder_drop(). Leaves nothing behind on failure.
 */
int site_folder_open(const char *path, bool force, struct site_folder **ret_folder,
		     struct reason *reason);

/* Returns the path under which the folder is filled; it lives as long as the folder. */
const char *site_folder_path(const struct site_folder *folder);

/*
 * Make a folder, write a file or copy one. Names are relative and must not leave the folder (see
 * names.h); folders in them are made. @ret_file may be NULL; it is valid until the next call.
 * Return 0 or -errno with the reason.
 */
int site_folder_make(struct site_folder *folder, const char *name, struct reason *reason);
int site_folder_write(struct site_folder *folder, const char *name, const char *text, size_t length,
		      const struct site_file **ret_file, struct reason *reason);
int site_folder_copy(struct site_folder *folder, const char *name, const char *from,
		     const struct site_file **ret_file, struct reason *reason);

/* Adds all files that others have put into the folder @name to the report's list. */
int site_folder_adopt(struct site_folder *folder, const char *name, struct reason *reason);

/* Moves the folder to its place. Frees @folder in any case. Returns 0 or -errno with the reason. */
int site_folder_finish(struct site_folder *folder, struct reason *reason);

/* Removes the unfinished folder and frees @folder. Takes NULL. */
void site_folder_drop(struct site_folder *folder);

#endif
