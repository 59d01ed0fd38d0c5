/*
 * job.h - one file on its way into the database: its source, and how far it is
 *
 * A transaction is begun with the first row and committed with the mark; at
 * each begin the mark is read again, for another process may have taken the
 * same file further.
 */
#ifndef INGEST_JOB_H
#define INGEST_JOB_H

#include "base/log.h"
#include "ingest/take.h"

/* How far a source is: what the resume mark says. */
struct mark {
	int64_t record; /* records done */
	int64_t left;   /* parts of the next one that are done, too */
	int64_t added, rejected;
};

struct job {
	struct ingest_file *file;
	const struct ingest_options *options;
	struct db *db;
	struct run *run;
	struct reader reader;
	struct takes takes;
	struct pair_writer writer;
	sqlite3_stmt *reject, *removed; /* removed: NULL when nothing was */
	struct progress progress;
	int64_t source_id, next_id;
	int64_t from;     /* records before this one are not looked at */
	struct mark mark; /* the writer's */
	uint64_t pending; /* bytes since the last commit */
	bool in_transaction;
	bool fresh; /* this run made the source */
	bool full;  /* --limit is reached */
};

/* The number of the next pair or reject in its source. */
static inline int64_t job_ordinal(const struct job *job)
{
	return job->mark.added + job->mark.rejected;
}

/* Begin, unless it has begun; what others did since is known then. */
int job_begin(struct job *job);

/* End what was begun; returns rc, or the error of the commit. */
int job_commit(struct job *job, int rc);
int job_put_mark(struct job *job, bool finished);

/* 1: it is all there already.  Else the source is there, and how far. */
int source_open(struct job *job);

/* A licence that stands in the file, around its list. */
int source_note_license(struct job *job);

/* The commonest reason of its rejects, into the file. */
int source_reason(struct job *job);

/* The file is not what it was: nothing of what this run took stays. */
int source_forget(struct job *job);

#endif
