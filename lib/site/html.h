/*
 * html - writes HTML so that data can never become markup.
 *
 * Tags and names of attributes are ours; all else is escaped by one function. The output is also
 * well-formed XML. If memory runs out, html.text.failed is set: check it once, at the end.
 *
 * Zero-initialise struct html and call html_release() in any case.
 */
#ifndef SITE_HTML_H
#define SITE_HTML_H

#include <stdarg.h>
#include <stddef.h>

#include "base/text.h"

#define HTML_DEEPEST 24

struct html {
	struct text text;
	const char *open[HTML_DEEPEST]; /* tags that are not closed yet */
	size_t depth;
};

/*
 * Adds @text, escaped for an element or a quoted attribute. Control characters, and those that
 * would change the direction of the text behind them, become <U+202E>; bytes that are not UTF-8
 * become U+FFFD.
 */
void html_escape(struct text *to, const char *text);

/*
 * Begins an element, <tag name="value" …>: names and values alternate, then NULL. An attribute
 * whose value is NULL is left out.
 */
void html_begin(struct html *html, const char *tag, ...) __attribute__((sentinel));
void html_end(struct html *html); /* ends the element that was begun last */

/* Adds an empty element, <tag …/>: meta, link, img, br, col. */
void html_empty(struct html *html, const char *tag, ...) __attribute__((sentinel));

void html_text(struct html *html, const char *format, ...) __attribute__((format(printf, 2, 3)));

void html_vtext(struct html *html, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

/*
 * Add an element that holds text only; the second and third with one attribute, left out if its
 * value is NULL.
 */
void html_leaf(struct html *html, const char *tag, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void html_leaf_with(struct html *html, const char *tag, const char *name, const char *value,
		    const char *format, ...) __attribute__((format(printf, 5, 6)));
void html_vleaf_with(struct html *html, const char *tag, const char *name, const char *value,
		     const char *format, va_list args) __attribute__((format(printf, 5, 0)));
void html_link(struct html *html, const char *href, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

void html_release(struct html *html);

#endif
