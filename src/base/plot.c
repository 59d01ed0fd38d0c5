/* plot.c - bars, columns and fields as SVG */
#include "base/plot.h"

#include <math.h>
#include <stdio.h>

#include "base/html.h"
#include "base/plot_draw.h"

enum {
	BAR = 24, /* height of a bar with its space */
	CELL = 26,
};

/* -- bars -- */

static void one_bar(struct buf *out, const struct plot_bars *plot, size_t i,
		    double most)
{
	const struct plot_bar *bar = &plot->bar[i];
	double room = DRAW_WIDTH - DRAW_LABEL - 70, y = 4 + (double)i * BAR;
	double width = most > 0 ? bar->value / most * room : 0;
	double part = most > 0 ? bar->part / most * room : 0;

	draw_text(out, DRAW_LABEL - 10, y + 16, "end", NULL, bar->label,
		  (DRAW_LABEL - 12) / DRAW_LETTER);
	draw_rect(out, plot->part ? "pale" : "f0", DRAW_LABEL, y + 3,
		  bar->value > 0 && width < 1 ? 1 : width, BAR - 6, bar->label,
		  bar->value);
	if (plot->part)
		draw_rect(out, "f0", DRAW_LABEL, y + 3,
			  bar->part > 0 && part < 1 ? 1 : part, BAR - 6,
			  bar->label, bar->part);
	draw_number(out, DRAW_LABEL + width + 6, y + 16, "start", "dim",
		    bar->value);
}

void plot_bars(struct buf *out, const struct plot_bars *plot)
{
	int height = 8 + (int)plot->n * BAR + (plot->part ? DRAW_LEGEND : 0);
	double most = 0;

	for (size_t i = 0; i < plot->n; i++)
		if (plot->bar[i].value > most)
			most = plot->bar[i].value;
	draw_open(out, plot->title, DRAW_WIDTH, height, plot->alone);
	for (size_t i = 0; i < plot->n; i++)
		one_bar(out, plot, i, most);
	if (plot->part) {
		buf_print(out,
			  "<rect class=\"f0\" x=\"%d\" y=\"%d\" "
			  "width=\"11\" height=\"11\" rx=\"2\"/>\n",
			  DRAW_LABEL, height - 17);
		draw_text(out, DRAW_LABEL + 16, height - 7, "start", NULL,
			  str_of(plot->part), 24);
		buf_print(out,
			  "<rect class=\"pale\" x=\"%d\" y=\"%d\" "
			  "width=\"11\" height=\"11\" rx=\"2\"/>\n",
			  DRAW_LABEL + 130, height - 17);
		draw_text(out, DRAW_LABEL + 146, height - 7, "start", NULL,
			  str_of(plot->whole), 24);
	}
	draw_close(out);
}

/* -- columns -- */

static double largest(const double *value, size_t n)
{
	double most = 0;

	for (size_t i = 0; i < n; i++)
		if (isfinite(value[i]) && value[i] > most)
			most = value[i];
	return most;
}

static void group_of_columns(struct buf *out, const struct plot_columns *plot,
			     size_t i, const struct draw_scale *s, double group,
			     double bottom)
{
	double gap = plot->close ? 1 : group * 0.2;
	double width = (group - gap) / (double)plot->series;
	double x = DRAW_LEFT + (double)i * group + gap / 2;

	for (size_t k = 0; k < plot->series; k++, x += width) {
		double value = plot->value[k * plot->n + i];
		double y = draw_place(s, value, bottom, DRAW_HEAD);
		char class[8];

		if (!isfinite(value))
			continue;
		if (value > 0 && bottom - y < 1)
			y = bottom - 1; /* few, but not none */
		snprintf(class, sizeof class, "f%zu", k % PLOT_COLOURS);
		draw_rect(out, class, x, y, width > 1.5 ? width - 0.5 : width,
			  bottom - y, plot->label[i], value);
	}
}

/* As many labels as there is room for. */
static void labels_below(struct buf *out, const struct plot_columns *plot,
			 double group, double bottom)
{
	int widest = 1;
	size_t every = 1;

	for (size_t i = 0; i < plot->n; i++)
		if (draw_columns(plot->label[i]) > widest)
			widest = draw_columns(plot->label[i]);
	if (widest > 16)
		widest = 16;
	while ((double)every * group < (widest + 1) * DRAW_LETTER &&
	       every < plot->n)
		every++;
	for (size_t i = 0; i < plot->n; i += every)
		draw_text(out, DRAW_LEFT + ((double)i + 0.5) * group,
			  bottom + 18, "middle", "dim", plot->label[i], widest);
}

void plot_columns(struct buf *out, const struct plot_columns *plot)
{
	int width = plot->width ? plot->width : DRAW_WIDTH;
	double group = (double)(width - DRAW_LEFT - DRAW_RIGHT) /
		       (double)(plot->n ? plot->n : 1);
	double bottom = DRAW_HEAD + DRAW_PLANE;
	bool named = plot->name && plot->series > 1;
	double most = plot->most > 0
			      ? plot->most
			      : largest(plot->value, plot->n * plot->series);
	struct draw_scale s = draw_scale_of(0, most);

	draw_open(out, plot->title, width,
		  (int)bottom + 26 + (plot->x ? 14 : 0) +
			  (named ? DRAW_LEGEND : 0),
		  plot->alone);
	draw_scale_left(out, &s, width, DRAW_HEAD, bottom);
	for (size_t i = 0; i < plot->n; i++)
		group_of_columns(out, plot, i, &s, group, bottom);
	if (plot->n)
		labels_below(out, plot, group, bottom);
	draw_axis_names(out, plot->x, plot->y, width, bottom);
	if (named)
		draw_legend(out, DRAW_LEFT, bottom + (plot->x ? 14 : 0) + 40,
			    plot->name, plot->series);
	draw_close(out);
}

/* -- heat -- */

static void heat_row(struct buf *out, const struct plot_heat *plot, size_t i,
		     double most, double left, double width)
{
	const double *value = plot->value + i * plot->columns;
	double y = 30 + (double)i * CELL;

	if (plot->by_row)
		most = largest(value, plot->columns);
	draw_text(out, left - 10, y + 17, "end", NULL, plot->row[i],
		  (int)(left - 12) / DRAW_LETTER);
	for (size_t j = 0; j < plot->columns; j++) {
		/* by the root: small counts stay visible */
		double shade = most > 0 ? sqrt(value[j] / most) : 0;
		double x = left + (double)j * width;

		if (!(value[j] > 0))
			continue;
		buf_print(out,
			  "<g><rect class=\"f0\" x=\"%.1f\" y=\"%.1f\" "
			  "width=\"%.1f\" height=\"%d\" rx=\"3\" "
			  "fill-opacity=\"%.2f\"/><title>",
			  x + 1, y + 1, width - 2, CELL - 2,
			  0.08 + 0.87 * shade);
		html_escape(out, plot->row[i]);
		buf_text(out, ", ");
		html_escape(out, plot->column[j]);
		buf_print(out, ": %.10g</title>", value[j]);
		draw_number(out, x + width / 2, y + 17, "middle",
			    shade > 0.65 ? "over" : NULL, value[j]);
		buf_text(out, "</g>\n");
	}
}

/* Room for the longest name of a row, within reason. */
static double left_of(const struct plot_heat *plot)
{
	int widest = 6;

	for (size_t i = 0; i < plot->rows; i++)
		if (draw_columns(plot->row[i]) > widest)
			widest = draw_columns(plot->row[i]);
	return 14 + DRAW_LETTER * (widest < 32 ? widest : 32);
}

void plot_heat(struct buf *out, const struct plot_heat *plot)
{
	double left = left_of(plot), width;
	double most = largest(plot->value, plot->rows * plot->columns);

	if (!plot->columns)
		return;
	width = (DRAW_WIDTH - DRAW_RIGHT - left) / (double)plot->columns;
	if (width > 110)
		width = 110;
	draw_open(out, plot->title, DRAW_WIDTH, 36 + (int)plot->rows * CELL,
		  plot->alone);
	for (size_t j = 0; j < plot->columns; j++)
		draw_text(out, left + ((double)j + 0.5) * width, 20, "middle",
			  "dim", plot->column[j], (int)(width / DRAW_LETTER));
	for (size_t i = 0; i < plot->rows; i++)
		heat_row(out, plot, i, most, left, width);
	draw_close(out);
}
