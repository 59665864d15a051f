// What Swift cannot call: raw system calls, variadic functions, function-like macros.
//
// Rules: the prefix is cl_; a function that can fail returns -errno, never sets or reads errno across calls;
// there is no policy here, only shapes. Structures that this file declares itself are checked by _Static_assert
// against the sizes in the kernel's ABI.
#ifndef CLINUX_H
#define CLINUX_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/ioprio.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/types.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

// glibc's <sys/mount.h> cannot be included beside <linux/mount.h>; these are the functions it would declare.
extern int mount(const char *, const char *, const char *, unsigned long, const void *);
extern int umount2(const char *, int);
#define CL_MNT_DETACH 2
#define CL_UMOUNT_NOFOLLOW 8

// Numbers that older headers lack.
#ifndef NS_GET_NSTYPE
#define NS_GET_NSTYPE 0xb703
#endif
#ifndef CLONE_INTO_CGROUP
#define CLONE_INTO_CGROUP 0x200000000ULL
#endif

/// -errno of a libc call that answers -1, its value otherwise.
static inline long cl_result(long value) { return value < 0 ? -(long)errno : value; }

// ---------------------------------------------------------------- processes

/// clone3(2). Returns the pid in the parent, 0 in the child, -errno. *pidfd receives a close-on-exec descriptor.
static inline long cl_clone3(uint64_t flags, int exit_signal, int cgroup_fd, int *pidfd) {
    struct clone_args args;
    memset(&args, 0, sizeof args);
    args.flags = flags | (pidfd ? CLONE_PIDFD : 0);
    args.pidfd = (uint64_t)(uintptr_t)pidfd;
    args.exit_signal = (uint64_t)exit_signal;
    if (cgroup_fd >= 0) {
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = (uint64_t)cgroup_fd;
    }
    return cl_result(syscall(SYS_clone3, &args, sizeof args));
}
static inline int cl_unshare(int flags) { return (int)cl_result(syscall(SYS_unshare, flags)); }
static inline int cl_setns(int fd, int type) { return (int)cl_result(syscall(SYS_setns, fd, type)); }
static inline int cl_ns_type(int fd) { return (int)cl_result(ioctl(fd, NS_GET_NSTYPE)); }
static inline int cl_pidfd_open(int pid, unsigned flags) { return (int)cl_result(syscall(SYS_pidfd_open, pid, flags)); }
static inline int cl_pidfd_send_signal(int fd, int sig) {
    return (int)cl_result(syscall(SYS_pidfd_send_signal, fd, sig, NULL, 0));
}
/// waitid(2) reaping; *code is CLD_*, *status the exit status or signal. Returns the pid, 0 when WNOHANG found none.
static inline int cl_waitid(int idtype, int id, int options, int *code, int *status) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    long r;
    do r = cl_result(waitid((idtype_t)idtype, (id_t)id, &info, options)); while (r == -EINTR);
    if (r < 0) return (int)r;
    *code = info.si_code;
    *status = info.si_status;
    return info.si_pid;
}
#define CL_P_ALL 0
#define CL_P_PID 1
static inline int cl_execveat(int fd, const char *path, char *const argv[], char *const envp[], int flags) {
    return (int)cl_result(syscall(SYS_execveat, fd, path, argv, envp, flags));
}
static inline int cl_execve(const char *path, char *const argv[], char *const envp[]) {
    return (int)cl_result(execve(path, argv, envp));
}
static inline int cl_prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d) {
    return (int)cl_result(prctl(option, a, b, c, d));
}
static inline int cl_setsid(void) { return (int)cl_result(setsid()); }
static inline int cl_getpid(void) { return (int)syscall(SYS_getpid); }
static inline int cl_close_range(unsigned first, unsigned last, unsigned flags) {
    return (int)cl_result(syscall(SYS_close_range, first, last, flags));
}
static inline char **cl_environ(void) { return environ; }
static inline void cl_exit(int status) { _exit(status); }
static inline long cl_keyctl_join_session(const char *name) {
    return cl_result(syscall(SYS_keyctl, 1 /* KEYCTL_JOIN_SESSION_KEYRING */, name, 0, 0, 0));
}

// ---------------------------------------------------------------- credentials and limits

static inline int cl_setgroups(const uint32_t *groups, size_t count) { return (int)cl_result(syscall(SYS_setgroups, count, groups)); }
static inline int cl_setresuid(uint32_t id) { return (int)cl_result(syscall(SYS_setresuid, id, id, id)); }
static inline int cl_setresgid(uint32_t id) { return (int)cl_result(syscall(SYS_setresgid, id, id, id)); }
/// capset(2) of the calling process, version 3.
static inline int cl_capset(uint64_t effective, uint64_t permitted, uint64_t inheritable) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];
    for (int i = 0; i < 2; i++) {
        data[i].effective = (uint32_t)(effective >> (32 * i));
        data[i].permitted = (uint32_t)(permitted >> (32 * i));
        data[i].inheritable = (uint32_t)(inheritable >> (32 * i));
    }
    return (int)cl_result(syscall(SYS_capset, &header, data));
}
static inline int cl_capget(uint64_t *effective, uint64_t *permitted, uint64_t *inheritable) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];
    long r = cl_result(syscall(SYS_capget, &header, data));
    if (r < 0) return (int)r;
    *effective = data[0].effective | (uint64_t)data[1].effective << 32;
    *permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
    *inheritable = data[0].inheritable | (uint64_t)data[1].inheritable << 32;
    return 0;
}
static inline int cl_setrlimit(int resource, uint64_t soft, uint64_t hard) {
    struct { uint64_t cur, max; } limit = {soft, hard};
    return (int)cl_result(syscall(SYS_prlimit64, 0, resource, &limit, NULL));
}
static inline int cl_getrlimit(int resource, uint64_t *soft, uint64_t *hard) {
    struct { uint64_t cur, max; } limit;
    long r = cl_result(syscall(SYS_prlimit64, 0, resource, NULL, &limit));
    if (r == 0) { *soft = limit.cur; *hard = limit.max; }
    return (int)r;
}
/// struct sched_attr of sched_setattr(2), second version: without the two clamps the kernel refuses their flags.
struct cl_sched_attr {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
    uint32_t util_min, util_max;
};
_Static_assert(sizeof(struct cl_sched_attr) == 56, "SCHED_ATTR_SIZE_VER1");
static inline int cl_sched_setattr(struct cl_sched_attr attr) {
    attr.size = sizeof attr;
    return (int)cl_result(syscall(SYS_sched_setattr, 0, &attr, 0));
}
static inline int cl_ioprio_set(int class, int level) {
    return (int)cl_result(syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(class, level)));
}
static inline int cl_personality(unsigned long persona) { return (int)cl_result(personality(persona)); }
static inline int cl_sethostname(const char *name, size_t length) { return (int)cl_result(sethostname(name, length)); }
static inline int cl_setdomainname(const char *name, size_t length) { return (int)cl_result(setdomainname(name, length)); }

// ---------------------------------------------------------------- files

static inline int cl_openat2(int dirfd, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve) {
    struct open_how how;
    memset(&how, 0, sizeof how);
    how.flags = flags;
    how.mode = mode;
    how.resolve = resolve;
    long r;
    // EAGAIN: a rename raced with a ".." of the walk; the kernel asks for another try.
    for (int tries = 0;; tries++) {
        r = cl_result(syscall(SYS_openat2, dirfd, path, &how, sizeof how));
        if (r == -EINTR || (r == -EAGAIN && tries < 128)) continue;
        return (int)r;
    }
}
static inline int cl_openat(int dirfd, const char *path, int flags, unsigned mode) {
    long r;
    do r = cl_result(openat(dirfd, path, flags, mode)); while (r == -EINTR);
    return (int)r;
}
static inline int cl_close(int fd) { return (int)cl_result(close(fd)); }
static inline int cl_dup3(int from, int to, int flags) { return (int)cl_result(dup3(from, to, flags)); }
static inline int cl_dup_cloexec(int fd) { return (int)cl_result(fcntl(fd, F_DUPFD_CLOEXEC, 3)); }
static inline int cl_get_fd_flags(int fd) { return (int)cl_result(fcntl(fd, F_GETFD)); }
static inline int cl_set_fd_flags(int fd, int flags) { return (int)cl_result(fcntl(fd, F_SETFD, flags)); }
static inline int cl_get_status_flags(int fd) { return (int)cl_result(fcntl(fd, F_GETFL)); }
static inline int cl_set_status_flags(int fd, int flags) { return (int)cl_result(fcntl(fd, F_SETFL, flags)); }
static inline long cl_read(int fd, void *buffer, size_t count) {
    long r;
    do r = cl_result(read(fd, buffer, count)); while (r == -EINTR);
    return r;
}
static inline long cl_pread(int fd, void *buffer, size_t count, int64_t offset) {
    long r;
    do r = cl_result(pread(fd, buffer, count, offset)); while (r == -EINTR);
    return r;
}
static inline long cl_write(int fd, const void *buffer, size_t count) {
    long r;
    do r = cl_result(write(fd, buffer, count)); while (r == -EINTR);
    return r;
}
static inline int cl_fstat(int fd, struct stat *out) { return (int)cl_result(fstat(fd, out)); }
static inline int cl_fstatat(int dirfd, const char *path, struct stat *out, int flags) {
    return (int)cl_result(fstatat(dirfd, path, out, flags));
}
static inline int cl_fstatfs(int fd, struct statfs *out) { return (int)cl_result(fstatfs(fd, out)); }
static inline int cl_statfs(const char *path, struct statfs *out) { return (int)cl_result(statfs(path, out)); }
static inline int cl_mkdirat(int dirfd, const char *path, unsigned mode) { return (int)cl_result(mkdirat(dirfd, path, mode)); }
static inline int cl_unlinkat(int dirfd, const char *path, int flags) { return (int)cl_result(unlinkat(dirfd, path, flags)); }
static inline int cl_renameat(int olddir, const char *old, int newdir, const char *new) {
    return (int)cl_result(syscall(SYS_renameat, olddir, old, newdir, new));
}
static inline int cl_renameat2(int olddir, const char *old, int newdir, const char *new, unsigned flags) {
    return (int)cl_result(syscall(SYS_renameat2, olddir, old, newdir, new, flags));
}
static inline int cl_linkat(int olddir, const char *old, int newdir, const char *new, int flags) {
    return (int)cl_result(linkat(olddir, old, newdir, new, flags));
}
static inline int cl_symlinkat(const char *target, int dirfd, const char *path) { return (int)cl_result(symlinkat(target, dirfd, path)); }
static inline long cl_readlinkat(int dirfd, const char *path, char *buffer, size_t size) {
    return cl_result(readlinkat(dirfd, path, buffer, size));
}
static inline int cl_mknodat(int dirfd, const char *path, unsigned mode, uint64_t device) {
    return (int)cl_result(mknodat(dirfd, path, mode, (dev_t)device));
}
static inline uint64_t cl_makedev(uint32_t major, uint32_t minor) { return makedev(major, minor); }
static inline uint32_t cl_major(uint64_t device) { return major(device); }
static inline uint32_t cl_minor(uint64_t device) { return minor(device); }
static inline int cl_fchown(int fd, uint32_t uid, uint32_t gid) { return (int)cl_result(fchown(fd, uid, gid)); }
static inline int cl_fchownat(int dirfd, const char *path, uint32_t uid, uint32_t gid, int flags) {
    return (int)cl_result(fchownat(dirfd, path, uid, gid, flags));
}
static inline int cl_fchmod(int fd, unsigned mode) { return (int)cl_result(fchmod(fd, mode)); }
static inline int cl_fchmodat(int dirfd, const char *path, unsigned mode) { return (int)cl_result(fchmodat(dirfd, path, mode, 0)); }
static inline int cl_fchdir(int fd) { return (int)cl_result(fchdir(fd)); }
static inline int cl_chdir(const char *path) { return (int)cl_result(chdir(path)); }
static inline int cl_chroot(const char *path) { return (int)cl_result(chroot(path)); }
/// getcwd(2) itself: glibc's would hide the kernel's "(unreachable)".
static inline long cl_getcwd(char *buffer, size_t size) { return cl_result(syscall(SYS_getcwd, buffer, size)); }
static inline int cl_faccessat(int dirfd, const char *path, int mode, int flags) {
    return (int)cl_result(syscall(SYS_faccessat2, dirfd, path, mode, flags));
}
static inline int cl_flock(int fd, int operation) {
    long r;
    do r = cl_result(flock(fd, operation)); while (r == -EINTR);
    return (int)r;
}
static inline int cl_ftruncate(int fd, int64_t size) { return (int)cl_result(ftruncate(fd, size)); }
static inline int cl_memfd_create(const char *name, unsigned flags) { return (int)cl_result(memfd_create(name, flags)); }
static inline int cl_add_seals(int fd, int seals) { return (int)cl_result(fcntl(fd, F_ADD_SEALS, seals)); }
static inline int cl_get_seals(int fd) { return (int)cl_result(fcntl(fd, F_GET_SEALS)); }
static inline long cl_getdents64(int fd, void *buffer, size_t size) { return cl_result(syscall(SYS_getdents64, fd, buffer, size)); }
static inline int cl_pipe(int fds[2], int flags) { return (int)cl_result(pipe2(fds, flags)); }
static inline long cl_sendfile(int out, int in, size_t count) { return cl_result(syscall(SYS_sendfile, out, in, NULL, count)); }

// ---------------------------------------------------------------- mounts

static inline int cl_mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data) {
    return (int)cl_result(mount(source, target, type, flags, data));
}
static inline int cl_umount2(const char *target, int flags) { return (int)cl_result(umount2(target, flags)); }
static inline int cl_pivot_root(const char *new_root, const char *put_old) {
    return (int)cl_result(syscall(SYS_pivot_root, new_root, put_old));
}
static inline int cl_open_tree(int dirfd, const char *path, unsigned flags) {
    return (int)cl_result(syscall(SYS_open_tree, dirfd, path, flags));
}
static inline int cl_move_mount(int from_dirfd, const char *from, int to_dirfd, const char *to, unsigned flags) {
    return (int)cl_result(syscall(SYS_move_mount, from_dirfd, from, to_dirfd, to, flags));
}
static inline int cl_fsopen(const char *type, unsigned flags) { return (int)cl_result(syscall(SYS_fsopen, type, flags)); }
static inline int cl_fsconfig(int fd, unsigned command, const char *key, const void *value, int aux) {
    return (int)cl_result(syscall(SYS_fsconfig, fd, command, key, value, aux));
}
static inline int cl_fsmount(int fd, unsigned flags, unsigned attributes) {
    return (int)cl_result(syscall(SYS_fsmount, fd, flags, attributes));
}
static inline int cl_mount_setattr(
    int dirfd, const char *path, unsigned flags, uint64_t set, uint64_t clear, uint64_t propagation, int userns_fd) {
    struct mount_attr attr;
    memset(&attr, 0, sizeof attr);
    attr.attr_set = set;
    attr.attr_clr = clear;
    attr.propagation = propagation;
    attr.userns_fd = userns_fd < 0 ? 0 : (uint64_t)userns_fd;
    return (int)cl_result(syscall(SYS_mount_setattr, dirfd, path, flags, &attr, sizeof attr));
}

// ---------------------------------------------------------------- signals and time

/// Sets one signal to its default. The raw call: glibc refuses the two signals it keeps for itself.
static inline int cl_signal_default(int sig) {
    struct { void *handler; unsigned long flags; void *restorer; uint64_t mask; } action;
    memset(&action, 0, sizeof action);
    return (int)cl_result(syscall(SYS_rt_sigaction, sig, &action, NULL, 8));
}
static inline int cl_signal_ignore(int sig) {
    struct { void *handler; unsigned long flags; void *restorer; uint64_t mask; } action;
    memset(&action, 0, sizeof action);
    action.handler = (void *)1; /* SIG_IGN */
    return (int)cl_result(syscall(SYS_rt_sigaction, sig, &action, NULL, 8));
}
/// Sets the signal mask (bit n-1 is signal n); *old receives the mask before.
static inline int cl_signal_mask(uint64_t mask, uint64_t *old) {
    return (int)cl_result(syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, old, 8));
}
static inline int cl_signalfd(int fd, uint64_t mask, int flags) {
    return (int)cl_result(syscall(SYS_signalfd4, fd, &mask, 8, flags));
}
static inline int cl_kill(int pid, int sig) { return (int)cl_result(kill(pid, sig)); }
static inline int cl_sigrtmin(void) { return SIGRTMIN; }
static inline int cl_sigrtmax(void) { return SIGRTMAX; }
static inline int cl_poll(struct pollfd *fds, size_t count, int timeout_ms) {
    return (int)cl_result(poll(fds, (nfds_t)count, timeout_ms));
}
static inline int64_t cl_monotonic_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}
static inline void cl_realtime(int64_t *seconds, int32_t *nanoseconds) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    *seconds = now.tv_sec;
    *nanoseconds = (int32_t)now.tv_nsec;
}
static inline void cl_sleep_ms(int ms) {
    struct timespec t = {ms / 1000, (ms % 1000) * 1000000L};
    nanosleep(&t, NULL);
}

// ---------------------------------------------------------------- sockets

static inline int cl_socketpair(int type, int fds[2]) { return (int)cl_result(socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, fds)); }
static inline int cl_socket(int domain, int type) { return (int)cl_result(socket(domain, type | SOCK_CLOEXEC, 0)); }
/// Connects or binds (bind != 0) a unix socket; -ENAMETOOLONG when the path does not fit.
static inline int cl_unix_address(int fd, const char *path, int do_bind) {
    struct sockaddr_un address;
    memset(&address, 0, sizeof address);
    address.sun_family = AF_UNIX;
    size_t length = strlen(path);
    if (length >= sizeof address.sun_path) return -ENAMETOOLONG;
    memcpy(address.sun_path, path, length);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + 1);
    long r;
    if (do_bind) return (int)cl_result(bind(fd, (struct sockaddr *)&address, size));
    do r = cl_result(connect(fd, (struct sockaddr *)&address, size)); while (r == -EINTR);
    return (int)r;
}
static inline int cl_listen(int fd, int backlog) { return (int)cl_result(listen(fd, backlog)); }
static inline int cl_accept(int fd) {
    long r;
    do r = cl_result(accept4(fd, NULL, NULL, SOCK_CLOEXEC)); while (r == -EINTR);
    return (int)r;
}
/// sendmsg(2) without SIGPIPE; passes one descriptor when passed_fd >= 0.
static inline long cl_send(int fd, const void *bytes, size_t count, int passed_fd) {
    struct iovec part = {(void *)bytes, count};
    struct msghdr message;
    memset(&message, 0, sizeof message);
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    union { struct cmsghdr align; char bytes[CMSG_SPACE(sizeof(int))]; } control;
    if (passed_fd >= 0) {
        memset(&control, 0, sizeof control);
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof control.bytes;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(header), &passed_fd, sizeof(int));
    }
    long r;
    do r = cl_result(sendmsg(fd, &message, MSG_NOSIGNAL)); while (r == -EINTR);
    return r;
}
/// recvmsg(2). *received_fd gets a passed descriptor (close-on-exec) or -1. -EMSGSIZE when the message was cut.
static inline long cl_receive(int fd, void *bytes, size_t count, int *received_fd) {
    struct iovec part = {bytes, count};
    struct msghdr message;
    memset(&message, 0, sizeof message);
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    union { struct cmsghdr align; char bytes[CMSG_SPACE(sizeof(int))]; } control;
    if (received_fd) {
        *received_fd = -1;
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof control.bytes;
    }
    long r;
    do r = cl_result(recvmsg(fd, &message, MSG_CMSG_CLOEXEC)); while (r == -EINTR);
    if (r < 0) return r;
    if (received_fd) {
        for (struct cmsghdr *h = CMSG_FIRSTHDR(&message); h; h = CMSG_NXTHDR(&message, h))
            if (h->cmsg_level == SOL_SOCKET && h->cmsg_type == SCM_RIGHTS) memcpy(received_fd, CMSG_DATA(h), sizeof(int));
    }
    if (message.msg_flags & MSG_TRUNC) return -EMSGSIZE;
    return r;
}
/// Sets a network interface of the calling network namespace up.
static inline int cl_interface_up(const char *name) {
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    struct ifreq request;
    memset(&request, 0, sizeof request);
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    long r = cl_result(ioctl(fd, SIOCSIFFLAGS, &request));
    close(fd);
    return (int)r;
}

// ---------------------------------------------------------------- terminals

static inline int cl_pty_unlock(int fd) { int zero = 0; return (int)cl_result(ioctl(fd, TIOCSPTLCK, &zero)); }
static inline int cl_pty_peer(int fd) { return (int)cl_result(ioctl(fd, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC)); }
static inline int cl_set_controlling_terminal(int fd) { return (int)cl_result(ioctl(fd, TIOCSCTTY, 0)); }
static inline int cl_set_window_size(int fd, uint16_t rows, uint16_t columns) {
    struct winsize size = {rows, columns, 0, 0};
    return (int)cl_result(ioctl(fd, TIOCSWINSZ, &size));
}
static inline int cl_get_window_size(int fd, uint16_t *rows, uint16_t *columns) {
    struct winsize size;
    long r = cl_result(ioctl(fd, TIOCGWINSZ, &size));
    if (r == 0) { *rows = size.ws_row; *columns = size.ws_col; }
    return (int)r;
}
static inline int cl_tcgetattr(int fd, struct termios *out) { return (int)cl_result(tcgetattr(fd, out)); }
static inline int cl_tcsetattr(int fd, const struct termios *in) { return (int)cl_result(tcsetattr(fd, TCSANOW, in)); }

// ---------------------------------------------------------------- seccomp

/// seccomp(2) SECCOMP_SET_MODE_FILTER with a program of `count` instructions. Returns 0 or, with NEW_LISTENER, the descriptor.
static inline int cl_seccomp_load(const void *instructions, uint16_t count, unsigned flags) {
    struct { uint16_t count; const void *instructions; } program = {count, instructions};
    return (int)cl_result(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program));
}

// ---------------------------------------------------------------- eBPF

static inline int cl_bpf(int command, union bpf_attr *attributes) {
    return (int)cl_result(syscall(SYS_bpf, command, attributes, sizeof *attributes));
}
/// BPF_PROG_LOAD of a cgroup device program of `count` instructions; uses no helper function that asks for a licence.
static inline int cl_bpf_load_device_program(const void *instructions, uint32_t count, const char *name) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
    attributes.expected_attach_type = BPF_CGROUP_DEVICE;
    attributes.insns = (uint64_t)(uintptr_t)instructions;
    attributes.insn_cnt = count;
    attributes.license = (uint64_t)(uintptr_t)"Apache-2.0";
    strncpy(attributes.prog_name, name, sizeof attributes.prog_name - 1);
    return cl_bpf(BPF_PROG_LOAD, &attributes);
}
/// BPF_PROG_ATTACH of a device program to a cgroup, beside those that are there and those of the cgroups above.
static inline int cl_bpf_attach_device_program(int program, int cgroup) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.target_fd = (uint32_t)cgroup;
    attributes.attach_bpf_fd = (uint32_t)program;
    attributes.attach_type = BPF_CGROUP_DEVICE;
    attributes.attach_flags = BPF_F_ALLOW_MULTI;
    return cl_bpf(BPF_PROG_ATTACH, &attributes);
}
static inline int cl_bpf_detach_device_program(int program, int cgroup) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.target_fd = (uint32_t)cgroup;
    attributes.attach_bpf_fd = (uint32_t)program;
    attributes.attach_type = BPF_CGROUP_DEVICE;
    return cl_bpf(BPF_PROG_DETACH, &attributes);
}
/// The id of a loaded program, which is not given again soon.
static inline int cl_bpf_program_id(int program, uint32_t *id) {
    struct bpf_prog_info info;
    memset(&info, 0, sizeof info);
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.info.bpf_fd = (uint32_t)program;
    attributes.info.info_len = sizeof info;
    attributes.info.info = (uint64_t)(uintptr_t)&info;
    int r = cl_bpf(BPF_OBJ_GET_INFO_BY_FD, &attributes);
    if (r == 0) *id = info.id;
    return r;
}
static inline int cl_bpf_open_program(uint32_t id) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.prog_id = id;
    return cl_bpf(BPF_PROG_GET_FD_BY_ID, &attributes);
}

// ---------------------------------------------------------------- shared memory

/// One anonymous page that parent and child share; NULL when the kernel has none.
static inline void *cl_shared_page(void) {
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return page == MAP_FAILED ? NULL : page;
}
static inline uint32_t cl_load(const volatile uint32_t *word) { return __atomic_load_n(word, __ATOMIC_ACQUIRE); }
static inline void cl_store(volatile uint32_t *word, uint32_t value) { __atomic_store_n(word, value, __ATOMIC_RELEASE); }

#endif
