"""The keys of an installation, apart from `premises`, which most commands use without them."""

from integrations.documents.protection import protection_of

__all__ = ["protection_of"]
