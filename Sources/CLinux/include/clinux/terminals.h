// Pseudoterminals.
#ifndef CLINUX_TERMINALS_H
#define CLINUX_TERMINALS_H

#include "base.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>

static inline int cl_pty_unlock(int fd) { int zero = 0; return (int)cl_result(ioctl(fd, TIOCSPTLCK, &zero)); }
static inline int cl_pty_peer(int fd) { return (int)cl_result(ioctl(fd, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC)); }
static inline int cl_set_controlling_terminal(int fd) { return (int)cl_result(ioctl(fd, TIOCSCTTY, 0)); }
static inline int cl_set_window_size(int fd, uint16_t rows, uint16_t columns) {
    struct winsize size = {rows, columns, 0, 0};
    return (int)cl_result(ioctl(fd, TIOCSWINSZ, &size));
}
static inline int cl_get_window_size(int fd, uint16_t *rows, uint16_t *columns) {
    struct winsize size;
    long r = cl_result(ioctl(fd, TIOCGWINSZ, &size));
    if (r == 0) { *rows = size.ws_row; *columns = size.ws_col; }
    return (int)r;
}
static inline int cl_tcgetattr(int fd, struct termios *out) { return (int)cl_result(tcgetattr(fd, out)); }
static inline int cl_tcsetattr(int fd, const struct termios *in) { return (int)cl_result(tcsetattr(fd, TCSANOW, in)); }

#endif
