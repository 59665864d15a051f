// What the static libdbus-1 finds in place of libsystemd, which has no static library, and of geteuid(2).
#define _GNU_SOURCE
#include "cdbusstubs.h"

#include <sys/syscall.h>
#include <unistd.h>

// Sockets that a server was started with: a client never gets there.
int sd_listen_fds(int unset_environment) {
    (void)unset_environment;
    return 0;
}

int sd_is_socket(int fd, int family, int type, int listening) {
    (void)fd;
    (void)family;
    (void)type;
    (void)listening;
    return 0;
}

static long claimed = -1;

void cdbus_claim_user(long uid) { claimed = uid; }

// libdbus tells a bus this number, and the bus compares it with the one that the kernel says of the caller. In a user
// namespace the two are not the same.
uid_t geteuid(void) { return claimed >= 0 ? (uid_t)claimed : (uid_t)syscall(SYS_geteuid); }
