// Takes the command line apart and runs each command in turn.
#include "probe.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct command *const tables[] = {fact_commands, system_commands, try_commands, life_commands, extra_commands, spy_commands};

static const struct command *find(const char *name) {
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        for (const struct command *c = tables[i]; c->name; c++)
            if (strcmp(c->name, name) == 0) return c;
    return NULL;
}

int main(int argc, char **argv) {
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
