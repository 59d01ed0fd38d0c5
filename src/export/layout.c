/* layout.c - shards, papers and manifest, in the folder or on stdout */
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "export/card.h"
#include "export/folder.h"
#include "export/job.h"
#include "export/shards.h"

static enum row_format format_of(const struct exporting *e)
{
	return e->options->gather.style.format;
}

/* Shards are cut by tokens where they are counted, else by rows or bytes. */
static uint64_t weight_of(const struct exporting *e, const struct place *place)
{
	const struct row *row = &e->set->row[place->row];

	if (e->options->gather.style.tokenizer)
		return row->tokens;
	return e->options->shard_size ? row->text_n : 1;
}

static uint64_t weigh(const struct exporting *e, size_t split)
{
	const struct sequence *sequence = &e->sequence[split];
	uint64_t weight = 0;

	for (size_t i = 0; i < sequence->n; i++)
		weight += weight_of(e, &sequence->at[i]);
	return weight;
}

/* Shards of all splits weigh about as much as those of the heaviest. */
static size_t shards_of(const struct exporting *e, size_t split,
			const uint64_t *weight)
{
	uint64_t each = e->options->shard_size, heaviest = 0;
	size_t rows = e->sequence[split].n, n;

	for (size_t s = 0; s < e->manifest->splits; s++)
		if (weight[s] > heaviest)
			heaviest = weight[s];
	if (!each)
		each = (heaviest + e->options->shards - 1) / e->options->shards;
	n = each ? (size_t)((weight[split] + each - 1) / each) : 1;
	return n > rows ? rows : n ? n : rows > 0;
}

/* Where shard i of n starts; by weight, and none without a row. */
static void cut(const struct exporting *e, size_t split, uint64_t weight,
		size_t n, size_t *start)
{
	const struct sequence *sequence = &e->sequence[split];
	uint64_t sum = 0;
	size_t shard = 0;

	for (size_t i = 0; i < sequence->n; i++) {
		size_t left = sequence->n - i;

		/* shards to come need a row each */
		while (shard < n &&
		       (sum * n >= weight * shard || left <= n - shard)) {
			if (shard && start[shard - 1] == i)
				break;
			start[shard++] = i;
		}
		sum += weight_of(e, &sequence->at[i]);
	}
	start[n] = sequence->n;
}

static const char *suffix_of(const struct exporting *e)
{
	switch (format_of(e)) {
	case ROW_TOKENS:
		return "tokens";
	case ROW_PARQUET:
		return "parquet";
	case ROW_MESSAGES:
	case ROW_ALPACA:
	case ROW_SHAREGPT:
	case ROW_PROMPT:
	case ROW_TEXT:
	case ROW_FORMATS:
		break;
	}
	return "jsonl";
}

static void name_shards(struct exporting *e)
{
	struct manifest *m = e->manifest;
	struct buf name = { 0 };

	e->shards = arena_array(&m->arena, m->splits, sizeof *e->shards);
	e->weight = arena_array(&m->arena, m->splits, sizeof *e->weight);
	for (size_t s = 0; s < m->splits; s++)
		e->weight[s] = weigh(e, s);
	for (size_t s = 0; s < m->splits; s++)
		m->shards += e->shards[s] = shards_of(e, s, e->weight);
	m->shard = arena_array(&m->arena, m->shards, sizeof *m->shard);
	m->shards = 0;
	for (size_t s = 0; s < m->splits; s++) {
		size_t n = e->shards[s];

		for (size_t i = 0; i < n; i++) {
			struct manifest_shard *shard = &m->shard[m->shards++];

			*shard = (struct manifest_shard){ 0 };
			shard->split = m->split[s].name;
			shard->group = arena_array(&m->arena, m->groups,
						   sizeof *shard->group);
			memset(shard->group, 0,
			       m->groups * sizeof *shard->group);
			buf_clear(&name);
			buf_print(&name, "%s-%05zu-of-%05zu.%s%s",
				  shard->split, i, n,
				  suffix_of(e),
				  pack_suffix(e->options->pack));
			shard->file.path = arena_copy(&m->arena, name.at,
						      name.n);
			buf_clear(&name);
			manifest_meta(m, shard->file.path, &name);
			shard->meta.path = arena_copy(&m->arena, name.at,
						      name.n);
		}
	}
	buf_free(&name);
}

/* Lines beside the shard that is to come, then the shard. */
static int write_columns(struct exporting *e, const struct place *place,
			 size_t n, const char *path, const char *meta,
			 struct manifest_shard *shard)
{
	struct buf lines = { 0 };
	uint64_t longest = 0;
	int rc;

	for (size_t i = 0; i < n; i++)
		if (e->set->row[place[i].row].text_n > longest)
			longest = e->set->row[place[i].row].text_n;
	buf_print(&lines, "%s.jsonl", path);
	rc = shard_write(e->par, e->set, place, n, PACK_NONE, lines.at, meta,
			 shard);
	if (rc == 0)
		rc = columns_write(&e->duck, lines.at, n, longest, path,
				   &shard->file);
	buf_free(&lines);
	return rc;
}

static int write_shard(struct exporting *e, const struct place *place,
		       size_t n, const char *path, const char *meta,
		       struct manifest_shard *shard)
{
	if (format_of(e) == ROW_TOKENS)
		return shard_write_tokens(e->par, e->set, place, n,
					  &e->options->tokens, path, meta,
					  shard);
	if (format_of(e) == ROW_PARQUET)
		return write_columns(e, place, n, path, meta, shard);
	return shard_write(e->par, e->set, place, n, e->options->pack, path,
			   meta, shard);
}

static int write_shards(struct exporting *e, struct folder *folder)
{
	struct manifest *m = e->manifest;
	struct manifest_shard *shard = m->shard;
	struct buf path = { 0 }, meta = { 0 };
	int rc = 0;

	for (size_t s = 0; s < m->splits; s++) {
		const struct sequence *sequence = &e->sequence[s];
		size_t n = e->shards[s];
		size_t *start = mem_array(n + 1, sizeof *start);

		cut(e, s, e->weight[s], n, start);
		for (size_t i = 0; rc == 0 && i < n; i++, shard++) {
			size_t from = start[i], to = start[i + 1];

			folder_path(folder, shard->file.path, &path);
			folder_path(folder, shard->meta.path, &meta);
			rc = write_shard(e, sequence->at + from, to - from,
					 path.at, meta.at, shard);
			folder_add(folder, shard->file.path);
			folder_add(folder, shard->meta.path);
		}
		free(start);
	}
	buf_free(&path);
	buf_free(&meta);
	return rc;
}

static int write_small(struct folder *folder, const char *name,
		       struct buf *content, struct manifest_file *entry)
{
	struct buf path = { 0 };
	struct file file;
	int rc;

	folder_path(folder, name, &path);
	if ((rc = file_create(&file, path.at)) == 0)
		rc = file_commit(&file,
				 file_write(&file, content->at, content->n));
	if (rc == 0 && entry) {
		entry->path = name;
		entry->bytes = file.size;
		memcpy(entry->sha256, file.sha256, sizeof entry->sha256);
	}
	if (rc == 0)
		folder_add(folder, name);
	buf_clear(content);
	buf_free(&path);
	return rc;
}

static int write_papers(struct exporting *e, struct folder *folder)
{
	struct manifest *m = e->manifest;
	struct buf text = { 0 };
	int rc;

	m->file = arena_array(&m->arena, 2, sizeof *m->file);
	card_readme(m, e->set, &text);
	rc = write_small(folder, "README.md", &text, &m->file[m->files++]);
	if (rc == 0 && format_of(e) != ROW_TOKENS) {
		card_info(m, &text);
		rc = write_small(folder, "dataset_info.json", &text,
				 &m->file[m->files++]);
	}
	if (rc == 0) {
		manifest_write(m, &text);
		rc = write_small(folder, MANIFEST_NAME, &text, NULL);
	}
	buf_free(&text);
	return rc;
}

int layout_folder(struct exporting *e)
{
	struct folder folder;
	int rc = folder_open(&folder, e->options->folder);

	if (rc < 0)
		return rc;
	name_shards(e);
	if ((rc = write_shards(e, &folder)) == 0)
		rc = write_papers(e, &folder);
	return folder_close(&folder, rc);
}

int layout_stdout(struct exporting *e)
{
	int rc = 0;

	for (size_t s = 0; rc == 0 && s < e->manifest->splits; s++)
		rc = shard_stream(e->par, e->set, e->sequence[s].at,
				  e->sequence[s].n, e->options->pack,
				  STDOUT_FILENO);
	return rc;
}
