"""A real Dovecot on the loopback, as an unprivileged user, with its own folder and ports."""

import os
import pwd
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.processes import wait_until

USER, PASSWORD = "hancha", "secret-of-the-mailbox"
DOMAIN = "office.example"
_PLACES = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin")

_CONFIG = """
protocols = imap lmtp
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%n
auth_username_format = %n
recipient_delimiter = +
mail_fsync = never
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home/%n allow_all_users=yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
"""


class DovecotMissing(Exception):
    """This machine has no Dovecot; Debian's packages are dovecot-imapd and dovecot-lmtpd."""


class Dovecot:
    """One server for many mailboxes: every user has the one password."""

    def __init__(self) -> None:
        program = shutil.which("dovecot") or shutil.which("dovecot", path=":".join(_PLACES))
        if program is None:
            raise DovecotMissing("no dovecot here (Debian: dovecot-imapd dovecot-lmtpd)")
        self._program = program
        self.folder = Path(tempfile.mkdtemp(prefix="hancha-dovecot-"))
        who = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        self.imap, self.lmtp = _free_ports(2)
        group = subprocess.run(
            ["id", "-gn", who.pw_name], capture_output=True, text=True, check=True
        ).stdout.strip()
        self._config = self.folder / "dovecot.conf"
        self._config.write_text(
            _CONFIG.format(
                folder=self.folder,
                user=who.pw_name,
                group=group,
                uid=who.pw_uid,
                gid=who.pw_gid,
                password=PASSWORD,
                imap=self.imap,
                lmtp=self.lmtp,
            )
        )
        for place in ("run", "state", "mail", "home"):
            (self.folder / place).mkdir()
        for path in (self.folder, *self.folder.iterdir()):
            os.chown(path, who.pw_uid, who.pw_gid)
        identity = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
        self._process = subprocess.Popen(
            [program, "-F", "-c", str(self._config)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **(identity if os.getuid() == 0 else {}),  # type: ignore[arg-type]
        )
        wait_until(self._answers, 20, what="Dovecot answers")

    def deliver(
        self, content: bytes, *recipients: str, sender: str = "town@office.example"
    ) -> None:
        """Hand a message over by LMTP, as our mail server does at delivery."""
        with smtplib.LMTP("127.0.0.1", self.lmtp) as line:
            refused = line.sendmail(sender, list(recipients), content)
        assert not refused, refused

    def files(self, user: str, folder: str = "") -> Sequence[Path]:
        """Return the messages of a folder as they lie on the disk."""
        root = self.folder / "mail" / user / (f".{folder}" if folder else "")
        return [*(root / "new").glob("*"), *(root / "cur").glob("*")] if root.exists() else []

    def forget_uids(self, user: str) -> None:
        """Let the mailbox be another one to its clients: UIDVALIDITY changes."""
        time.sleep(1.1)  # Dovecot counts UIDVALIDITY in seconds.
        root = self.folder / "mail" / user
        for name in (
            "dovecot-uidlist",
            "dovecot.index",
            "dovecot.index.log",
            "dovecot-uidvalidity",
        ):
            (root / name).unlink(missing_ok=True)

    def stop(self) -> None:
        """End the server and remove its folder."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _answers(self) -> bool:
        if self._process.poll() is not None:
            log = self.folder / "dovecot.log"
            said = log.read_text() if log.exists() else "nothing"
            raise AssertionError(f"Dovecot ended: {said}")
        try:
            for port in (self.imap, self.lmtp):
                with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
                    if not line.recv(1):
                        return False
        except OSError:
            return False
        return True


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports
