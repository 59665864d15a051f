// What a tool that looks at others' system calls knows of them.
#ifndef CLINUX_CALLS_H
#define CLINUX_CALLS_H

#include "base.h"

/// Whether what is closed is closed also when the call fails. close(2)
static inline int cl_call_closes(long number) { return number == SYS_close || number == SYS_close_range; }

/// Whether a call cannot fail when it is made rightly, or is one of those that no program goes on without: memory, the
/// handling of signals, its threads, its own end.
static inline int cl_call_is_certain(long number) {
    switch (number) {
#ifdef SYS_arch_prctl
    case SYS_arch_prctl:
#endif
#ifdef SYS_getpgrp
    case SYS_getpgrp:
#endif
    case SYS_mmap: case SYS_mprotect: case SYS_munmap: case SYS_mremap: case SYS_madvise: case SYS_brk:
    case SYS_rt_sigaction: case SYS_rt_sigprocmask: case SYS_rt_sigreturn: case SYS_sigaltstack: case SYS_tgkill:
    case SYS_futex: case SYS_sched_yield: case SYS_nanosleep: case SYS_clock_nanosleep: case SYS_epoll_pwait:
    case SYS_getpid: case SYS_getppid: case SYS_gettid: case SYS_getuid: case SYS_geteuid: case SYS_getgid:
    case SYS_getegid: case SYS_umask: case SYS_set_tid_address: case SYS_set_robust_list: case SYS_rseq:
    case SYS_restart_syscall: case SYS_exit: case SYS_exit_group: case SYS_clock_gettime: case SYS_uname:
        return 1;
    default:
        return 0;
    }
}

/// The name of a call that container runtimes make; NULL of any other.
static inline const char *cl_call_name(long number) {
#define CL_NAME(name) case SYS_##name: return #name;
    switch (number) {
#ifdef SYS_arch_prctl
        CL_NAME(arch_prctl)
#endif
#ifdef SYS_getpgrp
        CL_NAME(getpgrp)
#endif
#ifdef SYS_open
        CL_NAME(open) CL_NAME(stat) CL_NAME(lstat) CL_NAME(access) CL_NAME(mkdir) CL_NAME(rmdir) CL_NAME(unlink)
        CL_NAME(poll) CL_NAME(dup2) CL_NAME(fork) CL_NAME(vfork) CL_NAME(readlink) CL_NAME(symlink) CL_NAME(mknod)
        CL_NAME(pipe) CL_NAME(select) CL_NAME(rename) CL_NAME(getdents) CL_NAME(chmod) CL_NAME(epoll_wait)
        CL_NAME(getrlimit) CL_NAME(setrlimit) CL_NAME(alarm)
#endif
        CL_NAME(read) CL_NAME(write) CL_NAME(close) CL_NAME(openat) CL_NAME(openat2) CL_NAME(fstat) CL_NAME(newfstatat)
        CL_NAME(statx) CL_NAME(statfs) CL_NAME(fstatfs) CL_NAME(lseek) CL_NAME(fcntl) CL_NAME(flock) CL_NAME(ioctl)
        CL_NAME(dup) CL_NAME(dup3) CL_NAME(pipe2) CL_NAME(ppoll) CL_NAME(getdents64) CL_NAME(readlinkat)
        CL_NAME(mkdirat) CL_NAME(mknodat) CL_NAME(unlinkat) CL_NAME(symlinkat) CL_NAME(linkat) CL_NAME(renameat)
        CL_NAME(renameat2) CL_NAME(fchmod) CL_NAME(fchmodat) CL_NAME(fchown) CL_NAME(fchownat) CL_NAME(faccessat)
        CL_NAME(faccessat2) CL_NAME(ftruncate) CL_NAME(fsync) CL_NAME(utimensat) CL_NAME(pread64) CL_NAME(pwrite64)
        CL_NAME(sendfile) CL_NAME(splice) CL_NAME(copy_file_range) CL_NAME(memfd_create) CL_NAME(fgetxattr)
        CL_NAME(chdir) CL_NAME(fchdir) CL_NAME(chroot) CL_NAME(pivot_root) CL_NAME(mount) CL_NAME(umount2)
        CL_NAME(open_tree) CL_NAME(move_mount) CL_NAME(fsopen) CL_NAME(fsconfig) CL_NAME(fsmount) CL_NAME(fspick)
        CL_NAME(mount_setattr) CL_NAME(unshare) CL_NAME(setns) CL_NAME(clone) CL_NAME(clone3) CL_NAME(execve)
        CL_NAME(execveat) CL_NAME(wait4) CL_NAME(waitid) CL_NAME(kill) CL_NAME(pidfd_open) CL_NAME(pidfd_send_signal)
        CL_NAME(pidfd_getfd) CL_NAME(prctl) CL_NAME(seccomp) CL_NAME(bpf) CL_NAME(capget) CL_NAME(capset)
        CL_NAME(setuid) CL_NAME(setgid) CL_NAME(setresuid) CL_NAME(setresgid) CL_NAME(setgroups) CL_NAME(getgroups)
        CL_NAME(setsid) CL_NAME(getsid) CL_NAME(setpgid) CL_NAME(getpgid) CL_NAME(prlimit64) CL_NAME(setpriority)
        CL_NAME(sched_setaffinity) CL_NAME(sched_getaffinity) CL_NAME(sched_setattr) CL_NAME(ioprio_set)
        CL_NAME(set_mempolicy) CL_NAME(personality) CL_NAME(sethostname) CL_NAME(setdomainname) CL_NAME(keyctl)
        CL_NAME(socket) CL_NAME(socketpair) CL_NAME(bind) CL_NAME(listen) CL_NAME(accept) CL_NAME(accept4)
        CL_NAME(connect) CL_NAME(sendto) CL_NAME(recvfrom) CL_NAME(sendmsg) CL_NAME(recvmsg) CL_NAME(shutdown)
        CL_NAME(setsockopt) CL_NAME(getsockopt) CL_NAME(getsockname) CL_NAME(getpeername) CL_NAME(signalfd4)
        CL_NAME(eventfd2) CL_NAME(timerfd_create) CL_NAME(timerfd_settime) CL_NAME(epoll_create1) CL_NAME(epoll_ctl)
        CL_NAME(inotify_init1) CL_NAME(inotify_add_watch) CL_NAME(close_range) CL_NAME(getrandom) CL_NAME(ptrace)
        CL_NAME(mmap) CL_NAME(mprotect) CL_NAME(munmap) CL_NAME(mremap) CL_NAME(madvise) CL_NAME(brk)
        CL_NAME(rt_sigaction) CL_NAME(rt_sigprocmask) CL_NAME(rt_sigreturn) CL_NAME(sigaltstack) CL_NAME(tgkill)
        CL_NAME(futex) CL_NAME(sched_yield) CL_NAME(nanosleep) CL_NAME(clock_nanosleep) CL_NAME(epoll_pwait)
        CL_NAME(getpid) CL_NAME(getppid) CL_NAME(gettid) CL_NAME(getuid) CL_NAME(geteuid) CL_NAME(getgid)
        CL_NAME(getegid) CL_NAME(umask) CL_NAME(set_tid_address) CL_NAME(set_robust_list) CL_NAME(rseq)
        CL_NAME(restart_syscall) CL_NAME(exit) CL_NAME(exit_group) CL_NAME(clock_gettime) CL_NAME(uname)
    default:
        return NULL;
    }
#undef CL_NAME
}

#endif
