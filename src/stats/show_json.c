/* show_json.c - a pair and all that is said about it, as JSON */
#include <math.h>

#include "base/mem.h"
#include "stats/show.h"

static void text(struct json *json, const char *key, struct str value)
{
	json_key(json, key);
	if (value.at)
		json_str(json, value);
	else
		json_null(json);
}

static void real(struct json *json, const char *key, double value)
{
	json_key(json, key);
	json_real(json, value);
}

static void id_or_null(struct json *json, const char *key, int64_t id)
{
	json_key(json, key);
	if (id)
		json_int(json, id);
	else
		json_null(json);
}

static void messages(struct json *json, const struct pair *pair)
{
	json_key(json, "messages");
	json_open(json, '[');
	for (size_t i = 0; i < pair->messages; i++) {
		const struct message *m = &pair->message[i];

		json_open(json, '{');
		text(json, "role", m->role);
		text(json, "content", m->content);
		if (m->extra.at) {
			json_key(json, "extra");
			json_raw(json, m->extra);
		}
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void pair_itself(struct json *json, const struct about *about)
{
	const struct pair *pair = about->pair;

	json_key_int(json, "id", pair->id);
	json_key(json, "kept");
	json_bool(json, about->kept);
	text(json, "source", about->source);
	text(json, "path", about->path);
	text(json, "license", about->license);
	json_key_int(json, "record", pair->record);
	json_key_int(json, "line", pair->line);
	text(json, "lang", pair->lang);
	text(json, "lang_response", pair->lang_response);
	text(json, "category", pair->category);
	json_key_int(json, "turns", pair->turns);
	text(json, "system", pair->system);
	text(json, "instruction", pair->instruction);
	text(json, "input", pair->input);
	text(json, "response", pair->response);
	messages(json, pair);
	json_key(json, "extra");
	if (pair->extra.at)
		json_raw(json, pair->extra);
	else
		json_null(json);
}

static void decision(struct json *json, const struct about_decision *d)
{
	struct buf words = { 0 };

	about_words(d, &words);
	json_open(json, '{');
	text(json, "stage", d->stage);
	text(json, "reason", d->reason);
	text(json, "words", buf_view(&words));
	id_or_null(json, "other_id", d->other_id);
	real(json, "value", d->value);
	real(json, "threshold", d->threshold);
	id_or_null(json, "item_id", d->item_id);
	if (d->item_id) {
		text(json, "benchmark", d->benchmark);
		json_key_int(json, "item_record", d->item_record);
		text(json, "item", d->item);
	}
	json_close(json, '}');
	buf_free(&words);
}

static void finding(struct json *json, const struct pair *pair,
		    const struct show_words *show,
		    const struct about_finding *f)
{
	struct buf words = { 0 };
	struct str field = about_field(pair, f->field, f->turn);
	size_t from = about_offset(field, f->start);
	struct str rest = { field.at + from, field.n - from };

	rest.n = about_offset(rest, f->length);
	json_open(json, '{');
	text(json, "rule", f->rule);
	text(json, "category", f->category);
	json_key_int(json, "turn", f->turn);
	text(json, "field", f->field);
	json_key_int(json, "start", (int64_t)f->start);
	json_key_int(json, "length", (int64_t)f->length);
	if (f->other_id)
		json_key_int(json, "other_id", f->other_id);
	text(json, "text", rest);
	if (show)
		show->of_finding(show->context, pair, f, &words);
	if (words.n)
		text(json, "words", buf_view(&words));
	buf_free(&words);
	json_close(json, '}');
}

static void said_about_it(struct json *json, const struct about *about,
			  const struct show_words *words)
{
	json_key(json, "decisions");
	json_open(json, '[');
	for (size_t i = 0; i < about->decision.n; i++)
		decision(json, &about->decision.at[i]);
	json_close(json, ']');
	json_key(json, "findings");
	json_open(json, '[');
	for (size_t i = 0; i < about->finding.n; i++)
		finding(json, about->pair, words, &about->finding.at[i]);
	json_close(json, ']');
	json_key(json, "scores");
	json_open(json, '{');
	for (size_t i = 0; i < about->score.n; i++)
		real(json, about->score.at[i].metric.at,
		     about->score.at[i].value);
	json_close(json, '}');
}

static void people(struct json *json, const struct about *about)
{
	json_key(json, "verdict");
	if (!about->verdict.at) {
		json_null(json);
		return;
	}
	json_open(json, '{');
	text(json, "verdict", about->verdict);
	text(json, "note", about->note);
	text(json, "author", about->author);
	text(json, "made", about->made);
	json_close(json, '}');
}

static void edits(struct json *json, const struct about *about)
{
	json_key(json, "edits");
	json_open(json, '[');
	for (size_t i = 0; i < about->edit.n; i++) {
		const struct about_edit *edit = &about->edit.at[i];

		json_open(json, '{');
		json_key_int(json, "turn", edit->turn);
		text(json, "field", edit->field);
		text(json, "original", edit->original);
		text(json, "author", edit->author);
		text(json, "made", edit->made);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void relatives(struct json *json, const struct about *about)
{
	json_key(json, "fallen");
	json_open(json, '[');
	for (size_t i = 0; i < about->fallen.n; i++) {
		const struct about_fallen *f = &about->fallen.at[i];

		json_open(json, '{');
		json_key_int(json, "id", f->id);
		text(json, "method", f->method);
		real(json, "similarity", f->similarity);
		json_close(json, '}');
	}
	json_close(json, ']');
	json_key_int(json, "fallen_pairs", (int64_t)about->fell);
	id_or_null(json, "cluster_id", about->cluster_id);
	json_key_int(json, "cluster_size", (int64_t)about->cluster_size);
}

int show_json(struct db *db, int64_t id, const struct show_words *words,
	      struct json *json)
{
	struct about about = { 0 };
	int rc = about_read(&about, db, id);

	if (rc == 0) {
		json_open(json, '{');
		pair_itself(json, &about);
		said_about_it(json, &about, words);
		people(json, &about);
		edits(json, &about);
		relatives(json, &about);
		json_close(json, '}');
	}
	about_free(&about);
	return rc;
}
