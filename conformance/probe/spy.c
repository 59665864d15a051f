// Looks into other processes, as an attacker in the container would.
#include "probe.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct finds {
    int seen, descriptors, directories, memory, programs, roots, outside;
} finds;
static struct stat own_root;

/// Whether the words that a process was started with have `text` in them: anybody may read those.
static int has_words(const char *pid, const char *text) {
    char path[64], words[4096];
    snprintf(path, sizeof path, "/proc/%.16s/cmdline", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    ssize_t count = read(fd, words, sizeof words - 1);
    close(fd);
    for (ssize_t i = 0; i < count; i++)
        if (words[i] == 0) words[i] = ' ';
    if (count <= 0) return 0;
    words[count] = 0;
    return strstr(words, text) != NULL;
}

static void look_at_descriptors(const char *pid) {
    char path[64], target[512];
    snprintf(path, sizeof path, "/proc/%.16s/fd", pid);
    DIR *directory = opendir(path);
    if (!directory) return;
    struct dirent *entry;
    while ((entry = readdir(directory))) {
        if (entry->d_name[0] == '.') continue;
        struct stat status;
        if (readlinkat(dirfd(directory), entry->d_name, target, sizeof target) > 0) finds.descriptors++;
        if (fstatat(dirfd(directory), entry->d_name, &status, 0) != 0 || !S_ISDIR(status.st_mode)) continue;
        // The container's own root is nothing that it does not have.
        if (status.st_ino != own_root.st_ino || status.st_dev != own_root.st_dev) finds.directories++;
    }
    closedir(directory);
}

static int can_open(const char *pid, const char *name) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%.16s/%s", pid, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) close(fd);
    return fd >= 0;
}

static void look_at_root(const char *pid) {
    char path[64];
    struct stat status;
    snprintf(path, sizeof path, "/proc/%.16s/root", pid);
    if (stat(path, &status) != 0) return;
    finds.roots++;
    if (status.st_ino != own_root.st_ino || status.st_dev != own_root.st_dev) finds.outside++;
}

/// spy TEXT STOP: until STOP exists, looks into every process whose command line has TEXT in it.
static void spy(int argc, char **argv) {
    if (argc < 2 || stat("/", &own_root) != 0) return;
    while (access(argv[1], F_OK) != 0) {
        DIR *all = opendir("/proc");
        struct dirent *entry;
        while (all && (entry = readdir(all))) {
            if (entry->d_name[0] < '1' || entry->d_name[0] > '9' || atoi(entry->d_name) == getpid()) continue;
            if (!has_words(entry->d_name, argv[0])) continue;
            struct finds before = finds;
            finds.seen++;
            look_at_descriptors(entry->d_name);
            finds.memory += can_open(entry->d_name, "mem");
            finds.programs += can_open(entry->d_name, "exe");
            look_at_root(entry->d_name);
            // One that has become the program meanwhile is the container's own.
            if (!has_words(entry->d_name, argv[0])) finds = before;
        }
        if (all) closedir(all);
    }
    line_begin("spy");
    out_open('{');
    put_int("seen", finds.seen);
    put_int("descriptors", finds.descriptors);
    put_int("directories", finds.directories);
    put_int("memory", finds.memory);
    put_int("program", finds.programs);
    put_int("root", finds.roots);
    put_int("outside", finds.outside);
    out_close('}');
    line_end();
}

const struct command spy_commands[] = {{"spy", spy}, {NULL, NULL}};
