#include <stdlib.h>
#include <string.h>

#include "counter/rounds.h"

#define MOST_COUNTS (32u << 20) /* of one iteration: 512 MiB */
#define FIRST_ROOM 1024

/* ---- what is kept ---- */

/* Makes room for one more. Returns the list, which may have moved, or NULL. */
static void *room_for_one(void *list, size_t count, size_t *room, size_t size)
{
	size_t wanted = *room ? 2 * *room : FIRST_ROOM;
	void *grown;

	if (count < *room)
		return list;
	grown = realloc(list, wanted * size);
	if (grown)
		*room = wanted;
	return grown;
}

void rounds_release(struct rounds *rounds)
{
	for (size_t i = 0; i < ROUNDS_METRICS; i++) {
		free(rounds->tallies[i].instructions);
		free(rounds->tallies[i].executions);
	}
	free(rounds->counts);
	free(rounds->marks);
	memset(rounds, 0, sizeof(*rounds));
}

void rounds_begin_trial(struct rounds *rounds)
{
	for (size_t i = 0; i < ROUNDS_METRICS; i++) {
		free(rounds->tallies[i].instructions);
		free(rounds->tallies[i].executions);
	}
	memset(rounds->tallies, 0, sizeof(rounds->tallies));
	rounds->nr_full = 0;
	rounds_begin(rounds);
}

void rounds_begin(struct rounds *rounds)
{
	rounds->nr_counts = rounds->nr_marks = rounds->nr_claims = 0;
	rounds->full = false;
	for (size_t i = 0; i < ROUNDS_METRICS; i++)
		rounds->tallies[i].last = (struct claim){ 0, 0 };
}

static void overflow(struct rounds *rounds)
{
	rounds->nr_full += !rounds->full;
	rounds->full = true;
}

void rounds_add(struct rounds *rounds, const struct place_count *count)
{
	struct place_count *counts = NULL;

	if (rounds->nr_counts < MOST_COUNTS)
		counts = room_for_one(rounds->counts, rounds->nr_counts, &rounds->counts_room,
				      sizeof(*counts));
	if (!counts) {
		overflow(rounds);
		return;
	}
	rounds->counts = counts;
	counts[rounds->nr_counts++] = *count;
}

void rounds_mark(struct rounds *rounds, uint64_t ticks, uint64_t idle)
{
	struct mark *marks =
		room_for_one(rounds->marks, rounds->nr_marks, &rounds->marks_room, sizeof(*marks));

	if (!marks) {
		overflow(rounds);
		return;
	}
	rounds->marks = marks;
	marks[rounds->nr_marks++] = (struct mark){ ticks, idle, rounds->nr_counts };
}

/* ---- which two clock reads ---- */

static bool spans(const struct rounds *rounds, size_t from, size_t to, uint64_t ticks)
{
	return to < rounds->nr_marks &&
	       rounds->marks[to].ticks - rounds->marks[from].ticks == ticks;
}

/* Returns the first mark not before that time. */
static size_t mark_at(const struct rounds *rounds, uint64_t ticks)
{
	size_t low = 0, high = rounds->nr_marks;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (rounds->marks[middle].ticks < ticks)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool find_by_stride(const struct rounds *rounds, const struct round_tally *tally,
			   size_t first, uint64_t ticks, struct claim *ret_claim)
{
	if (!tally->stride)
		return false;
	for (size_t from = first; from + tally->stride < rounds->nr_marks; from++)
		if (spans(rounds, from, from + tally->stride, ticks)) {
			*ret_claim = (struct claim){ from, from + tally->stride };
			return true;
		}
	return false;
}

static bool find_from(const struct rounds *rounds, size_t first, uint64_t ticks,
		      struct claim *ret_claim)
{
	for (size_t from = first; from < rounds->nr_marks; from++) {
		size_t to = mark_at(rounds, rounds->marks[from].ticks + ticks);

		if (to > from && spans(rounds, from, to, ticks)) {
			*ret_claim = (struct claim){ from, to };
			return true;
		}
	}
	return false;
}

/*
 * Samples of a metric mostly come in the order in which they were taken, and lie as many clock reads
 * apart as those before: so of several stretches of one length the right one is taken.
 */
static bool find(const struct rounds *rounds, const struct round_tally *tally, uint64_t ticks,
		 struct claim *ret_claim)
{
	size_t first = tally->last.to > tally->last.from ? tally->last.from + 1 : 0;

	return find_by_stride(rounds, tally, first, ticks, ret_claim) ||
	       find_from(rounds, first, ticks, ret_claim) ||
	       (first && find_from(rounds, 0, ticks, ret_claim));
}

/* ---- what ran there ---- */

static bool tally_room(struct round_tally *tally, size_t place)
{
	size_t room = tally->room ? tally->room : FIRST_ROOM;
	uint64_t *list;

	if (place < tally->room)
		return true;
	while (room <= place)
		room *= 2;
	list = realloc(tally->instructions, room * sizeof(*list));
	if (!list)
		return false;
	tally->instructions = list;
	memset(list + tally->room, 0, (room - tally->room) * sizeof(*list));
	list = realloc(tally->executions, room * sizeof(*list));
	if (!list)
		return false;
	tally->executions = list;
	memset(list + tally->room, 0, (room - tally->room) * sizeof(*list));
	tally->room = room;
	return true;
}

static void add_stretch(struct rounds *rounds, struct round_tally *tally, const struct claim *claim)
{
	const struct mark *from = &rounds->marks[claim->from], *to = &rounds->marks[claim->to];

	tally->idle += to->idle - from->idle;
	for (size_t i = from->counts_end; i < to->counts_end; i++) {
		const struct place_count *count = &rounds->counts[i];

		if (!tally_room(tally, count->place)) {
			overflow(rounds);
			return;
		}
		tally->instructions[count->place] += count->instructions;
		tally->executions[count->place] += count->executions;
	}
}

static void note_claim(struct rounds *rounds, const struct claim *claim)
{
	if (rounds->nr_claims > ROUNDS_CLAIMS)
		return;
	for (size_t i = rounds->nr_claims; i--;)
		if (rounds->claims[i].from == claim->from && rounds->claims[i].to == claim->to)
			return;
	if (rounds->nr_claims < ROUNDS_CLAIMS)
		rounds->claims[rounds->nr_claims] = *claim;
	rounds->nr_claims++;
}

/* A sample may be the sum of those before it. */
static bool add_sum(struct rounds *rounds, struct round_tally *tally, uint64_t ticks)
{
	uint64_t sum = 0;

	if (!rounds->nr_claims || rounds->nr_claims > ROUNDS_CLAIMS)
		return false;
	for (size_t i = 0; i < rounds->nr_claims; i++)
		sum += rounds->marks[rounds->claims[i].to].ticks -
		       rounds->marks[rounds->claims[i].from].ticks;
	if (sum != ticks)
		return false;
	for (size_t i = 0; i < rounds->nr_claims; i++)
		add_stretch(rounds, tally, &rounds->claims[i]);
	return true;
}

void rounds_claim(struct rounds *rounds, unsigned int metric, uint64_t ticks)
{
	struct round_tally *tally = &rounds->tallies[metric % ROUNDS_METRICS];
	struct claim claim;

	tally->operations++;
	tally->ticks += ticks;
	if (find(rounds, tally, ticks, &claim)) {
		tally->stride = claim.to - claim.from;
		tally->last = claim;
		add_stretch(rounds, tally, &claim);
		note_claim(rounds, &claim);
	} else if (!add_sum(rounds, tally, ticks)) {
		tally->unclaimed++;
	}
}
