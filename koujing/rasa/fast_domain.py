"""Makes Rasa find out once whether its domain is empty.

It asks for every message, and to answer makes an empty domain and turns both into dictionaries. The domain never changes
while the model is loaded.
"""

from __future__ import annotations

from rasa.shared.core.domain import Domain

__all__ = ["install", "is_empty"]

_rasas_own = Domain.is_empty
_KEPT = "_koujing_is_empty"


def install() -> None:
    """Put `is_empty` in the place of Rasa's own method, for the life of this process."""
    Domain.is_empty = is_empty


def is_empty(domain: Domain) -> bool:
    """What `Domain.is_empty` tells, kept with the domain itself."""
    found: bool | None = domain.__dict__.get(_KEPT)
    if found is None:
        found = domain.__dict__[_KEPT] = bool(_rasas_own(domain))
    return found
