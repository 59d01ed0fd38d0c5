/*
 * lesson.h - texts with the vectors they should get
 *
 * A line of the text file is a text, and behind tabs other texts that mean the
 * same, translations say.  Row i of the teacher's file is the vector of the
 * first text of line i; all texts of the line are to get it.  So a student
 * learns Japanese from a teacher that read the English only.
 *
 * Texts are kept as what the student sees: tokens, and hashed n-grams.
 *
 *     text i      token[token_end[i - 1] .. token_end[i]), bucket alike
 *     target      (rows, d); text i should get target[row[i]]
 *
 * Ownership  the struct owns its arrays
 * Errors     ERR_IO, ERR_FORMAT: as many lines as rows are needed, in UTF-8
 */
#ifndef TRAIN_LESSON_H
#define TRAIN_LESSON_H

#include "base/par.h"
#include "model/ngram.h"
#include "model/tokenizer.h"
#include "train/target.h"

struct features {
	uint32_t *token, *bucket;
	size_t *token_end, *bucket_end; /* (texts) */
	size_t texts, tokens, buckets;  /* buckets: in all texts together */
	size_t token_room, bucket_room, token_end_room, bucket_end_room;
};

/* Text i of them, and what a row of it counts: 1 / sqrt(rows). */
struct view {
	const uint32_t *token, *bucket;
	size_t tokens, buckets;
	float token_weight, bucket_weight;
};

struct view features_view(const struct features *features, size_t i);

struct student_input {
	const struct tokenizer *tokenizer;
	uint32_t buckets; /* of the n-gram table */
	size_t most;      /* tokens of a text */
};

/* What the student sees of n texts, in their order. */
void features_make(struct features *features, const struct student_input *in,
		   const struct str *text, size_t n, struct par *par);
void features_free(struct features *features);

struct lesson {
	struct buf file;
	struct str *text; /* (features.texts) */
	uint32_t *row;    /* (features.texts) */
	struct features features;
	size_t rows, d;
	float *target;    /* (rows, d) */
};

/*
 * Read and prepare.  target is fitted when its d is 0, and else used as it is.
 */
int lesson_read(struct lesson *lesson, const char *text_path,
		const char *teacher_path, const struct student_input *in,
		size_t d, struct target *target, struct par *par);
void lesson_free(struct lesson *lesson);

/* A text file, unpacked, at most 4 GiB. */
int text_read(const char *path, struct buf *out);

#endif
