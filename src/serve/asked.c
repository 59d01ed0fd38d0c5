/* asked.c - a query as it was typed, and where in its list we are */
#include "serve/parts.h"

void asked_read(struct asked *asked, const struct form *form)
{
	*asked = (struct asked){
		.q = form_get(form, "q"),
		.meaning = form_get(form, "m").n > 0,
		.after = form_number(form, "after"),
		.id = form_number(form, "id"),
		.beside = form_number(form, "beside"),
	};
	if (!asked->q.at)
		asked->q = STR("");
}

void asked_address(const struct asked *asked, struct buf *out)
{
	buf_text(out, "?q=");
	form_escape(out, asked->q);
	if (asked->meaning)
		buf_text(out, "&amp;m=1");
}
