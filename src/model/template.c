/* template.c - a conversation as the one text that a model sees */
#include "model/template.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"

/* How a message is dressed: marks are PIECE_MARK, the rest text. */
struct style {
	const char *name;
	const char *begin;                    /* mark before everything */
	const char *open, *role_end;          /* marks around the role */
	const char *close;                    /* mark; NULL: PIECE_END */
	const char *after_role, *after_close; /* text */
	const char *user, *assistant;         /* headings instead of roles */
};

static const struct style styles[TEMPLATES] = {
	[TEMPLATE_PLAIN] = {
		.name = "plain",
		.user = "### Instruction:\n",
		.assistant = "### Response:\n",
		.after_close = "\n\n",
	},
	[TEMPLATE_SHIJI] = {
		.name = "shiji",
		.user = "### 指示:\n",
		.assistant = "### 応答:\n",
		.after_close = "\n\n",
	},
	[TEMPLATE_CHATML] = {
		.name = "chatml",
		.open = "<|im_start|>",
		.after_role = "\n",
		.close = "<|im_end|>",
		.after_close = "\n",
	},
	[TEMPLATE_LLAMA3] = {
		.name = "llama3",
		.begin = "<|begin_of_text|>",
		.open = "<|start_header_id|>",
		.role_end = "<|end_header_id|>",
		.after_role = "\n\n",
		.close = "<|eot_id|>",
		.after_close = "",
	},
};

const char *template_name(enum template template)
{
	return styles[template].name;
}

int template_find(const char *name)
{
	for (int t = 0; t < TEMPLATES; t++)
		if (strcmp(styles[t].name, name) == 0)
			return t;
	return -1;
}

/* -- rendering -- */

static void add(struct rendering *r, struct str text, enum piece_kind kind,
		bool trained)
{
	if (kind != PIECE_END && !text.n)
		return;
	mem_grow(&r->piece, &r->room, r->n + 1, sizeof *r->piece);
	r->piece[r->n++] = (struct piece){ text, kind, trained };
}

static void add_text(struct rendering *r, const char *text)
{
	add(r, str_of(text), PIECE_TEXT, false);
}

static void add_mark(struct rendering *r, const char *mark)
{
	add(r, str_of(mark), PIECE_MARK, false);
}

/* What stands before a message's content. */
static void add_head(struct rendering *r, const struct style *style,
		     struct str role)
{
	if (style->open) {
		add_mark(r, style->open);
		add(r, role, PIECE_TEXT, false);
		add_mark(r, style->role_end);
		add_text(r, style->after_role);
	} else if (str_is(role, "assistant")) {
		add_text(r, style->assistant);
	} else if (!str_is(role, "system")) {
		add_text(r, style->user);
	}
}

static void add_message(struct rendering *r, const struct style *style,
			const struct chat_message *message)
{
	bool answer = str_is(message->role, "assistant");

	add_head(r, style, message->role);
	add(r, message->content, PIECE_TEXT, answer);
	if (style->close)
		add(r, str_of(style->close), PIECE_MARK, answer);
	else if (answer)
		add(r, (struct str){ 0 }, PIECE_END, true);
	add_text(r, style->after_close);
}

static bool is_role(struct str role)
{
	return str_is(role, "system") || str_is(role, "user") ||
	       str_is(role, "assistant") || str_is(role, "tool");
}

int template_render(enum template template, const struct chat_message *message,
		    size_t n, bool generate, struct rendering *r)
{
	const struct style *style = &styles[template];

	r->n = 0;
	add_mark(r, style->begin);
	for (size_t i = 0; i < n; i++) {
		if (!is_role(message[i].role))
			return err_set(ERR_FORMAT, "no template has a role "
				       "'%.*s'", (int)message[i].role.n,
				       message[i].role.at);
		add_message(r, style, &message[i]);
	}
	if (generate)
		add_head(r, style, STR("assistant"));
	return 0;
}

void rendering_text(const struct rendering *r, struct buf *out)
{
	for (size_t i = 0; i < r->n; i++)
		buf_str(out, r->piece[i].text);
}

/* -- tokens -- */

static void put_token(struct rendering *r, uint32_t id, bool trained)
{
	mem_grow(&r->id, &r->id_room, r->tokens + 1, sizeof *r->id);
	mem_grow(&r->mask, &r->mask_room, r->tokens + 1, 1);
	r->id[r->tokens] = id;
	r->mask[r->tokens++] = trained;
}

/* The text gathered in `run`, tokenised as one. */
static void put_run(struct rendering *r, const struct tokenizer *tokenizer,
		    bool trained)
{
	if (!r->run.n)
		return;
	r->part.n = 0;
	tokenizer_append(tokenizer, buf_view(&r->run), r->tokens == 0,
			 &r->part);
	for (size_t i = 0; i < r->part.n; i++)
		put_token(r, r->part.id[i], trained);
	buf_clear(&r->run);
}

/* Names that end tokens go by, the commonest first. */
static bool end_token(const struct tokenizer *tokenizer, uint32_t *id)
{
	static const char *const names[] = {
		"</s>", "<|endoftext|>", "<|end_of_text|>", "<eos>", "[SEP]",
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (tokenizer_find(tokenizer, str_of(names[i]), id))
			return true;
	return false;
}

bool template_stop(enum template template, const struct tokenizer *tokenizer,
		   uint32_t *id)
{
	const char *close = styles[template].close;

	return close ? tokenizer_find(tokenizer, str_of(close), id)
		     : end_token(tokenizer, id);
}

void rendering_tokens(struct rendering *r, const struct tokenizer *tokenizer)
{
	bool trained = false;
	uint32_t id;

	r->tokens = 0;
	buf_clear(&r->run);
	for (size_t i = 0; i < r->n; i++) {
		const struct piece *piece = &r->piece[i];
		bool is_mark = piece->kind == PIECE_MARK &&
			       tokenizer_find(tokenizer, piece->text, &id);
		bool is_end = piece->kind == PIECE_END &&
			      end_token(tokenizer, &id);

		if (is_mark || is_end || piece->trained != trained)
			put_run(r, tokenizer, trained);
		trained = piece->trained;
		if (is_mark || is_end)
			put_token(r, id, trained);
		else
			buf_str(&r->run, piece->text);
	}
	put_run(r, tokenizer, trained);
}

void rendering_free(struct rendering *r)
{
	free(r->piece);
	free(r->id);
	free(r->mask);
	buf_free(&r->run);
	tokens_free(&r->part);
	*r = (struct rendering){ 0 };
}
