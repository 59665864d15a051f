// Making, entering, waiting for and executing processes.
#ifndef CLINUX_PROCESSES_H
#define CLINUX_PROCESSES_H

#include "base.h"

#include <linux/close_range.h>
#include <linux/sched.h>
#include <sched.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>

// Numbers that older headers lack.
#ifndef NS_GET_NSTYPE
#define NS_GET_NSTYPE 0xb703
#endif
#ifndef CLONE_INTO_CGROUP
#define CLONE_INTO_CGROUP 0x200000000ULL
#endif

/// clone3(2). Returns the pid in the parent, 0 in the child, -errno. *pidfd receives a close-on-exec descriptor, and
/// *noted, when there is one, the pid before anybody can end the caller.
static inline long cl_clone3(uint64_t flags, int exit_signal, int cgroup_fd, int *pidfd, uint32_t *noted) {
    struct clone_args args;
    memset(&args, 0, sizeof args);
    args.flags = flags | (pidfd ? CLONE_PIDFD : 0);
    args.pidfd = (uint64_t)(uintptr_t)pidfd;
    args.exit_signal = (uint64_t)exit_signal;
    if (noted) {
        args.flags |= CLONE_PARENT_SETTID;
        args.parent_tid = (uint64_t)(uintptr_t)noted;
    }
    if (cgroup_fd >= 0) {
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = (uint64_t)cgroup_fd;
    }
    return cl_result(syscall(SYS_clone3, &args, sizeof args));
}
static inline int cl_unshare(int flags) { return (int)cl_result(syscall(SYS_unshare, flags)); }
static inline int cl_setns(int fd, int type) { return (int)cl_result(syscall(SYS_setns, fd, type)); }
static inline int cl_set_mempolicy(int mode, const void *nodes, unsigned long bits) {
    return (int)cl_result(syscall(SYS_set_mempolicy, mode, nodes, bits));
}
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

#endif
