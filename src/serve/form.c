/* form.c - what a browser sends: a=1&b=%E8%8B%B1 */
#include "serve/form.h"

#include "base/err.h"
#include "text/utf8.h"

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The text without escapes, in the arena. */
static int decode(struct arena *arena, struct str raw, struct str *text)
{
	char *at = arena_alloc(arena, raw.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < raw.n; i++) {
		int c = raw.at[i] == '+' ? ' ' : (unsigned char)raw.at[i];

		if (c == '%') {
			int high = i + 2 < raw.n ? hex(raw.at[i + 1]) : -1;
			int low = i + 2 < raw.n ? hex(raw.at[i + 2]) : -1;

			if (high < 0 || low < 0)
				return err_set(ERR_FORMAT, "a broken escape");
			c = high << 4 | low;
			i += 2;
		}
		if (!c)
			return err_set(ERR_FORMAT, "a text with U+0000");
		at[n++] = (char)c;
	}
	at[n] = '\0';
	*text = (struct str){ at, n };
	if (utf8_check(at, n) != n)
		return err_set(ERR_FORMAT, "a text that is not UTF-8");
	return 0;
}

static int read_field(struct form *form, struct str raw)
{
	const char *equals = memchr(raw.at, '=', raw.n);
	size_t name = equals ? (size_t)(equals - raw.at) : raw.n;
	struct str value = { raw.at + raw.n, 0 };
	struct form_field field;
	int rc;

	if (equals)
		value = (struct str){ equals + 1, raw.n - name - 1 };
	if (form->field.n == FORM_FIELDS)
		return err_set(ERR_LIMIT, "more than %d fields", FORM_FIELDS);
	if ((rc = decode(&form->arena, (struct str){ raw.at, name },
			 &field.name)) < 0 ||
	    (rc = decode(&form->arena, value, &field.value)) < 0)
		return rc;
	vec_push(&form->field, field);
	return 0;
}

int form_read(struct form *form, struct str raw)
{
	const char *at = raw.at, *end = at + raw.n;
	int rc = 0;

	*form = (struct form){ 0 };
	while (rc == 0 && at < end) {
		const char *and = memchr(at, '&', (size_t)(end - at));
		const char *to = and ? and : end;

		if (to > at)
			rc = read_field(form, (struct str){
						at, (size_t)(to - at) });
		at = to + 1;
	}
	return rc;
}

void form_free(struct form *form)
{
	vec_free(&form->field);
	arena_free(&form->arena);
}

struct str form_get(const struct form *form, const char *name)
{
	for (size_t i = 0; i < form->field.n; i++)
		if (str_is(form->field.at[i].name, name))
			return form->field.at[i].value;
	return (struct str){ 0 };
}

int64_t form_number(const struct form *form, const char *name)
{
	struct str text = form_get(form, name);
	int64_t number = 0;

	if (text.n > 18)
		return 0;
	for (size_t i = 0; i < text.n; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return 0;
		number = number * 10 + (text.at[i] - '0');
	}
	return number;
}

void form_escape(struct buf *out, struct str text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789-_.~";

	for (size_t i = 0; i < text.n; i++)
		if (text.at[i] && strchr(plain, text.at[i]))
			buf_byte(out, text.at[i]);
		else
			buf_print(out, "%%%02X", (unsigned char)text.at[i]);
}
