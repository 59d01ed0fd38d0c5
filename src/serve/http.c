/* http.c - a server of requests on 127.0.0.1, by libmicrohttpd */
#include "serve/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"

enum {
	CONNECTIONS = 64,
	IDLE_SECONDS = 15,
	HEADERS = 32 << 10, /* bytes */
	QUEUE = 64,
};

/* A request on its way in. */
struct exchange {
	char *address; /* as it came: path and query */
	bool begun;
	struct buf body;
};

static const char *const headers[][2] = {
	{ "Cache-Control", "no-store" },
	{ "Content-Security-Policy",
	  "default-src 'none'; script-src 'self'; style-src 'self'; "
	  "connect-src 'self'; img-src data:; form-action 'self'; "
	  "base-uri 'none'; frame-ancestors 'none'" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Referrer-Policy", "same-origin" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "X-Frame-Options", "DENY" },
};

/* The body goes with the response; the reply is empty behind it. */
static enum MHD_Result send_reply(struct MHD_Connection *connection,
				  struct reply *reply)
{
	size_t n = reply->body.n;
	struct MHD_Response *response;
	enum MHD_Result sent;

	buf_text(&reply->body, ""); /* is there, even when empty */
	response = MHD_create_response_from_buffer(n, buf_take(&reply->body),
						   MHD_RESPMEM_MUST_FREE);
	if (!response)
		return MHD_NO;
	if (reply->type)
		MHD_add_response_header(response, "Content-Type", reply->type);
	if (reply->location.n)
		MHD_add_response_header(response, "Location",
					reply->location.at);
	if (reply->cookie.n)
		MHD_add_response_header(response, "Set-Cookie",
					reply->cookie.at);
	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
		MHD_add_response_header(response, headers[i][0],
					headers[i][1]);
	sent = MHD_queue_response(connection, (unsigned)reply->status,
				  response);
	MHD_destroy_response(response);
	reply_free(reply);
	return sent;
}

static enum MHD_Result refuse(struct MHD_Connection *connection, int status,
			      const char *words)
{
	struct reply reply = { 0 };

	reply_error(&reply, status, words);
	return send_reply(connection, &reply);
}

static struct str header(struct MHD_Connection *connection, const char *name)
{
	return str_of(MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
						  name));
}

static void read_request(struct MHD_Connection *connection,
			 const struct exchange *exchange, bool post,
			 struct request *request)
{
	const char *question = strchr(exchange->address, '?');
	size_t path = question ? (size_t)(question - exchange->address)
			       : strlen(exchange->address);

	*request = (struct request){
		.post = post,
		.path = { exchange->address, path },
		.query = question ? str_of(question + 1) : STR(""),
		.host = header(connection, "Host"),
		.origin = header(connection, "Origin"),
		.cookie = header(connection, "Cookie"),
		.site = header(connection, "Sec-Fetch-Site"),
		.body = buf_view(&exchange->body),
	};
}

/* Called when the headers are in, for each piece of the body, and at its end. */
static enum MHD_Result take(void *context, struct MHD_Connection *connection,
			    const char *url, const char *method,
			    const char *version, const char *piece, size_t *n,
			    void **at)
{
	struct exchange *exchange = *at;
	bool post = strcmp(method, "POST") == 0;
	struct str length = header(connection, "Content-Length");
	struct request request;
	struct reply reply;

	(void)url;
	(void)version;
	if (!exchange->begun) {
		exchange->begun = true;
		if (!post && strcmp(method, "GET") != 0)
			return refuse(connection, 405,
				      "Only GET and POST are answered.");
		if (length.at && strtoull(length.at, NULL, 10) > SERVE_BODY)
			return refuse(connection, 413,
				      "The form is too large.");
		return MHD_YES;
	}
	if (*n) { /* beyond the limit it is counted, not kept */
		if (exchange->body.n <= SERVE_BODY)
			buf_put(&exchange->body, piece, *n);
		*n = 0;
		return MHD_YES;
	}
	read_request(connection, exchange, post, &request);
	serve_answer(context, &request, &reply);
	return send_reply(connection, &reply);
}

static void *begin(void *context, const char *address,
		   struct MHD_Connection *connection)
{
	struct exchange *exchange = mem_alloc(sizeof *exchange);

	(void)context;
	(void)connection;
	exchange->address = mem_copy(address, strlen(address));
	return exchange;
}

static void end(void *context, struct MHD_Connection *connection, void **at,
		enum MHD_RequestTerminationCode code)
{
	struct exchange *exchange = *at;

	(void)context;
	(void)connection;
	(void)code;
	if (!exchange)
		return;
	buf_free(&exchange->body);
	free(exchange->address);
	free(exchange);
	*at = NULL;
}

/* -- starting -- */

static int listen_on(struct serve *serve, int port, int *fd)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t size = sizeof address;
	int on = 1;

	*fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (*fd < 0)
		return err_sys(ERR_IO, "opening a socket");
	setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(*fd, (struct sockaddr *)&address, sizeof address) == 0 &&
	    listen(*fd, QUEUE) == 0 &&
	    getsockname(*fd, (struct sockaddr *)&address, &size) == 0) {
		serve->port = ntohs(address.sin_port);
		return 0;
	}
	close(*fd);
	if (errno == EADDRINUSE)
		return err_set(ERR_IO, "port %d is in use; --port N takes "
				       "another, --port 0 any that is free",
			       port);
	return err_sys(ERR_IO, "port %d of 127.0.0.1", port);
}

static void say_nothing(void *context, const char *format, va_list rest)
{
	(void)context;
	(void)format;
	(void)rest;
}

int http_start(struct http *http, struct serve *serve, int port)
{
	int fd, rc = listen_on(serve, port, &fd);

	*http = (struct http){ 0 };
	if (rc < 0)
		return rc;
	http->daemon = MHD_start_daemon(
		MHD_USE_AUTO_INTERNAL_THREAD | MHD_USE_ERROR_LOG,
		(uint16_t)serve->port, NULL, NULL, take, serve,
		MHD_OPTION_EXTERNAL_LOGGER, say_nothing, NULL,
		MHD_OPTION_LISTEN_SOCKET, fd,
		MHD_OPTION_URI_LOG_CALLBACK, begin, NULL,
		MHD_OPTION_NOTIFY_COMPLETED, end, NULL,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADERS,
		MHD_OPTION_END);
	if (http->daemon)
		return 0;
	close(fd);
	return err_set(ERR_IO, "the server cannot start: out of threads or "
			       "memory");
}

void http_stop(struct http *http)
{
	if (http->daemon)
		MHD_stop_daemon(http->daemon);
	http->daemon = NULL;
}
