#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/grow.h"
#include "profile/counts.h"

#define MOST_NUMBERS 5

struct line {
	const char *word;
	uint64_t numbers[MOST_NUMBERS];
	size_t count;
};

/* Those after the second are hexadecimal where a word has addresses. */
static bool is_address(const char *word, size_t index)
{
	return (!strcmp(word, "path") && index >= 2) || (!strcmp(word, "at") && index == 1);
}

static bool split(char *text, struct line *ret_line)
{
	char *word = strsep(&text, " "), *number, *end;

	*ret_line = (struct line){ .word = word };
	while ((number = strsep(&text, " "))) {
		size_t i = ret_line->count;

		if (i == MOST_NUMBERS)
			return false;
		ret_line->numbers[i] = strtoull(number, &end, is_address(word, i) ? 16 : 10);
		if (end == number || *end)
			return false;
		ret_line->count++;
	}
	return true;
}

/* Returns the new last element of a list, or NULL without memory. */
static void *append(void *list_at, size_t *count, size_t size)
{
	void **list = list_at;
	void *grown = grow(*list, *count, size);

	if (!grown)
		return NULL;
	*list = grown;
	return (char *)grown + size * (*count)++;
}

/* ---- a word each ---- */

static int take_trial(struct counts *counts, const uint64_t *numbers)
{
	struct counts_trial *trial = append(&counts->trials, &counts->nr_trials, sizeof(*trial));

	if (!trial)
		return -ENOMEM;
	*trial = (struct counts_trial){ .id = numbers[0],
					.lost_rounds = numbers[1],
					.out_of_memory = numbers[2],
					.first_metric = counts->nr_metrics };
	return 0;
}

static int take_path(struct counts *counts, const uint64_t *numbers)
{
	struct counts_path *path;

	if (numbers[0] != counts->nr_paths || numbers[1] >= counts->nr_paths)
		return -EINVAL;
	path = append(&counts->paths, &counts->nr_paths, sizeof(*path));
	if (!path)
		return -ENOMEM;
	*path = (struct counts_path){ numbers[1], numbers[2], numbers[3] };
	return 0;
}

static int take_metric(struct counts *counts, const uint64_t *numbers)
{
	struct counts_metric *metric;

	if (!counts->nr_trials)
		return -EINVAL;
	metric = append(&counts->metrics, &counts->nr_metrics, sizeof(*metric));
	if (!metric)
		return -ENOMEM;
	*metric = (struct counts_metric){ .index = (unsigned int)numbers[0],
					  .operations = numbers[1],
					  .ticks = numbers[2],
					  .idle = numbers[3],
					  .unclaimed = numbers[4],
					  .first_block = counts->nr_blocks };
	counts->trials[counts->nr_trials - 1].nr_metrics++;
	return 0;
}

static int take_block(struct counts *counts, const uint64_t *numbers)
{
	struct counts_block *block;

	if (!counts->nr_metrics || numbers[0] >= counts->nr_paths)
		return -EINVAL;
	block = append(&counts->blocks, &counts->nr_blocks, sizeof(*block));
	if (!block)
		return -ENOMEM;
	*block = (struct counts_block){ numbers[0], numbers[1], numbers[2], numbers[3] };
	counts->metrics[counts->nr_metrics - 1].nr_blocks++;
	return 0;
}

static const struct {
	const char *word;
	size_t numbers;
	int (*take)(struct counts *counts, const uint64_t *numbers);
} words[] = {
	{ "trial", 3, take_trial },
	{ "path", 4, take_path },
	{ "metric", 5, take_metric },
	{ "at", 4, take_block },
};

/* ---- all ---- */

static int take(struct counts *counts, const struct line *line)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(words[i].word, line->word))
			return line->count == words[i].numbers
				       ? words[i].take(counts, line->numbers)
				       : -EINVAL;
	return -EINVAL;
}

/* Returns -EINVAL with the number of the line that is none. */
static int read_lines(struct counts *counts, char *rest, size_t *ret_number)
{
	bool open = false;
	char *text;
	int ret;

	for (*ret_number = 2; (text = strsep(&rest, "\n")) && rest; ++*ret_number) {
		struct line line;

		if (!split(text, &line))
			return -EINVAL;
		if (!strcmp(line.word, "end")) {
			open = false;
			continue;
		}
		ret = take(counts, &line);
		if (ret)
			return ret;
		open = true;
	}
	if (open && counts->nr_trials)
		counts->nr_trials--; /* QEMU was stopped in the middle of it */
	return 0;
}

int counts_read(const char *path, struct counts *counts, struct reason *reason)
{
	static const char begin[] = "dmabench-count 1 ";
	size_t length, number = 1;
	char *text, *rest;
	int ret;

	*counts = (struct counts){ .nr_paths = 0 };
	ret = file_read_all(path, &text, &length);
	if (ret)
		return reason_set(reason, ret, "%s: %s", path, strerror(-ret));
	rest = text;
	if (strncmp(strsep(&rest, "\n"), begin, strlen(begin)) != 0 || !rest)
		ret = -EINVAL;
	for (int i = 0; i <= COUNTS_UNKNOWN && !ret; i++)
		if (!append(&counts->paths, &counts->nr_paths, sizeof(*counts->paths)))
			ret = -ENOMEM;
	if (!ret)
		ret = read_lines(counts, rest, &number);
	free(text);
	if (ret == -EINVAL)
		return reason_set(reason, ret, "%s:%zu: not what the counting plugin writes", path,
				  number);
	return ret ? reason_set(reason, ret, "%s: %s", path, strerror(-ret)) : 0;
}

void counts_release(struct counts *counts)
{
	free(counts->paths);
	free(counts->blocks);
	free(counts->metrics);
	free(counts->trials);
	*counts = (struct counts){ .nr_paths = 0 };
}

const struct counts_trial *counts_find(const struct counts *counts, uint64_t id)
{
	for (size_t i = 0; i < counts->nr_trials; i++)
		if (counts->trials[i].id == id)
			return &counts->trials[i];
	return NULL;
}
