/*
 * buf.h - a string of bytes that grows
 *
 *     struct buf buf = { 0 };
 *     buf_text(&buf, "pairs ");
 *     buf_print(&buf, "%zu", n);
 *     fwrite(buf.at, 1, buf.n, stdout);
 *     buf_free(&buf);
 *
 * After any call except buf_free() at[n] is a NUL, so a buf without NULs in it
 * is also a C string.
 *
 * Ownership  the buf owns its bytes; buf_take() gives them to the caller, who
 *            frees them with free()
 * Errors     none: as mem_alloc()
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stddef.h>

#include "base/str.h"

struct buf {
	char *at;
	size_t n, room;
};

void buf_room(struct buf *buf, size_t more); /* room for n + more + NUL */
void buf_put(struct buf *buf, const void *at, size_t n);
void buf_byte(struct buf *buf, char byte);
void buf_text(struct buf *buf, const char *text);
void buf_str(struct buf *buf, struct str text);
void buf_print(struct buf *buf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void buf_clear(struct buf *buf); /* n = 0, the room stays */
char *buf_take(struct buf *buf);
void buf_free(struct buf *buf);

static inline struct str buf_view(const struct buf *buf)
{
	return (struct str){ buf->at ? buf->at : "", buf->n };
}

#endif
