// The program inside the test containers: prints what it finds as JSON, one object a line.
//
// It is static, needs no /proc and no file, and runs a list of commands that are separated by "+":
//     apus-probe ids + caps + stat /dev/null /dev/zero + pause
// Each command prints {"NAME": ...}. The harness merges the lines into one object.
#ifndef PROBE_H
#define PROBE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif

#include <stdbool.h>
#include <stdint.h>

struct command {
    const char *name;
    void (*run)(int argc, char **argv);
};

// Output: a buffered JSON writer to one descriptor. Commas are its own business.
void out_begin(int fd);
void out_flush(void);
void out_open(char bracket);
void out_close(char bracket);
void out_key(const char *key);
void out_text(const char *text);
void out_bytes(const char *bytes, long count);
void out_int(long long value);
void out_unsigned(unsigned long long value);
void out_bool(bool value);
void out_null(void);
void out_hex(unsigned long long value);

// One line {"NAME": ...} on standard output.
void line_begin(const char *name);
void line_end(void);

// {"KEY": value, ...} shorthands.
void put_text(const char *key, const char *text);
void put_int(const char *key, long long value);
void put_bool(const char *key, bool value);
void put_hex(const char *key, unsigned long long value);
/// "errno": null or the name of `error`, such as "EROFS".
void put_errno(int error);
/// The text behind a symbolic link, null when it cannot be read.
void put_link(const char *key, const char *path);

/// Reads a descriptor to its end, at most `limit` bytes. Returns 0 or errno.
int read_all(int fd, char *buffer, long limit, long *count);

/// "file", "directory", "character", ... of st_mode.
const char *kind_of(unsigned mode);

// Facts that hooks report too.
void fact_ns(void);
void fact_fds(void);
void fact_env(void);
extern char **environ;

extern const struct command fact_commands[];
extern const struct command system_commands[];
extern const struct command try_commands[];
extern const struct command life_commands[];
extern const struct command extra_commands[];
extern const struct command spy_commands[];

#endif
