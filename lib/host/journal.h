/*
 * journal - changes host settings, and writes each change down before it is made.
 *
 * Every change goes: old value and new value to the journal, the journal to the
 * disk, then the new value to the setting. So whatever kills us, the next start
 * (or `dmabench restore`) finds what to put back. One process at a time owns
 * the journal; entries of an earlier boot are void, since a boot resets what
 * they changed.
 */
#ifndef HOST_JOURNAL_H
#define HOST_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/reason.h"

struct journal;

/*
 * Takes the journal, and puts back what a killed owner left. -EBUSY, with the
 * reason, while another process holds it.
 */
int journal_open(struct journal **ret_journal, struct reason *reason);

/* Puts everything back, and lets go. NULL is fine. Returns the first error. */
int journal_close(struct journal *journal, struct reason *reason);

/* Puts everything back and goes on holding the journal. */
int journal_rewind(struct journal *journal, struct reason *reason);

/* Changes one setting; one that has the value already is not touched. */
int journal_set(struct journal *journal, const char *path, const char *value,
		struct reason *reason);

/*
 * Opens the journal of changes that stay after this process, such as devices that were given to
 * VFIO. Opening and leaving it put nothing back; journal_rewind() and journal_rewind_under() do.
 */
int journal_open_kept(struct journal **ret_journal, struct reason *reason);
void journal_leave(struct journal *journal);
bool journal_has_kept(void);

/* Puts back the settings whose path begins with @prefix, the last change first. */
int journal_rewind_under(struct journal *journal, const char *prefix, size_t *ret_count,
			 struct reason *reason);

/*
 * Remembers how far a journal has come, so that work which fails half-way can put back its own
 * changes alone. Between the two calls only journal_set() is called.
 */
struct journal_mark {
	size_t nr_entries;
	off_t length;
};

struct journal_mark journal_mark(const struct journal *journal);
int journal_rewind_to(struct journal *journal, const struct journal_mark *mark,
		      struct reason *reason);

/* Returns the path of the @index-th setting that is changed now; NULL past the last one. */
const char *journal_path(const struct journal *journal, size_t index);

/*
 * Puts back what a killed process left; @ret_count settings were put back.
 * Nothing to do is 0; -EBUSY while their owner lives.
 */
int journal_recover(size_t *ret_count, struct reason *reason);

/* Whether a killed process left something to put back. */
bool journal_has_leftovers(void);

#endif
