// ptrace(2): following a program and making its system calls fail.
#ifndef CLINUX_TRACING_H
#define CLINUX_TRACING_H

#include "base.h"

#include <elf.h>
#include <linux/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>

#define CL_TRACE_EVERYTHING                                                                                            \
    (PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC |     \
     PTRACE_O_EXITKILL)

// glibc's header and the kernel's cannot both be read, and only the kernel's has the structure below.
static inline long cl_ptrace(long request, int pid, uintptr_t address, uintptr_t data) {
    return cl_result(syscall(SYS_ptrace, request, pid, address, data));
}

/// Follows a process and all that it makes; they end when the caller does.
static inline int cl_trace(int pid) { return (int)cl_ptrace(PTRACE_SEIZE, pid, 0, CL_TRACE_EVERYTHING); }
/// Stops a followed process, which waitpid then tells.
static inline int cl_trace_interrupt(int pid) { return (int)cl_ptrace(PTRACE_INTERRUPT, pid, 0, 0); }
/// Lets a stopped process go on to its next system call, with a signal or 0.
static inline int cl_trace_go(int pid, int signal) { return (int)cl_ptrace(PTRACE_SYSCALL, pid, 0, (uintptr_t)signal); }
/// Lets a process that is in a group stop stay in it.
static inline int cl_trace_listen(int pid) { return (int)cl_ptrace(PTRACE_LISTEN, pid, 0, 0); }
/// Lets a stopped process go for good.
static inline int cl_trace_release(int pid) { return (int)cl_ptrace(PTRACE_DETACH, pid, 0, 0); }

/// The process that a followed one, which has stopped because of it, has just made.
static inline int cl_trace_made(int pid) {
    unsigned long made = 0;
    int failed = (int)cl_ptrace(PTRACE_GETEVENTMSG, pid, 0, (uintptr_t)&made);
    return failed < 0 ? failed : (int)made;
}

/// The number of the system call that a process has stopped at the entry of; -1 when it has stopped elsewhere.
static inline long cl_trace_entered(int pid) {
    struct ptrace_syscall_info info;
    if (cl_ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, (uintptr_t)&info) < 0) return -1;
    return info.op == PTRACE_SYSCALL_INFO_ENTRY ? (long)info.entry.nr : -1;
}

/// waitpid(2) for any child or followed process, threads too. Returns its pid, or -errno.
static inline int cl_trace_wait(int *status, int options) { return (int)cl_result(waitpid(-1, status, options | __WALL)); }

/// Reads or writes the registers of a stopped process.
static inline int cl_trace_registers(int pid, int set, int kind, void *registers, size_t size) {
    struct iovec all = {registers, size};
    return (int)cl_ptrace(set ? PTRACE_SETREGSET : PTRACE_GETREGSET, pid, (uintptr_t)kind, (uintptr_t)&all);
}

#if defined(__x86_64__)
#include <sys/user.h>
/// At the entry of a system call: there is none instead, and it fails with ENOSYS.
static inline int cl_trace_skip(int pid) {
    struct user_regs_struct registers;
    int failed = cl_trace_registers(pid, 0, NT_PRSTATUS, &registers, sizeof registers);
    registers.orig_rax = (unsigned long long)-1;
    return failed < 0 ? failed : cl_trace_registers(pid, 1, NT_PRSTATUS, &registers, sizeof registers);
}
/// At the end of a system call: what it returns, such as -errno.
static inline int cl_trace_return(int pid, long value) {
    struct user_regs_struct registers;
    int failed = cl_trace_registers(pid, 0, NT_PRSTATUS, &registers, sizeof registers);
    registers.rax = (unsigned long long)value;
    return failed < 0 ? failed : cl_trace_registers(pid, 1, NT_PRSTATUS, &registers, sizeof registers);
}
#elif defined(__aarch64__)
static inline int cl_trace_skip(int pid) {
    int none = -1;
    return cl_trace_registers(pid, 1, NT_ARM_SYSTEM_CALL, &none, sizeof none);
}
static inline int cl_trace_return(int pid, long value) {
    uint64_t registers[34]; // struct user_pt_regs: x0 is the first
    int failed = cl_trace_registers(pid, 0, NT_PRSTATUS, registers, sizeof registers);
    registers[0] = (uint64_t)value;
    return failed < 0 ? failed : cl_trace_registers(pid, 1, NT_PRSTATUS, registers, sizeof registers);
}
#endif

#endif
