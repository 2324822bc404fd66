/*
 * Loaded before a daemon: lets writes and syncs of its data directory fail, last long, or never end, as the
 * file that DISK_FAULT names says while it is there: `sync EIO`, `write ENOSPC`, `sync 300` (ms).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static int is_of_data(int descriptor) {
  const char *directory = getenv("DISK_FAULT_DIR");
  char link[64], path[4096];
  if (directory == NULL) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return strncmp(path, directory, strlen(directory)) == 0;
}

/* Nonzero: the call fails, and errno says how. */
static int fault(const char *what, int descriptor) {
  const char *name = getenv("DISK_FAULT");
  char text[64], kind[16], how[16];
  if (name == NULL || !is_of_data(descriptor)) return 0;
  int file = open(name, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  ssize_t length = read(file, text, sizeof text - 1);
  close(file);
  if (length <= 0) return 0;
  text[length] = 0;
  if (sscanf(text, "%15s %15s", kind, how) != 2 || strcmp(kind, what) != 0) return 0;
  if (strcmp(how, "EIO") == 0) return errno = EIO;
  if (strcmp(how, "ENOSPC") == 0) return errno = ENOSPC;
  usleep((useconds_t)atoi(how) * 1000);
  return 0;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int fsync(int file) { return fault("sync", file) ? -1 : NEXT(fsync)(file); }

int fdatasync(int file) { return fault("sync", file) ? -1 : NEXT(fdatasync)(file); }

ssize_t write(int file, const void *bytes, size_t count) {
  return fault("write", file) ? -1 : NEXT(write)(file, bytes, count);
}

ssize_t writev(int file, const struct iovec *parts, int count) {
  return fault("write", file) ? -1 : NEXT(writev)(file, parts, count);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t at) {
  return fault("write", file) ? -1 : NEXT(pwrite)(file, bytes, count, at);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at) {
  return fault("write", file) ? -1 : NEXT(pwrite64)(file, bytes, count, at);
}

ssize_t pwritev(int file, const struct iovec *parts, int count, off_t at) {
  return fault("write", file) ? -1 : NEXT(pwritev)(file, parts, count, at);
}

ssize_t pwritev64(int file, const struct iovec *parts, int count, off64_t at) {
  return fault("write", file) ? -1 : NEXT(pwritev64)(file, parts, count, at);
}
