// What Swift cannot call: raw system calls, variadic functions, function-like macros.
//
// Rules: the prefix is cl_; a function that can fail returns -errno, never sets or reads errno across calls;
// there is no policy here, only shapes. Structures that a header declares itself are checked by _Static_assert
// against the sizes in the kernel's ABI. There is a header for each subject.
#ifndef CLINUX_H
#define CLINUX_H

#include "clinux/calls.h"
#include "clinux/credentials.h"
#include "clinux/files.h"
#include "clinux/filters.h"
#include "clinux/memory.h"
#include "clinux/mounts.h"
#include "clinux/processes.h"
#include "clinux/signals.h"
#include "clinux/sockets.h"
#include "clinux/terminals.h"
#include "clinux/tracing.h"

#endif
