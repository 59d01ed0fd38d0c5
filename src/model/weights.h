/*
 * weights.h - named arrays of numbers in a file: safetensors, read and written
 *
 *     offset  size
 *     0       8     N, the length of the header
 *     8       N     JSON: {"NAME": {"dtype": "F32", "shape": [2, 3],
 *                   "data_offsets": [0, 24]}, ...,
 *                   "__metadata__": {"KEY": "VALUE", ...}}, spaces at the end
 *     8 + N         the arrays, row-major, one after the other
 *
 * All numbers are little-endian; data_offsets count from 8 + N, and the arrays
 * fill the rest of the file without hole or overlap.  A model in several files
 * has a model.safetensors.index.json that says which array is in which file.
 * Files are mapped, not read: an array that nobody touches costs nothing, and
 * processes that use one model share it.
 *
 *     struct weights weights;
 *     if ((rc = weights_open(&weights, "model/")) < 0) ...
 *     if ((rc = weights_need(&weights, "embed", 2, (uint64_t[]){ V, C },
 *                            &embed)) < 0) ...
 *     weight_floats(embed, 0, V * C, table);
 *     weights_close(&weights);
 *
 * Ownership  struct weights owns all of it; a weight is borrowed until
 *            weights_close()
 * Errors     ERR_FORMAT for whatever a header claims that cannot be (nothing
 *            in it is believed), ERR_ABSENT: no such file or array
 * Threads    read-only after weights_open()
 * Source     the format description of the safetensors library, 0.4; a file
 *            whose arrays are not aligned is read as well
 */
#ifndef MODEL_WEIGHTS_H
#define MODEL_WEIGHTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"

enum weight_type {
	WEIGHT_F64,
	WEIGHT_I64,
	WEIGHT_U64,
	WEIGHT_F32,
	WEIGHT_I32,
	WEIGHT_U32,
	WEIGHT_F16,
	WEIGHT_BF16,
	WEIGHT_I16,
	WEIGHT_U16,
	WEIGHT_I8,
	WEIGHT_U8,
	WEIGHT_BOOL,
};

enum { WEIGHT_DIMS = 8 };

struct weight {
	struct str name;
	enum weight_type type;
	size_t dims;
	uint64_t shape[WEIGHT_DIMS]; /* (dims) */
	const void *at; /* perhaps not aligned */
	size_t n;       /* elements: the product of shape */
};

struct weights_note {
	struct str key, value;
};

struct weights {
	struct weight *weight; /* (n) in the order of the file */
	size_t n, room;
	struct weights_note *note; /* (notes) of __metadata__ */
	size_t notes, note_room;
	struct map name; /* of weight numbers */
	struct arena arena;
	struct weights_file *file; /* (files) mapped */
	size_t files, file_room;
};

/*
 * path: a .safetensors file, a .safetensors.index.json, or a folder that holds
 * model.safetensors or the index.
 */
int weights_open(struct weights *weights, const char *path);
void weights_close(struct weights *weights);

/* The array of this name, or NULL. */
const struct weight *weights_find(const struct weights *weights,
				  const char *name);

/* The same, of this shape; an error names what is there instead. */
int weights_need(const struct weights *weights, const char *name, size_t dims,
		 const uint64_t *shape, const struct weight **weight);

/* A value of __metadata__; {NULL, 0} when it is not there. */
struct str weights_note(const struct weights *weights, const char *key);

/* Elements [from, from + n) of an array of any type as floats. */
void weight_floats(const struct weight *weight, size_t from, size_t n,
		   float *out);

/* An array of F32 where it lies; NULL when it is another type or not aligned. */
const float *weight_view(const struct weight *weight);

size_t weight_size(enum weight_type type); /* bytes of an element */
const char *weight_type_name(enum weight_type type);

/*
 * Write a file, whole or not at all.  Arrays of wide elements come first, else
 * in the order given, so that all are aligned.
 */
int weights_save(const char *path, const struct weight *weight, size_t n,
		 const struct weights_note *note, size_t notes);

#endif
