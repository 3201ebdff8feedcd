"""One journal entry as a line that says what happened."""

from typing import Any
from uuid import UUID

from integrations import words

#: Ids say nothing to a reader, and the reference stands at the top of the page.
UNSAID = {"letter", "request", "reply", "message_id", "reference", "flow"}


def told(entry: dict[str, Any]) -> str:
    """Return "延期 extended: days 5, rung 1; reason 申请人补交材料"."""
    result = {
        name: value
        for name, value in entry["result"].items()
        if name not in UNSAID and value not in (None, "", False)
    }
    personal = entry["personal"] or {}
    parts = [_joined(part) for part in (result, personal) if part]
    said = words.say(entry["kind"])
    return f"{said}: {'; '.join(parts)}" if parts else said


def _joined(part: dict[str, Any]) -> str:
    return ", ".join(_fact(name, value) for name, value in part.items() if not _is_id(value))


def _fact(name: str, value: Any) -> str:
    label = name.removeprefix("is_").replace("_", " ")
    return label if value is True else f"{label} {value}"


def _is_id(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        UUID(value)
    except ValueError:
        return False
    return True
