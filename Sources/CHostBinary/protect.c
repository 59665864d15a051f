// Write-protects apus's own program file before anything else of the program has started.
//
// Runtime/HostBinary.swift says what this is for, and does it wherever this did not. A program that is executed again
// is started twice; the linker makes `apus_entry` the program's first instruction, so that the first start ends before
// the C library has begun its own. There is no C library here yet: no errno, no thread-local storage, no memset. It
// acts only on the command lines whose verbs need it, and on any difficulty leaves everything to HostBinary.
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <linux/mount.h>
#include <stddef.h>
#include <sys/statfs.h>
#include <sys/syscall.h>

#define FLAG_READ_ONLY 1 /* ST_RDONLY of statfs(2) */

#if defined(__x86_64__)
#ifdef APUS_ENTRY
#define KEEP_STACK "  mov %rbx, apus_initial_stack(%rip)\n" /* for runtime.c */
#else
#define KEEP_STACK
#endif

static long call(long number, long a, long b, long c, long d, long e) {
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    long answer;
    __asm__ volatile("syscall" : "=a"(answer) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                     : "rcx", "r11", "memory");
    return answer;
}

// The kernel leaves argc, argv and envp on the stack, and the C library's start wants to find them there.
__asm__(".text\n.globl apus_entry\n.type apus_entry, @function\napus_entry:\n"
        "  mov %rsp, %rdi\n"
        "  mov %rsp, %rbx\n"
        "  mov %rdx, %r12\n"
        "  and $-16, %rsp\n"
        "  call apus_protect_program\n"
        "  mov %rbx, %rsp\n"
        KEEP_STACK
        "  mov %r12, %rdx\n"
        "  jmp _start\n");
#elif defined(__aarch64__)
#ifdef APUS_ENTRY
#define KEEP_STACK                                                                                                     \
    "  mov x1, sp\n"                                                                                                   \
    "  adrp x2, apus_initial_stack\n"                                                                                  \
    "  str x1, [x2, :lo12:apus_initial_stack]\n"
#else
#define KEEP_STACK
#endif

static long call(long number, long a, long b, long c, long d, long e) {
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4) : "memory");
    return x0;
}

__asm__(".text\n.globl apus_entry\n.type apus_entry, %function\napus_entry:\n"
        "  mov x19, x0\n"
        "  mov x0, sp\n"
        "  bl apus_protect_program\n"
        KEEP_STACK
        "  mov x0, x19\n"
        "  b _start\n");
#else
#error "the entry of this architecture is not written"
#endif

static int equal(const char *left, const char *right) {
    while (*left && *left == *right) left++, right++;
    return *left == *right;
}

static int gives_a_program(long argc, char **argv) {
    // The verb may stand after global flags; a flag's value of that name costs a second start and nothing else.
    for (long i = 1; i < argc; i++)
        if (equal(argv[i], "create") || equal(argv[i], "run") || equal(argv[i], "exec")) return 1;
    return 0;
}

static int is_open(int descriptor) { return call(SYS_fcntl, descriptor, F_GETFD, 0, 0, 0) >= 0; }

/// Whether the program lies on a mount that is in no directory tree, so that nobody can remount it: its path is "/" then.
static int has_no_place(void) {
    char path[2];
    return call(SYS_readlinkat, AT_FDCWD, (long)"/proc/self/exe", (long)path, sizeof path, 0) == 1;
}

/// What the entry has found out about this start of the program, so that nobody needs to ask again.
static int streams_are_open, program_is_protected;

int apus_streams_are_open(void) { return streams_are_open; }
int apus_program_is_protected(void) { return program_is_protected; }

/// `stack` is what the kernel left: argc, the arguments, NULL, the environment, NULL.
__attribute__((used, no_stack_protector)) void apus_protect_program(long *stack) {
    long argc = stack[0];
    char **argv = (char **)(stack + 1), **envp = argv + argc + 1;
    if (!gives_a_program(argc, argv)) return;
    // One of the first three would be taken for a standard stream.
    if (!is_open(0) || !is_open(1) || !is_open(2)) return;
    streams_are_open = 1;
    long program = call(SYS_openat, AT_FDCWD, (long)"/proc/self/exe", O_PATH | O_CLOEXEC, 0, 0);
    if (program < 0) return;
    struct statfs lies_on;
    int is_known = call(SYS_fstatfs, program, (long)&lies_on, 0, 0, 0) == 0;
    program_is_protected = is_known && lies_on.f_flags & FLAG_READ_ONLY && has_no_place();
    if (!is_known || program_is_protected) {
        call(SYS_close, program, 0, 0, 0, 0);
        return;
    }
    long copy = call(SYS_open_tree, program, (long)"", OPEN_TREE_CLONE | AT_EMPTY_PATH | O_CLOEXEC, 0, 0);
    call(SYS_close, program, 0, 0, 0, 0);
    if (copy < 0) return;
    struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};
    if (call(SYS_mount_setattr, copy, (long)"", AT_EMPTY_PATH, (long)&attributes, sizeof attributes) == 0)
        call(SYS_execveat, copy, (long)"", (long)argv, (long)envp, AT_EMPTY_PATH);
    call(SYS_close, copy, 0, 0, 0, 0);
}
