/* ruleset.c - packs found, read, and made ready as one set */
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "filter/check.h"
#include "filter/pack.h"

enum { LARGEST = 16 << 20 }; /* bytes of a pack */

const char *const field_name[FIELDS] = {
	"instruction", "input", "response", "system", "other",
};

const struct rule *ruleset_find(const struct ruleset *set, struct str id)
{
	for (size_t r = 0; r < set->n; r++)
		if (str_equal(set->rule[r].id, id))
			return &set->rule[r];
	return NULL;
}

static void free_rule(struct rule *rule)
{
	for (size_t i = 0; i < rule->matches; i++)
		pattern_free(&rule->match[i]);
	for (size_t i = 0; i < rule->guards; i++)
		pattern_free(&rule->guard[i].pattern);
}

void ruleset_free(struct ruleset *set)
{
	for (size_t r = 0; r < set->n; r++)
		free_rule(&set->rule[r]);
	for (int f = 0; f < FIELDS; f++) {
		keywords_free(&set->keywords[f]);
		free(set->always[f]);
		free(set->every[f]);
	}
	constraints_free(&set->constraints);
	free(set->rule);
	free(set->pack);
	arena_free(&set->arena);
	*set = (struct ruleset){ 0 };
}

/* -- packs that extend others -- */

static const struct pack *pack_find(const struct ruleset *set,
				    struct str name)
{
	for (size_t p = 0; p < set->packs; p++)
		if (str_equal(set->pack[p].name, name))
			return &set->pack[p];
	return NULL;
}

/* Does pack `of` extend pack `base`, directly or through others? */
static bool extends(const struct ruleset *set, uint32_t of, uint32_t base)
{
	const struct pack *pack = &set->pack[of];

	for (size_t steps = 0; steps < set->packs && pack; steps++) {
		pack = pack->extends.at ? pack_find(set, pack->extends) : NULL;
		if (pack == &set->pack[base])
			return true;
	}
	return false;
}

bool pack_drop(struct ruleset *set, uint32_t pack, struct str id)
{
	for (size_t r = 0; r < set->n; r++) {
		struct rule *rule = &set->rule[r];

		if (!str_equal(rule->id, id) ||
		    !extends(set, pack, rule->pack))
			continue;
		free_rule(rule);
		memmove(rule, rule + 1, (set->n - r - 1) * sizeof *rule);
		set->n--;
		return true;
	}
	return false;
}

/* -- files -- */

static bool is_file(const char *name)
{
	size_t n = strlen(name);

	return strchr(name, '/') ||
	       (n > 6 && strcmp(name + n - 6, ".rules") == 0);
}

static void shipped(struct buf *path)
{
	file_shipped("ITDATA_RULES", "rules", PKGDATADIR "/rules", path);
}

static int read_file(struct ruleset *set, const char *path)
{
	struct buf text = { 0 };
	int rc = file_load(path, LARGEST, &text);

	if (rc == 0)
		rc = ruleset_read(set, path, buf_view(&text));
	buf_free(&text);
	return rc;
}

static bool exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

int pack_load(struct ruleset *set, const char *name, const char *beside)
{
	struct buf path = { 0 };
	int rc;

	if (is_file(name))
		return read_file(set, name);
	if (pack_find(set, str_of(name)))
		return 0;
	shipped(&path);
	buf_print(&path, "/%s.rules", name);
	if (beside && !exists(path.at)) {
		const char *slash = strrchr(beside, '/');

		buf_clear(&path);
		if (slash)
			buf_put(&path, beside, (size_t)(slash - beside) + 1);
		buf_print(&path, "%s.rules", name);
	}
	if (exists(path.at))
		rc = read_file(set, path.at);
	else
		rc = err_set(ERR_ABSENT,
			     "no rule pack '%s' (%s); a file's name ends in "
			     ".rules",
			     name, path.at);
	buf_free(&path);
	return rc;
}

static int by_name(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

/* Every *.rules of the shipped folder, in order of name. */
static int load_shipped(struct ruleset *set)
{
	VEC(char *) names = { 0 };
	struct buf path = { 0 };
	struct dirent *entry;
	DIR *folder;
	int rc = 0;

	shipped(&path);
	if (!(folder = opendir(path.at))) {
		rc = err_sys(ERR_ABSENT, "the folder of rule packs: %s",
			     path.at);
		buf_free(&path);
		return rc;
	}
	while ((entry = readdir(folder)))
		if (entry->d_name[0] != '.' && is_file(entry->d_name))
			vec_push(&names, mem_copy(entry->d_name,
						  strlen(entry->d_name) - 6));
	closedir(folder);
	if (names.n)
		qsort(names.at, names.n, sizeof *names.at, by_name);
	else
		rc = err_set(ERR_ABSENT, "no rule packs in %s", path.at);
	for (size_t i = 0; i < names.n; i++) {
		if (rc == 0)
			rc = pack_load(set, names.at[i], NULL);
		free(names.at[i]);
	}
	vec_free(&names);
	buf_free(&path);
	return rc;
}

/* -- ready -- */

/* Fields have words of their own: of fewer, fewer may start at a place. */
static void make_keywords(struct ruleset *set, enum field field)
{
	struct keywords *keywords = &set->keywords[field];

	for (uint32_t r = 0; r < set->n; r++)
		if (set->rule[r].fields >> field & 1)
			for (size_t k = 0; k < set->rule[r].keywords; k++)
				keywords_add(keywords,
					     set->rule[r].keyword[k], r);
	keywords_build(keywords, set->n);
	set->always[field] = mem_array(keywords->words,
				       sizeof *set->always[field]);
	set->every[field] = mem_array(keywords->words,
				      sizeof *set->every[field]);
	for (uint32_t r = 0; r < set->n; r++) {
		uint64_t bit = UINT64_C(1) << r % 64;

		if (!(set->rule[r].fields >> field & 1))
			continue;
		set->every[field][r / 64] |= bit;
		if (!set->rule[r].keywords)
			set->always[field][r / 64] |= bit;
	}
}

int ruleset_ready(struct ruleset *set)
{
	struct sha256 sha;

	sha256_start(&sha);
	for (size_t p = 0; p < set->packs; p++)
		sha256_add(&sha, set->pack[p].sha256, SHA256_HEX - 1);
	sha256_hex(&sha, set->sha256);
	for (int f = 0; f < FIELDS; f++)
		make_keywords(set, (enum field)f);
	for (size_t r = 0; r < set->n; r++)
		if (set->rule[r].check.kind &&
		    set->rule[r].check.kind->constraints)
			return constraints_init(&set->constraints);
	return 0;
}

int ruleset_load(struct ruleset *set, const char *const *name, size_t n)
{
	int rc = 0;

	if (n == 0)
		rc = load_shipped(set);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = pack_load(set, name[i], NULL);
	return rc < 0 ? rc : ruleset_ready(set);
}
