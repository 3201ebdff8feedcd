"""Settings, from the environment (`HANCHA_...`) or a `.env` file in the data folder."""

import re
from datetime import time
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from cases.vocabulary.errors import SettingsFault
from integrations.tls import TlsMode

#: Without TLS only on this machine, to try it.
_PUBLIC = re.compile(
    r"(https://[a-z0-9]([a-z0-9.-]{0,200}[a-z0-9])?|http://(127\.0\.0\.1|localhost))(:[0-9]{1,5})?"
)


class Settings(BaseSettings):
    """Every setting with its default; nothing has to be set to try Hancha."""

    model_config = SettingsConfigDict(env_prefix="HANCHA_", extra="ignore")

    home: Path = Path.home() / ".hancha"  #: All data lies below this folder.
    database_url: str = ""  #: Empty: SQLite in the data folder.
    clock: str = "system"  #: "system", or "file:PATH" for a clock that is stepped.

    prefect_api_url: str = "http://127.0.0.1:4209/api"
    prefect_pool: str = "hancha-cases"
    prefect_patience_seconds: float = 60.0  #: Away longer: cases go on without it.

    concurrency: int = 4  #: Cases that one worker advances at a time.
    poll_seconds: float = 0.5
    lease_seconds: float = 60.0

    mail_from: str = "hancha@office.example"
    smtp_host: str = ""  #: Empty: mail stays in a Maildir in the data folder.
    smtp_port: int = 587
    smtp_tls: TlsMode = TlsMode.STARTTLS
    smtp_username: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_ca_file: Path | None = None
    smtp_timeout_seconds: float = 30.0
    mail_claim_seconds: float = 180.0
    mail_per_minute: int = 600
    mail_per_recipient_per_minute: int = 60

    imap_host: str = ""  #: Empty: no mailbox is read.
    imap_port: int = 993
    imap_tls: TlsMode = TlsMode.TLS
    imap_username: str = ""
    imap_password: SecretStr = SecretStr("")
    imap_ca_file: Path | None = None
    imap_folder: str = "INBOX"
    imap_timeout_seconds: float = 30.0
    mailbox_poll_seconds: float = Field(default=60.0, gt=0)  #: Between two readings to the end.
    mailbox_office: str = ""  #: Code of ours whose tray takes mail that names no case.
    mail_tags: bool = False  #: Answers are asked for at name+TAG@domain; our server must take it.
    #: The name by which our own mail server signs Authentication-Results; others are not read.
    mail_authserv_id: str = ""
    dkim_domain: str = ""  #: Empty: our mail is not signed by us.
    dkim_selector: str = ""
    dkim_key_file: Path | None = None  #: RSA private key, PEM.

    digest_at: time = time(8, 30)  #: From then on digests leave, in each office's own zone.

    mail_room_cut_off: time = time(16)  #: Until then a letter of the day can be taken out.
    mail_room_two_sided: bool = False  #: The mail room prints on both sides.
    #: The envelopes' window on a folded sheet, in mm from its left and upper edge, and its size.
    mail_room_window: tuple[float, float, float, float] = (20, 45, 90, 45)

    desk_host: str = "127.0.0.1"  #: Where the desk listens; elsewhere only behind https.
    desk_port: int = 4210  #: 0: any that is free.
    desk_origin: str = ""  #: "https://..." as browsers see it behind a proxy; empty: loopback.

    key_file: Path | None = None  #: None: keys.json in the data folder; mode 0600.
    key_command: str = ""  #: Prints the key ring; then no key file is looked at.

    seal_file: Path | None = None  #: PKCS#12 of the office's electronic seal; None: it has none.
    seal_password: SecretStr = SecretStr("")

    fonts: Path | None = None  #: An office's own faces, looked in first.
    templates: Path | None = None  #: An office's own letters, looked in first.

    sms_folder: Path | None = None  #: Where a gateway takes short messages; None: a clerk calls.

    scan_folder: Path | None = None  #: Where the scanner puts its files; looked at by itself.
    scan_office: str = ""  #: Code of the office whose folder it is; empty: our only one.

    exchange_name: str = ""  #: What partners call this installation; empty: nothing is exchanged.
    exchange_seconds: float = 10.0  #: Between two looks at the partners' folders.

    reply_page_url: str = ""  #: Where other offices reach the reply page; empty: there is none.
    reply_page_host: str = "127.0.0.1"  #: Where it listens; what it is reached by stands above.
    reply_page_port: int = Field(default=4212, ge=0, le=65535)
    reply_link_days: int = Field(default=180, ge=1, le=3650)  #: So long a link holds.

    crash_at: str = ""  #: For fault tests only: "POINT" or "POINT#N"; the process kills itself.

    @field_validator("reply_page_url")
    @classmethod
    def _is_public(cls, url: str) -> str:
        """Take an origin without a path: it is printed, and stands in a QR code in upper case."""
        plain = url.strip().rstrip("/").lower()
        if plain and not _PUBLIC.fullmatch(plain):
            raise ValueError("it must read https://reply.office.example, without a path")
        return plain

    @property
    def database(self) -> str:
        """The URL of the database."""
        return self.database_url or f"sqlite:///{self.home / 'hancha.sqlite3'}"

    @property
    def documents(self) -> Path:
        """The folder of documents."""
        return self.home / "documents"

    @property
    def keys(self) -> Path:
        """The file of the key ring."""
        return self.key_file or self.home / "keys.json"

    @property
    def maildir(self) -> Path:
        """The folder where mail stays without a mail server."""
        return self.home / "maildir"

    @property
    def prefect_home(self) -> Path:
        """Prefect's own folder, never the user's."""
        return self.home / "prefect"


def read_settings() -> Settings:
    """Return the settings. Raises SettingsFault naming the first that cannot be used."""
    try:
        first = Settings()
        return Settings(_env_file=first.home / ".env")  # type: ignore[call-arg]
    except ValidationError as fault:
        wrong = fault.errors()[0]
        name = "HANCHA_" + "_".join(str(part) for part in wrong["loc"]).upper()
        raise SettingsFault(f"{name} cannot be used: {wrong['msg']}") from fault
