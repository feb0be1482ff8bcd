#include <math.h>

#include "table/why_json.h"

/* Makes a number, or null for NaN and infinity. */
static json_t *number(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *both(const double values[NR_WHEN])
{
	return json_pack("[o, o]", number(values[BEFORE]), number(values[AFTER]));
}

static json_t *make_function(const struct why *why, const struct why_line *line, bool named)
{
	json_t *object =
		json_pack("{s:s, s:s, s:s, s:b, s:o, s:o}", "name", line->name, "module",
			  line->module, "kind", why_kind_name(line->kind), "named", named, "change",
			  number(why_line_change(line)), "values", both(line->value));

	if (line->kind == WHY_CALLER) {
		json_object_set_new(object, "gone", json_string(line->gone));
		json_object_set_new(object, "new", json_string(line->come));
	}
	if (line->suffixed)
		json_object_set_new(object, "suffixed", json_true());
	if (why->is_samples) {
		json_object_set_new(object, "lo", both(line->lo));
		json_object_set_new(object, "hi", both(line->hi));
		json_object_set_new(object, "shares", both(line->share));
		json_object_set_new(object, "shares_lo", both(line->share_lo));
		json_object_set_new(object, "shares_hi", both(line->share_hi));
	} else {
		json_object_set_new(object, "calls", both(line->calls));
		json_object_set_new(object, "boots_off", both(line->off));
	}
	return object;
}

json_t *why_json(const struct why *why)
{
	json_t *functions = json_array();
	json_t *object = json_pack("{s:s, s:s, s:[I, I], s:o, s:o, s:o, s:b}", "unit", why->unit,
				   "event", why->event, "boots", (json_int_t)why->nr_boots[BEFORE],
				   (json_int_t)why->nr_boots[AFTER], "whole", both(why->whole),
				   "measured", both(why->measured), "pages",
				   why->pages > 0 ? number(why->pages) : json_null(),
				   "nothing_changed", why->is_nothing);

	for (size_t i = 0; i < why->nr_lines; i++)
		json_array_append_new(functions,
				      make_function(why, &why->lines[i], i < why->nr_named));
	json_object_set_new(object, "change", number(why_change(why)));
	json_object_set_new(object, "named", number(why->named));
	json_object_set_new(object, "named_part", number(why_named_part(why)));
	json_object_set_new(object, "rest", number(why->rest));
	json_object_set_new(object, "functions", functions);
	return object;
}
