/*
 * fuzz_scan.c - the strict JSON scanner
 *
 * A value that is accepted is accepted again in its raw form, with the same
 * type and text, and so are its members.
 */
#include "fuzz.h"
#include "read/scan.h"
#include "text/utf8.h"

static void check(const struct value *v, unsigned depth)
{
	struct arena arena = { 0 };
	struct scan_error error;
	struct value again;
	size_t members = 0;

	MUST(depth <= 512);
	MUST(utf8_check(v->text.at, v->text.n) == v->text.n);
	MUST(v->text.n == 0 || !memchr(v->text.at, '\0', v->text.n));
	if (depth < 8) { /* each level reads all below it again */
		MUST(scan_value(&arena, v->raw, &again, &error) == 0);
		MUST(again.type == v->type && again.n == v->n);
		MUST(str_equal(again.text, v->text));
	}
	for (const struct value *c = v->child; c; c = c->next, members++)
		check(c, depth + 1);
	MUST(members == v->n);
	arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct str text = { (const char *)data, size };
	struct scan_error error = { 0, NULL };
	struct value value;

	if (scan_value(&arena, text, &value, &error) == 0)
		check(&value, 0);
	else
		MUST(error.why && error.byte <= size);
	arena_free(&arena);
	return 0;
}
