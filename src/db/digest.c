/* digest.c - one number for all pairs, decisions and verdicts of a database */
#include "db/digest.h"

#include <stdio.h>

#include "base/buf.h"

static void put_number(struct buf *row, uint64_t n)
{
	unsigned char byte[8];

	for (int i = 0; i < 8; i++)
		byte[i] = (unsigned char)(n >> 8 * i);
	buf_put(row, byte, sizeof byte);
}

static void put_real(struct buf *row, double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof bits);
	put_number(row, bits);
}

/* A column by its type, so that NULL, 0 and '' differ. */
static void put_column(struct buf *row, sqlite3_stmt *stmt, int column)
{
	int n;

	switch (sqlite3_column_type(stmt, column)) {
	case SQLITE_INTEGER:
		put_number(row, (uint64_t)sqlite3_column_int64(stmt, column));
		break;
	case SQLITE_FLOAT:
		put_real(row, sqlite3_column_double(stmt, column));
		break;
	case SQLITE_NULL:
		put_number(row, UINT64_MAX);
		break;
	default:
		n = sqlite3_column_bytes(stmt, column);
		put_number(row, (uint64_t)n);
		buf_put(row, sqlite3_column_blob(stmt, column), (size_t)n);
	}
}

static void add(struct hash128 *sum, const struct buf *row)
{
	struct hash128 h = hash128(row->at, row->n);

	sum->low += h.low;
	sum->high += h.high + (sum->low < h.low);
}

static int add_rows(struct digest *digest, struct db *db, const char *sql,
		    char kind, uint64_t *rows)
{
	struct buf row = { 0 };
	sqlite3_stmt *stmt;
	int rc = db_prepare(db, sql, &stmt), step;

	if (rc < 0)
		return rc;
	while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
		buf_clear(&row);
		buf_byte(&row, kind);
		for (int i = 0; i < sqlite3_column_count(stmt); i++)
			put_column(&row, stmt, i);
		add(&digest->sum, &row);
		++*rows;
	}
	if (step != SQLITE_DONE)
		rc = db_fail(db, "reading all pairs");
	sqlite3_finalize(stmt);
	buf_free(&row);
	return rc;
}

int digest_read(struct digest *digest, struct db *db)
{
	int rc;

	*digest = (struct digest){ 0 };
	if ((rc = add_rows(digest, db, SQL_DIGEST_PAIR, 'p',
			   &digest->pairs)) < 0 ||
	    (rc = add_rows(digest, db, SQL_DIGEST_DECISION, 'd',
			   &digest->decisions)) < 0)
		return rc;
	if ((rc = add_rows(digest, db, SQL_DIGEST_VERDICT, 'v',
			   &digest->verdicts)) < 0)
		return rc;
	return add_rows(digest, db, SQL_DIGEST_EDIT, 'e', &digest->verdicts);
}

void digest_hex(const struct digest *digest, char out[DIGEST_HEX])
{
	snprintf(out, DIGEST_HEX, "%016llx%016llx",
		 (unsigned long long)digest->sum.high,
		 (unsigned long long)digest->sum.low);
}
