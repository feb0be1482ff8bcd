/*
 * folder - a folder that appears whole, or not at all.
 *
 * It is filled beside its place under another name, and renamed when all is in it. Where a report
 * is there already, the two change places, and the old one is then removed: of it those files that
 * its list names, and nothing else.
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
 * Whether a report may appear at @path: 0, or -errno with the reason. What is there must be an
 * empty folder, or (@force) a report that holds no file but its own.
 */
int site_folder_check(const char *path, bool force, struct reason *reason);

/* Checks, too. Leaves nothing behind where it fails. */
int site_folder_open(const char *path, bool force, struct site_folder **ret_folder,
		     struct reason *reason);

/* Where it is being filled. */
const char *site_folder_path(const struct site_folder *folder);

/*
 * Names are relative, of parts that are no way out (see site_names.h); folders in them are made.
 * @ret_file may be NULL and is good until the next call.
 */
int site_folder_make(struct site_folder *folder, const char *name, struct reason *reason);
int site_folder_write(struct site_folder *folder, const char *name, const char *text, size_t length,
		      const struct site_file **ret_file, struct reason *reason);
int site_folder_copy(struct site_folder *folder, const char *name, const char *from,
		     const struct site_file **ret_file, struct reason *reason);

/* All files that others put into the folder @name meanwhile become part of the report. */
int site_folder_adopt(struct site_folder *folder, const char *name, struct reason *reason);

/* Puts it in its place. Frees it in any case. */
int site_folder_finish(struct site_folder *folder, struct reason *reason);

/* Leaves no trace of it. Takes NULL. */
void site_folder_drop(struct site_folder *folder);

#endif
