#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "plot/draw.h"
#include "plot/gnuplot.h"
#include "plot/svg.h"

static const char *const endings[] = { "gp", "dat", "svg", "png" };

/* Makes the path of a file. The caller frees it: folders' names have any length. */
static char *name_file(const char *name, const char *folder, const char *ending)
{
	struct text path = { 0 };

	text_add(&path, "%s/%s.%s", folder, name, ending);
	if (!path.failed)
		return path.text;
	text_release(&path);
	return NULL;
}

static int write_file(const char *name, const char *folder, const char *ending,
		      const struct text *text, struct reason *reason)
{
	char *path = text->failed ? NULL : name_file(name, folder, ending);
	FILE *file = path ? fopen(path, "we") : NULL;
	int ret = 0;

	if (!path)
		return -ENOMEM;
	if (!file) {
		ret = reason_set(reason, -errno, "%s: %s", path, strerror(errno));
	} else {
		if (text->length)
			fwrite(text->text, 1, text->length, file);
		ret = ferror(file) ? -EIO : 0;
		if (fclose(file) && !ret)
			ret = errno ? -errno : -EIO;
		if (ret)
			reason_set(reason, ret, "%s: %s", path, strerror(-ret));
	}
	free(path);
	return ret;
}

/* Writes the variables of the script, which is a file of its own beside it. */
static int write_script(const struct figure *figure, const char *folder, struct reason *reason)
{
	const char *name = figure->name.text;
	struct text script = { 0 };
	int ret;

	text_add(&script, "# Draws %s.svg and %s.png of %s.dat: gnuplot %s.gp\n", name, name, name,
		 name);
	figure_write(figure, &script);
	text_add(&script, "load '%s.gp'\n", figure->script);
	ret = script.failed ? -ENOMEM : write_file(name, folder, "gp", &script, reason);
	text_release(&script);
	return ret;
}

int plot_draw_prepare(const char *const *scripts, const char *folder, struct reason *reason)
{
	int ret = 0;

	for (; *scripts && !ret; scripts++) {
		struct text script = { 0 };

		ret = plot_gnuplot_find(*scripts, &script, reason);
		if (!ret)
			ret = write_file(*scripts, folder, "gp", &script, reason);
		text_release(&script);
	}
	return ret;
}

static int dress(const struct figure *figure, const char *folder, struct reason *reason)
{
	char *path = name_file(figure->name.text, folder, "svg");
	struct text dressed = { 0 };
	char *svg = NULL;
	size_t length;
	int ret = path ? file_read_all(path, &svg, &length) : -ENOMEM;

	free(path);
	if (ret == -ENOENT)
		return reason_set(reason, SKIPPED, "gnuplot wrote no SVG");
	if (!ret)
		ret = plot_svg_dress(svg, figure->title.text, figure->about.text, &dressed, reason);
	if (!ret)
		ret = write_file(figure->name.text, folder, "svg", &dressed, reason);
	text_release(&dressed);
	free(svg);
	return ret;
}

/* Tells whether a PNG has its last chunk: gnuplot does not report that a disk is full. */
static bool is_complete_png(const char *png, size_t length)
{
	static const unsigned char last[] = { 'I', 'E', 'N', 'D', 0xae, 0x42, 0x60, 0x82 };

	return length >= sizeof(last) && !memcmp(png + length - sizeof(last), last, sizeof(last));
}

static int check_png(const struct figure *figure, const char *folder, struct reason *reason)
{
	char *path = name_file(figure->name.text, folder, "png");
	char *png = NULL;
	size_t length = 0;
	int ret = path ? file_read_all(path, &png, &length) : -ENOMEM;

	if (ret == -ENOENT || (!ret && !length))
		ret = reason_set(reason, SKIPPED,
				 "gnuplot wrote no PNG: it was built without cairo, which the "
				 "package gnuplot-nox has");
	else if (!ret && !is_complete_png(png, length))
		ret = reason_set(reason, SKIPPED,
				 "gnuplot wrote only a part of a PNG: is the disk full?");
	free(png);
	free(path);
	return ret;
}

static void remove_all(const struct figure *figure, const char *folder)
{
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		char *path = name_file(figure->name.text, folder, endings[i]);

		if (path)
			unlink(path);
		free(path);
	}
}

int plot_draw(const struct figure *figure, const char *folder, struct reason *reason)
{
	struct text script = { 0 };
	int ret;

	text_add(&script, "%s.gp", figure->name.text);
	ret = script.failed ? -ENOMEM : write_script(figure, folder, reason);
	if (!ret)
		ret = write_file(figure->name.text, folder, "dat", &figure->data, reason);
	if (!ret)
		ret = plot_gnuplot_run(folder, script.text, reason);
	if (!ret)
		ret = dress(figure, folder, reason);
	if (!ret)
		ret = check_png(figure, folder, reason);
	if (ret)
		remove_all(figure, folder);
	text_release(&script);
	return ret;
}
