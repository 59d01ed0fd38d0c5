/* rule_read.c - one pack, from lines to rules */
#include "base/err.h"
#include "base/mem.h"
#include "filter/pack.h"
#include "filter/reading.h"
#include "text/utf8.h"

static struct pack *pack_of(struct reading *in)
{
	return &in->set->pack[in->pack];
}

/* -- lines of a pack -- */

static int read_pack(struct reading *in, struct str rest)
{
	struct ruleset *set = in->set;
	struct str name, version;
	const char *at = rest.at;
	int rc = take_name(in, &rest, &name);

	if (rc < 0)
		return rc;
	if (in->named)
		return fail(in, in->line.at, "a second pack in one file");
	version = take_word(&rest);
	if (!version.n)
		return fail(in, version.at, "the version is missing: pack "
					    "NAME VERSION");
	for (size_t p = 0; p < set->packs; p++)
		if (str_equal(set->pack[p].name, name))
			return fail(in, at, "pack %s was read already, from %s",
				    name.at, set->pack[p].path);
	mem_grow(&set->pack, &set->pack_room, set->packs + 1,
		 sizeof *set->pack);
	in->pack = (uint32_t)set->packs;
	in->named = true;
	set->pack[set->packs++] = (struct pack){
		.name = name,
		.version = arena_str(&set->arena, version),
		.path = arena_copy(&set->arena, in->path, strlen(in->path)),
	};
	return at_end(in, rest);
}

static int read_extends(struct reading *in, struct str rest)
{
	struct str name;
	const char *at = rest.at;
	int rc = take_name(in, &rest, &name);

	if (rc < 0 || (rc = at_end(in, rest)) < 0)
		return rc;
	if (in->rule)
		return fail(in, at, "extends stands before the first rule");
	if (pack_of(in)->extends.at)
		return fail(in, at, "a pack extends one pack only");
	if (str_equal(pack_of(in)->name, name))
		return fail(in, at, "a pack cannot extend itself");
	pack_of(in)->extends = name;
	if ((rc = pack_load(in->set, name.at, in->path)) < 0)
		return err_wrap(rc, "%s:%zu", in->path, in->number);
	return 0;
}

static int read_without(struct reading *in, struct str rest)
{
	struct pack *pack = pack_of(in);
	struct str id;
	const char *at = rest.at;
	int rc = take_name(in, &rest, &id);

	if (rc < 0 || (rc = at_end(in, rest)) < 0)
		return rc;
	if (in->rule)
		return fail(in, at, "without stands before the first rule");
	if (!pack_drop(in->set, in->pack, id))
		return fail(in, at, "no pack that this one extends has a rule "
				    "%s", id.at);
	*(struct str *)more(in, &pack->without, &pack->withouts,
			    sizeof *pack->without) = id;
	return 0;
}

/* What a rule must have, looked at when it ends. */
static int end_rule(struct reading *in)
{
	const struct rule *rule = in->rule;
	const char *lacks = NULL;

	if (!rule)
		return 0;
	if (!rule->fields)
		lacks = "field";
	else if (!rule->category.at)
		lacks = "category";
	else if (!rule->matches && !rule->check.kind)
		lacks = "match or check";
	if (lacks)
		return err_set(ERR_FORMAT, "%s:%zu:1: rule %s has no line %s",
			       in->path, rule->line, rule->id.at, lacks);
	for (size_t e = 0; e < rule->examples; e++)
		example_read(&in->set->arena, rule, &rule->example[e]);
	return 0;
}

static int read_rule(struct reading *in, struct str rest)
{
	struct ruleset *set = in->set;
	const struct rule *other;
	struct str id;
	const char *at = rest.at;
	int rc;

	if ((rc = end_rule(in)) < 0 || (rc = take_name(in, &rest, &id)) < 0 ||
	    (rc = at_end(in, rest)) < 0)
		return rc;
	other = ruleset_find(set, id);
	if (other && !pack_drop(set, in->pack, id))
		return fail(in, at, "rule %s is at %s:%zu already", id.at,
			    set->pack[other->pack].path, other->line);
	mem_grow(&set->rule, &set->room, set->n + 1, sizeof *set->rule);
	in->rule = &set->rule[set->n++];
	*in->rule = (struct rule){
		.id = id,
		.pack = in->pack,
		.line = in->number,
	};
	return 0;
}

/* -- all lines -- */

static int read_line(struct reading *in)
{
	static const struct {
		const char *key;
		int (*read)(struct reading *in, struct str rest);
	} keys[] = {
		{ "pack", read_pack },
		{ "extends", read_extends },
		{ "without", read_without },
		{ "rule", read_rule },
	};
	struct str rest = in->line, key = take_word(&rest);
	int rc;

	skip_blanks(&rest);
	if (!in->named && !str_is(key, "pack"))
		return fail(in, key.at, "the first line is: pack NAME VERSION");
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (str_is(key, keys[i].key))
			return keys[i].read(in, rest);
	if ((rc = rule_line_read(in, key, rest)) != 0)
		return rc < 0 ? rc : 0;
	return fail(in, key.at, "unknown word '%.*s'; itdata-rules(5) has all",
		    (int)(key.n < 60 ? key.n : 60), key.at);
}

/* Take the next line off text, without its end and the blanks before that. */
static struct str take_line(struct str *text)
{
	const char *end = memchr(text->at, '\n', text->n);
	struct str line = { text->at, end ? (size_t)(end - text->at) : text->n };

	text->at += line.n + (end != NULL);
	text->n -= line.n + (end != NULL);
	while (line.n && (is_blank(line.at[line.n - 1]) ||
			  line.at[line.n - 1] == '\r'))
		line.n--;
	return line;
}

int ruleset_read(struct ruleset *set, const char *path, struct str text)
{
	struct reading in = { .set = set, .path = path };
	struct str whole = text;
	struct sha256 sha;
	size_t good = utf8_check(text.at, text.n);
	int rc = 0;

	if (good < text.n || memchr(text.at, '\0', text.n))
		return err_set(ERR_FORMAT, "%s: not UTF-8 text", path);
	if (str_starts(text, STR("\xef\xbb\xbf"))) {
		text.at += 3;
		text.n -= 3;
	}
	while (rc == 0 && text.n) {
		struct str rest;

		in.number++;
		rest = in.line = take_line(&text);
		skip_blanks(&rest);
		if (rest.n && *rest.at != '#')
			rc = read_line(&in);
	}
	if (rc < 0 || (rc = end_rule(&in)) < 0)
		return rc;
	if (!in.named)
		return err_set(ERR_FORMAT, "%s: no line: pack NAME VERSION",
			       path);
	sha256_start(&sha);
	sha256_add(&sha, whole.at, whole.n);
	sha256_hex(&sha, pack_of(&in)->sha256);
	return 0;
}
