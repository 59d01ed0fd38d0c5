/* drift.c - one term in several spellings over a data set */
#include "filter/drift.h"

#include <dirent.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "db/pair.h"
#include "text/script.h"
#include "text/utf8.h"

enum { LARGEST = 16 << 20 }; /* bytes of a table */

/* -- reading tables -- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The next spelling of a line, which may stand in quotes; "" at the end. */
static struct str take_spelling(struct str *line)
{
	struct str word;
	const char *close;

	while (line->n && is_blank(*line->at)) {
		line->at++;
		line->n--;
	}
	word = (struct str){ line->at, 0 };
	close = line->n > 1 && *line->at == '"'
			? memchr(line->at + 1, '"', line->n - 1)
			: NULL;
	if (close) {
		word.at++;
		word.n = (size_t)(close - word.at);
		line->n -= (size_t)(close + 1 - line->at);
		line->at = close + 1;
		return word;
	}
	while (line->n && !is_blank(*line->at)) {
		line->at++;
		line->n--;
		word.n++;
	}
	return word;
}

static bool is_known(const struct drift *drift, struct str text)
{
	for (size_t i = 0; i < drift->spelling.n; i++)
		if (str_equal(drift->spelling.at[i].text, text))
			return true;
	return false;
}

static int read_line(struct drift *drift, struct str line, const char *path,
		     size_t number)
{
	struct term term = { .from = (uint32_t)drift->spelling.n };
	uint32_t owner = (uint32_t)drift->term.n;
	struct str word;

	while ((word = take_spelling(&line)).n) {
		if (*word.at == '#')
			break;
		if (is_known(drift, word))
			return err_set(ERR_FORMAT,
				       "%s:%zu: '%.*s' stands in the table "
				       "already",
				       path, number, (int)word.n, word.at);
		word = arena_str(&drift->arena, word);
		vec_push(&drift->spelling,
			 ((struct spelling){ .text = word, .term = owner }));
		keywords_add(&drift->keywords, word, owner);
	}
	term.to = (uint32_t)drift->spelling.n;
	if (term.to == term.from)
		return 0;
	if (term.to == term.from + 1)
		return err_set(ERR_FORMAT, "%s:%zu: a term needs two spellings",
			       path, number);
	vec_push(&drift->term, term);
	return 0;
}

static int read_table(struct drift *drift, const char *path)
{
	struct buf text = { 0 };
	size_t at = 0, number = 0;
	int rc = file_load(path, LARGEST, &text);

	if (rc == 0 && utf8_check(text.at, text.n) < text.n)
		rc = err_set(ERR_FORMAT, "%s: not UTF-8 text", path);
	while (rc == 0 && at < text.n) {
		const char *end = memchr(text.at + at, '\n', text.n - at);
		size_t n = end ? (size_t)(end - text.at) - at : text.n - at;

		rc = read_line(drift, (struct str){ text.at + at, n }, path,
			       ++number);
		at += n + 1;
	}
	buf_free(&text);
	return rc;
}

static int by_name(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

/* Every terms.*.txt of the folder of rule packs, in order of name. */
static int read_shipped(struct drift *drift)
{
	VEC(char *) names = { 0 };
	struct buf path = { 0 };
	struct dirent *entry;
	DIR *folder;
	size_t root;
	int rc = 0;

	file_shipped("ITDATA_RULES", "rules", PKGDATADIR "/rules", &path);
	root = path.n;
	if (!(folder = opendir(path.at)))
		rc = err_sys(ERR_ABSENT, "the folder of term tables: %s",
			     path.at);
	while (folder && (entry = readdir(folder)))
		if (strncmp(entry->d_name, "terms.", 6) == 0)
			vec_push(&names, mem_copy(entry->d_name,
						  strlen(entry->d_name)));
	if (folder)
		closedir(folder);
	if (names.n)
		qsort(names.at, names.n, sizeof *names.at, by_name);
	for (size_t i = 0; i < names.n; i++) {
		path.n = root;
		buf_print(&path, "/%s", names.at[i]);
		if (rc == 0)
			rc = read_table(drift, path.at);
		free(names.at[i]);
	}
	vec_free(&names);
	buf_free(&path);
	return rc;
}

int drift_load(struct drift *drift, const char *const *path, size_t n)
{
	int rc = 0;

	*drift = (struct drift){ 0 };
	if (n == 0)
		rc = read_shipped(drift);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = read_table(drift, path[i]);
	if (rc == 0 && drift->term.n == 0)
		rc = err_set(ERR_ABSENT, "the tables have no terms");
	keywords_build(&drift->keywords, drift->term.n);
	return rc;
}

void drift_free(struct drift *drift)
{
	vec_free(&drift->spelling);
	vec_free(&drift->term);
	keywords_free(&drift->keywords);
	arena_free(&drift->arena);
	*drift = (struct drift){ 0 };
}

/* -- searching -- */

/* Latin and Katakana words have ends; ー belongs to Katakana. */
enum word_kind { WORD_NONE, WORD_LATIN, WORD_KATAKANA };

static enum word_kind kind_of(uint32_t c)
{
	enum script script = script_of(c);

	if (script == SCRIPT_LATIN || (c >= '0' && c <= '9'))
		return WORD_LATIN;
	return script == SCRIPT_KATAKANA || c == 0x30fc ? WORD_KATAKANA
							: WORD_NONE;
}

static enum word_kind kind_before(const char *start, const char *at)
{
	if (at == start)
		return WORD_NONE;
	do
		at--;
	while (((unsigned char)*at & 0xc0) == 0x80);
	return kind_of(utf8_next(&at));
}

static enum word_kind kind_at(const char *at, const char *end)
{
	return at < end ? kind_of(utf8_next(&at)) : WORD_NONE;
}

static bool equal_folded(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char x = a[i] >= 'A' && a[i] <= 'Z' ? (char)(a[i] | 32) : a[i];
		char y = b[i] >= 'A' && b[i] <= 'Z' ? (char)(b[i] | 32) : b[i];

		if (x != y)
			return false;
	}
	return true;
}

static bool stands_at(struct str text, const char *at, struct str word)
{
	const char *end = text.at + text.n, *to = at + word.n;
	enum word_kind first, last;

	if (word.n > (size_t)(end - at) ||
	    !equal_folded(at, word.at, word.n))
		return false;
	first = kind_at(at, end);
	last = kind_before(at, to);
	return (first == WORD_NONE || kind_before(text.at, at) != first) &&
	       (last == WORD_NONE || kind_at(to, end) != last);
}

struct item {
	struct pair_batch batch;
	uint64_t *seen;  /* (keywords.words) */
	uint64_t *uses, *pairs; /* (spellings) in this batch */
	int64_t *first;  /* (spellings) */
	int64_t *last;   /* (spellings) pair that was counted last */
};

struct searching {
	struct drift *drift;
	struct pair_reader reader;
	struct progress progress;
};

/* Count the longest spelling of a term at every place of a text. */
static void count_term(const struct drift *drift, const struct term *term,
		       struct str text, int64_t id, struct item *item)
{
	const char *at = text.at, *end = text.at + text.n;

	while (at < end) {
		const char *from = at;
		size_t longest = 0, best = 0;

		for (size_t s = term->from; s < term->to; s++) {
			struct str word = drift->spelling.at[s].text;

			if (word.n > longest && stands_at(text, at, word)) {
				longest = word.n;
				best = s;
			}
		}
		if (!longest) {
			utf8_next(&at);
			continue;
		}
		at = from + longest;
		item->uses[best]++;
		item->pairs[best] += item->last[best] != id;
		item->last[best] = id;
		if (!item->first[best])
			item->first[best] = id;
	}
}

static void search_text(const struct drift *drift, struct str text,
			int64_t id, struct item *item)
{
	size_t words = drift->keywords.words;

	if (!text.n || utf8_check(text.at, text.n) < text.n)
		return;
	memset(item->seen, 0, words * sizeof *item->seen);
	keywords_scan(&drift->keywords, text, item->seen);
	for (size_t t = 0; t < drift->term.n; t++)
		if (item->seen[t / 64] >> t % 64 & 1)
			count_term(drift, &drift->term.at[t], text, id, item);
}

static int read_item(void *context, void *item)
{
	struct searching *s = context;

	return pair_reader_next(&s->reader, &((struct item *)item)->batch);
}

static int work_item(void *context, void *argument)
{
	struct searching *s = context;
	const struct drift *drift = s->drift;
	struct item *item = argument;
	size_t n = drift->spelling.n;

	memset(item->uses, 0, n * sizeof *item->uses);
	memset(item->pairs, 0, n * sizeof *item->pairs);
	memset(item->first, 0, n * sizeof *item->first);
	memset(item->last, 0, n * sizeof *item->last);
	for (size_t i = 0; i < item->batch.n; i++) {
		const struct pair *pair = &item->batch.pair[i];

		for (size_t m = 0; m < pair->messages; m++)
			search_text(drift, pair->message[m].content, pair->id,
				    item);
		if (pair->messages)
			continue;
		search_text(drift, pair->system, pair->id, item);
		search_text(drift, pair->instruction, pair->id, item);
		search_text(drift, pair->input, pair->id, item);
		search_text(drift, pair->response, pair->id, item);
	}
	return 0;
}

static int write_item(void *context, void *argument)
{
	struct searching *s = context;
	struct item *item = argument;

	for (size_t i = 0; i < s->drift->spelling.n; i++) {
		struct spelling *spelling = &s->drift->spelling.at[i];

		spelling->uses += item->uses[i];
		spelling->pairs += item->pairs[i];
		if (!spelling->first)
			spelling->first = item->first[i];
	}
	s->drift->pairs += item->batch.n;
	progress_set(&s->progress, s->drift->pairs);
	return 0;
}

int drift_search(struct drift *drift, struct db *db, struct par *par)
{
	struct searching s = { .drift = drift };
	size_t slots = par_slots(par), n = drift->spelling.n;
	struct item *item = mem_array(slots, sizeof *item);
	struct par_map map = {
		.read = read_item,
		.work = work_item,
		.write = write_item,
		.item = item,
		.item_size = sizeof *item,
		.items = slots,
		.context = &s,
	};
	int64_t total;
	int rc;

	for (size_t i = 0; i < slots; i++) {
		item[i].seen = mem_array(drift->keywords.words, 8);
		item[i].uses = mem_array(n, sizeof *item->uses);
		item[i].pairs = mem_array(n, sizeof *item->pairs);
		item[i].first = mem_array(n, sizeof *item->first);
		item[i].last = mem_array(n, sizeof *item->last);
	}
	if ((rc = db_number(db, SQL_PAIR_COUNT, &total)) == 0 &&
	    (rc = pair_reader_open(&s.reader, db, 0)) == 0) {
		progress_start(&s.progress, "searching", "pairs",
			       (uint64_t)total);
		rc = par_map(par, &map);
		progress_end(&s.progress);
		pair_reader_close(&s.reader);
	}
	for (size_t i = 0; i < slots; i++) {
		pair_batch_free(&item[i].batch);
		free(item[i].seen);
		free(item[i].uses);
		free(item[i].pairs);
		free(item[i].first);
		free(item[i].last);
	}
	free(item);
	return rc;
}

/* -- reporting -- */

struct division {
	uint32_t term;
	uint64_t uses, most, spellings;
};

static int by_division(const void *left, const void *right)
{
	const struct division *a = left, *b = right;
	uint64_t x = a->uses - a->most, y = b->uses - b->most;

	if (x != y)
		return x > y ? -1 : 1;
	return a->term < b->term ? -1 : a->term > b->term;
}

/* Terms that are written in more than one way, the most divided first. */
static struct division *divided(const struct drift *drift, size_t *n)
{
	struct division *all = mem_array(drift->term.n + 1, sizeof *all);

	*n = 0;
	for (uint32_t t = 0; t < drift->term.n; t++) {
		const struct term *term = &drift->term.at[t];
		struct division d = { .term = t };

		for (size_t s = term->from; s < term->to; s++) {
			uint64_t uses = drift->spelling.at[s].uses;

			d.uses += uses;
			d.spellings += uses > 0;
			if (uses > d.most)
				d.most = uses;
		}
		if (d.spellings > 1)
			all[(*n)++] = d;
	}
	qsort(all, *n, sizeof *all, by_division);
	return all;
}

void drift_text(const struct drift *drift, struct buf *out)
{
	size_t n;
	struct division *all = divided(drift, &n);

	buf_print(out, "%zu of %zu terms are written in several ways in %llu "
		       "pairs\n",
		  n, drift->term.n, (unsigned long long)drift->pairs);
	for (size_t i = 0; i < n; i++) {
		const struct term *term = &drift->term.at[all[i].term];
		const char *comma = "";

		for (size_t s = term->from; s < term->to; s++) {
			const struct spelling *one = &drift->spelling.at[s];

			if (!one->uses)
				continue;
			buf_print(out, "%s%s %llu (%llu pairs, first %lld)",
				  comma, one->text.at,
				  (unsigned long long)one->uses,
				  (unsigned long long)one->pairs,
				  (long long)one->first);
			comma = ", ";
		}
		buf_byte(out, '\n');
	}
	free(all);
}

void drift_json(const struct drift *drift, struct buf *out)
{
	struct json json = { .out = out };
	size_t n;
	struct division *all = divided(drift, &n);

	json_open(&json, '{');
	json_key(&json, "pairs");
	json_int(&json, (int64_t)drift->pairs);
	json_key(&json, "terms");
	json_int(&json, (int64_t)drift->term.n);
	json_key(&json, "divided");
	json_open(&json, '[');
	for (size_t i = 0; i < n; i++) {
		const struct term *term = &drift->term.at[all[i].term];

		json_open(&json, '[');
		for (size_t s = term->from; s < term->to; s++) {
			const struct spelling *one = &drift->spelling.at[s];

			json_open(&json, '{');
			json_key(&json, "spelling");
			json_str(&json, one->text);
			json_key(&json, "uses");
			json_int(&json, (int64_t)one->uses);
			json_key(&json, "pairs");
			json_int(&json, (int64_t)one->pairs);
			json_key(&json, "first");
			json_int(&json, one->first);
			json_close(&json, '}');
		}
		json_close(&json, ']');
	}
	json_close(&json, ']');
	json_close(&json, '}');
	buf_byte(out, '\n');
	free(all);
}
