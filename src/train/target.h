/*
 * target.h - what a small encoder should learn of a large one's vectors
 *
 * The cosines of multilingual encoders crowd together, and each language has a
 * corner of its own.  So a target is not the teacher's vector t but
 *
 *     y = normalised( L^-1/4  B (t - mean of the language of the text) )
 *
 * with B (D, R) the D first principal directions of all such differences and L
 * their variances.  The power -1/4 stands between the teacher's own cosines (0)
 * and whitening (-1/2), and is better than both (STS-B and JSTS, +1 to +2).
 *
 * Fit once and keep the file: another fit would turn the space.
 *
 * Languages  Han and kana, or anything else: by the text the teacher read
 * Ownership  the struct owns its arrays
 * Errors     ERR_NOMEM; ERR_FORMAT, fewer vectors than dimensions
 */
#ifndef TRAIN_TARGET_H
#define TRAIN_TARGET_H

#include "base/str.h"
#include "train/npy.h"

enum { TARGET_LANGUAGES = 2 };

struct target {
	size_t raw, d;
	float *mean;  /* (TARGET_LANGUAGES, raw) */
	float *basis; /* (d, raw) rows scaled by L^-1/4 */
	float *variance; /* (d) L, largest first */
};

/* 0: Han or kana make up a third of the letters; 1: else. */
unsigned target_language(struct str text);

/* language (npy->rows) is that of each row's text. */
int target_fit(struct target *target, const struct npy *npy,
	       const unsigned char *language, size_t d);
void target_free(struct target *target);

/* out (d) of a teacher's vector (raw). */
void target_of(const struct target *target, const float *vector,
	       unsigned language, float *out);

/* As safetensors: mean, basis, variance. */
int target_save(const struct target *target, const char *path);
int target_load(struct target *target, const char *path);

#endif
