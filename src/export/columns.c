/* columns.c - shards as Parquet, by DuckDB's library where it is installed */
#include "export/columns.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"

enum {
	MEMORY = 256,       /* MiB */
	GROUP = 16 << 20,   /* bytes of lines in a row group, about */
	FEWEST = 2048,      /* rows in one: DuckDB's unit */
	MOST = 122880,
	BUFFER = 16 << 20,  /* for a line, at least */
};

int columns_open(struct duck *duck)
{
	return duck_open(duck, "--format parquet", MEMORY);
}

/* Rows in a group, so that one is about as large as GROUP. */
static uint64_t group_rows(const char *lines, uint64_t rows)
{
	int fd = open(lines, O_RDONLY | O_CLOEXEC);
	off_t size = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);
	uint64_t group = size > 0 ? rows * GROUP / (uint64_t)size : MOST;

	if (fd >= 0)
		close(fd);
	return group < FEWEST ? FEWEST : group > MOST ? MOST : group;
}

/* What DuckDB wrote stays when the power goes. */
static int sync_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int rc = 0;

	if (fd < 0 || fsync(fd) < 0)
		rc = err_sys(ERR_IO, "%s", path);
	if (fd >= 0)
		close(fd);
	return rc;
}

int columns_write(struct duck *duck, const char *lines, uint64_t rows,
		  uint64_t longest, const char *path,
		  struct manifest_file *file)
{
	struct buf sql = { 0 };
	int rc;

	buf_text(&sql, "COPY (SELECT messages FROM read_json(");
	duck_quote(&sql, lines);
	buf_print(&sql, ", format = 'newline_delimited', compression = "
			"'uncompressed', "
			"maximum_object_size = %llu, columns = {messages: "
			"'STRUCT(role VARCHAR, content VARCHAR)[]'})) TO ",
		  (unsigned long long)(longest > BUFFER ? longest : BUFFER));
	duck_quote(&sql, path);
	buf_print(&sql, " (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE "
			"%llu, USE_TMP_FILE false)",
		  (unsigned long long)group_rows(lines, rows));
	if ((rc = duck_run(duck, sql.at)) == 0 &&
	    (rc = sync_file(path)) == 0)
		rc = sha256_file(path, file->sha256, &file->bytes);
	unlink(lines);
	if (rc < 0)
		unlink(path);
	buf_free(&sql);
	return rc;
}
