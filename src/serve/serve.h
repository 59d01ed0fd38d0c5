/*
 * serve.h - a data set in the browser: find pairs, see why, overrule
 *
 * The server answers a request with a reply, both plain values: http.h puts
 * them on the wire, and tests and the fuzz target need no wire.  Who may ask is
 * decided here too (gate.c):
 *
 *  - the Host header names this machine and port, so that no other name can
 *    be bound to it (DNS rebinding);
 *  - every request carries the token, a random number of this run: first in
 *    the address that the command printed, from then on in a cookie that no
 *    script can read and no other site can send (HttpOnly, SameSite=Strict);
 *  - a request that changes something comes from our own page (Origin).
 *
 * All text of the data is escaped, and a policy (CSP) allows nothing but this
 * server's own script and style.
 *
 * Reading is one short transaction a request on a connection that cannot
 * write.  A verdict opens the database for writing, changes it in one
 * transaction and closes it, and gives up after a few seconds when another
 * command is writing.
 *
 *     if ((rc = serve_open(&serve, "pairs.db", "mika", &run, par)) == 0) {
 *         serve_answer(&serve, &request, &reply);
 *         reply_free(&reply);
 *     }
 *     serve_close(&serve);
 *
 * Threads    one request at a time
 */
#ifndef SERVE_SERVE_H
#define SERVE_SERVE_H

#include "base/par.h"
#include "db/run.h"
#include "serve/form.h"
#include "stats/meaning.h"

enum {
	SERVE_TOKEN = 32,       /* characters: 128 bits */
	SERVE_ADDRESS = 16384,  /* bytes of an address */
	SERVE_BODY = 8 << 20,   /* bytes of a form */
	SERVE_PAGE = 50,        /* pairs of a list */
};

/* Headers that are not there are absent. */
struct request {
	bool post;
	struct str path, query;
	struct str host, origin, cookie, site; /* site: Sec-Fetch-Site */
	struct str body;
};

struct reply {
	int status;
	const char *type;
	struct buf body;
	struct buf cookie, location; /* empty: none */
};

/* What a person said in this session. */
struct serve_said {
	int64_t keep, drop, edit, undo;
};

struct serve {
	const char *path, *name, *author;
	int port;
	char token[SERVE_TOKEN + 1];
	struct db db; /* for reading */
	struct run *run;
	struct par *par;
	const struct encoder *encoder; /* of the vectors; NULL: none */
	struct serve_said said;
};

/* Draw the token and open the database; the texts are borrowed. */
int serve_open(struct serve *serve, const char *path, const char *author,
	       struct run *run, struct par *par);
void serve_close(struct serve *serve);

/* Always a reply: an error is one too. */
void serve_answer(struct serve *serve, const struct request *request,
		  struct reply *reply);

/* An error in words, on a page of its own. */
void reply_error(struct reply *reply, int status, const char *words);
void reply_free(struct reply *reply);

#endif
