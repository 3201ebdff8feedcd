"""`hancha backup` and `hancha restore`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from cases.vocabulary.errors import DiskFault, SettingsFault
from integrations.backup import making, restoring, verifying
from integrations.cli.options import AsJson
from integrations.cli.output import answer, console
from integrations.cli.premises import faults_named, opened
from integrations.documents.protection import protection_of
from integrations.keys.store import KeyStore
from integrations.settings import read_settings
from integrations.wiring import build

Source = Annotated[Path, typer.Argument(metavar="FOLDER", help="备份目录 The backup.")]


def backup(
    target: Annotated[Path, typer.Argument(metavar="FOLDER", help="备份目录 A new folder.")],
    with_keys: Annotated[
        bool, typer.Option("--with-keys", help="含密钥 Put the keys in it; then guard it as them.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write a backup to a new folder while everything runs (备份).

    The keys are kept apart: keep a copy of the key file somewhere else.
    """
    with opened() as premises, faults_named():
        house = build(premises.settings)
        try:
            made = making.backup(house, target, with_keys=with_keys, say=_say(as_json))
        finally:
            house.database.close()
        where = premises.protection.keys.source.where
    apart = "" if with_keys else f"，密钥不在其中 the keys are not in it: keep a copy of {where}"
    document = {"folder": str(target), **made.model_dump(mode="json", exclude={"tables"})}
    words = f"已备份 backed up to {target}: {made.documents} documents{apart}"
    answer(document, as_json, lambda console: console.print(words))
    if made.missing:
        raise DiskFault(
            f"the backup lacks {len(made.missing)} documents, the first: {made.missing[0]}"
        )


def restore(
    source: Source,
    verify: Annotated[
        bool, typer.Option("--verify", help="核验 Only say whether it can be restored.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Restore a backup into an empty installation (恢复), or with --verify only check it.

    Checked before, proved afterwards. No mail leaves until a manager has run
    `hancha outbox look` and `hancha outbox release`.
    """
    if verify:
        _verify(source, as_json)
        return
    house = build(read_settings())
    try:
        with faults_named():
            done = restoring.restore(source, house, say=_say(as_json))
    finally:
        house.database.close()
    document = {
        "made_at": done.manifest.made_at,
        "documents": done.manifest.documents,
        "held_outboxes": done.held,
        "last_numbers": list(done.last_numbers),
        "flaws": list(done.flaws),
    }
    words = (
        f"已恢复 restored, as of {done.manifest.made_at:%Y-%m-%d %H:%M} UTC; "
        f"{done.held} 个机关暂停发件 outboxes are held: hancha outbox look\n"
        f"已知最后编号 The last numbers known: {', '.join(done.last_numbers) or 'none'}. "
        "备份后的编号可能被再次使用 Later ones would be given out again: hancha outbox skip-numbers"
    )
    answer(document, as_json, lambda console: console.print(words))
    _raise(list(done.flaws), "what was restored is not whole")


def _verify(source: Path, as_json: bool) -> None:
    keys, note = _keys_here()
    flaws = list(verifying.verify(source, keys))
    document: dict[str, Any] = {"is_whole": not flaws, "flaws": flaws, "note": note or None}
    words = "备份完好 the backup is whole" if not flaws else "\n".join(flaws)
    answer(document, as_json, lambda console: console.print(f"{words}{note and '; '}{note}"))
    _raise(flaws, f"{source} cannot be restored as it is")


def _keys_here() -> tuple[KeyStore | None, str]:
    """Return the keys of this installation, or None and a note that documents stay closed."""
    house = build(read_settings())
    house.database.close()
    keys = protection_of(house.settings, house.database).keys
    try:
        has_keys = keys.source.read() is not None
    except SettingsFault as fault:
        return None, f"documents were not opened: {fault}"
    return (keys, "") if has_keys else (None, "documents were not opened: there are no keys here")


def _raise(flaws: list[str], what: str) -> None:
    if flaws:
        more = f" (and {len(flaws) - 1} more)" if len(flaws) > 1 else ""
        raise DiskFault(f"{what}: {flaws[0]}{more}")


def _say(as_json: bool) -> Any:
    return (lambda _line: None) if as_json else console().print
