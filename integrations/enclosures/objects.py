"""Reading the dictionaries of a PDF."""

from pypdf.generic import DictionaryObject, NullObject


def entry(dictionary: DictionaryObject, key: str) -> object:
    """Return the value itself; None when the key is missing or leads nowhere.

    `dictionary.get` would return a reference as it stands, and a check of a reference proves
    nothing about what it leads to.
    """
    if key not in dictionary:
        return None
    value = dictionary[key]
    return None if isinstance(value, NullObject) else value
