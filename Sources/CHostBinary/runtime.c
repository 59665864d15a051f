// What Swift's run time does before main and apus has no use for, in place of the run time's own functions.
//
// It looks for its backtracer around the program, and the write-protected copy of apus lies nowhere: it looked in the
// working directory, nine system calls at each start, for what a bundle may call `swift-backtrace`; with SWIFT_BACKTRACE
// in the environment that would be executed after a crash. And it finds its arguments by reading /proc/self/maps.
//
// The linker takes what is defined here first, and leaves out the files of the library that define the same.
#include <stddef.h>

#ifdef APUS_ENTRY

/// What the kernel left on the stack, kept by `apus_entry`: argc, the arguments, NULL.
const long *apus_initial_stack;

/// CommandLine.cpp: the arguments and their number.
char **_swift_stdlib_getUnsafeArgvArgc(int *count);
char **_swift_stdlib_getUnsafeArgvArgc(int *count) {
    *count = (int)apus_initial_stack[0];
    return (char **)(apus_initial_stack + 1);
}

/// CommandLine.cpp: other arguments for `CommandLine`, which apus does not read.
void _swift_stdlib_overrideUnsafeArgvArgc(char **arguments, int count);
void _swift_stdlib_overrideUnsafeArgvArgc(char **arguments, int count) { (void)arguments, (void)count; }

/// Paths.cpp: a program that belongs to the run time; there is none.
char *swift_copyAuxiliaryExecutablePath(const char *name);
char *swift_copyAuxiliaryExecutablePath(const char *name) { return (void)name, NULL; }

/// Paths.cpp: where the run time is installed; it is in the program.
const char *swift_getRootPath(void);
const char *swift_getRootPath(void) { return NULL; }

const char *swift_getRuntimeLibraryPath(void);
const char *swift_getRuntimeLibraryPath(void) { return NULL; }

#endif
