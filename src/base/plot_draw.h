/*
 * plot_draw.h - what the plots of plot.h are drawn with
 *
 * Marks append one SVG element each; places are in its pixels, from the top
 * left.  class names a colour of plot_style (f0 to f7 fill, s0 to s7 draw; dim,
 * pale), NULL is ink; anchor is SVG's text-anchor.
 */
#ifndef BASE_PLOT_DRAW_H
#define BASE_PLOT_DRAW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum {
	DRAW_WIDTH = 720,
	DRAW_LETTER = 7,  /* width of a column of text */
	DRAW_LABEL = 190, /* room of labels at the left */
	DRAW_LEFT = 56,   /* room of a scale at the left */
	DRAW_RIGHT = 16,
	DRAW_TOP = 12,    /* base line of the name of the upright axis */
	DRAW_HEAD = 28,   /* where columns and lines begin */
	DRAW_PLANE = 220, /* height of columns and lines */
	DRAW_LEGEND = 26,
};

/* alone: with size and style, a file of its own. */
void draw_open(struct buf *out, const char *title, int width, int height,
	       bool alone);
void draw_close(struct buf *out);

/* Columns a text takes, two for one of Han or kana (roughly). */
int draw_columns(struct str text);

/* Escaped, and cut to `most` columns. */
void draw_text(struct buf *out, double x, double y, const char *anchor,
	       const char *class, struct str text, int most);

/* 1234567 as 1.23M, 0.25 as 0.25 */
void draw_number(struct buf *out, double x, double y, const char *anchor,
		 const char *class, double value);

/* A rectangle that says what it is when it is pointed at. */
void draw_rect(struct buf *out, const char *class, double x, double y,
	       double width, double height, struct str label, double value);

/* Names with their colours, from x on. */
void draw_legend(struct buf *out, double x, double y, const struct str *name,
		 size_t n);

/* Round numbers around [least, most], about five of them. */
struct draw_scale {
	double least, most, step;
};

struct draw_scale draw_scale_of(double least, double most);

/* Where a value stands between the pixels from and to. */
double draw_place(const struct draw_scale *s, double value, double from,
		  double to);

/* The numbers of a scale, with lines across when it stands at the left. */
void draw_scale_left(struct buf *out, const struct draw_scale *s, int width,
		     double top, double bottom);
void draw_scale_below(struct buf *out, const struct draw_scale *s,
		      double bottom);

/* What the axes measure; NULL: nothing is written. */
void draw_axis_names(struct buf *out, const char *x, const char *y, int width,
		     double bottom);

#endif
