/*
 * about.h - one pair, and all that is said about it
 *
 * What stages decided and found, what it scored, what a person said, which
 * pairs fell for it: read in one go, for whatever shows it (terminal, JSON,
 * page, sample).
 *
 *     struct about about = { 0 };
 *     if ((rc = about_read(&about, db, id)) == 0)
 *         show(about.pair, about.decision.at[0]);
 *     about_free(&about);          or about_read() again
 *
 * Ownership  the about owns its texts until it is read again or freed
 * Errors     ERR_ABSENT when there is no such pair; ERR_DB
 */
#ifndef STATS_ABOUT_H
#define STATS_ABOUT_H

#include "base/buf.h"
#include "base/vec.h"
#include "db/pair.h"

struct about_decision {
	struct str stage, reason, command;
	int64_t other_id, item_id; /* 0: none */
	double value, threshold;   /* NAN: none */
	struct str benchmark, item; /* of item_id: its file and its text */
	int64_t item_record;
};

struct about_finding {
	struct str rule, category, field;
	uint32_t turn;
	uint64_t start, length; /* characters */
	int64_t other_id;       /* 0: none */
};

struct about_score {
	struct str metric;
	double value;
};

struct about_fallen {
	int64_t id;
	struct str method;
	double similarity;
};

/* A text that a person changed. */
struct about_edit {
	uint32_t turn;
	struct str field, original; /* absent: there was none */
	struct str author, made;
};

enum { ABOUT_FALLEN = 100 }; /* of those that fell, listed at most */

struct about {
	struct arena arena;
	struct pair_batch batch;
	const struct pair *pair;
	struct str source, path, license;
	bool finished, kept;
	VEC(struct about_decision) decision;
	VEC(struct about_finding) finding;
	VEC(struct about_score) score;
	VEC(struct about_edit) edit;
	VEC(struct about_fallen) fallen;
	uint64_t fell; /* all of them */
	struct str verdict, note, author, made; /* absent: nobody judged it */
	int64_t cluster_id;                     /* 0: alike to none */
	uint64_t cluster_size;
};

int about_read(struct about *about, struct db *db, int64_t id);
void about_free(struct about *about);

/*
 * A decision in words: "near duplicate of 17: Jaccard 0.91 >= 0.80".  Text in
 * it is made visible.
 */
void about_words(const struct about_decision *decision, struct buf *out);

/*
 * Why a pair is kept or not, in a line: "kept", "dropped by dedup: near
 * duplicate of 17: ...", "kept by me, over filter: refusal".
 */
void about_fate(const struct about *about, struct buf *out);

/*
 * The texts of a pair, in the order in which they are read: its fields, or the
 * messages of a conversation, named after who speaks.
 */
struct about_text {
	struct str name;
	uint32_t turn;
	struct str text;
};

/* Fill text (room of about_room(pair)) and return how many there are. */
size_t about_texts(const struct pair *pair, struct about_text *text);

static inline size_t about_room(const struct pair *pair)
{
	return pair->messages + 4;
}

/*
 * The text of another pair (n of them) that belongs beside text i of this one:
 * messages in order, fields by name; absent when there is none.
 */
struct str about_counterpart(const struct about_text *of, size_t i,
			     const struct about_text *text, size_t n,
			     bool messages);

/* The first pair that this one fell for, or 0. */
int64_t about_fell_for(const struct about *about);

/* The text that a finding is about; absent when the pair has no such field. */
struct str about_field(const struct pair *pair, struct str field,
		       uint32_t turn);

/* The edit of a text as about_texts() gives it, or NULL. */
const struct about_edit *about_edit_of(const struct about *about,
				       const struct about_text *text);

/* Bytes of the text before character n, at most all of it. */
size_t about_offset(struct str text, uint64_t n);

#endif
