/* condition.c - a measure of a pair against a number */
#include "filter/condition.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"

static const char *const own_name[OWN_MEASURES] = {
	"ambiguity", "findings", "turns", "instruction_chars", "input_chars",
	"response_chars",
};

static const char *const sign[] = { "<", "<=", ">", ">=", "=", "!=" };

static bool read_sign(const char *text, size_t n, enum comparison *how)
{
	if (n == 2 && memcmp(text, "==", 2) == 0)
		n = 1;
	for (int i = LESS; i <= NOT_EQUAL; i++)
		if (strlen(sign[i]) == n && memcmp(text, sign[i], n) == 0) {
			*how = (enum comparison)i;
			return true;
		}
	return false;
}

int condition_read(struct condition_on *c, const char *text)
{
	const char *at = text + strspn(text, " \t");
	size_t name = strcspn(at, " \t<>=!"), n;
	const char *op = at + name + strspn(at + name, " \t");
	char *end;

	*c = (struct condition_on){ .own = OWN_AMBIGUITY };
	n = strspn(op, "<>=!");
	c->threshold = strtod(op + n, &end);
	if (!name || name >= sizeof c->metric || !read_sign(op, n, &c->how) ||
	    end == op + n || end[strspn(end, " \t")] || isnan(c->threshold))
		return err_set(ERR_USAGE,
			       "'%s' is not like METRIC OP VALUE, such as "
			       "'ambiguity >= 0.8' (< <= > >= = !=)",
			       text);
	memcpy(c->metric, at, name);
	while (c->own < OWN_MEASURES &&
	       strcmp(own_name[c->own], c->metric) != 0)
		c->own++;
	snprintf(c->text, sizeof c->text, "%s %s %g", c->metric, sign[c->how],
		 c->threshold);
	return 0;
}

static int step(struct condition_on *c)
{
	switch (sqlite3_step(c->scan)) {
	case SQLITE_ROW:
		c->at = sqlite3_column_int64(c->scan, 0);
		return 0;
	case SQLITE_DONE:
		c->at_end = true;
		return 0;
	}
	return db_fail(c->db, "reading measures");
}

/* What measures there are, for the person who named another. */
static int unknown(struct condition_on *c)
{
	struct buf known = { 0 };
	sqlite3_stmt *names;
	int rc = db_prepare(c->db, SQL_METRIC_NAMES, &names);

	if (rc < 0)
		return rc;
	for (int i = 0; i < OWN_MEASURES; i++)
		buf_print(&known, " %s", own_name[i]);
	while (sqlite3_step(names) == SQLITE_ROW)
		buf_print(&known, " %s",
			  (const char *)sqlite3_column_text(names, 0));
	sqlite3_finalize(names);
	rc = err_set(ERR_ABSENT, "no pair has a measure '%s' yet; there are:%s",
		     c->metric, known.at);
	buf_free(&known);
	return rc;
}

int condition_open(struct condition_on *c, struct db *db)
{
	int rc;

	c->db = db;
	if (c->own < OWN_MEASURES)
		return 0;
	if ((rc = db_prepare(db, SQL_METRIC_SCAN, &c->scan)) < 0)
		return rc;
	db_bind_str(c->scan, 1, str_of(c->metric));
	if ((rc = step(c)) < 0)
		return rc;
	return c->at_end ? unknown(c) : 0;
}

static bool compare(const struct condition_on *c)
{
	switch (c->how) {
	case LESS:
		return c->value < c->threshold;
	case LESS_EQUAL:
		return c->value <= c->threshold;
	case MORE:
		return c->value > c->threshold;
	case MORE_EQUAL:
		return c->value >= c->threshold;
	case EQUAL:
		return c->value == c->threshold;
	case NOT_EQUAL:
		return c->value != c->threshold;
	}
	return false;
}

int condition_met(struct condition_on *c, const double own[OWN_MEASURES],
		  int64_t pair_id, bool *met)
{
	int rc = 0;

	*met = false;
	if (c->own < OWN_MEASURES) {
		c->value = own[c->own];
		*met = compare(c);
		return 0;
	}
	while (rc == 0 && !c->at_end && c->at < pair_id)
		rc = step(c);
	if (rc < 0 || c->at_end || c->at != pair_id)
		return rc;
	c->value = sqlite3_column_double(c->scan, 1);
	*met = compare(c);
	return 0;
}

void condition_close(struct condition_on *c)
{
	sqlite3_finalize(c->scan);
	c->scan = NULL;
}
