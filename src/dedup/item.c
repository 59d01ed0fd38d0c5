/* item.c - the items of benchmarks, and which of them a text contains */
#include "dedup/item.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "read/reader.h"

struct reading {
	struct items *items;
	const char *field;
	struct arena arena; /* of the record that is being read */
	int64_t record;
	size_t found; /* items of this file */
	struct buf keys; /* of its first record, for a message */
};

/* -- the question of a record -- */

static void add_item(struct reading *r, struct str text)
{
	struct items *items = r->items;
	struct item item = {
		.benchmark = (uint32_t)items->benchmark.n - 1,
		.record = r->record,
		.text = arena_str(&items->text, text),
	};

	if (!text.n)
		return;
	vec_push(&items->item, item);
	r->found++;
}

static void add_joined(struct reading *r, struct str a, struct str b)
{
	struct buf text = { 0 };

	buf_str(&text, a);
	if (a.n && b.n)
		buf_byte(&text, '\n');
	buf_str(&text, b);
	add_item(r, buf_view(&text));
	buf_free(&text);
}

static bool add_strings(struct reading *r, const struct value *list)
{
	if (!list || list->type != VALUE_ARRAY || !list->child ||
	    list->child->type != VALUE_STRING)
		return false;
	for (const struct value *v = list->child; v; v = v->next)
		if (v->type == VALUE_STRING)
			add_item(r, v->text);
	return true;
}

/* The first message of a person. */
static bool add_message(struct reading *r, const struct value *list)
{
	if (!list || list->type != VALUE_ARRAY)
		return false;
	for (const struct value *v = list->child; v; v = v->next) {
		struct str role = value_text(v, "role");
		struct str text = value_text(v, "content");

		if (!role.at)
			role = value_text(v, "from");
		if (!text.at)
			text = value_text(v, "value");
		if (text.n && (str_is(role, "user") || str_is(role, "human"))) {
			add_item(r, text);
			return true;
		}
	}
	return false;
}

static bool add_usual(struct reading *r, const struct value *v)
{
	static const char *const keys[] = { "question", "Question", "problem",
					    "prompt", "query", "input",
					    "text", "sentence" };
	struct str instruction = value_text(v, "instruction");

	if (instruction.n) {
		add_joined(r, instruction, value_text(v, "input"));
		return true;
	}
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const struct value *member = value_get(v, keys[i]);

		if (member && member->type == VALUE_STRING &&
		    member->text.n) {
			add_item(r, member->text);
			return true;
		}
	}
	return add_strings(r, value_get(v, "turns")) ||
	       add_message(r, value_get(v, "messages")) ||
	       add_message(r, value_get(v, "conversations"));
}

static bool add_field(struct reading *r, const struct value *v)
{
	const struct value *member = value_get(v, r->field);

	if (!member)
		return false;
	if (member->type == VALUE_STRING)
		add_item(r, member->text);
	else
		add_strings(r, member);
	return true;
}

/* Go down until something has a question; deeper ones are parts of it. */
static void walk(struct reading *r, const struct value *v)
{
	if (v->type != VALUE_OBJECT && v->type != VALUE_ARRAY)
		return;
	if (v->type == VALUE_OBJECT &&
	    (r->field ? add_field(r, v) : add_usual(r, v)))
		return;
	for (const struct value *child = v->child; child; child = child->next)
		walk(r, child);
}

/* -- files -- */

static void note_keys(struct reading *r, const struct value *v)
{
	if (r->keys.n || v->type != VALUE_OBJECT)
		return;
	for (const struct value *m = v->child; m; m = m->next)
		buf_print(&r->keys, "%s%.*s", r->keys.n ? ", " : "",
			  (int)(m->key.n < 40 ? m->key.n : 40), m->key.at);
}

/* The first column that is more than a number. */
static struct str first_text(const struct value *row)
{
	for (const struct value *v = row->child; v; v = v->next)
		for (size_t i = 0; i < v->text.n; i++)
			if ((v->text.at[i] & 0xc0) >= 0x40 &&
			    v->type == VALUE_STRING)
				return v->text;
	return (struct str){ NULL, 0 };
}

static int take_record(struct reading *r, const struct reader *reader,
		       const struct record *record, bool table)
{
	struct scan_error error;
	struct value value;
	size_t found = r->found;

	arena_reset(&r->arena);
	r->record = record->number;
	if (record->why ||
	    reader_parse(reader, record, &r->arena, &value, &error) < 0)
		return 0; /* an item that cannot be read is none */
	note_keys(r, &value);
	if (value.type == VALUE_STRING)
		add_item(r, value.text);
	walk(r, &value);
	if (r->found == found && table && !r->field && value.child)
		add_item(r, first_text(&value));
	return 0;
}

/* A table whose columns have no usual name has no header: it is a row. */
static void take_header(struct reading *r, const struct reader *reader,
			bool *table)
{
	static const char *const usual[] = { "question", "Question",
					     "instruction", "problem",
					     "prompt", "query", "input",
					     "text", "sentence" };

	*table = false;
	if (!reader->columns || r->field)
		return;
	for (size_t c = 0; c < reader->columns; c++)
		for (size_t u = 0; u < sizeof usual / sizeof *usual; u++)
			if (str_is(reader->column[c], usual[u]))
				return;
	*table = true;
	r->record = 0;
	add_item(r, reader->column[0]);
}

static int read_records(struct reading *r, struct reader *reader)
{
	struct chunk chunk = { 0 };
	bool table = false, first = true;
	int rc;

	while ((rc = reader_next(reader, &chunk)) > 0) {
		if (first)
			take_header(r, reader, &table);
		first = false;
		for (size_t i = 0; i < chunk.records; i++)
			take_record(r, reader, &chunk.record[i], table);
	}
	chunk_free(&chunk);
	return rc;
}

int items_read(struct items *items, const char *path, const char *field)
{
	struct reading r = { .items = items, .field = field };
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	struct reader reader;
	int rc = reader_open(&reader, path, FORMAT_AUTO);

	if (rc < 0)
		return rc;
	vec_push(&items->benchmark, mem_copy(name, strlen(name)));
	rc = read_records(&r, &reader);
	reader_close(&reader);
	if (rc == 0 && !r.found)
		rc = err_set(ERR_FORMAT,
			     "%s: no question in it%s%s; name its key with "
			     "--field",
			     path, r.keys.n ? "; its records have the keys "
					    : "",
			     r.keys.n ? r.keys.at : "");
	arena_free(&r.arena);
	buf_free(&r.keys);
	return rc;
}

/* -- the index -- */

static int by_hash(const void *left, const void *right)
{
	const struct run_of_item *a = left, *b = right;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	if (a->item != b->item)
		return a->item < b->item ? -1 : 1;
	return a->at < b->at ? -1 : a->at > b->at;
}

static int add_runs(struct items *items, struct shingler *shingler,
		    uint32_t number, uint64_t **hash, size_t *room)
{
	struct item *item = &items->item.at[number];
	struct shingle_form form;
	int rc = 0;

	shingler_read(shingler, item->text, &form);
	item->units = form.units;
	item->n = 2 * shingler->cjk > form.units ? items->characters
						 : items->words;
	if (!form.units) /* nothing that could be recognised */
		return 0;
	if (form.units < item->n)
		item->n = 0;
	shingler->n = item->n ? item->n : form.units;
	item->runs = item->n ? form.units - item->n + 1 : 1;
	items->lengths[item->n] = true;
	mem_grow(hash, room, item->runs, sizeof **hash);
	if (item->n)
		shingler_put(shingler, 0, *hash);
	else
		**hash = form.equal;
	for (uint32_t i = 0; rc == 0 && i < item->runs; i++) {
		struct run_of_item run = { (*hash)[i], number, i };
		uint64_t bit = run.hash >> (64 - ITEM_BITS);

		items->known[bit / 64] |= UINT64_C(1) << bit % 64;
		rc = vec_try_push(&items->run, run);
	}
	return rc;
}

int items_index(struct items *items)
{
	struct shingler shingler = { .unit = UNIT_AUTO };
	uint64_t *hash = NULL;
	size_t room = 0;
	int rc = 0;

	items->known = mem_array((1 << ITEM_BITS) / 64, sizeof *items->known);
	for (uint32_t i = 0; rc == 0 && i < items->item.n; i++)
		rc = add_runs(items, &shingler, i, &hash, &room);
	if (items->run.n)
		qsort(items->run.at, items->run.n, sizeof *items->run.at,
		      by_hash);
	shingler_free(&shingler);
	free(hash);
	return rc;
}

const struct run_of_item *items_find(const struct items *items, uint64_t hash,
				     size_t *n)
{
	uint64_t bit = hash >> (64 - ITEM_BITS);
	size_t low = 0, high = items->run.n;

	*n = 0;
	if (!(items->known[bit / 64] >> bit % 64 & 1))
		return NULL;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (items->run.at[middle].hash < hash)
			low = middle + 1;
		else
			high = middle;
	}
	while (low + *n < items->run.n &&
	       items->run.at[low + *n].hash == hash)
		++*n;
	return items->run.at + low;
}

void items_free(struct items *items)
{
	for (size_t i = 0; i < items->benchmark.n; i++)
		free(items->benchmark.at[i]);
	vec_free(&items->item);
	vec_free(&items->run);
	vec_free(&items->benchmark);
	free(items->known);
	arena_free(&items->text);
}
