/*
 * html.h - text as HTML and SVG show it
 *
 * What is escaped is safe between tags and between double or single quotes.
 */
#ifndef BASE_HTML_H
#define BASE_HTML_H

#include "base/buf.h"

/* & < > " ' as entities; all else as it is. */
void html_escape(struct buf *out, struct str text);

#endif
