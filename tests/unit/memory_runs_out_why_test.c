/* Profiles are read, explained and written whole, or there is an error, whichever allocation fails. */
#include "compare/because.h"
#include "compare/making.h"
#include "fail_nth.h"

#include "boots.h"
#include "profile/profiles.h"
#include "table/compare_formats.h"

#define CELL "vfio-map/backing=thp"

static const char *paths[2];
static struct sides sides;
static char expected[65536]; /* what is printed with all memory */
static const char *format;

/* Two kernels with a function that was renamed, one with a suffix, and one of two modules. */
static void write_boots(void)
{
	static const char *const stacks[] = {
		"[user]=40 [user];f=100/1 [user];f;old=1000/2 [user];f;g.isra.0@m=500/5",
		"[user]=40 [user];f=120/1 [user];f;young=2000/2 [user];f;g@m=800/5 "
		"[user];f;g@n=9/1",
	};

	for (size_t i = 0; i < COUNT(stacks); i++) {
		FILE *file;

		paths[i] = kept(temp_path(i ? "b.jsonl" : "a.jsonl"));
		file = boot_begin(paths[i], &(struct boot_file){ .label = i ? "k2" : "k1",
								 .timing = "icount",
								 .pair = 1 });
		boot_trial(file, CELL, "map_ns", i ? "2969,2969" : "1640,1640");
		boot_profile(file, &(struct boot_profile_text){ .cell = CELL,
								.metric = "map_ns",
								.interrupts = 3,
								.stacks = stacks[i] });
		boot_end(file);
	}
}

/* ---- loading ---- */

static enum outcome walk_profiles(void)
{
	struct profiles *profiles = NULL;
	enum outcome outcome = REFUSED;
	int ret;

	memory_runs_out();
	ret = profiles_load(&paths[1], 1, &profiles, NULL);
	memory_is_back();
	if (!ret)
		outcome = profiles->count == 1 &&
					  profiles_find(profiles, CELL, "map_ns")->tree.count == 6
				  ? COMPLETE
				  : WRONG;
	else if (profiles || ret != -ENOMEM)
		outcome = WRONG;
	profiles_free(profiles);
	return outcome;
}

TEST(profiles_are_loaded_whole_or_not_at_all)
{
	write_boots();
	fail_walk(&(struct fail_walk){ .work = walk_profiles });
}

/* ---- records ---- */

static struct profile *written;

static enum outcome walk_record(void)
{
	json_t *record;
	char *text;
	enum outcome outcome = REFUSED;

	memory_runs_out();
	record = profile_to_record(written, NULL);
	memory_is_back();
	if (record) {
		text = json_dumps(record, JSON_COMPACT);
		outcome = strcmp(text, expected) ? WRONG : COMPLETE;
		free(text);
	}
	json_decref(record);
	return outcome;
}

TEST(record_of_a_profile_has_all_its_members_or_there_is_none)
{
	json_t *record;
	char *text;

	written = boot_profile_of(&(struct boot_profile_text){
		.cell = CELL, .metric = "map_ns", .stacks = "a=1/1 a;b@m=2/3 a;b@n=4/5" });
	record = profile_to_record(written, NULL);
	text = json_dumps(record, JSON_COMPACT);
	snprintf(expected, sizeof(expected), "%s", text);
	free(text);
	json_decref(record);
	fail_walk(&(struct fail_walk){ .work = walk_record });
	profile_free(written);
}

/* ---- comparisons ---- */

static struct comparison *compare(void)
{
	static const struct comparison_options options = { .gated = false };
	struct comparison *comparison = NULL;
	struct text refusal = { 0 };

	assert_int_equal(comparison_make(&sides, &options, &comparison, &refusal, NULL), 0);
	text_release(&refusal);
	return comparison;
}

static int print(const struct comparison *comparison, char *text, size_t room)
{
	FILE *file = fmemopen(memset(text, 0, room), room, "w");
	int ret = compare_format_find(format)->print(comparison, file, false, NULL);

	fclose(file);
	return ret;
}

static enum outcome walk_because(void)
{
	static char text[sizeof(expected)];
	struct comparison *comparison = compare();
	enum outcome outcome = REFUSED;
	int ret;

	memory_runs_out();
	ret = because_find(comparison, &(struct because_options){ .most_lines = 0 }, NULL);
	memory_is_back();
	if (!ret)
		outcome = !print(comparison, text, sizeof(text)) && !strcmp(text, expected)
				  ? COMPLETE
				  : WRONG;
	else if (ret != -ENOMEM)
		outcome = WRONG;
	comparison_free(comparison);
	return outcome;
}

static struct comparison *explained;

static enum outcome walk_print(void)
{
	static char text[sizeof(expected)], buffer[4096];
	FILE *file = fmemopen(memset(text, 0, sizeof(text)), sizeof(text), "w");
	int ret;

	setvbuf(file, buffer, _IOFBF, sizeof(buffer));
	memory_runs_out();
	ret = compare_format_find(format)->print(explained, file, false, NULL);
	memory_is_back();
	fclose(file);
	if (ret)
		return REFUSED;
	return strcmp(text, expected) ? WRONG : COMPLETE;
}

static void load(void)
{
	struct reason reason = { "" };

	write_boots();
	must(!sides_load(paths, 2, NULL, 0, &sides, &reason), "%s", reason.text);
	explained = compare();
	must(!because_find(explained, &(struct because_options){ .most_lines = 0 }, &reason), "%s",
	     reason.text);
	assert_int_equal(print(explained, expected, sizeof(expected)), 0);
	must_contain(expected, "young");
}

static void unload(void)
{
	comparison_free(explained);
	sides_release(&sides);
}

TEST(row_is_explained_whole_or_there_is_an_error)
{
	format = "json";
	load();
	fail_walk(&(struct fail_walk){ .work = walk_because });
	unload();
}

TEST(explanation_is_printed_whole_or_there_is_an_error)
{
	static const char *const formats[] = { "text", "markdown", "json" };

	for (size_t i = 0; i < COUNT(formats); i++) {
		format = formats[i];
		load();
		fail_walk(&(struct fail_walk){ .work = walk_print });
		unload();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(profiles_are_loaded_whole_or_not_at_all),
		cmocka_unit_test(record_of_a_profile_has_all_its_members_or_there_is_none),
		cmocka_unit_test(row_is_explained_whole_or_there_is_an_error),
		cmocka_unit_test(explanation_is_printed_whole_or_there_is_an_error),
	};

	return RUN(tests);
}
