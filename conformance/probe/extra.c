// Attempts that need more than one system call: old system call tables, keyrings, message queues.
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

/// call32 NUMBER: a system call of the 32-bit table by a 64-bit program, in a child. Null where there is no such table.
static void call32(int argc, char **argv) {
    long number = argc > 0 ? strtol(argv[0], NULL, 0) : 20;
    pid_t child = fork();
    if (child == 0) {
#ifdef __x86_64__
        long result;
        __asm__ volatile("int $0x80" : "=a"(result) : "a"(number) : "memory", "r8", "r9", "r10", "r11");
        _exit(result > 0 ? 1 : result == 0 ? 0 : (int)-result & 0x7f);
#else
        _exit((int)(number & 0));
#endif
    }
    int status = 0;
    waitpid(child, &status, 0);
    line_begin("call32");
    out_open('{');
    put_int("status", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    put_int("signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0);
    out_close('}');
    line_end();
}

/// setkey NAME: adds a key to the session keyring; findkey NAME: looks for one.
static void setkey_command(int argc, char **argv) {
    const char *name = argc > 0 ? argv[0] : "key";
    long id = syscall(SYS_add_key, "user", name, "x", 1, -3);
    line_begin("setkey");
    out_open('{');
    put_errno(id < 0 ? errno : 0);
    out_close('}');
    line_end();
}

static void findkey(int argc, char **argv) {
    const char *name = argc > 0 ? argv[0] : "key";
    long id = syscall(SYS_keyctl, 10 /* KEYCTL_SEARCH */, -3, "user", name, 0);
    line_begin("findkey");
    out_open('{');
    put_errno(id < 0 ? errno : 0);
    out_close('}');
    line_end();
}

/// inject CHARACTER: pushes input into the controlling terminal, as the attacks on a caller's terminal do.
static void inject(int argc, char **argv) {
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    char character = argc > 0 ? argv[0][0] : 'x';
    int result = fd < 0 ? -1 : ioctl(fd, TIOCSTI, &character);
    line_begin("inject");
    out_open('{');
    put_errno(result < 0 ? errno : 0);
    out_close('}');
    line_end();
    if (fd >= 0) close(fd);
}

/// readline: one line of standard input, waited for.
static void readline_command(int argc, char **argv) {
    (void)argc, (void)argv;
    char text[4096];
    long count = 0;
    while (count < (long)sizeof text && read(0, text + count, 1) == 1)
        if (text[count++] == '\n') break;
    line_begin("readline");
    out_bytes(text, count > 0 && text[count - 1] == '\n' ? count - 1 : count);
    line_end();
}

/// xattr PATH NAME: the value of an extended attribute.
static void xattr(int argc, char **argv) {
    char value[256];
    const char *path = argc > 0 ? argv[0] : "", *name = argc > 1 ? argv[1] : "";
    long count = syscall(SYS_lgetxattr, path, name, value, sizeof value);
    line_begin("xattr");
    out_open('{');
    out_key(path);
    out_open('{');
    put_errno(count < 0 ? errno : 0);
    out_key("value");
    out_bytes(value, count > 0 ? count : 0);
    out_close('}');
    out_close('}');
    line_end();
}

/// notify TEXT: says something to the socket of NOTIFY_SOCKET.
static void notify(int argc, char **argv) {
    const char *path = getenv("NOTIFY_SOCKET"), *text = argc > 0 ? argv[0] : "";
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    strncpy(address.sun_path, path ? path : "", sizeof address.sun_path - 1);
    long sent = sendto(fd, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&address, sizeof address);
    line_begin("notify");
    out_open('{');
    put_errno(sent < 0 ? errno : 0);
    out_close('}');
    line_end();
    if (fd >= 0) close(fd);
}

const struct command extra_commands[] = {
    {"call32", call32}, {"setkey", setkey_command}, {"findkey", findkey}, {"inject", inject},
    {"readline", readline_command}, {"xattr", xattr}, {"notify", notify}, {NULL, NULL},
};
