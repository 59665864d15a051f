// Signals, waiting and clocks.
#ifndef CLINUX_SIGNALS_H
#define CLINUX_SIGNALS_H

#include "base.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <time.h>

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
/// Whether a signal is ignored: 1 or 0.
static inline int cl_signal_is_ignored(int sig) {
    struct { void *handler; unsigned long flags; void *restorer; uint64_t mask; } action;
    memset(&action, 0, sizeof action);
    long r = cl_result(syscall(SYS_rt_sigaction, sig, NULL, &action, 8));
    return r < 0 ? (int)r : action.handler == (void *)1; /* SIG_IGN */
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

#endif
