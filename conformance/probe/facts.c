// What a process can tell about itself.
#include "probe.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <termios.h>
#include <unistd.h>

static void begin(const char *name, char bracket) {
    line_begin(name);
    out_open(bracket);
}

static void end(char bracket) {
    out_close(bracket);
    line_end();
}

static void ids(int argc, char **argv) {
    (void)argc, (void)argv;
    uid_t uid, euid, suid;
    gid_t gid, egid, sgid;
    getresuid(&uid, &euid, &suid);
    getresgid(&gid, &egid, &sgid);
    begin("ids", '{');
    put_int("uid", uid);
    put_int("euid", euid);
    put_int("suid", suid);
    put_int("gid", gid);
    put_int("egid", egid);
    put_int("sgid", sgid);
    gid_t groups[1024];
    int count = getgroups(1024, groups);
    out_key("groups");
    out_open('[');
    for (int i = 0; i < count; i++) out_int(groups[i]);
    out_close(']');
    end('}');
}

static void caps(int argc, char **argv) {
    (void)argc, (void)argv;
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];
    memset(data, 0, sizeof data);
    syscall(SYS_capget, &header, data);
    unsigned long long bounding = 0, ambient = 0;
    for (int cap = 0; cap < 64; cap++) {
        if (prctl(PR_CAPBSET_READ, cap) == 1) bounding |= 1ULL << cap;
        if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, cap, 0, 0) == 1) ambient |= 1ULL << cap;
    }
    begin("caps", '{');
    put_hex("effective", data[0].effective | (unsigned long long)data[1].effective << 32);
    put_hex("permitted", data[0].permitted | (unsigned long long)data[1].permitted << 32);
    put_hex("inheritable", data[0].inheritable | (unsigned long long)data[1].inheritable << 32);
    put_hex("bounding", bounding);
    put_hex("ambient", ambient);
    put_int("securebits", prctl(PR_GET_SECUREBITS));
    put_int("noNewPrivs", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
    end('}');
}

static void process(int argc, char **argv) {
    (void)argc, (void)argv;
    mode_t mask = umask(0);
    umask(mask);
    int pdeathsig = -1;
    prctl(PR_GET_PDEATHSIG, &pdeathsig);
    char cwd[4096];
    long length = syscall(SYS_getcwd, cwd, sizeof cwd);
    begin("process", '{');
    put_int("pid", getpid());
    put_int("ppid", getppid());
    put_int("sid", getsid(0));
    put_int("pgid", getpgid(0));
    put_int("umask", mask);
    put_text("cwd", length > 0 ? cwd : NULL);
    put_int("dumpable", prctl(PR_GET_DUMPABLE));
    put_int("seccomp", prctl(PR_GET_SECCOMP));
    put_int("pdeathsig", pdeathsig);
    put_int("timerslack", prctl(PR_GET_TIMERSLACK));
    put_int("subreaper", ({ int on = -1; prctl(PR_GET_CHILD_SUBREAPER, &on); on; }));
    put_int("personality", personality(0xffffffff));
    put_int("keyring", syscall(SYS_keyctl, 0 /* KEYCTL_GET_KEYRING_ID */, -3 /* session */, 0, 0, 0));
    put_link("exe", "/proc/self/exe");
    end('}');
}

static void sched(int argc, char **argv) {
    (void)argc, (void)argv;
    struct { uint32_t size, policy; uint64_t flags; int32_t nice; uint32_t priority; uint64_t runtime, deadline, period; } a;
    memset(&a, 0, sizeof a);
    syscall(SYS_sched_getattr, 0, &a, sizeof a, 0);
    long io = syscall(SYS_ioprio_get, 1, 0);
    begin("sched", '{');
    put_int("policy", a.policy);
    put_int("flags", (long long)a.flags);
    put_int("nice", a.nice);
    put_int("priority", a.priority);
    put_int("runtime", (long long)a.runtime);
    put_int("deadline", (long long)a.deadline);
    put_int("period", (long long)a.period);
    put_int("ioClass", io >> 13);
    put_int("ioPriority", io & 7);
    cpu_set_t set;
    put_int("cpus", sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : -1);
    end('}');
}

static void signals(int argc, char **argv) {
    (void)argc, (void)argv;
    unsigned long long ignored = 0, handled = 0, blocked = 0, pending = 0;
    for (int sig = 1; sig <= 64; sig++) {
        struct { void *handler; unsigned long flags; void *restorer; uint64_t mask; } action;
        memset(&action, 0, sizeof action);
        syscall(SYS_rt_sigaction, sig, NULL, &action, 8);
        if (action.handler == (void *)1) ignored |= 1ULL << (sig - 1);
        else if (action.handler) handled |= 1ULL << (sig - 1);
    }
    syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &blocked, 8);
    syscall(SYS_rt_sigpending, &pending, 8);
    begin("signals", '{');
    put_hex("ignored", ignored);
    put_hex("handled", handled);
    put_hex("blocked", blocked);
    put_hex("pending", pending);
    struct itimerval timer;
    getitimer(ITIMER_REAL, &timer);
    put_bool("timer", timer.it_value.tv_sec || timer.it_value.tv_usec);
    put_int("alternateStack", ({ stack_t s; sigaltstack(NULL, &s); !(s.ss_flags & SS_DISABLE); }));
    end('}');
}

static void rlimits(int argc, char **argv) {
    (void)argc, (void)argv;
    static const char *const names[] = {"CPU", "FSIZE", "DATA", "STACK", "CORE", "RSS", "NPROC", "NOFILE", "MEMLOCK",
                                        "AS", "LOCKS", "SIGPENDING", "MSGQUEUE", "NICE", "RTPRIO", "RTTIME"};
    begin("rlimits", '{');
    for (int i = 0; i < 16; i++) {
        struct { uint64_t soft, hard; } limit = {0, 0};
        syscall(SYS_prlimit64, 0, i, NULL, &limit);
        char key[32];
        snprintf(key, sizeof key, "RLIMIT_%s", names[i]);
        out_key(key);
        out_open('{');
        out_key("soft");
        out_unsigned(limit.soft);
        out_key("hard");
        out_unsigned(limit.hard);
        out_close('}');
    }
    end('}');
}

static void uts(int argc, char **argv) {
    (void)argc, (void)argv;
    struct utsname name;
    uname(&name);
    begin("uts", '{');
    put_text("hostname", name.nodename);
    put_text("domainname", name.domainname);
    put_text("machine", name.machine);
    put_text("release", name.release);
    end('}');
}

void fact_env(void) {
    out_open('[');
    for (char **e = environ; *e; e++) out_text(*e);
    out_close(']');
}

static void env(int argc, char **argv) {
    (void)argc, (void)argv;
    line_begin("env");
    fact_env();
    line_end();
}

static void args(int argc, char **argv) {
    begin("args", '[');
    for (int i = 0; i < argc; i++) out_text(argv[i]);
    end(']');
}

void fact_ns(void) {
    static const char *const names[] = {"cgroup", "ipc", "mnt", "net", "pid", "pid_for_children",
                                        "time", "time_for_children", "user", "uts"};
    out_open('{');
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[64];
        snprintf(path, sizeof path, "/proc/self/ns/%s", names[i]);
        put_link(names[i], path);
    }
    out_close('}');
}

static void ns(int argc, char **argv) {
    (void)argc, (void)argv;
    line_begin("ns");
    fact_ns();
    line_end();
}

const char *kind_of(unsigned mode) {
    switch (mode & S_IFMT) {
    case S_IFREG: return "file";
    case S_IFDIR: return "directory";
    case S_IFCHR: return "character";
    case S_IFBLK: return "block";
    case S_IFIFO: return "fifo";
    case S_IFSOCK: return "socket";
    case S_IFLNK: return "link";
    default: return "other";
    }
}

/// Every open descriptor below 1024, found without /proc.
void fact_fds(void) {
    out_open('{');
    for (int fd = 0; fd < 1024; fd++) {
        int flags = fcntl(fd, F_GETFD);
        if (flags < 0) continue;
        struct stat info;
        memset(&info, 0, sizeof info);
        char key[16], path[64];
        snprintf(key, sizeof key, "%d", fd);
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        out_key(key);
        out_open('{');
        put_text("kind", fstat(fd, &info) == 0 ? kind_of(info.st_mode) : "unknown");
        put_int("dev", (long long)info.st_dev);
        put_int("ino", (long long)info.st_ino);
        put_int("status", fcntl(fd, F_GETFL));
        put_bool("cloexec", flags & FD_CLOEXEC);
        put_link("target", path);
        out_close('}');
    }
    out_close('}');
}

static void fds(int argc, char **argv) {
    (void)argc, (void)argv;
    line_begin("fds");
    fact_fds();
    line_end();
}

static void tty(int argc, char **argv) {
    (void)argc, (void)argv;
    struct winsize size = {0, 0, 0, 0};
    struct termios settings;
    memset(&settings, 0, sizeof settings);
    int control = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    int error = control < 0 ? errno : 0;
    begin("tty", '{');
    put_bool("stdin", isatty(0));
    put_bool("stdout", isatty(1));
    put_bool("stderr", isatty(2));
    put_text("controlling", error ? strerrorname_np(error) : "yes");
    put_int("foreground", tcgetpgrp(0));
    ioctl(0, TIOCGWINSZ, &size);
    put_int("rows", size.ws_row);
    put_int("columns", size.ws_col);
    tcgetattr(0, &settings);
    put_bool("onlcr", settings.c_oflag & ONLCR);
    put_bool("echo", settings.c_lflag & ECHO);
    put_bool("canonical", settings.c_lflag & ICANON);
    put_link("target", "/proc/self/fd/0");
    struct stat info;
    memset(&info, 0, sizeof info);
    fstat(0, &info);
    put_int("uid", info.st_uid);
    put_int("gid", info.st_gid);
    put_int("mode", info.st_mode & 07777);
    end('}');
    if (control >= 0) close(control);
}

const struct command fact_commands[] = {
    {"ids", ids},   {"caps", caps}, {"process", process}, {"sched", sched}, {"signals", signals}, {"rlimits", rlimits},
    {"uts", uts},   {"env", env},   {"args", args},       {"ns", ns},       {"fds", fds},         {"tty", tty},
    {NULL, NULL},
};
