#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/text.h"
#include "profile/folded.h"

#define INTERRUPTS "[interrupts]"

/* Writes a frame in which nothing ends a frame or a line. */
static void write_frame(const char *name, FILE *file)
{
	char plain[512];

	for (const char *at = text_plain(name, plain, sizeof(plain)); *at; at++)
		fputc(*at == ';' ? ':' : *at, file);
}

static void write_head(const struct profile *profile, const char *label, FILE *file)
{
	if (label) {
		write_frame(label, file);
		fputc(';', file);
	}
	write_frame(profile->cell, file);
	fputc(';', file);
	write_frame(profile->metric, file);
}

/* Writes the frames of a node; @path has room for all nodes. */
static void write_path(const struct call_tree *tree, size_t node, size_t *path, FILE *file)
{
	size_t depth = 0;

	for (size_t i = node; i; i = tree->nodes[i].parent)
		path[depth++] = i;
	while (depth--) {
		fputc(';', file);
		write_frame(tree->nodes[path[depth]].name, file);
	}
}

int folded_write(const struct profile *profile, const char *label, FILE *file)
{
	const struct call_tree *tree = &profile->tree;
	size_t *path = calloc(tree->count + 1, sizeof(*path));

	if (!path)
		return -ENOMEM;
	for (size_t i = 1; i < tree->count; i++) {
		if (!tree->nodes[i].self)
			continue;
		write_head(profile, label, file);
		write_path(tree, i, path, file);
		fprintf(file, " %" PRIu64 "\n", tree->nodes[i].self);
	}
	if (profile->interrupts) {
		write_head(profile, label, file);
		fprintf(file, ";" INTERRUPTS " %" PRIu64 "\n", profile->interrupts);
	}
	free(path);
	return 0;
}
