// Unix sockets that pass descriptors, and the loopback interface.
#ifndef CLINUX_SOCKETS_H
#define CLINUX_SOCKETS_H

#include "base.h"

#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

static inline int cl_socketpair(int type, int fds[2]) { return (int)cl_result(socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, fds)); }
static inline int cl_socket(int domain, int type) { return (int)cl_result(socket(domain, type | SOCK_CLOEXEC, 0)); }
/// Connects or binds (bind != 0) a unix socket; -ENAMETOOLONG when the path does not fit. A leading @ stands for the NUL
/// of an abstract name: paths are absolute.
static inline int cl_unix_address(int fd, const char *path, int do_bind) {
    struct sockaddr_un address;
    memset(&address, 0, sizeof address);
    address.sun_family = AF_UNIX;
    size_t length = strlen(path);
    if (length >= sizeof address.sun_path) return -ENAMETOOLONG;
    memcpy(address.sun_path, path, length);
    int is_abstract = path[0] == '@';
    if (is_abstract) address.sun_path[0] = 0;
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + !is_abstract);
    long r;
    if (do_bind) return (int)cl_result(bind(fd, (struct sockaddr *)&address, size));
    do r = cl_result(connect(fd, (struct sockaddr *)&address, size)); while (r == -EINTR);
    return (int)r;
}
/// Bounds how long connect(2) and sendmsg(2) on a socket may block; -EAGAIN is their answer then. SO_SNDTIMEO
static inline int cl_set_send_timeout(int fd, int ms) {
    struct timeval time = {ms / 1000, (ms % 1000) * 1000L};
    return (int)cl_result(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time));
}
/// Bounds how long recvmsg(2) on a socket may block; -EAGAIN is its answer then. SO_RCVTIMEO
static inline int cl_set_receive_timeout(int fd, int ms) {
    struct timeval time = {ms / 1000, (ms % 1000) * 1000L};
    return (int)cl_result(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time));
}
static inline int cl_listen(int fd, int backlog) { return (int)cl_result(listen(fd, backlog)); }
static inline int cl_accept(int fd) {
    long r;
    do r = cl_result(accept4(fd, NULL, NULL, SOCK_CLOEXEC)); while (r == -EINTR);
    return (int)r;
}
/// sendmsg(2) without SIGPIPE; passes one descriptor when passed_fd >= 0.
static inline long cl_send(int fd, const void *bytes, size_t count, int passed_fd) {
    struct iovec part = {(void *)bytes, count};
    struct msghdr message;
    memset(&message, 0, sizeof message);
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    union { struct cmsghdr align; char bytes[CMSG_SPACE(sizeof(int))]; } control;
    if (passed_fd >= 0) {
        memset(&control, 0, sizeof control);
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof control.bytes;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(header), &passed_fd, sizeof(int));
    }
    long r;
    do r = cl_result(sendmsg(fd, &message, MSG_NOSIGNAL)); while (r == -EINTR);
    return r;
}
/// recvmsg(2). *received_fd gets a passed descriptor (close-on-exec) or -1. -EMSGSIZE when the message was cut.
static inline long cl_receive(int fd, void *bytes, size_t count, int *received_fd) {
    struct iovec part = {bytes, count};
    struct msghdr message;
    memset(&message, 0, sizeof message);
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    union { struct cmsghdr align; char bytes[CMSG_SPACE(sizeof(int))]; } control;
    if (received_fd) {
        *received_fd = -1;
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof control.bytes;
    }
    long r;
    do r = cl_result(recvmsg(fd, &message, MSG_CMSG_CLOEXEC)); while (r == -EINTR);
    if (r < 0) return r;
    if (received_fd) {
        for (struct cmsghdr *h = CMSG_FIRSTHDR(&message); h; h = CMSG_NXTHDR(&message, h))
            if (h->cmsg_level == SOL_SOCKET && h->cmsg_type == SCM_RIGHTS) memcpy(received_fd, CMSG_DATA(h), sizeof(int));
    }
    if (message.msg_flags & MSG_TRUNC) return -EMSGSIZE;
    return r;
}
/// Sets a network interface of the calling network namespace up.
static inline int cl_interface_up(const char *name) {
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    struct ifreq request;
    memset(&request, 0, sizeof request);
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    long r = cl_result(ioctl(fd, SIOCSIFFLAGS, &request));
    close(fd);
    return (int)r;
}

#endif
