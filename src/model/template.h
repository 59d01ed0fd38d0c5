/*
 * template.h - a conversation as the one text that a model sees
 *
 * A chat template puts marks around messages.  It is rendered to pieces, so
 * that whoever tokenises them need not look for the answer again: a piece says
 * whether the loss counts it, and whether it is a mark that the tokenizer
 * knows as one token (text that merely looks like such a mark stays text).
 * The mark that ends an answer is trained: without it a model never learns to
 * stop.
 *
 *     struct rendering r = { 0 };
 *     rc = template_render(TEMPLATE_CHATML, message, n, false, &r);
 *     rendering_text(&r, &out);                      as text, or
 *     rendering_tokens(&r, tokenizer, &tokens);      as tokens with a mask
 *     rendering_free(&r);
 *
 *   chatml  <|im_start|>user\n..<|im_end|>\n<|im_start|>assistant\n..<|im_end|>\n
 *   llama3  <|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\n..
 *           <|eot_id|>
 *   plain   ### Instruction:\n..\n\n### Response:\n..[end]\n\n
 *   shiji   ### 指示:\n..\n\n### 応答:\n..[end]\n\n
 *
 * plain and shiji end an answer with the tokenizer's own end token (</s>,
 * <|endoftext|>, ...), which is no text; a system message stands before them as
 * it is.
 *
 * Tokens: neighbouring untrained text is encoded as one, what is trained apart
 * from it: a prompt gives the same tokens in training as in generating.  The
 * begin token is put once, by llama3 only.
 *
 * Ownership  a rendering borrows the messages' text; use one again and again
 * Errors     ERR_FORMAT: a role that the template cannot place
 * Threads    a rendering each
 * Source     ChatML as in Qwen2.5's tokenizer_config.json, Llama 3's model
 *            card; dates and default system texts are left out
 */
#ifndef MODEL_TEMPLATE_H
#define MODEL_TEMPLATE_H

#include "model/tokenizer.h"

enum template {
	TEMPLATE_PLAIN,
	TEMPLATE_SHIJI,
	TEMPLATE_CHATML,
	TEMPLATE_LLAMA3,
	TEMPLATES,
};

/* "chatml"; template_find() is -1 for a name that is none. */
const char *template_name(enum template template);
int template_find(const char *name);

struct chat_message {
	struct str role, content; /* system, user, assistant, tool */
};

enum piece_kind {
	PIECE_TEXT,
	PIECE_MARK, /* its text is the name of a token */
	PIECE_END,  /* the tokenizer's end token, no text */
};

struct piece {
	struct str text;
	enum piece_kind kind;
	bool trained;
};

struct rendering {
	struct piece *piece; /* (n) */
	size_t n, room;
	struct buf run; /* scratch */
	struct tokens part;
	uint32_t *id;        /* (tokens), after rendering_tokens() */
	unsigned char *mask; /* (tokens) 1: trained */
	size_t tokens, id_room, mask_room;
};

/*
 * The conversation, or with `generate` a prompt that asks for the next answer.
 */
int template_render(enum template template, const struct chat_message *message,
		    size_t n, bool generate, struct rendering *rendering);

/* Marks as they are written, end tokens as nothing. */
void rendering_text(const struct rendering *rendering, struct buf *out);

/*
 * Fill id, mask and tokens.  A mark that the tokenizer does not know is
 * encoded as text; an end token that it does not have is left out.
 */
void rendering_tokens(struct rendering *rendering,
		      const struct tokenizer *tokenizer);
void rendering_free(struct rendering *rendering);

/* The token that ends an answer: where generating stops. */
bool template_stop(enum template template, const struct tokenizer *tokenizer,
		   uint32_t *id);

#endif
