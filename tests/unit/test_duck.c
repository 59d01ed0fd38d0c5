/* test_duck.c - DuckDB's library, where it is installed; else skipped */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/err.h"
#include "db/duck.h"

static int open_duck(void **state)
{
	static struct duck duck;

	*state = duck_open(&duck, "this test", 64) == 0 ? &duck : NULL;
	return 0;
}

static int close_duck(void **state)
{
	if (*state)
		duck_close(*state);
	return 0;
}

static struct duck *duck_of(void **state)
{
	if (!*state)
		skip();
	return *state;
}

static void an_absent_library_is_an_error_that_says_what_to_do(void **state)
{
	struct duck duck;
	const char *named = getenv("ITDATA_DUCKDB");
	char *before = named ? strdup(named) : NULL;

	(void)state;
	setenv("ITDATA_DUCKDB", "/nowhere/libduckdb.so", 1);
	assert_int_equal(duck_open(&duck, "Parquet", 64), ERR_ABSENT);
	assert_non_null(strstr(err_text(), DUCK_INSTALL));
	duck_close(&duck);
	unsetenv("ITDATA_DUCKDB");
	if (before)
		setenv("ITDATA_DUCKDB", before, 1);
	free(before);
}

static void rows_come_in_order_with_their_values(void **state)
{
	struct duck *duck = duck_of(state);
	struct duck_rows rows;
	int64_t expected = 0;

	assert_int_equal(duck_query(duck,
				    "SELECT i, CASE i % 3 WHEN 0 THEN 'ネコ' "
				    "WHEN 1 THEN repeat('x', 13) END "
				    "FROM range(5000) t(i)", &rows), 0);
	while (duck_next(&rows) > 0)
		for (size_t i = 0; i < rows.n; i++, expected++) {
			struct str text = duck_text(&rows, 1, i);

			assert_int_equal(duck_int(&rows, 0, i), expected);
			if (expected % 3 == 0)
				assert_true(str_is(text, "ネコ"));
			else if (expected % 3 == 1)
				assert_true(str_is(text, "xxxxxxxxxxxxx"));
			else
				assert_null(text.at);
		}
	assert_int_equal(expected, 5000);
	duck_rows_free(&rows);
}

static void a_wrong_statement_is_an_error_on_one_line(void **state)
{
	struct duck *duck = duck_of(state);
	struct duck_rows rows;

	assert_int_equal(duck_run(duck, "SELECT * FRUM x"), ERR_FORMAT);
	assert_null(strchr(err_text(), '\n'));
	assert_int_equal(duck_query(duck, "SELECT 1 +", &rows), ERR_FORMAT);
	duck_rows_free(&rows);
	/* one that fails half way */
	assert_int_equal(duck_query(duck, "SELECT CASE WHEN i = 99999 THEN "
					  "error('halt') ELSE 'ok' END "
					  "FROM range(100000) t(i)", &rows), 0);
	for (int rc = 1; rc != ERR_FORMAT;) {
		rc = duck_next(&rows);
		assert_int_not_equal(rc, 0);
	}
	assert_non_null(strstr(err_text(), "halt"));
	duck_rows_free(&rows);
}

static void nothing_comes_from_a_network(void **state)
{
	struct duck *duck = duck_of(state);

	assert_int_equal(duck_run(duck, "FROM 'http://127.0.0.1:9/x.parquet'"),
			 ERR_FORMAT);
	assert_null(strstr(err_text(), "onnect")); /* nobody tried */
}

static void a_quoted_path_is_one_string(void **state)
{
	struct buf sql = { 0 };

	(void)state;
	duck_quote(&sql, "it's; DROP");
	assert_string_equal(sql.at, "'it''s; DROP'");
	buf_free(&sql);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			an_absent_library_is_an_error_that_says_what_to_do),
		cmocka_unit_test(rows_come_in_order_with_their_values),
		cmocka_unit_test(a_wrong_statement_is_an_error_on_one_line),
		cmocka_unit_test(nothing_comes_from_a_network),
		cmocka_unit_test(a_quoted_path_is_one_string),
	};
	return cmocka_run_group_tests(tests, open_duck, close_duck);
}
