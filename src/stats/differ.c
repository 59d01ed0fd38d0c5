/* differ.c - where two texts differ, for a person to see */
#include "stats/differ.h"

#include <stdint.h>

#include "text/script.h"
#include "text/utf8.h"

/* -- units -- */

static bool in_word(uint32_t c)
{
	switch (char_kind(c)) {
	case CHAR_LETTER:
	case CHAR_DIGIT:
		return !script_is_cjk(script_of(c));
	case CHAR_MARK:
		return true;
	default:
		return false;
	}
}

/* The end of the unit that starts at `at`. */
static const char *unit_end(const char *at, const char *end)
{
	bool word = in_word(utf8_next(&at));

	while (at < end) {
		const char *next = at;
		uint32_t c = utf8_next(&next);

		if (!(word ? in_word(c) : char_kind(c) == CHAR_MARK))
			break;
		at = next;
	}
	return at;
}

struct units {
	struct str *at; /* (n) */
	size_t n, room;
};

static void units_read(struct units *units, struct str text)
{
	const char *at = text.at, *end = text.at + text.n;

	while (at < end) {
		const char *next = unit_end(at, end);

		vec_push(units, ((struct str){ at, (size_t)(next - at) }));
		at = next;
	}
}

/* -- parts -- */

/* Parts of one kind that follow each other are one. */
static void add(struct differ *differ, enum change change, struct str text)
{
	struct differ_part *last = differ->n ? &differ->part[differ->n - 1]
					     : NULL;

	if (!text.n)
		return;
	if (last && last->change == change &&
	    last->text.at + last->text.n == text.at) {
		last->text.n += text.n;
		return;
	}
	mem_grow(&differ->part, &differ->room, differ->n + 1,
		 sizeof *differ->part);
	differ->part[differ->n++] = (struct differ_part){ change, text };
}

static void add_units(struct differ *differ, enum change change,
		      const struct str *unit, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add(differ, change, unit[i]);
}

/* -- the middle, by Myers -- */

/*
 * x = furthest[d][k + d] is how far into a the best path of d changes gets on
 * diagonal k = x - y; rows are kept to walk back.
 */
struct paths {
	const struct str *a, *b;
	int n, m;
	int32_t **row; /* (D + 1), row d holds 2d + 1 */
};

static int furthest(const struct paths *p, int d, int k)
{
	return p->row[d][k + d];
}

/* Is the step onto diagonal k, d changes in, an insertion (from k + 1)? */
static bool from_above(const struct paths *p, int d, int k)
{
	return k == -d || (k != d && furthest(p, d - 1, k - 1) <
					     furthest(p, d - 1, k + 1));
}

static int start_of(const struct paths *p, int d, int k)
{
	if (d == 0)
		return 0;
	return from_above(p, d, k) ? furthest(p, d - 1, k + 1)
				   : furthest(p, d - 1, k - 1) + 1;
}

/* Changes needed, at most `most`; -1 when that is not enough. */
static int search(struct paths *p, int most)
{
	for (int d = 0; d <= most; d++) {
		p->row[d] = mem_array(2 * (size_t)d + 1, sizeof **p->row);
		for (int k = -d; k <= d; k += 2) {
			int x = start_of(p, d, k), y = x - k;

			while (x < p->n && y < p->m && x >= 0 && y >= 0 &&
			       str_equal(p->a[x], p->b[y]))
				x++, y++;
			p->row[d][k + d] = x;
			if (x >= p->n && y >= p->m)
				return d;
		}
	}
	return -1;
}

/*
 * The steps of the path, last first: 'a' a unit goes, 'b' one comes, '=' both
 * have it.
 */
static size_t walk_back(const struct paths *p, int d, char *step)
{
	int x = p->n, y = p->m;
	size_t n = 0;

	for (; d >= 0; d--) {
		int k = x - y, from = start_of(p, d, k);

		for (; x > from; x--, y--)
			step[n++] = '=';
		if (d == 0)
			break;
		if (from_above(p, d, k))
			y--, step[n++] = 'b';
		else
			x--, step[n++] = 'a';
	}
	return n;
}

static bool is_space(struct str unit)
{
	const char *at = unit.at;

	return char_kind(utf8_next(&at)) == CHAR_SPACE;
}

/*
 * Steps of a change that starts at step[n - 1], counted for a and for b.
 * White space that both have between two changes belongs to the change: marks
 * word by word are hard to read.
 */
static size_t change_at(const char *step, size_t n, const struct str *a,
			size_t *gone, size_t *new)
{
	size_t end = n, x = 0, y = 0;

	*gone = *new = 0;
	while (n) {
		if (step[n - 1] == '=' && !is_space(a[x]))
			break;
		x += step[n - 1] != 'b';
		y += step[n - 1] != 'a';
		if (step[--n] == '=')
			continue;
		end = n;
		*gone = x;
		*new = y;
	}
	return end;
}

/* Between two things that are the same, what goes stands before what comes. */
static void add_steps(struct differ *differ, const struct paths *p,
		      const char *step, size_t n)
{
	const struct str *a = p->a, *b = p->b;

	while (n) {
		size_t gone, new;

		for (; n && step[n - 1] == '='; n--, b++)
			add(differ, CHANGE_SAME, *a++);
		n = change_at(step, n, a, &gone, &new);
		add_units(differ, CHANGE_GONE, a, gone);
		add_units(differ, CHANGE_NEW, b, new);
		a += gone;
		b += new;
	}
}

static void add_middle(struct differ *differ, const struct str *a, size_t n,
		       const struct str *b, size_t m)
{
	struct paths p = { .a = a, .b = b, .n = (int)n, .m = (int)m };
	int most = n + m < DIFFER_MOST ? (int)(n + m) : DIFFER_MOST, d = -1;
	char *step;

	p.row = mem_array((size_t)most + 1, sizeof *p.row);
	if (n < INT32_MAX / 2 && m < INT32_MAX / 2 && n && m)
		d = search(&p, most);
	if (d < 0) {
		add_units(differ, CHANGE_GONE, a, n);
		add_units(differ, CHANGE_NEW, b, m);
	} else {
		step = mem_alloc(n + m + 1);
		add_steps(differ, &p, step, walk_back(&p, d, step));
		free(step);
	}
	for (int i = 0; i <= most; i++)
		free(p.row[i]);
	free(p.row);
}

void differ_read(struct differ *differ, struct str a, struct str b)
{
	struct units ua = { 0 }, ub = { 0 };
	size_t head = 0, tail = 0;

	differ->n = 0;
	units_read(&ua, a);
	units_read(&ub, b);
	while (head < ua.n && head < ub.n &&
	       str_equal(ua.at[head], ub.at[head]))
		head++;
	while (tail < ua.n - head && tail < ub.n - head &&
	       str_equal(ua.at[ua.n - 1 - tail], ub.at[ub.n - 1 - tail]))
		tail++;
	add_units(differ, CHANGE_SAME, ua.at, head);
	add_middle(differ, ua.at + head, ua.n - head - tail, ub.at + head,
		   ub.n - head - tail);
	add_units(differ, CHANGE_SAME, ua.at + ua.n - tail, tail);
	vec_free(&ua);
	vec_free(&ub);
}

void differ_free(struct differ *differ)
{
	free(differ->part);
	*differ = (struct differ){ 0 };
}
