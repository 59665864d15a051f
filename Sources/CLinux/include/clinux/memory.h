// Memory that processes share.
#ifndef CLINUX_MEMORY_H
#define CLINUX_MEMORY_H

#include "base.h"

#include <sys/mman.h>

/// One anonymous page that parent and child share; NULL when the kernel has none.
static inline void *cl_shared_page(void) {
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return page == MAP_FAILED ? NULL : page;
}
static inline uint32_t cl_load(const volatile uint32_t *word) { return __atomic_load_n(word, __ATOMIC_ACQUIRE); }
static inline void cl_store(volatile uint32_t *word, uint32_t value) { __atomic_store_n(word, value, __ATOMIC_RELEASE); }

#endif
