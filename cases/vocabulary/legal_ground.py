"""The grounds on which personal data may be passed on."""

from enum import StrEnum


class LegalGroundKind(StrEnum):
    """Why personal data may be passed on (PIPL Art. 13)."""

    STATUTORY_DUTY = "statutory_duty"
    CONSENT = "consent"
