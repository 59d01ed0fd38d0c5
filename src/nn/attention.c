/* attention.c - scaled dot-product attention over spans */
#include "nn/attention.h"

#include <math.h>

#include "nn/gemm.h"
#include "nn/grads.h"
#include "nn/kernel.h"

/* A block of queries and the keys that any of them sees. */
struct block {
	size_t row, rows, first, last;
};

static struct block block_at(const struct attention *a, size_t row)
{
	struct block b = { row, a->queries - row, a->keys, 0 };

	if (b.rows > ATTENTION_BLOCK)
		b.rows = ATTENTION_BLOCK;
	for (size_t i = row; i < row + b.rows; i++) {
		if (a->from[i] < b.first)
			b.first = a->from[i];
		if (a->to[i] > b.last)
			b.last = a->to[i];
	}
	if (b.first > b.last)
		b.first = b.last;
	return b;
}

void attention_spans(const uint32_t *start, size_t documents, size_t tokens,
		     bool causal, uint32_t *from, uint32_t *to)
{
	for (size_t d = 0; d < documents; d++) {
		size_t end = d + 1 < documents ? start[d + 1] : tokens;

		for (size_t i = start[d]; i < end; i++) {
			from[i] = start[d];
			to[i] = (uint32_t)(causal ? i + 1 : end);
		}
	}
}

void attention(const struct attention *a, const float *q, size_t ldq,
	       const float *k, const float *v, size_t ldkv, float *out,
	       size_t ldo, float *probs)
{
	const struct kernel *kern = kernel();
	size_t share = a->heads / a->kv_heads, d = a->d;
	float scale = (float)(1 / sqrt((double)d));

	for (size_t h = 0; h < a->heads; h++)
		for (size_t i = 0; i < a->queries; i += ATTENTION_BLOCK) {
			struct block b = block_at(a, i);
			size_t width = b.last - b.first;
			size_t shared = b.first * ldkv + h / share * d;
			float *p = a->forward_only ?
					   probs :
					   probs + (h * a->queries + i) *
							   a->keys;

			gemm_nt(b.rows, width, d, 1, q + i * ldq + h * d, ldq,
				k + shared, ldkv, 0, p + b.first, a->keys);
			kern->softmax(p, b.rows, a->keys, a->from + i,
				      a->to + i, b.first, b.last, scale);
			gemm_nn(b.rows, d, width, 1, p + b.first, a->keys,
				v + shared, ldkv, 0, out + i * ldo + h * d,
				ldo);
		}
}

void attention_grad(const struct attention *a, const float *dout, size_t ldo,
		    const float *q, size_t ldq, const float *k, const float *v,
		    size_t ldkv, const float *probs, float *dq, float *dk,
		    float *dv, float *scratch)
{
	const struct grads *grad = grads();
	size_t share = a->heads / a->kv_heads, d = a->d;
	float scale = (float)(1 / sqrt((double)d));

	for (size_t h = 0; h < a->heads; h++)
		for (size_t i = 0; i < a->queries; i += ATTENTION_BLOCK) {
			struct block b = block_at(a, i);
			size_t width = b.last - b.first;
			size_t shared = b.first * ldkv + h / share * d;
			size_t mine = i * ldq + h * d;
			const float *dy = dout + i * ldo + h * d;
			const float *p =
				probs + (h * a->queries + i) * a->keys;

			/* dV += P' dY;  dP = dY V' */
			gemm_tn(width, d, b.rows, 1, p + b.first, a->keys, dy,
				ldo, 1, dv + shared, ldkv);
			gemm_nt(b.rows, width, d, 1, dy, ldo, v + shared, ldkv,
				0, scratch + b.first, a->keys);
			grad->softmax(scratch, p, b.rows, a->keys, a->from + i,
				      a->to + i, b.first, b.last, scale);
			/* dQ = dS K;  dK += dS' Q */
			gemm_nn(b.rows, d, width, 1, scratch + b.first,
				a->keys, k + shared, ldkv, 0, dq + mine, ldq);
			gemm_tn(width, d, b.rows, 1, scratch + b.first,
				a->keys, q + mine, ldq, 1, dk + shared, ldkv);
		}
}
