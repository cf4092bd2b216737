"""Types lines into a program on a pseudo-terminal, each after a prompt, and prints the session."""

import os
import pty
import sys

PROMPT = b"(rig) "

lines, command = sys.argv[1].splitlines(), sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execv(command[0], command)

session, answered = b"", 0
while True:
    try:
        came = os.read(terminal, 65536)
    except OSError:  # Linux reports the end of the other side so.
        break
    if not came:
        break
    session += came
    if session.count(PROMPT) > answered and session.endswith(PROMPT):
        line = lines[answered] if answered < len(lines) else "stop"
        answered += 1
        os.write(terminal, line.encode() + b"\n")
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(session.replace(b"\r\n", b"\n"))
sys.exit(os.waitstatus_to_exitcode(status))
