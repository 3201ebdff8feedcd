"""Published case types. A version never changes, so each process reads it once."""

import tomllib
from datetime import datetime
from functools import lru_cache
from importlib import resources

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from cases.store.tables.case import CaseTypeVersion
from cases.vocabulary.case_type import CaseType
from cases.vocabulary.errors import UnknownCaseType


@lru_cache(maxsize=1)
def shipped() -> tuple[CaseType, ...]:
    """Return the case types that ship with Hancha, checked."""
    folder = resources.files("cases.case_types")
    files = sorted(f.name for f in folder.iterdir() if f.name.endswith(".toml"))
    return tuple(
        CaseType.model_validate(tomllib.loads((folder / name).read_text("utf-8"))) for name in files
    )


def publish_shipped(session: Session, now: datetime) -> None:
    """Publish every shipped version that the database does not hold yet."""
    held = set(session.exec(select(CaseTypeVersion.code, CaseTypeVersion.version)).all())
    for case_type in shipped():
        if (case_type.code, case_type.version) not in held:
            session.add(
                CaseTypeVersion(
                    code=case_type.code,
                    version=case_type.version,
                    definition=case_type.model_dump(mode="json"),
                    published_at=now,
                )
            )


_NEWEST = (
    select(CaseTypeVersion.version)
    .where(CaseTypeVersion.code == bindparam("code"))
    .order_by(col(CaseTypeVersion.version).desc())
    .limit(1)
)


def newest(session: Session, code: str) -> CaseType:
    """Return the newest published version. Raises UnknownCaseType."""
    version = session.exec(_NEWEST, params={"code": code}).one_or_none()
    if version is None:
        raise UnknownCaseType(f"no case type has the code {code!r}")
    return pinned(session, code, version)


_read: dict[tuple[str, str, int], CaseType] = {}


def pinned(session: Session, code: str, version: int) -> CaseType:
    """Return one published version. Raises UnknownCaseType."""
    key = (str(session.get_bind().url), code, version)  # type: ignore[union-attr]
    if key not in _read:
        row = session.exec(
            select(CaseTypeVersion).where(
                CaseTypeVersion.code == code, CaseTypeVersion.version == version
            )
        ).one_or_none()
        if row is None:
            raise UnknownCaseType(f"case type {code!r} has no version {version}")
        _read[key] = CaseType.model_validate(row.definition)
    return _read[key]
