"""Runs a program that dies with its parent, even one killed with -9: `python tether.py <parent's pid> <command…>`.

Linux does that itself (PR_SET_PDEATHSIG). Elsewhere this process stays beside the program, notices its parent's
death by the end of its standard input, and kills the program. Stands alone, so that it starts in no time.
"""

import os
import signal
import subprocess
import sys
import threading

PR_SET_PDEATHSIG = 1


def become(parent: int, command: list[str]) -> None:
    """Turn into the program, which the kernel kills when the parent ends. Linux only."""
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() == parent:  # else it died before the kernel knew of our wish
        os.execvp(command[0], command)  # noqa: S606 - the command is our caller's own


def accompany(command: list[str]) -> int:
    """Run the program and kill it when standard input, which the parent holds open, ends."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # sent to the group, so the program has it too and we wait for it
    program = subprocess.Popen(  # noqa: S603 - the command is our caller's own
        command, stdin=subprocess.DEVNULL, preexec_fn=lambda: signal.signal(signal.SIGTERM, signal.SIG_DFL)
    )

    def watch() -> None:
        while os.read(0, 4096):
            pass
        program.kill()

    threading.Thread(target=watch, daemon=True).start()
    return program.wait()


if __name__ == "__main__":
    if sys.platform == "linux":
        become(int(sys.argv[1]), sys.argv[2:])
    else:
        sys.exit(accompany(sys.argv[2:]))
