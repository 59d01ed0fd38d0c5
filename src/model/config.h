/*
 * config.h - looking into the JSON files that stand beside a model
 *
 * A key that is absent, or of another type than asked for, gives the value
 * that the caller names, so reading a file needs no ladder of ifs.
 *
 * Ownership  what is returned is borrowed until cJSON_Delete()
 */
#ifndef MODEL_CONFIG_H
#define MODEL_CONFIG_H

#include <cjson/cJSON.h>
#include <stdbool.h>

static inline const cJSON *config_get(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

/* "" when there is no text. */
static inline const char *config_text(const cJSON *object, const char *key)
{
	const char *text = cJSON_GetStringValue(config_get(object, key));

	return text ? text : "";
}

static inline bool config_true(const cJSON *object, const char *key,
			       bool otherwise)
{
	const cJSON *value = config_get(object, key);

	return cJSON_IsBool(value) ? cJSON_IsTrue(value) : otherwise;
}

static inline double config_number(const cJSON *object, const char *key,
				   double otherwise)
{
	const cJSON *value = config_get(object, key);

	return cJSON_IsNumber(value) ? value->valuedouble : otherwise;
}

#endif
