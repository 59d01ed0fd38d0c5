/* err.c - what went wrong, said once */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { ROOM = 2048 };

static _Thread_local char message[ROOM];

int err_set(int rc, const char *format, ...)
{
	char text[ROOM]; /* an argument may be err_text() itself */
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	memcpy(message, text, sizeof text);
	return rc;
}

int err_sys(int rc, const char *format, ...)
{
	const char *why = strerror(errno);
	size_t n;
	va_list ap;

	va_start(ap, format);
	vsnprintf(message, sizeof message, format, ap);
	va_end(ap);
	n = strlen(message);
	snprintf(message + n, sizeof message - n, ": %s", why);
	return rc;
}

int err_wrap(int rc, const char *format, ...)
{
	char inner[ROOM];
	size_t n;
	va_list ap;

	memcpy(inner, message, sizeof inner);
	va_start(ap, format);
	vsnprintf(message, sizeof message, format, ap);
	va_end(ap);
	n = strlen(message);
	snprintf(message + n, sizeof message - n, ": %s", inner);
	return rc;
}

const char *err_text(void)
{
	return message;
}

void err_clear(void)
{
	message[0] = '\0';
}
