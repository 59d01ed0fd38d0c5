/*
 * minhash.h - MinHash signatures: how alike are two sets, without the sets
 *
 * A signature keeps, for each of K hash functions, the smallest hash among the
 * members of a set.  Two signatures agree in a slot with probability J, the
 * Jaccard similarity of their sets, so the share of slots in which they agree
 * estimates J with standard error sqrt(J(1-J)/K): at most 0.044 for K = 128.
 *
 *     struct minhash mh;
 *     minhash_init(&mh, 128, seed);
 *     minhash_sign(&mh, shingles, n, sig);
 *     minhash_free(&mh);
 *
 * Function k maps the upper 32 bits x of a member to (x ^ s_k) * m_k modulo
 * 2^32, with random s_k and odd m_k: a bijection, so that any of some random
 * members is as likely to come out smallest.  Members must be well-mixed
 * hashes, as shingles are.
 *
 * Shapes     member (n) uint64, sig (K) uint32
 * Ownership  the caller owns every array; a struct minhash owns its constants
 * Errors     none: sizes are the caller's to check, allocation failure exits
 * Threads    read-only after minhash_init(): workers may share one
 * Speed      AVX-512, AVX2 or plain C, chosen once by the processor or by
 *            ITDATA_ISA (avx512, avx2, scalar); all give the same bits
 * Source     Broder, "On the resemblance and containment of documents", 1997
 */
#ifndef NEAR_MINHASH_H
#define NEAR_MINHASH_H

#include <stddef.h>
#include <stdint.h>

enum { MINHASH_LANES = 16 }; /* K is a multiple of it */

struct minhash {
	uint32_t k;      /* slots in a signature */
	uint32_t *flip;  /* (K) s_k */
	uint32_t *times; /* (K) m_k */
};

/*
 * Draw k hash functions from seed; mh->k is k rounded up to the lanes.  Only
 * signatures of one (k, seed) compare.
 */
void minhash_init(struct minhash *mh, uint32_t k, uint64_t seed);
void minhash_free(struct minhash *mh);

/*
 * Sign the set of n members.  Order and repeats do not change the signature.
 * The empty set signs as all UINT32_MAX and is alike only to itself.
 */
void minhash_sign(const struct minhash *mh, const uint64_t *member, size_t n,
		  uint32_t *sig);

/* The same by the plain loop, to test the others against. */
void minhash_sign_plain(const struct minhash *mh, const uint64_t *member,
			size_t n, uint32_t *sig);

/* Which code minhash_sign() runs: "avx512", "avx2" or "scalar". */
const char *minhash_isa(void);

/* Estimated Jaccard similarity of two signatures of k slots, in [0, 1]. */
double minhash_similarity(const uint32_t *a, const uint32_t *b, uint32_t k);

#endif
