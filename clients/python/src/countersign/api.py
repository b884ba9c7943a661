# Of api-spec/openapi.json; `cargo xtask clients` writes it.
"""Every operation of the API, as a call for `Client.send` and its like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal, TypeAlias, TypedDict

from . import models as m
from ._call import Call, ListCall, WriteCall

Scalar: TypeAlias = str | int | bool | date | datetime
Condition = TypedDict("Condition", {"contains": Scalar, "eq": Scalar, "gt": Scalar, "gte": Scalar, "in": Scalar, "is_null": Scalar, "lt": Scalar, "lte": Scalar, "ne": Scalar, "nin": Scalar, "starts_with": Scalar}, total=False)
"""Operators of a filter: `amount={"gte": "1000"}`. Of `in` and `nin` the values are comma-separated."""


def get_jwks() -> Call[dict[str, Any]]:
    """List the keys that verify access tokens. A JSON Web Key Set; a new key stands here an hour before it signs."""
    return Call("GET", "/.well-known/jwks.json", answer=dict[str, Any])


def get_set_password_page() -> Call[str]:
    """Get the page to set a password. A form for a link that sets a password."""
    return Call("GET", "/set-password", answer=str)


def get_set_up_page() -> Call[str]:
    """The set-up page. A form for the link that a first start prints."""
    return Call("GET", "/set-up", answer=str)


def list_accounts(
    *,
    limit: int | None = None,
    sort: str | None = None,
    count: Literal["exact"] | None = None,
    expand: Sequence[Literal["owner"]] | None = None,
    q: str | None = None,
    id: str | Condition | None = None,
    name: str | Condition | None = None,
    owner: str | Condition | None = None,
    visibility: Literal["tenant", "mine"] | Condition | None = None,
    domain: str | Condition | None = None,
    country: str | Condition | None = None,
    created_at: datetime | Condition | None = None,
    updated_at: datetime | Condition | None = None,
) -> ListCall[m.PageAccountView, m.AccountView]:
    """List accounts. Those that the caller sees. Filter, sort and expand as the parameters say. Scope: `crm:accounts:read`."""
    return ListCall(
        "GET",
        "/v1/accounts",
        answer=m.PageAccountView,
        query={
            "limit": limit,
            "sort": sort,
            "count": count,
            "expand": expand,
            "q": q,
            "id": id,
            "name": name,
            "owner": owner,
            "visibility": visibility,
            "domain": domain,
            "country": country,
            "created_at": created_at,
            "updated_at": updated_at,
        },
    )


def create_account(body: m.NewAccount | Mapping[str, Any]) -> WriteCall[m.AccountView, m.ValidatedAccountView]:
    """Create an account. Scope: `crm:accounts:write`."""
    return WriteCall("POST", "/v1/accounts", answer=m.AccountView, validated=m.ValidatedAccountView, body=body)


def batch_accounts(body: m.Batch | Mapping[str, Any]) -> WriteCall[m.BatchView, m.BatchView]:
    """Create, change and delete up to 200 accounts. All rows or none, unless `atomic` is false. Needs an `Idempotency-Key`. Scope: `crm:accounts:write`."""
    return WriteCall("POST", "/v1/accounts/batch", answer=m.BatchView, validated=m.BatchView, body=body)


def put_account_by_external_id(
    source: str,
    external_id: str,
    body: m.NewAccount | Mapping[str, Any],
) -> WriteCall[m.AccountView, m.ValidatedAccountView]:
    """Create or change an account by its id in another system. Creates it at first; after that, what is absent stays and null empties. `If-None-Match: *` creates only. One that the caller does not see counts as none, so that nothing is told of it; of several, the oldest is changed. Scope: `crm:accounts:write`."""
    return WriteCall(
        "PUT",
        "/v1/accounts/by/{source}/{external_id}",
        answer=m.AccountView,
        validated=m.ValidatedAccountView,
        path_values={"source": source, "external_id": external_id},
        body=body,
    )


def export_accounts(
    *,
    format: Literal["csv", "jsonl"] | None = None,
    sort: str | None = None,
    q: str | None = None,
    id: str | Condition | None = None,
    name: str | Condition | None = None,
    owner: str | Condition | None = None,
    visibility: Literal["tenant", "mine"] | Condition | None = None,
    domain: str | Condition | None = None,
    country: str | Condition | None = None,
    created_at: datetime | Condition | None = None,
    updated_at: datetime | Condition | None = None,
) -> Call[str]:
    """Export accounts. The list as a file, all of its rows: CSV, or a JSON object on each line if `Accept` or `format` says so. Filter and sort are the list's, and so is what the caller sees. An import takes the file back without a mapping: rows find their records by `id`, and what nobody changed changes nothing. More rows than the operator allows are refused before anything is sent (409 `quota_exceeded`). Scope: `crm:accounts:read`."""
    return Call(
        "GET",
        "/v1/accounts/export",
        answer=str,
        query={
            "format": format,
            "sort": sort,
            "q": q,
            "id": id,
            "name": name,
            "owner": owner,
            "visibility": visibility,
            "domain": domain,
            "country": country,
            "created_at": created_at,
            "updated_at": updated_at,
        },
    )


def search_accounts(
    body: m.SearchBody | Mapping[str, Any],
    *,
    expand: Sequence[Literal["owner"]] | None = None,
) -> ListCall[m.PageAccountView, m.AccountView]:
    """Search accounts. As the list, with the long form of the filter in the body. Scope: `crm:accounts:read`."""
    return ListCall("POST", "/v1/accounts/search", answer=m.PageAccountView, query={"expand": expand}, body=body)


def delete_account(id: str) -> WriteCall[None, None]:
    """Delete an account. It can be restored. For its owner, those whom the owner reports to, and admins. Needs `If-Match`. Scope: `crm:accounts:write`."""
    return WriteCall("DELETE", "/v1/accounts/{id}", answer=None, validated=None, path_values={"id": id})


def get_account(id: str, *, expand: Sequence[Literal["owner"]] | None = None) -> Call[m.AccountView]:
    """Get an account. Scope: `crm:accounts:read`."""
    return Call("GET", "/v1/accounts/{id}", answer=m.AccountView, path_values={"id": id}, query={"expand": expand})


def update_account(
    id: str,
    body: m.AccountEdit | Mapping[str, Any],
) -> WriteCall[m.AccountView, m.ValidatedAccountView]:
    """Change an account. JSON Merge Patch: what is absent stays, null empties. Needs `If-Match`. Scope: `crm:accounts:write`."""
    return WriteCall(
        "PATCH",
        "/v1/accounts/{id}",
        answer=m.AccountView,
        validated=m.ValidatedAccountView,
        path_values={"id": id},
        body=body,
    )


def get_account_history(id: str, *, limit: int | None = None) -> ListCall[m.PageHistoryEntry, m.HistoryEntry]:
    """The history of an account. Who changed which fields, from what to what; oldest first. Scope: `crm:accounts:read`."""
    return ListCall(
        "GET",
        "/v1/accounts/{id}/history",
        answer=m.PageHistoryEntry,
        path_values={"id": id},
        query={"limit": limit},
    )


def restore_account(id: str) -> WriteCall[m.AccountView, m.ValidatedAccountView]:
    """Restore a deleted account. For its owner, those whom the owner reports to, and admins. Scope: `crm:accounts:write`."""
    return WriteCall(
        "POST",
        "/v1/accounts/{id}/restore",
        answer=m.AccountView,
        validated=m.ValidatedAccountView,
        path_values={"id": id},
        body={},
    )


def get_account_timeline(id: str, *, limit: int | None = None) -> ListCall[m.PageTimelineEntry, m.TimelineEntry]:
    """The timeline of an account. Everything that happened around it, from every area, newest first, as far as the caller may see it. Scope: `crm:accounts:read`."""
    return ListCall(
        "GET",
        "/v1/accounts/{id}/timeline",
        answer=m.PageTimelineEntry,
        path_values={"id": id},
        query={"limit": limit},
    )


def list_activities(
    *,
    limit: int | None = None,
    sort: str | None = None,
    count: Literal["exact"] | None = None,
    expand: Sequence[Literal["owner", "account", "contact", "deal", "lead"]] | None = None,
    q: str | None = None,
    id: str | Condition | None = None,
    type: Literal["task", "call", "email", "meeting", "note"] | Condition | None = None,
    subject: str | Condition | None = None,
    status: Literal["open", "done", "cancelled"] | Condition | None = None,
    priority: Literal["low", "normal", "high"] | Condition | None = None,
    due_at: datetime | Condition | None = None,
    starts_at: datetime | Condition | None = None,
    completed_at: datetime | Condition | None = None,
    account: str | Condition | None = None,
    account_id: str | Condition | None = None,
    account_name: str | Condition | None = None,
    account_owner: str | Condition | None = None,
    account_visibility: Literal["tenant", "mine"] | Condition | None = None,
    account_domain: str | Condition | None = None,
    account_country: str | Condition | None = None,
    account_created_at: datetime | Condition | None = None,
    account_updated_at: datetime | Condition | None = None,
    contact: str | Condition | None = None,
    deal: str | Condition | None = None,
    lead: str | Condition | None = None,
    owner: str | Condition | None = None,
    visibility: Literal["tenant", "mine"] | Condition | None = None,
    created_at: datetime | Condition | None = None,
    updated_at: datetime | Condition | None = None,
) -> ListCall[m.PageActivityView, m.ActivityView]:
    """List activities. Those that the caller sees. Filter, sort and expand as the parameters say. Scope: `crm:activities:read`."""
    return ListCall(
        "GET",
        "/v1/activities",
        answer=m.PageActivityView,
        query={
            "limit": limit,
            "sort": sort,
            "count": count,
            "expand": expand,
            "q": q,
            "id": id,
            "type": type,
            "subject": subject,
            "status": status,
            "priority": priority,
            "due_at": due_at,
            "starts_at": starts_at,
            "completed_at": completed_at,
            "account": account,
            "account.id": account_id,
            "account.name": account_name,
            "account.owner": account_owner,
            "account.visibility": account_visibility,
            "account.domain": account_domain,
            "account.country": account_country,
            "account.created_at": account_created_at,
            "account.updated_at": account_updated_at,
            "contact": contact,
            "deal": deal,
            "lead": lead,
            "owner": owner,
            "visibility": visibility,
            "created_at": created_at,
            "updated_at": updated_at,
        },
    )


def create_activity(body: m.NewActivity | Mapping[str, Any]) -> WriteCall[m.ActivityView, m.ValidatedActivityView]:
    """Create an activity. Scope: `crm:activities:write`."""
    return WriteCall("POST", "/v1/activities", answer=m.ActivityView, validated=m.ValidatedActivityView, body=body)


def batch_activities(body: m.Batch | Mapping[str, Any]) -> WriteCall[m.BatchView, m.BatchView]:
    """Create, change and delete up to 200 activities. All rows or none, unless `atomic` is false. Needs an `Idempotency-Key`. Scope: `crm:activities:write`."""
    return WriteCall("POST", "/v1/activities/batch", answer=m.BatchView, validated=m.BatchView, body=body)


def put_activity_by_external_id(
    source: str,
    external_id: str,
    body: m.NewActivity | Mapping[str, Any],
) -> WriteCall[m.ActivityView, m.ValidatedActivityView]:
    """Create or change an activity by its id in another system. Creates it at first; after that, what is absent stays and null empties. `If-None-Match: *` creates only. One that the caller does not see counts as none, so that nothing is told of it; of several, the oldest is changed. Scope: `crm:activities:write`."""
    return WriteCall(
        "PUT",
        "/v1/activities/by/{source}/{external_id}",
        answer=m.ActivityView,
        validated=m.ValidatedActivityView,
        path_values={"source": source, "external_id": external_id},
        body=body,
    )


def export_activities(
    *,
    format: Literal["csv", "jsonl"] | None = None,
    sort: str | None = None,
    q: str | None = None,
    id: str | Condition | None = None,
    type: Literal["task", "call", "email", "meeting", "note"] | Condition | None = None,
    subject: str | Condition | None = None,
    status: Literal["open", "done", "cancelled"] | Condition | None = None,
    priority: Literal["low", "normal", "high"] | Condition | None = None,
    due_at: datetime | Condition | None = None,
    starts_at: datetime | Condition | None = None,
    completed_at: datetime | Condition | None = None,
    account: str | Condition | None = None,
    account_id: str | Condition | None = None,
    account_name: str | Condition | None = None,
    account_owner: str | Condition | None = None,
    account_visibility: Literal["tenant", "mine"] | Condition | None = None,
    account_domain: str | Condition | None = None,
    account_country: str | Condition | None = None,
    account_created_at: datetime | Condition | None = None,
    account_updated_at: datetime | Condition | None = None,
    contact: str | Condition | None = None,
    deal: str | Condition | None = None,
    lead: str | Condition | None = None,
    owner: str | Condition | None = None,
    visibility: Literal["tenant", "mine"] | Condition | None = None,
    created_at: datetime | Condition | None = None,
    updated_at: datetime | Condition | None = None,
) -> Call[str]:
    """Export activities. The list as a file, all of its rows: CSV, or a JSON object on each line if `Accept` or `format` says so. Filter and sort are the list's, and so is what the caller sees. An import takes the file back without a mapping: rows find their records by `id`, and what nobody changed changes nothing. More rows than the operator allows are refused before anything is sent (409 `quota_exceeded`). Scope: `crm:activities:read`."""
    return Call(
        "GET",
        "/v1/activities/export",
        answer=str,
        query={
            "format": format,
            "sort": sort,
            "q": q,
            "id": id,
            "type": type,
            "subject": subject,
            "status": status,
            "priority": priority,
            "due_at": due_at,
            "starts_at": starts_at,
            "completed_at": completed_at,
            "account": account,
            "account.id": account_id,
            "account.name": account_name,
            "account.owner": account_owner,
            "account.visibility": account_visibility,
            "account.domain": account_domain,
            "account.country": account_country,
            "account.created_at": account_created_at,
            "account.updated_at": account_updated_at,
            "contact": contact,
            "deal": deal,
            "lead": lead,
            "owner": owner,
            "visibility": visibility,
            "created_at": created_at,
            "updated_at": updated_at,
        },
    )


def search_activities(
    body: m.SearchBody | Mapping[str, Any],
    *,
    expand: Sequence[Literal["owner", "account", "contact", "deal", "lead"]] | None = None,
) -> ListCall[m.PageActivityView, m.ActivityView]:
    """Search activities. As the list, with the long form of the filter in the body. Scope: `crm:activities:read`."""
    return ListCall("POST", "/v1/activities/search", answer=m.PageActivityView, query={"expand": expand}, body=body)


def delete_activity(id: str) -> WriteCall[None, None]:
    """Delete an activity. It can be restored. For its owner, those whom the owner reports to, and admins. Needs `If-Match`. Scope: `crm:activities:write`."""
    return WriteCall("DELETE", "/v1/activities/{id}", answer=None, validated=None, path_values={"id": id})


def get_activity(
    id: str,
    *,
    expand: Sequence[Literal["owner", "account", "contact", "deal", "lead"]] | None = None,
) -> Call[m.ActivityView]:
    """Get an activity. Scope: `crm:activities:read`."""
    return Call(
        "GET",
        "/v1/activities/{id}",
        answer=m.ActivityView,
        path_values={"id": id},
        query={"expand": expand},
    )


def update_activity(
    id: str,
    body: m.ActivityEdit | Mapping[str, Any],
) -> WriteCall[m.ActivityView, m.ValidatedActivityView]:
    """Change an activity. JSON Merge Patch: what is absent stays, null empties. Needs `If-Match`. Scope: `crm:activities:write`."""
    return WriteCall(
        "PATCH",
        "/v1/activities/{id}",
        answer=m.ActivityView,
        validated=m.ValidatedActivityView,
        path_values={"id": id},
        body=body,
    )


def complete_activity(id: str) -> WriteCall[m.ActivityView, m.ValidatedActivityView]:
    """Complete an activity."""
    return WriteCall(
        "POST",
        "/v1/activities/{id}/complete",
        answer=m.ActivityView,
        validated=m.ValidatedActivityView,
        path_values={"id": id},
        body={},
    )


def get_activity_history(id: str, *, limit: int | None = None) -> ListCall[m.PageHistoryEntry, m.HistoryEntry]:
    """The history of an activity. Who changed which fields, from what to what; oldest first. Scope: `crm:activities:read`."""
    return ListCall(
        "GET",
        "/v1/activities/{id}/history",
        answer=m.PageHistoryEntry,
        path_values={"id": id},
        query={"limit": limit},
    )


def reopen_activity(id: str) -> WriteCall[m.ActivityView, m.ValidatedActivityView]:
    """Reopen an activity."""
    return WriteCall(
        "POST",
        "/v1/activities/{id}/reopen",
        answer=m.ActivityView,
        validated=m.ValidatedActivityView,
        path_values={"id": id},
        body={},
    )


def restore_activity(id: str) -> WriteCall[m.ActivityView, m.ValidatedActivityView]:
    """Restore a deleted activity. For its owner, those whom the owner reports to, and admins. Scope: `crm:activities:write`."""
    return WriteCall(
        "POST",
        "/v1/activities/{id}/restore",
        answer=m.ActivityView,
        validated=m.ValidatedActivityView,
        path_values={"id": id},
        body={},
    )


def list_api_keys(
    *,
    limit: int | None = None,
    sort: str | None = None,
    count: Literal["exact"] | None = None,
    expand: Sequence[Literal["user"]] | None = None,
    id: str | Condition | None = None,
    name: str | Condition | None = None,
    user: str | Condition | None = None,
    expires_at: datetime | Condition | None = None,
    created_at: datetime | Condition | None = None,
) -> ListCall[m.PageApiKeyView, m.ApiKeyView]:
    """List API keys. The caller's own; an admin sees everybody's. Needs `identity:keys:read`."""
    return ListCall(
        "GET",
        "/v1/api-keys",
        answer=m.PageApiKeyView,
        query={
            "limit": limit,
            "sort": sort,
            "count": count,
            "expand": expand,
            "id": id,
            "name": name,
            "user": user,
            "expires_at": expires_at,
            "created_at": created_at,
        },
    )


def create_api_key(body: m.NewApiKey | Mapping[str, Any]) -> WriteCall[m.NewApiKeyView, m.ValidatedNewApiKeyView]:
    """Make an API key. It has the rights of its maker, as far as its scopes go. The answer shows it this once. Only people make keys."""
    return WriteCall("POST", "/v1/api-keys", answer=m.NewApiKeyView, validated=m.ValidatedNewApiKeyView, body=body)


def delete_api_key(id: str) -> WriteCall[None, None]:
    """Revoke an API key. It counts no longer with the next request. Needs `identity:keys:write`."""
    return WriteCall("DELETE", "/v1/api-keys/{id}", answer=None, validated=None, path_values={"id": id})


def get_api_key(id: str, *, expand: Sequence[Literal["user"]] | None = None) -> Call[m.ApiKeyView]:
    """Get an API key. Needs `identity:keys:read`."""
    return Call("GET", "/v1/api-keys/{id}", answer=m.ApiKeyView, path_values={"id": id}, query={"expand": expand})


def list_audit(
    *,
    limit: int | None = None,
    sort: str | None = None,
    count: Literal["exact"] | None = None,
    id: str | Condition | None = None,
    sequence: int | Condition | None = None,
    type: str | Condition | None = None,
    subject_kind: str | Condition | None = None,
    actor: str | Condition | None = None,
    at: datetime | Condition | None = None,
) -> ListCall[m.PageAuditEntry, m.AuditEntry]:
    """Every entry of the tenant's log, newest first, public or not. For admins. Needs the scope `platform:audit:read`."""
    return ListCall(
        "GET",
        "/v1/audit",
        answer=m.PageAuditEntry,
        query={
            "limit": limit,
            "sort": sort,
            "count": count,
            "id": id,
            "sequence": sequence,
            "type": type,
            "subject_kind": subject_kind,
            "actor": actor,
            "at": at,
        },
    )


def verify_audit() -> Call[m.AuditReport]:
    """Verify the audit log. Reads the whole log against its seals, the signed heads, and what is kept of them outside of the database: an entry that was edited, deleted, inserted or moved, and an end that was cut off, are found. For admins. Needs the scope `platform:audit:read`."""
    return Call("GET", "/v1/audit/verify", answer=m.AuditReport)


def login(body: m.Login | Mapping[str, Any]) -> Call[m.TokensView]:
    """Sign in. Gives an access token for ten minutes and a refresh token. Wrong passwords and unknown addresses are answered alike. After a few failures for one account or from one network address the next try waits, longer each time up to 15 minutes: 429 `too_many_failed_sign_ins` with `Retry-After`, and nothing is checked before. Sign-ins that succeed are not counted."""
    return Call("POST", "/v1/auth/login", answer=m.TokensView, body=body)


def logout(body: m.RefreshBody | Mapping[str, Any]) -> Call[None]:
    """Sign out. Ends the session of this refresh token; its access tokens count no longer. Answers alike if there was none."""
    return Call("POST", "/v1/auth/logout", answer=None, body=body)


def set_password(body: m.SetPassword | Mapping[str, Any]) -> Call[m.TokensView]:
    """Set a password with a link. Ends all sessions of the person whom the link is for, and signs them in."""
    return Call("POST", "/v1/auth/password", answer=m.TokensView, body=body)


def refresh(body: m.RefreshBody | Mapping[str, Any]) -> Call[m.TokensView]:
    """Refresh a session. Exchanges a refresh token for a new access token and the next refresh token."""
    return Call("POST", "/v1/auth/refresh", answer=m.TokensView, body=body)


def set_up(body: m.SetUp | Mapping[str, Any]) -> Call[m.SetUpDone]:
    """Set the server up. Makes the first tenant and its admin, once, with the link that a first start prints, and signs the admin in. With `with_workflows` the workflows that ship are published, too, each after the same checks as by `PUT`."""
    return Call("POST", "/v1/auth/set-up", answer=m.SetUpDone, body=body)


def list_automations() -> ListCall[m.DefinitionPage, m.Definition]:
    """The automations that are published, by name. Scope: `rules:definitions:read`."""
    return ListCall("GET", "/v1/automations", answer=m.DefinitionPage)


def get_automation(name: str) -> Call[m.Definition]:
    """An automation in its newest version. Scope: `rules:definitions:read`."""
    return Call("GET", "/v1/automations/{name}", answer=m.Definition, path_values={"name": name})


def put_automation(name: str, text: str) -> WriteCall[m.Definition | m.Proposal, m.ValidatedDefinition]:
    """Publish a version of an automation. Only without errors. From the second version on `If-Match` names the one in force; the same file again is no new version. Scope: `rules:definitions:write`."""
    return WriteCall(
        "PUT",
        "/v1/automations/{name}",
        answer=m.Definition | m.Proposal,
        validated=m.ValidatedDefinition,
        path_values={"name": name},
        body=text,
    )


def list_automation_runs(
    name: str,
    *,
    limit: int | None = None,
    sort: str | None = None,
    count: Literal["exact"] | None = None,
    id: str | Condition | None = None,
    status: Literal["acted", "skipped", "held", "failed"] | Condition | None = None,
    event_type: str | Condition | None = None,
    event: str | Condition | None = None,
    created_at: datetime | Condition | None = None,
) -> ListCall[m.PageRun, m.Run]:
    """List the runs of an automation. What it did, and why it did or did not act, newest first; for `admin` and `hr`. Scope: `rules:runs:read`."""
    return ListCall(
        "GET",
        "/v1/automations/{name}/runs",
        answer=m.PageRun,
        path_values={"name": name},
        query={
            "limit": limit,
            "sort": sort,
            "count": count,
            "id": id,
            "status": status,
            "event_type": event_type,
            "event": event,
            "created_at": created_at,
        },
    )


def list_automation_versions(name: str) -> ListCall[m.VersionPage, m.DefinitionVersion]:
    """The versions of an automation, newest first. Scope: `rules:definitions:read`."""
    return ListCall("GET", "/v1/automations/{name}/versions", answer=m.VersionPage, path_values={"name": name})


def list_calendars() -> ListCall[m.DefinitionPage, m.Definition]:
    """The calendars that are published, by name. Scope: `rules:definitions:read`."""
    return ListCall("GET", "/v1/calendars", answer=m.DefinitionPage)


def get_calendar(name: str) -> Call[m.Definition]:
    """A calendar in its newest version. Scope: `rules:definitions:read`."""
    return Call("GET", "/v1/calendars/{name}", answer=m.Definition, path_values={"name": name})


def put_calendar(name: str, text: str) -> WriteCall[m.Definition | m.Proposal, m.ValidatedDefinition]:
    """Publish a version of a calendar. Only without errors. From the second version on `If-Match` names the one in force; the same file again is no new version. Scope: `rules:definitions:write`."""
    return WriteCall(
        "PUT",
        "/v1/calendars/{name}",
        answer=m.Definition | m.Proposal,
        validated=m.ValidatedDefinition,
        path_values={"name": name},
        body=text,
    )


def list_calendar_versions(name: str) -> ListCall[m.VersionPage, m.DefinitionVersion]:
    """The versions of a calendar, newest first. Scope: `rules:definitions:read`."""
    return ListCall("GET", "/v1/calendars/{name}/versions", answer=m.VersionPage, path_values={"name": name})


def list_contacts(
    *,
    limit: int | None = None,
    sort: str | None = None,
    count: Literal["exact"] | None = None,
    expand: Sequence[Literal["owner", "account"]] | None = None,
    q: str | None = None,
    id: str | Condition | None = None,
    name: str | Condition | None = None,
    email: str | Condition | None = None,
    phone: str | Condition | None = None,
    account: str | Condition | None = None,
    account_id: str | Condition | None = None,
    account_name: str | Condition | None = None,
    account_owner: str | Condition | None = None,
    account_visibility: Literal["tenant", "mine"] | Condition | None = None,
    account_domain: str | Condition | None = None,
    account_country: str | Condition | None = None,
    account_created_at: datetime | Condition | None = None,
    account_updated_at: datetime | Condition | None = None,
    owner: str | Condition | None = None,
    visibility: Literal["tenant", "mine"] | Condition | None = None,
    created_at: datetime | Condition | None = None,
    updated_at: datetime | Condition | None = None,
) -> ListCall[m.PageContactView, m.ContactView]:
    """List contacts. Those that the caller sees. Filter, sort and expand as the parameters say. Scope: `crm:contacts:read`."""
    return ListCall(
        "GET",
        "/v1/contacts",
        answer=m.PageContactView,
        query={
            "limit": limit,
            "sort": sort,
            "count": count,
            "expand": expand,
            "q": q,
            "id": id,
            "name": name,
            "email": email,
            "phone": phone,
            "account": account,
            "account.id": account_id,
            "account.name": account_name,
            "account.owner": account_owner,
            "account.visibility": account_visibility,
            "account.domain": account_domain,
            "account.country": account_country,
            "account.created_at": account_created_at,
            "account.updated_at": account_updated_at,
            "owner": owner,
            "visibility": visibility,
            "created_at": created_at,
            "updated_at": updated_at,
        },
    )


def create_contact(body: m.NewContact | Mapping[str, Any]) -> WriteCall[m.ContactView, m.ValidatedContactView]:
    """Create a contact. Scope: `crm:contacts:write`."""
    return WriteCall("POST", "/v1/contacts", answer=m.ContactView, validated=m.ValidatedContactView, body=body)


def batch_contacts(body: m.Batch | Mapping[str, Any]) -> WriteCall[m.BatchView, m.BatchView]:
    """Create, change and delete up to 200 contacts. All rows or none, unless `atomic` is false. Needs an `Idempotency-Key`. Scope: `crm:contacts:write`."""
    return WriteCall("POST", "/v1/contacts/batch", answer=m.BatchView, validated=m.BatchView, body=body)


def put_contact_by_external_id(
    source: str,
    external_id: str,
    body: m.NewContact | Mapping[str, Any],
) -> WriteCall[m.ContactView, m.ValidatedContactView]:
    """Create or change a contact by its id in another system. Creates it at first; after that, what is absent stays and null empties. `If-None-Match: *` creates only. One that the caller does not see counts as none, so that nothing is told of it; of several, the oldest is changed. Scope: `crm:contacts:write`."""
    return WriteCall(
        "PUT",
        "/v1/contacts/by/{source}/{external_id}",
        answer=m.ContactView,
        validated=m.ValidatedContactView,
        path_values={"source": source, "external_id": external_id},
        body=body,
    )


def export_contacts(
    *,
    format: Literal["csv", "jsonl"] | None = None,
    sort: str | None = None,
    q: str | None = None,
    id: str | Condition | None = None,
    name: str | Condition | None = None,
    email: str | Condition | None = None,
    phone: str | Condition | None = None,
    account: str | Condition | None = None,
    account_id: str | Condition | None = None,
    account_name: str | Condition | None = None,
    account_owner: str | Condition | None = None,
    account_visibility: Literal["tenant", "mine"] | Condition | None = None,
    account_domain: str | Condition | None = None,
    account_country: str | Condition | None = None,
    account_created_at: datetime | Condition | None = None,
    account_updated_at: datetime | Condition | None = None,
    owner: str | Condition | None = None,
    visibility: Literal["tenant", "mine"] | Condition | None = None,
    created_at: datetime | Condition | None = None,
    updated_at: datetime | Condition | None = None,
) -> Call[str]:
    """Export contacts. The list as a file, all of its rows: CSV, or a JSON object on each line if `Accept` or `format` says so. Filter and sort are the list's, and so is what the caller sees. An import takes the file back without a mapping: rows find their records by `id`, and what nobody changed changes nothing. More rows than the operator allows are refused before anything is sent (409 `quota_exceeded`). Scope: `crm:contacts:read`."""
    return Call(
        "GET",
        "/v1/contacts/export",
        answer=str,
        query={
            "format": format,
            "sort": sort,
            "q": q,
            "id": id,
            "name": name,
            "email": email,
            "phone": phone,
            "account": account,
            "account.id": account_id,
            "account.name": account_name,
            "account.owner": account_owner,
            "account.visibility": account_visibility,
            "account.domain": account_domain,
            "account.country": account_country,
            "account.created_at": account_created_at,
            "account.updated_at": account_updated_at,
            "owner": owner,
            "visibility": visibility,
            "created_at": created_at,
            "updated_at": updated_at,
        },
    )


def search_contacts(
    body: m.SearchBody | Mapping[str, Any],
    *,
    expand: Sequence[Literal["owner", "account"]] | None = None,
) -> ListCall[m.PageContactView, m.ContactView]:
    """Search contacts. As the list, with the long form of the filter in the body. Scope: `crm:contacts:read`."""
    return ListCall("POST", "/v1/contacts/search", answer=m.PageContactView, query={"expand": expand}, body=body)


def delete_contact(id: str) -> WriteCall[None, None]:
    """Delete a contact. It can be restored. For its owner, those whom the owner reports to, and admins. Needs `If-Match`. Scope: `crm:contacts:write`."""
    return WriteCall("DELETE", "/v1/contacts/{id}", answer=None, validated=None, path_values={"id": id})


def get_contact(id: str, *, expand: Sequence[Literal["owner", "account"]] | None = None) -> Call[m.ContactView]:
    """Get a contact. Scope: `crm:contacts:read`."""
    return Call("GET", "/v1/contacts/{id}", answer=m.ContactView, path_values={"id": id}, query={"expand": expand})


def update_contact(
    id: str,
    body: m.ContactEdit | Mapping[str, Any],
) -> WriteCall[m.ContactView, m.ValidatedContactView]:
    """Change a contact. JSON Merge Patch: what is absent stays, null empties. Needs `If-Match`. Scope: `crm:contacts:write`."""
    return WriteCall(
        "PATCH",
        "/v1/contacts/{id}",
        answer=m.ContactView,
        validated=m.ValidatedContactView,
        path_values={"id": id},
        body=body,
    )


def get_contact_history(id: str, *, limit: int | None = None) -> ListCall[m.PageHistoryEntry, m.HistoryEntry]:
    """The history of a contact. Who changed which fields, from what to what; oldest first. Scope: `crm:contacts:read`."""
    return ListCall(
        "GET",
        "/v1/contacts/{id}/history",
        answer=m.PageHistoryEntry,
        path_values={"id": id},
        query={"limit": limit},
    )


def restore_contact(id: str) -> WriteCall[m.ContactView, m.ValidatedContactView]:
    """Restore a deleted contact. For its owner, those whom the owner reports to, and admins. Scope: `crm:contacts:write`."""
    return WriteCall(
        "POST",
        "/v1/contacts/{id}/restore",
        answer=m.ContactView,
        validated=m.ValidatedContactView,
        path_values={"id": id},
        body={},
    )


def get_contact_timeline(id: str, *, limit: int | None = None) -> ListCall[m.PageTimelineEntry, m.TimelineEntry]:
    """The timeline of a contact. Everything that happened around it, from every area, newest first, as far as the caller may see it. Scope: `crm:contacts:read`."""
    return ListCall(
        "GET",
        "/v1/contacts/{id}/timeline",
        answer=m.PageTimelineEntry,
        path_values={"id": id},
        query={"limit": limit},
    )


def list_deals(
    *,
    limit: int | None = None,
    sort: str | None = None,
    count: Literal["exact"] | None = None,
    expand: Sequence[Literal["owner", "account", "pipeline"]] | None = None,
    q: str | None = None,
    id: str | Condition | None = None,
    name: str | Condition | None = None,
    account: str | Condition | None = None,
    account_id: str | Condition | None = None,
    account_name: str | Condition | None = None,
    account_owner: str | Condition | None = None,
    account_visibility: Literal["tenant", "mine"] | Condition | None = None,
    account_domain: str | Condition | None = None,
    account_country: str | Condition | None = None,
    account_created_at: datetime | Condition | None = None,
    account_updated_at: datetime | Condition | None = None,
    owner: str | Condition | None = None,
    visibility: Literal["tenant", "mine"] | Condition | None = None,
    pipeline: str | Condition | None = None,
    stage: str | Condition | None = None,
    status: Literal["open", "won", "lost"] | Condition | None = None,
    amount: str | Condition | None = None,
    probability: int | Condition | None = None,
    expected_close_on: date | Condition | None = None,
    closed_at: datetime | Condition | None = None,
    lost_reason: str | Condition | None = None,
    created_at: datetime | Condition | None = None,
    updated_at: datetime | Condition | None = None,
) -> ListCall[m.PageDealView, m.DealView]:
    """List deals. Those that the caller sees. Filter, sort and expand as the parameters say. Scope: `crm:deals:read`."""
    return ListCall(
        "GET",
        "/v1/deals",
        answer=m.PageDealView,
        query={
            "limit": limit,
            "sort": sort,
            "count": count,
            "expand": expand,
            "q": q,
            "id": id,
            "name": name,
            "account": account,
            "account.id": account_id,
            "account.name": account_name,
            "account.owner": account_owner,
            "account.visibility": account_visibility,
            "account.domain": account_domain,
            "account.country": account_country,
            "account.created_at": account_created_at,
            "account.updated_at": account_updated_at,
            "owner": owner,
            "visibility": visibility,
            "pipeline": pipeline,
            "stage": stage,
            "status": status,
            "amount": amount,
            "probability": probability,
            "expected_close_on": expected_close_on,
            "closed_at": closed_at,
            "lost_reason": lost_reason,
            "created_at": created_at,
            "updated_at": updated_at,
        },
    )


def create_deal(body: m.NewDeal | Mapping[str, Any]) -> WriteCall[m.DealView, m.ValidatedDealView]:
    """Create a deal. Scope: `crm:deals:write`."""
    return WriteCall("POST", "/v1/deals", answer=m.DealView, validated=m.ValidatedDealView, body=body)


def batch_deals(body: m.Batch | Mapping[str, Any]) -> WriteCall[m.BatchView, m.BatchView]:
    """Create, change and delete up to 200 deals. All rows or none, unless `atomic` is false. Needs an `Idempotency-Key`. Scope: `crm:deals:write`."""
    return WriteCall("POST", "/v1/deals/batch", answer=m.BatchView, validated=m.BatchView, body=body)


def put_deal_by_external_id(
    source: str,
    external_id: str,
    body: m.NewDeal | Mapping[str, Any],
) -> WriteCall[m.DealView, m.ValidatedDealView]:
    """Create or change a deal by its id in another system. Creates it at first; after that, what is absent stays and null empties. `If-None-Match: *` creates only. One that the caller does not see counts as none, so that nothing is told of it; of several, the oldest is changed. Scope: `crm:deals:write`."""
    return WriteCall(
        "PUT",
        "/v1/deals/by/{source}/{external_id}",
        answer=m.DealView,
        validated=m.ValidatedDealView,
        path_values={"source": source, "external_id": external_id},
        body=body,
    )


def export_deals(
    *,
    format: Literal["csv", "jsonl"] | None = None,
    sort: str | None = None,
    q: str | None = None,
    id: str | Condition | None = None,
    name: str | Condition | None = None,
    account: str | Condition | None = None,
    account_id: str | Condition | None = None,
    account_name: str | Condition | None = None,
    account_owner: str | Condition | None = None,
    account_visibility: Literal["tenant", "mine"] | Condition | None = None,
    account_domain: str | Condition | None = None,
    account_country: str | Condition | None = None,
    account_created_at: datetime | Condition | None = None,
    account_updated_at: datetime | Condition | None = None,
    owner: str | Condition | None = None,
    visibility: Literal["tenant", "mine"] | Condition | None = None,
    pipeline: str | Condition | None = None,
    stage: str | Condition | None = None,
    status: Literal["open", "won", "lost"] | Condition | None = None,
    amount: str | Condition | None = None,
    probability: int | Condition | None = None,
    expected_close_on: date | Condition | None = None,
    closed_at: datetime | Condition | None = None,
    lost_reason: str | Condition | None = None,
    created_at: datetime | Condition | None = None,
    updated_at: datetime | Condition | None = None,
) -> Call[str]:
    """Export deals. The list as a file, all of its rows: CSV, or a JSON object on each line if `Accept` or `format` says so. Filter and sort are the list's, and so is what the caller sees. An import takes the file back without a mapping: rows find their records by `id`, and what nobody changed changes nothing. More rows than the operator allows are refused before anything is sent (409 `quota_exceeded`). Scope: `crm:deals:read`."""
    return Call(
        "GET",
        "/v1/deals/export",
        answer=str,
        query={
            "format": format,
            "sort": sort,
            "q": q,
            "id": id,
            "name": name,
            "account": account,
            "account.id": account_id,
            "account.name": account_name,
            "account.owner": account_owner,
            "account.visibility": account_visibility,
            "account.domain": account_domain,
            "account.country": account_country,
            "account.created_at": account_created_at,
            "account.updated_at": account_updated_at,
            "owner": owner,
            "visibility": visibility,
            "pipeline": pipeline,
            "stage": stage,
            "status": status,
            "amount": amount,
            "probability": probability,
            "expected_close_on": expected_close_on,
            "closed_at": closed_at,
            "lost_reason": lost_reason,
            "created_at": created_at,
            "updated_at": updated_at,
        },
    )


def search_deals(
    body: m.SearchBody | Mapping[str, Any],
    *,
    expand: Sequence[Literal["owner", "account", "pipeline"]] | None = None,
) -> ListCall[m.PageDealView, m.DealView]:
    """Search deals. As the list, with the long form of the filter in the body. Scope: `crm:deals:read`."""
    return ListCall("POST", "/v1/deals/search", answer=m.PageDealView, query={"expand": expand}, body=body)


def summarize_deals(
    *,
    group_by: m.GroupBy,
    q: str | None = None,
    id: str | Condition | None = None,
    name: str | Condition | None = None,
    account: str | Condition | None = None,
    account_id: str | Condition | None = None,
    account_name: str | Condition | None = None,
    account_owner: str | Condition | None = None,
    account_visibility: Literal["tenant", "mine"] | Condition | None = None,
    account_domain: str | Condition | None = None,
    account_country: str | Condition | None = None,
    account_created_at: datetime | Condition | None = None,
    account_updated_at: datetime | Condition | None = None,
    owner: str | Condition | None = None,
    visibility: Literal["tenant", "mine"] | Condition | None = None,
    pipeline: str | Condition | None = None,
    stage: str | Condition | None = None,
    status: Literal["open", "won", "lost"] | Condition | None = None,
    amount: str | Condition | None = None,
    probability: int | Condition | None = None,
    expected_close_on: date | Condition | None = None,
    closed_at: datetime | Condition | None = None,
    lost_reason: str | Condition | None = None,
    created_at: datetime | Condition | None = None,
    updated_at: datetime | Condition | None = None,
) -> Call[m.SummaryView]:
    """Count and sum deals."""
    return Call(
        "GET",
        "/v1/deals/summary",
        answer=m.SummaryView,
        query={
            "group_by": group_by,
            "q": q,
            "id": id,
            "name": name,
            "account": account,
            "account.id": account_id,
            "account.name": account_name,
            "account.owner": account_owner,
            "account.visibility": account_visibility,
            "account.domain": account_domain,
            "account.country": account_country,
            "account.created_at": account_created_at,
            "account.updated_at": account_updated_at,
            "owner": owner,
            "visibility": visibility,
            "pipeline": pipeline,
            "stage": stage,
            "status": status,
            "amount": amount,
            "probability": probability,
            "expected_close_on": expected_close_on,
            "closed_at": closed_at,
            "lost_reason": lost_reason,
            "created_at": created_at,
            "updated_at": updated_at,
        },
    )


def delete_deal(id: str) -> WriteCall[None, None]:
    """Delete a deal. It can be restored. For its owner, those whom the owner reports to, and admins. Needs `If-Match`. Scope: `crm:deals:write`."""
    return WriteCall("DELETE", "/v1/deals/{id}", answer=None, validated=None, path_values={"id": id})


def get_deal(
    id: str,
    *,
    expand: Sequence[Literal["owner", "account", "pipeline"]] | None = None,
) -> Call[m.DealView]:
    """Get a deal. Scope: `crm:deals:read`."""
    return Call("GET", "/v1/deals/{id}", answer=m.DealView, path_values={"id": id}, query={"expand": expand})


def update_deal(id: str, body: m.DealEdit | Mapping[str, Any]) -> WriteCall[m.DealView, m.ValidatedDealView]:
    """Change a deal. JSON Merge Patch: what is absent stays, null empties. Needs `If-Match`. Scope: `crm:deals:write`."""
    return WriteCall(
        "PATCH",
        "/v1/deals/{id}",
        answer=m.DealView,
        validated=m.ValidatedDealView,
        path_values={"id": id},
        body=body,
    )


def get_deal_history(id: str, *, limit: int | None = None) -> ListCall[m.PageHistoryEntry, m.HistoryEntry]:
    """The history of a deal. Who changed which fields, from what to what; oldest first. Scope: `crm:deals:read`."""
    return ListCall(
        "GET",
        "/v1/deals/{id}/history",
        answer=m.PageHistoryEntry,
        path_values={"id": id},
        query={"limit": limit},
    )


def get_deal_lines(id: str) -> Call[m.DealLinesView]:
    """The lines of a deal."""
    return Call("GET", "/v1/deals/{id}/lines", answer=m.DealLinesView, path_values={"id": id})


def put_deal_lines(
    id: str,
    body: m.DealLinesEdit | Mapping[str, Any],
) -> WriteCall[m.DealLinesView, m.DealLinesView]:
    """Write the lines of a deal."""
    return WriteCall(
        "PUT",
        "/v1/deals/{id}/lines",
        answer=m.DealLinesView,
        validated=m.DealLinesView,
        path_values={"id": id},
        body=body,
    )


def lose_deal(id: str, body: m.LoseDeal | Mapping[str, Any]) -> WriteCall[m.DealView, m.ValidatedDealView]:
    """Lose a deal."""
    return WriteCall(
        "POST",
        "/v1/deals/{id}/lose",
        answer=m.DealView,
        validated=m.ValidatedDealView,
        path_values={"id": id},
        body=body,
    )


def move_deal(id: str, body: m.MoveDeal | Mapping[str, Any]) -> WriteCall[m.DealView, m.ValidatedDealView]:
    """Move a deal."""
    return WriteCall(
        "POST",
        "/v1/deals/{id}/move",
        answer=m.DealView,
        validated=m.ValidatedDealView,
        path_values={"id": id},
        body=body,
    )


def reopen_deal(id: str) -> WriteCall[m.DealView, m.ValidatedDealView]:
    """Reopen a deal."""
    return WriteCall(
        "POST",
        "/v1/deals/{id}/reopen",
        answer=m.DealView,
        validated=m.ValidatedDealView,
        path_values={"id": id},
        body={},
    )


def restore_deal(id: str) -> WriteCall[m.DealView, m.ValidatedDealView]:
    """Restore a deleted deal. For its owner, those whom the owner reports to, and admins. Scope: `crm:deals:write`."""
    return WriteCall(
        "POST",
        "/v1/deals/{id}/restore",
        answer=m.DealView,
        validated=m.ValidatedDealView,
        path_values={"id": id},
        body={},
    )


def get_deal_timeline(id: str, *, limit: int | None = None) -> ListCall[m.PageTimelineEntry, m.TimelineEntry]:
    """The timeline of a deal. Everything that happened around it, from every area, newest first, as far as the caller may see it. Scope: `crm:deals:read`."""
    return ListCall(
        "GET",
        "/v1/deals/{id}/timeline",
        answer=m.PageTimelineEntry,
        path_values={"id": id},
        query={"limit": limit},
    )


def win_deal(id: str) -> WriteCall[m.DealView, m.ValidatedDealView]:
    """Win a deal."""
    return WriteCall(
        "POST",
        "/v1/deals/{id}/win",
        answer=m.DealView,
        validated=m.ValidatedDealView,
        path_values={"id": id},
        body={},
    )


def list_departments(
    *,
    limit: int | None = None,
    sort: str | None = None,
    count: Literal["exact"] | None = None,
    expand: Sequence[Literal["head"]] | None = None,
    q: str | None = None,
    id: str | Condition | None = None,
    name: str | Condition | None = None,
    head: str | Condition | None = None,
    created_at: datetime | Condition | None = None,
    updated_at: datetime | Condition | None = None,
) -> ListCall[m.PageDepartmentView, m.DepartmentView]:
    """List departments. Needs `identity:departments:read`."""
    return ListCall(
        "GET",
        "/v1/departments",
        answer=m.PageDepartmentView,
        query={
            "limit": limit,
            "sort": sort,
            "count": count,
            "expand": expand,
            "q": q,
            "id": id,
            "name": name,
            "head": head,
            "created_at": created_at,
            "updated_at": updated_at,
        },
    )


def create_department(
    body: m.NewDepartment | Mapping[str, Any],
) -> WriteCall[m.DepartmentView, m.ValidatedDepartmentView]:
    """Add a department. For admins. Needs `identity:departments:write`."""
    return WriteCall(
        "POST",
        "/v1/departments",
        answer=m.DepartmentView,
        validated=m.ValidatedDepartmentView,
        body=body,
    )


def search_departments(
    body: m.SearchBody | Mapping[str, Any],
    *,
    expand: Sequence[Literal["head"]] | None = None,
) -> ListCall[m.PageDepartmentView, m.DepartmentView]:
    """Search departments. The list, with its filter in the body. Needs `identity:departments:read`."""
    return ListCall(
        "POST",
        "/v1/departments/search",
        answer=m.PageDepartmentView,
        query={"expand": expand},
        body=body,
    )


def delete_department(id: str) -> WriteCall[None, None]:
    """Remove a department. Only where nobody works any more. For admins. Needs `identity:departments:write` and `If-Match`."""
    return WriteCall("DELETE", "/v1/departments/{id}", answer=None, validated=None, path_values={"id": id})


def get_department(id: str, *, expand: Sequence[Literal["head"]] | None = None) -> Call[m.DepartmentView]:
    """Get a department. Needs `identity:departments:read`."""
    return Call(
        "GET",
        "/v1/departments/{id}",
        answer=m.DepartmentView,
        path_values={"id": id},
        query={"expand": expand},
    )


def update_department(
    id: str,
    body: m.DepartmentPatch | Mapping[str, Any],
) -> WriteCall[m.DepartmentView, m.ValidatedDepartmentView]:
    """Change a department. For admins. Needs `identity:departments:write` and `If-Match`."""
    return WriteCall(
        "PATCH",
        "/v1/departments/{id}",
        answer=m.DepartmentView,
        validated=m.ValidatedDepartmentView,
        path_values={"id": id},
        body=body,
    )


def list_event_types() -> ListCall[m.EventTypePage, m.EventType]:
    """List the types of events. Each with the JSON Schema of its `data` and an example."""
    return ListCall("GET", "/v1/event-types", answer=m.EventTypePage)


def get_event_type(name: str) -> Call[m.EventType]:
    """One type of event."""
    return Call("GET", "/v1/event-types/{name}", answer=m.EventType, path_values={"name": name})


def list_events(
    *,
    type: Sequence[str] | None = None,
    subject: Sequence[str] | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> ListCall[m.EventPage, m.Event]:
    """List events. The log, oldest first by `sequence`: the events of records that the caller may see. `next_cursor` is always there; come back with it for what happens next. Needs the scope `platform:events:read`, and that of each type: who reads some of the types asked for is shown those, who reads none is refused (403 `missing_scope`, with the `scope`)."""
    return ListCall(
        "GET",
        "/v1/events",
        answer=m.EventPage,
        query={"type": type, "subject": subject, "after": after, "limit": limit},
    )


def send_event(body: m.NewEvent | Mapping[str, Any]) -> WriteCall[m.SentEvent, m.ValidatedSentEvent]:
    """Send an event of another system. The log, streams, webhooks and NATS carry it, and requests whose workflow waits for it go on. Only admins read it, and what they set up. For admins and their keys, with the scope `platform:events:write`."""
    return WriteCall("POST", "/v1/events", answer=m.SentEvent, validated=m.ValidatedSentEvent, body=body)


def create_stream_ticket() -> WriteCall[m.StreamTicket, m.StreamTicket]:
    """A ticket for a stream, to be used within half a minute. `new EventSource("/v1/events/stream?ticket=…")`. The stream has the caller's own rights. A browser comes again with the same ticket for as long as the token behind it is good. Needs the scope `platform:events:read`."""
    return WriteCall("POST", "/v1/events/stream-ticket", answer=m.StreamTicket, validated=m.StreamTicket, body={})


def get_event(id: str) -> Call[m.Event]:
    """One event. Needs the scope `platform:events:read`, and that of its type."""
    return Call("GET", "/v1/events/{id}", answer=m.Event, path_values={"id": id})


def get_file(id: str, *, expand: Sequence[Literal["uploaded_by"]] | None = None) -> Call[m.File]:
    """A file's name, size, kind and hash. Readable by whoever uploaded it, whoever sees a record that it belongs to, and admins. Needs the scope `platform:files:read` and, for a file that somebody else uploaded, the one that reads the record that it belongs to."""
    return Call("GET", "/v1/files/{id}", answer=m.File, path_values={"id": id}, query={"expand": expand})


def get_file_link(id: str) -> Call[m.FileLink]:
    """Get a link to a file. It leads to the bytes for five minutes, without signing in. Needs the scope `platform:files:read`."""
    return Call("GET", "/v1/files/{id}/link", answer=m.FileLink, path_values={"id": id})


def list_imports(
    *,
    limit: int | None = None,
    sort: str | None = None,
    count: Literal["exact"] | None = None,
    expand: Sequence[Literal["created_by"]] | None = None,
    id: str | Condition | None = None,
    kind: Literal["accounts", "contacts", "deals", "leads"] | Condition | None = None,
    status: Literal["running", "completed", "cancelled", "undoing", "undone"] | Condition | None = None,
    created_by: str | Condition | None = None,
    created_at: datetime | Condition | None = None,
) -> ListCall[m.PageImportView, m.ImportView]:
    """List imports."""
    return ListCall(
        "GET",
        "/v1/imports",
        answer=m.PageImportView,
        query={
            "limit": limit,
            "sort": sort,
            "count": count,
            "expand": expand,
            "id": id,
            "kind": kind,
            "status": status,
            "created_by": created_by,
            "created_at": created_at,
        },
    )


def create_import(body: m.NewImport | Mapping[str, Any]) -> WriteCall[m.ImportView, m.ValidatedImportView]:
    """Begin an import."""
    return WriteCall("POST", "/v1/imports", answer=m.ImportView, validated=m.ValidatedImportView, body=body)


def get_import(id: str, *, expand: Sequence[Literal["created_by"]] | None = None) -> Call[m.ImportView]:
    """Get an import."""
    return Call("GET", "/v1/imports/{id}", answer=m.ImportView, path_values={"id": id}, query={"expand": expand})


def cancel_import(id: str) -> WriteCall[m.ImportView, m.ValidatedImportView]:
    """Cancel an import."""
    return WriteCall(
        "POST",
        "/v1/imports/{id}/cancel",
        answer=m.ImportView,
        validated=m.ValidatedImportView,
        path_values={"id": id},
        body={},
    )


def get_import_refused(id: str) -> Call[str]:
    """Download the rows that an import refused."""
    return Call("GET", "/v1/imports/{id}/refused", answer=str, path_values={"id": id})


def list_import_rows(
    id: str,
    *,
    limit: int | None = None,
    outcome: Literal["created", "updated", "refused", "deleted", "left"] | None = None,
) -> ListCall[m.PageImportRowView, m.ImportRowView]:
    """List what became of an import's rows."""
    return ListCall(
        "GET",
        "/v1/imports/{id}/rows",
        answer=m.PageImportRowView,
        path_values={"id": id},
        query={"limit": limit, "outcome": outcome},
    )


def undo_import(id: str) -> WriteCall[m.ImportView, m.ValidatedImportView]:
    """Take back what an import made."""
    return WriteCall(
        "POST",
        "/v1/imports/{id}/undo",
        answer=m.ImportView,
        validated=m.ValidatedImportView,
        path_values={"id": id},
        body={},
    )


def list_leads(
    *,
    limit: int | None = None,
    sort: str | None = None,
    count: Literal["exact"] | None = None,
    expand: Sequence[Literal["owner", "account", "contact", "deal"]] | None = None,
    q: str | None = None,
    id: str | Condition | None = None,
    name: str | Condition | None = None,
    company: str | Condition | None = None,
    email: str | Condition | None = None,
    phone: str | Condition | None = None,
    source: str | Condition | None = None,
    status: Literal["new", "working", "qualified", "disqualified", "converted"] | Condition | None = None,
    estimated_amount: str | Condition | None = None,
    converted_at: datetime | Condition | None = None,
    account: str | Condition | None = None,
    contact: str | Condition | None = None,
    deal: str | Condition | None = None,
    owner: str | Condition | None = None,
    visibility: Literal["tenant", "mine"] | Condition | None = None,
    created_at: datetime | Condition | None = None,
    updated_at: datetime | Condition | None = None,
) -> ListCall[m.PageLeadView, m.LeadView]:
    """List leads. Those that the caller sees. Filter, sort and expand as the parameters say. Scope: `crm:leads:read`."""
    return ListCall(
        "GET",
        "/v1/leads",
        answer=m.PageLeadView,
        query={
            "limit": limit,
            "sort": sort,
            "count": count,
            "expand": expand,
            "q": q,
            "id": id,
            "name": name,
            "company": company,
            "email": email,
            "phone": phone,
            "source": source,
            "status": status,
            "estimated_amount": estimated_amount,
            "converted_at": converted_at,
            "account": account,
            "contact": contact,
            "deal": deal,
            "owner": owner,
            "visibility": visibility,
            "created_at": created_at,
            "updated_at": updated_at,
        },
    )


def create_lead(body: m.NewLead | Mapping[str, Any]) -> WriteCall[m.LeadView, m.ValidatedLeadView]:
    """Create a lead. Scope: `crm:leads:write`."""
    return WriteCall("POST", "/v1/leads", answer=m.LeadView, validated=m.ValidatedLeadView, body=body)


def batch_leads(body: m.Batch | Mapping[str, Any]) -> WriteCall[m.BatchView, m.BatchView]:
    """Create, change and delete up to 200 leads. All rows or none, unless `atomic` is false. Needs an `Idempotency-Key`. Scope: `crm:leads:write`."""
    return WriteCall("POST", "/v1/leads/batch", answer=m.BatchView, validated=m.BatchView, body=body)


def put_lead_by_external_id(
    source: str,
    external_id: str,
    body: m.NewLead | Mapping[str, Any],
) -> WriteCall[m.LeadView, m.ValidatedLeadView]:
    """Create or change a lead by its id in another system. Creates it at first; after that, what is absent stays and null empties. `If-None-Match: *` creates only. One that the caller does not see counts as none, so that nothing is told of it; of several, the oldest is changed. Scope: `crm:leads:write`."""
    return WriteCall(
        "PUT",
        "/v1/leads/by/{source}/{external_id}",
        answer=m.LeadView,
        validated=m.ValidatedLeadView,
        path_values={"source": source, "external_id": external_id},
        body=body,
    )


def export_leads(
    *,
    format: Literal["csv", "jsonl"] | None = None,
    sort: str | None = None,
    q: str | None = None,
    id: str | Condition | None = None,
    name: str | Condition | None = None,
    company: str | Condition | None = None,
    email: str | Condition | None = None,
    phone: str | Condition | None = None,
    source: str | Condition | None = None,
    status: Literal["new", "working", "qualified", "disqualified", "converted"] | Condition | None = None,
    estimated_amount: str | Condition | None = None,
    converted_at: datetime | Condition | None = None,
    account: str | Condition | None = None,
    contact: str | Condition | None = None,
    deal: str | Condition | None = None,
    owner: str | Condition | None = None,
    visibility: Literal["tenant", "mine"] | Condition | None = None,
    created_at: datetime | Condition | None = None,
    updated_at: datetime | Condition | None = None,
) -> Call[str]:
    """Export leads. The list as a file, all of its rows: CSV, or a JSON object on each line if `Accept` or `format` says so. Filter and sort are the list's, and so is what the caller sees. An import takes the file back without a mapping: rows find their records by `id`, and what nobody changed changes nothing. More rows than the operator allows are refused before anything is sent (409 `quota_exceeded`). Scope: `crm:leads:read`."""
    return Call(
        "GET",
        "/v1/leads/export",
        answer=str,
        query={
            "format": format,
            "sort": sort,
            "q": q,
            "id": id,
            "name": name,
            "company": company,
            "email": email,
            "phone": phone,
            "source": source,
            "status": status,
            "estimated_amount": estimated_amount,
            "converted_at": converted_at,
            "account": account,
            "contact": contact,
            "deal": deal,
            "owner": owner,
            "visibility": visibility,
            "created_at": created_at,
            "updated_at": updated_at,
        },
    )


def search_leads(
    body: m.SearchBody | Mapping[str, Any],
    *,
    expand: Sequence[Literal["owner", "account", "contact", "deal"]] | None = None,
) -> ListCall[m.PageLeadView, m.LeadView]:
    """Search leads. As the list, with the long form of the filter in the body. Scope: `crm:leads:read`."""
    return ListCall("POST", "/v1/leads/search", answer=m.PageLeadView, query={"expand": expand}, body=body)


def delete_lead(id: str) -> WriteCall[None, None]:
    """Delete a lead. It can be restored. For its owner, those whom the owner reports to, and admins. Needs `If-Match`. Scope: `crm:leads:write`."""
    return WriteCall("DELETE", "/v1/leads/{id}", answer=None, validated=None, path_values={"id": id})


def get_lead(
    id: str,
    *,
    expand: Sequence[Literal["owner", "account", "contact", "deal"]] | None = None,
) -> Call[m.LeadView]:
    """Get a lead. Scope: `crm:leads:read`."""
    return Call("GET", "/v1/leads/{id}", answer=m.LeadView, path_values={"id": id}, query={"expand": expand})


def update_lead(id: str, body: m.LeadEdit | Mapping[str, Any]) -> WriteCall[m.LeadView, m.ValidatedLeadView]:
    """Change a lead. JSON Merge Patch: what is absent stays, null empties. Needs `If-Match`. Scope: `crm:leads:write`."""
    return WriteCall(
        "PATCH",
        "/v1/leads/{id}",
        answer=m.LeadView,
        validated=m.ValidatedLeadView,
        path_values={"id": id},
        body=body,
    )


def convert_lead(id: str, body: m.ConvertLead | Mapping[str, Any]) -> WriteCall[m.ConversionView, m.ConversionView]:
    """Convert a lead."""
    return WriteCall(
        "POST",
        "/v1/leads/{id}/convert",
        answer=m.ConversionView,
        validated=m.ConversionView,
        path_values={"id": id},
        body=body,
    )


def disqualify_lead(
    id: str,
    body: m.DisqualifyLead | Mapping[str, Any],
) -> WriteCall[m.LeadView, m.ValidatedLeadView]:
    """Disqualify a lead."""
    return WriteCall(
        "POST",
        "/v1/leads/{id}/disqualify",
        answer=m.LeadView,
        validated=m.ValidatedLeadView,
        path_values={"id": id},
        body=body,
    )


def get_lead_history(id: str, *, limit: int | None = None) -> ListCall[m.PageHistoryEntry, m.HistoryEntry]:
    """The history of a lead. Who changed which fields, from what to what; oldest first. Scope: `crm:leads:read`."""
    return ListCall(
        "GET",
        "/v1/leads/{id}/history",
        answer=m.PageHistoryEntry,
        path_values={"id": id},
        query={"limit": limit},
    )


def reopen_lead(id: str) -> WriteCall[m.LeadView, m.ValidatedLeadView]:
    """Reopen a lead."""
    return WriteCall(
        "POST",
        "/v1/leads/{id}/reopen",
        answer=m.LeadView,
        validated=m.ValidatedLeadView,
        path_values={"id": id},
        body={},
    )


def restore_lead(id: str) -> WriteCall[m.LeadView, m.ValidatedLeadView]:
    """Restore a deleted lead. For its owner, those whom the owner reports to, and admins. Scope: `crm:leads:write`."""
    return WriteCall(
        "POST",
        "/v1/leads/{id}/restore",
        answer=m.LeadView,
        validated=m.ValidatedLeadView,
        path_values={"id": id},
        body={},
    )


def get_lead_timeline(id: str, *, limit: int | None = None) -> ListCall[m.PageTimelineEntry, m.TimelineEntry]:
    """The timeline of a lead. Everything that happened around it, from every area, newest first, as far as the caller may see it. Scope: `crm:leads:read`."""
    return ListCall(
        "GET",
        "/v1/leads/{id}/timeline",
        answer=m.PageTimelineEntry,
        path_values={"id": id},
        query={"limit": limit},
    )


def list_leave_types() -> ListCall[m.DefinitionPage, m.Definition]:
    """The files of leave types that are published, by name. Scope: `rules:definitions:read`."""
    return ListCall("GET", "/v1/leave-types", answer=m.DefinitionPage)


def get_leave_types(name: str) -> Call[m.Definition]:
    """Leave types in their newest version. Scope: `rules:definitions:read`."""
    return Call("GET", "/v1/leave-types/{name}", answer=m.Definition, path_values={"name": name})


def put_leave_types(name: str, text: str) -> WriteCall[m.Definition | m.Proposal, m.ValidatedDefinition]:
    """Publish a version of leave types. Only without errors, and when its stories come true. From the second version on `If-Match` names the one in force; the same file again is no new version. Scope: `rules:definitions:write`."""
    return WriteCall(
        "PUT",
        "/v1/leave-types/{name}",
        answer=m.Definition | m.Proposal,
        validated=m.ValidatedDefinition,
        path_values={"name": name},
        body=text,
    )


def list_leave_types_versions(name: str) -> ListCall[m.VersionPage, m.DefinitionVersion]:
    """The versions of leave types, newest first. Scope: `rules:definitions:read`."""
    return ListCall("GET", "/v1/leave-types/{name}/versions", answer=m.VersionPage, path_values={"name": name})


def adjust_leave(body: m.NewLeaveAdjustment | Mapping[str, Any]) -> WriteCall[m.LeaveEntry, m.ValidatedLeaveEntry]:
    """Adjust a balance of leave. For HR and admins, with a reason that stands in the ledger: what somebody brings along, what is paid out. Scope: `oa:leave:write`."""
    return WriteCall(
        "POST",
        "/v1/leave/adjustments",
        answer=m.LeaveEntry,
        validated=m.ValidatedLeaveEntry,
        body=body,
    )


def list_leave_balances(
    *,
    user: m.UserId | None = None,
    on: date | None = None,
) -> ListCall[m.LeaveBalancePage, m.LeaveBalance]:
    """List balances of leave. One for each type that is the person's, on a day, past or future. Each is the sum of its ledger, and what requests are held against. Scope: `oa:leave:read`."""
    return ListCall("GET", "/v1/leave/balances", answer=m.LeaveBalancePage, query={"user": user, "on": on})


def get_leave_calendar(
    *,
    from_: date,
    until: date,
    department: str | None = None,
) -> ListCall[m.LeaveCalendarPage, m.LeaveCalendarPerson]:
    """Get the calendar of a team. Of each person the days off, public holidays and leave between two days; of 500 people a page, by name. Which type of leave it is, is told where the type or the caller's place lets it. Scope: `oa:leave:read`."""
    return ListCall(
        "GET",
        "/v1/leave/calendar",
        answer=m.LeaveCalendarPage,
        query={"from": from_, "until": until, "department": department},
    )


def read_leave_feed(link: str) -> Call[str]:
    """Read a calendar of leave by its link. As iCalendar, for programs that show calendars: leave from a quarter back to a year ahead, what is asked for as tentative; 10,000 at most, those that end first. No sign-in: the link is the right."""
    return Call("GET", "/v1/leave/calendar/{link}", answer=str, path_values={"link": link})


def list_leave_feeds(*, user: m.UserId | None = None) -> ListCall[m.LeaveFeedPage, m.LeaveFeed]:
    """List links to calendars of leave. The caller's own, at most 20, the oldest first; HR asks for anybody's. The links themselves are not shown again. Scope: `oa:leave:read`."""
    return ListCall("GET", "/v1/leave/feeds", answer=m.LeaveFeedPage, query={"user": user})


def create_leave_feed(body: m.NewLeaveFeed | Mapping[str, Any]) -> WriteCall[m.LeaveFeed, m.ValidatedLeaveFeed]:
    """Make a link to a calendar of leave. For the caller's own calendar program, which reads behind it, as iCalendar, the leave of the caller, a department or the company: what the caller may see then, in the language of this call. It is shown this once, and good until it is revoked or its owner is disabled. Only a signed-in person makes one, never an API key. Scope: `oa:leave:write`."""
    return WriteCall("POST", "/v1/leave/feeds", answer=m.LeaveFeed, validated=m.ValidatedLeaveFeed, body=body)


def revoke_leave_feed(id: str) -> WriteCall[None, None]:
    """Revoke a link to a calendar of leave. Programs that read it find nothing from now on. One's own; HR anybody's. Scope: `oa:leave:write`."""
    return WriteCall("DELETE", "/v1/leave/feeds/{id}", answer=None, validated=None, path_values={"id": id})


def list_leave_entries(
    *,
    type: str,
    user: m.UserId | None = None,
    until: date | None = None,
) -> ListCall[m.LeaveEntryPage, m.LeaveEntry]:
    """List the ledger of a type of leave. Every entry up to a day, in order, each with the balance after it; what will follow from the rules by a day to come stands there too, without an id. Scope: `oa:leave:read`."""
    return ListCall(
        "GET",
        "/v1/leave/ledger",
        answer=m.LeaveEntryPage,
        query={"user": user, "type": type, "until": until},
    )


def preview_leave(
    *,
    type: str,
    start: date,
    end: date,
    start_half: bool | None = None,
    end_half: bool | None = None,
    hours: float | None = None,
    evidence: bool | None = None,
    user: m.UserId | None = None,
) -> Call[m.LeavePreview]:
    """Preview leave. What a range of days would take, day by day and why, what the balance would be, what speaks against it, and who of the same department is away then. Nothing is kept. Scope: `oa:leave:read`."""
    return Call(
        "GET",
        "/v1/leave/preview",
        answer=m.LeavePreview,
        query={
            "type": type,
            "start": start,
            "end": end,
            "start_half": start_half,
            "end_half": end_half,
            "hours": hours,
            "evidence": evidence,
            "user": user,
        },
    )


def recount_leave(
    body: m.NewLeaveRecount | Mapping[str, Any],
) -> WriteCall[m.LeaveRecount, m.ValidatedLeaveRecount]:
    """Count leave again. After a calendar, somebody's terms or a type has changed, what is asked for and what is approved takes what its days take now, from a day on: what is too much goes back to where it came from. For 200 people at a time: come again with `next` until it is null. Where more is needed than is there, it stays as it was, and says so. With `validate_only=true` it shows what it would change, day by day. For HR and admins. Scope: `oa:leave:write`."""
    return WriteCall(
        "POST",
        "/v1/leave/recounts",
        answer=m.LeaveRecount,
        validated=m.ValidatedLeaveRecount,
        body=body,
    )


def report_leave_liability(
    *,
    on: date | None = None,
    department: str | None = None,
    format: Literal["json", "csv"] | None = None,
) -> ListCall[m.LeaveLiabilityPage, m.LeaveLiability]:
    """Report what is owed of leave on a day. The balance of every paid type that is not nothing, of 200 people a page: of everybody for HR and admins, else of the caller and whom they manage. As JSON or, with `format=csv` or `Accept: text/csv`, as a table of all of them. Scope: `oa:leave:read`."""
    return ListCall(
        "GET",
        "/v1/leave/reports/liability",
        answer=m.LeaveLiabilityPage,
        query={"on": on, "department": department, "format": format},
    )


def report_leave_taken(
    *,
    from_: date,
    until: date,
    department: str | None = None,
    format: Literal["json", "csv"] | None = None,
) -> ListCall[m.LeaveTakenPage, m.LeaveTaken]:
    """Report leave by department, type and month. Of everybody for HR and admins, else of the caller and whom they manage; as JSON or, with `format=csv` or `Accept: text/csv`, as a table. A day counts in its month. Scope: `oa:leave:read`."""
    return ListCall(
        "GET",
        "/v1/leave/reports/taken",
        answer=m.LeaveTakenPage,
        query={"from": from_, "until": until, "department": department, "format": format},
    )


def run_leave(body: m.NewLeaveRun | Mapping[str, Any]) -> WriteCall[m.LeaveRun, m.ValidatedLeaveRun]:
    """Keep what is due of leave. What years, months and pay periods bring, what is carried over and what expires up to a day, for 200 people at a time: come again with `next` until it is null. It can be called as often as one likes, and broken off anywhere: what is kept is not due again, and no balance changes by it. With `validate_only=true` it shows what it would keep. A year whose end is kept stays as it was, whatever the types say later. For HR and admins. Scope: `oa:leave:write`."""
    return WriteCall("POST", "/v1/leave/runs", answer=m.LeaveRun, validated=m.ValidatedLeaveRun, body=body)


def list_away(
    *,
    from_: date | None = None,
    until: date | None = None,
    department: str | None = None,
) -> ListCall[m.AwayPage, m.AwayEntry]:
    """List who is away. Leave that lies in part between two days, in the order in which it ends; of whom which type of leave it is, is told where the type or the caller's place lets it. Scope: `oa:leave:read`."""
    return ListCall(
        "GET",
        "/v1/leave/who-is-away",
        answer=m.AwayPage,
        query={"from": from_, "until": until, "department": department},
    )


def get_me(*, expand: Sequence[Literal["manager", "department"]] | None = None) -> Call[m.MeView]:
    """Who am I. The person who calls, with their tenant, what this session or key may touch, and the operations that they may ask for. Needs no scope."""
    return Call("GET", "/v1/me", answer=m.MeView, query={"expand": expand})


def change_my_password(body: m.ChangePassword | Mapping[str, Any]) -> WriteCall[None, None]:
    """Change my password. Ends the caller's other sessions. Only a signed-in person may, with the present password, and never an API key; failures make the next try wait, as at sign-in. Needs no scope."""
    return WriteCall("POST", "/v1/me/password", answer=None, validated=None, body=body)


def list_notices(
    *,
    limit: int | None = None,
    sort: str | None = None,
    count: Literal["exact"] | None = None,
    id: str | Condition | None = None,
    read_at: datetime | Condition | None = None,
    created_at: datetime | Condition | None = None,
) -> ListCall[m.PageNotice, m.Notice]:
    """The caller's notices, newest first. `read_at[is_null]=true` are the new ones. Needs the scope `platform:notices:read`."""
    return ListCall(
        "GET",
        "/v1/notices",
        answer=m.PageNotice,
        query={"limit": limit, "sort": sort, "count": count, "id": id, "read_at": read_at, "created_at": created_at},
    )


def read_all_notices() -> WriteCall[m.Marked, m.Marked]:
    """Mark all of the caller's notices as read. Needs the scope `platform:notices:write`."""
    return WriteCall("POST", "/v1/notices/read-all", answer=m.Marked, validated=m.Marked, body={})


def get_notice(id: str) -> Call[m.Notice]:
    """One of the caller's notices. Needs the scope `platform:notices:read`."""
    return Call("GET", "/v1/notices/{id}", answer=m.Notice, path_values={"id": id})


def read_notice(id: str) -> WriteCall[m.Notice, m.ValidatedNotice]:
    """Mark a notice as read. One that was read stays as it is. Needs the scope `platform:notices:write`."""
    return WriteCall(
        "POST",
        "/v1/notices/{id}/read",
        answer=m.Notice,
        validated=m.ValidatedNotice,
        path_values={"id": id},
        body={},
    )


def get_openapi() -> Call[dict[str, Any]]:
    """Get the company's own description of the API. This description, with the forms of the workflows that the caller's company has published: each is a schema of its own, and the body of `POST /v1/requests` is one of them; the fields that forms mark with `list: true` are parameters of the list of requests. Clients that are generated from it know every field. Scope: `rules:definitions:read`."""
    return Call("GET", "/v1/openapi.json", answer=dict[str, Any])


def list_pipelines(
    *,
    limit: int | None = None,
    sort: str | None = None,
    count: Literal["exact"] | None = None,
    q: str | None = None,
    id: str | Condition | None = None,
    name: str | Condition | None = None,
    default: bool | Condition | None = None,
    created_at: datetime | Condition | None = None,
    updated_at: datetime | Condition | None = None,
) -> ListCall[m.PagePipelineView, m.PipelineView]:
    """List pipelines."""
    return ListCall(
        "GET",
        "/v1/pipelines",
        answer=m.PagePipelineView,
        query={
            "limit": limit,
            "sort": sort,
            "count": count,
            "q": q,
            "id": id,
            "name": name,
            "default": default,
            "created_at": created_at,
            "updated_at": updated_at,
        },
    )


def create_pipeline(body: m.NewPipeline | Mapping[str, Any]) -> WriteCall[m.PipelineView, m.ValidatedPipelineView]:
    """Create a pipeline. Scope: `crm:pipelines:write`."""
    return WriteCall("POST", "/v1/pipelines", answer=m.PipelineView, validated=m.ValidatedPipelineView, body=body)


def delete_pipeline(id: str) -> WriteCall[None, None]:
    """Delete a pipeline. It can be restored. For its owner, those whom the owner reports to, and admins. Needs `If-Match`. Scope: `crm:pipelines:write`."""
    return WriteCall("DELETE", "/v1/pipelines/{id}", answer=None, validated=None, path_values={"id": id})


def get_pipeline(id: str) -> Call[m.PipelineView]:
    """Get a pipeline. Scope: `crm:pipelines:read`."""
    return Call("GET", "/v1/pipelines/{id}", answer=m.PipelineView, path_values={"id": id})


def update_pipeline(
    id: str,
    body: m.PipelineEdit | Mapping[str, Any],
) -> WriteCall[m.PipelineView, m.ValidatedPipelineView]:
    """Change a pipeline. JSON Merge Patch: what is absent stays, null empties. Needs `If-Match`. Scope: `crm:pipelines:write`."""
    return WriteCall(
        "PATCH",
        "/v1/pipelines/{id}",
        answer=m.PipelineView,
        validated=m.ValidatedPipelineView,
        path_values={"id": id},
        body=body,
    )


def get_pipeline_history(id: str, *, limit: int | None = None) -> ListCall[m.PageHistoryEntry, m.HistoryEntry]:
    """The history of a pipeline. Who changed which fields, from what to what; oldest first. Scope: `crm:pipelines:read`."""
    return ListCall(
        "GET",
        "/v1/pipelines/{id}/history",
        answer=m.PageHistoryEntry,
        path_values={"id": id},
        query={"limit": limit},
    )


def restore_pipeline(id: str) -> WriteCall[m.PipelineView, m.ValidatedPipelineView]:
    """Restore a deleted pipeline. For its owner, those whom the owner reports to, and admins. Scope: `crm:pipelines:write`."""
    return WriteCall(
        "POST",
        "/v1/pipelines/{id}/restore",
        answer=m.PipelineView,
        validated=m.ValidatedPipelineView,
        path_values={"id": id},
        body={},
    )


def list_price_book_entries(
    *,
    limit: int | None = None,
    sort: str | None = None,
    count: Literal["exact"] | None = None,
    expand: Sequence[Literal["price_book", "product"]] | None = None,
    id: str | Condition | None = None,
    price_book: str | Condition | None = None,
    product: str | Condition | None = None,
    valid_from: date | Condition | None = None,
    valid_until: date | Condition | None = None,
    created_at: datetime | Condition | None = None,
    updated_at: datetime | Condition | None = None,
) -> ListCall[m.PagePriceBookEntryView, m.PriceBookEntryView]:
    """List price-book-entries. Those that the caller sees. Filter, sort and expand as the parameters say. Scope: `crm:price-books:read`."""
    return ListCall(
        "GET",
        "/v1/price-book-entries",
        answer=m.PagePriceBookEntryView,
        query={
            "limit": limit,
            "sort": sort,
            "count": count,
            "expand": expand,
            "id": id,
            "price_book": price_book,
            "product": product,
            "valid_from": valid_from,
            "valid_until": valid_until,
            "created_at": created_at,
            "updated_at": updated_at,
        },
    )


def create_price_book_entry(
    body: m.NewPriceBookEntry | Mapping[str, Any],
) -> WriteCall[m.PriceBookEntryView, m.ValidatedPriceBookEntryView]:
    """Create a price book entry. Scope: `crm:price-books:write`."""
    return WriteCall(
        "POST",
        "/v1/price-book-entries",
        answer=m.PriceBookEntryView,
        validated=m.ValidatedPriceBookEntryView,
        body=body,
    )


def batch_price_book_entries(body: m.Batch | Mapping[str, Any]) -> WriteCall[m.BatchView, m.BatchView]:
    """Create, change and delete up to 200 price-book-entries. All rows or none, unless `atomic` is false. Needs an `Idempotency-Key`. Scope: `crm:price-books:write`."""
    return WriteCall("POST", "/v1/price-book-entries/batch", answer=m.BatchView, validated=m.BatchView, body=body)


def put_price_book_entry_by_external_id(
    source: str,
    external_id: str,
    body: m.NewPriceBookEntry | Mapping[str, Any],
) -> WriteCall[m.PriceBookEntryView, m.ValidatedPriceBookEntryView]:
    """Create or change a price by its id in another system. Creates it at first; after that, what is absent stays and null empties. `If-None-Match: *` creates only. One that the caller does not see counts as none, so that nothing is told of it; of several, the oldest is changed. Scope: `crm:price-books:write`."""
    return WriteCall(
        "PUT",
        "/v1/price-book-entries/by/{source}/{external_id}",
        answer=m.PriceBookEntryView,
        validated=m.ValidatedPriceBookEntryView,
        path_values={"source": source, "external_id": external_id},
        body=body,
    )


def delete_price_book_entry(id: str) -> WriteCall[None, None]:
    """Delete a price book entry. It can be restored. For its owner, those whom the owner reports to, and admins. Needs `If-Match`. Scope: `crm:price-books:write`."""
    return WriteCall("DELETE", "/v1/price-book-entries/{id}", answer=None, validated=None, path_values={"id": id})


def get_price_book_entry(
    id: str,
    *,
    expand: Sequence[Literal["price_book", "product"]] | None = None,
) -> Call[m.PriceBookEntryView]:
    """Get a price book entry. Scope: `crm:price-books:read`."""
    return Call(
        "GET",
        "/v1/price-book-entries/{id}",
        answer=m.PriceBookEntryView,
        path_values={"id": id},
        query={"expand": expand},
    )


def update_price_book_entry(
    id: str,
    body: m.PriceBookEntryEdit | Mapping[str, Any],
) -> WriteCall[m.PriceBookEntryView, m.ValidatedPriceBookEntryView]:
    """Change a price book entry. JSON Merge Patch: what is absent stays, null empties. Needs `If-Match`. Scope: `crm:price-books:write`."""
    return WriteCall(
        "PATCH",
        "/v1/price-book-entries/{id}",
        answer=m.PriceBookEntryView,
        validated=m.ValidatedPriceBookEntryView,
        path_values={"id": id},
        body=body,
    )


def get_price_book_entry_history(
    id: str,
    *,
    limit: int | None = None,
) -> ListCall[m.PageHistoryEntry, m.HistoryEntry]:
    """The history of a price book entry. Who changed which fields, from what to what; oldest first. Scope: `crm:price-books:read`."""
    return ListCall(
        "GET",
        "/v1/price-book-entries/{id}/history",
        answer=m.PageHistoryEntry,
        path_values={"id": id},
        query={"limit": limit},
    )


def restore_price_book_entry(id: str) -> WriteCall[m.PriceBookEntryView, m.ValidatedPriceBookEntryView]:
    """Restore a deleted price book entry. For its owner, those whom the owner reports to, and admins. Scope: `crm:price-books:write`."""
    return WriteCall(
        "POST",
        "/v1/price-book-entries/{id}/restore",
        answer=m.PriceBookEntryView,
        validated=m.ValidatedPriceBookEntryView,
        path_values={"id": id},
        body={},
    )


def list_price_books(
    *,
    limit: int | None = None,
    sort: str | None = None,
    count: Literal["exact"] | None = None,
    q: str | None = None,
    id: str | Condition | None = None,
    name: str | Condition | None = None,
    currency: str | Condition | None = None,
    active: bool | Condition | None = None,
    standard: bool | Condition | None = None,
    created_at: datetime | Condition | None = None,
    updated_at: datetime | Condition | None = None,
) -> ListCall[m.PagePriceBookView, m.PriceBookView]:
    """List price-books. Those that the caller sees. Filter, sort and expand as the parameters say. Scope: `crm:price-books:read`."""
    return ListCall(
        "GET",
        "/v1/price-books",
        answer=m.PagePriceBookView,
        query={
            "limit": limit,
            "sort": sort,
            "count": count,
            "q": q,
            "id": id,
            "name": name,
            "currency": currency,
            "active": active,
            "standard": standard,
            "created_at": created_at,
            "updated_at": updated_at,
        },
    )


def create_price_book(
    body: m.NewPriceBook | Mapping[str, Any],
) -> WriteCall[m.PriceBookView, m.ValidatedPriceBookView]:
    """Create a price book. Scope: `crm:price-books:write`."""
    return WriteCall(
        "POST",
        "/v1/price-books",
        answer=m.PriceBookView,
        validated=m.ValidatedPriceBookView,
        body=body,
    )


def delete_price_book(id: str) -> WriteCall[None, None]:
    """Delete a price book. It can be restored. For its owner, those whom the owner reports to, and admins. Needs `If-Match`. Scope: `crm:price-books:write`."""
    return WriteCall("DELETE", "/v1/price-books/{id}", answer=None, validated=None, path_values={"id": id})


def get_price_book(id: str) -> Call[m.PriceBookView]:
    """Get a price book. Scope: `crm:price-books:read`."""
    return Call("GET", "/v1/price-books/{id}", answer=m.PriceBookView, path_values={"id": id})


def update_price_book(
    id: str,
    body: m.PriceBookEdit | Mapping[str, Any],
) -> WriteCall[m.PriceBookView, m.ValidatedPriceBookView]:
    """Change a price book. JSON Merge Patch: what is absent stays, null empties. Needs `If-Match`. Scope: `crm:price-books:write`."""
    return WriteCall(
        "PATCH",
        "/v1/price-books/{id}",
        answer=m.PriceBookView,
        validated=m.ValidatedPriceBookView,
        path_values={"id": id},
        body=body,
    )


def get_price_book_history(id: str, *, limit: int | None = None) -> ListCall[m.PageHistoryEntry, m.HistoryEntry]:
    """The history of a price book. Who changed which fields, from what to what; oldest first. Scope: `crm:price-books:read`."""
    return ListCall(
        "GET",
        "/v1/price-books/{id}/history",
        answer=m.PageHistoryEntry,
        path_values={"id": id},
        query={"limit": limit},
    )


def get_price(id: str, product: str, *, quantity: str | None = None, on: date | None = None) -> Call[m.PriceView]:
    """What a product costs."""
    return Call(
        "GET",
        "/v1/price-books/{id}/prices/{product}",
        answer=m.PriceView,
        path_values={"id": id, "product": product},
        query={"quantity": quantity, "on": on},
    )


def restore_price_book(id: str) -> WriteCall[m.PriceBookView, m.ValidatedPriceBookView]:
    """Restore a deleted price book. For its owner, those whom the owner reports to, and admins. Scope: `crm:price-books:write`."""
    return WriteCall(
        "POST",
        "/v1/price-books/{id}/restore",
        answer=m.PriceBookView,
        validated=m.ValidatedPriceBookView,
        path_values={"id": id},
        body={},
    )


def list_products(
    *,
    limit: int | None = None,
    sort: str | None = None,
    count: Literal["exact"] | None = None,
    q: str | None = None,
    id: str | Condition | None = None,
    name: str | Condition | None = None,
    code: str | Condition | None = None,
    active: bool | Condition | None = None,
    created_at: datetime | Condition | None = None,
    updated_at: datetime | Condition | None = None,
) -> ListCall[m.PageProductView, m.ProductView]:
    """List products. Those that the caller sees. Filter, sort and expand as the parameters say. Scope: `crm:products:read`."""
    return ListCall(
        "GET",
        "/v1/products",
        answer=m.PageProductView,
        query={
            "limit": limit,
            "sort": sort,
            "count": count,
            "q": q,
            "id": id,
            "name": name,
            "code": code,
            "active": active,
            "created_at": created_at,
            "updated_at": updated_at,
        },
    )


def create_product(body: m.NewProduct | Mapping[str, Any]) -> WriteCall[m.ProductView, m.ValidatedProductView]:
    """Create a product. Scope: `crm:products:write`."""
    return WriteCall("POST", "/v1/products", answer=m.ProductView, validated=m.ValidatedProductView, body=body)


def batch_products(body: m.Batch | Mapping[str, Any]) -> WriteCall[m.BatchView, m.BatchView]:
    """Create, change and delete up to 200 products. All rows or none, unless `atomic` is false. Needs an `Idempotency-Key`. Scope: `crm:products:write`."""
    return WriteCall("POST", "/v1/products/batch", answer=m.BatchView, validated=m.BatchView, body=body)


def put_product_by_external_id(
    source: str,
    external_id: str,
    body: m.NewProduct | Mapping[str, Any],
) -> WriteCall[m.ProductView, m.ValidatedProductView]:
    """Create or change a product by its id in another system. Creates it at first; after that, what is absent stays and null empties. `If-None-Match: *` creates only. One that the caller does not see counts as none, so that nothing is told of it; of several, the oldest is changed. Scope: `crm:products:write`."""
    return WriteCall(
        "PUT",
        "/v1/products/by/{source}/{external_id}",
        answer=m.ProductView,
        validated=m.ValidatedProductView,
        path_values={"source": source, "external_id": external_id},
        body=body,
    )


def search_products(body: m.SearchBody | Mapping[str, Any]) -> ListCall[m.PageProductView, m.ProductView]:
    """Search products. As the list, with the long form of the filter in the body. Scope: `crm:products:read`."""
    return ListCall("POST", "/v1/products/search", answer=m.PageProductView, body=body)


def delete_product(id: str) -> WriteCall[None, None]:
    """Delete a product. It can be restored. For its owner, those whom the owner reports to, and admins. Needs `If-Match`. Scope: `crm:products:write`."""
    return WriteCall("DELETE", "/v1/products/{id}", answer=None, validated=None, path_values={"id": id})


def get_product(id: str) -> Call[m.ProductView]:
    """Get a product. Scope: `crm:products:read`."""
    return Call("GET", "/v1/products/{id}", answer=m.ProductView, path_values={"id": id})


def update_product(
    id: str,
    body: m.ProductEdit | Mapping[str, Any],
) -> WriteCall[m.ProductView, m.ValidatedProductView]:
    """Change a product. JSON Merge Patch: what is absent stays, null empties. Needs `If-Match`. Scope: `crm:products:write`."""
    return WriteCall(
        "PATCH",
        "/v1/products/{id}",
        answer=m.ProductView,
        validated=m.ValidatedProductView,
        path_values={"id": id},
        body=body,
    )


def get_product_history(id: str, *, limit: int | None = None) -> ListCall[m.PageHistoryEntry, m.HistoryEntry]:
    """The history of a product. Who changed which fields, from what to what; oldest first. Scope: `crm:products:read`."""
    return ListCall(
        "GET",
        "/v1/products/{id}/history",
        answer=m.PageHistoryEntry,
        path_values={"id": id},
        query={"limit": limit},
    )


def restore_product(id: str) -> WriteCall[m.ProductView, m.ValidatedProductView]:
    """Restore a deleted product. For its owner, those whom the owner reports to, and admins. Scope: `crm:products:write`."""
    return WriteCall(
        "POST",
        "/v1/products/{id}/restore",
        answer=m.ProductView,
        validated=m.ValidatedProductView,
        path_values={"id": id},
        body={},
    )


def list_proposals(
    *,
    limit: int | None = None,
    sort: str | None = None,
    count: Literal["exact"] | None = None,
    id: str | Condition | None = None,
    status: Literal["open", "published", "rejected", "withdrawn"] | Condition | None = None,
    kind: Literal["workflow", "automation", "calendar", "table", "leave_types"] | Condition | None = None,
    name: str | Condition | None = None,
    proposed_by: str | Condition | None = None,
    proposed_at: datetime | Condition | None = None,
    updated_at: datetime | Condition | None = None,
) -> ListCall[m.PageProposal, m.Proposal]:
    """List proposals. Versions that wait or waited for a second person, newest first, without their text. Scope: `rules:definitions:read`."""
    return ListCall(
        "GET",
        "/v1/proposals",
        answer=m.PageProposal,
        query={
            "limit": limit,
            "sort": sort,
            "count": count,
            "id": id,
            "status": status,
            "kind": kind,
            "name": name,
            "proposed_by": proposed_by,
            "proposed_at": proposed_at,
            "updated_at": updated_at,
        },
    )


def get_proposal(id: str) -> Call[m.Proposal]:
    """A proposal with its text, and the version that is in force. Scope: `rules:definitions:read`."""
    return Call("GET", "/v1/proposals/{id}", answer=m.Proposal, path_values={"id": id})


def publish_proposal(
    id: str,
    body: m.Publication | Mapping[str, Any],
) -> WriteCall[m.Proposal, m.ValidatedProposal]:
    """Publish a proposal. Its file is checked and tested again, and must follow the version that is still in force. For a person who may publish the name and did not propose it; not with an API key, whose holder may be anybody, also whoever proposed it. Neither of the two decides by that version. Scope: `rules:definitions:write`."""
    return WriteCall(
        "POST",
        "/v1/proposals/{id}/publish",
        answer=m.Proposal,
        validated=m.ValidatedProposal,
        path_values={"id": id},
        body=body,
    )


def reject_proposal(
    id: str,
    body: m.ProposalRejection | Mapping[str, Any],
) -> WriteCall[m.Proposal, m.ValidatedProposal]:
    """Reject a proposal. Whoever proposed it gets a notice. For those who may publish the name and did not propose it. Scope: `rules:definitions:write`."""
    return WriteCall(
        "POST",
        "/v1/proposals/{id}/reject",
        answer=m.Proposal,
        validated=m.ValidatedProposal,
        path_values={"id": id},
        body=body,
    )


def withdraw_proposal(id: str) -> WriteCall[m.Proposal, m.ValidatedProposal]:
    """Withdraw a proposal of one's own. Its text is gone. Scope: `rules:definitions:write`."""
    return WriteCall(
        "POST",
        "/v1/proposals/{id}/withdraw",
        answer=m.Proposal,
        validated=m.ValidatedProposal,
        path_values={"id": id},
        body={},
    )


def list_requests(
    *,
    limit: int | None = None,
    sort: str | None = None,
    count: Literal["exact"] | None = None,
    expand: Sequence[Literal["requester"]] | None = None,
    q: str | None = None,
    id: str | Condition | None = None,
    number: str | Condition | None = None,
    workflow: str | Condition | None = None,
    status: Literal["draft", "open", "returned", "held", "approved", "rejected", "withdrawn", "cancelled"] | Condition | None = None,
    requester: str | Condition | None = None,
    summary: str | Condition | None = None,
    round: int | Condition | None = None,
    submitted_at: datetime | Condition | None = None,
    decided_at: datetime | Condition | None = None,
    created_at: datetime | Condition | None = None,
    updated_at: datetime | Condition | None = None,
) -> ListCall[m.PageRequest, m.Request]:
    """List requests. Those that the caller may read: their own, those that they are or were asked about, and those of workflows that are open to them. With `workflow=expense`, the fields of its form that it marks with `list: true` are conditions and orders too: `form.amount[gte]=1000`, `sort=-form.amount`, of submitted requests. Scope: `oa:requests:read`."""
    return ListCall(
        "GET",
        "/v1/requests",
        answer=m.PageRequest,
        query={
            "limit": limit,
            "sort": sort,
            "count": count,
            "expand": expand,
            "q": q,
            "id": id,
            "number": number,
            "workflow": workflow,
            "status": status,
            "requester": requester,
            "summary": summary,
            "round": round,
            "submitted_at": submitted_at,
            "decided_at": decided_at,
            "created_at": created_at,
            "updated_at": updated_at,
        },
    )


def create_request(body: m.NewRequest | Mapping[str, Any]) -> WriteCall[m.Request, m.ValidatedRequest]:
    """Make a request and submit it. With `draft: true` it is only saved. Rules may decide it at once. Scope: `oa:requests:write`."""
    return WriteCall("POST", "/v1/requests", answer=m.Request, validated=m.ValidatedRequest, body=body)


def search_requests(
    body: m.SearchBody | Mapping[str, Any],
    *,
    expand: Sequence[Literal["requester"]] | None = None,
) -> ListCall[m.PageRequest, m.Request]:
    """The long form of the list. The filter is JSON. Scope: `oa:requests:read`."""
    return ListCall("POST", "/v1/requests/search", answer=m.PageRequest, query={"expand": expand}, body=body)


def summarize_requests(
    *,
    sum: str | None = None,
    q: str | None = None,
    id: str | Condition | None = None,
    number: str | Condition | None = None,
    workflow: str | Condition | None = None,
    status: Literal["draft", "open", "returned", "held", "approved", "rejected", "withdrawn", "cancelled"] | Condition | None = None,
    requester: str | Condition | None = None,
    summary: str | Condition | None = None,
    round: int | Condition | None = None,
    submitted_at: datetime | Condition | None = None,
    decided_at: datetime | Condition | None = None,
    created_at: datetime | Condition | None = None,
    updated_at: datetime | Condition | None = None,
) -> Call[m.RequestSummary]:
    """Count and add up requests. How many there are by status, of those that the caller may read and that match, and what an amount of their forms comes to; the filter is the list's. Two currencies do not add. Scope: `oa:requests:read`."""
    return Call(
        "GET",
        "/v1/requests/summary",
        answer=m.RequestSummary,
        query={
            "sum": sum,
            "q": q,
            "id": id,
            "number": number,
            "workflow": workflow,
            "status": status,
            "requester": requester,
            "summary": summary,
            "round": round,
            "submitted_at": submitted_at,
            "decided_at": decided_at,
            "created_at": created_at,
            "updated_at": updated_at,
        },
    )


def delete_request(id: str) -> WriteCall[None, None]:
    """Delete a draft. Only who saved it can. What was submitted stays: 409 `already_submitted`. Needs `If-Match`. Scope: `oa:requests:write`."""
    return WriteCall("DELETE", "/v1/requests/{id}", answer=None, validated=None, path_values={"id": id})


def get_request(id: str, *, expand: Sequence[Literal["requester"]] | None = None) -> Call[m.Request]:
    """A request. Scope: `oa:requests:read`."""
    return Call("GET", "/v1/requests/{id}", answer=m.Request, path_values={"id": id}, query={"expand": expand})


def update_request(id: str, body: m.DraftPatch | Mapping[str, Any]) -> WriteCall[m.Request, m.ValidatedRequest]:
    """Change a draft. Only who saved it can. What was submitted is changed by its workflow: 409 `already_submitted`. Needs `If-Match`. Scope: `oa:requests:write`."""
    return WriteCall(
        "PATCH",
        "/v1/requests/{id}",
        answer=m.Request,
        validated=m.ValidatedRequest,
        path_values={"id": id},
        body=body,
    )


def approve_request(
    id: str,
    body: m.Approval | Mapping[str, Any] = {},
) -> WriteCall[m.DecidedTask, m.ValidatedDecidedTask]:
    """Approve in the caller's open task. The one that they have in this request, as if it had been named. Who has none is told how the request stands (409 `no_task_of_yours`), who has several which they are (409 `which_task`). `If-Match` takes the task's ETag. Scope: `oa:tasks:write`."""
    return WriteCall(
        "POST",
        "/v1/requests/{id}/approve",
        answer=m.DecidedTask,
        validated=m.ValidatedDecidedTask,
        path_values={"id": id},
        body=body,
    )


def comment_request(id: str, body: m.NewComment | Mapping[str, Any]) -> WriteCall[m.Request, m.ValidatedRequest]:
    """Comment on a request. Whoever may read it reads this too. Scope: `oa:requests:write`."""
    return WriteCall(
        "POST",
        "/v1/requests/{id}/comment",
        answer=m.Request,
        validated=m.ValidatedRequest,
        path_values={"id": id},
        body=body,
    )


def list_request_comments(id: str, *, limit: int | None = None) -> ListCall[m.HistoryPage, m.HistoryEntry]:
    """The comments on a request, oldest first. Scope: `oa:requests:read`."""
    return ListCall(
        "GET",
        "/v1/requests/{id}/comments",
        answer=m.HistoryPage,
        path_values={"id": id},
        query={"limit": limit},
    )


def get_request_diagram(id: str, *, format: str | None = None) -> Call[str]:
    """The picture of a request. Where it is, who decided what, and when. Scope: `oa:requests:read`."""
    return Call("GET", "/v1/requests/{id}/diagram", answer=str, path_values={"id": id}, query={"format": format})


def get_request_history(id: str, *, limit: int | None = None) -> ListCall[m.HistoryPage, m.HistoryEntry]:
    """List the history of a request. What happened with it, oldest first, each with a sentence. Scope: `oa:requests:read`."""
    return ListCall(
        "GET",
        "/v1/requests/{id}/history",
        answer=m.HistoryPage,
        path_values={"id": id},
        query={"limit": limit},
    )


def get_request_move(id: str, *, version: int | None = None) -> Call[m.MovePlan]:
    """Check a move to another version. Whether the request can go on by another version of its workflow, and what stands in the way. Nothing is changed. Scope: `oa:requests:read`."""
    return Call(
        "GET",
        "/v1/requests/{id}/move",
        answer=m.MovePlan,
        path_values={"id": id},
        query={"version": version},
    )


def move_request(id: str, body: m.RequestMove | Mapping[str, Any] = {}) -> WriteCall[m.Request, m.ValidatedRequest]:
    """Move a held request to a newer version. What was held begins anew by it. What stands in the way is told by `GET` of the same path. For the owners of the workflow and admins, never on their own request. Scope: `oa:requests:write`."""
    return WriteCall(
        "POST",
        "/v1/requests/{id}/move",
        answer=m.Request,
        validated=m.ValidatedRequest,
        path_values={"id": id},
        body=body,
    )


def get_request_next(id: str) -> Call[m.Simulation]:
    """What is to come. Each step, who would be asked and why, and how it could end. Scope: `oa:requests:read`."""
    return Call("GET", "/v1/requests/{id}/next", answer=m.Simulation, path_values={"id": id})


def recall_request(
    id: str,
    body: m.WithComment | Mapping[str, Any] = {},
) -> WriteCall[m.Request, m.ValidatedRequest]:
    """Recall a request. Its requester has it back, to change it and submit it again. Possible until the first decision, or until the step that its workflow names. Scope: `oa:requests:write`."""
    return WriteCall(
        "POST",
        "/v1/requests/{id}/recall",
        answer=m.Request,
        validated=m.ValidatedRequest,
        path_values={"id": id},
        body=body,
    )


def reject_request(
    id: str,
    body: m.Rejection | Mapping[str, Any] = {},
) -> WriteCall[m.DecidedTask, m.ValidatedDecidedTask]:
    """Reject in the caller's open task. The one that they have in this request, as if it had been named. Who has none is told how the request stands (409 `no_task_of_yours`), who has several which they are (409 `which_task`). `If-Match` takes the task's ETag. Scope: `oa:tasks:write`."""
    return WriteCall(
        "POST",
        "/v1/requests/{id}/reject",
        answer=m.DecidedTask,
        validated=m.ValidatedDecidedTask,
        path_values={"id": id},
        body=body,
    )


def resubmit_request(
    id: str,
    body: m.Resubmission | Mapping[str, Any] = {},
) -> WriteCall[m.Request, m.ValidatedRequest]:
    """Resubmit a returned request. With what changed. Scope: `oa:requests:write`."""
    return WriteCall(
        "POST",
        "/v1/requests/{id}/resubmit",
        answer=m.Request,
        validated=m.ValidatedRequest,
        path_values={"id": id},
        body=body,
    )


def retry_request(
    id: str,
    body: m.RequestRetry | Mapping[str, Any] = {},
) -> WriteCall[m.Request, m.ValidatedRequest]:
    """Retry what is held. Once its cause is mended: the step begins anew, an action runs again. For the owners of the workflow and admins, never on their own request. Scope: `oa:requests:write`."""
    return WriteCall(
        "POST",
        "/v1/requests/{id}/retry",
        answer=m.Request,
        validated=m.ValidatedRequest,
        path_values={"id": id},
        body=body,
    )


def return_request(
    id: str,
    body: m.Return | Mapping[str, Any] = {},
) -> WriteCall[m.DecidedTask, m.ValidatedDecidedTask]:
    """Return in the caller's open task. The one that they have in this request, as if it had been named. Who has none is told how the request stands (409 `no_task_of_yours`), who has several which they are (409 `which_task`). `If-Match` takes the task's ETag. Scope: `oa:tasks:write`."""
    return WriteCall(
        "POST",
        "/v1/requests/{id}/return",
        answer=m.DecidedTask,
        validated=m.ValidatedDecidedTask,
        path_values={"id": id},
        body=body,
    )


def skip_request(id: str, body: m.RequestSkip | Mapping[str, Any]) -> WriteCall[m.Request, m.ValidatedRequest]:
    """Skip the step that is held. With a reason that stands in the history. For the owners of the workflow and admins; never on their own request, nor for whoever published its version. Scope: `oa:requests:write`."""
    return WriteCall(
        "POST",
        "/v1/requests/{id}/skip",
        answer=m.Request,
        validated=m.ValidatedRequest,
        path_values={"id": id},
        body=body,
    )


def submit_request(
    id: str,
    body: m.Submission | Mapping[str, Any] = {},
) -> WriteCall[m.Request, m.ValidatedRequest]:
    """Submit a draft. Scope: `oa:requests:write`."""
    return WriteCall(
        "POST",
        "/v1/requests/{id}/submit",
        answer=m.Request,
        validated=m.ValidatedRequest,
        path_values={"id": id},
        body=body,
    )


def urge_request(id: str, body: m.WithComment | Mapping[str, Any] = {}) -> WriteCall[m.Request, m.ValidatedRequest]:
    """Urge a request. Those who can decide it now get a notice, with the comment. For its requester, once an hour. Scope: `oa:requests:write`."""
    return WriteCall(
        "POST",
        "/v1/requests/{id}/urge",
        answer=m.Request,
        validated=m.ValidatedRequest,
        path_values={"id": id},
        body=body,
    )


def withdraw_request(
    id: str,
    body: m.WithComment | Mapping[str, Any] = {},
) -> WriteCall[m.Request, m.ValidatedRequest]:
    """Withdraw a request. It ends. Possible until the first decision, or until the step that its workflow names. Scope: `oa:requests:write`."""
    return WriteCall(
        "POST",
        "/v1/requests/{id}/withdraw",
        answer=m.Request,
        validated=m.ValidatedRequest,
        path_values={"id": id},
        body=body,
    )


def list_roles(
    *,
    limit: int | None = None,
    sort: str | None = None,
    count: Literal["exact"] | None = None,
    q: str | None = None,
    id: str | Condition | None = None,
    name: str | Condition | None = None,
    about: str | Condition | None = None,
    created_at: datetime | Condition | None = None,
    updated_at: datetime | Condition | None = None,
) -> ListCall[m.PageRoleView, m.RoleView]:
    """List roles. Needs `identity:roles:read`."""
    return ListCall(
        "GET",
        "/v1/roles",
        answer=m.PageRoleView,
        query={
            "limit": limit,
            "sort": sort,
            "count": count,
            "q": q,
            "id": id,
            "name": name,
            "about": about,
            "created_at": created_at,
            "updated_at": updated_at,
        },
    )


def create_role(body: m.NewRole | Mapping[str, Any]) -> WriteCall[m.RoleView, m.ValidatedRoleView]:
    """Add a role. For admins. Needs `identity:roles:write`."""
    return WriteCall("POST", "/v1/roles", answer=m.RoleView, validated=m.ValidatedRoleView, body=body)


def search_roles(body: m.SearchBody | Mapping[str, Any]) -> ListCall[m.PageRoleView, m.RoleView]:
    """Search roles. The list, with its filter in the body. Needs `identity:roles:read`."""
    return ListCall("POST", "/v1/roles/search", answer=m.PageRoleView, body=body)


def delete_role(id: str) -> WriteCall[None, None]:
    """Remove a role. Only when nobody holds it. For admins. Needs `identity:roles:write` and `If-Match`."""
    return WriteCall("DELETE", "/v1/roles/{id}", answer=None, validated=None, path_values={"id": id})


def get_role(id: str) -> Call[m.RoleView]:
    """Get a role. Needs `identity:roles:read`."""
    return Call("GET", "/v1/roles/{id}", answer=m.RoleView, path_values={"id": id})


def update_role(id: str, body: m.RolePatch | Mapping[str, Any]) -> WriteCall[m.RoleView, m.ValidatedRoleView]:
    """Describe a role. For admins. Needs `identity:roles:write` and `If-Match`."""
    return WriteCall(
        "PATCH",
        "/v1/roles/{id}",
        answer=m.RoleView,
        validated=m.ValidatedRoleView,
        path_values={"id": id},
        body=body,
    )


def get_run(id: str) -> Call[m.Run]:
    """A run. For `admin` and `hr`. Scope: `rules:runs:read`."""
    return Call("GET", "/v1/runs/{id}", answer=m.Run, path_values={"id": id})


def retry_run(id: str) -> WriteCall[m.Run, m.ValidatedRun]:
    """Retry a run. One that failed or is held, once it is mended: by the version of its automation that is in force and the rights that hold now. What it does then, it does once; if it cannot again, the answer says why. For `admin` and `hr`. Scope: `rules:runs:write`."""
    return WriteCall(
        "POST",
        "/v1/runs/{id}/retry",
        answer=m.Run,
        validated=m.ValidatedRun,
        path_values={"id": id},
        body={},
    )


def set_sandbox_clock(body: m.NewTime | Mapping[str, Any]) -> WriteCall[m.SandboxTime, m.SandboxTime]:
    """Move the clock of the caller's tenant. On every server, forwards or back; it goes on from there. What has become due is fired before the answer comes. For anyone of the tenant: a sandbox has nothing to protect."""
    return WriteCall("PUT", "/v1/sandbox/clock", answer=m.SandboxTime, validated=m.SandboxTime, body=body)


def list_sessions(
    *,
    limit: int | None = None,
    sort: str | None = None,
    count: Literal["exact"] | None = None,
    expand: Sequence[Literal["user"]] | None = None,
    id: str | Condition | None = None,
    created_at: datetime | Condition | None = None,
    updated_at: datetime | Condition | None = None,
    expires_at: datetime | Condition | None = None,
) -> ListCall[m.PageSessionView, m.SessionView]:
    """List my sessions. Where the caller is signed in. Needs `identity:sessions:read`."""
    return ListCall(
        "GET",
        "/v1/sessions",
        answer=m.PageSessionView,
        query={
            "limit": limit,
            "sort": sort,
            "count": count,
            "expand": expand,
            "id": id,
            "created_at": created_at,
            "updated_at": updated_at,
            "expires_at": expires_at,
        },
    )


def delete_session(id: str) -> WriteCall[None, None]:
    """End a session. Signs it out; its access tokens count no longer. One's own; an admin ends anybody's. Needs `identity:sessions:write`."""
    return WriteCall("DELETE", "/v1/sessions/{id}", answer=None, validated=None, path_values={"id": id})


def get_settings() -> Call[m.SettingsView]:
    """Get the settings. The company's currency, time zone, language and calendar. Needs `identity:settings:read`."""
    return Call("GET", "/v1/settings", answer=m.SettingsView)


def update_settings(
    body: m.SettingsPatch | Mapping[str, Any],
) -> WriteCall[m.SettingsView, m.ValidatedSettingsView]:
    """Change the settings. For admins. Needs `identity:settings:write` and `If-Match`. `publishing.rights` lets the holders of a role publish names, also for the first time."""
    return WriteCall("PATCH", "/v1/settings", answer=m.SettingsView, validated=m.ValidatedSettingsView, body=body)


def list_tables() -> ListCall[m.DefinitionPage, m.Definition]:
    """The tables that are published, by name. Scope: `rules:definitions:read`."""
    return ListCall("GET", "/v1/tables", answer=m.DefinitionPage)


def get_table(name: str) -> Call[m.Definition]:
    """A table in its newest version. Scope: `rules:definitions:read`."""
    return Call("GET", "/v1/tables/{name}", answer=m.Definition, path_values={"name": name})


def put_table(name: str, text: str) -> WriteCall[m.Definition | m.Proposal, m.ValidatedDefinition]:
    """Publish a version of a table. Only without errors, and only while all workflows and automations in force can ask it as they do. From the second version on `If-Match` names the one in force; the same file again is no new version. Running requests are decided by the new version from then on. Scope: `rules:definitions:write`."""
    return WriteCall(
        "PUT",
        "/v1/tables/{name}",
        answer=m.Definition | m.Proposal,
        validated=m.ValidatedDefinition,
        path_values={"name": name},
        body=text,
    )


def list_table_versions(name: str) -> ListCall[m.VersionPage, m.DefinitionVersion]:
    """The versions of a table, newest first. Scope: `rules:definitions:read`."""
    return ListCall("GET", "/v1/tables/{name}/versions", answer=m.VersionPage, path_values={"name": name})


def list_tasks(
    *,
    limit: int | None = None,
    sort: str | None = None,
    count: Literal["exact"] | None = None,
    expand: Sequence[Literal["assignee", "requester", "request"]] | None = None,
    id: str | Condition | None = None,
    request: str | Condition | None = None,
    kind: Literal["approval", "task", "repair"] | Condition | None = None,
    workflow: str | Condition | None = None,
    step: str | Condition | None = None,
    status: Literal["open", "done", "cancelled"] | Condition | None = None,
    assignee: str | Condition | None = None,
    decision: str | Condition | None = None,
    due_at: datetime | Condition | None = None,
    decided_at: datetime | Condition | None = None,
    created_at: datetime | Condition | None = None,
    updated_at: datetime | Condition | None = None,
) -> ListCall[m.PageTask, m.Task]:
    """List tasks. Those that the caller may see; `?assignee=me&status=open` is the inbox. Scope: `oa:tasks:read`."""
    return ListCall(
        "GET",
        "/v1/tasks",
        answer=m.PageTask,
        query={
            "limit": limit,
            "sort": sort,
            "count": count,
            "expand": expand,
            "id": id,
            "request": request,
            "kind": kind,
            "workflow": workflow,
            "step": step,
            "status": status,
            "assignee": assignee,
            "decision": decision,
            "due_at": due_at,
            "decided_at": decided_at,
            "created_at": created_at,
            "updated_at": updated_at,
        },
    )


def batch_tasks(body: m.TaskBatch | Mapping[str, Any]) -> WriteCall[m.BatchView, m.BatchView]:
    """Decide up to 100 tasks. In one unit of work: all or none (the default; 422 with the place of each fault), or with `"atomic": false` each by itself, and the answer says what became of each row. An `Idempotency-Key` is required. Scope: `oa:tasks:write`."""
    return WriteCall("POST", "/v1/tasks/batch", answer=m.BatchView, validated=m.BatchView, body=body)


def search_tasks(
    body: m.SearchBody | Mapping[str, Any],
    *,
    expand: Sequence[Literal["assignee", "requester", "request"]] | None = None,
) -> ListCall[m.PageTask, m.Task]:
    """The long form of the list. The filter is JSON. Scope: `oa:tasks:read`."""
    return ListCall("POST", "/v1/tasks/search", answer=m.PageTask, query={"expand": expand}, body=body)


def get_task_summary() -> Call[m.TaskSummary]:
    """The caller's inbox in numbers. Open, late, due within 24 hours. Scope: `oa:tasks:read`."""
    return Call("GET", "/v1/tasks/summary", answer=m.TaskSummary)


def get_task(
    id: str,
    *,
    expand: Sequence[Literal["assignee", "requester", "request"]] | None = None,
) -> Call[m.Task]:
    """A task. Scope: `oa:tasks:read`."""
    return Call("GET", "/v1/tasks/{id}", answer=m.Task, path_values={"id": id}, query={"expand": expand})


def add_approver(
    id: str,
    body: m.AddApprover | Mapping[str, Any],
) -> WriteCall[m.DecidedTask, m.ValidatedDecidedTask]:
    """Add an approver. They decide `before` the caller, whose task waits until they have; `after` them, which approves the task; or `beside` them. The step is approved only with them, whatever its `need`. Scope: `oa:tasks:write`."""
    return WriteCall(
        "POST",
        "/v1/tasks/{id}/add-approver",
        answer=m.DecidedTask,
        validated=m.ValidatedDecidedTask,
        path_values={"id": id},
        body=body,
    )


def approve_task(
    id: str,
    body: m.Approval | Mapping[str, Any] = {},
) -> WriteCall[m.DecidedTask, m.ValidatedDecidedTask]:
    """Approve a task. Scope: `oa:tasks:write`."""
    return WriteCall(
        "POST",
        "/v1/tasks/{id}/approve",
        answer=m.DecidedTask,
        validated=m.ValidatedDecidedTask,
        path_values={"id": id},
        body=body,
    )


def claim_task(
    id: str,
    body: m.TaskNote | Mapping[str, Any] = {},
) -> WriteCall[m.DecidedTask, m.ValidatedDecidedTask]:
    """Claim a task from the pool. Where the step says `assign: pool`: it is the caller's alone, and the tasks of the others who were asked are cancelled. Of two at once the second is told who has it (409 `task_claimed`). Scope: `oa:tasks:write`."""
    return WriteCall(
        "POST",
        "/v1/tasks/{id}/claim",
        answer=m.DecidedTask,
        validated=m.ValidatedDecidedTask,
        path_values={"id": id},
        body=body,
    )


def comment_task(
    id: str,
    body: m.NewComment | Mapping[str, Any],
) -> WriteCall[m.DecidedTask, m.ValidatedDecidedTask]:
    """Comment on a task. Scope: `oa:tasks:write`."""
    return WriteCall(
        "POST",
        "/v1/tasks/{id}/comment",
        answer=m.DecidedTask,
        validated=m.ValidatedDecidedTask,
        path_values={"id": id},
        body=body,
    )


def complete_task(
    id: str,
    body: m.Completion | Mapping[str, Any] = {},
) -> WriteCall[m.DecidedTask, m.ValidatedDecidedTask]:
    """Complete a task. What it asks for is done, and `form` says what its form asks; or, of a repair task, what held the step is mended, and it is tried again. Scope: `oa:tasks:write`."""
    return WriteCall(
        "POST",
        "/v1/tasks/{id}/complete",
        answer=m.DecidedTask,
        validated=m.ValidatedDecidedTask,
        path_values={"id": id},
        body=body,
    )


def reject_task(
    id: str,
    body: m.Rejection | Mapping[str, Any] = {},
) -> WriteCall[m.DecidedTask, m.ValidatedDecidedTask]:
    """Reject a task. Scope: `oa:tasks:write`."""
    return WriteCall(
        "POST",
        "/v1/tasks/{id}/reject",
        answer=m.DecidedTask,
        validated=m.ValidatedDecidedTask,
        path_values={"id": id},
        body=body,
    )


def release_task(
    id: str,
    body: m.TaskNote | Mapping[str, Any] = {},
) -> WriteCall[m.DecidedTask, m.ValidatedDecidedTask]:
    """Release a claimed task. It goes back to the pool: whoever the workflow finds now is asked again, beside the caller. Scope: `oa:tasks:write`."""
    return WriteCall(
        "POST",
        "/v1/tasks/{id}/release",
        answer=m.DecidedTask,
        validated=m.ValidatedDecidedTask,
        path_values={"id": id},
        body=body,
    )


def remove_approver(
    id: str,
    body: m.RemoveApprover | Mapping[str, Any],
) -> WriteCall[m.DecidedTask, m.ValidatedDecidedTask]:
    """Remove an approver. One who was added from this task and has not decided. Scope: `oa:tasks:write`."""
    return WriteCall(
        "POST",
        "/v1/tasks/{id}/remove-approver",
        answer=m.DecidedTask,
        validated=m.ValidatedDecidedTask,
        path_values={"id": id},
        body=body,
    )


def return_task(
    id: str,
    body: m.Return | Mapping[str, Any] = {},
) -> WriteCall[m.DecidedTask, m.ValidatedDecidedTask]:
    """Return the request of a task. To its requester, or to an earlier step. Scope: `oa:tasks:write`."""
    return WriteCall(
        "POST",
        "/v1/tasks/{id}/return",
        answer=m.DecidedTask,
        validated=m.ValidatedDecidedTask,
        path_values={"id": id},
        body=body,
    )


def transfer_task(
    id: str,
    body: m.Transfer | Mapping[str, Any],
) -> WriteCall[m.DecidedTask, m.ValidatedDecidedTask]:
    """Transfer a task. It is somebody else's then. Scope: `oa:tasks:write`."""
    return WriteCall(
        "POST",
        "/v1/tasks/{id}/transfer",
        answer=m.DecidedTask,
        validated=m.ValidatedDecidedTask,
        path_values={"id": id},
        body=body,
    )


def get_today(
    *,
    zone: str | None = None,
    rot_days: int | None = None,
    limit: int | None = None,
) -> Call[m.TodayView]:
    """What the caller has to do today."""
    return Call("GET", "/v1/today", answer=m.TodayView, query={"zone": zone, "rot_days": rot_days, "limit": limit})


def list_users(
    *,
    limit: int | None = None,
    sort: str | None = None,
    count: Literal["exact"] | None = None,
    expand: Sequence[Literal["manager", "department"]] | None = None,
    q: str | None = None,
    id: str | Condition | None = None,
    name: str | Condition | None = None,
    email: str | Condition | None = None,
    status: Literal["active", "disabled"] | Condition | None = None,
    manager: str | Condition | None = None,
    department: str | Condition | None = None,
    title: str | Condition | None = None,
    grade: str | Condition | None = None,
    country: str | Condition | None = None,
    cost_center: str | Condition | None = None,
    created_at: datetime | Condition | None = None,
    updated_at: datetime | Condition | None = None,
) -> ListCall[m.PageUserView, m.UserView]:
    """List people. Everyone of the tenant. Needs `identity:users:read`."""
    return ListCall(
        "GET",
        "/v1/users",
        answer=m.PageUserView,
        query={
            "limit": limit,
            "sort": sort,
            "count": count,
            "expand": expand,
            "q": q,
            "id": id,
            "name": name,
            "email": email,
            "status": status,
            "manager": manager,
            "department": department,
            "title": title,
            "grade": grade,
            "country": country,
            "cost_center": cost_center,
            "created_at": created_at,
            "updated_at": updated_at,
        },
    )


def create_user(body: m.NewUser | Mapping[str, Any]) -> WriteCall[m.UserView, m.ValidatedUserView]:
    """Add a person. For admins. An API key gives neither roles nor a password: only a signed-in person does. Without a password, make a link with which the person sets one. Needs `identity:users:write`."""
    return WriteCall("POST", "/v1/users", answer=m.UserView, validated=m.ValidatedUserView, body=body)


def search_users(
    body: m.SearchBody | Mapping[str, Any],
    *,
    expand: Sequence[Literal["manager", "department"]] | None = None,
) -> ListCall[m.PageUserView, m.UserView]:
    """Search people. The list, with its filter in the body. Needs `identity:users:read`."""
    return ListCall("POST", "/v1/users/search", answer=m.PageUserView, query={"expand": expand}, body=body)


def get_user(id: str, *, expand: Sequence[Literal["manager", "department"]] | None = None) -> Call[m.UserView]:
    """Get a person. Needs `identity:users:read`."""
    return Call("GET", "/v1/users/{id}", answer=m.UserView, path_values={"id": id}, query={"expand": expand})


def update_user(id: str, body: m.UserPatch | Mapping[str, Any]) -> WriteCall[m.UserView, m.ValidatedUserView]:
    """Change a person. For admins. An API key does not change roles: only a signed-in person does. Needs `identity:users:write` and `If-Match`."""
    return WriteCall(
        "PATCH",
        "/v1/users/{id}",
        answer=m.UserView,
        validated=m.ValidatedUserView,
        path_values={"id": id},
        body=body,
    )


def disable_user(id: str) -> WriteCall[m.DisabledView, m.ValidatedDisabledView]:
    """Disable a person. No sign-in, no tasks, and on their next request no access. Their sessions and API keys are ended for good, also if they are enabled again. `tasks` counts what becomes of what waits for them, as it is judged now: it goes on at once, each task by itself. For admins. Needs `identity:users:write`."""
    return WriteCall(
        "POST",
        "/v1/users/{id}/disable",
        answer=m.DisabledView,
        validated=m.ValidatedDisabledView,
        path_values={"id": id},
        body={},
    )


def get_employment(id: str) -> Call[m.Employment]:
    """Get what somebody works. Their own, that of whoever the caller manages, or anybody's for HR. Scope: `oa:leave:read`."""
    return Call("GET", "/v1/users/{id}/employment", answer=m.Employment, path_values={"id": id})


def put_employment(
    id: str,
    body: m.EmploymentBody | Mapping[str, Any],
) -> WriteCall[m.Employment, m.ValidatedEmployment]:
    """Say what somebody works. As a whole, for HR and admins; `If-Match` names what was read. Balances follow at once: what other terms make of what a year brings stands in the ledger from the day on which they begin. Scope: `oa:leave:write`."""
    return WriteCall(
        "PUT",
        "/v1/users/{id}/employment",
        answer=m.Employment,
        validated=m.ValidatedEmployment,
        path_values={"id": id},
        body=body,
    )


def enable_user(id: str) -> WriteCall[m.UserView, m.ValidatedUserView]:
    """Enable a person again. For admins. Needs `identity:users:write`."""
    return WriteCall(
        "POST",
        "/v1/users/{id}/enable",
        answer=m.UserView,
        validated=m.ValidatedUserView,
        path_values={"id": id},
        body={},
    )


def create_password_link(id: str) -> WriteCall[m.PasswordLinkView, m.PasswordLinkView]:
    """Make a link that sets a password. For admins: hand the link to the person, who sets a first or forgotten password with it. It works once, within a day, and takes the place of the one before. Only a signed-in person makes one, never an API key. Needs `identity:users:write`."""
    return WriteCall(
        "POST",
        "/v1/users/{id}/password-link",
        answer=m.PasswordLinkView,
        validated=m.PasswordLinkView,
        path_values={"id": id},
        body={},
    )


def delete_user_sessions(user: str) -> WriteCall[None, None]:
    """Sign somebody out everywhere. Ends all sessions of a person, on their next request: for admins, and for the person. API keys go on. Needs `identity:sessions:write`."""
    return WriteCall("DELETE", "/v1/users/{user}/sessions", answer=None, validated=None, path_values={"user": user})


def list_user_sessions(
    user: str,
    *,
    limit: int | None = None,
    sort: str | None = None,
    count: Literal["exact"] | None = None,
    expand: Sequence[Literal["user"]] | None = None,
    id: str | Condition | None = None,
    created_at: datetime | Condition | None = None,
    updated_at: datetime | Condition | None = None,
    expires_at: datetime | Condition | None = None,
) -> ListCall[m.PageSessionView, m.SessionView]:
    """List somebody's sessions. Where a person is signed in: for admins, and for the person. Needs `identity:sessions:read`."""
    return ListCall(
        "GET",
        "/v1/users/{user}/sessions",
        answer=m.PageSessionView,
        path_values={"user": user},
        query={
            "limit": limit,
            "sort": sort,
            "count": count,
            "expand": expand,
            "id": id,
            "created_at": created_at,
            "updated_at": updated_at,
            "expires_at": expires_at,
        },
    )


def list_webhooks(
    *,
    limit: int | None = None,
    sort: str | None = None,
    count: Literal["exact"] | None = None,
    expand: Sequence[Literal["owner"]] | None = None,
    id: str | Condition | None = None,
    status: Literal["enabled", "disabled"] | Condition | None = None,
    owner: str | Condition | None = None,
    created_at: datetime | Condition | None = None,
    updated_at: datetime | Condition | None = None,
) -> ListCall[m.PageWebhookView, m.WebhookView]:
    """The endpoints that the caller may see. Their own; an admin sees all. Scope `webhooks:read`."""
    return ListCall(
        "GET",
        "/v1/webhooks",
        answer=m.PageWebhookView,
        query={
            "limit": limit,
            "sort": sort,
            "count": count,
            "expand": expand,
            "id": id,
            "status": status,
            "owner": owner,
            "created_at": created_at,
            "updated_at": updated_at,
        },
    )


def create_webhook(body: m.NewWebhook | Mapping[str, Any]) -> WriteCall[m.WebhookView, m.ValidatedWebhookView]:
    """Make an endpoint. Its secret is shown this once. It is sent at most what the session or key that makes it may read; a type or area of which that is nothing is a 403 that names the scope. Scope `webhooks:write`."""
    return WriteCall("POST", "/v1/webhooks", answer=m.WebhookView, validated=m.ValidatedWebhookView, body=body)


def delete_webhook(id: str) -> WriteCall[None, None]:
    """Delete an endpoint with its deliveries. Scope `webhooks:write`."""
    return WriteCall("DELETE", "/v1/webhooks/{id}", answer=None, validated=None, path_values={"id": id})


def get_webhook(id: str, *, expand: Sequence[Literal["owner"]] | None = None) -> Call[m.WebhookView]:
    """One endpoint. Scope `webhooks:read`."""
    return Call("GET", "/v1/webhooks/{id}", answer=m.WebhookView, path_values={"id": id}, query={"expand": expand})


def update_webhook(
    id: str,
    body: m.WebhookPatch | Mapping[str, Any],
) -> WriteCall[m.WebhookView, m.ValidatedWebhookView]:
    """Change an endpoint. A key leaves it only the scopes that they share, and the endpoint lives no longer than that key. Scope `webhooks:write`."""
    return WriteCall(
        "PATCH",
        "/v1/webhooks/{id}",
        answer=m.WebhookView,
        validated=m.ValidatedWebhookView,
        path_values={"id": id},
        body=body,
    )


def disable_webhook(id: str) -> WriteCall[m.WebhookView, m.ValidatedWebhookView]:
    """Disable an endpoint. Its events wait. Scope `webhooks:write`."""
    return WriteCall(
        "POST",
        "/v1/webhooks/{id}/disable",
        answer=m.WebhookView,
        validated=m.ValidatedWebhookView,
        path_values={"id": id},
        body={},
    )


def enable_webhook(id: str) -> WriteCall[m.WebhookView, m.ValidatedWebhookView]:
    """Enable a disabled endpoint. What was parked goes out, the oldest first. A key leaves it only the scopes that they share; in a session it goes on without a key that is gone. Scope `webhooks:write`."""
    return WriteCall(
        "POST",
        "/v1/webhooks/{id}/enable",
        answer=m.WebhookView,
        validated=m.ValidatedWebhookView,
        path_values={"id": id},
        body={},
    )


def replay_webhook(id: str, body: m.ReplayBody | Mapping[str, Any]) -> WriteCall[m.Replayed, m.Replayed]:
    """Replay deliveries of a time. By type or outcome, under unchanged ids. Scope `webhooks:write`."""
    return WriteCall(
        "POST",
        "/v1/webhooks/{id}/replay",
        answer=m.Replayed,
        validated=m.Replayed,
        path_values={"id": id},
        body=body,
    )


def rotate_webhook_secret(id: str) -> WriteCall[m.WebhookView, m.ValidatedWebhookView]:
    """Rotate an endpoint's secret. The new one is shown this once; the old one signs beside it for 24 hours, and at most five sign at once. Scope `webhooks:write`."""
    return WriteCall(
        "POST",
        "/v1/webhooks/{id}/rotate-secret",
        answer=m.WebhookView,
        validated=m.ValidatedWebhookView,
        path_values={"id": id},
        body={},
    )


def test_webhook(id: str) -> WriteCall[m.WebhookView, m.ValidatedWebhookView]:
    """Test an endpoint. Sends it a signed `webhooks.endpoint.tested`, which shows in its deliveries. Scope `webhooks:write`."""
    return WriteCall(
        "POST",
        "/v1/webhooks/{id}/test",
        answer=m.WebhookView,
        validated=m.ValidatedWebhookView,
        path_values={"id": id},
        body={},
    )


def list_webhook_deliveries(
    webhook: str,
    *,
    limit: int | None = None,
    sort: str | None = None,
    count: Literal["exact"] | None = None,
    id: str | Condition | None = None,
    status: Literal["pending", "succeeded", "failed", "parked"] | Condition | None = None,
    event_type: str | Condition | None = None,
    event: str | Condition | None = None,
    created_at: datetime | Condition | None = None,
    updated_at: datetime | Condition | None = None,
) -> ListCall[m.PageDeliveryView, m.DeliveryView]:
    """List the deliveries of an endpoint. What was sent to it, newest first, with every attempt. Scope `webhooks:read`."""
    return ListCall(
        "GET",
        "/v1/webhooks/{webhook}/deliveries",
        answer=m.PageDeliveryView,
        path_values={"webhook": webhook},
        query={
            "limit": limit,
            "sort": sort,
            "count": count,
            "id": id,
            "status": status,
            "event_type": event_type,
            "event": event,
            "created_at": created_at,
            "updated_at": updated_at,
        },
    )


def redeliver_webhook_delivery(webhook: str, delivery: str) -> WriteCall[m.DeliveryView, m.ValidatedDeliveryView]:
    """Redeliver one delivery. Under the same `webhook-id`. Scope `webhooks:write`."""
    return WriteCall(
        "POST",
        "/v1/webhooks/{webhook}/deliveries/{delivery}/redeliver",
        answer=m.DeliveryView,
        validated=m.ValidatedDeliveryView,
        path_values={"webhook": webhook, "delivery": delivery},
        body={},
    )


def list_workflows() -> ListCall[m.DefinitionPage, m.Definition]:
    """The workflows that are published, by name. Scope: `rules:definitions:read`."""
    return ListCall("GET", "/v1/workflows", answer=m.DefinitionPage)


def check_workflow(text: str) -> Call[m.CheckReport]:
    """Check a file of any kind. Against the tenant's people, forms and events; nothing is saved. Scope: `rules:definitions:read`."""
    return Call("POST", "/v1/workflows/check", answer=m.CheckReport, body=text)


def get_workflow(name: str) -> Call[m.Definition]:
    """A workflow in its newest version. Scope: `rules:definitions:read`."""
    return Call("GET", "/v1/workflows/{name}", answer=m.Definition, path_values={"name": name})


def put_workflow(name: str, text: str) -> WriteCall[m.Definition | m.Proposal, m.ValidatedDefinition]:
    """Publish a version of a workflow. Only without errors and with its own tests passed. From the second version on `If-Match` names the one in force; the same file again is no new version. Scope: `rules:definitions:write`."""
    return WriteCall(
        "PUT",
        "/v1/workflows/{name}",
        answer=m.Definition | m.Proposal,
        validated=m.ValidatedDefinition,
        path_values={"name": name},
        body=text,
    )


def get_workflow_diagram(name: str, *, format: str | None = None) -> Call[str]:
    """A workflow's picture. Scope: `rules:definitions:read`."""
    return Call(
        "GET",
        "/v1/workflows/{name}/diagram",
        answer=str,
        path_values={"name": name},
        query={"format": format},
    )


def explain_workflow(name: str) -> Call[m.Explanation]:
    """A workflow in full. The file with every default filled in, and the same as sentences. Scope: `rules:definitions:read`."""
    return Call("GET", "/v1/workflows/{name}/explain", answer=m.Explanation, path_values={"name": name})


def get_workflow_form(name: str, *, version: int | None = None) -> Call[dict[str, Any]]:
    """Get the form of a workflow. As JSON Schema 2020-12, with labels in the caller's language. Fields stand in `x-order`; `x-widget` says what fits to fill one in, `x-show-when` and `x-required-when` on what it depends. Scope: `rules:definitions:read`."""
    return Call(
        "GET",
        "/v1/workflows/{name}/form",
        answer=dict[str, Any],
        path_values={"name": name},
        query={"version": version},
    )


def check_workflow_form(name: str, body: m.FormSoFar | Mapping[str, Any]) -> Call[m.FormState]:
    """Check a form while it is filled in. Which fields are shown and required now, what is computed, and what is wrong or missing. A page asks after each change, so that it needs no expressions of its own; nothing is saved, and whether files, people and records exist is judged when it is submitted. Scope: `rules:definitions:read`."""
    return Call(
        "POST",
        "/v1/workflows/{name}/form/check",
        answer=m.FormState,
        path_values={"name": name},
        body=body,
    )


def simulate_workflow(name: str, body: m.Supposed | Mapping[str, Any]) -> Call[m.Simulation]:
    """Simulate a workflow. Says, without saving anything, who would be asked and why, what would be skipped, and how it could end. Scope: `rules:definitions:read`."""
    return Call("POST", "/v1/workflows/{name}/simulate", answer=m.Simulation, path_values={"name": name}, body=body)


def list_workflow_versions(name: str) -> ListCall[m.VersionPage, m.DefinitionVersion]:
    """The versions of a workflow, newest first. Scope: `rules:definitions:read`."""
    return ListCall("GET", "/v1/workflows/{name}/versions", answer=m.VersionPage, path_values={"name": name})
