/* plot_draw.c - what all plots are drawn with */
#include "base/plot_draw.h"

#include <math.h>

#include "base/html.h"
#include "base/plot.h"

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

/* -- marks -- */

void draw_open(struct buf *out, const char *title, int width, int height,
	       bool alone)
{
	buf_print(out, "<svg class=\"plot\" viewBox=\"0 0 %d %d\" role=\"img\"",
		  width, height);
	if (alone)
		buf_print(out,
			  " xmlns=\"http://www.w3.org/2000/svg\" "
			  "width=\"%d\" height=\"%d\"",
			  width, height);
	buf_text(out, "><title>");
	html_escape(out, str_of(title ? title : ""));
	buf_text(out, "</title>\n");
	if (alone) {
		buf_print(out, "<style>%s</style>\n", plot_style);
		buf_print(
			out,
			"<rect class=\"paper\" width=\"%d\" height=\"%d\"/>\n",
			width, height);
	}
}

void draw_close(struct buf *out)
{
	buf_text(out, "</svg>\n");
}

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

int draw_columns(struct str text)
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

	if (draw_columns(text) <= most) {
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

void draw_text(struct buf *out, double x, double y, const char *anchor,
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

void draw_number(struct buf *out, double x, double y, const char *anchor,
		 const char *class, double value)
{
	struct buf text = { 0 };

	number(&text, value);
	draw_text(out, x, y, anchor, class, buf_view(&text), 12);
	buf_free(&text);
}

static void grid(struct buf *out, double x1, double y1, double x2, double y2)
{
	buf_print(out,
		  "<line class=\"grid\" x1=\"%.1f\" y1=\"%.1f\" "
		  "x2=\"%.1f\" y2=\"%.1f\"/>\n",
		  x1, y1, x2, y2);
}

void draw_rect(struct buf *out, const char *class, double x, double y,
	       double width, double height, struct str label, double value)
{
	buf_print(out,
		  "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" "
		  "width=\"%.1f\" height=\"%.1f\"><title>",
		  class, x, y, width, height);
	html_escape(out, label);
	buf_print(out, ": %.10g</title></rect>\n", value);
}

void draw_legend(struct buf *out, double x, double y, const struct str *name,
		 size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int width = draw_columns(name[i]);

		if (width > 24)
			width = 24;
		buf_print(out,
			  "<rect class=\"f%zu\" x=\"%.1f\" y=\"%.1f\" "
			  "width=\"11\" height=\"11\" rx=\"2\"/>\n",
			  i % PLOT_COLOURS, x, y - 10);
		draw_text(out, x + 16, y, "start", NULL, name[i], 24);
		x += 34 + DRAW_LETTER * width;
	}
}

/* -- scales -- */

struct draw_scale draw_scale_of(double least, double most)
{
	struct draw_scale s = { least, most, 1 };
	double power, rough;

	if (!(most > least))
		s.most = most = least + 1;
	rough = (most - least) / 5;
	power = pow(10, floor(log10(rough)));
	s.step = rough / power;
	s.step = power * (s.step <= 1	? 1
			  : s.step <= 2 ? 2
			  : s.step <= 5 ? 5
					: 10);
	s.least = floor(least / s.step) * s.step;
	s.most = ceil(most / s.step - 1e-9) * s.step;
	return s;
}

double draw_place(const struct draw_scale *s, double value, double from,
		  double to)
{
	return from + (value - s->least) / (s->most - s->least) * (to - from);
}

void draw_scale_left(struct buf *out, const struct draw_scale *s, int width,
		     double top, double bottom)
{
	for (int i = 0; s->least + i * s->step <= s->most + s->step / 1e3;
	     i++) {
		double value = s->least + i * s->step;
		double y = draw_place(s, value, bottom, top);

		if (i > 20)
			break;
		grid(out, DRAW_LEFT, y, width - DRAW_RIGHT, y);
		draw_number(out, DRAW_LEFT - 8, y + 4, "end", "dim",
			    fabs(value) < s->step / 1e6 ? 0 : value);
	}
}

void draw_scale_below(struct buf *out, const struct draw_scale *s,
		      double bottom)
{
	for (int i = 0; s->least + i * s->step <= s->most + s->step / 1e3;
	     i++) {
		double value = s->least + i * s->step;

		if (i > 20)
			break;
		draw_number(out,
			    draw_place(s, value, DRAW_LEFT,
				       DRAW_WIDTH - DRAW_RIGHT),
			    bottom + 18, "middle", "dim",
			    fabs(value) < s->step / 1e6 ? 0 : value);
	}
}

void draw_axis_names(struct buf *out, const char *x, const char *y, int width,
		     double bottom)
{
	if (x)
		draw_text(out, width - DRAW_RIGHT, bottom + 34, "end", "dim",
			  str_of(x), 60);
	if (y)
		draw_text(out, 4, DRAW_TOP, "start", "dim", str_of(y), 60);
}
