/* gate.c - who may ask, and what for */
#include <stdio.h>

#include "base/html.h"
#include "serve/parts.h"

/* "127.0.0.1:8765" or "localhost:8765" */
static bool is_here(const struct serve *serve, struct str host)
{
	char name[2][32];

	snprintf(name[0], sizeof name[0], "127.0.0.1:%d", serve->port);
	snprintf(name[1], sizeof name[1], "localhost:%d", serve->port);
	return str_is(host, name[0]) || str_is(host, name[1]);
}

static bool is_our_origin(const struct serve *serve, struct str origin)
{
	static const struct str scheme = { "http://", 7 };

	if (!str_starts(origin, scheme))
		return false;
	return is_here(serve, (struct str){ origin.at + scheme.n,
					    origin.n - scheme.n });
}

/* Takes as long whatever differs. */
static bool is_token(const struct serve *serve, struct str text)
{
	unsigned char differs = 0;

	if (text.n != SERVE_TOKEN)
		return false;
	for (size_t i = 0; i < SERVE_TOKEN; i++)
		differs |= (unsigned char)(text.at[i] ^ serve->token[i]);
	return !differs;
}

/* The value of our cookie among "a=1; itdata-8765=..."; browsers do not keep
   cookies of two ports apart, so the name does. */
static struct str our_cookie(const struct serve *serve, struct str cookies)
{
	const char *at = cookies.at, *end = at + cookies.n;
	char name[32];
	size_t n = (size_t)snprintf(name, sizeof name, "itdata-%d=",
				    serve->port);

	while (at < end) {
		const char *semicolon = memchr(at, ';', (size_t)(end - at));
		const char *to = semicolon ? semicolon : end;

		while (at < to && *at == ' ')
			at++;
		if ((size_t)(to - at) > n && memcmp(at, name, n) == 0)
			return (struct str){ at + n, (size_t)(to - at) - n };
		at = to + 1;
	}
	return (struct str){ 0 };
}

/* The address that was printed: from here on the token is in a cookie, and
   not in the address, where people copy it from. */
static void let_in(const struct serve *serve, struct reply *reply)
{
	reply->status = 303;
	buf_text(&reply->location, "/");
	buf_print(&reply->cookie,
		  "itdata-%d=%s; HttpOnly; SameSite=Strict; Path=/",
		  serve->port, serve->token);
}

static struct str token_of(const struct request *request)
{
	static const struct str key = { "token=", 6 };

	if (!str_is(request->path, "/") || !str_starts(request->query, key))
		return (struct str){ 0 };
	return (struct str){ request->query.at + key.n,
			     request->query.n - key.n };
}

bool gate_open(struct serve *serve, const struct request *request,
	       struct reply *reply)
{
	struct str token = token_of(request);
	bool cross = request->site.at && !str_is(request->site, "none") &&
		     !str_is(request->site, "same-origin");

	if (!is_here(serve, request->host))
		reply_error(reply, 403,
			    "This server is asked for by a name that is not "
			    "its own.");
	else if (request->origin.at && !is_our_origin(serve, request->origin))
		reply_error(reply, 403, "Another site must not ask here.");
	else if (request->post && (!request->origin.at || cross))
		reply_error(reply, 403, "Only the page itself can change "
					"something.");
	else if (!request->post && is_token(serve, token))
		let_in(serve, reply);
	else if (!is_token(serve, our_cookie(serve, request->cookie)))
		reply_error(reply, 403,
			    "The token is missing or wrong: open the address "
			    "that itdata serve has printed.");
	else
		return true;
	return false;
}
