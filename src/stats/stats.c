/* stats.c - the figures of a data set */
#include "stats/stats.h"

#include <stdlib.h>
#include <xxhash.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "text/script.h"
#include "text/utf8.h"

enum {
	OPENINGS = 1 << 17, /* names that `opening` holds at most */
	OPENING_WORDS = 3,
	OPENING_CHARACTERS = 8, /* of a script without spaces */
};

/* -- rows that are read whole -- */

typedef void take_row(struct stats *stats, sqlite3_stmt *row);

static int read_rows(struct stats *stats, struct db *db, const char *sql,
		     take_row *take)
{
	sqlite3_stmt *row;
	int rc = db_prepare(db, sql, &row), step;

	if (rc < 0)
		return rc;
	while ((step = sqlite3_step(row)) == SQLITE_ROW)
		take(stats, row);
	if (step != SQLITE_DONE)
		rc = db_fail(db, "reading figures");
	sqlite3_finalize(row);
	return rc;
}

static struct str copy(struct stats *stats, sqlite3_stmt *row, int column)
{
	return arena_str(&stats->arena, db_str(row, column));
}

static uint64_t number(sqlite3_stmt *row, int column)
{
	return (uint64_t)sqlite3_column_int64(row, column);
}

static void take_source(struct stats *stats, sqlite3_stmt *row)
{
	struct stats_source source = {
		.id = sqlite3_column_int64(row, 0),
		.name = copy(stats, row, 1),
		.path = copy(stats, row, 2),
		.format = copy(stats, row, 3),
		.schema = copy(stats, row, 4),
		.license = copy(stats, row, 5),
		.finished = sqlite3_column_int(row, 6),
	};

	vec_push(&stats->sources, source);
}

static void take_stage(struct stats *stats, sqlite3_stmt *row)
{
	struct stats_stage stage = {
		.id = sqlite3_column_int64(row, 0),
		.name = copy(stats, row, 1),
		.command = copy(stats, row, 2),
		.when = copy(stats, row, 3),
	};

	vec_push(&stats->stages, stage);
}

static void take_finding(struct stats *stats, sqlite3_stmt *row)
{
	struct stats_finding finding = {
		.category = copy(stats, row, 0),
		.rule = copy(stats, row, 1),
		.findings = number(row, 2),
		.pairs = number(row, 3),
		.example = sqlite3_column_int64(row, 4),
	};

	vec_push(&stats->findings, finding);
}

/* Every column but the first, the pair, is a measure. */
static void take_score(struct stats *stats, sqlite3_stmt *row)
{
	int columns = sqlite3_column_count(row);

	for (int i = 1; i < columns; i++) {
		struct stats_score *score;
		double value;

		if (stats->scores.n < (size_t)i)
			vec_push(&stats->scores, ((struct stats_score){
				.metric = arena_str(&stats->arena, str_of(
					sqlite3_column_name(row, i))) }));
		if (sqlite3_column_type(row, i) == SQLITE_NULL)
			continue;
		score = &stats->scores.at[i - 1];
		value = sqlite3_column_double(row, i);
		if (!score->pairs || value < score->least)
			score->least = value;
		if (!score->pairs || value > score->most)
			score->most = value;
		score->mean += value; /* the sum, until all are read */
		score->pairs++;
	}
}

/* Measures that no pair has are left out. */
static void finish_scores(struct stats *stats)
{
	size_t n = 0;

	for (size_t i = 0; i < stats->scores.n; i++) {
		struct stats_score score = stats->scores.at[i];

		if (!score.pairs)
			continue;
		score.mean /= (double)score.pairs;
		stats->scores.at[n++] = score;
	}
	stats->scores.n = n;
}

static void take_cluster(struct stats *stats, sqlite3_stmt *row)
{
	vec_push(&stats->cluster_sizes,
		 ((struct stats_size){ number(row, 0), number(row, 1) }));
}

static void take_keeper(struct stats *stats, sqlite3_stmt *row)
{
	vec_push(&stats->keepers,
		 ((struct stats_keeper){ sqlite3_column_int64(row, 0),
					 number(row, 1) }));
}

static void take_repeated(struct stats *stats, sqlite3_stmt *row)
{
	vec_push(&stats->repeated,
		 ((struct stats_repeated){ copy(stats, row, 0), number(row, 1),
					   number(row, 2) }));
}

static void take_method(struct stats *stats, sqlite3_stmt *row)
{
	vec_push(&stats->methods, ((struct stats_named){ copy(stats, row, 0),
							 number(row, 1) }));
}

static void take_reject(struct stats *stats, sqlite3_stmt *row)
{
	vec_push(&stats->rejects, ((struct stats_named){ copy(stats, row, 0),
							 number(row, 1) }));
	stats->rejected += number(row, 1);
}

static void take_stale(struct stats *stats, sqlite3_stmt *row)
{
	for (size_t i = 0; i < stats->stages.n; i++)
		if (str_equal(stats->stages.at[i].name, db_str(row, 0)))
			stats->stages.at[i].stale = number(row, 1);
}

static void take_splits(struct stats *stats, sqlite3_stmt *row)
{
	stats->splits = copy(stats, row, 0);
}

static int read_summary(struct stats *stats, struct db *db,
			const char *command, const char *key, struct str *out)
{
	sqlite3_stmt *row;
	int rc = db_prepare(db, SQL_STATS_SUMMARY, &row);

	if (rc < 0)
		return rc;
	db_bind_str(row, 1, str_of(command));
	db_bind_str(row, 2, str_of(key));
	switch (sqlite3_step(row)) {
	case SQLITE_ROW:
		*out = copy(stats, row, 0);
		break;
	case SQLITE_DONE:
		break;
	default:
		rc = db_fail(db, "reading a summary");
	}
	sqlite3_finalize(row);
	return rc;
}

static int read_tables(struct stats *stats, struct db *db)
{
	static const struct {
		const char *sql;
		take_row *take;
	} table[] = {
		{ SQL_STATS_SOURCE, take_source },
		{ SQL_STATS_STAGE, take_stage },
		{ SQL_STATS_FINDING, take_finding },
		{ SQL_STATS_SCORE, take_score },
		{ SQL_STATS_CLUSTER, take_cluster },
		{ SQL_STATS_KEEPER, take_keeper },
		{ SQL_STATS_REPEATED, take_repeated },
		{ SQL_STATS_METHOD, take_method },
		{ SQL_STATS_REJECT, take_reject },
		{ SQL_STATS_STALE, take_stale },
	};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof table / sizeof *table; i++)
		rc = read_rows(stats, db, table[i].sql, table[i].take);
	finish_scores(stats);
	if (rc == 0)
		rc = read_summary(stats, db, "score", "diversity",
				  &stats->diversity);
	if (rc == 0)
		rc = read_rows(stats, db, SQL_STATS_SPLIT, take_splits);
	return rc;
}

/* -- the merge -- */

/* Rows in order of their first column, a pair id. */
struct cursor {
	sqlite3_stmt *row;
	int64_t id; /* INT64_MAX at the end */
};

static int cursor_next(struct cursor *cursor, struct db *db)
{
	switch (sqlite3_step(cursor->row)) {
	case SQLITE_ROW:
		cursor->id = sqlite3_column_int64(cursor->row, 0);
		return 0;
	case SQLITE_DONE:
		cursor->id = INT64_MAX;
		return 0;
	default:
		return db_fail(db, "reading figures");
	}
}

static int cursor_open(struct cursor *cursor, struct db *db, const char *sql)
{
	int rc = db_prepare(db, sql, &cursor->row);

	return rc < 0 ? rc : cursor_next(cursor, db);
}

struct pass {
	struct stats *stats;
	struct db *db;
	struct cursor pair, decision, verdict, turn;
	VEC(uint64_t) instruction, response; /* hashes, of kept pairs */
	struct stats_source *source;         /* of the last pair */
	struct buf key;
};

/* What became of a pair. */
struct fate {
	bool kept, keep, drop;     /* keep and drop: a person said so */
	struct stats_stage *first; /* the first stage against it, or NULL */
};

static int read_verdict(struct pass *pass, int64_t id, struct fate *fate)
{
	int rc = 0;

	while (rc == 0 && pass->verdict.id < id)
		rc = cursor_next(&pass->verdict, pass->db);
	if (rc == 0 && pass->verdict.id == id) {
		fate->keep = str_is(db_str(pass->verdict.row, 1), "keep");
		fate->drop = !fate->keep;
	}
	return rc;
}

static void note_decision(struct pass *pass, struct fate *fate)
{
	sqlite3_stmt *row = pass->decision.row;
	int64_t id = sqlite3_column_int64(row, 1);

	for (size_t i = 0; i < pass->stats->stages.n; i++) {
		struct stats_stage *stage = &pass->stats->stages.at[i];

		if (stage->id != id)
			continue;
		if (!fate->keep) {
			stage->decided++;
			tally_add(&stage->reason, db_str(row, 2), false);
		}
		if (!fate->first || stage < fate->first)
			fate->first = stage;
	}
}

static int read_fate(struct pass *pass, int64_t id, struct fate *fate)
{
	int rc = read_verdict(pass, id, fate);

	while (rc == 0 && pass->decision.id < id)
		rc = cursor_next(&pass->decision, pass->db);
	while (rc == 0 && pass->decision.id == id) {
		note_decision(pass, fate);
		rc = cursor_next(&pass->decision, pass->db);
	}
	fate->kept = fate->keep || !(fate->first || fate->drop);
	return rc;
}

/* Bytes of the messages of a conversation; 0 when it is a plain pair. */
static int read_turns(struct pass *pass, int64_t id, uint64_t *bytes)
{
	int rc = 0;

	while (rc == 0 && pass->turn.id < id)
		rc = cursor_next(&pass->turn, pass->db);
	while (rc == 0 && pass->turn.id == id) {
		*bytes += number(pass->turn.row, 1);
		rc = cursor_next(&pass->turn, pass->db);
	}
	return rc;
}

static void find_source(struct pass *pass, int64_t id)
{
	if (pass->source && pass->source->id == id)
		return;
	pass->source = NULL;
	for (size_t i = 0; i < pass->stats->sources.n; i++)
		if (pass->stats->sources.at[i].id == id)
			pass->source = &pass->stats->sources.at[i];
}

/* Where a pair is counted in the funnel. */
static struct str funnel_step(const struct pass *pass, const struct fate *fate)
{
	if (pass->source && !pass->source->finished)
		return STR("ingest");
	if (fate->kept)
		return STR("kept");
	return fate->first ? fate->first->name : STR("judge");
}

static struct str joined(struct pass *pass, struct str a, struct str b)
{
	buf_clear(&pass->key);
	buf_str(&pass->key, a);
	buf_byte(&pass->key, '\t');
	buf_str(&pass->key, b);
	return buf_view(&pass->key);
}

/* The first words, or of a script without spaces the first characters. */
static struct str opening_of(struct str text)
{
	const char *at = text.at, *end = text.at + text.n;
	unsigned characters = 0, words = 0;

	while (at < end && (unsigned char)*at <= ' ')
		at++;
	text.at = at;
	while (at < end && characters < 64) {
		const char *next = at;
		uint32_t c = utf8_next(&next);

		if (c == '\n')
			break;
		if (c == ' ' && ++words == OPENING_WORDS)
			break;
		if (script_is_cjk(script_of(c)))
			characters += 64 / OPENING_CHARACTERS;
		else
			characters++;
		at = next;
	}
	text.n = (size_t)(at - text.at);
	return text;
}

static void add_opening(struct stats *stats, struct str instruction)
{
	struct str opening = opening_of(instruction);
	uint32_t seen;

	if (stats->opening.name.n < OPENINGS ||
	    map_find(&stats->opening.name, opening, &seen))
		tally_add(&stats->opening, opening, true);
}

static int add_kept(struct pass *pass, uint64_t bytes)
{
	sqlite3_stmt *row = pass->pair.row;
	struct lengths *length = pass->stats->length;
	struct str instruction = db_str(row, 6), input = db_str(row, 7);
	struct str response = db_str(row, 8);

	lengths_add(&length[LENGTH_INSTRUCTION],
		    utf8_count(instruction.at, instruction.n));
	if (input.at)
		lengths_add(&length[LENGTH_INPUT],
			    utf8_count(input.at, input.n));
	lengths_add(&length[LENGTH_RESPONSE],
		    utf8_count(response.at, response.n));
	lengths_add(&length[LENGTH_PAIR], (bytes + 3) / 4);
	add_opening(pass->stats, instruction);
	if (vec_try_push(&pass->instruction,
			 XXH3_64bits(instruction.at, instruction.n)) < 0)
		return ERR_NOMEM;
	return vec_try_push(&pass->response,
			    XXH3_64bits(response.at, response.n));
}

static void add_names(struct pass *pass, bool kept, struct str step)
{
	struct stats *stats = pass->stats;
	sqlite3_stmt *row = pass->pair.row;
	struct str lang = db_str(row, 2), category = db_str(row, 4);
	struct str source = pass->source ? pass->source->name : STR("?");

	tally_add(&stats->lang, lang, kept);
	tally_add(&stats->lang_response, db_str(row, 3), kept);
	tally_add(&stats->category, category, kept);
	tally_add(&stats->source, source, kept);
	tally_add(&stats->license,
		  pass->source ? pass->source->license : STR(""), kept);
	tally_add(&stats->lang_category, joined(pass, lang, category), kept);
	tally_add(&stats->source_stage, joined(pass, source, step), kept);
}

static int add_pair(struct pass *pass)
{
	struct stats *stats = pass->stats;
	sqlite3_stmt *row = pass->pair.row;
	struct fate fate = { 0 };
	uint64_t bytes = 0;
	struct str step;
	bool kept;
	int rc;

	find_source(pass, sqlite3_column_int64(row, 1));
	if ((rc = read_fate(pass, pass->pair.id, &fate)) < 0 ||
	    (rc = read_turns(pass, pass->pair.id, &bytes)) < 0)
		return rc;
	if (!bytes)
		for (int column = 6; column <= 9; column++)
			bytes += db_str(row, column).n;
	stats->conversations += sqlite3_column_int(row, 5) > 1;
	stats->overruled += fate.keep && fate.first;
	step = funnel_step(pass, &fate);
	kept = str_is(step, "kept");
	stats->pairs++;
	stats->kept += kept;
	stats->tokens += (bytes + 3) / 4;
	stats->tokens_kept += kept ? (bytes + 3) / 4 : 0;
	add_names(pass, kept, step);
	if (kept)
		return add_kept(pass, bytes);
	if (fate.first && fate.first->name.at == step.at)
		fate.first->first++;
	else if (str_is(step, "judge"))
		stats->judged_out++;
	return 0;
}

static int ascending(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static uint64_t distinct(uint64_t *hash, size_t n)
{
	uint64_t found = n > 0;

	if (n)
		qsort(hash, n, sizeof *hash, ascending);
	for (size_t i = 1; i < n; i++)
		found += hash[i] != hash[i - 1];
	return found;
}

static int read_pairs(struct stats *stats, struct db *db)
{
	struct pass pass = { .stats = stats, .db = db };
	struct progress progress;
	int64_t total;
	int rc;

	if ((rc = db_number(db, SQL_PAIR_COUNT, &total)) < 0 ||
	    (rc = cursor_open(&pass.decision, db, SQL_STATS_DECISION)) < 0 ||
	    (rc = cursor_open(&pass.verdict, db, SQL_STATS_VERDICT)) < 0 ||
	    (rc = cursor_open(&pass.turn, db, SQL_STATS_TURN)) < 0 ||
	    (rc = cursor_open(&pass.pair, db, SQL_STATS_PAIR)) < 0)
		goto done;
	progress_start(&progress, "stats", "pairs", (uint64_t)total);
	while (rc == 0 && pass.pair.id != INT64_MAX) {
		if ((rc = add_pair(&pass)) == 0)
			rc = cursor_next(&pass.pair, db);
		if (stats->pairs % 4096 == 0)
			progress_set(&progress, stats->pairs);
	}
	progress_end(&progress);
	stats->distinct_instructions =
		distinct(pass.instruction.at, pass.instruction.n);
	stats->distinct_responses =
		distinct(pass.response.at, pass.response.n);
done:
	sqlite3_finalize(pass.pair.row);
	sqlite3_finalize(pass.decision.row);
	sqlite3_finalize(pass.verdict.row);
	sqlite3_finalize(pass.turn.row);
	vec_free(&pass.instruction);
	vec_free(&pass.response);
	buf_free(&pass.key);
	return rc;
}

int stats_read(struct stats *stats, struct db *db)
{
	int rc;

	*stats = (struct stats){ 0 };
	if ((rc = db_exec(db, "BEGIN")) < 0)
		return rc;
	if ((rc = read_tables(stats, db)) == 0)
		rc = read_pairs(stats, db);
	return db_end(db, rc);
}

uint64_t stats_unfinished(const struct stats *stats)
{
	uint64_t n = stats->pairs - stats->kept - stats->judged_out;

	for (size_t i = 0; i < stats->stages.n; i++)
		n -= stats->stages.at[i].first;
	return n;
}

void stats_free(struct stats *stats)
{
	struct tally *tally[] = {
		&stats->lang, &stats->lang_response, &stats->category,
		&stats->source, &stats->license, &stats->lang_category,
		&stats->source_stage, &stats->opening,
	};

	for (size_t i = 0; i < sizeof tally / sizeof *tally; i++)
		tally_free(tally[i]);
	for (size_t i = 0; i < stats->stages.n; i++)
		tally_free(&stats->stages.at[i].reason);
	for (int i = 0; i < LENGTH_FIELDS; i++)
		lengths_free(&stats->length[i]);
	vec_free(&stats->sources);
	vec_free(&stats->stages);
	vec_free(&stats->findings);
	vec_free(&stats->scores);
	vec_free(&stats->cluster_sizes);
	vec_free(&stats->keepers);
	vec_free(&stats->repeated);
	vec_free(&stats->rejects);
	vec_free(&stats->methods);
	arena_free(&stats->arena);
	*stats = (struct stats){ 0 };
}
