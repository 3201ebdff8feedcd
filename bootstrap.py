"""Sets this checkout up: `.venv` with everything in requirements.lock, and the command hancha.

    python3 bootstrap.py            say what is done
    python3 bootstrap.py --quiet    say nothing when there is nothing to do

Standard library only. Every Python since 3.7 can read this file, so that one that is too old can
still look for a newer one, or say in one line what is missing. Exit code 4: something is missing.
"""

import ast
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

OLDEST = (3, 11)
OTHER_PYTHONS = ("python3.14", "python3.13", "python3.12", "python3.11", "python3")
NO_VENV = 11  #: What the probe below answers when the interpreter lacks these modules.
PROBE = """
import sys
if sys.version_info < (3, 11):
    sys.exit(10)
try:
    import ensurepip, venv
except ImportError:
    sys.exit(11)
"""

CHECKOUT = Path(__file__).resolve().parent
INPUTS = ("requirements.lock", "pyproject.toml", "bootstrap.py")


class SetUpFailed(Exception):
    """What is missing, in one line."""


class Environment:
    """The virtual environment of one checkout."""

    def __init__(self, checkout: Path) -> None:
        self.checkout = checkout
        self.folder = checkout / ".venv"
        self.python = self.folder / "bin" / "python"
        self.stamp = self.folder / "hancha-stamp"
        self.log = self.folder / "bootstrap.log"

    def place(self) -> str:
        """What the scripts in the environment have written into them: where it all lies."""
        return f"{self.folder}\n{os.path.realpath(str(self.python))}\n"

    def wanted_stamp(self) -> str:
        """What the stamp says when everything is installed."""
        digest = hashlib.sha256()
        for name in INPUTS:
            digest.update((self.checkout / name).read_bytes())
        return self.place() + digest.hexdigest() + "\n"

    def written_stamp(self) -> str:
        """What the stamp says, or nothing."""
        return self.stamp.read_text(encoding="utf-8") if self.stamp.is_file() else ""

    def is_ready(self) -> bool:
        """Whether nothing is to be done."""
        parts = (self.python, self.folder / "bin" / "hancha")
        return all(map(Path.is_file, parts)) and self.written_stamp() == self.wanted_stamp()

    def can_be_kept(self) -> bool:
        """Whether packages can be installed into it as it is."""
        was_moved = self.written_stamp() and not self.written_stamp().startswith(self.place())
        if was_moved or probe(str(self.python)) != 0:
            return False
        has_pip = [str(self.python), "-c", "import pip"]
        return subprocess.call(has_pip, stderr=subprocess.DEVNULL) == 0

    def run(self, *arguments: str, **settings: str) -> None:
        """Run a command of the environment; its words go to the log."""
        with self.log.open("a", encoding="utf-8") as log:
            log.write("$ {}\n".format(" ".join(arguments)))
        command = [str(self.folder / "bin" / arguments[0]), *arguments[1:]]
        done = subprocess.run(
            command,
            cwd=str(self.checkout),
            env=dict(os.environ, PYTHONUTF8="1", **settings),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
        with self.log.open("a", encoding="utf-8") as log:
            log.write(done.stdout)
        if done.returncode != 0:
            raise SetUpFailed(f"{reason_in(done.stdout)} (all of it: {self.log})")


def reason_in(output: str) -> str:
    """Pick the line of pip's or uv's output that says what went wrong."""
    if "from versions: none" in output or "No matching distribution" in output:
        return "no package index answers; check the network and `pip config list`"
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    return (errors or lines or ["it stopped without a word"])[-1]


def say(text: str) -> None:
    """Tell the person; standard output belongs to the command that was asked for."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def probe(python: str) -> int:
    """Return 0 when this interpreter can make our environment, else a reason."""
    try:
        return subprocess.call(
            [python, "-c", PROBE], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    except OSError:
        return -1


def find_python() -> str:
    """Return the first interpreter that will do: this one, else one on the PATH."""
    candidates = [sys.executable]
    candidates += [path for path in map(shutil.which, OTHER_PYTHONS) if path]
    answers = {}
    for python in candidates:
        answers[python] = probe(python)
        if answers[python] == 0:
            return python
    without_venv = [python for python in candidates if answers[python] == NO_VENV]
    if without_venv:
        raise SetUpFailed(
            f"{without_venv[0]} has no venv and ensurepip modules; on Debian or Ubuntu: "
            "apt-get install python3-venv"
        )
    raise SetUpFailed(
        "Hancha needs Python {}.{} or later; this is {}.{}.{} and there is no newer one on the "
        "PATH".format(*OLDEST + sys.version_info[:3])
    )


def make(environment: Environment) -> None:
    """Make an empty environment, in place of one that cannot be used."""
    folder = environment.folder
    if folder.exists() and any(folder.iterdir()) and not (folder / "pyvenv.cfg").is_file():
        raise SetUpFailed(f"{folder} is not a virtual environment; move it away")
    python = find_python()
    say(f"Making .venv with {python}")
    done = subprocess.run(
        [python, "-m", "venv", "--clear", str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode != 0:
        raise SetUpFailed(f"{python} cannot make {folder}: {reason_in(done.stdout)}")


def locked(name: str, lock: str) -> str:
    """Return the lines of the lock that pin one package: its version and its hashes."""
    found = re.search(rf"^{re.escape(name)}==.*?(?=^\S|\Z)", lock, re.M | re.S)
    return found.group() if found else name + "\n"


def pip_settings(listing: str) -> dict:
    """Read `pip config list`; what is nearer to the person wins, as in pip itself."""
    settings = {}
    for section in ("global.", "install.", ":env:."):
        for line in listing.splitlines():
            key, _, value = line.partition("=")
            if key.startswith(section):
                settings[key[len(section) :]] = str(ast.literal_eval(value))
    return settings


def uv_options(settings: dict) -> list:
    """Say to uv what pip's settings say to pip; uv reads none of them."""
    options = ["--default-index", settings["index-url"]] if "index-url" in settings else []
    for setting, option in (
        ("extra-index-url", "--index"),
        ("find-links", "--find-links"),
        ("trusted-host", "--allow-insecure-host"),
    ):
        for value in settings.get(setting, "").split():
            options += [option, value]
    if settings.get("no-index", "").lower() in ("1", "true", "yes", "on"):
        options.append("--no-index")
    return options


def uv_variables(settings: dict) -> dict:
    """The settings that uv takes from variables only."""
    names = {"cert": "SSL_CERT_FILE", "proxy": "ALL_PROXY", "timeout": "UV_HTTP_TIMEOUT"}
    wanted = {names[key]: value for key, value in settings.items() if key in names}
    return {name: value for name, value in wanted.items() if name not in os.environ}


def install_with_uv(environment: Environment) -> None:
    """Install the lock with uv, itself installed by pip from the lock."""
    lock = (environment.checkout / "requirements.lock").read_text(encoding="utf-8")
    only_uv = environment.folder / "uv.txt"
    only_uv.write_text(locked("uv", lock), encoding="utf-8")
    environment.run("python", "-m", "pip", "install", "--no-deps", "-r", str(only_uv))
    ask = [str(environment.python), "-m", "pip", "config", "list"]
    listing = subprocess.check_output(ask, stderr=subprocess.DEVNULL).decode("utf-8")
    settings = pip_settings(listing)
    options = ["--python", str(environment.python), "--require-hashes", *uv_options(settings)]
    # As pip does: trust whom the machine trusts, and take a package from whichever index has it
    # (its hash says that it is the one).
    options += ["--system-certs", "--index-strategy", "unsafe-best-match"]
    if not os.access(os.path.expanduser("~"), os.W_OK):  # a service's account has no home
        options.append("--no-cache")
    variables = uv_variables(settings)
    environment.run("uv", "pip", "install", *options, "-r", "requirements.lock", **variables)


def install_locked(environment: Environment) -> None:
    """Install what requirements.lock pins; pip has the last word, it knows this machine."""
    say("Installing the packages of requirements.lock")
    try:
        install_with_uv(environment)
    except (SetUpFailed, OSError, subprocess.CalledProcessError):
        say("uv cannot do it here; trying pip, which is slower")
        # Older pips take a pinned package that another one wants with extras for an unpinned one,
        # so nothing but the lock is followed.
        options = ["--require-hashes", "--no-deps", "-r", "requirements.lock"]
        environment.run("python", "-m", "pip", "install", *options)


def install_checkout(environment: Environment) -> None:
    """Install Hancha itself so that the environment runs the files of this checkout."""
    say("Installing Hancha itself")
    options = ["--no-index", "--no-deps", "--no-build-isolation", "--editable", "."]
    environment.run("python", "-m", "pip", "install", *options)


def set_up(environment: Environment) -> None:
    """Do what is still to be done; the stamp is written last."""
    started = time.monotonic()
    if not environment.can_be_kept():
        make(environment)
    install_locked(environment)
    install_checkout(environment)
    environment.stamp.write_text(environment.wanted_stamp(), encoding="utf-8")
    say(f"Ready after {time.monotonic() - started:.0f} s")


def main(arguments: list) -> int:
    """Set the checkout up unless it is; one at a time."""
    if fcntl is None:
        say("Hancha runs on Linux and macOS.")
        return 4
    environment = Environment(CHECKOUT)
    try:
        # The lock is on this very file: it is always there, and closing it lets the next one in.
        with Path(__file__).open("rb") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            if not environment.is_ready():
                set_up(environment)
            elif "--quiet" not in arguments:
                say("Nothing to do: .venv is ready")
    except (SetUpFailed, OSError) as reason:
        say(f"Cannot set up: {reason}.")
        return 4
    except KeyboardInterrupt:
        say("Stopped; run it again to go on.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
