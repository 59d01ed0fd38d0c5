/* duck.c - DuckDB in memory, where its library is installed */
#include "db/duck.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"

/* What is used of the library: result, name behind duckdb_, arguments. */
#define CALLS(X) \
	X(int, create_config, (void **config)) \
	X(int, set_config, (void *config, const char *name, const char *value)) \
	X(void, destroy_config, (void **config)) \
	X(int, open_ext, (const char *path, void **database, void *config, \
			  char **error)) \
	X(void, close, (void **database)) \
	X(int, connect, (void *database, void **connection)) \
	X(void, disconnect, (void **connection)) \
	X(void, free, (void *at)) \
	X(int, query, (void *connection, const char *sql, \
		       struct duck_result *result)) \
	X(int, prepare, (void *connection, const char *sql, void **statement)) \
	X(const char *, prepare_error, (void *statement)) \
	X(int, execute_prepared_streaming, (void *statement, \
					    struct duck_result *result)) \
	X(void, destroy_prepare, (void **statement)) \
	X(const char *, result_error, (struct duck_result *result)) \
	X(void, destroy_result, (struct duck_result *result)) \
	X(void *, fetch_chunk, (struct duck_result result)) \
	X(uint64_t, data_chunk_get_size, (void *chunk)) \
	X(void *, data_chunk_get_vector, (void *chunk, uint64_t column)) \
	X(void, destroy_data_chunk, (void **chunk)) \
	X(void *, vector_get_data, (void *vector)) \
	X(uint64_t *, vector_get_validity, (void *vector))

#define MEMBER(result, name, arguments) result (*name) arguments;
struct duck_calls { CALLS(MEMBER) };

#define PLACE(result, name, arguments) \
	{ "duckdb_" #name, offsetof(struct duck_calls, name) },
static const struct {
	const char *name;
	size_t at;
} places[] = { CALLS(PLACE) };

/* duckdb_string_t: a text of up to INSIDE bytes stands where `start` begins. */
struct duck_string {
	uint32_t n;
	char start[4];
	const char *at;
};

enum { INSIDE = 12 };

/* -- finding it -- */

static void *load(const char *path)
{
	/* it starts threads of its own, so it stays once it is there */
	return dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
}

static void *load_from_home(void)
{
	const char *home = getenv("HOME");
	struct buf path = { 0 };
	void *library = NULL;

	if (!home || !*home)
		return NULL;
	buf_print(&path, "%s/.local/lib/itdata/node_modules/" DUCK_PACKAGE
			 "/libduckdb.so", home);
	if (access(path.at, R_OK) == 0)
		library = load(path.at);
	buf_free(&path);
	return library;
}

#if defined __SANITIZE_ADDRESS__

/* The sanitizer of a program in C stops at the exceptions of a library. */
static void *find_library(void)
{
	(void)load;
	(void)load_from_home;
	return NULL;
}

#else

static void *find_library(void)
{
	const char *named = getenv("ITDATA_DUCKDB");
	void *library = NULL;

	if (named)
		return load(named);
	if (access(PKGLIBDIR "/libduckdb.so", R_OK) == 0)
		library = load(PKGLIBDIR "/libduckdb.so");
	if (!library)
		library = load_from_home();
	return library ? library : load("libduckdb.so");
}

#endif

static int load_calls(struct duck *duck, const char *what_for)
{
	void *library = find_library();

	if (!library) /* the message of dlopen names the last place only */
		return err_set(ERR_ABSENT,
			       "%s needs DuckDB's library, which is not here%s; "
			       "install it with: " DUCK_INSTALL,
			       what_for,
			       getenv("ITDATA_DUCKDB")
				       ? " (ITDATA_DUCKDB names the file)" : "");
	duck->call = mem_alloc(sizeof *duck->call);
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		void *call = dlsym(library, places[i].name);

		if (!call)
			return err_set(ERR_ABSENT,
				       "DuckDB's library has no %s; install "
				       "another one with: " DUCK_INSTALL,
				       places[i].name);
		memcpy((char *)duck->call + places[i].at, &call, sizeof call);
	}
	return 0;
}

/* -- opening -- */

/* DuckDB's words, on one line. */
static int refused(const char *why)
{
	struct buf line = { 0 };
	bool memory = why && strncmp(why, "Out of Memory", 13) == 0;
	int rc;

	for (; why && *why && !(why[0] == '\n' && why[1] == '\n'); why++)
		buf_byte(&line, *why == '\n' ? ' ' : *why);
	rc = err_set(memory ? ERR_NOMEM : ERR_FORMAT, "DuckDB: %s",
		     line.n ? line.at : "no reason given");
	buf_free(&line);
	return rc;
}

static int open_with(struct duck *duck, void *config, unsigned megabytes)
{
	const struct duck_calls *call = duck->call;
	char memory[32], *why = NULL;
	const struct {
		const char *name, *value;
	} setting[] = {
		{ "autoinstall_known_extensions", "false" },
		{ "autoload_known_extensions", "false" },
		{ "allow_persistent_secrets", "false" },
		{ "preserve_insertion_order", "true" },
		{ "memory_limit", memory },
		{ "threads", "1" },
	};
	int rc = 0;

	snprintf(memory, sizeof memory, "%uMiB", megabytes);
	for (size_t i = 0; i < sizeof setting / sizeof *setting; i++)
		if (call->set_config(config, setting[i].name,
				     setting[i].value))
			return err_set(ERR_ABSENT,
				       "DuckDB's library does not know the "
				       "setting %s; install another one with: "
				       DUCK_INSTALL, setting[i].name);
	if (call->open_ext(NULL, &duck->database, config, &why))
		rc = refused(why);
	else if (call->connect(duck->database, &duck->connection))
		rc = refused("no connection");
	else /* what is read ahead is lost when the file turns out damaged */
		rc = duck_run(duck, "SET streaming_buffer_size = '64KiB'");
	if (why)
		call->free(why);
	return rc;
}

int duck_open(struct duck *duck, const char *what_for, unsigned megabytes)
{
	void *config = NULL;
	int rc;

	*duck = (struct duck){ 0 };
	rc = load_calls(duck, what_for);
	if (rc == 0 && duck->call->create_config(&config))
		rc = refused("no configuration");
	if (rc == 0)
		rc = open_with(duck, config, megabytes);
	if (config)
		duck->call->destroy_config(&config);
	if (rc < 0)
		duck_close(duck);
	return rc;
}

void duck_close(struct duck *duck)
{
	if (duck->connection)
		duck->call->disconnect(&duck->connection);
	if (duck->database)
		duck->call->close(&duck->database);
	free(duck->call);
	*duck = (struct duck){ 0 };
}

/* -- statements -- */

int duck_run(struct duck *duck, const char *sql)
{
	struct duck_result result = { { 0 }, { NULL }, NULL };
	int rc = 0;

	if (duck->call->query(duck->connection, sql, &result))
		rc = refused(duck->call->result_error(&result));
	duck->call->destroy_result(&result);
	return rc;
}

int duck_query(struct duck *duck, const char *sql, struct duck_rows *rows)
{
	const struct duck_calls *call = duck->call;
	int rc = 0;

	*rows = (struct duck_rows){ .duck = duck };
	if (call->prepare(duck->connection, sql, &rows->statement))
		rc = refused(call->prepare_error(rows->statement));
	else if (call->execute_prepared_streaming(rows->statement,
						  &rows->result))
		rc = refused(call->result_error(&rows->result));
	if (rc < 0)
		duck_rows_free(rows);
	return rc;
}

int duck_next(struct duck_rows *rows)
{
	const struct duck_calls *call = rows->duck->call;
	const char *why;

	if (rows->chunk)
		call->destroy_data_chunk(&rows->chunk);
	rows->n = 0;
	rows->chunk = call->fetch_chunk(rows->result);
	if (rows->chunk)
		rows->n = call->data_chunk_get_size(rows->chunk);
	if (rows->n)
		return 1;
	why = call->result_error(&rows->result);
	return why && *why ? refused(why) : 0;
}

void duck_rows_free(struct duck_rows *rows)
{
	const struct duck_calls *call = rows->duck ? rows->duck->call : NULL;

	if (!call)
		return;
	if (rows->chunk)
		call->destroy_data_chunk(&rows->chunk);
	call->destroy_result(&rows->result);
	call->destroy_prepare(&rows->statement);
	*rows = (struct duck_rows){ 0 };
}

/* -- values -- */

/* The value's place in the column; NULL: SQL's NULL. */
static const void *value_at(const struct duck_rows *rows, size_t column,
			    size_t row, size_t size)
{
	const struct duck_calls *call = rows->duck->call;
	void *vector = call->data_chunk_get_vector(rows->chunk, column);
	const uint64_t *valid = call->vector_get_validity(vector);

	if (valid && !(valid[row / 64] >> row % 64 & 1))
		return NULL;
	return (const char *)call->vector_get_data(vector) + row * size;
}

struct str duck_text(const struct duck_rows *rows, size_t column, size_t row)
{
	const struct duck_string *s =
		value_at(rows, column, row, sizeof(struct duck_string));

	if (!s)
		return (struct str){ NULL, 0 };
	return (struct str){ s->n <= INSIDE ? s->start : s->at, s->n };
}

int64_t duck_int(const struct duck_rows *rows, size_t column, size_t row)
{
	const int64_t *n = value_at(rows, column, row, sizeof(int64_t));

	return n ? *n : 0;
}

void duck_quote(struct buf *sql, const char *text)
{
	buf_byte(sql, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			buf_byte(sql, '\'');
		buf_byte(sql, *text);
	}
	buf_byte(sql, '\'');
}
