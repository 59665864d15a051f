// Filters that the kernel runs: of system calls (seccomp) and of devices (eBPF).
#ifndef CLINUX_FILTERS_H
#define CLINUX_FILTERS_H

#include "base.h"

#include <linux/bpf.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>

/// seccomp(2) SECCOMP_SET_MODE_FILTER with a program of `count` instructions. Returns 0 or, with NEW_LISTENER, the descriptor.
static inline int cl_seccomp_load(const void *instructions, uint16_t count, unsigned flags) {
    struct { uint16_t count; const void *instructions; } program = {count, instructions};
    return (int)cl_result(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program));
}

/// The same with SECCOMP_FILTER_FLAG_NEW_LISTENER: the listener is sent with `message` over `socket`, and the answer to it
/// read, by a thread that is not under the filter and gone afterwards. Returns the answer's size, 0 at the socket's end.
long cl_seccomp_load_with_listener(const void *instructions, uint16_t count, unsigned flags, int socket,
                                   const void *message, size_t message_size, void *reply, size_t reply_size);

/// The next call that a listener is asked about.
static inline int cl_seccomp_receive(int listener, uint64_t *id, uint32_t *pid, int *number) {
    struct seccomp_notif request;
    memset(&request, 0, sizeof request);
    long r;
    do r = cl_result(ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &request)); while (r == -EINTR);
    if (r < 0) return (int)r;
    *id = request.id;
    *pid = request.pid;
    *number = request.data.nr;
    return 0;
}
/// Answers it: with a value or an error, or by letting it pass (SECCOMP_USER_NOTIF_FLAG_CONTINUE).
static inline int cl_seccomp_answer(int listener, uint64_t id, int64_t value, int error, int pass) {
    struct seccomp_notif_resp answer;
    memset(&answer, 0, sizeof answer);
    answer.id = id;
    answer.val = pass ? 0 : value;
    answer.error = pass ? 0 : -error;
    answer.flags = pass ? SECCOMP_USER_NOTIF_FLAG_CONTINUE : 0;
    return (int)cl_result(ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer));
}

static inline int cl_bpf(int command, union bpf_attr *attributes) {
    return (int)cl_result(syscall(SYS_bpf, command, attributes, sizeof *attributes));
}
/// BPF_PROG_LOAD of a cgroup device program of `count` instructions; uses no helper function that asks for a licence.
static inline int cl_bpf_load_device_program(const void *instructions, uint32_t count, const char *name) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
    attributes.expected_attach_type = BPF_CGROUP_DEVICE;
    attributes.insns = (uint64_t)(uintptr_t)instructions;
    attributes.insn_cnt = count;
    attributes.license = (uint64_t)(uintptr_t)"Apache-2.0";
    strncpy(attributes.prog_name, name, sizeof attributes.prog_name - 1);
    return cl_bpf(BPF_PROG_LOAD, &attributes);
}
/// BPF_PROG_ATTACH of a device program to a cgroup, beside those that are there and those of the cgroups above.
static inline int cl_bpf_attach_device_program(int program, int cgroup) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.target_fd = (uint32_t)cgroup;
    attributes.attach_bpf_fd = (uint32_t)program;
    attributes.attach_type = BPF_CGROUP_DEVICE;
    attributes.attach_flags = BPF_F_ALLOW_MULTI;
    return cl_bpf(BPF_PROG_ATTACH, &attributes);
}
/// BPF_PROG_ATTACH of a device program in the place of another one, which the cgroup has.
static inline int cl_bpf_replace_device_program(int program, int old, int cgroup) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.target_fd = (uint32_t)cgroup;
    attributes.attach_bpf_fd = (uint32_t)program;
    attributes.replace_bpf_fd = (uint32_t)old;
    attributes.attach_type = BPF_CGROUP_DEVICE;
    attributes.attach_flags = BPF_F_ALLOW_MULTI | BPF_F_REPLACE;
    return cl_bpf(BPF_PROG_ATTACH, &attributes);
}
static inline int cl_bpf_detach_device_program(int program, int cgroup) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.target_fd = (uint32_t)cgroup;
    attributes.attach_bpf_fd = (uint32_t)program;
    attributes.attach_type = BPF_CGROUP_DEVICE;
    return cl_bpf(BPF_PROG_DETACH, &attributes);
}
/// BPF_PROG_QUERY: the ids of the device programs that a cgroup has of its own; `count` is how many there is room for, and
/// then how many there are.
static inline int cl_bpf_device_programs(int cgroup, uint32_t *ids, uint32_t *count) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.query.target_fd = (uint32_t)cgroup;
    attributes.query.attach_type = BPF_CGROUP_DEVICE;
    attributes.query.prog_ids = (uint64_t)(uintptr_t)ids;
    attributes.query.prog_cnt = *count;
    int r = cl_bpf(BPF_PROG_QUERY, &attributes);
    *count = attributes.query.prog_cnt;
    return r;
}
/// The id of a loaded program, which is not given again soon.
static inline int cl_bpf_program_id(int program, uint32_t *id) {
    struct bpf_prog_info info;
    memset(&info, 0, sizeof info);
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.info.bpf_fd = (uint32_t)program;
    attributes.info.info_len = sizeof info;
    attributes.info.info = (uint64_t)(uintptr_t)&info;
    int r = cl_bpf(BPF_OBJ_GET_INFO_BY_FD, &attributes);
    if (r == 0) *id = info.id;
    return r;
}
static inline int cl_bpf_open_program(uint32_t id) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.prog_id = id;
    return cl_bpf(BPF_PROG_GET_FD_BY_ID, &attributes);
}

#endif
