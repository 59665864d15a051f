// Steps through a program and its copies and prints where it has been: each address once, in the order of first visits.
//
//   trace LOW HIGH PROGRAM ARGUMENT...
//
// Only addresses from LOW to HIGH (hexadecimal) count, and only while a process executes PROGRAM itself: what it
// executes in its place, but for itself, is let go. The exit status is the program's.
#define _GNU_SOURCE 1
#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static const long options = PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC;

static struct stat program;

static int executes_program(pid_t pid) {
    char path[64];
    struct stat file;
    snprintf(path, sizeof path, "/proc/%d/exe", pid);
    return stat(path, &file) == 0 && file.st_dev == program.st_dev && file.st_ino == program.st_ino;
}

static uint64_t where(pid_t pid) {
    struct user_regs_struct registers;
#if defined(__x86_64__)
#define PLACE registers.rip
#else
#define PLACE registers.pc
#endif
    struct iovec all = {&registers, sizeof registers};
    return ptrace(PTRACE_GETREGSET, pid, (void *)NT_PRSTATUS, &all) == 0 ? PLACE : 0;
}

int main(int argc, char **argv) {
    if (argc < 4) return 2;
    uint64_t low = strtoull(argv[1], NULL, 16), high = strtoull(argv[2], NULL, 16);
    unsigned char *seen = calloc(1, high - low);
    if (seen == NULL || stat(argv[3], &program) != 0) return 2;
    pid_t first = fork();
    if (first == 0) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        raise(SIGSTOP);
        execv(argv[3], argv + 3);
        _exit(127);
    }
    int status;
    waitpid(first, &status, 0);
    ptrace(PTRACE_SETOPTIONS, first, 0, options);
    ptrace(PTRACE_CONT, first, 0, 0);
    for (pid_t pid; (pid = waitpid(-1, &status, __WALL)) > 0;) {
        if (WIFEXITED(status) || WIFSIGNALED(status)) {
            // A container that waits to be started lives on; without a tracer it does so by itself.
            if (pid == first) return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
            continue;
        }
        if (!WIFSTOPPED(status)) continue;
        int signal = WSTOPSIG(status), event = status >> 16;
        if (event == PTRACE_EVENT_EXEC && !executes_program(pid)) {
            ptrace(PTRACE_DETACH, pid, 0, 0);
            continue;
        }
        if (signal == SIGTRAP) {
            uint64_t address = where(pid);
            if (address >= low && address < high && !seen[address - low]) {
                seen[address - low] = 1;
                printf("%llx\n", (unsigned long long)address);
            }
            signal = 0;
        } else if (signal == SIGSTOP) {
            signal = 0; // a new process
        }
        ptrace(PTRACE_SINGLESTEP, pid, 0, signal);
    }
    return 1;
}
