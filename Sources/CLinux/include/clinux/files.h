// Files and directories, by descriptor.
#ifndef CLINUX_FILES_H
#define CLINUX_FILES_H

#include "base.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/types.h>

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
/// The number of the mount that an open file was found through; -ENODATA when the kernel does not say.
static inline int cl_mount_id(int fd, uint64_t *id) {
    struct statx status;
    int answer = (int)cl_result(statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &status));
    if (answer < 0) return answer;
    if (!(status.stx_mask & STATX_MNT_ID)) return -ENODATA;
    *id = status.stx_mnt_id;
    return 0;
}
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

#endif
