/* weights.c - safetensors, mapped and checked */
#include "model/weights.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "text/utf8.h"

enum {
	HEADER_MOST = 100 << 20, /* as the safetensors library has it */
	INDEX_MOST = 100 << 20,
};

struct weights_file {
	void *at;
	size_t size;
};

static const struct {
	const char *name;
	size_t size;
} types[] = {
	[WEIGHT_F64] = { "F64", 8 },   [WEIGHT_I64] = { "I64", 8 },
	[WEIGHT_U64] = { "U64", 8 },   [WEIGHT_F32] = { "F32", 4 },
	[WEIGHT_I32] = { "I32", 4 },   [WEIGHT_U32] = { "U32", 4 },
	[WEIGHT_F16] = { "F16", 2 },   [WEIGHT_BF16] = { "BF16", 2 },
	[WEIGHT_I16] = { "I16", 2 },   [WEIGHT_U16] = { "U16", 2 },
	[WEIGHT_I8] = { "I8", 1 },     [WEIGHT_U8] = { "U8", 1 },
	[WEIGHT_BOOL] = { "BOOL", 1 },
};

size_t weight_size(enum weight_type type)
{
	return types[type].size;
}

const char *weight_type_name(enum weight_type type)
{
	return types[type].name;
}

static uint64_t read_u64(const unsigned char *at)
{
	uint64_t value = 0;

	for (int i = 7; i >= 0; i--)
		value = value << 8 | at[i];
	return value;
}

/* -- one array of the header -- */

static int fail(const char *name, const char *why)
{
	return err_set(ERR_FORMAT, "array \"%.80s\": %s", name, why);
}

/* cJSON keeps numbers as doubles, which are exact to 2^53. */
static bool whole_number(const cJSON *json, uint64_t *value)
{
	if (!cJSON_IsNumber(json) || !(json->valuedouble >= 0) ||
	    json->valuedouble > 9007199254740992.0)
		return false;
	*value = (uint64_t)json->valuedouble;
	return (double)*value == json->valuedouble;
}

static int read_type(const cJSON *json, struct weight *weight)
{
	const char *name = cJSON_GetStringValue(json);

	for (size_t i = 0; name && i < sizeof types / sizeof *types; i++)
		if (strcmp(name, types[i].name) == 0) {
			weight->type = (enum weight_type)i;
			return 0;
		}
	return err_set(ERR_FORMAT,
		       "array \"%.80s\": dtype \"%.20s\" is not one that itdata "
		       "reads", weight->name.at, name ? name : "(none)");
}

static int read_shape(const cJSON *json, struct weight *weight)
{
	const cJSON *each;
	uint64_t n = 1;

	if (!cJSON_IsArray(json))
		return fail(weight->name.at, "no shape");
	cJSON_ArrayForEach(each, json) {
		uint64_t side;

		if (weight->dims == WEIGHT_DIMS)
			return fail(weight->name.at,
				    "more than 8 dimensions");
		if (!whole_number(each, &side))
			return fail(weight->name.at,
				    "a side of its shape is no whole number");
		if (side && n > SIZE_MAX / 8 / side)
			return fail(weight->name.at, "its shape is larger "
						     "than memory can be");
		n *= side;
		weight->shape[weight->dims++] = side;
	}
	weight->n = n;
	return 0;
}

/* room: bytes of the file behind the header. */
static int read_place(const cJSON *json, const unsigned char *data,
		      uint64_t room, struct weight *weight)
{
	uint64_t begin, end;

	if (cJSON_GetArraySize(json) != 2 ||
	    !whole_number(json->child, &begin) ||
	    !whole_number(json->child->next, &end))
		return fail(weight->name.at, "no pair of data_offsets");
	if (begin > end || end > room)
		return err_set(ERR_FORMAT,
			       "array \"%.80s\": bytes %llu to %llu are not in "
			       "the file, which holds %llu", weight->name.at,
			       (unsigned long long)begin,
			       (unsigned long long)end,
			       (unsigned long long)room);
	if (end - begin != weight->n * weight_size(weight->type))
		return err_set(ERR_FORMAT,
			       "array \"%.80s\": its shape takes %zu bytes, its "
			       "data_offsets %llu", weight->name.at,
			       weight->n * weight_size(weight->type),
			       (unsigned long long)(end - begin));
	weight->at = data + begin;
	return 0;
}

static int add_weight(struct weights *weights, const cJSON *json,
		      const unsigned char *data, uint64_t room)
{
	struct weight weight = { 0 };
	int rc;

	weight.name = arena_str(&weights->arena, str_of(json->string));
	if (!cJSON_IsObject(json))
		return fail(weight.name.at, "not an object");
	if ((rc = read_type(cJSON_GetObjectItemCaseSensitive(json, "dtype"),
			    &weight)) < 0 ||
	    (rc = read_shape(cJSON_GetObjectItemCaseSensitive(json, "shape"),
			     &weight)) < 0 ||
	    (rc = read_place(cJSON_GetObjectItemCaseSensitive(json,
							      "data_offsets"),
			     data, room, &weight)) < 0)
		return rc;
	mem_grow(&weights->weight, &weights->room, weights->n + 1,
		 sizeof *weights->weight);
	weights->weight[weights->n++] = weight;
	return 0;
}

static int add_notes(struct weights *weights, const cJSON *json)
{
	const cJSON *each;

	if (!cJSON_IsObject(json))
		return err_set(ERR_FORMAT, "__metadata__ is no object");
	cJSON_ArrayForEach(each, json) {
		const char *value = cJSON_GetStringValue(each);

		if (!value)
			return err_set(ERR_FORMAT,
				       "__metadata__ \"%.80s\" is no string",
				       each->string);
		mem_grow(&weights->note, &weights->note_room,
			 weights->notes + 1, sizeof *weights->note);
		weights->note[weights->notes++] = (struct weights_note){
			arena_str(&weights->arena, str_of(each->string)),
			arena_str(&weights->arena, str_of(value)),
		};
	}
	return 0;
}

/* -- one file -- */

static int by_place(const void *a, const void *b)
{
	const struct weight *x = a, *y = b;

	if (x->at != y->at)
		return (const char *)x->at < (const char *)y->at ? -1 : 1;
	return x->n < y->n ? -1 : x->n > y->n; /* empty ones first */
}

/* The arrays from `first` on fill the bytes from data to end, each once. */
static int check_places(const struct weights *weights, size_t first,
			const unsigned char *data, const unsigned char *end)
{
	for (size_t i = first; i < weights->n; i++) {
		const struct weight *weight = &weights->weight[i];
		const unsigned char *at = weight->at;

		if (at < data)
			return fail(weight->name.at, "lies over another array");
		if (at > data)
			return fail(weight->name.at, "bytes before it belong "
						     "to no array");
		data += weight->n * weight_size(weight->type);
	}
	if (data != end)
		return err_set(ERR_FORMAT, "%zu bytes at its end belong to no "
					   "array", (size_t)(end - data));
	return 0;
}

static int add_names(struct weights *weights, size_t first)
{
	for (size_t i = first; i < weights->n; i++) {
		struct str name = weights->weight[i].name;

		if (map_add(&weights->name, name) != i)
			return fail(name.at, "is there twice");
	}
	return 0;
}

static int read_header(struct weights *weights, const cJSON *root,
		       const unsigned char *data, const unsigned char *end)
{
	size_t first = weights->n;
	const cJSON *each;
	int rc;

	cJSON_ArrayForEach(each, root) {
		if (strcmp(each->string, "__metadata__") == 0)
			rc = add_notes(weights, each);
		else
			rc = add_weight(weights, each, data,
					(uint64_t)(end - data));
		if (rc < 0)
			return rc;
	}
	if (weights->n > first)
		qsort(weights->weight + first, weights->n - first,
		      sizeof *weights->weight, by_place);
	rc = add_names(weights, first);
	return rc < 0 ? rc : check_places(weights, first, data, end);
}

static int read_mapped(struct weights *weights, const unsigned char *at,
		       size_t size)
{
	uint64_t n = size < 8 ? 0 : read_u64(at);
	const char *json = (const char *)at + 8;
	const char *stop = NULL;
	cJSON *root;
	int rc;

	if (size < 8)
		return err_set(ERR_FORMAT, "%zu bytes are too few for a "
					   "safetensors file", size);
	if (n < 2 || n > size - 8 || n > HEADER_MOST)
		return err_set(ERR_FORMAT,
			       "not a safetensors file, or cut short: a header "
			       "of %llu bytes in a file of %zu",
			       (unsigned long long)n, size);
	if (json[0] != '{' || utf8_check(json, n) != n)
		return err_set(ERR_FORMAT, "the header is no JSON object in "
					   "UTF-8");
	root = cJSON_ParseWithLengthOpts(json, n, &stop, false);
	while (root && stop < json + n && *stop == ' ')
		stop++;
	if (!root || stop != json + n)
		rc = err_set(ERR_FORMAT, "the header is no JSON object (byte "
					 "%zu)", stop ? (size_t)(stop - json)
						      : 0);
	else
		rc = read_header(weights, root, at + 8 + n, at + size);
	cJSON_Delete(root);
	return rc;
}

static int map_file(const char *path, struct weights_file *file)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	int rc = 0;

	*file = (struct weights_file){ 0 };
	if (fd < 0)
		return err_sys(errno == ENOENT ? ERR_ABSENT : ERR_IO, "%s",
			       path);
	if (fstat(fd, &st) < 0) {
		rc = err_sys(ERR_IO, "%s", path);
	} else if (!S_ISREG(st.st_mode)) {
		rc = err_set(ERR_FORMAT, "%s: not a file", path);
	} else if (st.st_size > 0) {
		file->size = (size_t)st.st_size;
		file->at = mmap(NULL, file->size, PROT_READ, MAP_PRIVATE, fd,
				0);
		if (file->at == MAP_FAILED) {
			*file = (struct weights_file){ 0 };
			rc = err_sys(ERR_IO, "%s", path);
		}
	}
	close(fd);
	return rc;
}

static int open_file(struct weights *weights, const char *path)
{
	struct weights_file file;
	int rc = map_file(path, &file);

	if (rc < 0)
		return rc;
	mem_grow(&weights->file, &weights->file_room, weights->files + 1,
		 sizeof *weights->file);
	weights->file[weights->files++] = file;
	rc = read_mapped(weights, file.at, file.size);
	return rc < 0 ? err_wrap(rc, "%s", path) : 0;
}

/* -- a model in several files -- */

/* Open the files that the index names, each once, beside it. */
static int open_named(struct weights *weights, const cJSON *list,
		      struct str folder, struct map *seen)
{
	const cJSON *each;
	int rc = 0;

	cJSON_ArrayForEach(each, list) {
		const char *name = cJSON_GetStringValue(each);
		struct buf path = { 0 };
		uint32_t had = seen->n;

		if (!name || !*name || *name == '.' || strchr(name, '/'))
			return err_set(ERR_FORMAT,
				       "\"%.80s\" is in no file beside the "
				       "index", each->string);
		map_add(seen, str_of(name));
		if (seen->n == had)
			continue;
		buf_str(&path, folder);
		buf_text(&path, name);
		rc = open_file(weights, path.at);
		buf_free(&path);
		if (rc < 0)
			return rc;
	}
	cJSON_ArrayForEach(each, list)
		if (!weights_find(weights, each->string))
			return fail(each->string, "in the index, but in none "
						  "of its files");
	return 0;
}

static int open_index(struct weights *weights, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct str folder = { path, slash ? (size_t)(slash - path) + 1 : 0 };
	struct buf text = { 0 };
	struct map seen = { 0 };
	cJSON *root = NULL;
	const cJSON *list;
	int rc;

	if ((rc = file_load(path, INDEX_MOST, &text)) < 0)
		goto done;
	root = cJSON_ParseWithLength(text.at, text.n);
	list = cJSON_GetObjectItemCaseSensitive(root, "weight_map");
	if (!cJSON_IsObject(list) || !list->child)
		rc = err_set(ERR_FORMAT, "%s: no weight_map in it", path);
	else if ((rc = open_named(weights, list, folder, &seen)) < 0)
		rc = err_wrap(rc, "%s", path);
done:
	cJSON_Delete(root);
	map_free(&seen);
	buf_free(&text);
	return rc;
}

static bool ends(const char *text, const char *with)
{
	size_t n = strlen(text), k = strlen(with);

	return n >= k && strcmp(text + n - k, with) == 0;
}

int weights_open(struct weights *weights, const char *path)
{
	struct buf name = { 0 };
	struct stat st;
	int rc;

	*weights = (struct weights){ 0 };
	buf_text(&name, path);
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		buf_text(&name, "/model.safetensors");
		if (access(name.at, F_OK) != 0)
			buf_text(&name, ".index.json");
		if (access(name.at, F_OK) != 0) {
			rc = err_set(ERR_ABSENT, "%s: no model.safetensors in "
						 "it", path);
			goto done;
		}
	}
	rc = ends(name.at, ".json") ? open_index(weights, name.at)
				    : open_file(weights, name.at);
done:
	buf_free(&name);
	if (rc < 0)
		weights_close(weights);
	return rc;
}

void weights_close(struct weights *weights)
{
	for (size_t i = 0; i < weights->files; i++)
		if (weights->file[i].at)
			munmap(weights->file[i].at, weights->file[i].size);
	free(weights->file);
	free(weights->weight);
	free(weights->note);
	map_free(&weights->name);
	arena_free(&weights->arena);
	*weights = (struct weights){ 0 };
}

/* -- looking up -- */

const struct weight *weights_find(const struct weights *weights,
				  const char *name)
{
	uint32_t i;

	return map_find(&weights->name, str_of(name), &i) ? &weights->weight[i]
							  : NULL;
}

static void print_shape(struct buf *out, size_t dims, const uint64_t *shape)
{
	buf_byte(out, '(');
	for (size_t i = 0; i < dims; i++)
		buf_print(out, i ? ", %llu" : "%llu",
			  (unsigned long long)shape[i]);
	buf_byte(out, ')');
}

int weights_need(const struct weights *weights, const char *name, size_t dims,
		 const uint64_t *shape, const struct weight **weight)
{
	const struct weight *found = weights_find(weights, name);
	struct buf have = { 0 }, want = { 0 };

	if (!found)
		return err_set(ERR_ABSENT, "the model has no array \"%s\"",
			       name);
	*weight = found;
	if (found->dims == dims &&
	    memcmp(found->shape, shape, dims * sizeof *shape) == 0)
		return 0;
	print_shape(&have, found->dims, found->shape);
	print_shape(&want, dims, shape);
	err_set(ERR_FORMAT, "array \"%s\" has the shape %s, not %s", name,
		have.at, want.at);
	buf_free(&have);
	buf_free(&want);
	return ERR_FORMAT;
}

struct str weights_note(const struct weights *weights, const char *key)
{
	for (size_t i = 0; i < weights->notes; i++)
		if (str_is(weights->note[i].key, key))
			return weights->note[i].value;
	return (struct str){ NULL, 0 };
}
