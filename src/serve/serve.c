/* serve.c - a data set in the browser: from a request to a reply */
#include "serve/serve.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "base/err.h"
#include "base/json.h"
#include "serve/parts.h"
#include "serve/review_text.h"
#include "stats/page_parts.h"
#include "stats/page_text.h"

static const char type_html[] = "text/html; charset=utf-8";

static int draw_token(char token[SERVE_TOKEN + 1])
{
	unsigned char byte[SERVE_TOKEN / 2];

	if (getrandom(byte, sizeof byte, 0) != sizeof byte)
		return err_sys(ERR_IO, "drawing a random number");
	for (size_t i = 0; i < sizeof byte; i++)
		snprintf(token + 2 * i, 3, "%02x", byte[i]);
	return 0;
}

int serve_open(struct serve *serve, const char *path, const char *author,
	       struct run *run, struct par *par)
{
	const char *slash = strrchr(path, '/');
	int rc;

	*serve = (struct serve){
		.path = path,
		.name = slash ? slash + 1 : path,
		.author = author,
		.run = run,
		.par = par,
	};
	if ((rc = draw_token(serve->token)) < 0)
		return rc;
	return db_open(&serve->db, path, DB_READ);
}

void serve_close(struct serve *serve)
{
	db_close(&serve->db);
}

void reply_free(struct reply *reply)
{
	buf_free(&reply->body);
	buf_free(&reply->cookie);
	buf_free(&reply->location);
}

void reply_error(struct reply *reply, int status, const char *words)
{
	reply->status = status;
	reply->type = type_html;
	buf_clear(&reply->body);
	buf_text(&reply->body, "<!DOCTYPE html><title>itdata</title>"
			       "<p class=\"note\" id=\"error\">");
	page_text(&reply->body, str_of(words));
	buf_text(&reply->body, "</p>\n");
}

/* -- what can be asked for -- */

static int counts(struct serve *serve, struct buf *out)
{
	int64_t pairs, dropped, judged;
	int rc;

	if ((rc = db_number(&serve->db, SQL_REVIEW_PAIRS, &pairs)) < 0 ||
	    (rc = db_number(&serve->db, SQL_REVIEW_OUT, &dropped)) < 0 ||
	    (rc = db_number(&serve->db, SQL_REVIEW_JUDGED, &judged)) < 0)
		return rc;
	buf_print(out, "{\"pairs\":%lld,\"kept\":%lld,\"judged\":%lld}",
		  (long long)pairs, (long long)(pairs - dropped),
		  (long long)judged);
	return 0;
}

static int list(struct serve *serve, const struct asked *asked,
		struct buf *out)
{
	int64_t first;

	return list_write(serve, asked, out, &first);
}

/* One state of the database for all that a reply says. */
static int read_one_state(struct serve *serve, struct str path,
			  const struct asked *asked, struct reply *reply)
{
	int rc = db_exec(&serve->db, "BEGIN");

	if (rc < 0)
		return rc;
	if (str_is(path, "/")) {
		rc = frame_write(serve, asked, &reply->body);
	} else if (str_is(path, "/list")) {
		rc = list(serve, asked, &reply->body);
	} else if (str_is(path, "/pair")) {
		rc = leaf_write(serve, asked, &reply->body);
	} else if (str_is(path, "/counts")) {
		reply->type = "application/json";
		rc = counts(serve, &reply->body);
	} else {
		rc = err_set(ERR_ABSENT, "There is no such page.");
	}
	if (!sqlite3_get_autocommit(serve->db.sqlite))
		sqlite3_exec(serve->db.sqlite, "COMMIT", NULL, NULL, NULL);
	return rc;
}

static bool is_asset(const struct request *request, struct reply *reply)
{
	if (str_is(request->path, "/review.css")) {
		reply->type = "text/css; charset=utf-8";
		buf_print(&reply->body, "%s%s", page_css, review_css);
	} else if (str_is(request->path, "/review.js")) {
		reply->type = "text/javascript; charset=utf-8";
		buf_text(&reply->body, review_js);
	} else {
		return false;
	}
	return true;
}

static int status_of(int rc)
{
	switch (rc) {
	case ERR_USAGE:
	case ERR_FORMAT:
	case ERR_LIMIT:
		return 400;
	case ERR_ABSENT:
		return 404;
	case ERR_BUSY:
		return 503;
	default:
		return 500;
	}
}

static int answer_form(struct serve *serve, const struct request *request,
		       const struct form *form, struct reply *reply)
{
	struct asked asked;
	int rc = 0;

	asked_read(&asked, form);
	if (request->post && !str_is(request->path, "/judge"))
		return err_set(ERR_ABSENT, "There is no such page.");
	if (request->post && (rc = verdict_take(serve, form)) < 0)
		return rc;
	return read_one_state(serve, request->post ? STR("/pair")
						   : request->path,
			      &asked, reply);
}

void serve_answer(struct serve *serve, const struct request *request,
		  struct reply *reply)
{
	struct form form = { 0 };
	int rc;

	*reply = (struct reply){ .status = 200, .type = type_html };
	if (request->query.n > SERVE_ADDRESS) {
		reply_error(reply, 414, "The address is too long.");
		return;
	}
	if (request->body.n > SERVE_BODY) {
		reply_error(reply, 413, "The form is too large.");
		return;
	}
	if (!gate_open(serve, request, reply) || is_asset(request, reply))
		return;
	rc = form_read(&form, request->post ? request->body : request->query);
	if (rc < 0)
		rc = err_wrap(rc, "the request holds");
	else
		rc = answer_form(serve, request, &form, reply);
	if (rc < 0)
		reply_error(reply, status_of(rc), err_text());
	form_free(&form);
}
