/*
 * tree.c - message trees, as OpenAssistant publishes them
 *
 * A tree is a message with `replies`, or rows of one message each that name
 * their parent.  Every path from the root that alternates between person and
 * assistant, and ends with an answer that no other answer follows, is a
 * conversation; those of better rank come first.
 */
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "ingest/fill.h"

enum {
	DEEPEST = 200, /* messages of a path */
	PATHS = 10000, /* of a tree */
};

struct node {
	const struct value *value;
	struct node *child, *next; /* in order of rank */
	double rank;
	bool person;
};

struct walk {
	const struct value *record;
	struct takings *out;
	const struct node *path[DEEPEST];
	size_t n, paths;
};

/* -- the tree -- */

static double rank_of(const struct value *v)
{
	const struct value *rank = value_get(v, "rank");

	if (!rank || rank->type != VALUE_NUMBER || rank->text.n > 15)
		return 1e9;
	return strtod(rank->text.at, NULL);
}

/* Among its siblings, behind those of the same rank. */
static void add_child(struct node *parent, struct node *node)
{
	struct node **at = &parent->child;

	while (*at && (*at)->rank <= node->rank)
		at = &(*at)->next;
	node->next = *at;
	*at = node;
}

static struct node *node_new(const struct value *v, struct arena *arena)
{
	struct node *node = arena_alloc(arena, sizeof *node);

	*node = (struct node){ .value = v, .rank = rank_of(v) };
	node->person = str_is(value_text(v, "role"), "prompter") ||
		       str_is(value_text(v, "role"), "user");
	return node;
}

static bool is_message(const struct value *v)
{
	const struct value *deleted = value_get(v, "deleted");
	struct str role = value_text(v, "role");

	return value_text(v, "text").n &&
	       (str_is(role, "prompter") || str_is(role, "assistant") ||
		str_is(role, "user")) &&
	       !(deleted && deleted->type == VALUE_TRUE);
}

/* A message with its replies; NULL when it is none, or deleted. */
static struct node *read_tree(const struct value *v, struct arena *arena,
			      unsigned depth)
{
	const struct value *replies = value_get(v, "replies");
	struct node *node;

	if (!is_message(v) || depth > DEEPEST)
		return NULL;
	node = node_new(v, arena);
	if (replies && replies->type == VALUE_ARRAY)
		for (replies = replies->child; replies;
		     replies = replies->next) {
			struct node *child = read_tree(replies, arena,
						       depth + 1);

			if (child)
				add_child(node, child);
		}
	return node;
}

/* Rows that name their parents, in any order.  The root has none. */
static struct node *read_rows(const struct value *rows, struct arena *arena)
{
	struct node **node = arena_array(arena, rows->n + 1, sizeof *node);
	struct node *root = NULL;
	struct map ids = { 0 };
	const struct value *v;
	size_t n = 0;

	for (v = rows->child; v; v = v->next) {
		uint32_t before = ids.n;

		if (is_message(v) && value_text(v, "message_id").n &&
		    map_add(&ids, value_text(v, "message_id")) == before)
			node[n++] = node_new(v, arena);
	}
	for (size_t i = 0; i < n; i++) {
		struct str parent = value_text(node[i]->value, "parent_id");
		uint32_t number;

		if (!parent.n && !root)
			root = node[i];
		else if (parent.n && map_find(&ids, parent, &number) &&
			 number != i)
			add_child(node[number], node[i]);
	}
	map_free(&ids);
	return root;
}

/* -- the paths -- */

static const char *fill_path(const struct walk *w, size_t n, struct pair *pair)
{
	static const char *const used[] = { "text", "role", "replies",
					    "deleted", "parent_id", NULL };
	const struct value *last = w->path[n - 1]->value;
	const char *why = NULL;

	*pair = (struct pair){ .messages = n };
	pair->message = arena_array(w->out->arena, n, sizeof *pair->message);
	for (size_t i = 0; i < n; i++)
		pair->message[i] = (struct message){
			.role = w->path[i]->person ? STR("user")
						   : STR("assistant"),
			.content = value_text(w->path[i]->value, "text"),
		};
	pair->extra = extra_of(last, used, w->out->arena);
	fill_columns(pair, &why);
	return why;
}

static void take_path(struct walk *w)
{
	struct taken *taken;

	if (w->paths++ < PATHS) {
		taken = takings_add(w->out);
		taken->why = fill_path(w, w->n, &taken->pair);
		taken->raw = w->record->raw;
	} else if (w->paths == PATHS + 1) {
		takings_refuse(w->out, "a tree with more than 10,000 paths",
			       w->record->raw);
	}
}

/* True when there is an answer in this message or below it. */
static bool follow(struct walk *w, const struct node *node)
{
	bool answered = false;

	if (w->n == DEEPEST)
		return false;
	w->path[w->n++] = node;
	for (const struct node *c = node->child; c; c = c->next)
		if (c->person != node->person)
			answered |= follow(w, c);
	if (!answered && !node->person) {
		take_path(w);
		answered = true;
	}
	w->n--;
	return answered;
}

static bool fits_oasst(const struct value *v, const struct value *around)
{
	const struct value *prompt = value_get(v, "prompt");

	(void)around;
	if (v->type == VALUE_ARRAY)
		return has(v->child, "message_tree_id") && has(v->child, "text");
	if (prompt && prompt->type == VALUE_OBJECT)
		return has(prompt, "text") && has(prompt, "role");
	return has(v, "text") && has(v, "role") &&
	       (has(v, "replies") || has(v, "message_id"));
}

static void each_oasst(const struct value *v, const struct value *around,
		       struct takings *out)
{
	const struct value *prompt = value_get(v, "prompt");
	struct walk w = { .record = v, .out = out };
	size_t before = out->n;
	struct node *root = v->type == VALUE_ARRAY
				    ? read_rows(v, out->arena)
				    : read_tree(prompt ? prompt : v,
						out->arena, 1);

	(void)around;
	if (root && root->person)
		follow(&w, root);
	if (out->n == before)
		takings_refuse(out,
			       root ? "a tree without an answer"
				    : "no message that begins the tree",
			       v->raw);
}

const struct schema schema_oasst = {
	.name = "oasst",
	.keys = "prompt {text, role, replies}",
	.mapping = "{\"messages\":\"paths of prompt.replies[].role,text\"}",
	.fits = fits_oasst,
	.each = each_oasst,
};
