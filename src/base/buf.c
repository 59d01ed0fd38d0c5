/* buf.c - a string of bytes that grows */
#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

void buf_room(struct buf *buf, size_t more)
{
	mem_grow(&buf->at, &buf->room, buf->n + more + 1, 1);
}

void buf_put(struct buf *buf, const void *at, size_t n)
{
	buf_room(buf, n);
	if (n)
		memcpy(buf->at + buf->n, at, n);
	buf->n += n;
	buf->at[buf->n] = '\0';
}

void buf_byte(struct buf *buf, char byte)
{
	buf_put(buf, &byte, 1);
}

void buf_text(struct buf *buf, const char *text)
{
	buf_put(buf, text, strlen(text));
}

void buf_str(struct buf *buf, struct str text)
{
	buf_put(buf, text.at, text.n);
}

void buf_print(struct buf *buf, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	assert(n >= 0);
	buf_room(buf, (size_t)n);
	va_start(ap, format);
	vsnprintf(buf->at + buf->n, (size_t)n + 1, format, ap);
	va_end(ap);
	buf->n += (size_t)n;
}

void buf_clear(struct buf *buf)
{
	buf->n = 0;
	buf_put(buf, "", 0);
}

char *buf_take(struct buf *buf)
{
	char *at;

	buf_put(buf, "", 0);
	at = buf->at;
	*buf = (struct buf){ 0 };
	return at;
}

void buf_free(struct buf *buf)
{
	free(buf->at);
	*buf = (struct buf){ 0 };
}
