/* decode_read.c - the decoder of a tokenizer.json: how tokens become text */
#include "base/err.h"
#include "model/config.h"
#include "model/parts.h"

static struct str keep(struct tokenizer *t, const char *text)
{
	return arena_str(&t->arena, str_of(text));
}

static void add(struct tokenizer *t, struct decode_step step)
{
	mem_grow(&t->decode, &t->decode_room, t->decodes + 1,
		 sizeof *t->decode);
	t->decode[t->decodes++] = step;
}

static int read_replace(struct tokenizer *t, const cJSON *object)
{
	const char *from = config_text(config_get(object, "pattern"), "String");

	if (!*from)
		return err_set(ERR_FORMAT, "decoder \"Replace\" has no pattern "
					   "that is a String");
	add(t, (struct decode_step){
		.kind = DECODE_REPLACE,
		.from = keep(t, from),
		.to = keep(t, config_text(object, "content")),
	});
	return 0;
}

static int read_strip(struct tokenizer *t, const cJSON *object)
{
	double left = config_number(object, "start", 0);
	double right = config_number(object, "stop", 0);
	const char *what = config_text(object, "content");

	if (!(left >= 0 && left < 1e6 && right >= 0 && right < 1e6) || !*what)
		return err_set(ERR_FORMAT, "decoder \"Strip\" says not what "
					   "or how many");
	add(t, (struct decode_step){
		.kind = DECODE_STRIP, .from = keep(t, what),
		.left = (size_t)left, .right = (size_t)right,
	});
	return 0;
}

static void read_metaspace(struct tokenizer *t, const cJSON *object)
{
	const char *scheme = config_text(object, "prepend_scheme");
	const char *mark = config_text(object, "replacement");

	add(t, (struct decode_step){
		.kind = DECODE_METASPACE,
		.from = keep(t, *mark ? mark : "\xe2\x96\x81"),
		.trim = *scheme ? strcmp(scheme, "never") != 0
				: config_true(object, "add_prefix_space", true),
	});
}

static void read_wordpiece(struct tokenizer *t, const cJSON *object)
{
	const char *prefix = config_text(object, "prefix");

	add(t, (struct decode_step){
		.kind = DECODE_WORDPIECE,
		.from = keep(t, *prefix ? prefix : "##"),
		.trim = config_true(object, "cleanup", true),
	});
}

int tokenizer_read_decoder(struct tokenizer *t, const cJSON *object)
{
	struct str type = str_of(config_text(object, "type"));
	const cJSON *each;
	int rc = 0;

	if (!object || cJSON_IsNull(object))
		return 0;
	if (str_is(type, "Sequence")) {
		cJSON_ArrayForEach(each, config_get(object, "decoders"))
			if (rc == 0)
				rc = tokenizer_read_decoder(t, each);
	} else if (str_is(type, "Replace")) {
		rc = read_replace(t, object);
	} else if (str_is(type, "Strip")) {
		rc = read_strip(t, object);
	} else if (str_is(type, "ByteFallback")) {
		add(t, (struct decode_step){ .kind = DECODE_BYTES });
	} else if (str_is(type, "ByteLevel")) {
		add(t, (struct decode_step){ .kind = DECODE_LETTERS });
	} else if (str_is(type, "Fuse")) {
		add(t, (struct decode_step){ .kind = DECODE_FUSE });
	} else if (str_is(type, "Metaspace")) {
		read_metaspace(t, object);
	} else if (str_is(type, "WordPiece")) {
		read_wordpiece(t, object);
	} else {
		rc = tokenizer_unknown_part("decoder", object);
	}
	return rc;
}
