/*
 * Prints a comparison as one JSON document. Scripts rely on it: members are added, never changed.
 */
#include <errno.h>
#include <math.h>

#include "base/json.h"
#include "compare/gate.h"
#include "table/compare_formats.h"
#include "table/headline_words.h"
#include "table/why_json.h"

/* Makes a number, or null for NaN and infinity. */
static json_t *number(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *known(const struct interval *interval, double value)
{
	return interval->known ? number(value) : json_null();
}

static json_t *make_side(const struct side *side)
{
	json_t *files = json_array();

	for (size_t i = 0; i < side->nr_boots; i++)
		for (size_t j = 0; j < side->boots[i]->nr_paths; j++)
			json_array_append_new(files, json_string(side->boots[i]->paths[j]));
	return json_pack("{s:s, s:I, s:o, s:s}", "label", side->label, "boots",
			 (json_int_t)side->nr_boots, "files", files, "kernel",
			 boot_kernel(side->boots[0]));
}

static json_t *make_row_side(const struct estimate *side)
{
	static const char *const spreads[] = { NULL, "interval", "range", "quartiles" };
	json_t *object = json_object();
	bool has = side->boots > 0;

	json_object_set_new(object, "median", has ? number(side->median) : json_null());
	json_object_set_new(object, "lo", has ? number(side->lo) : json_null());
	json_object_set_new(object, "hi", has ? number(side->hi) : json_null());
	json_object_set_new(object, "lo_hi",
			    has ? json_string(spreads[side->spread]) : json_null());
	json_object_set_new(object, "boots", json_integer((json_int_t)side->boots));
	json_object_set_new(object, "samples", json_integer((json_int_t)side->samples));
	return object;
}

/* Makes a row against one side. With more than two sides, "new" names the side. */
static json_t *make_row(const struct comparison *comparison, const struct row *row, size_t side)
{
	const struct row_verdict *said = &row->verdicts[side];
	const struct verdict *verdict = &said->verdict;
	json_t *sides = json_array();
	json_t *object =
		json_pack("{s:s, s:s, s:s, s:s}", "cell", row->cell, "metric", row->metric, "unit",
			  row->unit, "better", row->higher_is_better ? "higher" : "lower");

	for (size_t i = 0; i < comparison->sides->count; i++)
		json_array_append_new(sides, make_row_side(&row->sides[i]));
	json_object_set_new(object, "sides", sides);
	json_object_set_new(object, "new", json_integer((json_int_t)side));
	json_object_set_new(object, "ratio", number(verdict->ratio));
	json_object_set_new(object, "ratio_lo", known(&verdict->interval, verdict->interval.lo));
	json_object_set_new(object, "ratio_hi", known(&verdict->interval, verdict->interval.hi));
	json_object_set_new(object, "p", number(verdict->p));
	json_object_set_new(object, "p_adj", number(verdict->p_adj));
	json_object_set_new(object, "pairs", json_integer((json_int_t)verdict->pairs));
	json_object_set_new(object, "verdict", json_string(word_name(said->word)));
	json_object_set_new(object, "within_delta", json_boolean(verdict->within_delta));
	json_object_set_new(object, "why", json_string(said->why));
	if (said->because)
		json_object_set_new(object, "because", why_json(said->because));
	return object;
}

static json_t *make_change(const struct headline_change *change, size_t side)
{
	json_t *object = json_pack("{s:I}", "rows", (json_int_t)change->count);

	if (!change->most)
		return object;
	json_object_set_new(object, "cell", json_string(change->most->cell));
	json_object_set_new(object, "metric", json_string(change->most->metric));
	json_object_set_new(object, "ratio", number(change->most->verdicts[side].verdict.ratio));
	return object;
}

/* Moves a text into the object. Returns false if memory ran out for the text. */
static bool move_text(json_t *object, const char *name, struct text *text)
{
	bool done = !text->failed &&
		    !json_object_set_new(object, name, json_string(text->text ? text->text : ""));

	text_release(text);
	return done;
}

/* Says of one side what was found, in words and in numbers; NULL if memory ran out. */
static json_t *make_headline(const struct comparison *comparison, size_t side)
{
	struct headline headline = headline_find(comparison, side);
	struct text text = { 0 }, command = { 0 }, purpose = { 0 };
	json_t *object = json_object();
	bool done;

	headline_add(comparison, &headline, &text);
	headline_add_next(comparison, &headline, &command, &purpose);
	json_object_set_new(object, "new", json_integer((json_int_t)side));
	done = move_text(object, "text", &text);
	json_object_set_new(object, "rows", json_integer((json_int_t)headline.nr_rows));
	json_object_set_new(object, "slower", make_change(&headline.slower, side));
	json_object_set_new(object, "faster", make_change(&headline.faster, side));
	json_object_set_new(object, "same", json_integer((json_int_t)headline.nr_same));
	json_object_set_new(object, "unresolved", json_integer((json_int_t)headline.nr_unresolved));
	json_object_set_new(object, "boots", json_integer((json_int_t)headline.boots));
	done &= move_text(object, "next", &command);
	done &= move_text(object, "next_for", &purpose);
	if (done)
		return object;
	json_decref(object);
	return NULL;
}

static json_t *make_headlines(const struct comparison *comparison)
{
	json_t *list = json_array();

	for (size_t side = 1; side < comparison->sides->count; side++)
		if (json_array_append_new(list, make_headline(comparison, side))) {
			json_decref(list);
			return NULL;
		}
	return list;
}

static json_t *make_rows(const struct comparison *comparison)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < comparison->nr_rows; i++)
		for (size_t side = 1; side < comparison->sides->count; side++)
			if (comparison->rows[i].verdicts[side].word != WORD_NONE)
				json_array_append_new(
					rows, make_row(comparison, &comparison->rows[i], side));
	return rows;
}

static json_t *make_left_out(const struct comparison *comparison)
{
	json_t *list = json_array();

	for (size_t i = 0; i < comparison->nr_left_out; i++)
		json_array_append_new(list,
				      json_pack("{s:s, s:s}", "cell", comparison->left_out[i].cell,
						"why", comparison->left_out[i].why));
	return list;
}

static json_t *make_gate(const struct comparison *comparison)
{
	struct gate_doubts doubts = gate_doubts(comparison);
	json_t *failed = json_array();

	for (size_t i = 0; i < comparison->nr_rows; i++) {
		const struct row *row = &comparison->rows[i];

		for (size_t side = 1; side < comparison->sides->count; side++) {
			const struct verdict *verdict = &row->verdicts[side].verdict;

			if (verdict->gate_failed)
				json_array_append_new(failed,
						      json_pack("{s:s, s:s, s:I, s:o, s:o}", "cell",
								row->cell, "metric", row->metric,
								"new", (json_int_t)side, "ratio",
								number(verdict->ratio), "p",
								number(verdict->gate_p)));
		}
	}
	return json_pack("{s:f, s:o, s:I, s:b, s:I, s:I}", "limit", comparison->gate_pct, "failed",
			 failed, "too_few_pairs", (json_int_t)comparison_ungated(comparison),
			 "strict", comparison->strict, "undecided", (json_int_t)doubts.verdicts,
			 "lost", (json_int_t)doubts.lost);
}

static json_t *make_pairing(const struct comparison *comparison, size_t side)
{
	const struct pairing *pairing = &comparison->pairings[side];

	return json_pack("{s:I, s:s, s:I, s:I}", "pairs", (json_int_t)pairing->count, "by",
			 pairing->basis == PAIRED_BY_SERIES ? "series" : "start", "base_left",
			 (json_int_t)pairing->base_left, "new_left", (json_int_t)pairing->new_left);
}

static json_t *make_allowed(const struct likeness *likeness)
{
	json_t *list = json_array();

	for (size_t i = 0; i < likeness->count; i++)
		json_array_append_new(
			list, json_pack("{s:s, s:s, s:s}", "key", likeness->list[i].key, "base",
					likeness->list[i].left, "new", likeness->list[i].right));
	return list;
}

static json_t *make_trend(const struct comparison *comparison)
{
	json_t *trend = json_array();

	for (size_t i = 0; i < comparison->nr_rows; i++) {
		const struct row *row = &comparison->rows[i];

		for (size_t j = 0; j < row->nr_steps; j++)
			json_array_append_new(trend,
					      json_pack("{s:s, s:s, s:I, s:o, s:o}", "cell",
							row->cell, "metric", row->metric, "side",
							(json_int_t)row->steps[j].index, "ratio",
							number(row->steps[j].ratio), "p",
							number(row->steps[j].p)));
	}
	return trend;
}

static json_t *make_document(const struct comparison *comparison)
{
	json_t *document = json_object(), *sides = json_array(), *pairings = json_array();
	static const char *const controls[] = {
		[CONTROL_NONE] = "none",
		[CONTROL_UNRESOLVED] = "unresolved",
		[CONTROL_PASSED] = "passed",
		[CONTROL_FAILED] = "failed",
	};
	const char *control = controls[comparison_null_control(comparison)];

	for (size_t i = 0; i < comparison->sides->count; i++) {
		json_array_append_new(sides, make_side(&comparison->sides->list[i]));
		if (i)
			json_array_append_new(pairings, make_pairing(comparison, i));
	}
	json_object_set_new(document, "sides", sides);
	json_object_set_new(document, "timing",
			    json_string(comparison->icount ? "icount" : "wall"));
	json_object_set_new(document, "pairings", pairings);
	json_object_set_new(document, "rows", make_rows(comparison));
	json_object_set_new(document, "not_compared", make_left_out(comparison));
	json_object_set_new(document, "gate",
			    comparison->gated ? make_gate(comparison) : json_null());
	json_object_set_new(document, "trend", make_trend(comparison));
	json_object_set_new(document, "null_control", json_string(control));
	json_object_set_new(document, "allowed", make_allowed(&comparison->likeness));
	if (!json_object_set_new(document, "summary", make_headlines(comparison)))
		return document;
	json_decref(document);
	return NULL;
}

int compare_json_print(const struct comparison *comparison, FILE *file, bool colour,
		       struct reason *reason)
{
	json_t *document;
	int ret = 0;

	(void)colour;
	json_ran_out();
	document = json_whole(make_document(comparison));
	if (!document || json_dumpf(document, file, JSON_INDENT(2) | JSON_REAL_PRECISION(15)))
		ret = reason_set(reason, -ENOMEM, "memory ran out");
	else
		fputc('\n', file);
	json_decref(document);
	return ret;
}
