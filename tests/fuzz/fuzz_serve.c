/*
 * fuzz_serve.c - a request to the review, with and without the token
 *
 * The first byte chooses: 1 POST, 2 no token, 4 the rest is only the query of
 * a list; the first line that follows is the address, the second Host, the
 * third Origin, the fourth Cookie, the rest the form.
 */
#define _GNU_SOURCE /* memmem */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "fuzz.h"
#include "serve/serve.h"

static struct serve serve;

/* A pair with all that a page can show. */
static const char rows[] =
	"INSERT INTO run VALUES (1, 'x', '[]', '', 1, '', '', '{}');"
	"INSERT INTO source (id, name, path, sha256, size, format, schema,"
	" encoding, mapping, part, finished, run_id) VALUES (1, 's', 'p',"
	" printf('%064d', 1), 1, 'jsonl', 'alpaca', 'utf-8', '{}', 0, 1, 1);"
	"INSERT INTO pair VALUES"
	" (1, 1, 0, 1, 0, 'ja', 'ja', 'qa', 1, zeroblob(16), NULL,"
	"  'ネコは何科ですか？', NULL, 'ネコ科です。', NULL),"
	" (2, 1, 1, 2, 0, 'en', 'en', '', 2, zeroblob(16), NULL, 'Do it.',"
	"  NULL, '</script>', '{}');"
	"INSERT INTO turn VALUES (2, 0, 'user', 'Do it.', NULL),"
	" (2, 1, 'assistant', '</script>', NULL), (2, 2, 'user', 'x', NULL);"
	"INSERT INTO word VALUES (1, 'r'), (2, 'content');"
	"INSERT INTO stage VALUES (1, 'dedup', 'dedup', 30, '[]', 1);"
	"INSERT INTO decision_row VALUES (2, 1, 1, 1, NULL, 0.9, 0.8);"
	"INSERT INTO finding_row VALUES (2, 1, 1, 1, 0, 2, 0, 2, 1);"
	"INSERT INTO score (pair_id, ambiguity) VALUES (1, 0.5);";

static char path[64];

static void remove_database(void)
{
	static const char *const end[] = { "", "-wal", "-shm", "-journal",
					   ".search" };
	char name[80];

	for (size_t i = 0; i < sizeof end / sizeof *end; i++) {
		snprintf(name, sizeof name, "%s%s", path, end[i]);
		unlink(name);
	}
}

static void make_database(void)
{
	static const char *const arguments[] = { NULL };
	static struct run run;
	struct db db;

	log_quiet(true);
	snprintf(path, sizeof path, "/tmp/fuzz_serve.%ld", (long)getpid());
	remove_database();
	atexit(remove_database);
	MUST(db_open(&db, path, DB_CREATE) == 0);
	MUST(db_exec(&db, "PRAGMA journal_mode = MEMORY;"
			  "PRAGMA synchronous = OFF") == 0);
	MUST(db_begin(&db) == 0 && db_end(&db, db_exec(&db, rows)) == 0);
	db_close(&db);
	run_init(&run, "serve", arguments, 1);
	MUST(serve_open(&serve, path, "fuzz", &run, par_new(1)) == 0);
	serve.port = 80;
	memcpy(serve.token, "0123456789abcdef0123456789abcdef", SERVE_TOKEN);
}

static struct str line(struct str *rest)
{
	const char *end = memchr(rest->at, '\n', rest->n);
	struct str line = { rest->at, end ? (size_t)(end - rest->at)
					  : rest->n };

	rest->at += line.n + (end != NULL);
	rest->n -= line.n + (end != NULL);
	return line;
}

/* What stands in a page must be ours, or escaped. */
static void check_page(const struct reply *reply)
{
	MUST(reply->status >= 200 && reply->status < 600);
	for (size_t i = 0; i < reply->body.n; i++) {
		unsigned char c = (unsigned char)reply->body.at[i];

		MUST(c >= 0x20 || c == '\n' || c == '\t' || c == '\r' ||
		     memmem(reply->body.at, reply->body.n, "<textarea", 9));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = { (const char *)data + 1, size - 1 };
	struct request request = { 0 };
	struct reply reply;
	uint8_t how = size ? data[0] : 0;

	if (!size)
		return 0;
	if (!serve.path)
		make_database();
	request.post = how & 1;
	request.path = STR("/list");
	request.host = STR("127.0.0.1:80");
	request.origin = request.post ? STR("http://127.0.0.1:80")
				      : (struct str){ 0 };
	request.cookie = STR("itdata-80=0123456789abcdef0123456789abcdef");
	if (how & 4) {
		request.query = rest;
	} else {
		struct str address = line(&rest);
		const char *mark = memchr(address.at, '?', address.n);

		request.path = address;
		request.query = STR("");
		if (mark) {
			request.path.n = (size_t)(mark - address.at);
			request.query = (struct str){
				mark + 1, address.n - request.path.n - 1
			};
		}
		if (how & 2) {
			request.host = line(&rest);
			request.origin = line(&rest);
			request.cookie = line(&rest);
		}
		request.body = rest;
	}
	serve_answer(&serve, &request, &reply);
	check_page(&reply);
	reply_free(&reply);
	return 0;
}
