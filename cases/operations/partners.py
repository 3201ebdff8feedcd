"""Keep the partners of the exchange: who they are, which offices, which keys they sign with."""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from cases.rules.access import Act, require
from cases.store import directory_entries, exchange, offices
from cases.store.tables.exchange import Partner, PartnerKey
from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.values import Actor

KEY_BYTES = 32  #: Of an Ed25519 public key.


def add_partner(
    session: Session, actor: Actor, partner: Partner, codes: Sequence[str], *, now: datetime
) -> Partner:
    """Enter a partner and the offices that it speaks for; none of them may be ours.

    Raises NotAllowed, UnknownOffice, UnknownPerson, InvalidValue.
    """
    require(actor, Act.KEEP_DIRECTORY)
    if not partner.code.replace("-", "").isalnum() or not partner.code.isascii():
        raise InvalidValue("a partner's code has ASCII letters, digits and hyphens")
    if session.get(Partner, partner.code) is not None:
        raise InvalidValue(f"there is a partner {partner.code} already")
    offices.actor_by_login(session, partner.clerk)
    session.add(partner)
    session.flush()
    for code in codes:
        office = offices.by_code(session, code)
        if office.is_ours or office.partner_code:
            raise InvalidValue(f"{office.name_zh} is ours, or another partner speaks for it")
        office.partner_code = partner.code
    session.flush()
    _record(session, actor, partner.code, "added", {"offices": (None, sorted(codes))}, now)
    return partner


def trust(
    session: Session, actor: Actor, code: str, public_key: str, *, now: datetime
) -> PartnerKey:
    """Take a key that a partner signs with; compare its fingerprint by telephone first.

    Raises NotAllowed, UnknownOffice, InvalidValue.
    """
    require(actor, Act.KEEP_DIRECTORY)
    partner = exchange.partner(session, code)
    key = PartnerKey(
        partner_code=partner.code,
        public_key=public_key.strip(),
        fingerprint=fingerprint(public_key),
        added_at=now,
        added_by=actor.name,
    )
    if any(held.fingerprint == key.fingerprint for held in exchange.keys_of(session, code)):
        raise InvalidValue(f"{code} has this key already")
    session.add(key)
    session.flush()
    _record(session, actor, code, "key trusted", {"key": (None, key.fingerprint)}, now)
    return key


def distrust(
    session: Session, actor: Actor, code: str, fingerprint_: str, *, now: datetime
) -> PartnerKey:
    """Retire a key: nothing signed with it is taken any more. Raises NotAllowed, InvalidValue."""
    require(actor, Act.KEEP_DIRECTORY)
    for key in exchange.keys_of(session, code):
        if key.fingerprint == fingerprint_.strip():
            key.retired_at = now
            _record(session, actor, code, "key retired", {"key": (key.fingerprint, None)}, now)
            return key
    raise InvalidValue(f"{code} has no key {fingerprint_} in use")


def require_keeper(actor: Actor) -> None:
    """Raise NotAllowed unless the actor keeps partners and keys."""
    require(actor, Act.KEEP_DIRECTORY)


def record_rotation(session: Session, actor: Actor, public_key: str, *, now: datetime) -> None:
    """Write down that we sign with a new key. Raises NotAllowed."""
    require_keeper(actor)
    _record(session, actor, "", "key made", {"key": (None, fingerprint(public_key))}, now)


def _record(
    session: Session,
    actor: Actor,
    code: str,
    act: str,
    changes: dict[str, tuple[Any, Any]],
    now: datetime,
) -> None:
    directory_entries.record(session, actor, f"partner:{code}", act, changes, at=now)


def fingerprint(public_key: str) -> str:
    """Return what people read to each other: SHA-256, 32 digits in fours. Raises InvalidValue."""
    try:
        raw = base64.b64decode(public_key.strip(), validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != KEY_BYTES:
        raise InvalidValue("a public key is 32 bytes in base64")
    digits = hashlib.sha256(raw).hexdigest()[:32]
    return " ".join(digits[at : at + 4] for at in range(0, 32, 4))
