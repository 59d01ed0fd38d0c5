/* filter_json.c - what the filter did, as one object */
#include <stdlib.h>

#include "base/json.h"
#include "filter/filter.h"

static void json_counts(struct json *json, const char *key,
			const struct map *map, const uint64_t *count)
{
	json_key(json, key);
	json_open(json, '{');
	for (uint32_t i = 0; i < map->n; i++) {
		struct str name = map_key(map, i);

		if (!count[i])
			continue;
		json_key(json, name.at);
		json_int(json, (int64_t)count[i]);
	}
	json_close(json, '}');
}

/* Constraints by what became of them, all together and by kind. */
static void json_asked(struct json *json, const struct filter_summary *s)
{
	uint64_t sum[VERDICTS] = { 0 };

	for (int k = 0; k < ASK_KINDS; k++)
		for (int v = 0; v < VERDICTS; v++)
			sum[v] += s->asked[k][v];
	json_key(json, "constraints");
	json_open(json, '{');
	for (int v = 0; v < VERDICTS; v++) {
		json_key(json, verdict_name[v]);
		json_int(json, (int64_t)sum[v]);
	}
	json_key(json, "by_kind");
	json_open(json, '{');
	for (int k = 0; k < ASK_KINDS; k++) {
		const uint64_t *n = s->asked[k];

		if (n[OBEYED] + n[VIOLATED] + n[UNKNOWN] == 0)
			continue;
		json_key(json, constraint_name[k]);
		json_open(json, '{');
		for (int v = 0; v < VERDICTS; v++) {
			json_key(json, verdict_name[v]);
			json_int(json, (int64_t)n[v]);
		}
		json_close(json, '}');
	}
	json_close(json, '}');
	json_close(json, '}');
}

static void json_packs(struct json *json, const struct ruleset *set)
{
	json_key(json, "packs");
	json_open(json, '[');
	for (size_t p = 0; p < set->packs; p++) {
		json_open(json, '{');
		json_key(json, "name");
		json_str(json, set->pack[p].name);
		json_key(json, "version");
		json_str(json, set->pack[p].version);
		json_key(json, "sha256");
		json_text(json, set->pack[p].sha256);
		json_close(json, '}');
	}
	json_close(json, ']');
	json_key(json, "rules_sha256");
	json_text(json, set->sha256);
}

void filter_json(const struct filter_summary *s, double seconds,
		 struct buf *out)
{
	struct json json = { .out = out };

	json_open(&json, '{');
	json_key(&json, "pairs");
	json_int(&json, (int64_t)s->pairs);
	json_key(&json, "flagged");
	json_int(&json, (int64_t)s->flagged);
	json_key(&json, "dropped");
	json_int(&json, (int64_t)s->dropped);
	json_key(&json, "spared");
	json_int(&json, (int64_t)s->spared);
	json_key(&json, "findings");
	json_int(&json, (int64_t)s->findings);
	json_key(&json, "rule_errors");
	json_int(&json, (int64_t)s->errors);
	json_counts(&json, "by_category", &s->category, s->by_category);
	json_key(&json, "by_rule");
	json_open(&json, '{');
	for (size_t r = 0; r < s->set.n; r++)
		if (s->by_rule[r]) {
			json_key(&json, s->set.rule[r].id.at);
			json_int(&json, (int64_t)s->by_rule[r]);
		}
	json_close(&json, '}');
	json_counts(&json, "dropped_by", &s->reason, s->by_reason);
	json_key(&json, "ambiguity");
	json_open(&json, '{');
	json_key(&json, "mean");
	json_real(&json, s->ambiguity);
	json_key(&json, "strong");
	json_int(&json, (int64_t)s->strong);
	json_close(&json, '}');
	json_asked(&json, s);
	json_packs(&json, &s->set);
	json_key(&json, "seconds");
	json_real(&json, seconds);
	json_close(&json, '}');
}

void filter_summary_free(struct filter_summary *s)
{
	ruleset_free(&s->set);
	map_free(&s->category);
	map_free(&s->reason);
	free(s->by_rule);
	free(s->by_category);
	free(s->by_reason);
	*s = (struct filter_summary){ 0 };
}
