/* A bad disk, for a process that is started with this library in LD_PRELOAD. The file that TOKENAUTH_DISK names says
   what the disk does now: "slow MILLISECONDS" delays every fsync and fdatasync, "full" and "read-only" refuse every
   write to a place in a file, as SQLite's are. If there is no such file, the disk works. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void state(char *text, size_t size)
{
    const char *name = getenv("TOKENAUTH_DISK");
    FILE *file = name ? fopen(name, "re") : NULL;
    if (!file || !fgets(text, (int)size, file))
        text[0] = 0;
    if (file)
        fclose(file);
}

static int error(void)
{
    char text[32];
    state(text, sizeof text);
    return !strncmp(text, "full", 4) ? ENOSPC : !strncmp(text, "read-only", 9) ? EROFS : 0;
}

static void wait_if_slow(void)
{
    char text[32];
    state(text, sizeof text);
    if (!strncmp(text, "slow ", 5))
        usleep((useconds_t)(1000 * atoi(text + 5)));
}

static void *original(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t at)
{
    if ((errno = error()))
        return -1;
    return ((ssize_t (*)(int, const void *, size_t, off_t))original("pwrite"))(file, bytes, count, at);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at)
{
    if ((errno = error()))
        return -1;
    return ((ssize_t (*)(int, const void *, size_t, off64_t))original("pwrite64"))(file, bytes, count, at);
}

int fsync(int file)
{
    wait_if_slow();
    return ((int (*)(int))original("fsync"))(file);
}

int fdatasync(int file)
{
    wait_if_slow();
    return ((int (*)(int))original("fdatasync"))(file);
}
