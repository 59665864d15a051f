// Nothing to call: linking this module is what has an effect (see protect.c).
#ifndef CHOSTBINARY_H
#define CHOSTBINARY_H
#endif
