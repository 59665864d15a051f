#include "clinux.h"

#include <sched.h>

/// What the caller and its helper thread know of each other in `cl_seccomp_load_with_listener`.
struct handover {
    int socket;
    const void *message;
    size_t message_size;
    void *reply;
    size_t reply_size;
    /// What seccomp(2) answered; INT32_MIN until then.
    volatile int32_t listener;
    volatile long result;
    volatile uint32_t done;
};

static char helper_stack[16384] __attribute__((aligned(16)));

/// The helper thread: under no filter, it hands the listener over and waits for the answer.
static int hand_over(void *argument) {
    struct handover *work = argument;
    int32_t listener;
    while ((listener = __atomic_load_n(&work->listener, __ATOMIC_ACQUIRE)) == INT32_MIN) sched_yield();
    if (listener >= 0) {
        long r = cl_send(work->socket, work->message, work->message_size, listener);
        // Held here too, a call that nobody answers would wait for ever.
        close(listener);
        if (r >= 0) r = cl_receive(work->socket, work->reply, work->reply_size, NULL);
        work->result = r;
    }
    __atomic_store_n(&work->done, 1, __ATOMIC_RELEASE);
    return 0;
}

long cl_seccomp_load_with_listener(const void *instructions, uint16_t count, unsigned flags, int socket,
                                   const void *message, size_t message_size, void *reply, size_t reply_size) {
    struct handover work = {socket, message, message_size, reply, reply_size, INT32_MIN, 0, 0};
    const int thread = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
    long r = cl_result(clone(hand_over, helper_stack + sizeof helper_stack, thread, &work));
    if (r < 0) return r;
    int listener = cl_seccomp_load(instructions, count, flags);
    __atomic_store_n(&work.listener, listener, __ATOMIC_RELEASE);
    // Without a system call: the filter may have each of them wait for who is to get the listener.
    while (!__atomic_load_n(&work.done, __ATOMIC_ACQUIRE)) {
#if defined(__x86_64__) || defined(__i386__)
        __builtin_ia32_pause();
#elif defined(__aarch64__)
        __asm__ volatile("yield");
#endif
    }
    return listener < 0 ? listener : work.result;
}
