#include <errno.h>
#include <stdlib.h>

#include "matrix/answers.h"

#define FIRST_SLOTS 256

static size_t hash_question(const struct question *question)
{
	const uint64_t parts[] = { (uintptr_t)question->kind, (uintptr_t)question->about,
				   (uintptr_t)question->where, question->number };
	uint64_t hash = 0xcbf29ce484222325ULL;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		hash = (hash ^ parts[i]) * 0x9e3779b97f4a7c15ULL;
		hash ^= hash >> 32;
	}
	return (size_t)hash;
}

static bool is_same(const struct question *a, const struct question *b)
{
	return a->kind == b->kind && a->about == b->about && a->where == b->where &&
	       a->number == b->number;
}

/* The slot that has the answer to @question, or the empty one where it belongs. */
static struct answer *find_slot(struct answer *slots, size_t nr_slots,
				const struct question *question)
{
	size_t i = hash_question(question) & (nr_slots - 1);

	while (slots[i].question.kind && !is_same(&slots[i].question, question))
		i = (i + 1) & (nr_slots - 1);
	return &slots[i];
}

/* Half of the slots stay empty, so that searches are short. */
static int make_room(struct answers *answers)
{
	size_t nr_slots = answers->nr_slots ? answers->nr_slots * 2 : FIRST_SLOTS;
	struct answer *slots;

	if (answers->count * 2 < answers->nr_slots)
		return 0;
	slots = calloc(nr_slots, sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	for (size_t i = 0; i < answers->nr_slots; i++)
		if (answers->slots[i].question.kind)
			*find_slot(slots, nr_slots, &answers->slots[i].question) =
				answers->slots[i];
	free(answers->slots);
	answers->slots = slots;
	answers->nr_slots = nr_slots;
	return 0;
}

struct answer *answers_find(struct answers *answers, const struct question *question, bool *ret_new)
{
	struct answer *answer;

	if (make_room(answers))
		return NULL;
	answer = find_slot(answers->slots, answers->nr_slots, question);
	*ret_new = !answer->question.kind;
	if (*ret_new) {
		answer->question = *question;
		answers->count++;
	}
	return answer;
}

void answers_release(struct answers *answers)
{
	free(answers->slots);
	*answers = (struct answers){ 0 };
}
