/*
 * attention.h - scaled dot-product attention over spans, forward and backward
 *
 * Query i sees the keys [from[i], to[i]).  That one rule covers all uses:
 *
 *     causal                from = 0             to = i + 1
 *     causal, packed        from = document      to = i + 1
 *     bidirectional         from = 0             to = T
 *     padded or packed      from = document      to = end of document
 *     one new token         from = 0             to = tokens so far
 *
 * Scores are products of matrices over blocks of 64 queries and only the keys
 * that some query of the block sees, so the causal half costs half, and packed
 * documents cost what they would cost alone.
 *
 * Heads lie side by side in a row: head h of query i is q[i ldq + h D].  With
 * fewer key heads than query heads, H / KV neighbours share one.
 *
 *     struct attention a = { .queries = T, .keys = T, .heads = H,
 *                            .kv_heads = H, .d = D, .from = from, .to = to };
 *     attention(&a, qkv, ld, qkv + C, qkv + 2 * C, ld, out, C, probs);
 *
 * probs      (H, queries, keys) keeps the probabilities for the backward;
 *            (64, keys) of scratch will do for a forward alone, with
 *            a.forward_only
 * Ownership  the caller owns every array
 * Threads    any number at once, on arrays of their own
 */
#ifndef NN_ATTENTION_H
#define NN_ATTENTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ATTENTION_BLOCK = 64 };

struct attention {
	size_t queries, keys, heads, kv_heads, d;
	const uint32_t *from, *to; /* (queries) */
	bool forward_only;         /* probs is scratch of one block */
};

/* Spans of documents packed one after the other: start (documents), of T. */
void attention_spans(const uint32_t *start, size_t documents, size_t tokens,
		     bool causal, uint32_t *from, uint32_t *to);

/* out (queries, ldo) = softmax(q k' / sqrt(D)) v, head by head */
void attention(const struct attention *a, const float *q, size_t ldq,
	       const float *k, const float *v, size_t ldkv, float *out,
	       size_t ldo, float *probs);

/*
 * dq = ..., dk += ..., dv += ...; the layouts are those of q, k and v.  dk and
 * dv start at zero.  scratch (64, keys).
 */
void attention_grad(const struct attention *a, const float *dout, size_t ldo,
		    const float *q, size_t ldq, const float *k, const float *v,
		    size_t ldkv, const float *probs, float *dq, float *dk,
		    float *dv, float *scratch);

#endif
