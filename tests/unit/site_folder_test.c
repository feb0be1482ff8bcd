#include "boots.h"
#include "fail_nth.h"
#include "site/folder.h"
#include "site/mark.h"
#include "result/finding.h"
#include "unit.h"

#define SUM_OF_X "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"

/* What is in the folder, a name a line. */
static const char *listing(const char *path)
{
	static char text[1000];
	char command[300];
	FILE *pipe;
	size_t length;

	snprintf(command, sizeof(command), "cd %s 2>/dev/null && find . -mindepth 1 | sort | xargs",
		 path);
	pipe = popen(command, "re");
	length = fread(text, 1, sizeof(text) - 1, pipe);
	pclose(pipe);
	text[length ? length - 1 : 0] = '\0';
	return text;
}

static int make_site(const char *path, bool force, const char *text, struct reason *reason)
{
	struct site_folder *folder;
	int ret = site_folder_open(path, force, &folder, reason);

	if (ret)
		return ret;
	ret = site_folder_write(folder, "a/b.txt", text, strlen(text), NULL, reason);
	if (ret)
		site_folder_drop(folder);
	else
		ret = site_folder_finish(folder, reason);
	return ret;
}

TEST(a_folder_appears_whole_with_its_list)
{
	const char *path = kept(temp_path("whole"));
	const struct site_file *file;
	struct site_folder *folder;
	struct reason reason = { "" };

	assert_int_equal(site_folder_open(path, false, &folder, &reason), 0);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(site_folder_write(folder, "a/b/c.txt", "x", 1, &file, &reason), 0);
	assert_string_equal(file->sum, SUM_OF_X);
	assert_int_equal(file->size_bytes, 1);
	assert_int_equal(site_folder_copy(folder, "copy", temp_file("from", "x"), &file, &reason),
			 0);
	assert_string_equal(file->sum, SUM_OF_X);
	assert_int_equal(site_folder_write(folder, "copy", "y", 1, NULL, &reason), -EEXIST);
	assert_int_equal(site_folder_finish(folder, &reason), 0);
	assert_string_equal(listing(path), "./a ./a/b ./a/b/c.txt ./copy ./" REPORT_MARK);
	assert_string_equal(file_text(kept(temp_path("whole/" REPORT_MARK))),
			    SITE_MARK_HEAD SUM_OF_X "  a/b/c.txt\n" SUM_OF_X "  copy\n");
}

TEST(what_is_dropped_leaves_nothing)
{
	struct site_folder *folder;
	struct reason reason = { "" };
	char parts[200];

	assert_int_equal(site_folder_open(temp_path("drop"), false, &folder, &reason), 0);
	assert_int_equal(site_folder_write(folder, "a/b.txt", "x", 1, NULL, &reason), 0);
	snprintf(parts, sizeof(parts), "%s", site_folder_path(folder));
	assert_int_equal(access(parts, F_OK), 0);
	site_folder_drop(folder);
	assert_int_equal(access(parts, F_OK), -1);
	assert_int_equal(access(temp_path("drop"), F_OK), -1);
	site_folder_drop(NULL);
}

TEST(what_others_put_there_is_adopted)
{
	const char *path = kept(temp_path("adopted"));
	struct site_folder *folder;
	struct reason reason = { "" };
	char put[300];

	assert_int_equal(site_folder_open(path, false, &folder, &reason), 0);
	assert_int_equal(site_folder_make(folder, "plots", &reason), 0);
	snprintf(put, sizeof(put), "%s/plots/p.svg", site_folder_path(folder));
	make_file(put, "x");
	assert_int_equal(site_folder_adopt(folder, "plots", &reason), 0);
	assert_int_equal(site_folder_finish(folder, &reason), 0);
	must_contain(file_text(kept(temp_path("adopted/" REPORT_MARK))), SUM_OF_X "  plots/p.svg");
}

TEST(only_a_report_is_replaced_and_only_by_force)
{
	const char *path = kept(temp_path("again")), *other = kept(temp_path("again/mine"));
	const char *file = kept(temp_path("again/a/b.txt"));
	struct reason reason = { "" };

	assert_int_equal(make_site(path, false, "1", &reason), 0);
	assert_int_equal(make_site(path, false, "2", &reason), -EEXIST);
	must_contain(reason.text, "--force");
	assert_int_equal(make_site(path, true, "3", &reason), 0);
	assert_string_equal(file_text(file), "3");
	make_file(other, "precious");
	assert_int_equal(make_site(path, true, "4", &reason), -EEXIST);
	must_contain(reason.text, "again/mine: is no part of the report");
	assert_string_equal(file_text(other), "precious");
	assert_string_equal(file_text(file), "3");
	unlink(kept(temp_path("again/" REPORT_MARK)));
	assert_int_equal(make_site(path, true, "5", &reason), -EEXIST);
	must_contain(reason.text, "no report");
	make_file(kept(temp_path("again/" REPORT_MARK)), "something else\n");
	assert_int_equal(make_site(path, true, "6", &reason), -EEXIST);
}

/* Put there between the look and the change of places: kept beside it, not lost. */
TEST(what_comes_meanwhile_is_kept)
{
	const char *path = kept(temp_path("race")), *late = kept(temp_path("race/late"));
	struct site_folder *folder;
	struct reason reason = { "" };

	assert_int_equal(make_site(path, false, "1", &reason), 0);
	assert_int_equal(site_folder_open(path, true, &folder, &reason), 0);
	make_file(late, "precious");
	assert_int_equal(site_folder_finish(folder, &reason), -EEXIST);
	assert_string_equal(file_text(late), "precious");
	assert_string_equal(file_text(kept(temp_path("race/a/b.txt"))), "1");
}

TEST(a_list_removes_what_it_names_and_nothing_else)
{
	const char *path = make_folder("listed"), *outside = kept(temp_path("outside"));
	struct reason reason = { "" };

	make_folder("listed/sub");
	make_file(outside, "precious");
	make_file(kept(temp_path("listed/sub/mine")), "x");
	make_file(kept(temp_path("listed/sub/theirs")), "x");
	make_file(kept(temp_path("listed/" REPORT_MARK)), SITE_MARK_HEAD SUM_OF_X
		  "  ../outside\n" SUM_OF_X "  sub/theirs\n" SUM_OF_X "  /etc/hostname\nshort\n");
	assert_int_equal(symlink(outside, temp_path("listed/link")), 0);
	assert_int_equal(site_mark_check(path, &reason), -EEXIST);
	assert_int_equal(site_mark_remove(path), 0);
	assert_string_equal(file_text(outside), "precious");
	assert_string_equal(listing(path), "./link ./sub ./sub/mine");
}

TEST(places_where_nothing_can_appear_are_told)
{
	struct reason reason = { "" };

	assert_int_equal(site_folder_check(temp_file("file", "x"), true, &reason), -ENOTDIR);
	assert_int_equal(site_folder_check(temp_path("no/such"), true, &reason), -ENOENT);
	must_contain(reason.text, "cannot be made in");
	assert_int_equal(site_folder_check("", false, &reason), -ENOENT);
	assert_int_equal(site_folder_check(make_folder("empty"), false, &reason), 0);
}

static enum outcome make_with_little_memory(void)
{
	const char *path = kept(temp_path("little"));
	struct reason reason = { "" };
	char command[300];
	int ret;

	memory_runs_out();
	ret = make_site(path, true, "x", &reason);
	memory_is_back();
	if (!ret && strcmp(file_text(kept(temp_path("little/a/b.txt"))), "x") != 0)
		return WRONG;
	if (ret && !access(path, F_OK))
		return WRONG;
	snprintf(command, sizeof(command), "ls -d %.200s.part* >/dev/null 2>&1", path);
	if (!system(command))
		return WRONG;
	snprintf(command, sizeof(command), "rm -rf %.200s", path);
	if (system(command))
		return WRONG;
	return ret ? REFUSED : COMPLETE;
}

TEST(memory_that_runs_out_leaves_nothing)
{
	fail_walk(&(struct fail_walk){ .work = make_with_little_memory });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_folder_appears_whole_with_its_list),
		cmocka_unit_test(what_is_dropped_leaves_nothing),
		cmocka_unit_test(what_others_put_there_is_adopted),
		cmocka_unit_test(only_a_report_is_replaced_and_only_by_force),
		cmocka_unit_test(what_comes_meanwhile_is_kept),
		cmocka_unit_test(a_list_removes_what_it_names_and_nothing_else),
		cmocka_unit_test(places_where_nothing_can_appear_are_told),
		cmocka_unit_test(memory_that_runs_out_leaves_nothing),
	};

	return RUN(tests);
}
