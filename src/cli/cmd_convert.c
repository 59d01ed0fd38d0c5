/* cmd_convert.c - model files in and out */
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "cli/command.h"
#include "model/gguf.h"
#include "train/folder.h"

extern const struct command cmd_convert;

static const char *to, *type = "f32", *template;

static const struct opt opts[] = {
	OPT_CHOICE(0, "to", &to, "safetensors|gguf",
		   "what OUT will be (gguf when it ends in .gguf)"),
	OPT_CHOICE(0, "type", &type, "f32|f16|bf16",
		   "numbers of matrices in a GGUF"),
	OPT_TEXT(0, "template", &template, "NAME",
		 "chat template to remember (the model's)"),
	OPT_END,
};

static enum gguf_type gguf_type_of(const char *name)
{
	return strcmp(name, "f16") == 0	 ? GGUF_F16 :
	       strcmp(name, "bf16") == 0 ? GGUF_BF16 :
					   GGUF_F32;
}

/* A model without a tokenizer can be converted too. */
static int open_any(struct model *m, const char *folder)
{
	int rc = model_open(m, folder, template);

	if (rc != ERR_IO && rc != ERR_ABSENT)
		return rc;
	model_close(m);
	if ((rc = causal_open(&m->causal, folder)) == 0)
		log_note("%s has no tokenizer.json; the model goes alone",
			 folder);
	return rc;
}

static int save(struct model *m, bool gguf, const char *from, const char *out)
{
	const char *slash = strrchr(from, '/');

	if (gguf && m->tokenizer && !gguf_knows(m->tokenizer))
		log_note("llama.cpp has no vocabulary of this kind; tokens go "
			 "in and out of it as numbers");
	if (gguf)
		return gguf_save(&m->causal, m->tokenizer, gguf_type_of(type),
				 slash && slash[1] ? slash + 1 : from, out);
	if (template)
		strcpy(m->causal.config.template,
		       template_name(m->template));
	return m->tokenizer ? model_save(m, out) :
			      causal_save(&m->causal, out);
}

static int run(int argc, char **argv)
{
	struct model model = { 0 };
	struct buf out = { 0 };
	struct json json = { .out = &out };
	bool gguf;
	int rc;

	(void)argc;
	gguf = to ? strcmp(to, "gguf") == 0
		  : str_ends(str_of(argv[1]), STR(".gguf"));
	if (strcmp(argv[0], argv[1]) == 0)
		return err_set(ERR_USAGE, "MODEL and OUT are the same");
	rc = open_any(&model, argv[0]);
	if (rc == 0)
		rc = save(&model, gguf, argv[0], argv[1]);
	if (rc == 0 && cli.json) {
		json_open(&json, '{');
		json_key(&json, "parameters");
		json_int(&json,
			 (int64_t)causal_count(&model.causal.config));
		json_key(&json, "to");
		json_text(&json, gguf ? "gguf" : "safetensors");
		json_close(&json, '}');
		buf_byte(&out, '\n');
		rc = command_print(&out);
	}
	model_close(&model);
	buf_free(&out);
	return rc;
}

const struct command cmd_convert = {
	.name = "convert",
	.summary = "model files in and out",
	.operands = "MODEL OUT",
	.least = 2,
	.most = 2,
	.about = "MODEL is a folder in the layout of the transformers library "
		 "(llama, mistral, qwen2\nor gpt2). OUT becomes such a folder "
		 "in float32, or a GGUF file for llama.cpp.",
	.examples = "  itdata convert tuned tuned.gguf\n"
		    "  itdata convert tuned tuned-f16.gguf --type f16\n"
		    "  itdata convert downloaded ours --template chatml\n",
	.opts = opts,
	.run = run,
};
