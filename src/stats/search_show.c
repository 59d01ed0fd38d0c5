/* search_show.c - what a search found, for people and as JSON */
#include "stats/about.h"
#include "stats/search.h"
#include "stats/snippet.h"
#include "stats/visible.h"

struct showing {
	const struct query *query;
	struct about about;
	struct snippet snippet;
	struct about_text *text; /* (texts) of the pair */
	size_t texts;
};

static int read_pair(struct showing *showing, struct db *db, int64_t id)
{
	int rc = about_read(&showing->about, db, id);

	free(showing->text);
	showing->text = NULL;
	if (rc < 0)
		return rc;
	showing->text = mem_array(about_room(showing->about.pair),
				  sizeof *showing->text);
	showing->texts = about_texts(showing->about.pair, showing->text);
	return 0;
}

static void showing_free(struct showing *showing)
{
	about_free(&showing->about);
	snippet_free(&showing->snippet);
	free(showing->text);
}

/* Texts with a hit; without any hit (or words) the first text. */
static bool is_shown(struct showing *showing, size_t i, bool hits)
{
	snippet_find(&showing->snippet, showing->text[i].text, showing->query);
	return showing->snippet.hit.n || (!hits && i == 0);
}

static bool has_hits(struct showing *showing)
{
	for (size_t i = 0; i < showing->texts; i++) {
		snippet_find(&showing->snippet, showing->text[i].text,
			     showing->query);
		if (showing->snippet.hit.n)
			return true;
	}
	return false;
}

static void head(const struct about *about, const struct found *found,
		 size_t i, struct buf *out)
{
	buf_print(out, "%lld  ", (long long)about->pair->id);
	if (i < found->nearness.n)
		buf_print(out, "%.3f  ", found->nearness.at[i]);
	about_fate(about, out);
	buf_text(out, "  (");
	visible_line(out, about->pair->lang);
	if (about->pair->category.n) {
		buf_text(out, ", ");
		visible_line(out, about->pair->category);
	}
	buf_text(out, ", ");
	visible_line(out, about->source);
	buf_text(out, ")\n");
}

int search_text(const struct found *found, struct db *db,
		const struct query *query, bool colour, struct buf *out)
{
	const char *open = colour ? "\033[1;33m" : "[";
	const char *close = colour ? "\033[0m" : "]";
	struct showing showing = { .query = query };
	int rc = 0;

	for (size_t i = 0; i < found->id.n; i++) {
		bool hits;

		if ((rc = read_pair(&showing, db, found->id.at[i])) < 0)
			break;
		head(&showing.about, found, i, out);
		hits = has_hits(&showing);
		for (size_t j = 0; j < showing.texts; j++) {
			if (!is_shown(&showing, j, hits))
				continue;
			buf_text(out, "    ");
			visible_fit(out, showing.text[j].name, 12);
			buf_byte(out, ' ');
			snippet_line(&showing.snippet, showing.text[j].text,
				     open, close, out);
			buf_byte(out, '\n');
		}
	}
	showing_free(&showing);
	return rc;
}

/* -- JSON -- */

static void key_text(struct json *json, const char *key, struct str text)
{
	json_key(json, key);
	json_str(json, text);
}

static void hits_json(const struct showing *showing, size_t i,
		      struct json *json)
{
	struct buf line = { 0 };

	snippet_line(&showing->snippet, showing->text[i].text, "", "", &line);
	json_open(json, '{');
	key_text(json, "field", showing->text[i].name);
	json_key(json, "turn");
	json_int(json, showing->text[i].turn);
	key_text(json, "snippet", buf_view(&line));
	json_key(json, "spans"); /* start and length, characters of the text */
	json_open(json, '[');
	for (size_t j = 0; j < showing->snippet.hit.n; j++) {
		json_open(json, '[');
		json_int(json, showing->snippet.hit.at[j].start);
		json_int(json, showing->snippet.hit.at[j].length);
		json_close(json, ']');
	}
	json_close(json, ']');
	json_close(json, '}');
	buf_free(&line);
}

static void pair_json(struct showing *showing, const struct found *found,
		      size_t at, struct json *json)
{
	const struct about *about = &showing->about;
	struct buf fate = { 0 };
	bool hits = has_hits(showing);

	about_fate(about, &fate);
	json_open(json, '{');
	json_key(json, "id");
	json_int(json, about->pair->id);
	json_key(json, "kept");
	json_bool(json, about->kept);
	key_text(json, "fate", buf_view(&fate));
	key_text(json, "lang", about->pair->lang);
	key_text(json, "category", about->pair->category);
	key_text(json, "source", about->source);
	if (at < found->nearness.n) {
		json_key(json, "cosine");
		json_real(json, found->nearness.at[at]);
	}
	json_key(json, "hits");
	json_open(json, '[');
	for (size_t i = 0; i < showing->texts; i++)
		if (is_shown(showing, i, hits))
			hits_json(showing, i, json);
	json_close(json, ']');
	json_close(json, '}');
	buf_free(&fate);
}

int search_json(const struct found *found, struct db *db,
		const struct query *query, struct json *json)
{
	struct showing showing = { .query = query };
	int rc = 0;

	json_key(json, "pairs");
	json_open(json, '[');
	for (size_t i = 0; i < found->id.n; i++) {
		if ((rc = read_pair(&showing, db, found->id.at[i])) < 0)
			break;
		pair_json(&showing, found, i, json);
	}
	json_close(json, ']');
	json_key(json, "more");
	json_bool(json, found->more);
	showing_free(&showing);
	return rc;
}
