/* choose.c - the options that say which encoder, the same for all commands */
#include "cli/choose.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "stats/meaning.h"

int choose_encoder(const struct choice *options, struct encoder **encoder)
{
	bool shipped = strcmp(options->model, "mini") == 0 ||
		       strcmp(options->model, "mini-static") == 0;
	bool bytes = strcmp(options->precision, "int8") == 0 ||
		     (shipped && strcmp(options->precision, "auto") == 0);
	struct encoder_spec spec = {
		.type = bytes ? LINEAR_INT8 : LINEAR_FLOAT,
		.most = (size_t)options->most,
		.prefix = options->prefix,
		.table = strcmp(options->model, "mini-static") == 0,
	};
	struct buf path = { 0 };
	int rc;

	if (shipped) {
		file_shipped("ITDATA_MODELS", "src/model", PKGDATADIR "/model",
			     &path);
		buf_text(&path, "/mini");
	} else {
		buf_text(&path, options->model);
	}
	rc = encoder_open(encoder, path.at, &spec);
	buf_free(&path);
	return rc;
}

/* -- the encoder of vectors that are there -- */

/* The value of --NAME among the arguments of a run, or NULL. */
static const char *argument(const cJSON *arguments, const char *name)
{
	const cJSON *at;
	size_t n = strlen(name);

	cJSON_ArrayForEach(at, arguments) {
		const char *text = cJSON_GetStringValue(at);

		if (!text || strncmp(text, "--", 2) != 0 ||
		    strncmp(text + 2, name, n) != 0)
			continue;
		if (text[2 + n] == '=')
			return text + 3 + n;
		if (!text[2 + n] && at->next)
			return cJSON_GetStringValue(at->next);
	}
	return NULL;
}

/* Open it when it is the one of that name. */
static bool open_named(const struct choice *options, struct str name,
		       struct encoder **encoder)
{
	*encoder = NULL;
	if (choose_encoder(options, encoder) == 0 &&
	    str_is(name, encoder_name(*encoder)))
		return true;
	encoder_free(*encoder);
	*encoder = NULL;
	return false;
}

static bool open_as_run(struct str text, const char *folder, struct str name,
			struct encoder **encoder)
{
	struct choice options = CHOOSE_DEFAULTS;
	cJSON *arguments = cJSON_ParseWithLength(text.at, text.n);
	const char *model = argument(arguments, "model");
	const char *precision = argument(arguments, "precision");
	const char *most = argument(arguments, "max-tokens");
	bool opened;

	options.prefix = argument(arguments, "prefix");
	if (folder || model)
		options.model = folder ? folder : model;
	if (precision)
		options.precision = precision;
	if (most)
		options.most = strtoull(most, NULL, 10);
	opened = open_named(&options, name, encoder);
	cJSON_Delete(arguments);
	return opened;
}

int choose_stored(struct db *db, const char *folder, struct encoder **encoder)
{
	struct choice options = CHOOSE_DEFAULTS;
	struct buf model = { 0 }, field = { 0 };
	sqlite3_stmt *row = NULL;
	bool opened = false;
	int rc;

	*encoder = NULL;
	if ((rc = meaning_kind(db, &model, &field)) < 0 ||
	    (rc = db_prepare(db, SQL_MEANING_RUN, &row)) < 0)
		goto done;
	while (!opened && sqlite3_step(row) == SQLITE_ROW)
		opened = open_as_run(db_str(row, 0), folder, buf_view(&model),
				     encoder);
	if (!opened && folder)
		options.model = folder;
	if (!opened && !open_named(&options, buf_view(&model), encoder))
		rc = err_set(ERR_ABSENT, "%s: the vectors are those of '%s', "
					 "whose model is not found; --model "
					 "FOLDER says where it is",
			     db->path, model.at);
done:
	sqlite3_finalize(row);
	buf_free(&model);
	buf_free(&field);
	return rc;
}
