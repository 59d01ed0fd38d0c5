/* choose.c - the options that say which encoder, the same for all commands */
#include "cli/choose.h"

#include <string.h>

#include "base/err.h"
#include "base/file.h"

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
