// Mounts, by the calls of before and after fsopen(2).
#ifndef CLINUX_MOUNTS_H
#define CLINUX_MOUNTS_H

#include "base.h"

#include <fcntl.h>
#include <linux/mount.h>

// glibc's <sys/mount.h> cannot be included beside <linux/mount.h>; these are the functions it would declare.
extern int mount(const char *, const char *, const char *, unsigned long, const void *);
extern int umount2(const char *, int);
#define CL_MNT_DETACH 2
#define CL_UMOUNT_NOFOLLOW 8

static inline int cl_mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data) {
    return (int)cl_result(mount(source, target, type, flags, data));
}
static inline int cl_umount2(const char *target, int flags) { return (int)cl_result(umount2(target, flags)); }
static inline int cl_pivot_root(const char *new_root, const char *put_old) {
    return (int)cl_result(syscall(SYS_pivot_root, new_root, put_old));
}
static inline int cl_open_tree(int dirfd, const char *path, unsigned flags) {
    return (int)cl_result(syscall(SYS_open_tree, dirfd, path, flags));
}
static inline int cl_move_mount(int from_dirfd, const char *from, int to_dirfd, const char *to, unsigned flags) {
    return (int)cl_result(syscall(SYS_move_mount, from_dirfd, from, to_dirfd, to, flags));
}
static inline int cl_fsopen(const char *type, unsigned flags) { return (int)cl_result(syscall(SYS_fsopen, type, flags)); }
static inline int cl_fsconfig(int fd, unsigned command, const char *key, const void *value, int aux) {
    return (int)cl_result(syscall(SYS_fsconfig, fd, command, key, value, aux));
}
static inline int cl_fsmount(int fd, unsigned flags, unsigned attributes) {
    return (int)cl_result(syscall(SYS_fsmount, fd, flags, attributes));
}
static inline int cl_mount_setattr(
    int dirfd, const char *path, unsigned flags, uint64_t set, uint64_t clear, uint64_t propagation, int userns_fd) {
    struct mount_attr attr;
    memset(&attr, 0, sizeof attr);
    attr.attr_set = set;
    attr.attr_clr = clear;
    attr.propagation = propagation;
    attr.userns_fd = userns_fd < 0 ? 0 : (uint64_t)userns_fd;
    return (int)cl_result(syscall(SYS_mount_setattr, dirfd, path, flags, &attr, sizeof attr));
}

#endif
