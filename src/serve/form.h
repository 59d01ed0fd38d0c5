/*
 * form.h - what a browser sends: a=1&b=%E8%8B%B1
 *
 * One strict reader for the query of an address and the body of a form: fields
 * of valid UTF-8 without U+0000, percent escapes whole, `+` is a space.
 *
 *     if ((rc = form_read(&form, raw)) == 0)
 *         use(form_get(&form, "q"));
 *     form_free(&form);
 *
 * Ownership  the form owns its texts
 * Errors     ERR_FORMAT (a broken escape, not UTF-8), ERR_LIMIT (too many)
 * Source     the URL Standard, application/x-www-form-urlencoded
 */
#ifndef SERVE_FORM_H
#define SERVE_FORM_H

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"

enum { FORM_FIELDS = 2000 };

struct form_field {
	struct str name, value;
};

struct form {
	struct arena arena;
	VEC(struct form_field) field;
};

int form_read(struct form *form, struct str raw);
void form_free(struct form *form);

/* The first field of that name; absent when there is none. */
struct str form_get(const struct form *form, const char *name);

/* A field that is a number above 0; 0 when it is not there or no number. */
int64_t form_number(const struct form *form, const char *name);

/* Text as it stands in an address. */
void form_escape(struct buf *out, struct str text);

#endif
