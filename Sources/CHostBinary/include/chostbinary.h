// Linking this module is what has an effect (see protect.c); these tell what it has found out before anything else ran.
#ifndef CHOSTBINARY_H
#define CHOSTBINARY_H

/// Whether descriptors 0, 1 and 2 were seen to be open. 0 says nothing.
int apus_streams_are_open(void);

/// Whether the program's file was seen to lie on a read-only mount. 0 says nothing.
int apus_program_is_protected(void);

#endif
