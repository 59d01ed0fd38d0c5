/*
 * plot.h - small plots as SVG
 *
 * Each function appends one <svg> element: text stays text, colours are classes
 * that the page's style sheet knows, so a plot follows light and dark.  Hovering
 * shows the numbers.  With `alone` the plot is a file of its own and carries
 * that style (plot_style) with it.
 *
 *     struct plot_bar bar[] = { { STR("ja"), 120, 90 }, { STR("en"), 80, 80 } };
 *     plot_bars(&out, &(struct plot_bars){
 *         .title = "languages", .bar = bar, .n = 2,
 *         .whole = "pairs", .part = "kept" });
 *
 * Values are 0 or more but for points and lines; what is not finite is left
 * out.  Labels are UTF-8, escaped here, and cut with … to their place.
 *
 * Same arguments, same bytes.
 */
#ifndef BASE_PLOT_H
#define BASE_PLOT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

enum { PLOT_COLOURS = 8 }; /* series beyond start again */

/* The style sheet: colours, lines and letters of both themes. */
extern const char plot_style[];

/* Horizontal bars, one below the other; part is the darker piece of value. */
struct plot_bar {
	struct str label;
	double value, part;
};

struct plot_bars {
	const char *title;
	const struct plot_bar *bar; /* (n) */
	size_t n;
	const char *whole, *part; /* what the pieces are; part NULL: no piece */
	bool alone;
};

void plot_bars(struct buf *out, const struct plot_bars *plot);

/* Upright columns: of a histogram, or of several series side by side. */
struct plot_columns {
	const char *title;
	const struct str *label; /* (n) below the groups */
	const struct str *name;  /* (series), NULL when there is one */
	const double *value;     /* (series, n) */
	size_t n, series;
	const char *x, *y; /* what the axes measure, or NULL */
	double most;       /* top of the scale; 0: from the values */
	int width;         /* 0: as the others; letters stay as large */
	bool close;        /* no space between columns: a histogram */
	bool alone;
};

void plot_columns(struct buf *out, const struct plot_columns *plot);

/* A table of fields, the darker the larger. */
struct plot_heat {
	const char *title;
	const struct str *row, *column; /* (rows), (columns) */
	const double *value;            /* (rows, columns) */
	size_t rows, columns;
	bool by_row; /* dark is the largest of its row, not of all */
	bool alone;
};

void plot_heat(struct buf *out, const struct plot_heat *plot);

/* Points, coloured by group. */
struct plot_point {
	double x, y;
	uint32_t group;
};

struct plot_points {
	const char *title;
	const struct plot_point *point; /* (n) */
	size_t n;
	const struct str *name; /* (groups) */
	size_t groups;
	const char *x, *y; /* what the axes measure; NULL: no scales */
	bool beside; /* few points: large, names beside them, no legend */
	bool alone;
};

void plot_points(struct buf *out, const struct plot_points *plot);

/* Lines over one x axis: a loss that falls. */
struct plot_line {
	struct str name;
	const double *x, *y; /* (n) */
	size_t n;
};

struct plot_lines {
	const char *title;
	const struct plot_line *line; /* (n) */
	size_t n;
	const char *x, *y;
	bool alone;
};

void plot_lines(struct buf *out, const struct plot_lines *plot);

#endif
