/* example.c - lines `hit` and `miss`, taken apart */
#define _GNU_SOURCE /* memmem */
#include "filter/pack.h"

#include "text/utf8.h"

/* The character of \u{HEX} at text, and the bytes it takes; 0: it is none. */
static size_t read_hex(struct str text, uint32_t *c)
{
	size_t i = 3;

	*c = 0;
	if (text.n < 5 || text.at[2] != '{')
		return 0;
	for (; i < text.n && i < 9 && text.at[i] != '}'; i++) {
		const char *hex = "0123456789abcdef";
		char low = text.at[i] >= 'A' && text.at[i] <= 'F'
				   ? (char)(text.at[i] | 32)
				   : text.at[i];
		const char *digit = strchr(hex, low);

		if (!digit || !low)
			return 0;
		*c = *c * 16 + (uint32_t)(digit - hex);
	}
	if (i == 3 || i == text.n || text.at[i] != '}' || *c == 0 ||
	    *c > 0x10ffff || (*c >= 0xd800 && *c < 0xe000))
		return 0;
	return i + 1;
}

/* What an escape stands for, into out; the bytes it takes, 0: none. */
static size_t escape(struct str text, char out[4], size_t *n)
{
	uint32_t c;
	size_t used = 2;

	if (text.n < 2)
		return 0;
	*n = 1;
	switch (text.at[1]) {
	case 'n':
		out[0] = '\n';
		break;
	case 't':
		out[0] = '\t';
		break;
	case '\\':
		out[0] = '\\';
		break;
	case 'u':
		if ((used = read_hex(text, &c)))
			*n = utf8_put(out, c);
		break;
	default:
		return 0;
	}
	return used;
}

static struct str behind(struct str text, size_t n)
{
	return (struct str){ text.at + n, text.n - n };
}

size_t example_check(struct str raw)
{
	for (size_t i = 0; i < raw.n; i++) {
		char out[4];
		size_t n, used;

		if (raw.at[i] != '\\')
			continue;
		used = escape(behind(raw, i), out, &n);
		if (!used)
			return i;
		i += used - 1;
	}
	return raw.n;
}

struct str example_unescape(struct arena *arena, struct str raw)
{
	char *at = arena_alloc(arena, raw.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < raw.n; i++) {
		size_t made, used = 0;

		if (raw.at[i] == '\\')
			used = escape(behind(raw, i), at + n, &made);
		if (used) {
			n += made;
			i += used - 1;
		} else {
			at[n++] = raw.at[i];
		}
	}
	return (struct str){ at, n };
}

bool example_range(struct str raw, uint32_t *first, uint32_t *last)
{
	size_t used;

	if (!str_starts(raw, STR("\\u{")) || !(used = read_hex(raw, first)))
		return false;
	raw = behind(raw, used);
	if (!str_starts(raw, STR("-\\u{")))
		return false;
	raw = behind(raw, 1);
	return read_hex(raw, last) == raw.n;
}

/* Where `mark` stands in text, or NULL. */
static const char *find(struct str text, struct str mark)
{
	return text.n ? memmem(text.at, text.n, mark.at, mark.n) : NULL;
}

static struct str before(struct str text, const char *at)
{
	return (struct str){ text.at, (size_t)(at - text.at) };
}

/* "instruction | input => response", "instruction => response" */
static void read_pair(struct arena *arena, struct str raw, const char *arrow,
		      struct example *example)
{
	struct str prompt = before(raw, arrow);
	size_t after = (size_t)(arrow - raw.at) + 3;
	const char *bar = find(prompt, STR(" | "));
	struct str response = { "", 0 };

	if (raw.n > after)
		response = behind(raw, after + 1);
	if (bar) {
		size_t input = (size_t)(bar - prompt.at) + 3;

		example->field[FIELD_INPUT] =
			example_unescape(arena, behind(prompt, input));
		prompt = before(prompt, bar);
	}
	example->field[FIELD_INSTRUCTION] = example_unescape(arena, prompt);
	example->field[FIELD_RESPONSE] = example_unescape(arena, response);
}

void example_read(struct arena *arena, const struct rule *rule,
		  struct example *example)
{
	struct str raw = example->raw;
	const char *arrow = find(raw, STR(" => "));
	enum field field = FIELD_INSTRUCTION;

	if (!arrow && raw.n >= 3 && memcmp(raw.at + raw.n - 3, " =>", 3) == 0)
		arrow = raw.at + raw.n - 3;
	if (arrow) {
		read_pair(arena, raw, arrow, example);
		return;
	}
	while (!(rule->fields >> field & 1))
		field++;
	example->field[field] = example_unescape(arena, raw);
}
