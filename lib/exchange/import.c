#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/text.h"
#include "exchange/import.h"

const struct import_format *const import_formats[] = {
	&import_benchstat,
	&import_google_benchmark,
	&import_hyperfine,
	NULL,
};

const struct import_format *import_find(const char *name)
{
	for (const struct import_format *const *format = import_formats; *format; format++)
		if (!strcmp((*format)->name, name))
			return *format;
	return NULL;
}

struct input {
	const char *name; /* for messages */
	struct text text;
	json_t *root; /* NULL if the text is no JSON */
	json_error_t error; /* why it is no JSON */
	struct reason *reason;
};

static int read_all(struct input *input, int fd)
{
	char piece[65536];
	ssize_t got;

	text_add_bytes(&input->text, "", 0);
	while ((got = read(fd, piece, sizeof(piece)))) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return reason_set(input->reason, -errno, "%s: %s", input->name,
					  strerror(errno));
		if (input->text.length + (size_t)got > IMPORT_MOST_BYTES)
			return reason_set(input->reason, -EFBIG,
					  "%s: has more than %llu MiB, which is no file of figures",
					  input->name, IMPORT_MOST_BYTES >> 20);
		text_add_bytes(&input->text, piece, (size_t)got);
	}
	return input->text.failed ? -ENOMEM : 0;
}

static int check_text(const struct input *input)
{
	const char *text = input->text.text;

	if (strlen(text) != input->text.length)
		return reason_set(input->reason, -EINVAL, "%s: holds a zero byte: it is no text",
				  input->name);
	if (!text[strspn(text, " \t\r\n")])
		return reason_set(input->reason, -ENODATA, "%s: is empty", input->name);
	return 0;
}

static int read_path(struct input *input, const char *path)
{
	bool is_stdin = !strcmp(path, "-");
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	int ret;

	input->name = is_stdin ? "standard input" : path;
	if (fd < 0)
		return reason_set(input->reason, -errno, "%s: %s", path, strerror(errno));
	ret = read_all(input, fd);
	if (!is_stdin)
		close(fd);
	return ret ? ret : check_text(input);
}

static int parse(struct input *input)
{
	const char *start = input->text.text + strspn(input->text.text, " \t\r\n");

	if (text_starts_with(start, "{\"record\":"))
		return reason_set(input->reason, -EINVAL, "%s: is a result file already",
				  input->name);
	if (*start != '{' && *start != '[')
		return 0;
	input->root = json_loadb(input->text.text, input->text.length, JSON_REJECT_DUPLICATES,
				 &input->error);
	if (input->root)
		return 0;
	if (json_ran_out())
		return -ENOMEM;
	return reason_set(input->reason, -EINVAL, "%s:%d:%d: %.200s", input->name,
			  input->error.line, input->error.column, input->error.text);
}

static const struct import_format *guess(const struct input *input)
{
	for (const struct import_format *const *format = import_formats; *format; format++)
		if ((*format)->is_like(input->root, input->text.text))
			return *format;
	reason_set(input->reason, -EINVAL,
		   "%s: looks like none of benchstat, google-benchmark and hyperfine: say which "
		   "by --format",
		   input->name);
	return NULL;
}

static int take(const struct input *input, const struct import_format *format, FILE *file)
{
	struct imported imported;
	int ret;

	if (format->read_json && !input->root)
		return reason_set(input->reason, -EINVAL, "%s:1:1: expected the JSON of %s",
				  input->name, format->name);
	ret = imported_init(&imported, format->name, input->name, input->text.text,
			    input->text.length, input->reason);
	if (!ret)
		ret = format->read_json ? format->read_json(&imported, input->root)
					: format->read_text(&imported, input->text.text);
	if (!ret && json_ran_out())
		ret = -ENOMEM;
	if (!ret && !json_array_size(imported.trials))
		ret = reason_set(input->reason, -ENODATA, "%s: has no figures", input->name);
	if (!ret)
		ret = imported_write(&imported, file);
	imported_release(&imported);
	return ret;
}

int import_file(const char *path, const struct import_format *format, FILE *file,
		struct reason *reason)
{
	struct input input = { .reason = reason };
	int ret = read_path(&input, path);

	if (ret || !input.text.text)
		goto out_release;
	ret = parse(&input);
	if (!ret && !format) {
		format = guess(&input);
		ret = format ? 0 : -EINVAL;
	}
	if (!ret)
		ret = take(&input, format, file);
out_release:
	json_decref(input.root);
	text_release(&input.text);
	return ret;
}
