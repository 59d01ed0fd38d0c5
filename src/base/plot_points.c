/* plot_points.c - points and lines as SVG */
#include <math.h>

#include "base/plot.h"
#include "base/plot_draw.h"

struct bounds {
	double least, most;
};

static void widen(struct bounds *b, double value)
{
	if (!isfinite(value))
		return;
	if (value < b->least)
		b->least = value;
	if (value > b->most)
		b->most = value;
}

static struct draw_scale scale_around(const struct bounds *b)
{
	if (b->least > b->most) /* there is no value */
		return draw_scale_of(0, 1);
	return draw_scale_of(b->least, b->most);
}

/* Where the points of a group have their middle. */
static bool middle_of(const struct plot_points *plot, uint32_t group,
		      struct plot_point *middle)
{
	size_t n = 0;

	*middle = (struct plot_point){ 0 };
	for (size_t i = 0; i < plot->n; i++) {
		const struct plot_point *p = &plot->point[i];

		if (p->group != group || !isfinite(p->x) || !isfinite(p->y))
			continue;
		middle->x += p->x;
		middle->y += p->y;
		n++;
	}
	middle->x /= (double)n;
	middle->y /= (double)n;
	return n > 0;
}

/* A name to the right of its points, lower when another stands there. */
static void names_beside(struct buf *out, const struct plot_points *plot,
			 const struct draw_scale *sx,
			 const struct draw_scale *sy, double bottom)
{
	enum {
		MOST = 32,
		APART = 13
	};
	double x[MOST], y[MOST];
	size_t n = plot->groups < MOST ? plot->groups : MOST;

	for (size_t g = 0; g < n; g++) {
		struct plot_point p;

		x[g] = y[g] = -DRAW_WIDTH;
		if (!middle_of(plot, (uint32_t)g, &p))
			continue;
		x[g] = draw_place(sx, p.x, DRAW_LEFT, DRAW_WIDTH - DRAW_RIGHT);
		y[g] = draw_place(sy, p.y, bottom, DRAW_HEAD);
		for (size_t i = 0; i < g; i++)
			if (fabs(x[i] - x[g]) < DRAW_LABEL / 2 &&
			    fabs(y[i] - y[g]) < APART) {
				y[g] = y[i] + APART;
				i = (size_t)-1; /* look at all again */
			}
		draw_text(out,
			  x[g] > DRAW_WIDTH - DRAW_LABEL ? x[g] - 9 : x[g] + 9,
			  y[g] + 4,
			  x[g] > DRAW_WIDTH - DRAW_LABEL ? "end" : "start",
			  NULL, plot->name[g], 24);
	}
}

void plot_points(struct buf *out, const struct plot_points *plot)
{
	enum {
		HEIGHT = 420
	};
	struct bounds bx = { INFINITY, -INFINITY }, by = bx;
	struct draw_scale sx, sy;
	double bottom = HEIGHT;

	for (size_t i = 0; i < plot->n; i++) {
		widen(&bx, plot->point[i].x);
		widen(&by, plot->point[i].y);
	}
	sx = scale_around(&bx);
	sy = scale_around(&by);
	draw_open(out, plot->title, DRAW_WIDTH,
		  HEIGHT + 8 + (plot->x ? 34 : 0) +
			  (plot->groups && !plot->beside ? DRAW_LEGEND : 0),
		  plot->alone);
	if (plot->x) {
		draw_scale_left(out, &sy, DRAW_WIDTH, DRAW_HEAD, bottom);
		draw_scale_below(out, &sx, bottom);
		draw_axis_names(out, plot->x, plot->y, DRAW_WIDTH, bottom);
	}
	for (size_t i = 0; i < plot->n; i++) {
		const struct plot_point *p = &plot->point[i];

		if (!isfinite(p->x) || !isfinite(p->y))
			continue;
		buf_print(out,
			  "<circle class=\"f%u\" cx=\"%.1f\" cy=\"%.1f\" "
			  "r=\"%s\" fill-opacity=\".55\"/>\n",
			  p->group % PLOT_COLOURS,
			  draw_place(&sx, p->x, DRAW_LEFT,
				     DRAW_WIDTH - DRAW_RIGHT),
			  draw_place(&sy, p->y, bottom, DRAW_HEAD),
			  plot->beside ? "4.5" : "2.2");
	}
	if (plot->beside)
		names_beside(out, plot, &sx, &sy, bottom);
	else
		draw_legend(out, DRAW_LEFT, bottom + (plot->x ? 34 : 0) + 22,
			    plot->name, plot->groups);
	draw_close(out);
}

static void one_line(struct buf *out, const struct plot_line *line, size_t k,
		     const struct draw_scale *sx, const struct draw_scale *sy,
		     double bottom)
{
	bool pen = false;

	buf_print(out,
		  "<path class=\"s%zu\" fill=\"none\" stroke-width=\"2\" "
		  "stroke-linejoin=\"round\" d=\"",
		  k % PLOT_COLOURS);
	for (size_t i = 0; i < line->n; i++) {
		if (!isfinite(line->x[i]) || !isfinite(line->y[i])) {
			pen = false;
			continue;
		}
		buf_print(out, "%c%.1f %.1f", pen ? 'L' : 'M',
			  draw_place(sx, line->x[i], DRAW_LEFT,
				     DRAW_WIDTH - DRAW_RIGHT),
			  draw_place(sy, line->y[i], bottom, DRAW_HEAD));
		pen = true;
	}
	buf_text(out, "\"/>\n");
}

void plot_lines(struct buf *out, const struct plot_lines *plot)
{
	struct bounds bx = { INFINITY, -INFINITY }, by = bx;
	double bottom = DRAW_HEAD + DRAW_PLANE;
	struct str name[PLOT_COLOURS];
	struct draw_scale sx, sy;
	size_t names = plot->n < PLOT_COLOURS ? plot->n : PLOT_COLOURS;

	for (size_t k = 0; k < plot->n; k++)
		for (size_t i = 0; i < plot->line[k].n; i++) {
			widen(&bx, plot->line[k].x[i]);
			widen(&by, plot->line[k].y[i]);
		}
	sx = scale_around(&bx);
	sy = scale_around(&by);
	draw_open(out, plot->title, DRAW_WIDTH, (int)bottom + 44 + DRAW_LEGEND,
		  plot->alone);
	draw_scale_left(out, &sy, DRAW_WIDTH, DRAW_HEAD, bottom);
	draw_scale_below(out, &sx, bottom);
	for (size_t k = 0; k < plot->n; k++)
		one_line(out, &plot->line[k], k, &sx, &sy, bottom);
	draw_axis_names(out, plot->x, plot->y, DRAW_WIDTH, bottom);
	for (size_t k = 0; k < names; k++)
		name[k] = plot->line[k].name;
	draw_legend(out, DRAW_LEFT, bottom + 56, name, names);
	draw_close(out);
}
