/* take.c - a record of a file becomes pairs, complete but for their ids */
#include "ingest/take.h"

#include "base/err.h"
#include "ingest/fill.h"
#include "text/lang.h"
#include "text/utf8.h"

void takes_init(struct takes *takes, const struct schema *schema,
		const struct ingest_options *options)
{
	takes->schema = schema;
	takes->options = options;
	category_index_init(&takes->categories);
}

/* -- language -- */

static void add_lang(struct lang_evidence *sum, const struct lang_evidence *e)
{
	sum->letters += e->letters;
	sum->kana += e->kana;
	sum->han += e->han;
	sum->latin += e->latin;
	sum->words += e->words;
	sum->english += e->english;
	sum->foreign += e->foreign;
}

static void find_languages(struct pair *pair)
{
	struct lang_evidence own = { 0 }, answer = { 0 }, around = { 0 };

	lang_look(&own, pair->instruction);
	lang_look(&answer, pair->response);
	lang_look(&around, pair->input);
	add_lang(&around, &own);
	add_lang(&around, &answer);
	pair->lang = str_of(lang_tell(&own, &around,
					 pair->instruction));
	pair->lang_response = str_of(lang_tell(&answer, &around,
						  pair->response));
}

/* -- a pair -- */

static void complete_pair(const struct takes *takes, struct pair *pair)
{
	const struct ingest_options *options = takes->options;

	find_languages(pair);
	if (options->lang)
		pair->lang = pair->lang_response = str_of(options->lang);
	if (options->category)
		pair->category = str_of(options->category);
	if (!pair->category.n)
		pair->category = category_guess(&takes->categories, pair);
	pair->digest = pair_digest(pair);
}

/* -- a record -- */

static void refuse(const struct record *record, size_t byte, const char *why,
		   struct takings *out)
{
	struct pair *pair;

	takings_refuse(out, why, (struct str){ NULL, 0 });
	pair = &out->at[out->n - 1].pair;
	pair->line = record->line;
	pair->byte = record->byte + (int64_t)byte;
	/* the failure's own line, not that of the record's start */
	for (size_t i = 0; i < byte && i < record->text.n; i++)
		pair->line += record->text.at[i] == '\n';
}

/* What cannot be decoded is no UTF-8 either: say which encoding it was. */
static const char *in_encoding(const struct reader *reader, const char *why)
{
	static const char *const other[ENCODINGS] = {
		[ENCODING_UTF16LE] = "not valid UTF-16",
		[ENCODING_UTF16BE] = "not valid UTF-16",
		[ENCODING_UTF32LE] = "not valid UTF-32",
		[ENCODING_UTF32BE] = "not valid UTF-32",
		[ENCODING_CP932] = "not valid CP932 (Shift_JIS)",
		[ENCODING_EUC_JP] = "not valid EUC-JP",
		[ENCODING_ISO_2022_JP] = "not valid ISO-2022-JP",
		[ENCODING_GB18030] = "not valid GB18030",
	};

	if (strcmp(why, "not UTF-8") == 0 && other[reader->encoding])
		return other[reader->encoding];
	return why;
}

static const struct value *parse_around(const struct record *record,
					struct arena *arena,
					struct around *around)
{
	struct scan_error error;

	if (!record->around.n)
		return NULL;
	if (around->at != record->around.at) {
		around->at = record->around.at;
		if (scan_value(arena, record->around, &around->value,
			       &error) < 0)
			around->value = (struct value){ 0 };
	}
	return &around->value;
}

int take_parse(const struct reader *reader, const struct record *record,
	       struct arena *arena, struct around *around,
	       struct value *value, const struct value **stands_in,
	       struct scan_error *error)
{
	struct value read;

	*stands_in = parse_around(record, arena, around);
	*error = (struct scan_error){ 0, NULL };
	if (reader_parse(reader, record, arena, &read, error) < 0) {
		error->why = in_encoding(reader, error->why);
		return ERR_FORMAT;
	}
	return schema_unwrap(&read, arena, value, &error->why);
}

void take_record(const struct takes *takes, const struct reader *reader,
		 const struct record *record, struct around *around,
		 struct takings *out)
{
	const struct value *stands_in;
	struct scan_error error;
	struct value value;
	size_t before = out->n;

	if (take_parse(reader, record, out->arena, around, &value, &stands_in,
		       &error) < 0) {
		refuse(record, error.byte, error.why, out);
		return;
	}
	schema_take(takes->schema, &value, stands_in, out);
	for (size_t i = before; i < out->n; i++) {
		struct taken *taken = &out->at[i];

		taken->pair.line = record->line;
		taken->pair.byte = record->byte;
		if (!taken->why)
			complete_pair(takes, &taken->pair);
	}
}

struct str take_excerpt(struct arena *arena, struct str text, int characters)
{
	char *out = arena_alloc(arena, 4 * (size_t)characters + 1), *to = out;
	size_t i = 0;

	for (int n = 0; n < characters && i < text.n; n++) {
		size_t left = text.n - i < 4 ? text.n - i : 4;
		size_t width = 1;

		while (width < left && utf8_check(text.at + i, width) < width)
			width++;
		if (utf8_check(text.at + i, width) < width ||
		    (unsigned char)text.at[i] < 0x20 || text.at[i] == 0x7f) {
			*to++ = '?';
			width = 1;
		} else {
			memcpy(to, text.at + i, width);
			to += width;
		}
		i += width;
	}
	return (struct str){ out, (size_t)(to - out) };
}
