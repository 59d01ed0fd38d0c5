/* page_map.c - part of the page: the pairs as points, near where they are alike */
#include <math.h>
#include <stdlib.h>

#include "base/html.h"
#include "base/plot.h"
#include "stats/page_parts.h"
#include "stats/project.h"
#include "stats/visible.h"

enum {
	POINTS = 2000, /* at most, about */
	GROUPS = 7,    /* values with a colour of their own; then "others" */
	WIDTH = 960,
	HEIGHT = 560,
	MARGIN = 8,
	SHOWN = 110, /* columns of a text */
};

/* What a point can be coloured by. */
enum view { LANGUAGE, CATEGORY, SOURCE, STATE, VIEWS };

static const char *const view_name[] = {
	"language", "category", "source", "kept or dropped",
};

struct colouring {
	struct tally tally;
	struct str name[GROUPS + 1];
	size_t names;
};

static struct str value_of(const struct spot *spot, enum view view)
{
	switch (view) {
	case LANGUAGE:
		return spot->lang;
	case CATEGORY:
		return spot->category.n ? spot->category : STR("(none)");
	case SOURCE:
		return spot->source;
	case STATE:
	case VIEWS:
		break;
	}
	return spot->kept ? STR("kept") : STR("dropped");
}

static void colour(struct colouring *c, const struct project *map,
		   enum view view)
{
	uint32_t *order;

	for (size_t i = 0; i < map->n; i++)
		tally_add(&c->tally, value_of(&map->spot[i], view), true);
	order = tally_order(&c->tally);
	while (c->names < GROUPS && c->names < c->tally.name.n) {
		c->name[c->names] = map_key(&c->tally.name, order[c->names]);
		c->names++;
	}
	if (c->tally.name.n > c->names)
		c->name[c->names++] = STR("others");
	free(order);
}

static size_t group_of(const struct colouring *c, struct str value)
{
	size_t i = 0;

	while (i + 1 < c->names && !str_equal(c->name[i], value))
		i++;
	return i;
}

/* -- on paper -- */

struct range {
	double least, most;
};

/* Where all but one in a hundred lie on either side, and a little more. */
static int ascending(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static struct range range_of(const double *x, size_t n)
{
	double *sorted = mem_array(n, sizeof *sorted), room;
	struct range range;

	memcpy(sorted, x, n * sizeof *sorted);
	qsort(sorted, n, sizeof *sorted, ascending);
	range = (struct range){ sorted[n / 100], sorted[n - 1 - n / 100] };
	room = (range.most - range.least) / 10;
	free(sorted);
	return (struct range){ range.least - room, range.most + room };
}

static double at(struct range range, double x, double size)
{
	double share = range.most > range.least
			       ? (x - range.least) / (range.most - range.least)
			       : 0.5;

	share = share < 0 ? 0 : share > 1 ? 1 : share;
	return MARGIN + share * (size - 2 * MARGIN);
}

static void draw_title(struct buf *out, const struct spot *spot)
{
	struct buf text = { 0 };

	buf_print(&text, "%lld, ", (long long)spot->id);
	buf_str(&text, spot->lang);
	for (int view = CATEGORY; view < VIEWS; view++) {
		buf_text(&text, ", ");
		buf_str(&text, value_of(spot, (enum view)view));
	}
	buf_byte(&text, '\n');
	visible_cut(&text, spot->instruction, SHOWN);
	buf_byte(&text, '\n');
	visible_cut(&text, spot->response, SHOWN);
	buf_text(out, "<title>");
	html_escape(out, buf_view(&text));
	buf_text(out, "</title>");
	buf_free(&text);
}

static void draw_points(const struct project *map, const struct colouring *c,
			struct buf *out)
{
	struct range x = range_of(map->x, map->n), y = range_of(map->y, map->n);

	buf_print(out, "<svg class=\"plot\" role=\"img\" aria-label=\"map of "
		       "the pairs\" viewBox=\"0 0 %d %d\">\n", WIDTH, HEIGHT);
	for (size_t i = 0; i < map->n; i++) {
		const struct spot *spot = &map->spot[i];
		size_t group[VIEWS];

		for (int v = 0; v < VIEWS; v++)
			group[v] = group_of(&c[v],
					    value_of(spot, (enum view)v));
		buf_print(out, "<circle class=\"f%zu\" data-g=\"%zu %zu %zu "
			       "%zu\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\" "
			       "fill-opacity=\".6\">", group[0], group[0],
			  group[1], group[2], group[3],
			  at(x, map->x[i], WIDTH), at(y, map->y[i], HEIGHT));
		draw_title(out, spot);
		buf_text(out, "</circle>\n");
	}
	buf_text(out, "</svg>\n");
}

/* A button for each view with its legend; the script shows one. */
static void draw_views(const struct colouring *c, struct buf *out)
{
	for (int v = 0; v < VIEWS; v++) {
		buf_print(out, "<p class=\"view\"><label><input type=\"radio\" "
			       "name=\"view\" value=\"%d\"%s>%s</label>",
			  v, v ? "" : " checked", view_name[v]);
		for (size_t i = 0; i < c[v].names; i++) {
			buf_print(out, " <svg class=\"plot key\" viewBox=\"0 0 10 10\">"
				       "<circle class=\"f%zu\" cx=\"5\" cy=\"5\" "
				       "r=\"5\"/></svg>", i);
			page_text(out, c[v].name[i]);
		}
		buf_text(out, "</p>\n");
	}
}

static void draw(const struct project *map, struct buf *out)
{
	struct colouring c[VIEWS] = { { .names = 0 } };

	for (int v = 0; v < VIEWS; v++)
		colour(&c[v], map, (enum view)v);
	buf_print(out, "<h3>Map</h3><p class=\"dim\">%zu pairs drawn by chance, "
		       "near each other where their vectors are: %.0f %% of "
		       "the ten nearest of a pair are among its ten nearest "
		       "here (%.0f %% on the two directions of most spread). "
		       "Distances between crowds mean little.  A point under "
		       "the pointer tells its pair.</p>\n<div id=\"map\">\n",
		  map->n, 100 * map->refined, 100 * map->plain);
	draw_views(c, out);
	draw_points(map, c, out);
	buf_text(out, "</div>\n");
	for (int v = 0; v < VIEWS; v++)
		tally_free(&c[v].tally);
}

int page_map(struct db *db, struct buf *out)
{
	struct project map = { 0 };
	int rc = project_read(&map, db, POINTS);

	if (rc == 0 && map.n > 2)
		draw(&map, out);
	project_free(&map);
	return rc;
}
