#include <math.h>

#include "plot/flame.h"
#include "unit.h"

#define MOST 64

/* A made-up source: stacks of both sides, "caller;function=BASE/NEW", a word each. */
struct made_up {
	struct flame_source source;
	struct flame_function functions[MOST];
	struct flame_node nodes[MOST];
	char *text;
};

static size_t function_of(struct made_up *that, const char *name)
{
	size_t i = 0;

	while (i < that->source.nr_functions && strcmp(that->functions[i].name, name) != 0)
		i++;
	if (i == that->source.nr_functions) {
		that->functions[i] = (struct flame_function){ .name = name, .calls = { -1, -1 } };
		that->source.nr_functions++;
	}
	return i;
}

static size_t node_of(struct made_up *that, size_t parent, size_t function)
{
	size_t i = 0;

	while (i < that->source.nr_nodes &&
	       (that->nodes[i].parent != parent || that->nodes[i].function != function))
		i++;
	if (i == that->source.nr_nodes) {
		that->nodes[i] = (struct flame_node){ .parent = parent, .function = function };
		that->source.nr_nodes++;
	}
	assert_true(i < MOST);
	return i;
}

static void add_stack(struct made_up *that, char *word)
{
	char *numbers = strchr(word, '='), *frame, *rest = word;
	double base = strtod(numbers + 1, &frame), new = strtod(frame + 1, NULL);
	size_t node = FLAME_NONE, path[MOST], depth = 0;

	*numbers = '\0';
	while ((frame = strsep(&rest, ";")) != NULL) {
		path[depth++] = function_of(that, frame);
		if (new > 0)
			node = node_of(that, node, path[depth - 1]);
	}
	if (new > 0)
		that->nodes[node].self += new;
	that->functions[path[depth - 1]].self[FLAME_BASE] += base;
	that->functions[path[depth - 1]].self[FLAME_NEW] += new;
	for (size_t i = 0; i < depth; i++) {
		that->functions[path[i]].inclusive[FLAME_BASE] += base;
		that->functions[path[i]].inclusive[FLAME_NEW] += new;
	}
}

/* Each function is a group of its own, unless a test says otherwise. */
static void share_changes(struct made_up *that)
{
	for (size_t i = 0; i < that->source.nr_functions; i++)
		memcpy(that->functions[i].group, that->functions[i].self,
		       sizeof(that->functions[i].group));
	for (size_t i = 0; i < that->source.nr_nodes; i++) {
		struct flame_node *node = &that->nodes[i];
		const struct flame_function *function = &that->functions[node->function];
		double change = function->self[FLAME_NEW] - function->self[FLAME_BASE];

		node->group = node->function;
		if (!function->unsure && function->self[FLAME_NEW] > 0)
			node->change = change * node->self / function->self[FLAME_NEW];
		else
			node->change = 0;
	}
}

static struct made_up *make(const char *base, const char *stacks)
{
	struct made_up *that = calloc(1, sizeof(*that));
	char *rest, *word;

	if (!that || !(rest = that->text = strdup(stacks)))
		abort();
	that->source = (struct flame_source){ .title = "A title",
					      .labels = { base, "7.3" },
					      .unit = "instructions",
					      .functions = that->functions,
					      .nodes = that->nodes };
	while ((word = strsep(&rest, " ")) != NULL)
		if (word[0])
			add_stack(that, word);
	share_changes(that);
	return that;
}

static void drop(struct made_up *that, struct flame *flame)
{
	flame_release(flame);
	free(that->text);
	free(that);
}

static const struct flame_frame *frame_of(const struct made_up *that, const struct flame *flame,
					  const char *name)
{
	for (size_t i = 0; i < flame->nr_frames; i++) {
		size_t node = flame->frames[i].node;

		if (node != FLAME_NONE &&
		    !strcmp(that->functions[that->nodes[node].function].name, name))
			return &flame->frames[i];
	}
	return NULL;
}

static void must_be_near(double value, double wanted)
{
	must(fabs(value - wanted) < 1e-9, "%.12f, expected %.12f", value, wanted);
}

/* ---- the layout ---- */

TEST(a_frame_is_as_wide_as_what_it_and_its_callees_took)
{
	struct made_up *that = make(NULL, "a=0/10 a;b=0/30 a;c=0/40 a;c;d=0/20");
	struct flame flame;

	assert_int_equal(flame_lay_out(&that->source, &flame), 0);
	assert_int_equal(flame.nr_frames, 4);
	assert_int_equal(flame.nr_rows, 3);
	must_be_near(frame_of(that, &flame, "a")->width, FLAME_SPAN);
	must_be_near(frame_of(that, &flame, "b")->width, 0.3 * FLAME_SPAN);
	must_be_near(frame_of(that, &flame, "c")->width, 0.6 * FLAME_SPAN);
	must_be_near(frame_of(that, &flame, "d")->width, 0.2 * FLAME_SPAN);
	must_be_near(frame_of(that, &flame, "c")->inclusive, 60);
	must_be_near(frame_of(that, &flame, "c")->self, 40);
	must_be_near(flame.total[FLAME_NEW], 100);
	drop(that, &flame);
}

TEST(frames_stand_on_their_callers_the_widest_first)
{
	struct made_up *that = make(NULL, "z;b=0/30 z;c=0/40 z;c;d=0/20 y=0/5 z;a=0/30");
	const struct flame_frame *a, *b, *c, *d;
	struct flame flame;

	assert_int_equal(flame_lay_out(&that->source, &flame), 0);
	a = frame_of(that, &flame, "a"), b = frame_of(that, &flame, "b");
	c = frame_of(that, &flame, "c"), d = frame_of(that, &flame, "d");
	must_be_near(c->x, 0);
	must_be_near(d->x, c->x);
	must_be_near(a->x, c->x + c->width); /* as wide as b: by name */
	must_be_near(b->x, a->x + a->width);
	must_be_near(frame_of(that, &flame, "y")->x, b->x + b->width);
	assert_int_equal(frame_of(that, &flame, "y")->row, 0);
	assert_int_equal(c->row, 1);
	assert_int_equal(d->row, 2);
	drop(that, &flame);
}

TEST(what_is_too_narrow_stands_together)
{
	struct made_up *that = make(NULL, "a=0/990 a;b=0/1 a;c=0/1 a;d=0/1 a;e;f=0/1 a;g=0/6");
	const struct flame_frame *rest;
	struct flame flame;

	assert_int_equal(flame_lay_out(&that->source, &flame), 0);
	assert_int_equal(flame.nr_frames, 3);
	rest = &flame.frames[2];
	assert_true(rest->node == FLAME_NONE);
	assert_int_equal(rest->count, 5); /* b, c, d, e and f */
	must_be_near(rest->width, 0.004 * FLAME_SPAN);
	must_be_near(rest->x, frame_of(that, &flame, "g")->width);
	must_be_near(rest->inclusive, 4);
	assert_null(frame_of(that, &flame, "f"));
	drop(that, &flame);
}

TEST(what_is_too_narrow_even_together_is_left_out)
{
	struct made_up *that = make(NULL, "a=0/9990 a;b=0/5 a;c=0/5");
	struct flame flame;

	assert_int_equal(flame_lay_out(&that->source, &flame), 0);
	assert_int_equal(flame.nr_frames, 1);
	drop(that, &flame);
}

TEST(frames_on_a_row_never_overlap)
{
	struct made_up *that = make("6.18", "a=1/7 a;b=3/11 a;b;c=5/13 a;b;c;d=1/1 a;b;e=4/17 "
					    "a;f=2/19 a;f;c=1/23 a;f;c;a=1/29 g=0/31 g;b=0/37");
	struct flame flame;
	double across = 0;

	assert_int_equal(flame_lay_out(&that->source, &flame), 0);
	for (size_t i = 0; i < flame.nr_frames; i++) {
		const struct flame_frame *left = &flame.frames[i], *right = left + 1;

		across += left->row ? 0 : left->width;
		assert_true(left->x + left->width <= FLAME_SPAN + 1e-6);
		if (i + 1 < flame.nr_frames && left->row == right->row)
			assert_true(left->x + left->width <= right->x + 1e-6);
	}
	must_be_near(across, FLAME_SPAN);
	drop(that, &flame);
}

TEST(a_stack_without_end_is_cut_off)
{
	struct flame_function function = { .name = "again" };
	struct flame_node nodes[FLAME_ROWS + 10];
	struct flame_source source = { .title = "Deep",
				       .labels = { NULL, "7.3" },
				       .unit = "instructions",
				       .functions = &function,
				       .nr_functions = 1,
				       .nodes = nodes,
				       .nr_nodes = COUNT(nodes) };
	struct flame flame;

	for (size_t i = 0; i < COUNT(nodes); i++)
		nodes[i] = (struct flame_node){ .parent = i ? i - 1 : FLAME_NONE, .self = 1 };
	assert_int_equal(flame_lay_out(&source, &flame), 0);
	assert_int_equal(flame.nr_rows, FLAME_ROWS);
	assert_int_equal(flame.nr_cut, 10);
	flame_release(&flame);
}

TEST(nothing_at_all_has_no_frames)
{
	struct made_up *that = make("6.18", "a=5/0");
	struct text svg = { 0 }, about = { 0 };
	struct flame flame;

	assert_int_equal(flame_lay_out(&that->source, &flame), 0);
	assert_int_equal(flame.nr_frames, 0);
	flame_write(&that->source, &flame, &svg, &about);
	must_contain(svg.text, "</svg>");
	text_release(&svg);
	text_release(&about);
	drop(that, &flame);
}

/* ---- tones ---- */

TEST(the_tone_tells_a_functions_own_change_and_not_its_callees)
{
	struct made_up *that = make("6.18", "a=100/100 a;b=50/50 a;b;c=10/40 a;d=30/22 a;e=20/20 "
					    "a;g=10/11");
	struct flame flame;

	assert_int_equal(flame_lay_out(&that->source, &flame), 0);
	assert_int_equal(frame_of(that, &flame, "c")->tone, 3);
	assert_int_equal(frame_of(that, &flame, "d")->tone, -3);
	assert_int_equal(frame_of(that, &flame, "g")->tone, 1);
	assert_int_equal(frame_of(that, &flame, "a")->tone, 0);
	assert_int_equal(frame_of(that, &flame, "b")->tone, 0);
	drop(that, &flame);
}

/* What moved to another caller is neither more nor less. */
TEST(a_function_that_is_called_by_another_did_not_change)
{
	struct made_up *that = make("6.18", "a=10/10 a;old;f=90/0 a;new=0/10 a;new;f=0/90");
	struct flame flame;

	assert_int_equal(flame_lay_out(&that->source, &flame), 0);
	assert_int_equal(frame_of(that, &flame, "f")->tone, 0);
	assert_int_equal(frame_of(that, &flame, "new")->tone, 3);
	drop(that, &flame);
}

TEST(what_differs_by_next_to_nothing_has_no_tone)
{
	struct made_up *that = make("6.18", "a=1000000/1000000 a;b=1000000/1000099");
	struct flame flame;

	assert_int_equal(flame_lay_out(&that->source, &flame), 0);
	assert_int_equal(frame_of(that, &flame, "b")->tone, 0);
	assert_int_equal(flame.nr_unseen, 0);
	drop(that, &flame);
}

TEST(of_one_side_the_tone_is_a_share)
{
	struct made_up *that = make(NULL, "a=0/5 a;b=0/500 a;c=0/400 a;d=0/60 a;e=0/35");
	struct flame flame;

	assert_int_equal(flame_lay_out(&that->source, &flame), 0);
	assert_int_equal(frame_of(that, &flame, "a")->tone, 0);
	assert_int_equal(frame_of(that, &flame, "b")->tone, 3);
	assert_int_equal(frame_of(that, &flame, "d")->tone, 2);
	assert_int_equal(frame_of(that, &flame, "e")->tone, 1);
	assert_int_equal(flame.nr_unseen, 0);
	drop(that, &flame);
}

/* Of samples: what may be chance has no tone, however large. */
TEST(what_chance_may_have_made_has_no_tone)
{
	struct made_up *that = make("6.18", "a=100/100 a;b=10/30 a;c=10/40 a;d=30/0");
	struct flame flame;

	that->functions[function_of(that, "b")].unsure = true;
	that->functions[function_of(that, "d")].unsure = true;
	share_changes(that);
	assert_int_equal(flame_lay_out(&that->source, &flame), 0);
	assert_int_equal(frame_of(that, &flame, "b")->tone, 0);
	assert_int_equal(frame_of(that, &flame, "c")->tone, 3);
	assert_int_equal(flame.nr_unseen, 0);
	drop(that, &flame);
}

TEST(what_is_gone_is_listed_the_largest_first)
{
	struct made_up *that = make("6.18", "a=1000/1000 a;b=30/0 a;c=50/0 a;d=200/1 a;e=0/300");
	struct flame flame;

	assert_int_equal(flame_lay_out(&that->source, &flame), 0);
	assert_int_equal(flame.nr_unseen, 3); /* d is too narrow to be seen */
	assert_string_equal(that->functions[flame.unseen[0].function].name, "d");
	must_be_near(flame.unseen[0].change, -199);
	assert_string_equal(that->functions[flame.unseen[1].function].name, "c");
	assert_string_equal(that->functions[flame.unseen[2].function].name, "b");
	drop(that, &flame);
}

/* ---- the picture ---- */

static void draw(const struct made_up *that, struct text *svg, struct text *about)
{
	struct flame flame;

	assert_int_equal(flame_lay_out(&that->source, &flame), 0);
	flame_write(&that->source, &flame, svg, about);
	assert_false(svg->failed || about->failed);
	flame_release(&flame);
}

TEST(the_words_of_a_difference_are_in_the_picture)
{
	struct made_up *that =
		make("6.18", "a=1000/1000 a;slower=500/2500 a;gone=300/0 a;same=200/200");
	struct text svg = { 0 }, about = { 0 };

	that->source.pages = 10;
	draw(that, &svg, &about);
	must_contain(about.text, "200 → 370 instructions a page (+170, +85.0 %)");
	must_contain(about.text, "slower 50.0 → 250 a page (+200); gone 30.0 → 0 a page (−30.0).");
	must_contain(svg.text, "<svg role=\"img\"");
	must_contain(svg.text, "<title>A title</title>\n<desc>Flame graph");
	must_contain(svg.text, "prefers-color-scheme:dark");
	must_contain(svg.text, ">slower +200</text>");
	must_contain(svg.text, "500 → 2,500 an operation (+2,000)");
	must_contain(svg.text, "Only in 6.18, and so without a frame: gone −30.0 a page.");
	must(!strstr(svg.text, "<script"), "%s", svg.text);
	text_release(&svg);
	text_release(&about);
	drop(that, &(struct flame){ .frames = NULL });
}

TEST(the_same_source_gives_the_same_bytes)
{
	struct made_up *that = make("6.18", "a=10/10 a;b=5/9 a;c=5/9 d=1/1");
	struct text svg[2] = { { 0 } }, about[2] = { { 0 } };

	for (size_t i = 0; i < 2; i++)
		draw(that, &svg[i], &about[i]);
	assert_string_equal(svg[0].text, svg[1].text);
	assert_string_equal(about[0].text, about[1].text);
	for (size_t i = 0; i < 2; i++) {
		text_release(&svg[i]);
		text_release(&about[i]);
	}
	drop(that, &(struct flame){ .frames = NULL });
}

TEST(names_from_a_file_are_only_text)
{
	struct made_up *that = make("<b>", "<script>\"&'=10/10 <script>\"&';x\x1b[31m=1/9");
	struct text svg = { 0 }, about = { 0 };

	draw(that, &svg, &about);
	must_contain(svg.text, "&lt;script&gt;&quot;&amp;&#39;");
	must(!strstr(svg.text, "<script") && !strstr(svg.text, "<b>") && !strchr(svg.text, '\x1b'),
	     "%s", svg.text);
	text_release(&svg);
	text_release(&about);
	drop(that, &(struct flame){ .frames = NULL });
}

/* Reads what stands in a frame, and how wide it is, from the SVG itself. */
static void must_fit(const char *svg)
{
	size_t labels = 0;

	for (const char *at = svg; (at = strstr(at, "</title><rect")); at++) {
		const char *wide = strstr(at, "width=\""), *end = strstr(at, "</g>");
		const char *text = strstr(at, "<text"), *words, *after;
		double width = strtod(wide + 7, NULL);
		size_t count = 0;

		if (!text || text > end)
			continue;
		words = strchr(text, '>') + 1;
		after = strchr(words, '<');
		for (const char *byte = words; byte < after; byte++)
			count += (*byte & 0xc0) != 0x80;
		labels++;
		must((double)count * 11 * 0.61 + 3 <= width, "%.*s in %.1f", (int)(after - words),
		     words, width);
	}
	assert_true(labels > 3);
}

TEST(labels_keep_within_their_frames)
{
	struct text svg = { 0 }, about = { 0 };
	struct made_up *that =
		make("6.18", "a=10/10 a;a_rather_long_name_of_a_function=900/1000 "
			     "a;another_long_name=60/160 a;short=0/70 a;b=9/40 "
			     "a;c_has_a_name=10/29 a;d=12/12 a;e=9/17 a;f=4/12 a;g=5/5 "
			     "a;h=2/9 a;i=3/7");

	draw(that, &svg, &about);
	must_fit(svg.text);
	must_contain(svg.text, "url(#more)"); /* no room for a sign */
	text_release(&svg);
	text_release(&about);
	drop(that, &(struct flame){ .frames = NULL });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_frame_is_as_wide_as_what_it_and_its_callees_took),
		cmocka_unit_test(frames_stand_on_their_callers_the_widest_first),
		cmocka_unit_test(what_is_too_narrow_stands_together),
		cmocka_unit_test(what_is_too_narrow_even_together_is_left_out),
		cmocka_unit_test(frames_on_a_row_never_overlap),
		cmocka_unit_test(a_stack_without_end_is_cut_off),
		cmocka_unit_test(nothing_at_all_has_no_frames),
		cmocka_unit_test(the_tone_tells_a_functions_own_change_and_not_its_callees),
		cmocka_unit_test(a_function_that_is_called_by_another_did_not_change),
		cmocka_unit_test(what_differs_by_next_to_nothing_has_no_tone),
		cmocka_unit_test(of_one_side_the_tone_is_a_share),
		cmocka_unit_test(what_chance_may_have_made_has_no_tone),
		cmocka_unit_test(what_is_gone_is_listed_the_largest_first),
		cmocka_unit_test(the_words_of_a_difference_are_in_the_picture),
		cmocka_unit_test(the_same_source_gives_the_same_bytes),
		cmocka_unit_test(names_from_a_file_are_only_text),
		cmocka_unit_test(labels_keep_within_their_frames),
	};

	return RUN(tests);
}
