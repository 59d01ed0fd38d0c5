/* test_weights.c - safetensors: what is written is read, what lies is refused */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/file.h"
#include "model/weights.h"
#include "nn/half.h"

#define PATH "test_weights.safetensors"

/* A file of this header and n zero bytes behind it. */
static void save(const char *header, size_t length, size_t n)
{
	struct buf text = { 0 };

	for (int i = 0; i < 8; i++)
		buf_byte(&text, (char)((uint64_t)length >> 8 * i));
	buf_text(&text, header);
	while (n--)
		buf_byte(&text, '\0');
	assert_int_equal(file_save(PATH, buf_view(&text)), 0);
	buf_free(&text);
}

static void refused(const char *header, size_t n, const char *says)
{
	struct weights weights;

	save(header, strlen(header), n);
	assert_int_equal(weights_open(&weights, PATH), ERR_FORMAT);
	if (!strstr(err_text(), says) || !strstr(err_text(), PATH))
		fail_msg("%s\nsays %s\nnot %s", header, err_text(), says);
	assert_null(weights.weight);
	remove(PATH);
}

static void what_is_written_is_read(void **state)
{
	static const int8_t small[3] = { -128, 0, 127 };
	static const float wide[4] = { 1, -2.5f, 3e-39f, 4 };
	static const uint16_t half[2] = { 0x3c00, 0xfbff };
	static const struct weight list[] = {
		{ STR("small"), WEIGHT_I8, 1, { 3 }, small, 3 },
		{ STR("half \"x\""), WEIGHT_F16, 2, { 2, 1 }, half, 2 },
		{ STR("wide"), WEIGHT_F32, 2, { 2, 2 }, wide, 4 },
		{ STR("none"), WEIGHT_F32, 2, { 0, 7 }, wide, 0 },
		{ STR("one"), WEIGHT_F32, 0, { 0 }, wide, 1 },
	};
	static const struct weights_note note = { STR("format"), STR("pt") };
	struct weights weights;
	const struct weight *weight;
	float out[4];

	(void)state;
	assert_int_equal(weights_save(PATH, list, 5, &note, 1), 0);
	assert_int_equal(weights_open(&weights, PATH), 0);
	assert_int_equal(weights.n, 5);
	assert_true(str_is(weights_note(&weights, "format"), "pt"));
	assert_null(weights_note(&weights, "absent").at);

	weight = weights_find(&weights, "wide");
	assert_non_null(weight);
	assert_memory_equal(weight_view(weight), wide, sizeof wide);
	weight = weights_find(&weights, "small");
	assert_null(weight_view(weight));
	weight_floats(weight, 1, 2, out);
	assert_true(out[0] == 0 && out[1] == 127);
	weight = weights_find(&weights, "half \"x\"");
	weight_floats(weight, 0, 2, out);
	assert_true(out[0] == 1 && out[1] == -65504);
	assert_int_equal(weights_find(&weights, "none")->n, 0);
	assert_int_equal(weights_find(&weights, "one")->n, 1);
	assert_null(weights_find(&weights, "missing"));
	weights_close(&weights);
	remove(PATH);
}

static void a_wrong_shape_is_named(void **state)
{
	static const float x[6];
	static const struct weight list = { STR("x"), WEIGHT_F32, 2, { 2, 3 },
					    x, 6 };
	const struct weight *found;
	struct weights weights;

	(void)state;
	assert_int_equal(weights_save(PATH, &list, 1, NULL, 0), 0);
	assert_int_equal(weights_open(&weights, PATH), 0);
	assert_int_equal(weights_need(&weights, "x", 2,
				      (uint64_t[]){ 2, 3 }, &found), 0);
	assert_int_equal(found->n, 6);
	assert_int_equal(weights_need(&weights, "x", 2,
				      (uint64_t[]){ 3, 2 }, &found),
			 ERR_FORMAT);
	assert_string_equal(err_text(),
			    "array \"x\" has the shape (2, 3), not (3, 2)");
	assert_int_equal(weights_need(&weights, "y", 2,
				      (uint64_t[]){ 3, 2 }, &found),
			 ERR_ABSENT);
	weights_close(&weights);
	remove(PATH);
}

#define ARRAY(name, type, shape, from, to)                                  \
	"\"" name "\":{\"dtype\":\"" type "\",\"shape\":" shape             \
	",\"data_offsets\":[" from "," to "]}"

static void a_header_that_lies_is_refused(void **state)
{
	(void)state;
	refused("[]", 0, "no JSON object");
	refused("{\"a\":1", 0, "no JSON object");
	refused("{} x", 0, "no JSON object");
	refused("{\"\xff\":{}}", 0, "UTF-8");
	refused("{\"a\":1}", 0, "not an object");
	refused("{\"a\":{}}", 0, "dtype");
	refused("{" ARRAY("a", "F31", "[1]", "0", "4") "}", 4, "\"F31\"");
	refused("{" ARRAY("a", "F32", "1", "0", "4") "}", 4, "no shape");
	refused("{" ARRAY("a", "F32", "[-1]", "0", "4") "}", 4, "whole");
	refused("{" ARRAY("a", "F32", "[1.5]", "0", "6") "}", 6, "whole");
	refused("{" ARRAY("a", "F32", "[1e300]", "0", "4") "}", 4, "whole");
	refused("{" ARRAY("a", "F32", "[1,1,1,1,1,1,1,1,1]", "0", "4") "}", 4,
		"8 dimensions");
	/* 2^32 * 2^32 elements would be 0 modulo 2^64. */
	refused("{" ARRAY("a", "F32", "[4294967296,4294967296]", "0", "0")
		"}", 0, "larger than memory");
	/* 2^62 elements of 4 bytes would be 0 modulo 2^64. */
	refused("{" ARRAY("a", "F32", "[4294967296,1073741824]", "0", "0")
		"}", 0, "larger than memory");
	refused("{" ARRAY("a", "F32", "[2]", "0", "4") "}", 4,
		"takes 8 bytes");
	refused("{" ARRAY("a", "F32", "[1]", "4", "0") "}", 4, "not in");
	refused("{" ARRAY("a", "F32", "[1]", "0", "4") "}", 3, "not in");
	refused("{" ARRAY("a", "F32", "[1]", "-4", "0") "}", 4, "data_offs");
	refused("{" ARRAY("a", "F32", "[1]", "0", "1e19") "}", 4,
		"data_offs");
	refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, "data_offs");
	refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],"
		"\"data_offsets\":[0,4,8]}}", 4, "data_offs");
	refused("{" ARRAY("a", "U8", "[4]", "0", "4") ","
		ARRAY("b", "U8", "[4]", "3", "7") "}", 7, "another array");
	refused("{" ARRAY("a", "U8", "[4]", "0", "4") ","
		ARRAY("b", "U8", "[4]", "5", "9") "}", 9, "no array");
	refused("{" ARRAY("a", "U8", "[4]", "1", "5") "}", 5, "no array");
	refused("{" ARRAY("a", "U8", "[4]", "0", "4") "}", 5,
		"1 bytes at its end");
	refused("{" ARRAY("a", "U8", "[2]", "0", "2") ","
		ARRAY("a", "U8", "[2]", "2", "4") "}", 4, "twice");
	refused("{\"__metadata__\":{\"a\":1}}", 0, "no string");
	refused("{\"__metadata__\":[]}", 0, "no object");
}

static void a_length_that_lies_is_refused(void **state)
{
	static const size_t length[] = { 0, 1, 3, SIZE_MAX, SIZE_MAX - 7,
					 (size_t)1 << 40 };
	struct weights weights;

	(void)state;
	for (size_t i = 0; i < sizeof length / sizeof *length; i++) {
		save("{}", length[i], 0);
		assert_int_equal(weights_open(&weights, PATH), ERR_FORMAT);
		assert_non_null(strstr(err_text(), "safetensors"));
	}
	assert_int_equal(file_save(PATH, STR("short")), 0);
	assert_int_equal(weights_open(&weights, PATH), ERR_FORMAT);
	assert_int_equal(file_save(PATH, STR("")), 0);
	assert_int_equal(weights_open(&weights, PATH), ERR_FORMAT);
	remove(PATH);
	assert_int_equal(weights_open(&weights, PATH), ERR_ABSENT);
}

/* Every prefix of a good file is refused, and every flipped bit survives. */
static void cut_and_damaged_files_do_no_harm(void **state)
{
	static const float x[4] = { 1, 2, 3, 4 };
	static const struct weight list[] = {
		{ STR("x"), WEIGHT_F32, 1, { 4 }, x, 4 },
		{ STR("y"), WEIGHT_BF16, 1, { 2 }, x, 2 },
	};
	struct buf whole = { 0 };
	struct weights weights;

	(void)state;
	assert_int_equal(weights_save(PATH, list, 2, NULL, 0), 0);
	assert_int_equal(file_load(PATH, 1 << 20, &whole), 0);
	for (size_t n = 0; n < whole.n; n++) {
		FILE *file = fopen(PATH, "wb");

		assert_int_equal(fwrite(whole.at, 1, n, file), n);
		fclose(file);
		assert_int_equal(weights_open(&weights, PATH), ERR_FORMAT);
	}
	for (size_t n = 0; n < 8 * whole.n; n++) {
		FILE *file = fopen(PATH, "wb");

		whole.at[n / 8] ^= (char)(1 << n % 8);
		assert_int_equal(fwrite(whole.at, 1, whole.n, file), whole.n);
		whole.at[n / 8] ^= (char)(1 << n % 8);
		fclose(file);
		if (weights_open(&weights, PATH) == 0)
			weights_close(&weights);
	}
	buf_free(&whole);
	remove(PATH);
}

static void arrays_that_are_not_aligned_are_read(void **state)
{
	const struct weight *weight;
	struct weights weights;
	float out;

	(void)state;
	save("{" ARRAY("a", "U8", "[1]", "0", "1") ","
	     ARRAY("b", "F32", "[1]", "1", "5") "}   ",
	     strlen("{" ARRAY("a", "U8", "[1]", "0", "1") ","
		    ARRAY("b", "F32", "[1]", "1", "5") "}   "), 5);
	assert_int_equal(weights_open(&weights, PATH), 0);
	weight = weights_find(&weights, "b");
	weight_floats(weight, 0, 1, &out);
	assert_true(out == 0);
	weights_close(&weights);
	remove(PATH);
}

static void a_model_in_several_files_is_one(void **state)
{
	static const float x[2] = { 1, 2 };
	static const struct weight a = { STR("a"), WEIGHT_F32, 1, { 1 }, x, 1 };
	static const struct weight b = { STR("b"), WEIGHT_F32, 1, { 2 }, x, 2 };
	static const char index[] = "w/model.safetensors.index.json";
	struct weights weights;

	(void)state;
	assert_int_equal(file_folder("w"), 0);
	assert_int_equal(weights_open(&weights, "w"), ERR_ABSENT);
	assert_int_equal(weights_save("w/1.safetensors", &a, 1, NULL, 0), 0);
	assert_int_equal(weights_save("w/2.safetensors", &b, 1, NULL, 0), 0);
	assert_int_equal(file_save(index, STR(
		"{\"weight_map\":{\"a\":\"1.safetensors\","
		"\"b\":\"2.safetensors\"}}")), 0);
	assert_int_equal(weights_open(&weights, "w"), 0);
	assert_int_equal(weights_find(&weights, "b")->n, 2);
	assert_int_equal(weights_find(&weights, "a")->n, 1);
	weights_close(&weights);

	assert_int_equal(file_save(index, STR(
		"{\"weight_map\":{\"c\":\"1.safetensors\"}}")), 0);
	assert_int_equal(weights_open(&weights, "w"), ERR_FORMAT);
	assert_non_null(strstr(err_text(), "\"c\""));
	assert_int_equal(file_save(index, STR(
		"{\"weight_map\":{\"a\":\"../1.safetensors\"}}")), 0);
	assert_int_equal(weights_open(&weights, "w"), ERR_FORMAT);
	assert_int_equal(file_save(index, STR("{}")), 0);
	assert_int_equal(weights_open(&weights, "w"), ERR_FORMAT);
	remove(index);
	remove("w/1.safetensors");
	remove("w/2.safetensors");
	rmdir("w");
}

static void half_precision_rounds_to_the_nearest(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 0x10000; i++) {
		float x = half_float((uint16_t)i), y = bfloat_float((uint16_t)i);

		if ((i & 0x7c00) != 0x7c00 || !(i & 0x3ff)) /* a number */
			assert_int_equal(float_half(x), i);
		if (y == y)
			assert_int_equal(float_bfloat(y), i);
	}
	assert_int_equal(float_half(1 + 0x1p-11f), 0x3c00); /* tie: even */
	assert_int_equal(float_half(1 + 0x3p-11f), 0x3c02);
	assert_int_equal(float_half(65519), 0x7bff);
	assert_int_equal(float_half(65520), 0x7c00);
	assert_int_equal(float_half(-1e-9f), 0x8000);
	assert_int_equal(float_bfloat(1 + 0x1p-8f), 0x3f80);
	assert_int_equal(float_bfloat(1 + 0x3p-8f), 0x3f82);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(a_wrong_shape_is_named),
		cmocka_unit_test(a_header_that_lies_is_refused),
		cmocka_unit_test(a_length_that_lies_is_refused),
		cmocka_unit_test(cut_and_damaged_files_do_no_harm),
		cmocka_unit_test(arrays_that_are_not_aligned_are_read),
		cmocka_unit_test(a_model_in_several_files_is_one),
		cmocka_unit_test(half_precision_rounds_to_the_nearest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
