/*
 * stage.h - how a stage records what it decided and found
 *
 * A stage is known by its name.  Running it again on the same operands replaces
 * what it said before, in one transaction; with other operands it needs
 * `replace` or another name, so that decontaminating against B does not
 * forget A.
 *
 *     struct stage_spec spec = { "dedup", "dedup", STAGE_DEDUP, "[]", false };
 *     if ((rc = stage_check(db, &spec)) < 0) ...      before the long work
 *     ... compute, outside any transaction ...
 *     if ((rc = stage_open(&stage, db, &spec, run)) < 0) ...
 *     for (...)
 *         rc = stage_decide(&stage, &(struct decision){ ... });
 *     rc = stage_close(&stage, rc, summary);
 *
 * Errors     ERR_USAGE from stage_check() and stage_open(): other operands
 */
#ifndef DB_STAGE_H
#define DB_STAGE_H

#include <stdbool.h>

#include "db/db.h"
#include "db/run.h"

/* A stage that looks at the set sees what stages of lower rank left. */
enum stage_rank {
	STAGE_FILTER = 10,
	STAGE_DECONTAMINATE = 20,
	STAGE_DEDUP = 30,
	STAGE_SEMANTIC = 35, /* sees what dedup by texts left */
	STAGE_CONFLICTS = 40,
	STAGE_SELECT = 50,
	STAGE_EXPORT = 60, /* decides nothing; sees what all of them left */
};

struct stage_spec {
	const char *name;     /* --name, or the command's */
	const char *command;
	enum stage_rank rank;
	const char *operands; /* JSON: what it runs against, [] for nothing */
	bool replace;
};

struct stage {
	struct db *db;
	struct run *run;
	int64_t id;
	sqlite3_stmt *decide, *find;
};

struct decision {
	int64_t pair_id;
	struct str reason;
	int64_t other_id, item_id; /* 0: none */
	double value, threshold;   /* NAN: none */
};

struct finding {
	int64_t pair_id;
	struct str rule, category, field;
	uint32_t turn;          /* message of a conversation, else 0 */
	uint64_t start, length; /* characters */
	int64_t other_id;       /* the pair it does not go with; 0: none */
};

int stage_check(struct db *db, const struct stage_spec *spec);

/* Begin the transaction, write the run, forget the stage's earlier rows. */
int stage_open(struct stage *stage, struct db *db,
	       const struct stage_spec *spec, struct run *run);

int stage_decide(struct stage *stage, const struct decision *decision);
int stage_find(struct stage *stage, const struct finding *finding);

/*
 * Write the summary and commit when rc >= 0, else roll back.  Returns rc or
 * the error of the commit.
 */
int stage_close(struct stage *stage, int rc, struct str summary);

/* Forget a stage and all it said.  Inside a transaction. */
int stage_forget(struct db *db, int64_t stage_id);

#endif
