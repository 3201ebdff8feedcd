"""A process of little means that reads a stranger's file, so that ours need not.

The child reads the file from standard input and answers on standard output, exit code 0; or it
writes one line about why not to standard error, exit code 3. Every other exit is a failure: a
signal is the file's doing, a positive code ours.
"""

import logging
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import integrations
from cases.vocabulary.errors import SystemFault

_REFUSED = 3
#: How the kernel ends a process that used up its processor time.
_OUT_OF_TIME = (-signal.SIGXCPU, -signal.SIGKILL)
_LONGEST_NAME, _LONGEST_REASON = 100, 200
#: The folder of our packages, so that a process also runs where nothing is installed.
HOME = Path(integrations.__file__).parent.parent


class Refused(Exception):
    """The file is not taken; the argument says why, as "is empty"."""


def answer_of(
    module: str, arguments: Sequence[object], given: bytes | int, wall_seconds: float
) -> bytes:
    """Have a process of `module` read the bytes, or the open file, and return its answer.

    Raises Refused; SystemFault when such a process cannot work here at all.
    """
    try:
        done = subprocess.run(
            command_of(module, arguments),
            input=given if isinstance(given, bytes) else None,
            stdin=None if isinstance(given, bytes) else given,
            capture_output=True,
            timeout=wall_seconds,
            cwd=HOME,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Refused("takes too long to read") from None
    except OSError as fault:
        raise SystemFault(f"no process for {module}: {fault.strerror}") from fault
    if done.returncode == 0:
        return done.stdout
    last_words = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
    if done.returncode == _REFUSED:
        raise Refused(last_words)
    if done.returncode in _OUT_OF_TIME:
        raise Refused("takes too long to read")
    if done.returncode < 0:
        raise Refused(f"made the process that reads it fail (signal {-done.returncode})")
    raise SystemFault(f"{module} does not work here: {last_words}")


def command_of(module: str, arguments: Sequence[object]) -> list[str]:
    """Return how such a process is started: in `HOME`, with an empty environment."""
    # -E and -s keep out what the environment and the user's home would add. No environment: it
    # may hold passwords.
    return [sys.executable, "-E", "-s", "-W", "ignore", "-m", module, *map(str, arguments)]


def refusal_line(what: str, name: str, reason: str) -> str:
    """Return one printable line: what was refused, its name, and why."""
    line = f"{what} {name[:_LONGEST_NAME]} {reason[:_LONGEST_REASON]}"
    return "".join(letter if letter.isprintable() else "?" for letter in line)


def serve(work: Callable[[], None], *, cpu_seconds: int, memory_bytes: int, damaged: str) -> int:
    """In the child: give up what is not needed, do the work, and return the exit code.

    `damaged` says what is wrong with a file whose parser failed.
    """
    limit_ourselves(cpu_seconds, memory_bytes)
    logging.disable(logging.CRITICAL)
    try:
        work()
    except Refused as refusal:
        reason = str(refusal)
    except MemoryError:
        reason = "needs too much memory to be read"
    except Exception as fault:  # A parser of a hostile file may raise anything at all.
        reason = f"{damaged} ({type(fault).__name__})"
    else:
        sys.stdout.buffer.flush()
        return 0
    sys.stderr.write(reason)
    return _REFUSED


def given_bytes(most: int) -> bytes:
    """In the child: return the file. Raises Refused when it is longer than `most` by now."""
    data = sys.stdin.buffer.read(most + 1)
    if len(data) > most:
        raise Refused("grew while it was read")
    return data


def limit_ourselves(cpu_seconds: int, memory_bytes: int) -> None:
    """Give up files, core dumps and all but so much time and memory, before the first byte."""
    _lower(resource.RLIMIT_CPU, cpu_seconds)
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_CORE, 0)
    if sys.platform == "linux":  # macOS accepts no limit of the address space.
        _lower(resource.RLIMIT_AS, memory_bytes)


def _lower(kind: int, limit: int) -> None:
    """Lower a limit; the machine's own may be lower still and stays."""
    _, hard = resource.getrlimit(kind)
    lowest = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(kind, (lowest, lowest))
