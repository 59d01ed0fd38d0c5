/*
 * corpus.h - what a model is trained on: documents of tokens with a mask
 *
 * A document is a tokenised conversation (the mask says which tokens the loss
 * counts) or a plain text (it counts all of them).  They come from a folder of
 * shards, as `itdata export` writes them (token shards as they are; JSON lines
 * of any of its layouts through a chat template and a tokenizer), and from
 * text files.
 *
 *     struct corpus corpus = { 0 };
 *     rc = corpus_add_folder(&corpus, "shards/", "train", &how);
 *     rc = corpus_add_text(&corpus, "wiki.txt", &how);
 *     corpus_free(&corpus);
 *
 * A document's group comes from the keys lang and category of its line, or of
 * the line in meta/ that an export wrote beside it.
 *
 * A text file is UTF-8 with an empty line between documents, or JSON lines
 * with "text"; may be packed (gz, zst).
 *
 * Memory     5 bytes a token, 12 a document
 * Errors     ERR_ABSENT: no shard of this split; ERR_FORMAT: a line that is no
 *            example, or shards made with another tokenizer or template
 */
#ifndef TRAIN_CORPUS_H
#define TRAIN_CORPUS_H

#include "base/map.h"
#include "model/template.h"
#include "model/tokenizer.h"
#include "read/scan.h"

struct corpus {
	uint32_t *token;     /* (n) */
	unsigned char *mask; /* (n) 1: the loss counts its prediction */
	size_t n, token_room, mask_room;
	size_t *start; /* (documents + 1), after the first document */
	size_t documents, start_room;
	uint32_t *group;   /* (documents) its language and category */
	size_t group_room;
	struct map groups; /* their names: "ja/translation" */
	size_t files, cut; /* read; documents cut to `most` */
	int template;      /* of token shards, -1 when there were none */
};

struct corpus_how {
	const struct tokenizer *tokenizer; /* NULL: token shards only */
	const char *tokenizer_path;        /* its file, for its SHA-256 */
	enum template template;
	uint32_t vocabulary; /* of the model: every token is below it */
	int64_t stop;        /* put behind each text; -1 nothing */
	size_t most;         /* tokens of a document; 0 no limit */
};

/* Shards of a split ("train", "val"); returns how many, 0 is no error. */
int corpus_add_folder(struct corpus *corpus, const char *folder,
		      const char *split, const struct corpus_how *how);
int corpus_add_text(struct corpus *corpus, const char *path,
		    const struct corpus_how *how);

/*
 * One conversation of an export's layouts as messages in arena; 0 when the
 * value is none of them.
 */
size_t corpus_messages(const struct value *value, struct arena *arena,
		       struct chat_message **message);
void corpus_free(struct corpus *corpus);

#endif
