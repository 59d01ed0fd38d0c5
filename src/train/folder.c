/* folder.c - a model in its folder: weights, tokenizer, chat template */
#include "train/folder.h"

#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/file.h"

enum { TOKENIZER_MOST = 256 << 20 };

int model_tokenizer(struct model *m, const char *path)
{
	struct stat st;
	uint32_t id;
	int rc;

	buf_clear(&m->tokenizer_path);
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		buf_print(&m->tokenizer_path, "%s/tokenizer.json", path);
	else
		buf_text(&m->tokenizer_path, path);
	rc = tokenizer_open(&m->tokenizer, m->tokenizer_path.at);
	if (rc < 0)
		return rc;
	m->text_stop = -1;
	if (template_stop(TEMPLATE_PLAIN, m->tokenizer, &id))
		m->text_stop = id;
	return 0;
}

int model_template(struct model *m, const char *name)
{
	int found = template_find(name);
	uint32_t id;

	if (found < 0)
		return err_set(ERR_USAGE,
			       "no chat template '%s'; there are plain, "
			       "shiji, chatml and llama3",
			       name);
	m->template = (enum template)found;
	m->stop = -1;
	if (template_stop(m->template, m->tokenizer, &id))
		m->stop = id;
	return 0;
}

int model_open(struct model *m, const char *folder, const char *template)
{
	const char *own;
	int rc;

	*m = (struct model){ .stop = -1, .text_stop = -1 };
	if ((rc = causal_open(&m->causal, folder)) < 0 ||
	    (rc = model_tokenizer(m, folder)) < 0)
		return rc;
	if (tokenizer_size(m->tokenizer) > m->causal.config.vocabulary)
		return err_set(ERR_FORMAT,
			       "%s: the tokenizer has %u tokens, the model %u",
			       folder, tokenizer_size(m->tokenizer),
			       m->causal.config.vocabulary);
	own = m->causal.config.template;
	return model_template(m, template ? template : *own ? own : "chatml");
}

void model_close(struct model *m)
{
	causal_free(&m->causal);
	tokenizer_free(m->tokenizer);
	buf_free(&m->tokenizer_path);
	*m = (struct model){ 0 };
}

int model_save(struct model *m, const char *folder)
{
	struct buf path = { 0 }, text = { 0 };
	int rc = causal_save(&m->causal, folder);

	buf_print(&path, "%s/tokenizer.json", folder);
	if (rc == 0)
		rc = file_load(m->tokenizer_path.at, TOKENIZER_MOST, &text);
	if (rc == 0)
		rc = file_save(path.at, buf_view(&text));
	buf_free(&path);
	buf_free(&text);
	return rc;
}
