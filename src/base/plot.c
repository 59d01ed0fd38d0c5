/* plot.c - small plots as SVG */
#include "base/plot.h"

#include <math.h>
#include <stdio.h>

#include "base/html.h"

enum {
	WIDTH = 720,
	LETTER = 7,  /* width of a column of text */
	BAR = 24,    /* height of a bar with its space */
	LABEL = 190, /* room of labels at the left */
	LEFT = 56,   /* room of a scale at the left */
	RIGHT = 16,
	TOP = 12,    /* base line of the name of the upright axis */
	HEAD = 28,   /* where columns and lines begin */
	PLANE = 220, /* height of columns and lines */
	LEGEND = 26,
	CELL = 26,
};

const char plot_style[] =
	".plot{font:12px system-ui,'Hiragino Sans','Noto Sans CJK JP',"
	"'Noto Sans JP','Yu Gothic UI',Meiryo,sans-serif;"
	"--ink:#22282f;--dim:#68727d;--line:#dfe3e8;--pale:#c9d6e6;"
	"--c0:#2f6fb3;--c1:#d9822b;--c2:#3a9a6b;--c3:#b5487a;--c4:#7a5fc0;"
	"--c5:#8a7a2c;--c6:#2a9aa8;--c7:#8d5a44}\n"
	".plot text{fill:var(--ink)}.plot .dim{fill:var(--dim)}"
	".plot .grid{stroke:var(--line)}.plot .pale{fill:var(--pale)}"
	".plot .paper{fill:#fff}.plot .over{fill:#fff}\n"
	".plot .f0{fill:var(--c0)}.plot .f1{fill:var(--c1)}"
	".plot .f2{fill:var(--c2)}.plot .f3{fill:var(--c3)}"
	".plot .f4{fill:var(--c4)}.plot .f5{fill:var(--c5)}"
	".plot .f6{fill:var(--c6)}.plot .f7{fill:var(--c7)}\n"
	".plot .s0{stroke:var(--c0)}.plot .s1{stroke:var(--c1)}"
	".plot .s2{stroke:var(--c2)}.plot .s3{stroke:var(--c3)}"
	".plot .s4{stroke:var(--c4)}.plot .s5{stroke:var(--c5)}"
	".plot .s6{stroke:var(--c6)}.plot .s7{stroke:var(--c7)}\n"
	"@media (prefers-color-scheme:dark){.plot{--ink:#dfe5ec;--dim:#93a0ad;"
	"--line:#323b45;--pale:#3a4757;--c0:#5b9be0;--c1:#e8a04f;--c2:#5cbd8d;"
	"--c3:#dd7aa6;--c4:#a58ee6;--c5:#c2b054;--c6:#54bfcc;--c7:#c08e76}"
	".plot .paper{fill:#14181d}}\n"
	"@media print{.plot{--ink:#000;--dim:#444;--line:#ccc}}\n";

/* -- pieces -- */

static void open_svg(struct buf *out, const char *title, int width,
		     int height, bool alone)
{
	buf_print(out, "<svg class=\"plot\" viewBox=\"0 0 %d %d\" role=\"img\"",
		  width, height);
	if (alone)
		buf_print(out, " xmlns=\"http://www.w3.org/2000/svg\" "
			       "width=\"%d\" height=\"%d\"",
			  width, height);
	buf_text(out, "><title>");
	html_escape(out, str_of(title ? title : ""));
	buf_text(out, "</title>\n");
	if (alone) {
		buf_print(out, "<style>%s</style>\n", plot_style);
		buf_print(out,
			  "<rect class=\"paper\" width=\"%d\" height=\"%d\"/>\n",
			  width, height);
	}
}

static void close_svg(struct buf *out)
{
	buf_text(out, "</svg>\n");
}

/* 1234567 as 1.23M, 0.25 as 0.25 */
static void number(struct buf *out, double value)
{
	static const char unit[] = "\0kMGT";
	double size = fabs(value);
	int i = 0;

	for (; size >= 999.5 && i < 4; i++)
		size /= 1000, value /= 1000;
	if (i)
		buf_print(out, "%.3g%c", value, unit[i]);
	else if (value == floor(value))
		buf_print(out, "%.0f", value);
	else
		buf_print(out, "%.3g", value);
}

/* Bytes of a character, and the columns it takes (roughly). */
static size_t character(const char *at, const char *end, int *columns)
{
	unsigned char c = (unsigned char)*at;
	size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;

	*columns = c >= 0xe3 ? 2 : 1;
	return n < (size_t)(end - at) ? n : (size_t)(end - at);
}

static int columns_of(struct str text)
{
	int width = 0, columns;

	for (size_t i = 0; i < text.n; width += columns)
		i += character(text.at + i, text.at + text.n, &columns);
	return width;
}

/* Escaped, and cut to so many columns. */
static void cut(struct buf *out, struct str text, int most)
{
	int width = 0, columns;
	size_t i = 0;

	if (columns_of(text) <= most) {
		html_escape(out, text);
		return;
	}
	while (i < text.n) {
		size_t n = character(text.at + i, text.at + text.n, &columns);

		if ((width += columns) >= most)
			break;
		i += n;
	}
	html_escape(out, (struct str){ text.at, i });
	buf_text(out, "…");
}

static void text_at(struct buf *out, double x, double y, const char *anchor,
		    const char *class, struct str text, int most)
{
	buf_print(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"", x, y,
		  anchor);
	if (class)
		buf_print(out, " class=\"%s\"", class);
	buf_byte(out, '>');
	cut(out, text, most);
	buf_text(out, "</text>\n");
}

static void number_at(struct buf *out, double x, double y, const char *anchor,
		      const char *class, double value)
{
	struct buf text = { 0 };

	number(&text, value);
	text_at(out, x, y, anchor, class, buf_view(&text), 12);
	buf_free(&text);
}

static void grid_line(struct buf *out, double x1, double y1, double x2,
		      double y2)
{
	buf_print(out, "<line class=\"grid\" x1=\"%.1f\" y1=\"%.1f\" "
		       "x2=\"%.1f\" y2=\"%.1f\"/>\n",
		  x1, y1, x2, y2);
}

/* A rectangle that says what it is when it is pointed at. */
static void rect(struct buf *out, const char *class, double x, double y,
		 double width, double height, struct str label, double value)
{
	buf_print(out, "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" "
		       "width=\"%.1f\" height=\"%.1f\"><title>",
		  class, x, y, width, height);
	html_escape(out, label);
	buf_print(out, ": %.10g</title></rect>\n", value);
}

/* Names with their colours, from x on. */
static void legend(struct buf *out, double x, double y, const struct str *name,
		   size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int width = columns_of(name[i]);

		if (width > 24)
			width = 24;
		buf_print(out, "<rect class=\"f%zu\" x=\"%.1f\" y=\"%.1f\" "
			       "width=\"11\" height=\"11\" rx=\"2\"/>\n",
			  i % PLOT_COLOURS, x, y - 10);
		text_at(out, x + 16, y, "start", NULL, name[i], 24);
		x += 34 + LETTER * width;
	}
}

/* -- scales -- */

struct scale {
	double least, most, step;
};

/* Round numbers around [least, most], about five of them. */
static struct scale scale_of(double least, double most)
{
	struct scale s = { least, most, 1 };
	double power, rough;

	if (!(most > least))
		s.most = most = least + 1;
	rough = (most - least) / 5;
	power = pow(10, floor(log10(rough)));
	s.step = rough / power;
	s.step = power * (s.step <= 1 ? 1 : s.step <= 2 ? 2
				  : s.step <= 5	    ? 5
						    : 10);
	s.least = floor(least / s.step) * s.step;
	s.most = ceil(most / s.step - 1e-9) * s.step;
	return s;
}

static double place(const struct scale *s, double value, double from,
		    double to)
{
	return from + (value - s->least) / (s->most - s->least) * (to - from);
}

static void scale_left(struct buf *out, const struct scale *s, int width,
		       double top, double bottom)
{
	for (int i = 0; s->least + i * s->step <= s->most + s->step / 1e3; i++) {
		double value = s->least + i * s->step;
		double y = place(s, value, bottom, top);

		if (i > 20)
			break;
		grid_line(out, LEFT, y, width - RIGHT, y);
		number_at(out, LEFT - 8, y + 4, "end", "dim",
			  fabs(value) < s->step / 1e6 ? 0 : value);
	}
}

static void scale_below(struct buf *out, const struct scale *s, double bottom)
{
	for (int i = 0; s->least + i * s->step <= s->most + s->step / 1e3; i++) {
		double value = s->least + i * s->step;

		if (i > 20)
			break;
		number_at(out, place(s, value, LEFT, WIDTH - RIGHT),
			  bottom + 18, "middle", "dim",
			  fabs(value) < s->step / 1e6 ? 0 : value);
	}
}

static void axis_names(struct buf *out, const char *x, const char *y,
		       int width, double bottom)
{
	if (x)
		text_at(out, width - RIGHT, bottom + 34, "end", "dim",
			str_of(x), 60);
	if (y)
		text_at(out, 4, TOP, "start", "dim", str_of(y), 60);
}

/* -- bars -- */

static void one_bar(struct buf *out, const struct plot_bars *plot, size_t i,
		    double most)
{
	const struct plot_bar *bar = &plot->bar[i];
	double room = WIDTH - LABEL - 70, y = 4 + (double)i * BAR;
	double width = most > 0 ? bar->value / most * room : 0;
	double part = most > 0 ? bar->part / most * room : 0;

	text_at(out, LABEL - 10, y + 16, "end", NULL, bar->label,
		(LABEL - 12) / LETTER);
	rect(out, plot->part ? "pale" : "f0", LABEL, y + 3,
	     bar->value > 0 && width < 1 ? 1 : width, BAR - 6, bar->label,
	     bar->value);
	if (plot->part)
		rect(out, "f0", LABEL, y + 3, bar->part > 0 && part < 1 ? 1 : part,
		     BAR - 6, bar->label, bar->part);
	number_at(out, LABEL + width + 6, y + 16, "start", "dim", bar->value);
}

void plot_bars(struct buf *out, const struct plot_bars *plot)
{
	int height = 8 + (int)plot->n * BAR + (plot->part ? LEGEND : 0);
	double most = 0;

	for (size_t i = 0; i < plot->n; i++)
		if (plot->bar[i].value > most)
			most = plot->bar[i].value;
	open_svg(out, plot->title, WIDTH, height, plot->alone);
	for (size_t i = 0; i < plot->n; i++)
		one_bar(out, plot, i, most);
	if (plot->part) {
		buf_print(out, "<rect class=\"f0\" x=\"%d\" y=\"%d\" "
			       "width=\"11\" height=\"11\" rx=\"2\"/>\n",
			  LABEL, height - 17);
		text_at(out, LABEL + 16, height - 7, "start", NULL,
			str_of(plot->part), 24);
		buf_print(out, "<rect class=\"pale\" x=\"%d\" y=\"%d\" "
			       "width=\"11\" height=\"11\" rx=\"2\"/>\n",
			  LABEL + 130, height - 17);
		text_at(out, LABEL + 146, height - 7, "start", NULL,
			str_of(plot->whole), 24);
	}
	close_svg(out);
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
			     size_t i, const struct scale *s, double group,
			     double bottom)
{
	double gap = plot->close ? 1 : group * 0.2;
	double width = (group - gap) / (double)plot->series;
	double x = LEFT + (double)i * group + gap / 2;

	for (size_t k = 0; k < plot->series; k++, x += width) {
		double value = plot->value[k * plot->n + i];
		double y = place(s, value, bottom, HEAD);
		char class[8];

		if (!isfinite(value))
			continue;
		if (value > 0 && bottom - y < 1)
			y = bottom - 1; /* few, but not none */
		snprintf(class, sizeof class, "f%zu", k % PLOT_COLOURS);
		rect(out, class, x, y, width > 1.5 ? width - 0.5 : width,
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
		if (columns_of(plot->label[i]) > widest)
			widest = columns_of(plot->label[i]);
	if (widest > 16)
		widest = 16;
	while ((double)every * group < (widest + 1) * LETTER && every < plot->n)
		every++;
	for (size_t i = 0; i < plot->n; i += every)
		text_at(out, LEFT + ((double)i + 0.5) * group, bottom + 18,
			"middle", "dim", plot->label[i], widest);
}

void plot_columns(struct buf *out, const struct plot_columns *plot)
{
	int width = plot->width ? plot->width : WIDTH;
	double group = (double)(width - LEFT - RIGHT) /
		       (double)(plot->n ? plot->n : 1);
	double bottom = HEAD + PLANE;
	bool named = plot->name && plot->series > 1;
	double most = plot->most > 0 ? plot->most
				     : largest(plot->value,
					       plot->n * plot->series);
	struct scale s = scale_of(0, most);

	open_svg(out, plot->title, width,
		 (int)bottom + 26 + (plot->x ? 14 : 0) + (named ? LEGEND : 0),
		 plot->alone);
	scale_left(out, &s, width, HEAD, bottom);
	for (size_t i = 0; i < plot->n; i++)
		group_of_columns(out, plot, i, &s, group, bottom);
	if (plot->n)
		labels_below(out, plot, group, bottom);
	axis_names(out, plot->x, plot->y, width, bottom);
	if (named)
		legend(out, LEFT, bottom + (plot->x ? 14 : 0) + 40, plot->name,
		       plot->series);
	close_svg(out);
}

/* -- heat -- */

static void heat_row(struct buf *out, const struct plot_heat *plot, size_t i,
		     double most, double left, double width)
{
	const double *value = plot->value + i * plot->columns;
	double y = 30 + (double)i * CELL;

	if (plot->by_row)
		most = largest(value, plot->columns);
	text_at(out, left - 10, y + 17, "end", NULL, plot->row[i],
		(int)(left - 12) / LETTER);
	for (size_t j = 0; j < plot->columns; j++) {
		/* by the root: small counts stay visible */
		double shade = most > 0 ? sqrt(value[j] / most) : 0;
		double x = left + (double)j * width;

		if (!(value[j] > 0))
			continue;
		buf_print(out, "<g><rect class=\"f0\" x=\"%.1f\" y=\"%.1f\" "
			       "width=\"%.1f\" height=\"%d\" rx=\"3\" "
			       "fill-opacity=\"%.2f\"/><title>",
			  x + 1, y + 1, width - 2, CELL - 2,
			  0.08 + 0.87 * shade);
		html_escape(out, plot->row[i]);
		buf_text(out, ", ");
		html_escape(out, plot->column[j]);
		buf_print(out, ": %.10g</title>", value[j]);
		number_at(out, x + width / 2, y + 17, "middle",
			  shade > 0.65 ? "over" : NULL, value[j]);
		buf_text(out, "</g>\n");
	}
}

/* Room for the longest name of a row, within reason. */
static double left_of(const struct plot_heat *plot)
{
	int widest = 6;

	for (size_t i = 0; i < plot->rows; i++)
		if (columns_of(plot->row[i]) > widest)
			widest = columns_of(plot->row[i]);
	return 14 + LETTER * (widest < 32 ? widest : 32);
}

void plot_heat(struct buf *out, const struct plot_heat *plot)
{
	double left = left_of(plot), width;
	double most = largest(plot->value, plot->rows * plot->columns);

	if (!plot->columns)
		return;
	width = (WIDTH - RIGHT - left) / (double)plot->columns;
	if (width > 110)
		width = 110;
	open_svg(out, plot->title, WIDTH, 36 + (int)plot->rows * CELL,
		 plot->alone);
	for (size_t j = 0; j < plot->columns; j++)
		text_at(out, left + ((double)j + 0.5) * width, 20, "middle",
			"dim", plot->column[j], (int)(width / LETTER));
	for (size_t i = 0; i < plot->rows; i++)
		heat_row(out, plot, i, most, left, width);
	close_svg(out);
}

/* -- points and lines -- */

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

static struct scale scale_around(const struct bounds *b)
{
	if (b->least > b->most) /* there is no value */
		return scale_of(0, 1);
	return scale_of(b->least, b->most);
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
			 const struct scale *sx, const struct scale *sy,
			 double bottom)
{
	enum { MOST = 32, APART = 13 };
	double x[MOST], y[MOST];
	size_t n = plot->groups < MOST ? plot->groups : MOST;

	for (size_t g = 0; g < n; g++) {
		struct plot_point p;

		x[g] = y[g] = -WIDTH;
		if (!middle_of(plot, (uint32_t)g, &p))
			continue;
		x[g] = place(sx, p.x, LEFT, WIDTH - RIGHT);
		y[g] = place(sy, p.y, bottom, HEAD);
		for (size_t i = 0; i < g; i++)
			if (fabs(x[i] - x[g]) < LABEL / 2 &&
			    fabs(y[i] - y[g]) < APART) {
				y[g] = y[i] + APART;
				i = (size_t)-1; /* look at all again */
			}
		text_at(out, x[g] > WIDTH - LABEL ? x[g] - 9 : x[g] + 9,
			y[g] + 4, x[g] > WIDTH - LABEL ? "end" : "start", NULL,
			plot->name[g], 24);
	}
}

void plot_points(struct buf *out, const struct plot_points *plot)
{
	enum { HEIGHT = 420 };
	struct bounds bx = { INFINITY, -INFINITY }, by = bx;
	struct scale sx, sy;
	double bottom = HEIGHT;

	for (size_t i = 0; i < plot->n; i++) {
		widen(&bx, plot->point[i].x);
		widen(&by, plot->point[i].y);
	}
	sx = scale_around(&bx);
	sy = scale_around(&by);
	open_svg(out, plot->title, WIDTH,
		 HEIGHT + 8 + (plot->x ? 34 : 0) +
			 (plot->groups && !plot->beside ? LEGEND : 0),
		 plot->alone);
	if (plot->x) {
		scale_left(out, &sy, WIDTH, HEAD, bottom);
		scale_below(out, &sx, bottom);
		axis_names(out, plot->x, plot->y, WIDTH, bottom);
	}
	for (size_t i = 0; i < plot->n; i++) {
		const struct plot_point *p = &plot->point[i];

		if (!isfinite(p->x) || !isfinite(p->y))
			continue;
		buf_print(out, "<circle class=\"f%u\" cx=\"%.1f\" cy=\"%.1f\" "
			       "r=\"%s\" fill-opacity=\".55\"/>\n",
			  p->group % PLOT_COLOURS,
			  place(&sx, p->x, LEFT, WIDTH - RIGHT),
			  place(&sy, p->y, bottom, HEAD),
			  plot->beside ? "4.5" : "2.2");
	}
	if (plot->beside)
		names_beside(out, plot, &sx, &sy, bottom);
	else
		legend(out, LEFT, bottom + (plot->x ? 34 : 0) + 22, plot->name,
		       plot->groups);
	close_svg(out);
}

static void one_line(struct buf *out, const struct plot_line *line, size_t k,
		     const struct scale *sx, const struct scale *sy,
		     double bottom)
{
	bool pen = false;

	buf_print(out, "<path class=\"s%zu\" fill=\"none\" stroke-width=\"2\" "
		       "stroke-linejoin=\"round\" d=\"",
		  k % PLOT_COLOURS);
	for (size_t i = 0; i < line->n; i++) {
		if (!isfinite(line->x[i]) || !isfinite(line->y[i])) {
			pen = false;
			continue;
		}
		buf_print(out, "%c%.1f %.1f", pen ? 'L' : 'M',
			  place(sx, line->x[i], LEFT, WIDTH - RIGHT),
			  place(sy, line->y[i], bottom, HEAD));
		pen = true;
	}
	buf_text(out, "\"/>\n");
}

void plot_lines(struct buf *out, const struct plot_lines *plot)
{
	struct bounds bx = { INFINITY, -INFINITY }, by = bx;
	double bottom = HEAD + PLANE;
	struct str name[PLOT_COLOURS];
	struct scale sx, sy;
	size_t names = plot->n < PLOT_COLOURS ? plot->n : PLOT_COLOURS;

	for (size_t k = 0; k < plot->n; k++)
		for (size_t i = 0; i < plot->line[k].n; i++) {
			widen(&bx, plot->line[k].x[i]);
			widen(&by, plot->line[k].y[i]);
		}
	sx = scale_around(&bx);
	sy = scale_around(&by);
	open_svg(out, plot->title, WIDTH, (int)bottom + 44 + LEGEND,
		 plot->alone);
	scale_left(out, &sy, WIDTH, HEAD, bottom);
	scale_below(out, &sx, bottom);
	for (size_t k = 0; k < plot->n; k++)
		one_line(out, &plot->line[k], k, &sx, &sy, bottom);
	axis_names(out, plot->x, plot->y, WIDTH, bottom);
	for (size_t k = 0; k < names; k++)
		name[k] = plot->line[k].name;
	legend(out, LEFT, bottom + 56, name, names);
	close_svg(out);
}
