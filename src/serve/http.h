/*
 * http.h - a server of requests on 127.0.0.1, by libmicrohttpd
 *
 * One thread takes all requests; a client that is slow waits in it without
 * holding up the others, and is sent away after 15 seconds without a byte.  At
 * most 64 connections, 32 KiB of headers, SERVE_BODY bytes of a form.
 *
 *     if ((rc = http_start(&http, &serve, port)) == 0) {
 *         printf("http://127.0.0.1:%d/\n", serve.port);
 *         ... wait ...
 *     }
 *     http_stop(&http);
 *
 * Errors     ERR_IO: the port is in use, or may not be used
 */
#ifndef SERVE_HTTP_H
#define SERVE_HTTP_H

#include "serve/serve.h"

struct MHD_Daemon;

struct http {
	struct MHD_Daemon *daemon;
};

/* port 0: any that is free; serve->port is the one it became. */
int http_start(struct http *http, struct serve *serve, int port);
void http_stop(struct http *http);

#endif
