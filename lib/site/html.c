#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "site/html.h"

/* ---- escaping ---- */

static bool is_continued(const unsigned char *text, size_t count)
{
	for (size_t i = 1; i <= count; i++)
		if ((text[i] & 0xc0) != 0x80)
			return false;
	return true;
}

/* Returns the length of the UTF-8 character at @text, and its number; 0 if there is none. */
static size_t decode(const unsigned char *text, uint32_t *ret_character)
{
	static const struct {
		unsigned char mask, lead;
		uint32_t least;
	} forms[] = {
		{ 0x80, 0, 0 }, { 0xe0, 0xc0, 0x80 }, { 0xf0, 0xe0, 0x800 }, { 0xf8, 0xf0, 0x10000 }
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		uint32_t character = text[0] & ~forms[i].mask & 0xffU;

		if ((text[0] & forms[i].mask) != forms[i].lead)
			continue;
		if (!is_continued(text, i))
			return 0;
		for (size_t j = 1; j <= i; j++)
			character = character << 6 | (text[j] & 0x3fU);
		*ret_character = character;
		return character < forms[i].least || character > 0x10ffff ||
				       (character >= 0xd800 && character < 0xe000)
			       ? 0
			       : i + 1;
	}
	return 0;
}

/* Tells whether a character is invisible or changes how others are shown. */
static bool is_unseen(uint32_t character)
{
	static const struct {
		uint32_t from, to;
	} ranges[] = {
		{ 0, 0x1f },	    { 0x7f, 0x9f },	{ 0x61c, 0x61c },   { 0x200e, 0x200f },
		{ 0x2028, 0x202e }, { 0x2066, 0x2069 }, { 0xfdd0, 0xfdef }, { 0xfeff, 0xfeff },
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (character >= ranges[i].from && character <= ranges[i].to)
			return true;
	return (character & 0xfffe) == 0xfffe;
}

static const char *entity_for(uint32_t character)
{
	switch (character) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void html_escape(struct text *to, const char *text)
{
	const char *plain = text; /* start of the text that needs no change */
	uint32_t character = 0;

	while (*text) {
		size_t length = decode((const unsigned char *)text, &character);
		const char *entity = length ? entity_for(character) : "\xef\xbf\xbd";

		if (length && !entity && !is_unseen(character)) {
			text += length;
			continue;
		}
		text_add_bytes(to, plain, (size_t)(text - plain));
		if (entity)
			text_add_bytes(to, entity, strlen(entity));
		else
			text_add(to, "&lt;U+%04X&gt;", character);
		text += length ? length : 1;
		plain = text;
	}
	text_add_bytes(to, plain, (size_t)(text - plain));
}

/* ---- elements ---- */

static void add(struct html *html, const char *text)
{
	text_add_bytes(&html->text, text, strlen(text));
}

/* Tells whether an element is within a line of text, where white space around it would show. */
static bool is_inline(const char *tag)
{
	static const char *const tags[] = { "a",    "abbr",   "code", "em",
					    "span", "strong", "svg",  "time" };

	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		if (!strcmp(tag, tags[i]))
			return true;
	return false;
}

static void add_tag(struct html *html, const char *tag, va_list attributes)
{
	const char *name;

	add(html, "<");
	add(html, tag);
	while ((name = va_arg(attributes, const char *))) {
		const char *value = va_arg(attributes, const char *);

		if (!value)
			continue;
		add(html, " ");
		add(html, name);
		add(html, "=\"");
		html_escape(&html->text, value);
		add(html, "\"");
	}
}

static void push(struct html *html, const char *tag)
{
	if (html->depth == HTML_DEEPEST) {
		html->text.failed = true; /* cannot happen: pages are not that deep */
		return;
	}
	html->open[html->depth++] = tag;
}

void html_begin(struct html *html, const char *tag, ...)
{
	va_list attributes;

	va_start(attributes, tag);
	add_tag(html, tag, attributes);
	va_end(attributes);
	add(html, ">");
	push(html, tag);
}

void html_end(struct html *html)
{
	const char *tag;

	if (!html->depth) {
		html->text.failed = true;
		return;
	}
	tag = html->open[--html->depth];
	add(html, "</");
	add(html, tag);
	add(html, is_inline(tag) ? ">" : ">\n");
}

void html_empty(struct html *html, const char *tag, ...)
{
	va_list attributes;

	va_start(attributes, tag);
	add_tag(html, tag, attributes);
	va_end(attributes);
	add(html, "/>\n");
}

/* ---- text ---- */

#define SHORT 256 /* most texts are, and need no memory of their own */

void html_vtext(struct html *html, const char *format, va_list args)
{
	char text[SHORT], *whole;
	va_list again;
	int length;

	va_copy(again, args);
	length = vsnprintf(text, sizeof(text), format, again);
	va_end(again);
	if (length < SHORT) {
		html_escape(&html->text, length < 0 ? "" : text);
		return;
	}
	whole = malloc((size_t)length + 1);
	if (!whole) {
		html->text.failed = true;
		return;
	}
	vsnprintf(whole, (size_t)length + 1, format, args);
	html_escape(&html->text, whole);
	free(whole);
}

void html_text(struct html *html, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	html_vtext(html, format, args);
	va_end(args);
}

void html_vleaf_with(struct html *html, const char *tag, const char *name, const char *value,
		     const char *format, va_list args)
{
	html_begin(html, tag, name, value, NULL);
	html_vtext(html, format, args);
	html_end(html);
}

void html_leaf_with(struct html *html, const char *tag, const char *name, const char *value,
		    const char *format, ...)
{
	va_list args;

	va_start(args, format);
	html_vleaf_with(html, tag, name, value, format, args);
	va_end(args);
}

void html_leaf(struct html *html, const char *tag, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	html_vleaf_with(html, tag, NULL, NULL, format, args);
	va_end(args);
}

void html_link(struct html *html, const char *href, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	html_vleaf_with(html, "a", "href", href, format, args);
	va_end(args);
}

void html_release(struct html *html)
{
	text_release(&html->text);
	*html = (struct html){ .depth = 0 };
}
