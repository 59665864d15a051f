// Who a process is, what it may do, and how much of it.
#ifndef CLINUX_CREDENTIALS_H
#define CLINUX_CREDENTIALS_H

#include "base.h"

#include <grp.h>
#include <linux/capability.h>
#include <linux/ioprio.h>
#include <sys/personality.h>
#include <sys/resource.h>

static inline int cl_setgroups(const uint32_t *groups, size_t count) { return (int)cl_result(syscall(SYS_setgroups, count, groups)); }
static inline int cl_setresuid(uint32_t id) { return (int)cl_result(syscall(SYS_setresuid, id, id, id)); }
static inline int cl_setresgid(uint32_t id) { return (int)cl_result(syscall(SYS_setresgid, id, id, id)); }
/// capset(2) of the calling process, version 3.
static inline int cl_capset(uint64_t effective, uint64_t permitted, uint64_t inheritable) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];
    for (int i = 0; i < 2; i++) {
        data[i].effective = (uint32_t)(effective >> (32 * i));
        data[i].permitted = (uint32_t)(permitted >> (32 * i));
        data[i].inheritable = (uint32_t)(inheritable >> (32 * i));
    }
    return (int)cl_result(syscall(SYS_capset, &header, data));
}
static inline int cl_capget(uint64_t *effective, uint64_t *permitted, uint64_t *inheritable) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];
    long r = cl_result(syscall(SYS_capget, &header, data));
    if (r < 0) return (int)r;
    *effective = data[0].effective | (uint64_t)data[1].effective << 32;
    *permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
    *inheritable = data[0].inheritable | (uint64_t)data[1].inheritable << 32;
    return 0;
}
static inline int cl_setrlimit(int resource, uint64_t soft, uint64_t hard) {
    struct { uint64_t cur, max; } limit = {soft, hard};
    return (int)cl_result(syscall(SYS_prlimit64, 0, resource, &limit, NULL));
}
static inline int cl_set_rlimit_of(int pid, int resource, uint64_t soft, uint64_t hard) {
    struct { uint64_t cur, max; } limit = {soft, hard};
    return (int)cl_result(syscall(SYS_prlimit64, pid, resource, &limit, NULL));
}
static inline int cl_getrlimit(int resource, uint64_t *soft, uint64_t *hard) {
    struct { uint64_t cur, max; } limit;
    long r = cl_result(syscall(SYS_prlimit64, 0, resource, NULL, &limit));
    if (r == 0) { *soft = limit.cur; *hard = limit.max; }
    return (int)r;
}
/// struct sched_attr of sched_setattr(2), second version: without the two clamps the kernel refuses their flags.
struct cl_sched_attr {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
    uint32_t util_min, util_max;
};
_Static_assert(sizeof(struct cl_sched_attr) == 56, "SCHED_ATTR_SIZE_VER1");
static inline int cl_sched_setattr(struct cl_sched_attr attr) {
    attr.size = sizeof attr;
    return (int)cl_result(syscall(SYS_sched_setattr, 0, &attr, 0));
}
static inline int cl_ioprio_set(int class, int level) {
    return (int)cl_result(syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(class, level)));
}
static inline int cl_sched_setaffinity(const void *mask, size_t size) {
    return (int)cl_result(syscall(SYS_sched_setaffinity, 0, size, mask));
}
static inline int cl_personality(unsigned long persona) { return (int)cl_result(personality(persona)); }
static inline int cl_sethostname(const char *name, size_t length) { return (int)cl_result(sethostname(name, length)); }
static inline int cl_setdomainname(const char *name, size_t length) { return (int)cl_result(setdomainname(name, length)); }

#endif
