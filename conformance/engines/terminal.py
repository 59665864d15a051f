#!/usr/bin/env python3
"""terminal.py STEP... -- COMMAND...: runs a command on a terminal of its own and plays a user.

expect:TEXT    wait until the command writes the text, which is a regular expression
send:TEXT      type; \\n, \\x03 and the like are understood
size:ROWSxCOLS change the terminal's size; until the next text is there, the command is told again every few seconds
status:N       wait for the end, with that exit status, or `any`
"""
import fcntl, os, pty, re, select, signal, struct, sys, termios, time

PATIENCE = 90
words = sys.argv[1:]
steps, command = words[: words.index("--")], words[words.index("--") + 1 :]


def fail(why, seen):
    print(f"{why}; the terminal shows:\n{seen.decode(errors='replace')}")
    sys.exit(1)


def resize(master, size):
    rows, columns = map(int, size.split("x"))
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def read(master, seconds):
    if not select.select([master], [], [], seconds)[0]:
        return b""
    try:
        return os.read(master, 65536) or None
    except OSError:
        return None


process, master = pty.fork()
if process == 0:
    os.execvp(command[0], command)
resize(master, "24x80")
seen, start = b"", 0
# Docker's client may send the size that it began with after one that came later, so that the later one is lost.
resized = False
for step in steps:
    verb, _, value = step.partition(":")
    end = time.monotonic() + PATIENCE
    if verb == "send":
        time.sleep(0.3)
        os.write(master, value.encode().decode("unicode_escape").encode("latin-1"))
    elif verb == "size":
        resize(master, value)
        resized = True
    elif verb == "expect":
        told = time.monotonic()
        while not (found := re.search(value.encode(), seen[start:])):
            data = read(master, 1)
            if resized and time.monotonic() > told + 3:
                told = time.monotonic()
                os.kill(process, signal.SIGWINCH)
            if data is None or time.monotonic() > end:
                fail(f"no {value!r}", seen)
            seen += data
        start += found.end()
        resized = False
    elif verb == "status":
        ended, status = 0, 0
        while not ended:
            seen += read(master, 0.2) or b""
            ended, status = os.waitpid(process, os.WNOHANG)
            if time.monotonic() > end:
                os.kill(process, signal.SIGKILL)
                fail("it does not end", seen)
        if value != "any" and os.waitstatus_to_exitcode(status) != int(value):
            fail(f"status {os.waitstatus_to_exitcode(status)}, not {value}", seen)
    else:
        sys.exit(f"unknown step {step}")
