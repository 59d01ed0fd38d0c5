/* parquet.c - the rows of a Parquet file as JSON, one a line */
#include "read/parquet.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/spill.h"

enum { MEMORY = 1024 }; /* MiB at most: a page of a column is unpacked whole */

bool parquet_is(const void *at, size_t n)
{
	return n >= 4 && memcmp(at, "PAR1", 4) == 0;
}

/* A member of an archive becomes a file of its own. */
static int copy_part(int from, uint64_t at, uint64_t size)
{
	enum { ONCE = 1 << 18 };
	char *bytes = mem_alloc(ONCE);
	int fd = spill_file();
	ssize_t n = 1;

	while (fd >= 0 && size && n > 0) {
		n = pread(from, bytes, size < ONCE ? size : ONCE, (off_t)at);
		if (n > 0 && write(fd, bytes, (size_t)n) != n)
			n = -1;
		at += (uint64_t)n;
		size -= n > 0 ? (uint64_t)n : 0;
	}
	free(bytes);
	if (fd < 0 || n >= 0)
		return fd;
	close(fd);
	return err_sys(ERR_IO, "copying it to a temporary file");
}

/* A column as JSON can say it. */
static void put_column(struct buf *sql, struct str name, struct str type)
{
	struct buf quoted = { 0 };

	buf_byte(&quoted, '"');
	for (size_t i = 0; i < name.n; i++)
		buf_print(&quoted, name.at[i] == '"' ? "\"\"" : "%c",
			  name.at[i]);
	buf_byte(&quoted, '"');
	if (str_is(type, "DOUBLE") || str_is(type, "FLOAT"))
		buf_print(sql, "%sCASE WHEN isfinite(%s) THEN %s END AS %s",
			  sql->n ? ", " : "", quoted.at, quoted.at, quoted.at);
	else
		buf_print(sql, "%s%s", sql->n ? ", " : "", quoted.at);
	buf_free(&quoted);
}

/*
 * The path is a descriptor's, so no name is taken for a pattern and no folder
 * for a column.
 */
static int start(struct parquet *p, int fd)
{
	struct buf from = { 0 }, columns = { 0 }, sql = { 0 };
	int rc;

	buf_print(&from,
		  "FROM read_parquet('/proc/self/fd/%d', hive_partitioning = "
		  "false, binary_as_string = true)", fd);
	buf_print(&sql, "SELECT column_name, column_type FROM (DESCRIBE %s)",
		  from.at);
	rc = duck_query(&p->duck, sql.at, &p->rows);
	while (rc >= 0 && (rc = duck_next(&p->rows)) > 0)
		for (size_t i = 0; i < p->rows.n; i++)
			put_column(&columns, duck_text(&p->rows, 0, i),
				   duck_text(&p->rows, 1, i));
	duck_rows_free(&p->rows);
	if (rc == 0) {
		buf_clear(&sql);
		buf_print(&sql, "SELECT CAST(to_json(t) AS VARCHAR) FROM "
				"(SELECT %s %s) AS t", columns.at, from.at);
		rc = duck_query(&p->duck, sql.at, &p->rows);
	}
	buf_free(&from);
	buf_free(&columns);
	buf_free(&sql);
	return rc;
}

int parquet_open(struct parquet *p, int fd, uint64_t from, uint64_t size)
{
	int rc;

	*p = (struct parquet){ .fd = -1 };
	if ((rc = duck_open(&p->duck, "Parquet", MEMORY)) < 0)
		return rc;
	if (size)
		rc = fd = p->fd = copy_part(fd, from, size);
	if (rc >= 0)
		rc = start(p, fd);
	if (rc < 0)
		parquet_close(p);
	return rc < 0 ? rc : 0;
}

ssize_t parquet_read(struct parquet *p, char *at, size_t room)
{
	size_t used = 0;
	int rc;

	while (used < room) {
		size_t n = p->text.n < room - used ? p->text.n : room - used;

		if (p->in_row) {
			memcpy(at + used, p->text.at, n);
			used += n;
			p->text.at += n;
			p->text.n -= n;
			if (used < room) {
				at[used++] = '\n';
				p->in_row = false;
			}
			continue;
		}
		if (p->row == p->rows.n) {
			if (used)
				break;
			p->row = 0;
			if ((rc = duck_next(&p->rows)) <= 0)
				return rc;
		}
		p->text = duck_text(&p->rows, 0, p->row++);
		p->in_row = true;
	}
	return (ssize_t)used;
}

void parquet_close(struct parquet *p)
{
	duck_rows_free(&p->rows);
	duck_close(&p->duck);
	if (p->fd >= 0)
		close(p->fd);
	*p = (struct parquet){ .fd = -1 };
}
