// The floor of a benchmark: the kernel calls that one `run` of the default bundle cannot do without, and nothing else.
//
// It takes a runtime's command line and reads only `--bundle DIR`: no config.json, no state, no checks. What it spends
// is what the kernel asks for the namespaces, the cgroup, the mounts and the program itself; a runtime's own cost is
// the distance from here. A call that fails is named on stderr, with exit status 1.
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <net/if.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#define CGROUP2_MAGIC 0x63677270
#define LENGTH(array) (sizeof(array) / sizeof *(array))

static void must(long result, const char *what, int line) {
    if (result >= 0) return;
    dprintf(2, "apus-floor: line %d: %s: %s\n", line, what, strerror(errno));
    _exit(1);
}
#define MUST(call) must((long)(call), #call, __LINE__)

static const char *const masked_files[] = {"proc/kcore", "proc/keys", "proc/latency_stats", "proc/timer_list",
                                           "proc/timer_stats", "proc/sched_debug"};
static const char *const masked_directories[] = {"proc/acpi", "proc/asound", "sys/firmware", "proc/scsi"};
static const char *const readonly_paths[] = {"proc/bus", "proc/fs", "proc/irq", "proc/sys", "proc/sysrq-trigger"};

static const struct { const char *name; unsigned major, minor; } devices[] = {
    {"dev/null", 1, 3}, {"dev/zero", 1, 5}, {"dev/full", 1, 7},
    {"dev/random", 1, 8}, {"dev/urandom", 1, 9}, {"dev/tty", 5, 0},
};
static const struct { const char *target, *name; } links[] = {
    {"/proc/self/fd", "dev/fd"}, {"/proc/self/fd/0", "dev/stdin"}, {"/proc/self/fd/1", "dev/stdout"},
    {"/proc/self/fd/2", "dev/stderr"}, {"pts/ptmx", "dev/ptmx"},
};

/// The default bundle's mounts, below the root file system that is the working directory.
static void mount_all(void) {
    const unsigned long quiet = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    MUST(mount("proc", "proc", "proc", 0, NULL));
    MUST(mount("tmpfs", "dev", "tmpfs", MS_NOSUID | MS_STRICTATIME, "mode=755,size=65536k"));
    MUST(mkdir("dev/pts", 0755));
    MUST(mount("devpts", "dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620,gid=5"));
    MUST(mkdir("dev/shm", 0755));
    MUST(mount("shm", "dev/shm", "tmpfs", quiet, "mode=1777,size=65536k"));
    MUST(mkdir("dev/mqueue", 0755));
    MUST(mount("mqueue", "dev/mqueue", "mqueue", quiet, NULL));
    MUST(mount("sysfs", "sys", "sysfs", quiet | MS_RDONLY, NULL));
    MUST(mount("cgroup", "sys/fs/cgroup", "cgroup2", quiet | MS_RDONLY, NULL));
}

static void make_devices(void) {
    for (size_t i = 0; i < LENGTH(devices); i++)
        MUST(mknod(devices[i].name, S_IFCHR | 0666, makedev(devices[i].major, devices[i].minor)));
    for (size_t i = 0; i < LENGTH(links); i++) MUST(symlink(links[i].target, links[i].name));
}

/// Masked and read-only paths; one that this kernel does not have is passed over.
static void cover_paths(void) {
    for (size_t i = 0; i < LENGTH(masked_files); i++)
        if (mount("dev/null", masked_files[i], NULL, MS_BIND, NULL) < 0 && errno != ENOENT) MUST(-1);
    for (size_t i = 0; i < LENGTH(masked_directories); i++)
        if (mount("tmpfs", masked_directories[i], "tmpfs", MS_RDONLY, "nr_blocks=1,nr_inodes=1") < 0 && errno != ENOENT)
            MUST(-1);
    for (size_t i = 0; i < LENGTH(readonly_paths); i++) {
        if (mount(readonly_paths[i], readonly_paths[i], NULL, MS_BIND | MS_REC, NULL) < 0) {
            if (errno != ENOENT) MUST(-1);
            continue;
        }
        MUST(mount(NULL, readonly_paths[i], NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL));
    }
}

static void loopback_up(void) {
    struct ifreq request;
    memset(&request, 0, sizeof request);
    strcpy(request.ifr_name, "lo");
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    MUST(fd);
    MUST(ioctl(fd, SIOCSIFFLAGS, &request));
    close(fd);
}

/// Three capabilities, no new privileges, as the default bundle says.
static void drop_privileges(void) {
    const uint32_t kept = 1u << CAP_KILL | 1u << CAP_NET_BIND_SERVICE | 1u << CAP_AUDIT_WRITE;
    for (int cap = 0; cap <= CAP_LAST_CAP; cap++)
        if (cap >= 32 || !(kept & 1u << cap)) prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
    MUST(setgroups(0, NULL));
    MUST(syscall(SYS_setresgid, 0, 0, 0));
    MUST(syscall(SYS_setresuid, 0, 0, 0));
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2] = {{kept, kept, 0}, {0, 0, 0}};
    MUST(syscall(SYS_capset, &header, data));
    MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
}

static void child(const char *rootfs) {
    static char *const argv[] = {"/bin/true", NULL};
    static char *const envp[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm", NULL};
    const struct rlimit files = {1024, 1024};
    MUST(setsid());
    loopback_up();
    MUST(sethostname("bench", 5));
    MUST(mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL));
    MUST(mount(rootfs, rootfs, NULL, MS_BIND | MS_REC, NULL));
    MUST(chdir(rootfs));
    mount_all();
    make_devices();
    cover_paths();
    MUST(syscall(SYS_pivot_root, ".", "."));
    MUST(umount2(".", MNT_DETACH));
    MUST(chdir("/"));
    MUST(mount(NULL, "/", NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL));
    MUST(setrlimit(RLIMIT_NOFILE, &files));
    drop_privileges();
    MUST(syscall(SYS_close_range, 3, ~0u, CLOSE_RANGE_CLOEXEC));
    MUST(execve(argv[0], argv, envp));
}

/// Makes a cgroup in the v2 tree, wherever this host mounts it; -1 when it mounts none.
static int make_cgroup(char *path, size_t size) {
    static const char *const trees[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};
    for (size_t i = 0; i < LENGTH(trees); i++) {
        struct statfs found;
        if (statfs(trees[i], &found) < 0 || found.f_type != CGROUP2_MAGIC) continue;
        snprintf(path, size, "%s/apus-floor-%d", trees[i], getpid());
        MUST(mkdir(path, 0755));
        int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
        MUST(fd);
        return fd;
    }
    path[0] = 0;
    return -1;
}

int main(int argc, char **argv) {
    const char *bundle = ".";
    for (int i = 1; i + 1 < argc; i++)
        if (strcmp(argv[i], "--bundle") == 0) bundle = argv[i + 1];
    MUST(chdir(bundle));
    char rootfs[4096], cgroup[64];
    MUST(syscall(SYS_getcwd, rootfs, sizeof rootfs - 8));
    strcat(rootfs, "/rootfs");

    const int cgroup_fd = make_cgroup(cgroup, sizeof cgroup);
    struct clone_args args;
    memset(&args, 0, sizeof args);
    args.flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;
    args.exit_signal = SIGCHLD;
    if (cgroup_fd >= 0) {
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = (uint64_t)cgroup_fd;
    }
    const long pid = syscall(SYS_clone3, &args, sizeof args);
    MUST(pid);
    if (pid == 0) child(rootfs);

    int status = 0;
    MUST(waitpid((pid_t)pid, &status, 0));
    if (cgroup_fd >= 0) MUST(rmdir(cgroup));
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
