"""What keeps an installation's documents and person numbers from strangers: keys, store, safe."""

from dataclasses import dataclass

from cases.store import person_numbers
from cases.store.session import Database
from integrations.documents.encrypted import EncryptedDocuments
from integrations.keys.numbers import SealedNumbers
from integrations.keys.sources import KeyCommand, KeyFile, KeySource
from integrations.keys.store import KeyStore
from integrations.settings import Settings


@dataclass(frozen=True, slots=True)
class Protection:
    """The keys and the two things that need them."""

    keys: KeyStore
    documents: EncryptedDocuments
    safe: SealedNumbers


def protection_of(settings: Settings, database: Database) -> Protection:
    """Return the protection of these settings; reads nothing yet."""

    def is_first_use() -> bool:
        """Whether nothing is encrypted yet, so that no key can have been lost."""
        if next(documents.addresses(), None) is not None:
            return False
        with database.reading() as session:
            return not person_numbers.has_sealed(session)

    keys = KeyStore(_source(settings), is_first_use=is_first_use)
    documents = EncryptedDocuments(settings.documents, keys)
    return Protection(keys, documents, SealedNumbers(keys))


def _source(settings: Settings) -> KeySource:
    if settings.key_command:
        return KeyCommand(settings.key_command)
    return KeyFile(settings.keys)
