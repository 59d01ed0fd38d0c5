/* report.c - arguments and summary of an export, as JSON */
#include "base/json.h"
#include "export/consumer.h"
#include "export/job.h"

void report_arguments(const struct export_options *o, struct buf *out)
{
	struct json json = { .out = out };

	json_open(&json, '{');
	json_key(&json, "format");
	json_text(&json, row_format_name(o->gather.style.format));
	json_key(&json, "compress");
	json_text(&json, pack_name(o->pack));
	json_key(&json, "shards");
	json_int(&json, o->shard_size ? 0 : o->shards);
	json_key(&json, "shard_size");
	json_int(&json, (int64_t)o->shard_size);
	json_key(&json, "for");
	json_text(&json, consumer_name((enum consumer)o->gather.style.consumer));
	json_key(&json, "license_allow");
	json_text(&json, o->gather.licenses);
	json_key(&json, "redact");
	json_bool(&json, o->gather.redact);
	json_key(&json, "cap_opening");
	json_real(&json, o->cap.opening);
	json_key(&json, "cap_refusal");
	json_real(&json, o->cap.refusal);
	json_key(&json, "split");
	json_open(&json, '{');
	for (size_t i = 0; i < o->split.splits; i++) {
		json_key(&json, o->split.split[i].name);
		json_real(&json, o->split.split[i].share);
	}
	json_close(&json, '}');
	json_key(&json, "leak");
	json_real(&json, o->split.leak);
	json_key(&json, "leak_cosine");
	json_real(&json, o->split.cosine);
	json_key(&json, "balance");
	json_open(&json, '[');
	for (size_t i = 0; i < o->gather.grouping->field.n; i++) {
		const struct group_field *field =
			&o->gather.grouping->field.at[i];

		json_text(&json, field->name);
		if (field->kind == GROUP_MEASURE)
			json_real(&json, field->step);
	}
	json_close(&json, ']');
	json_key(&json, "alpha");
	json_real(&json, o->alpha);
	json_key(&json, "share");
	json_open(&json, '{');
	for (size_t i = 0; i < o->quotas->list.n; i++) {
		json_key(&json, o->quotas->list.at[i].name);
		json_real(&json, 100 * o->quotas->list.at[i].asked);
	}
	json_close(&json, '}');
	json_key(&json, "cap");
	json_int(&json, (int64_t)o->balance.cap);
	json_key(&json, "total");
	json_int(&json, (int64_t)o->balance.total);
	json_key(&json, "repeat");
	json_int(&json, (int64_t)o->balance.repeat);
	json_key(&json, "max_tokens");
	json_int(&json, o->gather.style.most);
	json_key(&json, "overlong");
	json_text(&json, o->gather.style.cut ? "cut" : "drop");
	json_close(&json, '}');
}

/* By category, before the caps: what answers do too often. */
static void put_caps(struct json *json, const struct export_summary *summary)
{
	json_key(json, "capped");
	json_int(json, (int64_t)summary->caps.dropped);
	json_key(json, "habits");
	json_open(json, '{');
	for (uint32_t i = 0; i < summary->caps.lines; i++) {
		const struct cap_line *line = &summary->caps.line[i];

		json_str(json, map_key(&summary->set.category.map, i));
		buf_byte(json->out, ':');
		json->comma = false;
		json_open(json, '{');
		json_key(json, "pairs");
		json_int(json, (int64_t)line->pairs);
		json_key(json, "refusals");
		json_int(json, (int64_t)line->refusals);
		json_key(json, "moralising");
		json_int(json, (int64_t)line->moralising);
		json_key(json, "commonest_opening");
		json_int(json, (int64_t)line->commonest);
		json_close(json, '}');
	}
	json_close(json, '}');
}

void export_json(const struct export_summary *summary, double seconds,
		 struct buf *out)
{
	const struct manifest *m = summary->manifest;
	struct json json = { .out = out };

	json_open(&json, '{');
	json_key(&json, "pairs");
	json_int(&json, (int64_t)summary->pairs);
	json_key(&json, "skipped");
	json_int(&json, (int64_t)summary->set.skip.n);
	json_key(&json, "cut");
	json_int(&json, (int64_t)summary->set.cut.n);
	json_key(&json, "redacted");
	json_int(&json, (int64_t)summary->set.redacted);
	json_key(&json, "leaks");
	json_int(&json, (int64_t)summary->leaks.pairs);
	json_key(&json, "leaks_cosine");
	json_int(&json, (int64_t)summary->meant.pairs);
	json_key(&json, "vectors");
	json_int(&json, (int64_t)summary->vectors);
	json_key(&json, "splits");
	json_open(&json, '{');
	for (size_t i = 0; i < m->splits; i++) {
		json_key(&json, m->split[i].name);
		json_int(&json, (int64_t)m->split[i].rows);
	}
	json_close(&json, '}');
	json_key(&json, "shards");
	json_open(&json, '[');
	for (size_t i = 0; i < m->shards; i++) {
		json_open(&json, '{');
		json_key(&json, "path");
		json_text(&json, m->shard[i].file.path);
		json_key(&json, "split");
		json_text(&json, m->shard[i].split);
		json_key(&json, "rows");
		json_int(&json, (int64_t)m->shard[i].rows);
		json_key(&json, "bytes");
		json_int(&json, (int64_t)m->shard[i].file.bytes);
		json_key(&json, "sha256");
		json_text(&json, m->shard[i].file.sha256);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_key(&json, "groups");
	json_open(&json, '{');
	for (size_t i = 0; i < m->groups; i++) {
		json_key(&json, m->group[i].name);
		json_int(&json, (int64_t)m->group[i].rows);
	}
	json_close(&json, '}');
	json_key(&json, "quotas");
	json_open(&json, '{');
	for (size_t i = 0; i < m->quotas; i++) {
		json_key(&json, m->quota[i].name);
		json_int(&json, (int64_t)m->quota[i].rows);
	}
	json_close(&json, '}');
	put_caps(&json, summary);
	json_key(&json, "seconds");
	json_real(&json, seconds);
	json_close(&json, '}');
}
