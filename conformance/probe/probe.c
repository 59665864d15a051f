// Takes the command line apart and runs each command in turn.
#include "probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct command *const tables[] = {fact_commands, system_commands, try_commands, life_commands, extra_commands, spy_commands};

static const struct command *find(const char *name) {
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        for (const struct command *c = tables[i]; c->name; c++)
            if (strcmp(c->name, name) == 0) return c;
    return NULL;
}

/// Without arguments: its own name, as the caller gave it, into the file $NAME_LOG.
static void log_name(const char *name) {
    const char *path = getenv("NAME_LOG");
    FILE *log = path ? fopen(path, "w") : NULL;
    if (!log) return;
    fputs(name, log);
    fclose(log);
}

int main(int argc, char **argv) {
    if (argc == 1) log_name(argv[0]);
    for (int first = 1; first < argc;) {
        int last = first;
        while (last < argc && strcmp(argv[last], "+") != 0) last++;
        const struct command *command = first < last ? find(argv[first]) : NULL;
        if (!command) {
            fprintf(stderr, "apus-probe: no command %s\n", first < last ? argv[first] : "(empty)");
            return 125;
        }
        command->run(last - first - 1, argv + first + 1);
        first = last + 1;
    }
    return 0;
}
