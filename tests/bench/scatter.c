/*
 * scatter.c - points of a TSV as an SVG in the style of the stats page
 *
 *     scatter TITLE X Y <points.tsv >plot.svg       a line: NAME X Y
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/plot.h"
#include "base/vec.h"

static int usage(void)
{
	fputs("usage: scatter TITLE X Y <points.tsv >plot.svg\n", stderr);
	return 2;
}

int main(int argc, char **argv)
{
	VEC(struct plot_point) point = { 0 };
	VEC(struct str) name = { 0 };
	struct map groups = { 0 };
	struct buf out = { 0 };
	char group[64];
	double x, y;

	if (argc != 4)
		return usage();
	while (scanf("%63s %lf %lf", group, &x, &y) == 3)
		vec_push(&point, ((struct plot_point){
			x, y, map_add(&groups, str_of(group)) }));
	for (uint32_t g = 0; g < groups.n; g++)
		vec_push(&name, map_key(&groups, g));
	plot_points(&out, &(struct plot_points){
		.title = argv[1], .x = argv[2], .y = argv[3],
		.point = point.at, .n = point.n,
		.name = name.at, .groups = name.n,
		.beside = true, .alone = true });
	fwrite(out.at, 1, out.n, stdout);
	vec_free(&point);
	vec_free(&name);
	map_free(&groups);
	buf_free(&out);
	return ferror(stdout) ? 1 : 0;
}
