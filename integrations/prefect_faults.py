"""Faults of Prefect's API under our own names."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound, PrefectHTTPStatusError

from cases.vocabulary.errors import OrchestratorUnavailable

#: Unauthorised, forbidden, too many: the server is there, but not for us.
NOT_FOR_US = (401, 403, 429)


@contextmanager
def named() -> Iterator[None]:
    """Give what the network raises its own name; an answer of Prefect's passes through."""
    try:
        yield
    except PrefectHTTPStatusError as fault:
        status = fault.response.status_code
        if status == 404:  # Not every method of the client gives it its name.
            raise ObjectNotFound(http_exc=fault) from fault
        if status < 500 and status not in NOT_FOR_US:
            raise
        raise OrchestratorUnavailable(f"Prefect answers {status}") from fault
    except ObjectAlreadyExists as fault:
        raise OrchestratorUnavailable("another worker is just making the same") from fault
    except (httpx.HTTPError, OSError, RuntimeError) as fault:
        raise OrchestratorUnavailable(f"Prefect does not answer: {fault}") from fault
