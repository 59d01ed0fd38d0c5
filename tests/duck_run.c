/*
 * duck_run.c - SQL from stdin for DuckDB, for tests that need Parquet files
 *
 *     echo "COPY (SELECT 1 AS a) TO 'a.parquet' (FORMAT parquet)" | duck_run
 *
 * Exit 77, which skips a test, when the library is absent.
 */
#include <stdio.h>

#include "base/err.h"
#include "db/duck.h"

int main(void)
{
	struct buf sql = { 0 };
	struct duck duck;
	int c, rc = duck_open(&duck, "this test", 1024);

	while ((c = getchar()) != EOF)
		buf_byte(&sql, (char)c);
	if (rc == 0)
		rc = duck_run(&duck, buf_view(&sql).at);
	if (rc < 0)
		fprintf(stderr, "duck_run: %s\n", err_text());
	duck_close(&duck);
	buf_free(&sql);
	return rc == ERR_ABSENT ? 77 : rc < 0;
}
