/*
 * page_text.h - style and script of the page, from page.css and page.js
 */
#ifndef STATS_PAGE_TEXT_H
#define STATS_PAGE_TEXT_H

extern const char page_css[], page_js[];

#endif
