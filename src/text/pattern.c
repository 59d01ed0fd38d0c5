/* pattern.c - regular expressions, compiled once, bounded on any text */
#include "text/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/err.h"
#include "base/mem.h"

enum {
	STACK_START = 32 << 10,
	STACK_MOST = 1 << 20,
	HEAP_MOST = 20 << 10, /* KiB; of the interpreter */
	LONGEST = 1 << 16,    /* bytes of a pattern */
};

static int compile(struct pattern *pattern, struct str text, uint32_t options,
		   size_t *at)
{
	PCRE2_UCHAR words[160];
	PCRE2_SIZE offset = 0;
	int code;

	*pattern = (struct pattern){ 0 };
	*at = 0;
	if (text.n > LONGEST)
		return err_set(ERR_FORMAT, "a pattern of more than %d bytes",
			       LONGEST);
	pattern->code = pcre2_compile(
		(PCRE2_SPTR)text.at, text.n,
		options | PCRE2_UTF | PCRE2_NO_UTF_CHECK |
			PCRE2_NEVER_BACKSLASH_C,
		&code, &offset, NULL);
	if (!pattern->code) {
		*at = offset;
		pcre2_get_error_message(code, words, sizeof words);
		return err_set(ERR_FORMAT, "%s", (const char *)words);
	}
	pattern->jit = pcre2_jit_compile(pattern->code, PCRE2_JIT_COMPLETE) ==
		       0;
	return 0;
}

int pattern_compile(struct pattern *pattern, struct str text, size_t *at)
{
	return compile(pattern, text, 0, at);
}

int pattern_compile_here(struct pattern *pattern, struct str text, size_t *at)
{
	/* else each try looks for the last letter up to the end of the text */
	return compile(pattern, text, PCRE2_ANCHORED | PCRE2_NO_START_OPTIMIZE,
		       at);
}

void pattern_free(struct pattern *pattern)
{
	pcre2_code_free(pattern->code);
	*pattern = (struct pattern){ 0 };
}

void pattern_room_init(struct pattern_room *room)
{
	pcre2_match_context *context = pcre2_match_context_create(NULL);

	room->context = context;
	room->data = pcre2_match_data_create(1, NULL);
	room->stack = pcre2_jit_stack_create(STACK_START, STACK_MOST, NULL);
	if (!context || !room->data)
		mem_alloc(SIZE_MAX); /* says what there is to say */
	pcre2_set_match_limit(context, PATTERN_LIMIT);
	pcre2_set_heap_limit(context, HEAP_MOST);
	pcre2_jit_stack_assign(context, NULL, room->stack);
}

void pattern_room_free(struct pattern_room *room)
{
	pcre2_match_data_free(room->data);
	pcre2_match_context_free(room->context);
	pcre2_jit_stack_free(room->stack);
	*room = (struct pattern_room){ 0 };
}

int pattern_find(const struct pattern *pattern, struct pattern_room *room,
		 struct str text, size_t from, unsigned flags,
		 struct span *span)
{
	uint32_t options = flags & PATTERN_END ? 0 : PCRE2_NOTEOL;
	PCRE2_SPTR at = (PCRE2_SPTR)(text.at ? text.at : "");
	const PCRE2_SIZE *where;
	int n;

	if (pattern->jit)
		n = pcre2_jit_match(pattern->code, at, text.n, from, options,
				    room->data, room->context);
	else
		n = pcre2_match(pattern->code, at, text.n, from,
				options | PCRE2_NO_UTF_CHECK, room->data,
				room->context);
	if (n == PCRE2_ERROR_NOMATCH)
		return 0;
	if (n < 0)
		return err_set(ERR_LIMIT, "a pattern gave up (PCRE2 %d)", n);
	where = pcre2_get_ovector_pointer(room->data);
	/* \K can put the start behind the end */
	span->start = where[0] < where[1] ? where[0] : where[1];
	span->end = where[1];
	return 1;
}
