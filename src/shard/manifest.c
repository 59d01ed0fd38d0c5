/* manifest.c - what an export folder holds: manifest.json */
#include "shard/manifest.h"

#include <cjson/cJSON.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"

enum { FILE_MOST = 256 << 20 };

bool manifest_plain(const char *name)
{
	size_t n = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				"abcdefghijklmnopqrstuvwxyz0123456789._-");

	return n > 0 && n < 200 && !name[n] && !strchr("._-", name[0]);
}

void manifest_meta(const struct manifest *manifest, const char *shard,
		   struct buf *path)
{
	size_t stem = strcspn(shard, ".");
	bool gzip = strcmp(manifest->pack, "gzip") == 0;
	bool zstd = strcmp(manifest->pack, "zstd") == 0;

	buf_text(path, "meta/");
	buf_put(path, shard, stem);
	buf_print(path, ".jsonl%s", gzip ? ".gz" : zstd ? ".zst" : "");
}

/* -- writing -- */

static void put_text(struct json *json, const char *key, const char *text)
{
	json_key(json, key);
	json_text(json, text);
}

/* A line of its own for each entry: manifests are read by people too. */
static void put_line(struct json *json)
{
	if (json->comma)
		buf_byte(json->out, ',');
	buf_text(json->out, "\n  ");
	json->comma = false;
}

static void put_file(struct json *json, const struct manifest_file *file)
{
	json_key_int(json, "bytes", file->bytes);
	put_text(json, "sha256", file->sha256);
}

static void put_shard(struct json *json, const struct manifest *m,
		      const struct manifest_shard *shard)
{
	put_line(json);
	json_open(json, '{');
	put_text(json, "path", shard->file.path);
	put_text(json, "split", shard->split);
	json_key_int(json, "rows", shard->rows);
	put_file(json, &shard->file);
	if (m->tokens)
		json_key_int(json, "tokens", shard->tokens);
	json_key(json, "groups");
	json_open(json, '{');
	for (size_t g = 0; g < m->groups; g++)
		json_key_int(json, m->group[g].name, shard->group[g]);
	json_close(json, '}');
	json_key(json, "meta");
	json_open(json, '{');
	put_file(json, &shard->meta);
	json_close(json, '}');
	json_close(json, '}');
}

static void put_head(struct json *json, const struct manifest *m)
{
	json_key_int(json, "version", MANIFEST_VERSION);
	put_text(json, "itdata", m->itdata);
	put_text(json, "format", m->format);
	put_text(json, "pack", m->pack);
	json_key(json, "arguments");
	json_raw(json, str_of(m->arguments));
	json_key_int(json, "seed", m->seed);
	json_key(json, "database");
	json_open(json, '{');
	json_key_int(json, "pairs", m->kept);
	put_text(json, "digest", m->database);
	json_close(json, '}');
	put_text(json, "tokenizer", m->tokenizer);
	put_text(json, "template", m->template);
}

static void put_shares(struct json *json, const struct manifest *m)
{
	json_key(json, "splits");
	json_open(json, '[');
	for (size_t i = 0; i < m->splits; i++) {
		put_line(json);
		json_open(json, '{');
		put_text(json, "name", m->split[i].name);
		json_key(json, "asked");
		json_real(json, m->split[i].asked);
		json_key_int(json, "pairs", m->split[i].pairs);
		json_key_int(json, "rows", m->split[i].rows);
		json_close(json, '}');
	}
	json_close(json, ']');
	json_key(json, "groups");
	json_open(json, '[');
	for (size_t i = 0; i < m->groups; i++) {
		put_line(json);
		json_open(json, '{');
		put_text(json, "name", m->group[i].name);
		json_key_int(json, "pairs", m->group[i].pairs);
		json_key_int(json, "rows", m->group[i].rows);
		json_key(json, "asked");
		json_real(json, m->group[i].asked);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void put_quotas(struct json *json, const struct manifest *m)
{
	json_key(json, "quotas");
	json_open(json, '[');
	for (size_t i = 0; i < m->quotas; i++) {
		put_line(json);
		json_open(json, '{');
		put_text(json, "name", m->quota[i].name);
		json_key_int(json, "rows", m->quota[i].rows);
		json_key(json, "asked");
		json_real(json, m->quota[i].asked);
		json_close(json, '}');
	}
	json_close(json, ']');
}

void manifest_write(const struct manifest *m, struct buf *out)
{
	struct json json = { .out = out };

	json_open(&json, '{');
	put_head(&json, m);
	put_shares(&json, m);
	if (m->quotas)
		put_quotas(&json, m);
	json_key(&json, "shards");
	json_open(&json, '[');
	for (size_t i = 0; i < m->shards; i++)
		put_shard(&json, m, &m->shard[i]);
	json_close(&json, ']');
	json_key(&json, "files");
	json_open(&json, '[');
	for (size_t i = 0; i < m->files; i++) {
		put_line(&json);
		json_open(&json, '{');
		put_text(&json, "path", m->file[i].path);
		put_file(&json, &m->file[i]);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_close(&json, '}');
	buf_byte(out, '\n');
}

/* -- reading: what is missing or of another type makes `broken` say so -- */

struct reading {
	struct manifest *manifest;
	const char *broken; /* the key that is wrong */
};

static const cJSON *get(struct reading *r, const cJSON *object,
			const char *key)
{
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, key);

	if (!value && !r->broken)
		r->broken = key;
	return value;
}

static const char *get_text(struct reading *r, const cJSON *object,
			    const char *key)
{
	const cJSON *value = get(r, object, key);

	if (!cJSON_IsString(value)) {
		r->broken = r->broken ? r->broken : key;
		return "";
	}
	return arena_copy(&r->manifest->arena, value->valuestring,
			  strlen(value->valuestring));
}

static const char *get_text_or_null(struct reading *r, const cJSON *object,
				    const char *key)
{
	return cJSON_IsNull(get(r, object, key)) ? NULL
						 : get_text(r, object, key);
}

static double get_real(struct reading *r, const cJSON *object, const char *key)
{
	const cJSON *value = get(r, object, key);

	if (!cJSON_IsNumber(value)) {
		r->broken = r->broken ? r->broken : key;
		return 0;
	}
	return value->valuedouble;
}

static uint64_t get_int(struct reading *r, const cJSON *object,
			const char *key)
{
	double value = get_real(r, object, key);

	if (!(value >= 0 && value <= 9007199254740992.0)) {
		r->broken = r->broken ? r->broken : key;
		return 0;
	}
	return (uint64_t)value;
}

static const char *get_name(struct reading *r, const cJSON *object,
			    const char *key)
{
	const char *name = get_text(r, object, key);

	if (!manifest_plain(name))
		r->broken = r->broken ? r->broken : key;
	return name;
}

static void get_file(struct reading *r, const cJSON *object,
		     struct manifest_file *file)
{
	const char *sha256 = get_text(r, object, "sha256");

	file->bytes = get_int(r, object, "bytes");
	if (strlen(sha256) == SHA256_HEX - 1)
		memcpy(file->sha256, sha256, SHA256_HEX);
	else
		r->broken = r->broken ? r->broken : "sha256";
}

/* The array under key: its length, and room for that many structs. */
static void *get_array(struct reading *r, const cJSON *root, const char *key,
		       size_t size, const cJSON **first, size_t *n)
{
	const cJSON *array = get(r, root, key);

	*first = NULL;
	*n = 0;
	if (!cJSON_IsArray(array)) {
		r->broken = r->broken ? r->broken : key;
		return NULL;
	}
	*first = array->child;
	*n = (size_t)cJSON_GetArraySize(array);
	return arena_array(&r->manifest->arena, *n, size);
}

static void get_shard(struct reading *r, const cJSON *at,
		      struct manifest_shard *shard)
{
	struct manifest *m = r->manifest;
	const cJSON *groups = get(r, at, "groups"), *meta = get(r, at, "meta");
	struct buf path = { 0 };

	shard->file.path = get_name(r, at, "path");
	get_file(r, at, &shard->file);
	get_file(r, meta, &shard->meta);
	manifest_meta(m, shard->file.path, &path);
	shard->meta.path = arena_copy(&m->arena, path.at, path.n);
	buf_free(&path);
	shard->split = get_name(r, at, "split");
	shard->rows = get_int(r, at, "rows");
	if (cJSON_GetObjectItemCaseSensitive(at, "tokens")) {
		shard->tokens = get_int(r, at, "tokens");
		m->tokens = true;
	}
	shard->group = arena_array(&m->arena, m->groups, sizeof(uint64_t));
	for (size_t g = 0; g < m->groups; g++)
		shard->group[g] = get_int(r, groups, m->group[g].name);
}

static void get_shares(struct reading *r, const cJSON *root)
{
	struct manifest *m = r->manifest;
	const cJSON *at;

	m->split = get_array(r, root, "splits", sizeof *m->split, &at,
			     &m->splits);
	for (size_t i = 0; i < m->splits; i++, at = at->next)
		m->split[i] = (struct manifest_split){
			.name = get_name(r, at, "name"),
			.asked = get_real(r, at, "asked"),
			.pairs = get_int(r, at, "pairs"),
			.rows = get_int(r, at, "rows"),
		};
	m->group = get_array(r, root, "groups", sizeof *m->group, &at,
			     &m->groups);
	for (size_t i = 0; i < m->groups; i++, at = at->next)
		m->group[i] = (struct manifest_group){
			.name = get_text(r, at, "name"),
			.pairs = get_int(r, at, "pairs"),
			.rows = get_int(r, at, "rows"),
			.asked = get_real(r, at, "asked"),
		};
}

static void get_all(struct reading *r, const cJSON *root)
{
	struct manifest *m = r->manifest;
	const cJSON *at;
	char *arguments;

	m->itdata = get_text(r, root, "itdata");
	m->format = get_text(r, root, "format");
	m->pack = get_text(r, root, "pack");
	m->tokenizer = get_text_or_null(r, root, "tokenizer");
	m->template = get_text_or_null(r, root, "template");
	m->seed = get_int(r, root, "seed");
	at = get(r, root, "database");
	m->kept = get_int(r, at, "pairs");
	m->database = get_text(r, at, "digest");
	arguments = cJSON_PrintUnformatted(get(r, root, "arguments"));
	if (arguments)
		m->arguments = arena_copy(&m->arena, arguments,
					  strlen(arguments));
	cJSON_free(arguments);
	get_shares(r, root);
	m->shard = get_array(r, root, "shards", sizeof *m->shard, &at,
			     &m->shards);
	for (size_t i = 0; i < m->shards; i++, at = at->next)
		get_shard(r, at, &m->shard[i]);
	m->file = get_array(r, root, "files", sizeof *m->file, &at, &m->files);
	for (size_t i = 0; i < m->files; i++, at = at->next) {
		m->file[i].path = get_name(r, at, "path");
		get_file(r, at, &m->file[i]);
	}
}

static int parse(struct manifest *manifest, const char *path, struct str text)
{
	cJSON *root = cJSON_ParseWithLength(text.at, text.n);
	struct reading r = { .manifest = manifest };
	const cJSON *version;
	int rc = 0;

	version = cJSON_GetObjectItemCaseSensitive(root, "version");
	if (!cJSON_IsObject(root))
		rc = err_set(ERR_FORMAT, "%s: not JSON", path);
	else if (!cJSON_IsNumber(version) ||
		 version->valueint != MANIFEST_VERSION)
		rc = err_set(ERR_FORMAT,
			     "%s: not a manifest that this program reads",
			     path);
	else
		get_all(&r, root);
	if (rc == 0 && r.broken)
		rc = err_set(ERR_FORMAT, "%s: '%s' is missing or not right",
			     path, r.broken);
	cJSON_Delete(root);
	return rc;
}

int manifest_read(struct manifest *manifest, const char *folder)
{
	struct buf path = { 0 }, text = { 0 };
	int rc = 0;

	*manifest = (struct manifest){ 0 };
	buf_print(&path, "%s/" MANIFEST_NAME, folder);
	if (access(path.at, F_OK) < 0)
		rc = err_set(ERR_ABSENT,
			     "%s: no " MANIFEST_NAME "; it is not an export, "
			     "or one that did not finish", folder);
	if (rc == 0 && (rc = file_load(path.at, FILE_MOST, &text)) == 0)
		rc = parse(manifest, path.at, buf_view(&text));
	if (rc < 0)
		manifest_free(manifest);
	buf_free(&path);
	buf_free(&text);
	return rc;
}

void manifest_free(struct manifest *manifest)
{
	arena_free(&manifest->arena);
	*manifest = (struct manifest){ 0 };
}
