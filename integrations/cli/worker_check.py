"""Apart from `processes`, so that `up` and `demo` need not import the database."""

from integrations.cli.premises import opened


def require_schema() -> None:
    """Raise StoreUnavailable unless the database is there and of this version's schema."""
    with opened():
        pass
