/* check.c - can a file be read, and what is it? */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "ingest/part.h"
#include "ingest/take.h"

enum { PROBED = 20 }; /* records a schema is recognised by */

/* -- its bytes -- */

int part_open(struct reader *reader, const struct ingest_file *file,
	      const struct ingest_options *options)
{
	struct reader_options how = {
		.format = file->format ? file->format : options->format,
		.encoding = file->encoding ? file->encoding
					   : options->encoding,
		.headerless = options->headerless,
		.name = file->path,
		.part = file->part,
	};
	int rc = reader_open_with(reader, file->open_path, &how);

	/* input.h names the file itself */
	if (rc == ERR_FORMAT && strncmp(err_text(), file->path,
					strlen(file->path)) != 0)
		return err_wrap(rc, "%s", file->path);
	return rc;
}

int part_sha256(const struct ingest_file *file, uint64_t most,
		char out[SHA256_HEX], uint64_t *size)
{
	enum { ONCE = 1 << 18 };
	int fd = open(file->open_path, O_RDONLY | O_CLOEXEC);
	char *bytes = mem_alloc(ONCE);
	uint64_t left = file->part.size && file->part.size < most
				? file->part.size : most;
	struct sha256 sha;
	ssize_t n = 1;

	*size = 0;
	sha256_start(&sha);
	while (fd >= 0 && left && n > 0) {
		n = pread(fd, bytes, left < ONCE ? left : ONCE,
			  (off_t)(file->part.from + *size));
		if (n < 0 && errno == EINTR) {
			n = 1;
			continue;
		}
		if (n > 0) {
			sha256_add(&sha, bytes, (size_t)n);
			*size += (uint64_t)n;
			left -= (uint64_t)n;
		}
	}
	if (fd < 0 || n < 0) {
		err_sys(ERR_IO, "%s", file->path);
		n = -1;
	}
	sha256_hex(&sha, out);
	if (fd >= 0)
		close(fd);
	free(bytes);
	return n < 0 ? ERR_IO : 0;
}

int part_stamp(const struct ingest_file *file, struct stat *stamp)
{
	if (stat(file->open_path, stamp) < 0)
		return err_sys(ERR_IO, "%s", file->path);
	return 0;
}

bool part_changed(const struct ingest_file *file)
{
	const struct stat *was = &file->stamp;
	struct stat now;

	if (file->fd >= 0) /* ours alone */
		return false;
	return stat(file->open_path, &now) < 0 || now.st_ino != was->st_ino ||
	       now.st_size != was->st_size ||
	       now.st_mtim.tv_sec != was->st_mtim.tv_sec ||
	       now.st_mtim.tv_nsec != was->st_mtim.tv_nsec;
}

/* -- its schema -- */

struct probe {
	struct arena arena;
	struct chunk chunk;
	struct around around;
	struct value value[PROBED];
	const struct value *stands_in[PROBED];
	size_t n;
	struct scan_error error; /* of a record that could not be read */
};

static int probe_read(struct probe *p, struct reader *reader)
{
	int rc = reader_next(reader, &p->chunk);

	for (size_t i = 0;
	     rc > 0 && i < p->chunk.records && p->n < PROBED; i++) {
		struct scan_error error;

		if (take_parse(reader, &p->chunk.record[i], &p->arena,
			       &p->around, &p->value[p->n],
			       &p->stands_in[p->n], &error) == 0)
			p->n++;
		else
			p->error = error;
	}
	return rc;
}

/* --map: do its paths lead anywhere? */
static int check_map(const struct probe *p, const struct schema *schema)
{
	struct arena arena = { 0 };
	struct takings out = { .arena = &arena };
	size_t taken = 0;
	int rc = 0;

	for (size_t i = 0; i < p->n; i++)
		schema_take(schema, &p->value[i], p->stands_in[i], &out);
	for (size_t i = 0; i < out.n; i++)
		taken += out.at[i].why == NULL;
	if (!taken && out.n)
		rc = err_set(ERR_FORMAT, "--map %s: %s in the first records",
			     schema->keys, out.at[0].why);
	free(out.at);
	arena_free(&arena);
	return rc;
}

static int find_schema(struct ingest_file *file, struct reader *reader,
		       const struct ingest_options *options)
{
	struct probe *p = mem_alloc(sizeof *p);
	int rc = probe_read(p, reader);

	file->schema = options->schema;
	if (rc == 0)
		rc = err_set(ERR_FORMAT, "the file is empty");
	else if (rc > 0 && p->n == 0)
		rc = err_set(ERR_FORMAT,
			     "not %s: none of its first records can be read; "
			     "line %lld: %s",
			     format_name(reader->format),
			     (long long)p->chunk.record[0].line, p->error.why);
	else if (rc > 0 && !file->schema)
		rc = schema_detect(p->value, p->stands_in, p->n,
				   &file->schema);
	else if (rc > 0 && file->schema->map)
		rc = check_map(p, file->schema);
	if (rc < 0 && rc != ERR_IO)
		rc = err_wrap(rc, "%s", file->path);
	chunk_free(&p->chunk);
	arena_free(&p->arena);
	free(p);
	return rc < 0 ? rc : 0;
}

static int check(struct ingest_file *file, const struct ingest_options *options)
{
	struct reader reader;
	struct tm utc;
	int rc = part_stamp(file, &file->stamp);

	if (rc < 0 || (rc = part_open(&reader, file, options)) < 0)
		return rc;
	file->format = reader.format;
	file->encoding = reader.encoding;
	rc = find_schema(file, &reader, options);
	reader_close(&reader);
	if (rc < 0 ||
	    (rc = part_sha256(file, UINT64_MAX, file->sha256,
			      &file->size)) < 0)
		return rc;
	gmtime_r(&file->stamp.st_mtime, &utc);
	strftime(file->mtime, sizeof file->mtime, "%Y-%m-%dT%H:%M:%SZ", &utc);
	return 0;
}

int ingest_check(struct ingest_file *file, const struct ingest_options *options)
{
	int rc = check(file, options);

	if ((rc == ERR_FORMAT || rc == ERR_USAGE) && file->found) {
		file->skipped = true;
		buf_clear(&file->damage);
		buf_text(&file->damage, err_text());
		return 0;
	}
	return rc;
}

/* -- --probe -- */

static void print_pair(const struct pair *pair, struct arena *arena,
		       struct buf *out)
{
	enum { SHOWN = 160 };
	const struct {
		const char *name;
		struct str text;
	} field[] = {
		{ "system", pair->system },
		{ "instruction", pair->instruction },
		{ "input", pair->input },
		{ "response", pair->response },
		{ "extra", pair->extra },
	};

	struct str category = pair->category.n ? pair->category
					       : STR("no category");

	buf_print(out, "  line %lld, %.*s/%.*s, %.*s",
		  (long long)pair->line, (int)pair->lang.n, pair->lang.at,
		  (int)pair->lang_response.n, pair->lang_response.at,
		  (int)category.n, category.at);
	if (pair->messages)
		buf_print(out, ", %zu messages", pair->messages);
	buf_byte(out, '\n');
	for (size_t i = 0; i < sizeof field / sizeof *field; i++) {
		struct str shown = take_excerpt(arena, field[i].text, SHOWN);

		if (field[i].text.at)
			buf_print(out, "    %-11s  %.*s%s\n", field[i].name,
				  (int)shown.n, shown.at,
				  shown.n < field[i].text.n ? "..." : "");
	}
}

static void print_takings(const struct takings *all, size_t most,
			  struct buf *out)
{
	size_t shown = 0;

	for (size_t i = 0; i < all->n && shown < most; i++) {
		const struct taken *taken = &all->at[i];

		if (taken->why) {
			buf_print(out, "  line %lld: rejected, %s\n",
				  (long long)taken->pair.line, taken->why);
			continue;
		}
		print_pair(&taken->pair, all->arena, out);
		shown++;
	}
}

int ingest_probe(struct ingest_file *file,
		 const struct ingest_options *options, size_t most,
		 struct buf *out)
{
	struct takes takes;
	struct arena arena = { 0 };
	struct takings all = { .arena = &arena };
	struct around around = { NULL, { 0 } };
	struct chunk chunk = { 0 };
	struct reader reader;
	const char *packing;
	int rc = ingest_check(file, options);

	if (rc < 0)
		return rc;
	if (file->skipped) {
		buf_print(out, "%s\n", file->damage.at);
		return 0;
	}
	if ((rc = part_open(&reader, file, options)) < 0)
		return rc;
	packing = packing_name(reader.input.packing);
	takes_init(&takes, file->schema, options);
	rc = reader_next(&reader, &chunk);
	for (size_t i = 0; rc > 0 && i < chunk.records && i < PROBED; i++)
		take_record(&takes, &reader, &chunk.record[i], &around, &all);
	buf_print(out, "%s: %s%s%s, %s, schema %s\n  mapped %s\n", file->path,
		  format_name(reader.format),
		  *packing ? " in " : "", packing,
		  encoding_name(reader.encoding), file->schema->name,
		  file->schema->mapping);
	print_takings(&all, most, out);
	reader_close(&reader);
	chunk_free(&chunk);
	arena_free(&arena);
	free(all.at);
	return rc < 0 ? rc : 0;
}
