"""What the generated models are made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, ValidatorFunctionWrapHandler, WrapValidator


_SECRETS = {"access_token", "password", "current_password", "new_password", "refresh_token", "ticket", "token"}


class _Shown(BaseModel):
    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        """Logs and tracebacks show no secrets."""
        for name, value in super().__repr_args__():
            secret = isinstance(value, str) and (name in _SECRETS or value.startswith(("csk_", "whsec_")))
            yield name, "…" if secret else value


class Model(_Shown):
    """Something that the API answers. A later server may answer more than this version knows."""

    model_config = ConfigDict(extra="allow", populate_by_name=True, defer_build=True)


class Input(_Shown):
    """Something that the API takes. What is not set is not sent; `None` is sent, and empties."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, defer_build=True)


def _or_newer(value: Any, known: ValidatorFunctionWrapHandler) -> Any:
    try:
        return known(value)
    except ValidationError:
        if isinstance(value, str):
            return value
        raise


OrNewer = WrapValidator(_or_newer)
"""A word that a later server has added is read as it is."""
