/*
 * html - HTML written so that nothing from data can become markup.
 *
 * Tags and names of attributes are ours; all else goes through one escaping function. What is
 * written is well-formed XML, too. Memory that runs out is seen in html.text.failed, once, at the
 * end.
 */
#ifndef SITE_HTML_H
#define SITE_HTML_H

#include <stdarg.h>
#include <stddef.h>

#include "base/text.h"

#define HTML_DEEPEST 24

struct html {
	struct text text;
	const char *open[HTML_DEEPEST]; /* tags that are to be closed */
	size_t depth;
};

/*
 * Adds @text to what stands in an element or in a quoted attribute. Controls, and characters that
 * would turn the reading direction of what follows, are shown as <U+202E>; bytes that are no UTF-8
 * become U+FFFD.
 */
void html_escape(struct text *to, const char *text);

/* <tag name="value" …>: names and values in turns, then NULL. A value that is NULL: not there. */
void html_begin(struct html *html, const char *tag, ...) __attribute__((sentinel));
void html_end(struct html *html); /* of what was begun last */

/* <tag …/>, as meta, link, img, br and col are. */
void html_empty(struct html *html, const char *tag, ...) __attribute__((sentinel));

void html_text(struct html *html, const char *format, ...) __attribute__((format(printf, 2, 3)));

void html_vtext(struct html *html, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

/* An element of text alone; and with one attribute, whose value may be NULL: it is not there. */
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
