/* Counts the calls that write below a folder. The call with a given number fails or kills the
   process; on a full disk, the later calls that need room fail too. Preloaded (LD_PRELOAD); starts
   when io_faults_begin is called. See fault_runner.py. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { OFF, COUNT, ONCE, FULL, KILL };

static char folder[PATH_MAX];
static int mode = OFF;
static long number, calls;

void io_faults_begin(const char *below, int how, long at)
{
    snprintf(folder, sizeof folder, "%s", below);
    number = at;
    calls = 0;
    mode = how;
}

long io_faults_count(void) { return calls; }

/* Return whether this call fails. Calls for which `grows` is set need room on the disk. */
static int fails(const char *path, int grows)
{
    if (mode == OFF || strncmp(path, folder, strlen(folder)) != 0)
        return 0;
    long call = __sync_add_and_fetch(&calls, 1);
    if (mode == KILL && call == number)
        kill(getpid(), SIGKILL);
    if (mode == ONCE && call == number) {
        errno = EIO;
        return 1;
    }
    if (mode == FULL && call >= number && grows) {
        errno = ENOSPC;
        return 1;
    }
    return 0;
}

static int fails_open(int fd, int grows)
{
    char link[64], path[PATH_MAX];
    if (mode == OFF)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    return fails(path, grows);
}

static int fails_at(int fd, const char *path, int grows)
{
    return path[0] == '/' || fd == AT_FDCWD ? fails(path, grows) : fails_open(fd, grows);
}

#define REAL(type, name, ...)                                    \
    static type (*real)(__VA_ARGS__);                            \
    if (!real)                                                   \
        real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

#define WRITE(name, declared, given, types, grows)               \
    ssize_t name declared                                        \
    {                                                            \
        REAL(ssize_t, #name, types);                             \
        return fails_open(fd, grows) ? -1 : real given;          \
    }

#define COMMA ,
WRITE(write, (int fd, const void *data, size_t size), (fd, data, size), int COMMA const void * COMMA size_t, 1)
WRITE(pwrite, (int fd, const void *data, size_t size, off_t at), (fd, data, size, at), int COMMA const void * COMMA size_t COMMA off_t, 1)
WRITE(pwrite64, (int fd, const void *data, size_t size, off64_t at), (fd, data, size, at), int COMMA const void * COMMA size_t COMMA off64_t, 1)

#define ON_FD(name, declared, given, types, grows)               \
    int name declared                                            \
    {                                                            \
        REAL(int, #name, types);                                 \
        return fails_open(fd, grows) ? -1 : real given;          \
    }

ON_FD(fsync, (int fd), (fd), int, 0)
ON_FD(fdatasync, (int fd), (fd), int, 0)
ON_FD(ftruncate, (int fd, off_t size), (fd, size), int COMMA off_t, 1)
ON_FD(ftruncate64, (int fd, off64_t size), (fd, size), int COMMA off64_t, 1)

ssize_t sendfile(int out, int in, off_t *at, size_t count)
{
    REAL(ssize_t, "sendfile", int, int, off_t *, size_t);
    return fails_open(out, 1) ? -1 : real(out, in, at, count);
}

ssize_t sendfile64(int out, int in, off64_t *at, size_t count)
{
    REAL(ssize_t, "sendfile64", int, int, off64_t *, size_t);
    return fails_open(out, 1) ? -1 : real(out, in, at, count);
}

int rename(const char *from, const char *to)
{
    REAL(int, "rename", const char *, const char *);
    return fails(to, 0) ? -1 : real(from, to);
}

int renameat(int old, const char *from, int new, const char *to)
{
    REAL(int, "renameat", int, const char *, int, const char *);
    return fails_at(new, to, 0) ? -1 : real(old, from, new, to);
}

int link(const char *from, const char *to)
{
    REAL(int, "link", const char *, const char *);
    return fails(to, 1) ? -1 : real(from, to);
}

int linkat(int old, const char *from, int new, const char *to, int flags)
{
    REAL(int, "linkat", int, const char *, int, const char *, int);
    return fails_at(new, to, 1) ? -1 : real(old, from, new, to, flags);
}

int mkdir(const char *path, mode_t permissions)
{
    REAL(int, "mkdir", const char *, mode_t);
    return fails(path, 1) ? -1 : real(path, permissions);
}

#define OPEN(name)                                               \
    int name(const char *path, int flags, ...)                   \
    {                                                            \
        REAL(int, #name, const char *, int, ...);                \
        va_list more;                                            \
        va_start(more, flags);                                   \
        mode_t permissions = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, int) : 0; \
        va_end(more);                                            \
        if (flags & O_CREAT && fails(path, 1))                   \
            return -1;                                           \
        return real(path, flags, permissions);                   \
    }

OPEN(open)
OPEN(open64)

#define OPENAT(name)                                             \
    int name(int fd, const char *path, int flags, ...)           \
    {                                                            \
        REAL(int, #name, int, const char *, int, ...);           \
        va_list more;                                            \
        va_start(more, flags);                                   \
        mode_t permissions = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, int) : 0; \
        va_end(more);                                            \
        if (flags & O_CREAT && fails_at(fd, path, 1))            \
            return -1;                                           \
        return real(fd, path, flags, permissions);               \
    }

OPENAT(openat)
OPENAT(openat64)
