/* weights_value.c - elements of any type as floats, and arrays into a file */
#include <stdlib.h>

#include "base/err.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "model/weights.h"
#include "nn/half.h"

/* One loop a type: at may be unaligned, so elements are copied out. */
#define EACH(type, value)                                             \
	for (size_t i = 0; i < n; i++) {                              \
		type x;                                               \
		memcpy(&x, at + i * sizeof x, sizeof x);              \
		out[i] = (float)(value);                              \
	}                                                             \
	break

void weight_floats(const struct weight *weight, size_t from, size_t n,
		   float *out)
{
	const char *at = (const char *)weight->at +
			 from * weight_size(weight->type);

	switch (weight->type) {
	case WEIGHT_F64:
		EACH(double, x);
	case WEIGHT_I64:
		EACH(int64_t, x);
	case WEIGHT_U64:
		EACH(uint64_t, x);
	case WEIGHT_F32:
		memcpy(out, at, n * sizeof *out);
		break;
	case WEIGHT_I32:
		EACH(int32_t, x);
	case WEIGHT_U32:
		EACH(uint32_t, x);
	case WEIGHT_F16:
		EACH(uint16_t, half_float(x));
	case WEIGHT_BF16:
		EACH(uint16_t, bfloat_float(x));
	case WEIGHT_I16:
		EACH(int16_t, x);
	case WEIGHT_U16:
		EACH(uint16_t, x);
	case WEIGHT_I8:
		EACH(int8_t, x);
	case WEIGHT_U8:
	case WEIGHT_BOOL:
		EACH(uint8_t, x);
	}
}

const float *weight_view(const struct weight *weight)
{
	if (weight->type != WEIGHT_F32 ||
	    (uintptr_t)weight->at % sizeof(float) != 0)
		return NULL;
	return weight->at;
}

/* -- writing -- */

static void put_weight(struct json *json, const struct weight *weight,
		       uint64_t begin)
{
	uint64_t size = weight->n * weight_size(weight->type);

	json_str(json, weight->name);
	buf_byte(json->out, ':');
	json->comma = false;
	json_open(json, '{');
	json_key(json, "dtype");
	json_text(json, weight_type_name(weight->type));
	json_key(json, "shape");
	json_open(json, '[');
	for (size_t i = 0; i < weight->dims; i++)
		json_int(json, (int64_t)weight->shape[i]);
	json_close(json, ']');
	json_key(json, "data_offsets");
	json_open(json, '[');
	json_int(json, (int64_t)begin);
	json_int(json, (int64_t)(begin + size));
	json_close(json, ']');
	json_close(json, '}');
}

static void put_header(struct buf *out, const struct weight *const *weight,
		       size_t n, const struct weights_note *note, size_t notes)
{
	struct json json = { .out = out };
	uint64_t at = 0;

	json_open(&json, '{');
	if (notes) {
		json_key(&json, "__metadata__");
		json_open(&json, '{');
		for (size_t i = 0; i < notes; i++) {
			json_str(&json, note[i].key);
			buf_byte(out, ':');
			json.comma = false;
			json_str(&json, note[i].value);
		}
		json_close(&json, '}');
	}
	for (size_t i = 0; i < n; i++) {
		put_weight(&json, weight[i], at);
		at += weight[i]->n * weight_size(weight[i]->type);
	}
	json_close(&json, '}');
	while (out->n % 8)
		buf_byte(out, ' ');
}

static int write_all(struct file *file, const void *at, size_t n)
{
	enum { STEP = 1 << 20 }; /* what the file gathers before it writes */
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i += STEP)
		rc = file_write(file, (const char *)at + i,
				n - i < STEP ? n - i : STEP);
	return rc;
}

/* Elements of 8 bytes first, then 4, 2, 1; else as given. */
static void wide_first(const struct weight *weight, size_t n,
		       const struct weight **sorted)
{
	size_t filled = 0;

	for (size_t size = 8; size; size /= 2)
		for (size_t i = 0; i < n; i++)
			if (weight_size(weight[i].type) == size)
				sorted[filled++] = &weight[i];
}

int weights_save(const char *path, const struct weight *weight, size_t n,
		 const struct weights_note *note, size_t notes)
{
	const struct weight **sorted = mem_array(n + 1, sizeof *sorted);
	unsigned char length[8];
	struct buf header = { 0 };
	struct file file;
	int rc;

	wide_first(weight, n, sorted);
	put_header(&header, sorted, n, note, notes);
	for (int i = 0; i < 8; i++)
		length[i] = (unsigned char)((uint64_t)header.n >> 8 * i);
	if ((rc = file_create(&file, path)) < 0)
		goto done;
	rc = file_write(&file, length, sizeof length);
	if (rc == 0)
		rc = file_write(&file, header.at, header.n);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = write_all(&file, sorted[i]->at,
			       sorted[i]->n * weight_size(sorted[i]->type));
	rc = file_commit(&file, rc);
done:
	buf_free(&header);
	free(sorted);
	return rc;
}
