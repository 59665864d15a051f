// The static libdbus-1 asks libsystemd for the sockets that a server was started with. A client never gets there, and
// libsystemd has no static library: these two stand in for it.
#include "cdbusstubs.h"

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
