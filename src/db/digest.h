/*
 * digest.h - one number for all pairs, decisions and verdicts of a database
 *
 * Equal content gives the equal digest, whatever the order in which files were
 * ingested, whatever the ids, and however the pairs are spread over databases.
 * So a pair is known by the SHA-256 of its file and its record there, and each
 * row is hashed for itself and the hashes are added:
 *
 *     digest = sum over rows of XXH3-128(row)      mod 2^128
 *
 *     pair      "p" file record text-digest lang lang_response category
 *     decision  "d" file record stage reason [file record of the other pair]
 *               [benchmark record] value threshold
 *     verdict   "v" file record verdict
 *
 * Numbers are 8 bytes, little-endian; a text is its length (8 bytes; all ones
 * when absent) and its bytes.  Pairs of unfinished sources do not count, nor
 * do findings and scores: they take nothing out.
 *
 * Digests of parts of a corpus can be added up.  XXH3 finds accidents; it is
 * no proof against somebody who means to deceive.
 *
 *     rc = digest_read(&digest, &db);
 *     digest_hex(&digest, text);
 */
#ifndef DB_DIGEST_H
#define DB_DIGEST_H

#include "base/hash.h"
#include "db/db.h"

enum { DIGEST_HEX = 33 }; /* 32 digits and a NUL */

struct digest {
	struct hash128 sum;
	uint64_t pairs, decisions, verdicts;
};

/* Read all of it, from one state of the database (inside a transaction). */
int digest_read(struct digest *digest, struct db *db);
void digest_hex(const struct digest *digest, char out[DIGEST_HEX]);

#endif
