/* curve.c - how a distillation went, as a plot */
#include "train/curve.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/plot.h"

static void start(struct curve *curve, const struct distill_epoch *epoch)
{
	curve_free(curve);
	curve->layers = epoch->layers;
	curve->lines = epoch->devs < CURVE_MOST ? epoch->devs : CURVE_MOST;
	for (size_t i = 0; i < curve->lines; i++)
		snprintf(curve->name[i], sizeof curve->name[i], "%s",
			 epoch->name[i]);
}

void curve_add(struct curve *curve, const struct distill_epoch *epoch)
{
	if (!curve->x.n || curve->layers != epoch->layers)
		start(curve, epoch);
	vec_push(&curve->x, epoch->epoch);
	for (size_t i = 0; i < curve->lines; i++)
		vec_push(&curve->y[i], epoch->dev[i]);
}

void curve_draw(const struct curve *curve, struct buf *out)
{
	size_t n = curve->x.n, lines = curve->lines;
	struct plot_line *line = mem_array(lines, sizeof *line);
	double *gain = mem_array(lines * n, sizeof *gain);

	for (size_t i = 0; i < lines; i++) {
		for (size_t k = 0; k < n; k++)
			gain[i * n + k] = curve->y[i].at[k] -
					  curve->y[i].at[0];
		line[i] = (struct plot_line){ str_of(curve->name[i]),
					      curve->x.at, gain + i * n, n };
	}
	plot_lines(out, &(struct plot_lines){
		.title = curve->layers ? "layers above the table" :
					 "the table",
		.line = line, .n = lines, .x = "epochs",
		.y = "points gained", .alone = true });
	free(line);
	free(gain);
}

int curve_save(const struct curve *curve, const char *path)
{
	struct buf out = { 0 };
	int rc;

	curve_draw(curve, &out);
	rc = file_save(path, buf_view(&out));
	buf_free(&out);
	return rc;
}

void curve_free(struct curve *curve)
{
	vec_free(&curve->x);
	for (size_t i = 0; i < CURVE_MOST; i++)
		vec_free(&curve->y[i]);
	*curve = (struct curve){ 0 };
}
