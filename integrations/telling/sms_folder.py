"""Short messages as files in a folder, for whatever gateway an office has."""

import asyncio
import json
from pathlib import Path

from cases.vocabulary.errors import MailUnavailable
from cases.vocabulary.values import ShortMessage
from integrations.durable_files import sync_folder, write_durably


class SmsFolder:
    """Fits cases.ports.ShortMessages.

    One file a message, ID.json, one JSON line: {"id", "telephone", "text"}. The gateway takes it
    away. A message that was in doubt is written again, the same bytes under the same name: still
    there, it lands on itself; taken, the gateway knows the id.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, message: ShortMessage) -> str:
        """Return what was written. Raises MailUnavailable, with the disk's words."""
        try:
            return await asyncio.to_thread(self._keep, message)
        except OSError as fault:
            raise MailUnavailable(
                f"the message cannot be kept in {self._folder}: {fault.strerror or fault}"
            ) from fault

    def _keep(self, message: ShortMessage) -> str:
        drafts = self._folder / ".drafts"
        drafts.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = self._folder / f"{message.message_id}.json"
        said = {"id": message.message_id, "telephone": message.telephone, "text": message.text}
        line = json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"
        write_durably(target, line.encode(), scratch=drafts)
        sync_folder(self._folder)
        return f"kept as {target.name}"
