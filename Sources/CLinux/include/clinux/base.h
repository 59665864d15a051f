// What every part of the shim stands on.
#ifndef CLINUX_BASE_H
#define CLINUX_BASE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/// -errno of a libc call that answers -1, its value otherwise.
static inline long cl_result(long value) { return value < 0 ? -(long)errno : value; }

#endif
