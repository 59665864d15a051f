// Attempts: each does one thing and reports the errno, so that a case can say what must work and what must not.
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *argument(int argc, char **argv, int index, const char *otherwise) {
    return index < argc ? argv[index] : otherwise;
}

/// {"NAME": {"SUBJECT": errno}}: the harness reads it as facts["mkdir", "/x"].
static void report(const char *name, const char *subject, long result) {
    line_begin(name);
    out_open('{');
    out_key(subject);
    out_open('{');
    put_errno(result < 0 ? errno : 0);
    put_int("result", result);
    out_close('}');
    out_close('}');
    line_end();
}

/// write PATH TEXT: open O_WRONLY, no creation, and write.
static void write_command(int argc, char **argv) {
    const char *path = argument(argc, argv, 0, ""), *text = argument(argc, argv, 1, "x");
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    report("write", path, fd < 0 ? -1 : write(fd, text, strlen(text)));
}

/// create PATH [TEXT]: a new file, O_EXCL.
static void create(int argc, char **argv) {
    const char *path = argument(argc, argv, 0, ""), *text = argument(argc, argv, 1, "");
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    report("create", path, fd < 0 ? -1 : write(fd, text, strlen(text)));
}

/// open PATH [r|w|rw]: only opens.
static void open_command(int argc, char **argv) {
    const char *path = argument(argc, argv, 0, ""), *how = argument(argc, argv, 1, "r");
    int flags = strcmp(how, "rw") == 0 ? O_RDWR : strcmp(how, "w") == 0 ? O_WRONLY : O_RDONLY;
    int fd = open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    report("open", path, fd < 0 ? -1 : 0);
    if (fd >= 0) close(fd);
}

/// lock PATH: the whole file, which is made when it is missing, for as long as the program lives. flock(2)
static void lock_command(int argc, char **argv) {
    const char *path = argument(argc, argv, 0, "");
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    report("lock", path, fd < 0 ? -1 : flock(fd, LOCK_EX | LOCK_NB));
}

static void mkdir_command(int argc, char **argv) {
    const char *path = argument(argc, argv, 0, "");
    report("mkdir", path, mkdir(path, (mode_t)strtoul(argument(argc, argv, 1, "777"), NULL, 8)));
}

static void unlink_command(int argc, char **argv) {
    const char *path = argument(argc, argv, 0, "");
    report("unlink", path, unlink(path));
}

static void chdir_command(int argc, char **argv) {
    const char *path = argument(argc, argv, 0, "");
    report("chdir", path, chdir(path));
}

static void chroot_command(int argc, char **argv) {
    const char *path = argument(argc, argv, 0, "");
    report("chroot", path, chroot(path));
}

static void chown_command(int argc, char **argv) {
    const char *path = argument(argc, argv, 0, "");
    report("chown", path, chown(path, (uid_t)atol(argument(argc, argv, 1, "0")), (gid_t)atol(argument(argc, argv, 2, "0"))));
}

static void chmod_command(int argc, char **argv) {
    const char *path = argument(argc, argv, 0, "");
    report("chmod", path, chmod(path, (mode_t)strtoul(argument(argc, argv, 1, "644"), NULL, 8)));
}

/// mknod PATH c|b|p MAJOR MINOR
static void mknod_command(int argc, char **argv) {
    const char *path = argument(argc, argv, 0, ""), *kind = argument(argc, argv, 1, "c");
    mode_t type = *kind == 'b' ? S_IFBLK : *kind == 'p' ? S_IFIFO : S_IFCHR;
    dev_t device = makedev((unsigned)atoi(argument(argc, argv, 2, "1")), (unsigned)atoi(argument(argc, argv, 3, "3")));
    report("mknod", path, mknod(path, type | 0600, device));
}

/// mount SOURCE TARGET TYPE FLAGS [DATA]
static void mount_command(int argc, char **argv) {
    const char *target = argument(argc, argv, 1, "");
    report("mount", target, mount(argument(argc, argv, 0, "none"), target, argument(argc, argv, 2, "tmpfs"),
                                  strtoul(argument(argc, argv, 3, "0"), NULL, 0), argument(argc, argv, 4, NULL)));
}

/// setattr TARGET CLEAR: takes MOUNT_ATTR_* off a mount.
static void setattr(int argc, char **argv) {
    const char *clear = argument(argc, argv, 1, "0");
    struct { uint64_t set, clear, propagation, user_namespace; } attributes = {0, strtoull(clear, NULL, 0), 0, 0};
    report("setattr", clear,
           syscall(SYS_mount_setattr, AT_FDCWD, argument(argc, argv, 0, ""), 0, &attributes, sizeof attributes));
}

static void umount_command(int argc, char **argv) {
    const char *target = argument(argc, argv, 0, "");
    report("umount", target, umount2(target, MNT_DETACH));
}

static void unshare_command(int argc, char **argv) {
    const char *flags = argument(argc, argv, 0, "0");
    report("unshare", flags, unshare((int)strtol(flags, NULL, 0)));
}

static void sethostname_command(int argc, char **argv) {
    const char *name = argument(argc, argv, 0, "x");
    report("sethostname", name, sethostname(name, strlen(name)));
}

/// touch PATH: sets atime and mtime to long ago, to see what reading does to atime.
static void touch(int argc, char **argv) {
    const char *path = argument(argc, argv, 0, "");
    struct timespec times[2] = {{1000000000, 0}, {1000000000, 0}};
    report("touch", path, utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW));
}

/// execute PATH [ARG]...: runs it in a child; result is its exit status, errno that of execve.
static void execute(int argc, char **argv) {
    int ends[2];
    if (argc < 1 || pipe2(ends, O_CLOEXEC) != 0) return;
    pid_t child = fork();
    if (child == 0) {
        extern char **environ;
        execve(argv[0], argv, environ);
        int error = errno;
        (void)!write(ends[1], &error, sizeof error);
        _exit(126);
    }
    close(ends[1]);
    int error = 0, status = 0;
    (void)!read(ends[0], &error, sizeof error);
    close(ends[0]);
    waitpid(child, &status, 0);
    line_begin("execute");
    out_open('{');
    out_key(argv[0]);
    out_open('{');
    put_errno(error);
    put_int("result", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    out_close('}');
    out_close('}');
    line_end();
}

/// call NUMBER [ARG]...: one system call in a child, because a seccomp filter may kill it. The key is the number.
static void call(int argc, char **argv) {
    long numbers[7] = {0, 0, 0, 0, 0, 0, 0};
    for (int i = 0; i < argc && i < 7; i++) numbers[i] = (long)strtoul(argv[i], NULL, 0);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return;
    pid_t child = fork();
    if (child == 0) {
        struct { long result; int error; } answer;
        errno = 0;
        answer.result = syscall(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6]);
        answer.error = answer.result < 0 ? errno : 0;
        (void)!write(ends[1], &answer, sizeof answer);
        _exit(0);
    }
    close(ends[1]);
    struct { long result; int error; } answer = {-1, 0};
    ssize_t got = read(ends[0], &answer, sizeof answer);
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    line_begin("call");
    out_open('{');
    out_key(argument(argc, argv, 0, "0"));
    out_open('{');
    if (got == sizeof answer) {
        put_text("errno", answer.error == 0 ? NULL : strerrorname_np(answer.error) ? strerrorname_np(answer.error) : "other");
        put_int("number", answer.error);
        put_int("result", answer.result);
    }
    put_int("signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0);
    out_close('}');
    out_close('}');
    line_end();
}

const struct command try_commands[] = {
    {"write", write_command}, {"create", create},         {"open", open_command},       {"mkdir", mkdir_command},
    {"unlink", unlink_command}, {"chdir", chdir_command}, {"chroot", chroot_command},   {"chown", chown_command},
    {"chmod", chmod_command}, {"lock", lock_command},     {"mknod", mknod_command},   {"mount", mount_command},     {"umount", umount_command},
    {"setattr", setattr},
    {"unshare", unshare_command}, {"sethostname", sethostname_command}, {"touch", touch}, {"execute", execute},
    {"call", call},           {NULL, NULL},
};
