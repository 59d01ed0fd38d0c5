/*
 * rules_json.h - packs as JSON, for programs that do not read .rules files
 *
 * An object with `packs` (name, version, extends, sha256) and `rules`, each with
 * every line it has; a line that a rule lacks is null or an empty array.
 */
#ifndef FILTER_RULES_JSON_H
#define FILTER_RULES_JSON_H

#include "base/buf.h"
#include "filter/rule.h"

void rules_json(const struct ruleset *set, struct buf *out);

const char *action_name(enum action action);

#endif
