#ifndef CDBUSSTUBS_H
#define CDBUSSTUBS_H

/// sd_listen_fds(3): no sockets were passed.
int sd_listen_fds(int unset_environment);

/// sd_is_socket(3): no descriptor is one.
int sd_is_socket(int fd, int family, int type, int listening);

/// Has geteuid(2) answer this user id, which libdbus introduces itself with; -1 for the real one again.
void cdbus_claim_user(long uid);

#endif
