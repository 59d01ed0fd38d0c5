/* test_base.c - what the headers of src/base promise */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/json.h"
#include "base/map.h"
#include "base/par.h"
#include "base/rng.h"

static void a_wrapped_error_says_where_and_what(void **state)
{
	(void)state;
	err_set(ERR_FORMAT, "not JSON");
	assert_int_equal(err_wrap(ERR_FORMAT, "a.jsonl:%d", 3), ERR_FORMAT);
	assert_string_equal(err_text(), "a.jsonl:3: not JSON");
	assert_int_equal(err_set(ERR_IO, "%s!", err_text()), ERR_IO);
	assert_string_equal(err_text(), "a.jsonl:3: not JSON!");
}

static void an_arena_keeps_what_it_gave_until_reset(void **state)
{
	struct arena arena = { 0 };
	char *kept[1000];

	(void)state;
	for (int i = 0; i < 1000; i++) {
		char text[200];

		memset(text, 'a' + i % 26, sizeof text);
		kept[i] = arena_copy(&arena, text, (size_t)(i % 200));
		assert_int_equal((uintptr_t)kept[i] % 16, 0);
	}
	for (int i = 0; i < 1000; i++) {
		assert_int_equal(strlen(kept[i]), i % 200);
		if (i % 200)
			assert_int_equal(kept[i][0], 'a' + i % 26);
	}
	arena_copy(&arena, "big", 3);
	assert_non_null(arena_alloc(&arena, 1 << 20));
	arena_reset(&arena);
	assert_int_equal(arena.used, 0);
	arena_free(&arena);
}

static void names_are_numbered_in_order_of_first_sight(void **state)
{
	struct map map = { 0 };
	uint32_t number;
	char key[20];

	(void)state;
	assert_false(map_find(&map, STR("ja"), &number));
	for (uint32_t round = 0; round < 2; round++)
		for (uint32_t i = 0; i < 5000; i++) {
			int n = snprintf(key, sizeof key, "name %u", i);

			assert_int_equal(
				map_add(&map, (struct str){ key, (size_t)n }),
				i);
		}
	assert_true(map_find(&map, STR("name 4711"), &number));
	assert_int_equal(number, 4711);
	assert_false(map_find(&map, STR("name 5000"), &number));
	assert_true(str_is(map_key(&map, 17), "name 17"));
	map_free(&map);
}

/* Every byte at every place of a short text, as a plain loop would do it. */
static void json_escapes_at_any_place(void **state)
{
	(void)state;
	for (int c = 0; c < 0x80; c++)
		for (size_t at = 0; at < 20; at++) {
			char text[24], plain[32];
			struct buf out = { 0 };
			size_t n;

			memcpy(text, "xx\xe3\x83\x8dxxxxxxxxxxxxxxxxxxx", 24);
			if (at >= 2 && at < 5)
				continue;
			text[at] = (char)c;
			memcpy(plain, text, at);
			n = at;
			if (c == '"' || c == '\\')
				n += (size_t)sprintf(plain + n, "\\%c", c);
			else if (c == '\n' || c == '\r' || c == '\t')
				n += (size_t)sprintf(plain + n, "\\%c",
						     c == '\n'   ? 'n'
						     : c == '\r' ? 'r'
								 : 't');
			else if (c < 0x20 || c == 0x7f)
				n += (size_t)sprintf(plain + n, "\\u%04x", c);
			else
				plain[n++] = (char)c;
			memcpy(plain + n, text + at + 1, 20 - at - 1);
			json_escape(&out, (struct str){ text, 20 });
			assert_int_equal(out.n, n + 20 - at - 1);
			assert_memory_equal(out.at, plain, out.n);
			buf_free(&out);
		}
}

static void json_is_escaped_and_separated(void **state)
{
	struct buf out = { 0 };
	struct json json = { .out = &out };

	(void)state;
	json_open(&json, '{');
	json_key(&json, "text");
	json_text(&json, "\"ネコ\\\n\x01\x7f");
	json_key(&json, "list");
	json_open(&json, '[');
	json_int(&json, -3);
	json_real(&json, 0.1);
	json_real(&json, 1.0 / 0.0);
	json_bool(&json, true);
	json_text(&json, "\xe2\x80\xa8|\xe2\x80\xaa");
	json_close(&json, ']');
	json_close(&json, '}');
	assert_string_equal(out.at,
			    "{\"text\":\"\\\"ネコ\\\\\\n\\u0001\\u007f\","
			    "\"list\":[-3,0.1,null,true,"
			    "\"\\u2028|\xe2\x80\xaa\"]}");
	buf_free(&out);
}

/* -- par -- */

struct numbers {
	uint64_t next, end, fail_at, sum;
	uint64_t written[1000];
	size_t n;
};

static int read_number(void *context, void *item)
{
	struct numbers *numbers = context;

	if (numbers->next == numbers->end)
		return 0;
	*(uint64_t *)item = numbers->next++;
	return 1;
}

static int square(void *context, void *item)
{
	struct numbers *numbers = context;
	uint64_t *x = item;

	if (*x == numbers->fail_at)
		return err_set(ERR_FORMAT, "item %d", (int)*x);
	for (volatile int spin = 0; spin < (int)(*x % 7) * 1000; spin++)
		;
	*x = *x * *x;
	return 0;
}

static int write_number(void *context, void *item)
{
	struct numbers *numbers = context;

	numbers->written[numbers->n++] = *(uint64_t *)item;
	return 0;
}

static int map_numbers(struct numbers *numbers, unsigned threads)
{
	struct par *par = par_new(threads);
	uint64_t items[16];
	struct par_map map = {
		.read = read_number,
		.work = square,
		.write = write_number,
		.item = items,
		.item_size = sizeof *items,
		.items = par_slots(par) < 16 ? par_slots(par) : 16,
		.context = numbers,
	};
	int rc = par_map(par, &map);

	par_free(par);
	return rc;
}

static void results_come_in_input_order(void **state)
{
	(void)state;
	for (unsigned threads = 1; threads <= 5; threads++) {
		struct numbers numbers = { .end = 1000, .fail_at = 5000 };

		assert_int_equal(map_numbers(&numbers, threads), 0);
		assert_int_equal(numbers.n, 1000);
		for (uint64_t i = 0; i < 1000; i++)
			assert_int_equal(numbers.written[i], i * i);
	}
}

static void items_before_a_failure_are_written_and_none_after(void **state)
{
	(void)state;
	for (unsigned threads = 1; threads <= 5; threads++) {
		struct numbers numbers = { .end = 1000, .fail_at = 321 };

		assert_int_equal(map_numbers(&numbers, threads), ERR_FORMAT);
		assert_string_equal(err_text(), "item 321");
		assert_int_equal(numbers.n, 321);
	}
}

static int fail_on_some(void *context, size_t i)
{
	(void)context;
	return i % 100 == 99 ? err_set(ERR_IO, "at %zu", i) : 0;
}

static void a_loop_reports_its_first_failure(void **state)
{
	struct par *par = par_new(3);

	(void)state;
	assert_int_equal(par_for(par, 99, fail_on_some, NULL), 0);
	assert_int_equal(par_for(par, 100, fail_on_some, NULL), ERR_IO);
	assert_string_equal(err_text(), "at 99");
	par_free(par);
}

/* -- rng -- */

static void a_stream_depends_on_seed_and_name_only(void **state)
{
	struct rng a, b, c;

	(void)state;
	rng_init(&a, 1, "sample");
	rng_init(&b, 1, "sample");
	rng_init(&c, 1, "split");
	assert_int_equal(rng_next(&a), rng_next(&b));
	assert_int_not_equal(rng_next(&a), rng_next(&c));
}

static void numbers_below_n_are_uniform(void **state)
{
	enum { N = 7, DRAWS = 70000 };
	unsigned count[N] = { 0 };
	struct rng rng;

	(void)state;
	rng_init(&rng, 1, "uniform");
	for (int i = 0; i < DRAWS; i++)
		count[rng_below(&rng, N)]++;
	/* standard deviation 92.6; five of them */
	for (int i = 0; i < N; i++)
		assert_in_range(count[i], 10000 - 463, 10000 + 463);
}

/* -- file -- */

static void a_file_appears_whole_or_not_at_all(void **state)
{
	struct buf content = { 0 };
	struct file file;

	(void)state;
	assert_int_equal(file_create(&file, "test_base.out"), 0);
	assert_int_equal(file_write(&file, "abc", 3), 0);
	assert_int_equal(access("test_base.out", F_OK), -1);
	assert_int_equal(file_commit(&file, 0), 0);
	assert_int_equal(file.size, 3);
	assert_string_equal(file.sha256, /* FIPS 180-4, example "abc" */
			    "ba7816bf8f01cfea414140de5dae2223"
			    "b00361a396177a9cb410ff61f20015ad");
	assert_int_equal(file_create(&file, "test_base.out"), 0);
	assert_int_equal(file_write(&file, "xyz", 3), 0);
	assert_int_equal(file_commit(&file, ERR_IO), ERR_IO);
	assert_int_equal(file_load("test_base.out", 10, &content), 0);
	assert_string_equal(content.at, "abc");
	buf_clear(&content);
	assert_int_equal(file_load("test_base.out", 2, &content), ERR_LIMIT);
	buf_free(&content);
	unlink("test_base.out");
}

static void a_shipped_folder_is_named_beside_or_installed(void **state)
{
	struct buf path = { 0 };

	(void)state;
	file_shipped("ITDATA_TEST_FOLDER", "no such folder", "/installed",
		     &path);
	assert_string_equal(path.at, "/installed");
	file_shipped("ITDATA_TEST_FOLDER", ".", "/installed", &path);
	assert_int_equal(path.at[path.n - 2], '/');
	assert_string_not_equal(path.at, "/installed");
	setenv("ITDATA_TEST_FOLDER", "/named", 1);
	file_shipped("ITDATA_TEST_FOLDER", ".", "/installed", &path);
	assert_string_equal(path.at, "/named");
	unsetenv("ITDATA_TEST_FOLDER");
	buf_free(&path);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wrapped_error_says_where_and_what),
		cmocka_unit_test(an_arena_keeps_what_it_gave_until_reset),
		cmocka_unit_test(names_are_numbered_in_order_of_first_sight),
		cmocka_unit_test(json_escapes_at_any_place),
		cmocka_unit_test(json_is_escaped_and_separated),
		cmocka_unit_test(results_come_in_input_order),
		cmocka_unit_test(
			items_before_a_failure_are_written_and_none_after),
		cmocka_unit_test(a_loop_reports_its_first_failure),
		cmocka_unit_test(a_stream_depends_on_seed_and_name_only),
		cmocka_unit_test(numbers_below_n_are_uniform),
		cmocka_unit_test(a_file_appears_whole_or_not_at_all),
		cmocka_unit_test(
			a_shipped_folder_is_named_beside_or_installed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
