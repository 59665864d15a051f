// What the container's world looks like: mounts, files, network.
#include "probe.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static char content[1 << 18];

/// The raw lines of /proc/self/mountinfo; the harness takes them apart.
static void mounts(int argc, char **argv) {
    (void)argc, (void)argv;
    line_begin("mounts");
    out_open('[');
    FILE *file = fopen("/proc/self/mountinfo", "re");
    if (file) {
        char *line = NULL;
        size_t size = 0;
        ssize_t length;
        while ((length = getline(&line, &size, file)) > 0) out_bytes(line, length - 1);
        fclose(file);
    }
    out_close(']');
    line_end();
}

static void describe(const char *path, bool follow) {
    struct stat info;
    out_key(path);
    out_open('{');
    int error = (follow ? stat(path, &info) : lstat(path, &info)) == 0 ? 0 : errno;
    put_errno(error);
    if (!error) {
        put_text("kind", kind_of(info.st_mode));
        put_int("mode", info.st_mode & 07777);
        put_int("uid", info.st_uid);
        put_int("gid", info.st_gid);
        put_int("size", info.st_size);
        put_int("links", (long long)info.st_nlink);
        put_int("dev", (long long)info.st_dev);
        put_int("ino", (long long)info.st_ino);
        put_int("major", major(info.st_rdev));
        put_int("minor", minor(info.st_rdev));
        put_int("mtime", info.st_mtim.tv_sec);
        put_int("atime", info.st_atim.tv_sec);
        if (S_ISLNK(info.st_mode)) put_link("link", path);
    }
    out_close('}');
}

/// stat PATH...: the thing itself, links not followed.
static void stat_command(int argc, char **argv) {
    line_begin("stat");
    out_open('{');
    for (int i = 0; i < argc; i++) describe(argv[i], false);
    out_close('}');
    line_end();
}

/// follow PATH...: stat through links.
static void follow(int argc, char **argv) {
    line_begin("follow");
    out_open('{');
    for (int i = 0; i < argc; i++) describe(argv[i], true);
    out_close('}');
    line_end();
}

/// statfs PATH...: file system type as a hex number and the kernel's mount flags (ST_*).
static void statfs_command(int argc, char **argv) {
    line_begin("statfs");
    out_open('{');
    for (int i = 0; i < argc; i++) {
        struct statfs info;
        memset(&info, 0, sizeof info);
        int error = statfs(argv[i], &info) == 0 ? 0 : errno;
        out_key(argv[i]);
        out_open('{');
        put_errno(error);
        put_hex("type", (unsigned long long)info.f_type);
        put_int("flags", info.f_flags);
        put_int("blocks", (long long)info.f_blocks);
        put_int("blockSize", info.f_bsize);
        put_int("files", (long long)info.f_files);
        out_close('}');
    }
    out_close('}');
    line_end();
}

/// read PATH...: contents (at most 256 KiB) or errno.
static void read_command(int argc, char **argv) {
    line_begin("read");
    out_open('{');
    for (int i = 0; i < argc; i++) {
        long count = 0;
        int fd = open(argv[i], O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        int error = fd < 0 ? errno : read_all(fd, content, sizeof content, &count);
        if (fd >= 0) close(fd);
        out_key(argv[i]);
        out_open('{');
        put_errno(error);
        out_key("text");
        out_bytes(content, count);
        out_close('}');
    }
    out_close('}');
    line_end();
}

/// list PATH...: the names in a directory, unsorted.
static void list(int argc, char **argv) {
    line_begin("list");
    out_open('{');
    for (int i = 0; i < argc; i++) {
        out_key(argv[i]);
        out_open('{');
        DIR *directory = opendir(argv[i]);
        put_errno(directory ? 0 : errno);
        out_key("names");
        out_open('[');
        if (directory) {
            struct dirent *entry;
            while ((entry = readdir(directory)))
                if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) out_text(entry->d_name);
            closedir(directory);
        }
        out_close(']');
        out_close('}');
    }
    out_close('}');
    line_end();
}

/// net: the interfaces by name, with their flags and addresses.
static void net(int argc, char **argv) {
    (void)argc, (void)argv;
    struct if_nameindex *all = if_nameindex();
    struct ifaddrs *addresses = NULL;
    if (getifaddrs(&addresses) != 0) addresses = NULL;
    line_begin("net");
    out_open('{');
    for (struct if_nameindex *one = all; one && one->if_index; one++) {
        unsigned flags = 0;
        for (struct ifaddrs *a = addresses; a; a = a->ifa_next)
            if (strcmp(a->ifa_name, one->if_name) == 0) flags = a->ifa_flags;
        out_key(one->if_name);
        out_open('{');
        put_bool("up", flags & IFF_UP);
        put_bool("running", flags & IFF_RUNNING);
        out_key("addresses");
        out_open('[');
        for (struct ifaddrs *a = addresses; a; a = a->ifa_next) {
            if (strcmp(a->ifa_name, one->if_name) != 0 || !a->ifa_addr) continue;
            char text[INET6_ADDRSTRLEN] = "";
            if (a->ifa_addr->sa_family == AF_INET)
                inet_ntop(AF_INET, &((struct sockaddr_in *)a->ifa_addr)->sin_addr, text, sizeof text);
            else if (a->ifa_addr->sa_family == AF_INET6)
                inet_ntop(AF_INET6, &((struct sockaddr_in6 *)a->ifa_addr)->sin6_addr, text, sizeof text);
            if (*text) out_text(text);
        }
        out_close(']');
        out_close('}');
    }
    out_close('}');
    line_end();
}

const struct command system_commands[] = {
    {"mounts", mounts}, {"stat", stat_command}, {"follow", follow}, {"statfs", statfs_command},
    {"read", read_command}, {"list", list}, {"net", net}, {NULL, NULL},
};
