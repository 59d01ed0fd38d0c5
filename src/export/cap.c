/* cap.c - against answers that all begin alike, or refuse */
#include "export/cap.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "text/normal.h"
#include "text/script.h"
#include "text/utf8.h"

enum { PHRASE = 16, LOOK = 256 }; /* characters; bytes looked at */

uint64_t cap_opening(struct str response, struct buf *scratch)
{
	size_t n = response.n < LOOK ? response.n : LOOK;
	const char *at, *end;
	size_t characters = 0;

	while (n < response.n && (response.at[n] & 0xc0) == 0x80)
		n--; /* not inside a character */
	buf_clear(scratch);
	normal_add(scratch, (struct str){ response.at, n }, NORMAL_ALL);
	at = scratch->at;
	end = at + scratch->n;
	while (at < end && characters < PHRASE) {
		const char *next = at;

		if (char_kind(utf8_next(&next)) == CHAR_PUNCTUATION)
			break;
		at = next;
		characters++;
	}
	return characters ? hash64(scratch->at, (size_t)(at - scratch->at), 0) |
				    1
			  : 0;
}

/* -- rows of one kind in one category, together and by chance -- */

struct member {
	uint64_t kind, order;
	uint32_t category, row;
};

static int by_kind(const void *left, const void *right)
{
	const struct member *a = left, *b = right;

	if (a->category != b->category)
		return a->category < b->category ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	return a->row < b->row ? -1 : a->row > b->row;
}

static uint64_t opening_of(const struct row *row)
{
	return row->opening;
}

static uint64_t refusal_of(const struct row *row)
{
	return row->marks & MARK_REFUSAL;
}

static struct member *sort_members(const struct set *set,
				   uint64_t (*kind_of)(const struct row *))
{
	struct member *member = mem_try(set->rows, sizeof *member);

	if (!member)
		return NULL;
	for (uint32_t i = 0; i < set->rows; i++) {
		const struct row *row = &set->row[i];

		member[i] = (struct member){
			.kind = kind_of(row),
			.order = row->order,
			.category = row->category,
			.row = i,
		};
	}
	qsort(member, set->rows, sizeof *member, by_kind);
	return member;
}

static size_t end_of(const struct member *member, size_t n, size_t from,
		     bool of_kind)
{
	size_t to = from;

	while (to < n && member[to].category == member[from].category &&
	       (!of_kind || member[to].kind == member[from].kind))
		to++;
	return to;
}

/*
 * Of `n` rows of a kind among `others` of the category, how many may stay so
 * that their share is at most the cap.
 */
static size_t allowed(size_t n, size_t others, double cap)
{
	double most = (double)others * cap / (1 - cap);

	if (most < 1)
		most = 1;
	return most < (double)n ? (size_t)(most + 1e-9) : n;
}

/*
 * Dropping rows of one kind makes the category smaller and the share of another
 * kind larger, so it is done again until nothing changes.
 */
static void cap_category(const struct member *member, size_t n, double cap,
			 bool *dropped)
{
	size_t left = n;
	bool again = true;

	while (again) {
		again = false;
		for (size_t i = 0; i < n;) {
			size_t to = end_of(member, n, i, true), kept = 0, most;

			for (size_t k = i; k < to; k++)
				kept += !dropped[member[k].row];
			most = member[i].kind ? allowed(kept, left - kept, cap)
					      : kept;
			for (size_t k = to; k-- > i && kept > most;)
				if (!dropped[member[k].row]) {
					dropped[member[k].row] = true;
					kept--;
					left--;
					again = true;
				}
			i = to;
		}
	}
}

static int cap_kind(struct set *set, uint64_t (*kind_of)(const struct row *),
		    double cap, const char *why, uint64_t *count)
{
	struct member *member = sort_members(set, kind_of);
	bool *dropped = mem_try(set->rows, sizeof *dropped);
	size_t kept = 0;

	if (!member || !dropped) {
		free(member);
		free(dropped);
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < set->rows;) {
		size_t to = end_of(member, set->rows, i, false);

		cap_category(member + i, to - i, cap, dropped);
		i = to;
	}
	for (size_t i = 0; i < set->rows; i++) {
		if (!dropped[i]) {
			if (set->kin)
				set->kin[kept] = set->kin[i];
			set->row[kept++] = set->row[i];
			continue;
		}
		vec_push(&set->skip, ((struct skip){ set->row[i].id, why }));
		++*count;
	}
	set->rows = kept;
	free(member);
	free(dropped);
	return 0;
}

/* -- how it stands -- */

static int report_categories(const struct set *set, struct cap_report *report)
{
	struct member *member = sort_members(set, opening_of);

	report->lines = set->category.map.n;
	report->line = mem_array(report->lines, sizeof *report->line);
	if (!member)
		return ERR_NOMEM;
	for (size_t i = 0; i < set->rows;) {
		size_t to = end_of(member, set->rows, i, true);
		struct cap_line *line = &report->line[member[i].category];

		line->category = member[i].category;
		line->pairs += to - i;
		for (size_t k = i; k < to; k++) {
			unsigned marks = set->row[member[k].row].marks;

			line->refusals += (marks & MARK_REFUSAL) != 0;
			line->moralising += (marks & MARK_MORALISING) != 0;
		}
		if (member[i].kind && to - i > line->commonest) {
			line->commonest = to - i;
			line->example = set->row[member[i].row].id;
		}
		i = to;
	}
	free(member);
	return 0;
}

int cap_apply(struct set *set, const struct cap_ask *ask,
	      struct cap_report *report)
{
	int rc = report_categories(set, report);
	uint64_t before;

	/* each cap makes the category smaller, and so the other's share larger */
	do {
		before = report->dropped;
		if (rc == 0 && ask->refusal < 1)
			rc = cap_kind(set, refusal_of, ask->refusal,
				      "more refusals in its category than "
				      "--cap-refusal", &report->dropped);
		if (rc == 0 && ask->opening < 1)
			rc = cap_kind(set, opening_of, ask->opening,
				      "its opening phrase is more common than "
				      "--cap-opening", &report->dropped);
	} while (rc == 0 && report->dropped > before);
	return rc;
}

void cap_report_free(struct cap_report *report)
{
	free(report->line);
	*report = (struct cap_report){ 0 };
}
