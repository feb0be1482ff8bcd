#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/units.h"
#include "mem/snapshot.h"

#define FILLING 0x5a

int snapshot_of_piece(uint64_t size_bytes, struct snapshot *ret_snapshot, struct reason *reason)
{
	void *where = mmap(NULL, size_bytes, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (where == MAP_FAILED)
		return reason_set(reason, -errno, "no memory for what is copied: %s",
				  strerror(errno));
	memset(where, FILLING, size_bytes);
	*ret_snapshot = (struct snapshot){ .addr = where, .size_bytes = size_bytes };
	return 0;
}

/* A file without a name, in the first folder whose file system has such: a descriptor or -errno. */
static int open_nameless(void)
{
	const char *const folders[] = { getenv("TMPDIR"), "/var/tmp", "/tmp" };
	int fd = -ENOENT;

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]) && fd < 0; i++) {
		if (!folders[i] || !*folders[i])
			continue;
		fd = open(folders[i], O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
		if (fd < 0)
			fd = -errno;
	}
	return fd;
}

static int fill(int fd, uint64_t size_bytes)
{
	static char block[64 * KIB];
	int ret = 0;

	memset(block, FILLING, sizeof(block));
	for (uint64_t done = 0; done < size_bytes && !ret; done += sizeof(block)) {
		uint64_t rest = size_bytes - done;

		ret = file_write_all(fd, block, rest < sizeof(block) ? rest : sizeof(block));
	}
	return ret;
}

static int map_file(int fd, uint64_t size_bytes, struct snapshot *ret_snapshot)
{
	void *where = mmap(NULL, size_bytes, PROT_READ, MAP_SHARED, fd, 0);

	if (where == MAP_FAILED)
		return -errno;
	*ret_snapshot =
		(struct snapshot){ .addr = where, .size_bytes = size_bytes, .in_file = true };
	return 0;
}

int snapshot_of_file(uint64_t size_bytes, struct snapshot *ret_snapshot, struct reason *reason)
{
	char size[UNIT_TEXT];
	int fd = open_nameless();
	int ret;

	if (fd < 0)
		return reason_set(reason, SKIPPED,
				  "no file without a name can be made in TMPDIR, /var/tmp or /tmp: "
				  "%s (name a folder in TMPDIR)",
				  strerror(-fd));
	ret = fill(fd, size_bytes);
	if (!ret)
		ret = map_file(fd, size_bytes, ret_snapshot);
	close(fd);
	if (!ret)
		return 0;
	return reason_set(reason, ret, "cannot write %s to a file in TMPDIR, /var/tmp or /tmp: %s",
			  size_format(size_bytes, size), strerror(-ret));
}

int snapshot_reset(const struct snapshot *snapshot)
{
	if (!snapshot->in_file)
		return 0;
	return madvise(snapshot->addr, snapshot->size_bytes, MADV_DONTNEED) ? -errno : 0;
}

void snapshot_release(struct snapshot *snapshot)
{
	if (snapshot->addr)
		munmap(snapshot->addr, snapshot->size_bytes);
	*snapshot = (struct snapshot){ .addr = NULL };
}
