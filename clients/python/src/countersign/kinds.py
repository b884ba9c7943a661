# Of api-spec/problems.md; `cargo xtask clients` writes it.

from typing import Literal, TypeAlias

ProblemKind: TypeAlias = Literal[
    "malformed_body",
    "wrong_shape",
    "bad_parameter",
    "bad_header",
    "bad_cursor",
    "idempotency_key_required",
    "unauthenticated",
    "wrong_credentials",
    "missing_scope",
    "forbidden",
    "not_found",
    "no_such_path",
    "method_not_allowed",
    "not_acceptable",
    "conflict",
    "contended",
    "idempotency_key_in_flight",
    "file_missing",
    "gone",
    "too_slow",
    "version_moved",
    "too_large",
    "unsupported_media_type",
    "invalid",
    "idempotency_key_reused",
    "version_needed",
    "rate_limited",
    "internal",
    "unavailable",
]
"""The kinds of problem, each with one status; `code` may be finer."""
