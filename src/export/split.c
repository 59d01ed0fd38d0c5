/* split.c - train, test and so on, without anything in two of them */
#include "export/split.h"

#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "export/leak.h"
#include "near/dsu.h"
#include "shard/manifest.h"

/* -- what was asked for -- */

static int parse_one(const char *text, size_t n, struct split *split)
{
	const char *equal = memchr(text, '=', n);
	char *end;

	if (!equal || equal == text)
		return err_set(ERR_USAGE, "--split: '%.*s' is not NAME=SHARE",
			       (int)n, text);
	split->share = strtod(equal + 1, &end);
	if (end != text + n || !(split->share > 0 && split->share <= 1))
		return err_set(ERR_USAGE, "--split: '%.*s': the share is not "
					  "above 0 and at most 1", (int)n,
			       text);
	split->name = mem_copy(text, (size_t)(equal - text));
	/* '-' and '.' separate parts of file names */
	if (!manifest_plain(split->name) || strpbrk(split->name, ".-") ||
	    strcmp(split->name, "all") == 0)
		return err_set(ERR_USAGE, "--split: '%s' cannot be a name; "
					  "use letters, digits and _",
			       split->name);
	return 0;
}

static int check_splits(const struct split *split, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++) {
		sum += split[i].share;
		for (size_t k = 0; k < i; k++)
			if (strcmp(split[k].name, split[i].name) == 0)
				return err_set(ERR_USAGE, "--split: '%s' "
							  "stands twice",
					       split[i].name);
	}
	if (fabs(sum - 1) > 1e-6)
		return err_set(ERR_USAGE, "--split: the shares sum up to %g, "
					  "not to 1", sum);
	return 0;
}

int split_parse(const char *text, struct split **split, size_t *n)
{
	size_t room = 0;
	int rc = 0;

	*split = NULL;
	*n = 0;
	do {
		size_t length = strcspn(text, ",");

		mem_grow(split, &room, *n + 1, sizeof **split);
		(*split)[*n] = (struct split){ 0 };
		rc = parse_one(text, length, &(*split)[(*n)++]);
		text += length;
	} while (rc == 0 && *text++);
	return rc < 0 ? rc : check_splits(*split, *n);
}

void split_free(struct split *split, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free((char *)split[i].name);
	free(split);
}

/* -- families -- */

static uint64_t prompt_of(const struct kin *kin)
{
	return kin->prompt;
}

static uint64_t document_of(const struct kin *kin)
{
	return kin->document;
}

static uint64_t cluster_of(const struct kin *kin)
{
	return kin->cluster ? hash_mix((uint64_t)kin->cluster) : 0;
}

/* Join rows of equal keys; slot is an open table of rows + 1, all zero. */
static void join_by(const struct set *set, struct dsu *dsu,
		    uint64_t (*key_of)(const struct kin *kin), uint32_t *slot,
		    size_t slots)
{
	memset(slot, 0, slots * sizeof *slot);
	for (size_t i = 0; i < set->rows; i++) {
		uint64_t key = key_of(&set->kin[i]);
		size_t at = key & (slots - 1);

		if (!key)
			continue;
		while (slot[at] && key_of(&set->kin[slot[at] - 1]) != key)
			at = (at + 1) & (slots - 1);
		if (slot[at])
			dsu_join(dsu, slot[at] - 1, (uint32_t)i);
		else
			slot[at] = (uint32_t)i + 1;
	}
}

static int find_families(const struct set *set, struct dsu *dsu)
{
	size_t slots = 64;
	uint32_t *slot;

	while (slots < 2 * set->rows)
		slots *= 2;
	slot = mem_try(slots, sizeof *slot);
	if (!slot)
		return ERR_NOMEM;
	join_by(set, dsu, prompt_of, slot, slots);
	join_by(set, dsu, document_of, slot, slots);
	join_by(set, dsu, cluster_of, slot, slots);
	free(slot);
	return 0;
}

/* -- memory -- */

enum { UNKNOWN = UINT32_MAX };

static uint32_t split_of(const struct split_ask *ask, struct str name)
{
	for (uint32_t s = 0; s < ask->splits; s++)
		if (str_is(name, ask->split[s].name))
			return s;
	return UNKNOWN;
}

/* Both in order of id. */
static int recall(struct split_memory *memory, struct db *db,
		  const struct set *set, const struct split_ask *ask)
{
	sqlite3_stmt *scan;
	size_t row = 0;
	int step, rc = db_prepare(db, SQL_SPLIT_GET, &scan);

	if (rc < 0)
		return rc;
	db_bind_str(scan, 1, buf_view(&memory->plan));
	while ((step = sqlite3_step(scan)) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(scan, 0);

		while (row < set->rows && set->row[row].id < id)
			row++;
		if (row == set->rows)
			break;
		if (set->row[row].id == id) {
			memory->recalled[row] = split_of(ask, db_str(scan, 1));
			memory->kept++;
		}
	}
	if (step != SQLITE_DONE && step != SQLITE_ROW)
		rc = db_fail(db, "reading splits");
	sqlite3_finalize(scan);
	return rc;
}

int split_recall(struct split_memory *memory, struct db *db,
		 const struct set *set, const struct split_ask *ask,
		 uint64_t seed)
{
	*memory = (struct split_memory){ 0 };
	for (size_t s = 0; s < ask->splits; s++)
		buf_print(&memory->plan, "%s=%.9g,", ask->split[s].name,
			  ask->split[s].share);
	buf_print(&memory->plan, "seed=%llu", (unsigned long long)seed);
	memory->recalled = mem_try(set->rows, sizeof *memory->recalled);
	if (!memory->recalled)
		return ERR_NOMEM;
	for (size_t i = 0; i < set->rows; i++)
		memory->recalled[i] = UNKNOWN;
	return ask->forget || ask->splits < 2 ? 0
					      : recall(memory, db, set, ask);
}

bool split_is_news(const struct split_memory *memory, const struct set *set,
		   const struct split_ask *ask)
{
	for (size_t i = 0; ask->splits > 1 && i < set->rows; i++)
		if (memory->recalled[i] != set->row[i].split)
			return true;
	return false;
}

static int put_split(struct db *db, sqlite3_stmt *put, int64_t id,
		     int64_t plan, int64_t split)
{
	sqlite3_bind_int64(put, 1, plan);
	sqlite3_bind_int64(put, 2, id);
	sqlite3_bind_int64(put, 3, split);
	return db_put(db, put);
}

int split_remember(struct split_memory *memory, struct db *db,
		   const struct set *set, const struct split_ask *ask)
{
	int64_t *word = mem_array(ask->splits, sizeof *word), plan;
	sqlite3_stmt *put = NULL;
	int rc = db_word(db, buf_view(&memory->plan), &plan);

	for (size_t s = 0; rc == 0 && s < ask->splits; s++)
		rc = db_word(db, str_of(ask->split[s].name), &word[s]);
	if (rc == 0)
		rc = db_prepare(db, SQL_SPLIT_PUT, &put);
	for (size_t i = 0; rc == 0 && i < set->rows; i++)
		if (memory->recalled[i] != set->row[i].split)
			rc = put_split(db, put, set->row[i].id, plan,
				       word[set->row[i].split]);
	sqlite3_finalize(put);
	free(word);
	return rc;
}

void split_memory_free(struct split_memory *memory)
{
	free(memory->recalled);
	buf_free(&memory->plan);
}

/* -- drawing -- */

struct family {
	uint64_t least; /* order of its first member by chance */
	uint32_t size;
	uint32_t past; /* the first split a member was in, or UNKNOWN */
};

static uint32_t largest(const struct split *split, size_t n)
{
	uint32_t best = 0;

	for (uint32_t i = 1; i < n; i++)
		if (split[i].share > split[best].share)
			best = i;
	return best;
}

static uint32_t draw(const struct family *family, const struct split_ask *ask,
		     size_t rows)
{
	const struct split *split = ask->split;
	double at = (double)(hash_mix(family->least) >> 11) * 0x1p-53;
	uint32_t s = 0;

	if (family->past != UNKNOWN)
		return family->past;
	while (s + 1 < ask->splits && at >= split[s].share)
		at -= split[s++].share;
	if (family->size > 1 &&
	    family->size > split[s].share * (double)rows / 10)
		return largest(split, ask->splits);
	return s;
}

static void add_member(struct family *family, const struct row *row,
		       uint32_t recalled)
{
	if (!family->size++) {
		family->least = row->order;
		family->past = UNKNOWN;
	}
	if (row->order < family->least)
		family->least = row->order;
	if (recalled < family->past)
		family->past = recalled;
}

int split_assign(struct set *set, struct par *par, const struct split_ask *ask,
		 const struct split_memory *memory,
		 const struct sense *sense)
{
	struct dsu dsu = { 0 };
	struct family *family;
	int rc;

	if (ask->splits < 2)
		return 0;
	family = mem_try(set->rows, sizeof *family);
	if (!family)
		return ERR_NOMEM;
	if ((rc = dsu_init(&dsu, set->rows)) == 0 &&
	    (rc = find_families(set, &dsu)) == 0 && ask->leak > 0)
		rc = leak_join(set, &dsu, par, ask->leak, ask->memory);
	if (rc == 0 && sense->n && ask->cosine > 0)
		rc = sense_join(sense, &dsu, par, ask->cosine, ask->seed);
	if (rc == 0) {
		for (uint32_t i = 0; i < set->rows; i++)
			add_member(&family[dsu_find(&dsu, i)], &set->row[i],
				   memory->recalled[i]);
		for (uint32_t i = 0; i < set->rows; i++)
			set->row[i].split = draw(&family[dsu_find(&dsu, i)],
						 ask, set->rows);
	}
	dsu_free(&dsu);
	free(family);
	return rc;
}
