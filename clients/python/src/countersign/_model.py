"""What the generated models are made of."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, ValidatorFunctionWrapHandler, WrapValidator


class Model(BaseModel):
    """Something that the API answers. A later server may answer more than this version knows."""

    model_config = ConfigDict(extra="allow", populate_by_name=True, defer_build=True)


class Input(BaseModel):
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
