/*
 * sample.h - pairs drawn by chance, with reasons, for a person to read
 *
 * A pair is drawn by a number that depends on the seed and its id only, so the
 * same seed draws the same pairs, and a pair that comes or goes leaves the rest
 * of the sample as it was.
 *
 *     struct sample sample = { 0 };
 *     rc = sample_draw(&sample, &db, &want, seed);
 *     rc = sample_text(&sample, &db, &out);     or sample_csv(), sample_json()
 *     sample_free(&sample);
 *
 * The CSV is made for a spreadsheet and for `itdata judge`: fill the column
 * `verdict`.  A cell that a spreadsheet would take for a formula gets a ' in
 * front of it (OWASP, "CSV injection"), controls are made visible.
 */
#ifndef STATS_SAMPLE_H
#define STATS_SAMPLE_H

#include "base/json.h"
#include "base/vec.h"
#include "db/db.h"

enum sample_fate { SAMPLE_ALL, SAMPLE_KEPT, SAMPLE_DROPPED };

struct sample_want {
	const char *stage; /* that decided against it, or NULL */
	const char *rule;  /* that found something, * matches all; or NULL */
	enum sample_fate fate;
	uint64_t count;
};

struct sample {
	VEC(int64_t) id;   /* in the order in which they were drawn */
	uint64_t of;       /* pairs that there were to draw from */
};

/* Draw.  ERR_USAGE when there is no such stage: it names those there are. */
int sample_draw(struct sample *sample, struct db *db,
		const struct sample_want *want, uint64_t seed);
int sample_text(const struct sample *sample, struct db *db, struct buf *out);
int sample_csv(const struct sample *sample, struct db *db, struct buf *out);
int sample_json(const struct sample *sample, struct db *db,
		struct json *json);
void sample_free(struct sample *sample);

#endif
