/* corpus.c - what a model is trained on: documents of tokens with a mask */
#define _GNU_SOURCE /* memmem */
#include "train/corpus.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/vec.h"
#include "read/reader.h"
#include "shard/tokens.h"
#include "text/utf8.h"

/* -- documents -- */

static int add_document(struct corpus *c, const uint32_t *id,
			const unsigned char *mask, size_t n, size_t most,
			uint32_t group)
{
	int rc;

	if (most && n > most) {
		n = most;
		c->cut++;
	}
	if (n < 2) /* nothing to predict */
		return 0;
	if ((rc = mem_try_grow(&c->token, &c->token_room, c->n + n,
			       sizeof *c->token)) < 0 ||
	    (rc = mem_try_grow(&c->mask, &c->mask_room, c->n + n, 1)) < 0 ||
	    (rc = mem_try_grow(&c->start, &c->start_room, c->documents + 2,
			       sizeof *c->start)) < 0 ||
	    (rc = mem_try_grow(&c->group, &c->group_room, c->documents + 1,
			       sizeof *c->group)) < 0)
		return rc;
	c->group[c->documents] = group;
	c->start[c->documents++] = c->n;
	memcpy(c->token + c->n, id, n * sizeof *id);
	if (mask)
		memcpy(c->mask + c->n, mask, n);
	else
		memset(c->mask + c->n, 1, n);
	c->n += n;
	c->start[c->documents] = c->n;
	return 0;
}

/* -- groups -- */

static uint32_t group_of(struct corpus *c, const struct value *value)
{
	struct str lang = value_text(value, "lang");
	struct str category = value_text(value, "category");
	struct buf name = { 0 };
	uint32_t number;

	buf_str(&name, lang);
	if (lang.n && category.n)
		buf_byte(&name, '/');
	buf_str(&name, category);
	number = map_add(&c->groups, buf_view(&name));
	buf_free(&name);
	return number;
}

/* The groups of a shard's rows, from meta/; none when there is no such file. */
struct groups {
	uint32_t *at; /* (n) */
	size_t n, room;
};

static int read_groups(struct corpus *c, const char *path,
		       struct groups *groups)
{
	struct arena arena = { 0 };
	struct chunk chunk = { 0 };
	struct scan_error error;
	struct reader reader;
	struct value value;
	int rc;

	if ((rc = reader_open(&reader, path, FORMAT_JSONL)) < 0)
		return rc;
	while ((rc = reader_next(&reader, &chunk)) > 0)
		for (size_t i = 0; i < chunk.records; i++) {
			uint32_t group = 0;

			arena_reset(&arena);
			if (!chunk.record[i].why &&
			    reader_parse(&reader, &chunk.record[i], &arena,
					 &value, &error) == 0)
				group = group_of(c, &value);
			mem_grow(&groups->at, &groups->room, groups->n + 1,
				 sizeof *groups->at);
			groups->at[groups->n++] = group;
		}
	chunk_free(&chunk);
	reader_close(&reader);
	arena_free(&arena);
	return rc;
}

/* DIR/meta/NAME.jsonl or .jsonl.zst for DIR/NAME.EXTENSION */
static int find_groups(struct corpus *c, const char *path,
		       struct groups *groups)
{
	static const char *const ends[] = { ".jsonl", ".jsonl.zst",
					    ".jsonl.gz" };
	const char *slash = strrchr(path, '/'), *dot = strchr(slash, '.');
	struct buf meta = { 0 };
	int rc = 0;

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		buf_clear(&meta);
		buf_print(&meta, "%.*s/meta%.*s%s", (int)(slash - path), path,
			  (int)(dot - slash), slash, ends[i]);
		if (access(meta.at, R_OK) != 0)
			continue;
		rc = read_groups(c, meta.at, groups);
		break;
	}
	buf_free(&meta);
	return rc;
}

/* -- token shards -- */

static int check_tokenizer(const struct token_header *header,
			   const struct corpus_how *how)
{
	char hex[SHA256_HEX], want[SHA256_HEX];
	uint64_t size;
	int rc;

	if (header->vocabulary > how->vocabulary)
		return err_set(ERR_FORMAT,
			       "made for a vocabulary of %u tokens; the model "
			       "has %u",
			       header->vocabulary, how->vocabulary);
	if (!how->tokenizer_path)
		return 0;
	if ((rc = sha256_file(how->tokenizer_path, hex, &size)) < 0)
		return rc;
	for (int i = 0; i < 32; i++)
		snprintf(want + 2 * i, 3, "%02x", header->tokenizer[i]);
	if (strcmp(hex, want) != 0)
		return err_set(ERR_FORMAT,
			       "made with another tokenizer than the model's; "
			       "export again with --tokenizer %s",
			       how->tokenizer_path);
	return 0;
}

static int copy_document(struct corpus *c, const struct token_shard *shard,
			 size_t d, size_t most, uint32_t **id,
			 unsigned char **mask, size_t *room, size_t *mask_room,
			 const struct groups *groups)
{
	uint64_t start = shard->start[d];
	size_t n = shard->start[d + 1] - start;
	int rc;

	if ((rc = mem_try_grow(id, room, n, sizeof **id)) < 0 ||
	    (rc = mem_try_grow(mask, mask_room, n, 1)) < 0 ||
	    (rc = token_shard_copy(shard, start, n, *id)) < 0)
		return rc;
	for (size_t i = 0; i < n; i++)
		(*mask)[i] = token_shard_trained(shard, start + i);
	return add_document(c, *id, *mask, n, most,
			    d < groups->n ? groups->at[d] : 0);
}

static int add_token_shard(struct corpus *c, const char *path,
			   const struct corpus_how *how)
{
	size_t room = 0, mask_room = 0;
	struct groups groups = { 0 };
	unsigned char *mask = NULL;
	struct token_shard shard;
	uint32_t *id = NULL;
	int rc;

	if ((rc = token_shard_open(&shard, path)) < 0)
		return rc;
	rc = check_tokenizer(&shard.header, how);
	if (rc == 0)
		rc = find_groups(c, path, &groups);
	for (size_t d = 0; rc == 0 && d < shard.header.documents; d++)
		rc = copy_document(c, &shard, d, how->most, &id, &mask, &room,
				   &mask_room, &groups);
	if (rc == 0)
		c->template = template_find(shard.header.template);
	else
		rc = err_wrap(rc, "%s", path);
	token_shard_close(&shard);
	free(groups.at);
	free(id);
	free(mask);
	return rc;
}

/* -- JSON lines -- */

static struct str either(const struct value *o, const char *a, const char *b)
{
	struct str text = value_text(o, a);

	return text.at ? text : value_text(o, b);
}

static struct str role_of(struct str role)
{
	if (str_is(role, "human"))
		return STR("user");
	if (str_is(role, "gpt"))
		return STR("assistant");
	return role;
}

static size_t messages_of_turns(const struct value *turns, struct arena *arena,
				struct chat_message **message)
{
	size_t n = 0;

	*message = arena_array(arena, turns->n, sizeof **message);
	for (const struct value *v = turns->child; v; v = v->next) {
		struct str role = role_of(either(v, "role", "from"));
		struct str content = either(v, "content", "value");

		if (!role.at || !content.at)
			return 0;
		(*message)[n++] = (struct chat_message){ role, content };
	}
	return n;
}

/* Instruction and input are one message, an empty line between them. */
static struct str asked_of(const struct value *o, struct arena *arena)
{
	struct str asked = either(o, "instruction", "prompt");
	struct str input = value_text(o, "input");
	struct str both;
	char *at;

	if (!asked.at || !input.n)
		return asked;
	both.n = asked.n + 2 + input.n;
	both.at = at = arena_alloc(arena, both.n + 1);
	memcpy(at, asked.at, asked.n);
	memcpy(at + asked.n, "\n\n", 2);
	memcpy(at + asked.n + 2, input.at, input.n);
	return both;
}

size_t corpus_messages(const struct value *value, struct arena *arena,
		       struct chat_message **message)
{
	const struct value *turns;
	struct str asked, answer, system;
	size_t n = 0;

	if (value->type != VALUE_OBJECT)
		return 0;
	turns = value_get(value, "messages");
	if (!turns)
		turns = value_get(value, "conversations");
	if (turns && turns->type == VALUE_ARRAY)
		return messages_of_turns(turns, arena, message);
	asked = asked_of(value, arena);
	answer = either(value, "output", "completion");
	if (!answer.at)
		answer = value_text(value, "response");
	if (!asked.at || !answer.at)
		return 0;
	system = value_text(value, "system");
	*message = arena_array(arena, 3, sizeof **message);
	if (system.n)
		(*message)[n++] =
			(struct chat_message){ STR("system"), system };
	(*message)[n++] = (struct chat_message){ STR("user"), asked };
	(*message)[n++] = (struct chat_message){ STR("assistant"), answer };
	return n;
}

struct lines {
	struct corpus *corpus;
	const struct corpus_how *how;
	struct rendering rendering;
	struct tokens tokens;
	struct arena arena;
	struct groups groups; /* of the shard's rows */
};

static int add_plain(struct lines *l, struct str text)
{
	const struct corpus_how *how = l->how;

	tokenizer_encode(how->tokenizer, text, false, 0, &l->tokens);
	if (how->stop >= 0 && l->tokens.n) {
		mem_grow(&l->tokens.id, &l->tokens.room, l->tokens.n + 1,
			 sizeof *l->tokens.id);
		l->tokens.id[l->tokens.n++] = (uint32_t)how->stop;
	}
	return add_document(l->corpus, l->tokens.id, NULL, l->tokens.n, 0, 0);
}

static int add_value(struct lines *l, const struct value *value,
		     size_t number)
{
	struct chat_message *message;
	struct str text = value_text(value, "text");
	size_t n = corpus_messages(value, &l->arena, &message);
	int rc;

	if (!n && text.at)
		return add_plain(l, text);
	if (!n)
		return err_set(ERR_FORMAT, "neither messages, nor instruction "
					   "and output, nor text");
	rc = template_render(l->how->template, message, n, false,
			     &l->rendering);
	if (rc < 0)
		return rc;
	rendering_tokens(&l->rendering, l->how->tokenizer);
	return add_document(l->corpus, l->rendering.id, l->rendering.mask,
			    l->rendering.tokens, l->how->most,
			    number < l->groups.n ? l->groups.at[number] :
						   group_of(l->corpus, value));
}

static int add_record(struct lines *l, const struct reader *reader,
		      const struct record *record)
{
	struct scan_error error;
	struct value value;
	int rc;

	arena_reset(&l->arena);
	if (record->why)
		return err_set(ERR_FORMAT, "line %lld: %s",
			       (long long)record->line, record->why);
	if (reader_parse(reader, record, &l->arena, &value, &error) < 0)
		return err_set(ERR_FORMAT, "line %lld: %s",
			       (long long)record->line, error.why);
	if ((rc = add_value(l, &value, (size_t)record->number)) < 0)
		return err_wrap(rc, "line %lld", (long long)record->line);
	return 0;
}

static int each_record(struct lines *l, const char *path)
{
	struct chunk chunk = { 0 };
	struct reader reader;
	int rc;

	if ((rc = reader_open(&reader, path, FORMAT_JSONL)) < 0)
		return rc;
	while ((rc = reader_next(&reader, &chunk)) > 0) {
		rc = 0;
		for (size_t i = 0; i < chunk.records && rc == 0; i++)
			rc = add_record(l, &reader, &chunk.record[i]);
		if (rc < 0)
			break;
	}
	chunk_free(&chunk);
	reader_close(&reader);
	return rc;
}

static void lines_free(struct lines *l)
{
	rendering_free(&l->rendering);
	tokens_free(&l->tokens);
	arena_free(&l->arena);
	free(l->groups.at);
}

static int add_jsonl(struct corpus *c, const char *path,
		     const struct corpus_how *how)
{
	struct lines l = { .corpus = c, .how = how };
	int rc;

	if (!how->tokenizer)
		return err_set(ERR_ABSENT,
			       "%s: JSON lines need the model's tokenizer",
			       path);
	rc = find_groups(c, path, &l.groups);
	if (rc == 0)
		rc = each_record(&l, path);
	if (rc < 0)
		rc = err_wrap(rc, "%s", path);
	lines_free(&l);
	return rc;
}

/* -- folders -- */

static bool ends(struct str name, const char *end)
{
	size_t n = strlen(end);

	return name.n >= n && memcmp(name.at + name.n - n, end, n) == 0;
}

static bool is_shard(const char *file, const char *split)
{
	struct str name = str_of(file);
	size_t n = strlen(split);

	if (strncmp(file, split, n) != 0 || (file[n] != '-' && file[n] != '.'))
		return false;
	return ends(name, ".tokens") || ends(name, ".jsonl") ||
	       ends(name, ".jsonl.zst") || ends(name, ".jsonl.gz");
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int corpus_add_folder(struct corpus *corpus, const char *folder,
		      const char *split, const struct corpus_how *how)
{
	DIR *dir = opendir(folder);
	VEC(char *) names = { 0 };
	struct dirent *entry;
	int rc = 0, found = 0;

	if (!dir)
		return err_sys(ERR_IO, "%s", folder);
	if (!corpus->files)
		corpus->template = -1;
	while ((entry = readdir(dir)))
		if (is_shard(entry->d_name, split))
			vec_push(&names, mem_copy(entry->d_name,
						  strlen(entry->d_name)));
	closedir(dir);
	if (names.n)
		qsort(names.at, names.n, sizeof *names.at, by_name);
	for (size_t i = 0; i < names.n; i++) {
		struct buf path = { 0 };

		buf_print(&path, "%s/%s", folder, names.at[i]);
		if (rc == 0)
			rc = ends(buf_view(&path), ".tokens") ?
				     add_token_shard(corpus, path.at, how) :
				     add_jsonl(corpus, path.at, how);
		found += rc == 0;
		buf_free(&path);
		free(names.at[i]);
	}
	vec_free(&names);
	corpus->files += (size_t)found;
	return rc < 0 ? rc : found;
}

/* -- plain text -- */

/* Documents are separated by empty lines. */
static int add_paragraphs(struct lines *l, struct str text)
{
	int rc = 0;

	for (size_t start = 0; start < text.n && rc == 0;) {
		const char *at = text.at + start;
		const char *gap = memmem(at, text.n - start, "\n\n", 2);
		size_t n = gap ? (size_t)(gap - at) : text.n - start;
		size_t used = n;

		while (used && at[used - 1] == '\n')
			used--;
		if (used)
			rc = add_plain(l, (struct str){ at, used });
		start += n;
		while (start < text.n && text.at[start] == '\n')
			start++;
	}
	return rc;
}

static int read_all(const char *path, struct buf *text)
{
	struct input input;
	ssize_t n;
	int rc;

	if ((rc = input_open(&input, path)) < 0)
		return rc;
	do {
		buf_room(text, 1 << 20);
		n = input_read(&input, text->at + text->n, 1 << 20);
		text->n += n > 0 ? (size_t)n : 0;
	} while (n > 0);
	text->at[text->n] = '\0';
	input_close(&input);
	return n < 0 ? (int)n : 0;
}

int corpus_add_text(struct corpus *corpus, const char *path,
		    const struct corpus_how *how)
{
	struct lines l = { .corpus = corpus, .how = how };
	struct str name = str_of(path);
	struct buf text = { 0 };
	int rc;

	if (ends(name, ".jsonl") || ends(name, ".jsonl.zst") ||
	    ends(name, ".jsonl.gz"))
		rc = each_record(&l, path);
	else if ((rc = read_all(path, &text)) == 0)
		rc = utf8_check(text.at, text.n) == text.n ?
			     add_paragraphs(&l, buf_view(&text)) :
			     err_set(ERR_FORMAT, "not UTF-8");
	if (rc < 0)
		rc = err_wrap(rc, "%s", path);
	corpus->files += rc == 0;
	buf_free(&text);
	lines_free(&l);
	return rc;
}

void corpus_free(struct corpus *corpus)
{
	free(corpus->token);
	free(corpus->mask);
	free(corpus->start);
	free(corpus->group);
	map_free(&corpus->groups);
	*corpus = (struct corpus){ 0 };
}
