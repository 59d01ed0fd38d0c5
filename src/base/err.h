/*
 * err.h - what went wrong, said once
 *
 * A function that can fail returns 0 (or a count) or one of these negative
 * codes.  Whoever notices the failure puts it in words with err_set(); callers
 * pass the code on, or put *where* in front of the words with err_wrap().
 * Only cli/ prints the message.
 *
 *     if (fstat(fd, &st) < 0)
 *         return err_sys(ERR_IO, "%s", path);
 *     if ((rc = read_header(fd)) < 0)
 *         return err_wrap(rc, "%s:%zu", path, line);
 *
 * Threads    one message per thread; par.h carries a worker's message to the
 *            thread that asked for the work
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stddef.h>

enum err {
	ERR_NOMEM = -1,  /* an allocation as large as the data failed */
	ERR_IO = -2,     /* a file could not be read or written */
	ERR_FORMAT = -3, /* the content is not what it should be */
	ERR_DB = -4,     /* SQLite said no */
	ERR_BUSY = -5,   /* another process holds the database */
	ERR_USAGE = -6,  /* the command line asks for something impossible */
	ERR_ABSENT = -7, /* something that is needed is not there */
	ERR_LIMIT = -8,  /* larger, deeper or longer than we accept */
	ERR_ANSWER = -9, /* it ran, and the answer is no */
};

/* Set this thread's message.  Returns rc, so that it can stand in a return. */
int err_set(int rc, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The same, followed by ": " and what errno means. */
int err_sys(int rc, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Put where it happened in front of the message: "where: message". */
int err_wrap(int rc, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* This thread's message, "" when there is none; valid until the next err_*. */
const char *err_text(void);
void err_clear(void);

#endif
