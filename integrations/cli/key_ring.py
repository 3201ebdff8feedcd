"""`hancha keys`: the keys that documents and person numbers are under; secrets are never shown."""

import sys
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console

from cases.vocabulary.errors import DiskFault, SettingsFault
from integrations.cli.options import AsJson
from integrations.cli.output import answer, console, listing
from integrations.cli.premises import Premises, faults_named, opened, unchecked
from integrations.keys.ring import new_ring, read_ring
from integrations.keys.rotation import Rotator


def show(as_json: AsJson = False) -> None:
    """Show which keys there are: the newest protects what is written now."""
    with unchecked() as premises:
        source = premises.protection.keys.source
        content = source.read()
        ring = read_ring(content, source.where) if content is not None else None
    keys = [
        {
            "version": key.version,
            "id": key.id.hex(),
            "made_at": key.made_at,
            "is_current": ring is not None and key is ring.current,
            "is_spread": key.is_spread,
        }
        for key in (ring.keys if ring else ())
    ]
    former = len(ring.former_index_keys) if ring else 0
    document = {"where": source.where, "keys": keys, "former_search_keys": former}
    answer(document, as_json, lambda console: _show(console, document))


SearchKey = Annotated[
    bool, typer.Option("--search-key", help="含检索密钥 Also the key by which numbers are found.")
]


def rotate(search_key: SearchKey = False, as_json: AsJson = False) -> None:
    """Make a new key and put everything on it (更换密钥), or go on where a rotation was cut off.

    Workers may run meanwhile, and numbers are found all the time. Where HANCHA_KEY_COMMAND gives
    the keys, put a new one there first.
    """
    with opened() as premises, faults_named():
        rotator = _rotator(premises, say=lambda line: None if as_json else console().print(line))
        makes_key = not premises.settings.key_command
        done = rotator.rotate(makes_key=makes_key, rekeys_search=search_key)
    document = {
        "version": done.version,
        "documents": done.documents,
        "person_numbers": done.numbers,
        "left_behind": list(done.left_behind),
    }
    words = (
        f"密钥 {done.version} 已启用 everything is on key {done.version}: "
        f"{done.documents} documents, {done.numbers} person numbers"
    )
    answer(document, as_json, lambda console: console.print(words))
    if done.left_behind:
        count = len(done.left_behind)
        raise DiskFault(f"{count} stay on their old keys, the first: {done.left_behind[0]}")


def forget(as_json: AsJson = False) -> None:
    """Take keys out of the ring that nothing is on any more (清除旧密钥).

    Backups made before the rotation cannot be read without a copy of the old key file.
    """
    with opened() as premises, faults_named():
        versions = _rotator(premises).forget()
    told = ", ".join(map(str, versions)) or "none"
    answer(
        {"forgotten": versions}, as_json, lambda console: console.print(f"已清除 forgotten: {told}")
    )


def make(search_key: SearchKey = False) -> None:
    """Print the ring with one more key, for a pipe to where HANCHA_KEY_COMMAND reads from."""
    if sys.stdout.isatty():
        raise typer.BadParameter("secrets are not printed on a terminal; pipe them on")
    with unchecked() as premises:
        source = premises.protection.keys.source
        try:
            content = source.read()
        except SettingsFault:
            if not premises.settings.key_command:
                raise
            content = None  # The command has nothing to print yet.
    now = datetime.now(UTC)
    ring = new_ring(now) if content is None else read_ring(content, source.where).grown(now)
    ring = ring.reindexed() if search_key and content is not None else ring
    sys.stdout.write(ring.written().decode("ascii"))


def _rotator(premises: Premises, say: Any = lambda _line: None) -> Rotator:
    return Rotator(
        premises.protection.keys,
        premises.documents,
        premises.database,
        premises.settings.home / "run" / "keys.lock",
        say=say,
    )


def _show(console: Console, document: dict[str, Any]) -> None:
    if not document["keys"]:
        console.print(f"尚无密钥 No keys yet; the first use makes {document['where']}.")
        return
    table = listing("版本 Version", "编号 Id", "生成 Made", "状态 State", keep_whole=(0, 1))
    for each in document["keys"]:
        state = "现用 current" if each["is_current"] else "旧 old"
        if not each["is_spread"]:
            state += "，更换未完成 unfinished: hancha keys rotate"
        table.add_row(str(each["version"]), each["id"], f"{each['made_at']:%Y-%m-%d %H:%M}", state)
    console.print(table)
    if document["former_search_keys"]:
        console.print("旧检索密钥仍在用 A former search key is still asked: hancha keys forget")
    console.print(document["where"])
