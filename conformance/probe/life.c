// How a container lives and ends: waiting for signals, exiting, having children; and the hook program.
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void say(const char *key, long value) {
    line_begin(key);
    out_int(value);
    line_end();
}

static void wait_ms(long ms) {
    struct timespec t = {ms / 1000, (ms % 1000) * 1000000L};
    while (nanosleep(&t, &t) != 0 && errno == EINTR) {}
}

/// pause [deaf]: says {"ready": pid}, then waits. TERM and INT end it with 0 (not when deaf); every other signal that can
/// be caught is reported as {"signal": n}. Children are reaped. Window size changes are reported with the new size.
static void pause_command(int argc, char **argv) {
    bool deaf = argc > 0 && strcmp(argv[0], "deaf") == 0;
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    say("ready", getpid());
    for (;;) {
        int sig = 0;
        if (sigwait(&all, &sig) != 0) continue;
        if (sig == SIGCHLD) {
            while (waitpid(-1, NULL, WNOHANG) > 0) {}
            continue;
        }
        say("signal", sig);
        if (!deaf && (sig == SIGTERM || sig == SIGINT)) _exit(0);
    }
}

/// spoil: what a program may be born with when nobody took care: signals ignored, blocked and to come, a parent whose end
/// ends it, others' orphans, a lazy timer, an open file, the caller's terminal.
static void spoil(int argc, char **argv) {
    (void)argc;
    (void)argv;
    signal(SIGHUP, SIG_IGN);
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, SIGUSR2);
    sigprocmask(SIG_BLOCK, &one, NULL);
    raise(SIGUSR2);
    prctl(PR_SET_PDEATHSIG, SIGUSR1, 0, 0, 0);
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    prctl(PR_SET_TIMERSLACK, 1000000, 0, 0, 0);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    dup2(0, 9);
    ioctl(0, TIOCSCTTY, 1);
}

/// below: what follows is done by a child in a session of its own, whose end is this one's.
static void below(int argc, char **argv) {
    (void)argc, (void)argv;
    pid_t child = fork();
    if (child == 0) {
        setsid();
        return;
    }
    int status = 0;
    waitpid(child, &status, 0);
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

/// exit N
static void exit_command(int argc, char **argv) { _exit(argc > 0 ? atoi(argv[0]) : 0); }

static void sleep_command(int argc, char **argv) { wait_ms(argc > 0 ? atol(argv[0]) : 1000); }

/// echo TEXT: plain text on standard output.
static void echo(int argc, char **argv) {
    for (int i = 0; i < argc; i++) dprintf(1, "%s%s", argv[i], i + 1 < argc ? " " : "\n");
}

/// complain TEXT: plain text on standard error.
static void complain(int argc, char **argv) {
    for (int i = 0; i < argc; i++) dprintf(2, "%s%s", argv[i], i + 1 < argc ? " " : "\n");
}

/// copy: standard input to standard output until its end.
static void copy(int argc, char **argv) {
    (void)argc, (void)argv;
    char bytes[4096];
    for (ssize_t n; (n = read(0, bytes, sizeof bytes)) > 0;) (void)!write(1, bytes, (size_t)n);
}

/// children N: N children that wait until they are killed, in their own sessions.
static void children(int argc, char **argv) {
    int count = argc > 0 ? atoi(argv[0]) : 1;
    line_begin("children");
    out_open('[');
    for (int i = 0; i < count; i++) {
        pid_t child = fork();
        if (child == 0) {
            setsid();
            signal(SIGTERM, SIG_IGN);
            for (;;) pause();
        }
        out_int(child);
    }
    out_close(']');
    line_end();
}

/// wait-for PATH: until it exists.
static void wait_for(int argc, char **argv) {
    struct stat info;
    while (argc > 0 && stat(argv[0], &info) != 0) wait_ms(5);
}

/// hook FILE NAME [exit N | hang | sleep MS | noread]: appends one line about how the hook was run to FILE.
static void hook(int argc, char **argv) {
    static char input[1 << 18];
    long count = 0;
    bool silent = argc > 2 && strcmp(argv[2], "noread") == 0;
    int error = silent ? 0 : read_all(0, input, sizeof input, &count);
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    mode_t mask = umask(0);
    umask(mask);
    int fd = argc > 0 ? open(argv[0], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644) : -1;
    if (fd < 0) {
        dprintf(2, "apus-probe: hook: open %s: %s\n", argc > 0 ? argv[0] : "", strerror(errno));
        _exit(124);
    }
    char cwd[4096];
    out_begin(fd);
    out_open('{');
    put_text("name", argc > 1 ? argv[1] : "");
    out_key("stdin");
    out_bytes(input, count);
    put_errno(error);
    out_key("args");
    out_open('[');
    for (int i = 0; i < argc; i++) out_text(argv[i]);
    out_close(']');
    out_key("env");
    fact_env();
    out_key("ns");
    fact_ns();
    put_text("cwd", getcwd(cwd, sizeof cwd));
    put_int("pid", getpid());
    put_int("ppid", getppid());
    put_int("uid", getuid());
    put_int("umask", mask);
    struct stat root;
    memset(&root, 0, sizeof root);
    stat("/", &root);
    put_int("rootDev", (long long)root.st_dev);
    put_int("rootIno", (long long)root.st_ino);
    put_int("nanoseconds", now.tv_sec * 1000000000LL + now.tv_nsec);
    out_key("fds");
    fact_fds();
    out_close('}');
    out_flush();
    (void)!write(fd, "\n", 1);
    close(fd);
    if (argc > 3 && strcmp(argv[2], "exit") == 0) {
        dprintf(1, "the hook's standard output\n");
        dprintf(2, "the hook's standard error\n");
        _exit(atoi(argv[3]));
    }
    if (argc > 3 && strcmp(argv[2], "sleep") == 0) wait_ms(atol(argv[3]));
    if (argc > 2 && strcmp(argv[2], "hang") == 0)
        for (;;) wait_ms(1000);
    _exit(0);
}

const struct command life_commands[] = {
    {"pause", pause_command}, {"spoil", spoil}, {"below", below}, {"exit", exit_command}, {"sleep", sleep_command}, {"echo", echo},
    {"complain", complain},   {"copy", copy},         {"children", children},   {"wait-for", wait_for},
    {"hook", hook},           {NULL, NULL},
};
