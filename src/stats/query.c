/* query.c - what somebody looks for: words, phrases and filters */
#include "stats/query.h"

#include <stdlib.h>

#include "base/err.h"
#include "db/metric.h"
#include "stats/visible.h"
#include "text/bigram.h"
#include "text/normal.h"
#include "text/utf8.h"

struct part {
	struct str text;
	bool not, quoted, star;
};

/* "WHAT" in a message: safe on a terminal, and short. */
static int complain(struct str what, const char *why)
{
	struct buf shown = { 0 };
	int rc;

	visible_cut(&shown, what, 40);
	rc = err_set(ERR_USAGE, "'%s': %s", shown.n ? shown.at : "", why);
	buf_free(&shown);
	return rc;
}

/* -- filters -- */

static const struct {
	const char *name;
	enum filter_kind kind;
} filter_table[] = {
	{ "lang", FILTER_LANG },       { "category", FILTER_CATEGORY },
	{ "source", FILTER_SOURCE },   { "license", FILTER_LICENSE },
	{ "dropped", FILTER_DROPPED }, { "rule", FILTER_RULE },
	{ "score", FILTER_SCORE },     { "judged", FILTER_VERDICT },
	{ "id", FILTER_ID },	       { "cluster", FILTER_CLUSTER },
};

static int read_score(struct query_filter *filter, struct str value)
{
	size_t name = 0, at;
	char number[64], *end;

	while (name < value.n && !strchr("<>=", value.at[name]))
		name++;
	at = name;
	if (at == value.n || value.n - at > sizeof number - 1)
		return complain(value, "a score is like score:novelty>0.3");
	filter->compare = value.at[at++];
	if (at < value.n && value.at[at] == '=') {
		filter->compare = filter->compare == '>'   ? 'g'
				  : filter->compare == '<' ? 'l'
							   : '=';
		at++;
	}
	memcpy(number, value.at + at, value.n - at);
	number[value.n - at] = '\0';
	filter->number = strtod(number, &end);
	if (end == number || *end)
		return complain(value, "a score is like score:novelty>0.3");
	value.n = name;
	if (!metric_find(value) || metric_find(value)->of != METRIC_PAIR)
		return complain(value, "no such measure; 'itdata metrics' "
				       "lists them");
	filter->value = mem_copy(value.at, value.n);
	return 0;
}

/* 1 when the part is a filter, 0 when it is words. */
static int read_filter(struct query *query, const struct part *part)
{
	struct query_filter filter = { .not = part->not };
	struct str value = part->text;
	size_t i = 0;
	int rc = 0;

	if (part->quoted)
		return 0;
	if (str_is(part->text, "kept") && !part->star) {
		filter.kind = FILTER_KEPT;
		filter.value = mem_copy("", 0);
		vec_push(&query->filter, filter);
		return 1;
	}
	for (; i < sizeof filter_table / sizeof *filter_table; i++) {
		size_t n = strlen(filter_table[i].name);

		if (value.n > n && value.at[n] == ':' &&
		    memcmp(value.at, filter_table[i].name, n) == 0)
			break;
	}
	if (i == sizeof filter_table / sizeof *filter_table)
		return 0;
	value.at += strlen(filter_table[i].name) + 1;
	value.n -= strlen(filter_table[i].name) + 1;
	if (!value.n && !part->star)
		return complain(part->text, "what is missing behind it");
	filter.kind = filter_table[i].kind;
	if (filter.kind == FILTER_SCORE)
		rc = read_score(&filter, value);
	else /* the star was cut off as if it stood behind a word */
		filter.value = mem_copy(value.at,
					value.n + (part->star ? 1 : 0));
	if (rc < 0)
		return rc;
	vec_push(&query->filter, filter);
	return 1;
}

/* -- words -- */

static int read_words(struct query *query, const struct part *part)
{
	struct buf normal = { 0 }, tokens = { 0 };
	struct buf *to = part->not ? &query->without : &query->match;
	bool prefix = false;
	int rc = 0;

	normal_add(&normal, part->text, NORMAL_ALL);
	bigram_phrase(&tokens, buf_view(&normal), &prefix);
	if (!tokens.n) {
		rc = complain(part->text, "there is no letter or digit in it");
	} else {
		buf_print(to, "%s\"%s\"%s",
			  !to->n ? "" : part->not ? " OR " : " AND ",
			  tokens.at, prefix || part->star ? " *" : "");
		if (!part->not && query->words.n)
			buf_byte(&query->words, ' ');
		if (!part->not)
			buf_str(&query->words, part->text);
		if (!part->not)
			vec_push(&query->phrase,
				 ((struct query_phrase){
					 mem_copy(normal.at, normal.n),
					 normal.n, part->star }));
	}
	buf_free(&normal);
	buf_free(&tokens);
	return rc;
}

/* -- parts -- */

static bool is_space(const char *at)
{
	return *at == ' ' || *at == '\t' || *at == '\n' ||
	       strncmp(at, "\xe3\x80\x80", 3) == 0; /* U+3000 */
}

static size_t space_length(const char *at)
{
	return (unsigned char)*at == 0xe3 ? 3 : 1;
}

/* The next part at *at, moved behind it.  False at the end. */
static bool next_part(const char **at, struct part *part)
{
	const char *from = *at;

	*part = (struct part){ 0 };
	while (*from && is_space(from))
		from += space_length(from);
	if (!*from)
		return false;
	if (*from == '-' && from[1] && !is_space(from + 1)) {
		part->not = true;
		from++;
	}
	*at = from;
	if (*from == '"') {
		part->quoted = true;
		part->text.at = ++from;
		part->text.n = strcspn(from, "\"");
		*at = from + part->text.n;
		*at += **at == '"';
	} else {
		while (**at && !is_space(*at))
			++*at;
		part->text = (struct str){ from, (size_t)(*at - from) };
		if (part->text.n && part->text.at[part->text.n - 1] == '*') {
			part->star = true;
			part->text.n--;
		}
	}
	if (part->quoted && **at == '*') {
		part->star = true;
		++*at;
	}
	return true;
}

int query_read(struct query *query, const char *text)
{
	struct part part;
	int rc = 0;

	*query = (struct query){ 0 };
	if (utf8_check(text, strlen(text)) != strlen(text))
		return err_set(ERR_USAGE, "the query is not UTF-8");
	while (rc >= 0 && next_part(&text, &part)) {
		rc = read_filter(query, &part);
		if (rc == 0)
			rc = read_words(query, &part);
	}
	if (rc < 0)
		return rc;
	if (query->without.n && !query->match.n)
		return err_set(ERR_USAGE, "say also what to look for, not only "
					  "what not");
	if (!query->match.n && !query->filter.n)
		return err_set(ERR_USAGE, "the query is empty");
	return 0;
}

void query_free(struct query *query)
{
	for (size_t i = 0; i < query->filter.n; i++)
		free(query->filter.at[i].value);
	for (size_t i = 0; i < query->phrase.n; i++)
		free(query->phrase.at[i].text);
	vec_free(&query->filter);
	vec_free(&query->phrase);
	buf_free(&query->match);
	buf_free(&query->without);
	buf_free(&query->words);
}
