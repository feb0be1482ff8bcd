#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "matrix/done.h"
#include "result/cell_name.h"
#include "result/fields.h"
#include "result/reader.h"

#define KEY_TEXT (CELL_NAME + 32)

static void make_key(const char *cell, json_int_t block, char key[KEY_TEXT])
{
	snprintf(key, KEY_TEXT, "%lld:%s", (long long)block, cell);
}

void run_totals_count(struct run_totals *totals, const char *status)
{
	if (!strcmp(status, "ok"))
		totals->ok++;
	else if (!strcmp(status, "invalid"))
		totals->invalid++;
	else
		totals->failed++;
}

static void note_record(struct run_done *done, const json_t *record)
{
	const char *cell = trial_cell(record);
	char key[KEY_TEXT];

	if (!cell[0])
		return;
	if (!strcmp(reader_kind(record), "skip")) {
		json_object_set_new(done->keys, cell, json_true());
		done->totals.skipped++;
	} else if (!strcmp(reader_kind(record), "trial")) {
		make_key(cell, trial_block(record), key);
		json_object_set_new(done->keys, key, json_true());
		run_totals_count(&done->totals, trial_status_text(record));
	}
}

int run_done_read(const char *path, struct run_done *ret_done, struct reason *reason)
{
	struct run_done done = { .keys = json_object() };
	struct reader *reader;
	json_t *record;
	int ret = reader_open(path, &reader, reason);

	if (ret) {
		run_done_release(&done);
		return ret;
	}
	while ((ret = reader_next(reader, &record, reason)) > 0) {
		note_record(&done, record);
		json_decref(record);
	}
	reader_close(reader);
	if (!ret && json_ran_out())
		ret = -ENOMEM;
	if (ret < 0) {
		run_done_release(&done);
		return ret;
	}
	*ret_done = done;
	return 0;
}

void run_done_release(struct run_done *done)
{
	json_decref(done->keys);
	done->keys = NULL;
}

bool run_done_skipped(const struct run_done *done, const char *cell)
{
	return done && json_object_get(done->keys, cell);
}

bool run_done_has(const struct run_done *done, const char *cell, uint32_t block)
{
	char key[KEY_TEXT];

	make_key(cell, block, key);
	return done && (json_object_get(done->keys, key) || run_done_skipped(done, cell));
}
