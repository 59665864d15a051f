// Write-protects apus's own program file before anything of Swift has started.
//
// Runtime/HostBinary.swift says what this is for, and does it wherever this did not: a program that is executed again
// is started twice, and here, before the first initialiser of the Swift run time, the first start costs least. It acts
// only on the command lines whose verbs need it, and on any difficulty leaves everything to HostBinary.
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <linux/mount.h>
#include <string.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FLAG_READ_ONLY 1 /* ST_RDONLY of statfs(2) */

static int makes_containers(int argc, char **argv) {
    // The verb may stand after global flags; a flag's value of that name costs a second start and nothing else.
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "create") == 0 || strcmp(argv[i], "run") == 0) return 1;
    return 0;
}

static void protect_program(int argc, char **argv, char **envp) {
    if (!makes_containers(argc, argv)) return;
    // One of the first three would be taken for a standard stream.
    if (fcntl(0, F_GETFD) < 0 || fcntl(1, F_GETFD) < 0 || fcntl(2, F_GETFD) < 0) return;
    int program = open("/proc/self/exe", O_PATH | O_CLOEXEC);
    if (program < 0) return;
    struct statfs lies_on;
    if (fstatfs(program, &lies_on) < 0 || lies_on.f_flags & FLAG_READ_ONLY) {
        close(program);
        return;
    }
    int copy = (int)syscall(SYS_open_tree, program, "", OPEN_TREE_CLONE | AT_EMPTY_PATH | O_CLOEXEC);
    close(program);
    if (copy < 0) return;
    struct mount_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.attr_set = MOUNT_ATTR_RDONLY;
    if (syscall(SYS_mount_setattr, copy, "", AT_EMPTY_PATH, &attributes, sizeof attributes) == 0)
        syscall(SYS_execveat, copy, "", argv, envp, AT_EMPTY_PATH);
    close(copy);
}

__attribute__((section(".preinit_array"), used)) static void (*const entry)(int, char **, char **) = protect_program;
