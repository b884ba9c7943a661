# Of api-spec/openapi.json; `cargo xtask clients` writes it.
"""What the API takes and answers, one class for each schema of its document."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field

from ._model import Input, Model, OrNewer

AccountId: TypeAlias = str
"""The id of an account."""
ActivityId: TypeAlias = str
"""The id of an activity."""
ActivityStatus: TypeAlias = Annotated[Literal["open", "done", "cancelled"], OrNewer]
"""Where an activity stands."""
ActivityType: TypeAlias = Annotated[Literal["task", "call", "email", "meeting", "note"], OrNewer]
"""What kind of activity it is."""
ApiKeyId: TypeAlias = str
"""The id of an api_key."""
AuditStatus: TypeAlias = Annotated[Literal["verified", "lagging", "key_missing", "newer_format", "touched"], OrNewer]
"""What a report on the audit says."""
Charset: TypeAlias = Annotated[Literal["utf-8", "utf-16le", "utf-16be", "windows-1252", "gb18030"], OrNewer]
"""How a file's bytes are letters."""
ContactId: TypeAlias = str
"""The id of a contact."""
DateOrder: TypeAlias = Annotated[Literal["day_month_year", "month_day_year"], OrNewer]
"""What `03/04/2026` means. A date that begins with its year needs no telling."""
DealId: TypeAlias = str
"""The id of a deal."""
DecimalMark: TypeAlias = Annotated[Literal["point", "comma"], OrNewer]
"""How decimals are written: `1,234.50`, or `1.234,50`."""
Decision: TypeAlias = Annotated[Literal["approved", "rejected", "returned", "completed"], OrNewer]
"""What was decided."""
DefinitionId: TypeAlias = str
"""The id of a definition."""
DefinitionKind: TypeAlias = Annotated[Literal["workflow", "automation", "calendar", "table", "leave_types"], OrNewer]
"""What a file defines."""
DeliveryId: TypeAlias = str
"""The id of a delivery."""
DeliveryStatus: TypeAlias = Annotated[Literal["pending", "succeeded", "failed", "parked"], OrNewer]
"""What became of a delivery."""
DepartmentId: TypeAlias = str
"""The id of a department."""
EmploymentId: TypeAlias = str
"""The id of an employment."""
EndpointStatus: TypeAlias = Annotated[Literal["enabled", "disabled"], OrNewer]
"""Whether anything is sent to an endpoint."""
EventId: TypeAlias = str
"""The id of an event."""
FileId: TypeAlias = str
"""The id of a file."""
GroupBy: TypeAlias = Annotated[Literal["stage", "owner", "status"], OrNewer]
"""What deals are grouped by."""
ImportId: TypeAlias = str
"""The id of an import."""
ImportKind: TypeAlias = Annotated[Literal["accounts", "contacts", "deals", "leads"], OrNewer]
"""Which kind of record the rows of a file become."""
ImportStatus: TypeAlias = Annotated[Literal["running", "completed", "cancelled", "undoing", "undone"], OrNewer]
"""Where an import stands."""
Instant: TypeAlias = datetime
LeadId: TypeAlias = str
"""The id of a lead."""
LeadStatus: TypeAlias = Annotated[Literal["new", "working", "qualified", "disqualified", "converted"], OrNewer]
"""Where a lead stands."""
LeaveEntryId: TypeAlias = str
"""The id of a leave_entry."""
LeaveFeedId: TypeAlias = str
"""The id of a leave_feed."""
LeaveFeedShows: TypeAlias = Annotated[Literal["own", "department", "company"], OrNewer]
"""Whose leave a feed shows."""
LeaveId: TypeAlias = str
"""The id of a leave."""
LeaveRecountId: TypeAlias = str
"""The id of a leave_recount."""
LeaveRunId: TypeAlias = str
"""The id of a leave_run."""
MatchOn: TypeAlias = Annotated[Literal["id", "external_id", "email", "name", "domain"], OrNewer]
"""By what a row finds the record that is there already."""
NextCursor: TypeAlias = str | None
"""Send it back as `cursor`, with the same filter and sort."""
NoticeId: TypeAlias = str
"""The id of a notice."""
OperationId: TypeAlias = Annotated[Literal["add_approver", "adjust_leave", "approve_request", "approve_task", "batch_accounts", "batch_activities", "batch_contacts", "batch_deals", "batch_leads", "batch_price_book_entries", "batch_products", "batch_tasks", "cancel_import", "change_my_password", "check_workflow", "check_workflow_form", "claim_task", "comment_request", "comment_task", "complete_activity", "complete_task", "convert_lead", "create_account", "create_activity", "create_api_key", "create_contact", "create_deal", "create_department", "create_import", "create_lead", "create_leave_feed", "create_password_link", "create_pipeline", "create_price_book", "create_price_book_entry", "create_product", "create_request", "create_role", "create_stream_ticket", "create_user", "create_webhook", "delete_account", "delete_activity", "delete_api_key", "delete_contact", "delete_deal", "delete_department", "delete_lead", "delete_pipeline", "delete_price_book", "delete_price_book_entry", "delete_product", "delete_request", "delete_role", "delete_session", "delete_user_sessions", "delete_webhook", "disable_user", "disable_webhook", "disqualify_lead", "enable_user", "enable_webhook", "explain_workflow", "export_accounts", "export_activities", "export_contacts", "export_deals", "export_leads", "get_account", "get_account_history", "get_account_timeline", "get_activity", "get_activity_history", "get_api_key", "get_automation", "get_calendar", "get_contact", "get_contact_history", "get_contact_timeline", "get_deal", "get_deal_history", "get_deal_lines", "get_deal_timeline", "get_department", "get_employment", "get_event", "get_event_type", "get_file", "get_file_content", "get_file_link", "get_import", "get_import_refused", "get_lead", "get_lead_history", "get_lead_timeline", "get_leave_calendar", "get_leave_types", "get_me", "get_notice", "get_openapi", "get_pipeline", "get_pipeline_history", "get_price", "get_price_book", "get_price_book_entry", "get_price_book_entry_history", "get_price_book_history", "get_product", "get_product_history", "get_proposal", "get_request", "get_request_diagram", "get_request_history", "get_request_move", "get_request_next", "get_role", "get_run", "get_settings", "get_table", "get_task", "get_task_summary", "get_today", "get_user", "get_webhook", "get_workflow", "get_workflow_diagram", "get_workflow_form", "list_accounts", "list_activities", "list_api_keys", "list_audit", "list_automation_runs", "list_automation_versions", "list_automations", "list_away", "list_calendar_versions", "list_calendars", "list_contacts", "list_deals", "list_departments", "list_event_types", "list_events", "list_import_rows", "list_imports", "list_leads", "list_leave_balances", "list_leave_entries", "list_leave_feeds", "list_leave_types", "list_leave_types_versions", "list_notices", "list_pipelines", "list_price_book_entries", "list_price_books", "list_products", "list_proposals", "list_request_comments", "list_requests", "list_roles", "list_sessions", "list_table_versions", "list_tables", "list_tasks", "list_user_sessions", "list_users", "list_webhook_deliveries", "list_webhooks", "list_workflow_versions", "list_workflows", "lose_deal", "move_deal", "move_request", "preview_leave", "publish_proposal", "put_account_by_external_id", "put_activity_by_external_id", "put_automation", "put_calendar", "put_contact_by_external_id", "put_deal_by_external_id", "put_deal_lines", "put_employment", "put_lead_by_external_id", "put_leave_types", "put_price_book_entry_by_external_id", "put_product_by_external_id", "put_table", "put_workflow", "read_all_notices", "read_notice", "recall_request", "recount_leave", "redeliver_webhook_delivery", "reject_proposal", "reject_request", "reject_task", "release_task", "remove_approver", "reopen_activity", "reopen_deal", "reopen_lead", "replay_webhook", "report_leave_liability", "report_leave_taken", "restore_account", "restore_activity", "restore_contact", "restore_deal", "restore_lead", "restore_pipeline", "restore_price_book", "restore_price_book_entry", "restore_product", "resubmit_request", "retry_request", "retry_run", "return_request", "return_task", "revoke_leave_feed", "rotate_webhook_secret", "run_leave", "search_accounts", "search_activities", "search_contacts", "search_deals", "search_departments", "search_leads", "search_products", "search_requests", "search_roles", "search_tasks", "search_users", "send_event", "set_sandbox_clock", "simulate_workflow", "skip_request", "stream_events", "submit_request", "summarize_deals", "summarize_requests", "test_webhook", "transfer_task", "undo_import", "update_account", "update_activity", "update_contact", "update_deal", "update_department", "update_lead", "update_pipeline", "update_price_book", "update_price_book_entry", "update_product", "update_request", "update_role", "update_settings", "update_user", "update_webhook", "upload_file", "urge_request", "verify_audit", "win_deal", "withdraw_proposal", "withdraw_request"], OrNewer]
"""The id of an operation."""
Origin: TypeAlias = Annotated[Literal["created", "given", "domain", "name", "email", "contact"], OrNewer]
"""Made, given by the caller, or found: by its domain, its name, the e-mail address, or as the contact's account."""
PayloadWord: TypeAlias = Annotated[Literal["thin", "full"], OrNewer]
"""`thin` or `full`."""
PipelineId: TypeAlias = str
"""The id of a pipeline."""
Position: TypeAlias = Annotated[Literal["before", "after", "beside"], OrNewer]
"""When somebody who was added decides, seen from whoever added them."""
PriceBookEntryId: TypeAlias = str
"""The id of a price_book_entry."""
PriceBookId: TypeAlias = str
"""The id of a price_book."""
Priority: TypeAlias = Annotated[Literal["low", "normal", "high"], OrNewer]
"""How much an activity matters."""
ProductId: TypeAlias = str
"""The id of a product."""
ProposalId: TypeAlias = str
"""The id of a proposal."""
ProposalStatus: TypeAlias = Annotated[Literal["open", "published", "rejected", "withdrawn"], OrNewer]
"""What became of a proposal."""
RequestId: TypeAlias = str
"""The id of a request."""
RequestStatus: TypeAlias = Annotated[Literal["draft", "open", "returned", "held", "approved", "rejected", "withdrawn", "cancelled"], OrNewer]
"""Where a request stands."""
RequestVerb: TypeAlias = Annotated[Literal["submit", "edit", "delete", "resubmit", "approve", "reject", "return", "transfer", "add_approver", "remove_approver", "complete", "withdraw", "comment", "retry", "skip", "move", "recall", "urge"], OrNewer]
"""What somebody may do with a request, named like the operation that does it; `edit` changes what a draft holds."""
RoleId: TypeAlias = str
"""The id of a role."""
RowCount: TypeAlias = int
"""How many there are; only on request."""
RowCountCapped: TypeAlias = bool
"""Counting ended at 10,000."""
RowOp: TypeAlias = Annotated[Literal["create", "update", "delete"], OrNewer]
"""What a row does."""
RowOutcome: TypeAlias = Annotated[Literal["created", "updated", "refused", "deleted", "left"], OrNewer]
"""What became of a row, and of what it made once the import is undone."""
RunId: TypeAlias = str
"""The id of a run."""
RunStatus: TypeAlias = Annotated[Literal["acted", "skipped", "held", "failed"], OrNewer]
"""`skipped`: it did not apply; `held`: it could not be judged; `failed`: an action refused."""
SessionId: TypeAlias = str
"""The id of a session."""
Severity: TypeAlias = Annotated[Literal["error", "warning"], OrNewer]
"""An error keeps a file from being published."""
SimulatedOutcome: TypeAlias = Annotated[Literal["open", "returned", "held", "approved", "rejected", "withdrawn", "cancelled"], OrNewer]
"""How far a request would come, if everyone asked said yes."""
StageId: TypeAlias = str
"""The id of a stage."""
Status: TypeAlias = Annotated[Literal["open", "won", "lost"], OrNewer]
"""Where a deal stands as a whole."""
StepForesight: TypeAlias = Annotated[Literal["open", "asked", "waits", "skipped", "held", "done", "ends"], OrNewer]
"""What would become of a step: people are asked already (`open`) or would be (`asked`); the request waits there (`waits`); it is left out (`skipped`); it cannot go on (`held`); it is done by itself (`done`); the request ends there (`ends`)."""
TaskBatchOp: TypeAlias = Annotated[Literal["approve", "reject", "return", "complete"], OrNewer]
"""What a row does."""
TaskId: TypeAlias = str
"""The id of a task."""
TaskKind: TypeAlias = Annotated[Literal["approval", "task", "repair"], OrNewer]
"""What a task asks for."""
TaskStatus: TypeAlias = Annotated[Literal["open", "done", "cancelled"], OrNewer]
"""Whether something is still to be decided."""
TaskVerb: TypeAlias = Annotated[Literal["approve", "reject", "return", "transfer", "add_approver", "remove_approver", "claim", "release", "complete", "comment"], OrNewer]
"""What somebody may do with a task, named like the operation that does it."""
TenantId: TypeAlias = str
"""The id of a tenant."""
UserId: TypeAlias = str
"""The id of a user."""
UserStatus: TypeAlias = Annotated[Literal["active", "disabled"], OrNewer]
"""Who is disabled cannot sign in and is asked for nothing."""
Visibility: TypeAlias = Annotated[Literal["tenant", "mine"], OrNewer]
"""Who sees a record: everyone of the tenant, or the owner, those whom the owner reports to, and admins."""
WebhookId: TypeAlias = str
"""The id of a webhook."""
Written: TypeAlias = str


class AccountEdit(Input):
    """What changes about an account; what is absent stays, null empties."""
    country: str | None = None
    domain: str | None = None
    name: str | None = None
    owner: UserId | None = None
    visibility: Visibility | None = None


class ValidatedAccountView(Model):
    """An account. Without its id, as `validate_only` shows it."""
    contracts: list[ListedContract]
    """The contracts of those of its deals that the caller sees, newest first. A key needs the scope `crm:deals:read` for them."""
    country: str | None = None
    created_at: Instant
    domain: str | None = None
    name: str
    object: Literal["account"]
    owner: UserId | UserView | None = None
    updated_at: Instant
    version: int
    visibility: Visibility


class AccountView(ValidatedAccountView):
    """An account."""
    id: AccountId


class ActivityEdit(Input):
    """What changes about an activity; what is absent stays, null empties."""
    account: AccountId | None = None
    body: str | None = None
    completed_at: datetime | None = None
    contact: ContactId | None = None
    deal: DealId | None = None
    due_at: str | None = None
    """An instant or a date."""
    ends_at: datetime | None = None
    lead: LeadId | None = None
    owner: UserId | None = None
    priority: Priority | None = None
    starts_at: datetime | None = None
    status: ActivityStatus | None = None
    subject: str | None = None
    type: ActivityType | None = None
    visibility: Visibility | None = None


class ValidatedActivityView(Model):
    """An activity. Without its id, as `validate_only` shows it."""
    account: AccountId | AccountView | None = None
    body: str | None = None
    completed_at: Instant | None = None
    contact: ContactId | ContactView | None = None
    created_at: Instant
    deal: DealId | DealView | None = None
    due_at: Instant | None = None
    due_on: date | None = None
    """If it is due on a day: `due_at` is the end of it."""
    ends_at: Instant | None = None
    lead: LeadId | LeadView | None = None
    object: Literal["activity"]
    owner: UserId | UserView | None = None
    priority: Priority
    starts_at: Instant | None = None
    status: ActivityStatus
    subject: str
    type: ActivityType
    updated_at: Instant
    version: int
    visibility: Visibility


class ActivityView(ValidatedActivityView):
    """An activity."""
    id: ActivityId


class AddApprover(Input):
    """Who is to decide too, and when."""
    comment: str | None = None
    where: Position
    who: UserId


class AddedApprover(Model):
    """Somebody whose decision is wanted beside those that the workflow asks for."""
    by: UserId
    task: TaskId | None = None
    where: Position
    who: UserId


class Amounts(Model):
    """What a line, or several, come to."""
    discount: Money
    """What the discount takes off."""
    net: Money
    """Without tax."""
    subtotal: Money
    """Quantity times unit price."""
    tax: Money
    total: Money
    """With tax."""


class ValidatedApiKeyView(Model):
    """An API key, without its secret. Without its id, as `validate_only` shows it."""
    created_at: Instant
    expires_at: Instant | None = None
    last_used_at: Instant | None = None
    name: str
    object: Literal["api_key"]
    scopes: list[str]
    updated_at: Instant
    user: UserId | UserView
    """Who made it, and whose rights it has."""
    version: int


class ApiKeyView(ValidatedApiKeyView):
    """An API key, without its secret."""
    id: ApiKeyId


class Approval(Input):
    """An approval."""
    comment: str | None = None
    form: dict[str, Any] | None = None
    """Fields to change while deciding, where the step's `can_edit` lets its approver."""


class AttemptView(Model):
    """One try."""
    answer: str | None = None
    """The first 4 KiB of the receiver's answer."""
    at: Instant
    duration_ms: int
    error: str | None = None
    """Why it failed; `address_refused` if the guard stopped it."""
    headers: Any = None
    """The receiver's headers, secrets removed."""
    status_code: int | None = None


class AuditEntry(Model):
    """An entry of the log, public or not."""
    actor: str
    """A user's id, `automation:NAME` or `system`."""
    at: Instant
    body: Any
    """What changed."""
    cause: EventId | None = None
    id: EventId
    object: Literal["audit_entry"]
    on_behalf_of: UserId | None = None
    sequence: int
    """The place in the log."""
    subject: str
    """The id of the record that changed."""
    subject_kind: str
    trace: str | None = None
    type: str
    version: int
    """The record's version after the change."""
    words: Any = None
    """What people wrote; null where there was nothing, or where it was erased."""


class AuditReport(Model):
    """What verifying found."""
    checkpoints: int
    """Signed heads."""
    entries: int
    """Entries under seals."""
    first_bad: FirstBad | None = None
    missing_key: str | None = None
    """The id of the key that this server does not have: copy it from the data folder of the server that signed."""
    newer_seal: int | None = None
    """The first seal that a newer version made, or that somebody changed to look so: verify with the newest version."""
    object: Literal["audit_report"]
    ok: bool
    """Whether everything is sealed, but for the entries of the last moments, and as it was sealed."""
    seals: int
    status: AuditStatus
    """`verified`; `lagging`, where entries wait for their seals longer than they should; `key_missing`, where heads were signed by a key that this server does not have, so that it can verify all but their signatures; `newer_format`, where a newer version of the server made a seal, so that this one cannot verify what lies under it; `touched`, where something is not as it was sealed."""
    unsealed: int
    """Entries that no seal covers yet, and that this report can therefore not speak for."""


class AwayEntry(Model):
    """Somebody's leave, as far as the caller may read of it."""
    department: str | None
    end_half: bool
    """Until noon of the last."""
    first_day: date
    hours: float | None
    """So many hours of a single day; null for days."""
    id: LeaveId
    last_day: date
    name: str
    object: Literal["leave"]
    request: RequestId | None
    start_half: bool
    """From noon of the first day."""
    status: str
    """`reserved` until it is approved, then `taken`."""
    title: str
    """What people call it, or only that somebody is away."""
    type: str | None
    """Null where the caller may not read which type it is."""
    user: UserId


class AwayPage(Model):
    """Who is away."""
    data: list[AwayEntry]
    has_more: bool
    next_cursor: str | None = None


class Batch(Input):
    """Changes to be made together."""
    atomic: bool | None = None
    """All rows or none (the default), or each by itself."""
    rows: list[Row]
    """Judged and applied in order."""


class BatchView(Model):
    """What became of the rows."""
    data: list[RowView]


class Became(Model):
    """One record that a lead became."""
    id: str
    origin: Origin


class ChangePassword(Input):
    """The caller's password, and the next."""
    current_password: str
    new_password: str
    """At least 12 characters; nothing common, and not the person's name, address or company."""


class CheckReport(Model):
    """What the checker found."""
    findings: list[Finding]
    ok: bool
    """False only with an error."""


class ColumnView(Model):
    """A column of the file."""
    date_order: DateOrder | None = None
    decimal: DecimalMark | None = None
    example: str | None = None
    """What it holds in the first row that has anything there."""
    field: str | None = None
    """The field that it holds; null: it is left out."""
    name: str


class Completion(Input):
    """What is done."""
    comment: str | None = None
    form: dict[str, Any] | None = None
    """What the task's own `form` asks for."""


class ContactEdit(Input):
    """What changes about a contact; what is absent stays, null empties."""
    account: AccountId | None = None
    email: str | None = None
    name: str | None = None
    owner: UserId | None = None
    phone: str | None = None
    visibility: Visibility | None = None


class ValidatedContactView(Model):
    """A contact. Without its id, as `validate_only` shows it."""
    account: AccountId | AccountView | None = None
    created_at: Instant
    email: str | None = None
    name: str
    object: Literal["contact"]
    owner: UserId | UserView | None = None
    phone: str | None = None
    updated_at: Instant
    version: int
    visibility: Visibility


class ContactView(ValidatedContactView):
    """A contact."""
    id: ContactId


class Contract(Model):
    """A contract as its deal shows it."""
    number: str | None = None
    """The request's readable number: `CON-2026-00042`."""
    reason: str | None = None
    """Why, if somebody said so."""
    request: RequestId
    """The request by which it was asked for."""
    status: str
    """The request's status: `open`, `approved`, `rejected` …"""


class ConversionView(Model):
    """What a lead became."""
    account: Became | None = None
    activities: int
    """How many activities are about these now, too."""
    contact: Became
    deal: Became | None = None
    lead: LeadView
    object: Literal["lead_conversion"]


class ConvertDeal(Input):
    """The deal that a lead becomes."""
    amount: Money | None = None
    expected_close_on: date | None = None
    name: str | None = None
    """The company's name, else the person's, unless told otherwise."""
    pipeline: PipelineId | None = None
    stage: StageId | None = None


class ConvertLead(Input):
    """What a lead shall become."""
    account: AccountId | None = None
    contact: ContactId | None = None
    deal: ConvertDeal | None = None


class CurrentStep(Model):
    """A step that people work on now, or one that waits by itself: it has no tasks, and ends at `due_at`."""
    added: list[AddedApprover] | None = None
    """Those of them who were added by somebody who is asked."""
    assignees: list[UserId]
    due_at: Instant | None = None
    step: str
    tasks: list[TaskId]
    title: str


class DealEdit(Input):
    """What changes about a deal; what is absent stays, null empties. A changed stage is a move."""
    account: AccountId | None = None
    amount: Money | None = None
    expected_close_on: date | None = None
    name: str | None = None
    owner: UserId | None = None
    pipeline: PipelineId | None = None
    probability: int | None = None
    stage: StageId | None = None
    visibility: Visibility | None = None


class DealLinesEdit(Input):
    """All lines of a deal, in order; all in one currency. Without any, the deal keeps its amount, which is then given by hand."""
    lines: list[LineEdit]
    price_book: PriceBookId | None = None
    """Where lines without a `unit_price` have theirs from: unless told, the one that the deal has, or the standard one for the currency of its amount."""


class DealLinesView(Model):
    """The lines of a deal, and what they come to."""
    deal: DealId
    lines: list[LineView]
    object: Literal["deal_lines"]
    price_book: PriceBookId | None = None
    totals: Amounts | None = None
    version: int
    """The deal's."""


class ValidatedDealView(Model):
    """A deal. Without its id, as `validate_only` shows it."""
    account: AccountId | AccountView
    amount: Money | None = None
    closed_at: Instant | None = None
    contract: Contract | None = None
    created_at: Instant
    expected_close_on: date | None = None
    line_count: int
    """Where there are lines, the amount is what they come to without tax (`GET /v1/deals/{id}/lines`)."""
    lost_reason: str | None = None
    name: str
    next_activity: NextActivity | None = None
    object: Literal["deal"]
    owner: UserId | UserView | None = None
    pipeline: PipelineId | PipelineView
    probability: int
    """Of winning, in percent."""
    stage: StageId
    status: Status
    updated_at: Instant
    version: int
    visibility: Visibility


class DealView(ValidatedDealView):
    """A deal."""
    id: DealId


class ValidatedTask(Model):
    """A task. Without its id, as `validate_only` shows it."""
    added: AddedApprover | None = None
    allowed: list[TaskVerb]
    """What this caller may do with it now."""
    amount: Money | None = None
    answers: dict[str, Any] | None = None
    """What was filled in."""
    approvers: list[AddedApprover]
    """Who was added from this task."""
    assignee: UserId | UserView
    claimed: bool
    """Whether its holder took it from a pool, so that nobody else is asked."""
    created_at: Instant
    decided_at: Instant | None = None
    decision: Decision | None = None
    due_at: Instant | None = None
    editable: list[str]
    """Fields of the request's form that whoever approves may change, by `form`, while it is open."""
    form: dict[str, Any] | None = None
    """What is to be filled in when the work of a `task` is done, as the form of a workflow."""
    items: list[TaskItem]
    """The items of the form that it is about, where its step stands in an `each`; outermost first."""
    kind: TaskKind
    """`task` where something is to be done, `repair` where an owner is asked to mend what holds a step."""
    object: Literal["task"]
    on_behalf_of: UserId | None = None
    request: RequestId | Request
    requester: UserId | UserView | None = None
    required: list[str]
    """Those of them that must be filled in to approve."""
    status: TaskStatus
    step: str
    summary: str
    """The line that stands for the request."""
    title: str
    updated_at: Instant
    version: int
    waits_for: TaskId | None = None
    why: str
    """Why it came to its holder, in a sentence."""
    workflow: str
    """The name of the request's workflow."""


class Task(ValidatedTask):
    """A task."""
    id: TaskId


class DecidedTask(Task):
    """A task after a decision, with what came of it."""
    next: list[NextStep]
    """What is open now."""
    request_status: RequestStatus
    """The status of the request now."""


class ValidatedDefinition(Model):
    """A workflow, an automation, a calendar or a table, in its newest version. Without its id, as `validate_only` shows it."""
    created_at: Instant
    description: str | None = None
    findings: list[Finding] | None = None
    """What the checker warned of when it was published; in the answer to publishing alone."""
    name: str
    object: DefinitionKind
    text: str | None = None
    """The file as its author wrote it; left out in lists."""
    title: str
    updated_at: Instant
    version: int


class Definition(ValidatedDefinition):
    """A workflow, an automation, a calendar or a table, in its newest version."""
    id: DefinitionId


class DefinitionPage(Model):
    """The definitions of a kind, by name."""
    data: list[Definition]
    has_more: bool
    next_cursor: str | None = None


class DefinitionVersion(Model):
    """A version of a definition."""
    name: str
    object: Literal["definition_version"]
    proposed_by: str | None = None
    """The id of whoever proposed it, where a second person published it."""
    published_at: Instant
    published_by: str
    """The id of a person, or `system` for what shipped with the server."""
    text: str
    """The file as its author wrote it."""
    version: int


class ValidatedDeliveryView(Model):
    """One event to one endpoint. Without its id, as `validate_only` shows it."""
    attempts: list[AttemptView]
    created_at: Instant
    event: EventId
    """The event's id, which is also the `webhook-id`."""
    event_type: str
    next_attempt_at: Instant | None = None
    object: Literal["delivery"]
    reason: str | None = None
    """Why it is parked, or can never be sent."""
    status: DeliveryStatus
    updated_at: Instant
    version: int
    webhook: WebhookId


class DeliveryView(ValidatedDeliveryView):
    """One event to one endpoint."""
    id: DeliveryId


class DepartmentPatch(Input):
    """A change of a department."""
    head: UserId | None = None
    name: str | None = None


class ValidatedDepartmentView(Model):
    """A department. Without its id, as `validate_only` shows it."""
    created_at: Instant
    head: UserId | UserView | None = None
    name: str
    """As workflows name it."""
    object: Literal["department"]
    updated_at: Instant
    version: int


class DepartmentView(ValidatedDepartmentView):
    """A department."""
    id: DepartmentId


class ValidatedUserView(Model):
    """A person. Without its id, as `validate_only` shows it."""
    cost_center: str | None = None
    country: str | None = None
    """ISO 3166."""
    created_at: Instant
    department: DepartmentId | DepartmentView | None = None
    email: str
    grade: str | None = None
    limit: Money | None = None
    locale: str | None = None
    """The person's language; null: the tenant's."""
    manager: UserId | UserView | None = None
    name: str
    object: Literal["user"]
    roles: list[str]
    """Names of roles."""
    status: UserStatus
    title: str | None = None
    updated_at: Instant
    version: int


class UserView(ValidatedUserView):
    """A person."""
    id: UserId


class DisabledView(UserView):
    """A person who was disabled, and what becomes of what waited for them."""
    tasks: LeftTasks


class DisqualifyLead(Input):
    """Why nothing comes of a lead."""
    reason: str
    """On one line, not blank."""


class DraftPatch(Input):
    """A change of a draft."""
    form: dict[str, Any] | None = None
    """What changed; fields left out stay as they were, `null` takes one away, or all of them in place of the object."""


class ValidatedEmployment(Model):
    """The terms that somebody works by. Without its id, as `validate_only` shows it."""
    created_at: Instant | None
    joined_on: date | None
    """The first day of work; none: before anything is counted."""
    left_on: date | None
    """The last day of work."""
    object: Literal["employment"]
    service_since: date | None
    """From when years of service count, where that is another day than that of joining."""
    terms: list[TermsBody]
    """What is worked, from which day on; before the first, full time by the calendar of the place."""
    updated_at: Instant | None
    user: UserId
    version: int
    """0 where nothing was said yet: full time, and there before anything is counted."""


class Employment(ValidatedEmployment):
    """The terms that somebody works by."""
    id: EmploymentId


class EmploymentBody(Input):
    """When somebody joined and left, and what they work."""
    joined_on: date | None
    """The first day of work; none: before anything is counted."""
    left_on: date | None
    """The last day of work."""
    service_since: date | None
    """From when years of service count, where that is another day than that of joining."""
    terms: list[TermsBody]
    """What is worked, from which day on; before the first, full time by the calendar of the place. 100 at most."""


class Event(Model):
    """An event, as log, stream, webhooks and NATS carry it: CloudEvents 1.0 in JSON."""
    causationid: EventId | None = None
    data: EventData
    """What happened to which object; the object's fields stand under its own name."""
    datacontenttype: str
    dataschema: str
    """Where the JSON Schema of `data` stands."""
    id: EventId
    sequence: str
    """The place in the log."""
    source: str
    """The server's public address."""
    specversion: str
    subject: str
    """The object's id."""
    tenantid: TenantId
    time: Instant
    traceparent: str | None = None
    type: str


class EventData(Model):
    """What happened to which object."""
    actor: str
    """A user's id, `automation:NAME` or `system`."""
    changed_fields: list[str] | None = None
    id: str
    links: list[str]
    """Ids of the records that it concerns."""
    object: str
    """What kind of thing it is."""
    previous: dict[str, Any] | None = None
    """The changed fields as they were."""
    url: str
    """Where to read it."""
    version: int


class EventPage(Model):
    """A page of the log, oldest first."""
    data: list[Event]
    has_more: bool
    """Whether there is more to be had at once."""
    next_cursor: str
    """Always there: what happens next is behind it."""


class EventType(Model):
    """A type of event."""
    about: str
    example: Any
    """A whole event, in full."""
    name: str
    """`area.thing.happened`."""
    object: Literal["event_type"]
    schema_: Any = Field(alias="schema")
    """JSON Schema 2020-12 of `data`."""
    scope: str
    """What a key needs to hear of it."""
    thing: str
    """The member of `data` that holds the object's fields, in full payloads."""


class EventTypePage(Model):
    """All types of event."""
    data: list[EventType]
    has_more: bool
    next_cursor: str | None = None


class Explanation(Model):
    """What a workflow says in full."""
    name: str
    prose: str
    """The same as sentences, one a line."""
    text: str
    """The file with every default filled in."""
    version: int


class FieldChange(Model):
    """One field, before and after."""
    field: str
    from_: Any = Field(alias="from")
    """Null where there was nothing."""
    to: Any
    """Null where there is nothing now."""


class FieldState(Model):
    """A field as it is now."""
    pointer: str
    """A JSON pointer into the body, as in `errors`."""
    required: bool
    shown: bool
    """Whether it belongs to a form filled in like this."""


class ValidatedFile(Model):
    """A file. Without its id, as `validate_only` shows it."""
    created_at: Instant
    media_type: str
    """What the file is, by its first bytes and its name."""
    name: str
    """As it was uploaded, without folders and control characters."""
    object: Literal["file"]
    sha256: str
    """Hexadecimal."""
    size: int
    """Bytes."""
    updated_at: Instant
    uploaded_by: UserId | UserView
    version: int


class File(ValidatedFile):
    """A file."""
    id: FileId


class FileLink(Model):
    """A link that works for a few minutes without signing in."""
    expires_at: Instant
    object: Literal["file_link"]
    url: str


class Finding(Model):
    """One thing that is wrong with a file."""
    code: str
    column: int
    excerpt: str
    """The line, and below it a caret under what is meant."""
    hint: str | None = None
    line: int
    message: str
    path: str
    """Where in the document, as a JSON pointer."""
    severity: Severity


class FirstBad(Model):
    """The first thing that was touched."""
    code: str
    """`entries`, `strangers`, `words`, `chain`, `checkpoint` or `truncated`."""
    detail: str
    """A sentence."""
    entry: EventId | None = None
    seal: int | None = None
    """The seal's number; null where no seal speaks of it."""


class FirstTenant(Input):
    """The first tenant."""
    currency: str | None = None
    """ISO 4217; EUR unless told. It never changes."""
    locale: str | None = None
    """`en` unless told."""
    name: str
    slug: str
    """Lower-case letters, digits and hyphens."""
    zone: str | None = None
    """IANA name; Europe/Berlin unless told."""


class FormError(Model):
    """One thing that is wrong or missing."""
    code: str
    detail: str
    pointer: str


class FormSoFar(Input):
    """A form as far as it is filled in."""
    form: dict[str, Any]


class FormState(Model):
    """How a form stands."""
    complete: bool
    """Whether it could be submitted like this: nothing is wrong or missing, and no check of the workflow refuses it."""
    errors: list[FormError]
    """What is wrong or missing."""
    fields: list[FieldState]
    """In the order of the form; the lines of a list stand behind it."""
    form: dict[str, Any]
    """With defaults filled in and computed fields computed; without what is hidden or wrong."""
    object: Literal["form_state"]
    refused: str | None = None
    """Why a check of the workflow would refuse it, once nothing is wrong."""
    warnings: list[str]
    """What the submitter would be warned of, once nothing is wrong."""


class GroupView(Model):
    """The deals of one stage, owner or status."""
    count: int
    key: str | None = None
    """The id of the stage or person, or the status; null for deals that nobody owns."""
    name: str | None = None
    """The name of the stage or person, or the status."""
    sums: list[Money]
    """One for each currency; two currencies do not add."""


class HistoryEntry(Model):
    """One entry of a record's history."""
    actor: str
    """A person's id, `automation:NAME` or `system`."""
    at: Instant
    changes: list[FieldChange]
    id: EventId
    object: Literal["history_entry"]
    on_behalf_of: UserId | None = None
    text: str
    """A sentence in the caller's language."""
    type: str
    """The event's type: `crm.deal.won`."""
    version: int
    """The record's version since then."""


class HistoryPage(Model):
    """A page of a history."""
    data: list[HistoryEntry]
    has_more: bool
    next_cursor: str | None = None


class ImportRowView(Model):
    """A row that made or changed something, or was refused."""
    errors: list[RowFaultView]
    line: int
    """Where it begins in the file."""
    object: Literal["import_row"]
    outcome: RowOutcome
    record: str | None = None
    """The record that it made or changed."""
    row: int
    """Counted from one, behind the header."""


class ValidatedImportView(Model):
    """An import, and how far it is. Without its id, as `validate_only` shows it."""
    accounts_created: int
    """Accounts that were made because rows named them."""
    columns: list[ColumnView]
    create_missing: bool
    created: int
    created_at: Instant
    created_by: UserId | UserView
    deleted: int
    """Of what it made, what was deleted when it was undone."""
    delimiter: str | None = None
    """Of CSV."""
    done: int
    """How many of them have been gone through."""
    encoding: str
    ended_at: Instant | None = None
    file: FileId
    kind: ImportKind
    left: int
    """Of what it made, what was left when it was undone, since it was changed meanwhile."""
    match_on: MatchOn
    object: Literal["import"]
    refused: int
    rows: int
    """Rows of the file, blank ones not counted."""
    source: str | None = None
    status: ImportStatus
    stopped: str | None = None
    """Why the server stopped it: `not_allowed`, since whoever began it may not go on, or `file_lost`."""
    unchanged: int
    unmapped: list[str]
    """The columns that are left out."""
    updated: int
    updated_at: Instant
    validate_only: bool
    version: int


class ImportView(ValidatedImportView):
    """An import, and how far it is."""
    id: ImportId


class LeadEdit(Input):
    """What changes about a lead; what is absent stays, null empties."""
    company: str | None = None
    email: str | None = None
    estimated_amount: Money | None = None
    name: str | None = None
    notes: str | None = None
    owner: UserId | None = None
    phone: str | None = None
    source: str | None = None
    status: LeadStatus | None = None
    visibility: Visibility | None = None


class ValidatedLeadView(Model):
    """A lead. Without its id, as `validate_only` shows it."""
    account: AccountId | AccountView | None = None
    company: str | None = None
    contact: ContactId | ContactView | None = None
    converted_at: Instant | None = None
    created_at: Instant
    deal: DealId | DealView | None = None
    disqualified_reason: str | None = None
    email: str | None = None
    estimated_amount: Money | None = None
    name: str
    notes: str | None = None
    object: Literal["lead"]
    owner: UserId | UserView | None = None
    phone: str | None = None
    source: str | None = None
    status: LeadStatus
    updated_at: Instant
    version: int
    visibility: Visibility


class LeadView(ValidatedLeadView):
    """A lead."""
    id: LeadId


class LeaveBalance(Model):
    """The balance of a type of leave on a day: the sum of its ledger up to then."""
    accrued: float
    """What the year has brought so far."""
    adjusted: float
    available: float | None
    """What can still be asked for on this day: what later leave needs is not there."""
    balance: float | None
    """Null where as much is taken as is approved."""
    carried: float
    """What came into it from the year before."""
    expired: float
    measure: str
    """What amounts are in: `day` or `hour`."""
    object: Literal["leave_balance"]
    on: date
    paid: bool
    period: date
    """The first day of the leave year."""
    title: str
    type: str
    """The name of the type."""
    unit: str
    """The least that can be asked for: `day`, `half_day` or `hour`."""
    used: float
    """What was taken of it, or is set aside, up to this day."""
    user: UserId


class LeaveBalancePage(Model):
    """Balances of one person."""
    data: list[LeaveBalance]
    has_more: bool
    next_cursor: str | None = None


class LeaveCalendarHoliday(Model):
    """A public holiday where somebody works."""
    date: date
    half: bool
    """Work ends at the middle of the day."""
    name: str


class LeaveCalendarPage(Model):
    """The calendar of some people, by name."""
    data: list[LeaveCalendarPerson]
    has_more: bool
    next_cursor: str | None = None


class LeaveCalendarPerson(Model):
    """Somebody's days, as far as the caller may read of them."""
    days_off: list[date]
    """On which they do not work: by the days of their week, public holidays of their place, or because they have not joined yet or have left."""
    department: str | None
    holidays: list[LeaveCalendarHoliday]
    leaves: list[AwayEntry]
    """Leave that lies in part between the two days, in the order in which it ends."""
    name: str
    object: Literal["leave_calendar_person"]
    user: UserId


class ValidatedLeaveEntry(Model):
    """An entry of the ledger of leave. Without its id, as `validate_only` shows it."""
    amount: float
    balance: float
    """The sum of all entries up to this one."""
    created_at: Instant | None
    from_last_year: bool
    """Whether it belongs to what was carried into that year."""
    kind: str
    """`accrued`, `reserved`, `released`, `taken`, `carried`, `expired` or `adjusted`."""
    object: Literal["leave_entry"]
    on: date
    """It counts from this day on."""
    period: date
    """The first day of the leave year that it belongs to."""
    reason: str | None
    """Why, in the words of whoever adjusted it."""
    request: RequestId | None
    type: str
    user: UserId


class LeaveEntry(ValidatedLeaveEntry):
    """An entry of the ledger of leave."""
    id: LeaveEntryId | None


class LeaveEntryPage(Model):
    """A ledger."""
    data: list[LeaveEntry]
    has_more: bool
    next_cursor: str | None = None


class ValidatedLeaveFeed(Model):
    """A link to a calendar of leave that other programs read. Without its id, as `validate_only` shows it."""
    created_at: Instant
    department: str | None
    """Null: whichever the owner is in, or none is meant."""
    link: str | None
    """Shown this once: whoever has it reads the calendar without signing in."""
    object: Literal["leave_feed"]
    shows: LeaveFeedShows
    user: UserId
    """As whom it reads."""


class LeaveFeed(ValidatedLeaveFeed):
    """A link to a calendar of leave that other programs read."""
    id: LeaveFeedId


class LeaveFeedPage(Model):
    """Links of one person."""
    data: list[LeaveFeed]
    has_more: bool
    next_cursor: str | None = None


class LeaveLiability(Model):
    """What somebody is owed of a paid type of leave."""
    balance: float
    """Below zero: more was taken than the rules had brought by then."""
    department: str | None
    measure: str
    """What the balance is in: `day` or `hour`."""
    name: str
    object: Literal["leave_liability"]
    on: date
    title: str
    type: str
    user: UserId


class LeaveLiabilityPage(Model):
    """What is owed."""
    data: list[LeaveLiability]
    has_more: bool
    next_cursor: str | None = None


class LeavePreview(Model):
    """What leave would take, and what speaks against it."""
    away: list[AwayEntry]
    """Who of the same department is away on some of these days."""
    balance_after: float | None
    balance_before: float | None
    """On the first day, before it; null where as much is taken as is approved."""
    days: list[LeavePreviewDay]
    measure: str
    """What amounts are in: `day` or `hour`."""
    object: Literal["leave_preview"]
    problems: list[LeavePreviewProblem]
    """Why it would be refused; none: it could be asked for."""
    takes: float
    type: str
    user: UserId


class LeavePreviewDay(Model):
    """A day."""
    date: date
    holiday: str | None
    """What the holiday is called."""
    takes: float
    why: str
    """`worked`, `half`, `hours`, `counted`, `day_off`, `holiday`, `half_holiday`, `make_up_day` or `not_employed`."""


class LeavePreviewProblem(Model):
    """Why leave would be refused."""
    code: str
    detail: str


class ValidatedLeaveRecount(Model):
    """What a call counted again, or with `validate_only` would. Without its id, as `validate_only` shows it."""
    changes: list[LeaveRecountChange]
    """Leave of which days take something else now."""
    from_: date = Field(alias="from")
    next: UserId | None
    object: Literal["leave_recount"]
    people: int
    """How many people were looked at."""


class LeaveRecount(ValidatedLeaveRecount):
    """What a call counted again, or with `validate_only` would."""
    id: LeaveRecountId


class LeaveRecountChange(Model):
    """A leave that was counted again."""
    days: list[LeaveRecountDay]
    first_day: date
    is_: float = Field(alias="is")
    """What it takes."""
    last_day: date
    leave: LeaveId
    refused: str | None
    """Why it stays as it was: there is not enough for it. Null where it was counted again."""
    status: str
    """`reserved` until it is approved, then `taken`."""
    type: str
    user: UserId
    was: float
    """What it took."""


class LeaveRecountDay(Model):
    """A day that takes something else."""
    date: date
    holiday: str | None
    """What the holiday is called."""
    is_: float = Field(alias="is")
    was: float
    why: str
    """Why it takes that: as in a preview."""


class ValidatedLeaveRun(Model):
    """What a call kept, or with `validate_only` would keep. Without its id, as `validate_only` shows it."""
    entries: list[LeaveRunEntry]
    next: UserId | None
    object: Literal["leave_run"]
    people: int
    """How many people were looked at."""
    until: date


class LeaveRun(ValidatedLeaveRun):
    """What a call kept, or with `validate_only` would keep."""
    id: LeaveRunId


class LeaveRunEntry(Model):
    """An entry of a run."""
    amount: float
    kind: str
    on: date
    type: str
    user: UserId


class LeaveTaken(Model):
    """Leave of a type in a department and a month."""
    department: str | None
    """Null for people who are in none."""
    measure: str
    """What amounts are in: `day` or `hour`."""
    month: str
    object: Literal["leave_taken"]
    people: int
    """How many people's leave it is."""
    reserved: float
    """Asked for, and not decided yet."""
    taken: float
    """Approved."""
    title: str
    type: str | None
    """Null where the caller may not read which type it is."""


class LeaveTakenPage(Model):
    """Leave by department, type and month."""
    data: list[LeaveTaken]
    has_more: bool
    next_cursor: str | None = None


class LeftTasks(Model):
    """What becomes of the open tasks of somebody who is disabled."""
    dropped: int
    """Nobody is asked in their place: the others who are asked decide without them, or the step is skipped."""
    handed_on: int
    """Somebody else is asked in their place."""
    held: int
    """Nobody else can be asked: the step is held, and the owners of the workflow are asked to mend it."""
    not_counted: int
    """Not judged for this answer, being more than 500 or not readable; they go on like the others."""


class LineEdit(Input):
    """A line as it shall be: a product, or a description."""
    description: str | None = None
    """The product's name unless told."""
    discount_percent: Written | None = None
    product: ProductId | None = None
    quantity: Written
    """More than 0, with at most 4 decimal places."""
    tax_rate_percent: Written | None = None
    unit: str | None = None
    """The product's unless told."""
    unit_price: Money | None = None


class LineView(Amounts):
    """A line: each of its amounts is rounded at the scale of the currency, half away from zero."""
    description: str
    discount_percent: str
    position: int
    """From 1."""
    product: ProductId | None = None
    quantity: str
    tax_rate_percent: str
    unit: str | None = None
    unit_price: Money


class ListedContract(Model):
    """A contract as the account lists it."""
    deal: DealId
    number: str | None = None
    request: RequestId
    status: str


class Login(Input):
    """A sign-in by password."""
    email: str
    password: str
    tenant: str | None = None
    """The tenant's slug, if the address belongs to several."""


class LoseDeal(Input):
    """Why a deal was lost."""
    reason: str
    """On one line, not blank."""


class Marked(Model):
    """How many were marked."""
    marked: int


class MeView(UserView):
    """The caller."""
    allowed: list[OperationId]
    """The operations that this caller may ask for; every other answers 403. What depends on one record, as deciding a task, its own `allowed` says; names that may be published are a matter of `publishing` of the settings."""
    scopes: list[str]
    """What this session or key may touch."""
    tenant: SettingsView


class Money(Input):
    amount: str
    currency: str


class MoveDeal(Input):
    """Where a deal goes."""
    stage: StageId
    """A stage of the deal's pipeline."""


class MovePlan(Model):
    """What a move would do."""
    allowed: bool
    """Whether this caller may move it now."""
    from_: int = Field(alias="from")
    """The version that it goes by."""
    object: Literal["move_plan"]
    possible: bool
    """Whether it can be moved, by somebody who may."""
    reasons: list[str]
    """What stands in the way."""
    request: RequestId
    to: int
    """The version that it would go by."""


class NewAccount(Input):
    """A new account. Its owner is the caller unless told otherwise."""
    country: str | None = None
    """ISO 3166, two capital letters."""
    domain: str | None = None
    name: str
    """On one line, not blank."""
    owner: UserId | None = None
    visibility: Visibility | None = None


class NewActivity(Input):
    """A new activity. Its owner is the caller unless told otherwise, and it is open: but a note is done. One about a deal, or else a contact, is also about its account, unless told otherwise."""
    account: AccountId | None = None
    """What it is about."""
    body: str | None = None
    """Several lines."""
    completed_at: datetime | None = None
    """Now unless told otherwise, of one that is done."""
    contact: ContactId | None = None
    deal: DealId | None = None
    due_at: str | None = None
    """An instant; or a date, which is the end of that day where the company is. A meeting is due when it starts unless told otherwise."""
    ends_at: datetime | None = None
    lead: LeadId | None = None
    owner: UserId | None = None
    """Who is to do it."""
    priority: Priority | None = None
    starts_at: datetime | None = None
    """Of a meeting."""
    status: ActivityStatus | None = None
    subject: str
    """On one line, not blank."""
    type: ActivityType
    visibility: Visibility | None = None


class NewApiKey(Input):
    """A new API key."""
    expires_at: Instant | None = None
    name: str
    """What it is for."""
    scopes: list[str]
    """What it may touch; `write` covers `read`."""


class NewApiKeyView(ApiKeyView):
    """A new API key, with its secret."""
    key: str | None = None
    """For `Authorization: Bearer`; shown this once."""


class NewComment(Input):
    """A comment."""
    comment: str | None = None
    """Needed, and named as with every other act."""
    text: str | None = None
    """The older name of `comment`."""


class NewContact(Input):
    """A new contact. Its owner is the caller unless told otherwise."""
    account: AccountId | None = None
    email: str | None = None
    name: str
    """On one line, not blank."""
    owner: UserId | None = None
    phone: str | None = None
    visibility: Visibility | None = None


class NewDeal(Input):
    """A new deal. Its owner is the caller, and it stands in the first stage of the default pipeline, unless told otherwise."""
    account: AccountId
    amount: Money | None = None
    """Any currency that has minor units. Where a deal has lines, it is what they come to."""
    expected_close_on: date | None = None
    name: str
    """On one line, not blank."""
    owner: UserId | None = None
    pipeline: PipelineId | None = None
    probability: int | None = None
    """Of winning, 0 to 100 percent; the stage's unless told otherwise."""
    stage: StageId | None = None
    visibility: Visibility | None = None


class NewDepartment(Input):
    """A new department."""
    head: UserId | None = None
    name: str
    """Unique in the tenant."""


class NewEvent(Input):
    """Something that happened in another system."""
    data: dict[str, Any]
    """What it says, in at most 64 KiB: readers find it under `data.event`."""
    type: str
    """`custom.` and one to five words of its own: `custom.payment.handled`."""


class NewImport(Input):
    """A file whose rows become records."""
    create_missing: bool | None = None
    """Makes the accounts that rows name and that are not there, of contacts and deals."""
    date_order: DateOrder | None = None
    decimal: DecimalMark | None = None
    encoding: Charset | None = None
    file: FileId
    """Uploaded with `POST /v1/files`: CSV with any usual delimiter and encoding, or a JSON object on each line. The first line names the columns."""
    kind: ImportKind
    mapping: dict[str, str | None] | None = None
    """Which field each column holds, by the column's name; null leaves it out. Of columns that are not named here, their names tell."""
    match_on: MatchOn | None = None
    source: str | None = None
    """The system whose ids `external_id` holds, like `hubspot`; told by the names of its columns where these are its own."""
    validate_only: bool | None = None
    """Goes through all rows and reports on each, as the import would, and keeps nothing else."""


class NewLead(Input):
    """A new lead. Its owner is the caller, and it is new, unless told otherwise."""
    company: str | None = None
    email: str | None = None
    estimated_amount: Money | None = None
    name: str
    """The person's, on one line, not blank."""
    notes: str | None = None
    """Several lines."""
    owner: UserId | None = None
    phone: str | None = None
    source: str | None = None
    """A word like `web` or `trade_fair`."""
    status: LeadStatus | None = None
    """`new`, `working` or `qualified`."""
    visibility: Visibility | None = None


class NewLeaveAdjustment(Input):
    """An adjustment, with its reason."""
    amount: float
    """Days or hours, as the type is counted; negative takes some away. At most three decimals."""
    on: date | None = None
    """From this day on; today unless said."""
    reason: str
    type: str
    """The name of the type."""
    user: UserId


class NewLeaveFeed(Input):
    """A link that is to be made."""
    department: str | None = None
    """Its name; of `shows: department` alone. Whichever the owner is in unless said."""
    shows: LeaveFeedShows


class NewLeaveRecount(Input):
    """What is to be counted again."""
    after: UserId | None = None
    from_: date | None = Field(default=None, alias="from")
    """Days before it stay as they were counted; today unless said."""
    people: int | None = None
    """So many people; 200 unless said."""


class NewLeaveRun(Input):
    """What is to be kept."""
    after: UserId | None = None
    people: int | None = None
    """So many people; 200 unless said."""
    until: date
    """What is due up to and with this day: `2027-01-01` ends the year 2026."""


class NewPipeline(Input):
    """A new pipeline."""
    default: bool | None = None
    """Whether new deals take it unless told otherwise; the present default then is it no more."""
    name: str
    """On one line, not blank."""
    stages: list[StageEdit]
    """In order."""


class NewPriceBook(Input):
    """A new price book. It is active and not the standard one, unless told otherwise."""
    active: bool | None = None
    """Whether lines may take prices from it."""
    currency: str
    """Of all its prices; it cannot be changed."""
    name: str
    """On one line, not blank."""
    standard: bool | None = None
    """Whether lines in its currency take prices from it unless told otherwise; the one that was it then is it no more."""


class NewPriceBookEntry(Input):
    """A price of a product. Of one product a price book has one price on a day."""
    price_book: PriceBookId
    product: ProductId
    tiers: list[TierEdit]
    """By ascending quantities; all of a quantity has the price of the last tier that it reaches."""
    valid_from: date | None = None
    """The first day; without it, it held ever since."""
    valid_until: date | None = None
    """The last day; without it, it has no end."""


class NewProduct(Input):
    """A new product. It is active unless told otherwise."""
    active: bool | None = None
    """Whether it is still sold."""
    code: str | None = None
    """On one line; no two products have one, in whatever case."""
    description: str | None = None
    """Several lines."""
    name: str
    """On one line, not blank."""
    tax_rate_percent: str | None = None
    """The tax rate of lines that do not say otherwise: 0 to 100, with at most 4 decimal places."""
    unit: str | None = None
    """What quantities of it count, like `hour`."""


class NewRequest(Input):
    """A new request."""
    draft: bool | None = None
    """Save it only; `POST /v1/requests/{id}/submit` submits it."""
    form: dict[str, Any] | None = None
    """What is filled in, by field: see `GET /v1/workflows/{name}/form`."""
    requester: UserId | None = None
    workflow: str
    """The name of the workflow."""


class NewRole(Input):
    """A new role."""
    about: str | None = None
    name: str
    """Lower-case letters, digits and hyphens; never changes."""


class NewTime(Input):
    """What the tenant's clock is to show."""
    now: Instant


class NewUser(Input):
    """A new person."""
    cost_center: str | None = None
    country: str | None = None
    """ISO 3166, two capital letters."""
    department: DepartmentId | None = None
    email: str
    """Unique in the tenant, in whatever case."""
    grade: str | None = None
    limit: Money | None = None
    locale: str | None = None
    """The language to speak to the person in; the tenant's unless told: `en` or `zh-CN`."""
    manager: UserId | None = None
    name: str
    password: str | None = None
    """At least 12 characters. Without one, `POST /v1/users/{id}/password-link` makes a link that sets one."""
    roles: list[str] | None = None
    """Names of roles."""
    title: str | None = None


class NewWebhook(Input):
    """A new endpoint."""
    event_types: list[str]
    """Types, areas (`crm.deal.*`), or `*`."""
    filter: Any = None
    ordered: bool | None = None
    payload: PayloadWord | None = None
    url: str
    """HTTPS, and no address of an inside network."""


class NextActivity(Model):
    """What is to be done next about a deal."""
    due_at: Instant | None = None
    id: ActivityId
    owner: UserId | None = None
    subject: str
    type: ActivityType


class NextStep(Model):
    """An open step as the answer to a decision names it."""
    step: str
    tasks: list[TaskId]


class Nothing(Input):
    """A verb that takes no member: `OptionalBody<Nothing>`."""


class ValidatedNotice(Model):
    """A note to the caller. Without its id, as `validate_only` shows it."""
    about: str | None = None
    """The id of the record that it is about."""
    created_at: Instant
    object: Literal["notice"]
    read_at: Instant | None = None
    text: str
    updated_at: Instant
    version: int


class Notice(ValidatedNotice):
    """A note to the caller."""
    id: NoticeId


class PageAccountView(Model):
    """A page of a list, as it is shown."""
    count: RowCount | None = None
    count_capped: RowCountCapped | None = None
    data: list[AccountView]
    has_more: bool
    next_cursor: NextCursor | None = None


class PageActivityView(Model):
    """A page of a list, as it is shown."""
    count: RowCount | None = None
    count_capped: RowCountCapped | None = None
    data: list[ActivityView]
    has_more: bool
    next_cursor: NextCursor | None = None


class PageApiKeyView(Model):
    """A page of a list, as it is shown."""
    count: RowCount | None = None
    count_capped: RowCountCapped | None = None
    data: list[ApiKeyView]
    has_more: bool
    next_cursor: NextCursor | None = None


class PageAuditEntry(Model):
    """A page of a list, as it is shown."""
    count: RowCount | None = None
    count_capped: RowCountCapped | None = None
    data: list[AuditEntry]
    has_more: bool
    next_cursor: NextCursor | None = None


class PageContactView(Model):
    """A page of a list, as it is shown."""
    count: RowCount | None = None
    count_capped: RowCountCapped | None = None
    data: list[ContactView]
    has_more: bool
    next_cursor: NextCursor | None = None


class PageDealView(Model):
    """A page of a list, as it is shown."""
    count: RowCount | None = None
    count_capped: RowCountCapped | None = None
    data: list[DealView]
    has_more: bool
    next_cursor: NextCursor | None = None


class PageDeliveryView(Model):
    """A page of a list, as it is shown."""
    count: RowCount | None = None
    count_capped: RowCountCapped | None = None
    data: list[DeliveryView]
    has_more: bool
    next_cursor: NextCursor | None = None


class PageDepartmentView(Model):
    """A page of a list, as it is shown."""
    count: RowCount | None = None
    count_capped: RowCountCapped | None = None
    data: list[DepartmentView]
    has_more: bool
    next_cursor: NextCursor | None = None


class PageHistoryEntry(Model):
    """A page of a list, as it is shown."""
    count: RowCount | None = None
    count_capped: RowCountCapped | None = None
    data: list[HistoryEntry]
    has_more: bool
    next_cursor: NextCursor | None = None


class PageImportRowView(Model):
    """A page of a list, as it is shown."""
    count: RowCount | None = None
    count_capped: RowCountCapped | None = None
    data: list[ImportRowView]
    has_more: bool
    next_cursor: NextCursor | None = None


class PageImportView(Model):
    """A page of a list, as it is shown."""
    count: RowCount | None = None
    count_capped: RowCountCapped | None = None
    data: list[ImportView]
    has_more: bool
    next_cursor: NextCursor | None = None


class PageLeadView(Model):
    """A page of a list, as it is shown."""
    count: RowCount | None = None
    count_capped: RowCountCapped | None = None
    data: list[LeadView]
    has_more: bool
    next_cursor: NextCursor | None = None


class PageNotice(Model):
    """A page of a list, as it is shown."""
    count: RowCount | None = None
    count_capped: RowCountCapped | None = None
    data: list[Notice]
    has_more: bool
    next_cursor: NextCursor | None = None


class PagePipelineView(Model):
    """A page of a list, as it is shown."""
    count: RowCount | None = None
    count_capped: RowCountCapped | None = None
    data: list[PipelineView]
    has_more: bool
    next_cursor: NextCursor | None = None


class PagePriceBookEntryView(Model):
    """A page of a list, as it is shown."""
    count: RowCount | None = None
    count_capped: RowCountCapped | None = None
    data: list[PriceBookEntryView]
    has_more: bool
    next_cursor: NextCursor | None = None


class PagePriceBookView(Model):
    """A page of a list, as it is shown."""
    count: RowCount | None = None
    count_capped: RowCountCapped | None = None
    data: list[PriceBookView]
    has_more: bool
    next_cursor: NextCursor | None = None


class PageProductView(Model):
    """A page of a list, as it is shown."""
    count: RowCount | None = None
    count_capped: RowCountCapped | None = None
    data: list[ProductView]
    has_more: bool
    next_cursor: NextCursor | None = None


class PageProposal(Model):
    """A page of a list, as it is shown."""
    count: RowCount | None = None
    count_capped: RowCountCapped | None = None
    data: list[Proposal]
    has_more: bool
    next_cursor: NextCursor | None = None


class PageRequest(Model):
    """A page of a list, as it is shown."""
    count: RowCount | None = None
    count_capped: RowCountCapped | None = None
    data: list[Request]
    has_more: bool
    next_cursor: NextCursor | None = None


class PageRoleView(Model):
    """A page of a list, as it is shown."""
    count: RowCount | None = None
    count_capped: RowCountCapped | None = None
    data: list[RoleView]
    has_more: bool
    next_cursor: NextCursor | None = None


class PageRun(Model):
    """A page of a list, as it is shown."""
    count: RowCount | None = None
    count_capped: RowCountCapped | None = None
    data: list[Run]
    has_more: bool
    next_cursor: NextCursor | None = None


class PageSessionView(Model):
    """A page of a list, as it is shown."""
    count: RowCount | None = None
    count_capped: RowCountCapped | None = None
    data: list[SessionView]
    has_more: bool
    next_cursor: NextCursor | None = None


class PageTask(Model):
    """A page of a list, as it is shown."""
    count: RowCount | None = None
    count_capped: RowCountCapped | None = None
    data: list[Task]
    has_more: bool
    next_cursor: NextCursor | None = None


class PageTimelineEntry(Model):
    """A page of a list, as it is shown."""
    count: RowCount | None = None
    count_capped: RowCountCapped | None = None
    data: list[TimelineEntry]
    has_more: bool
    next_cursor: NextCursor | None = None


class PageUserView(Model):
    """A page of a list, as it is shown."""
    count: RowCount | None = None
    count_capped: RowCountCapped | None = None
    data: list[UserView]
    has_more: bool
    next_cursor: NextCursor | None = None


class PageWebhookView(Model):
    """A page of a list, as it is shown."""
    count: RowCount | None = None
    count_capped: RowCountCapped | None = None
    data: list[WebhookView]
    has_more: bool
    next_cursor: NextCursor | None = None


class PasswordLinkView(Model):
    """A link with which a person sets a password."""
    expires_at: Instant
    link: str | None = None
    """Works once; shown this once. What stands behind the `#` is the token."""
    object: Literal["password_link"]
    user: UserId


class PipelineEdit(Input):
    """What changes about a pipeline; what is absent stays. `stages` replaces all stages: name the id of each that stays."""
    default: bool | None = None
    name: str | None = None
    stages: list[StageEdit] | None = None


class ValidatedPipelineView(Model):
    """A pipeline. Without its id, as `validate_only` shows it."""
    created_at: Instant
    default: bool
    """Whether new deals take it unless told otherwise."""
    name: str
    object: Literal["pipeline"]
    stages: list[Stage]
    """In order."""
    updated_at: Instant
    version: int


class PipelineView(ValidatedPipelineView):
    """A pipeline."""
    id: PipelineId


class PriceBookEdit(Input):
    """What changes about a price book; what is absent stays."""
    active: bool | None = None
    name: str | None = None
    standard: bool | None = None


class PriceBookEntryEdit(Input):
    """What changes about a price; what is absent stays, null empties. `tiers` replaces all tiers."""
    tiers: list[TierEdit] | None = None
    valid_from: date | None = None
    valid_until: date | None = None


class ValidatedPriceBookEntryView(Model):
    """A price of a product. Without its id, as `validate_only` shows it."""
    created_at: Instant
    object: Literal["price_book_entry"]
    price_book: PriceBookId | PriceBookView
    product: ProductId | ProductView
    tiers: list[Tier]
    """By ascending quantities."""
    updated_at: Instant
    valid_from: date | None = None
    valid_until: date | None = None
    version: int


class PriceBookEntryView(ValidatedPriceBookEntryView):
    """A price of a product."""
    id: PriceBookEntryId


class ValidatedPriceBookView(Model):
    """A price book. Without its id, as `validate_only` shows it."""
    active: bool
    """Whether lines may take prices from it."""
    created_at: Instant
    currency: str
    """Of all its prices."""
    name: str
    object: Literal["price_book"]
    standard: bool
    """Whether lines in its currency take prices from it unless told otherwise."""
    updated_at: Instant
    version: int


class PriceBookView(ValidatedPriceBookView):
    """A price book."""
    id: PriceBookId


class PriceView(Model):
    """What a product costs."""
    entry: PriceBookEntryId
    """The entry that says so."""
    object: Literal["price"]
    on: date
    price_book: PriceBookId
    product: ProductId
    quantity: str
    unit_price: Money
    """Of one, at this quantity."""


class Problem(Model):
    """A failure, by RFC 9457. `type` has one status and one title. Only its schema is used: `web` writes the bodies."""
    code: str
    detail: str
    errors: list[ProblemErrors] | None = None
    """All that is wrong, at once."""
    instance: str
    outcome: dict[str, Any] | None = None
    """Of a 409: who decided what, when."""
    possible: list[str] | None = None
    """Of a 409: what this caller may do now."""
    request_id: str
    retryable: bool
    """Whether the same request may succeed later."""
    state: str | None = None
    """Of a 409: the object's status."""
    status: int
    title: str
    type: str
    """Where the kind is described: `/problems/CODE`."""


class ProblemErrors(Model):
    """One thing that is wrong."""
    code: str
    detail: str
    header: str | None = None
    parameter: str | None = None
    pointer: str | None = None
    """RFC 6901, into what was sent."""


class ProductEdit(Input):
    """What changes about a product; what is absent stays, null empties."""
    active: bool | None = None
    code: str | None = None
    description: str | None = None
    name: str | None = None
    tax_rate_percent: str | None = None
    unit: str | None = None


class ValidatedProductView(Model):
    """A product. Without its id, as `validate_only` shows it."""
    active: bool
    """Whether it is still sold."""
    code: str | None = None
    created_at: Instant
    description: str | None = None
    name: str
    object: Literal["product"]
    tax_rate_percent: str | None = None
    """The tax rate of lines that do not say otherwise."""
    unit: str | None = None
    updated_at: Instant
    version: int


class ProductView(ValidatedProductView):
    """A product."""
    id: ProductId


class ValidatedProposal(Model):
    """A version of a workflow, an automation, a calendar or a table that waits, or waited, for a second person. Without its id, as `validate_only` shows it."""
    base_version: int
    """The version that was in force when it was proposed: only while it is, the proposal can be published. 0: none was."""
    comment: str | None = None
    """What was said when it was published or rejected."""
    findings: list[Finding]
    """What the checker warned of when it was proposed."""
    kind: DefinitionKind
    name: str
    object: Literal["proposal"]
    proposed_at: Instant
    proposed_by: UserId
    published_version: int | None = None
    """The version that it became."""
    settled_at: Instant | None = None
    settled_by: UserId | None = None
    status: ProposalStatus
    text: str | None = None
    """The file as its author wrote it; left out in lists, and of a proposal that was withdrawn."""
    title: str
    updated_at: Instant
    version: int
    version_in_force: int | None = None
    """The version that is in force now, 0 for none; left out in lists and in answers to verbs."""


class Proposal(ValidatedProposal):
    """A version of a workflow, an automation, a calendar or a table that waits, or waited, for a second person."""
    id: ProposalId


class ProposalRejection(Input):
    """Why a proposal is rejected."""
    comment: str


class Publication(Input):
    """What is said when a proposal is published."""
    comment: str | None = None


class PublishedFile(Model):
    """A file that is in force now."""
    kind: DefinitionKind
    name: str
    version: int


class Publishing(Model):
    """How definitions are published."""
    rights: list[PublishingRight]
    """Who publishes what, beside `hr`, `admin` and the owners of the version in force."""
    second_person: bool | None = None
    """Whether what one person publishes waits for another who may publish it too."""


class PublishingRight(Model):
    """A role whose holders publish these names, also for the first time."""
    kinds: list[DefinitionKind] | None = None
    """None: all of them."""
    names: list[str]
    """Each a name, or the beginning of names with `*` after it."""
    role: str
    """The name of a role."""


class RefreshBody(Input):
    """A refresh token, to be exchanged or ended."""
    refresh_token: str


class RefusedFile(Model):
    """A file that is not in force, and why."""
    code: str
    """The code that `PUT` would answer with."""
    detail: str
    """In the tenant's language; the first line says what, each further one names a fault."""
    file: str


class Rejection(Input):
    """A rejection."""
    comment: str | None = None
    """Why; most workflows want it."""


class RemoveApprover(Input):
    """Who is not to decide after all."""
    comment: str | None = None
    who: UserId


class ReplayBody(Input):
    """Which deliveries go out again."""
    event_types: list[str] | None = None
    """Only these types."""
    since: Instant
    status: Annotated[Literal["pending", "succeeded", "failed", "parked"], OrNewer] | None = None
    """Only those that are so now."""
    until: Instant | None = None


class Replayed(Model):
    """How many go out again."""
    deliveries: int
    object: Literal["replay"]


class ValidatedRequest(Model):
    """A request. Without its id, as `validate_only` shows it."""
    allowed: list[RequestVerb]
    """What this caller may do with it now."""
    created_at: Instant
    current: list[CurrentStep]
    """Where it stands: the steps that people work on now."""
    decided_at: Instant | None = None
    facts: dict[str, Any] | None = None
    """What was looked up of earlier requests at the latest submission, by fact."""
    form: dict[str, Any]
    """What was filled in, by field."""
    note: str | None = None
    """What the definition said at its end."""
    number: str | None = None
    """Readable; none while it is a draft."""
    object: Literal["request"]
    requester: UserId | UserView
    round: int
    """Submissions so far."""
    status: RequestStatus
    submitted_at: Instant | None = None
    summary: str
    title: str
    """The title of its workflow, in the caller's language."""
    updated_at: Instant
    variables: dict[str, Any] | None = None
    """What the workflow's steps set, by name."""
    version: int
    warnings: list[str]
    """What the checks warned of at the latest submission; of a draft, which fields of it no submission takes."""
    workflow: WorkflowRef


class Request(ValidatedRequest):
    """A request."""
    id: RequestId


class RequestGroup(Model):
    """The requests of one status."""
    count: int
    status: RequestStatus
    sums: list[Money]
    """One for each currency; two currencies do not add."""


class RequestMove(Input):
    """To which version."""
    comment: str | None = None
    version: int | None = None
    """The one in force unless told."""


class RequestRetry(Input):
    """Which held step shall be tried again; all of them unless told."""
    comment: str | None = None
    step: str | None = None


class RequestSkip(Input):
    """Which held step is left out, and why."""
    comment: str
    """Why."""
    step: str | None = None
    """Needed where several steps are held."""


class RequestSummary(Model):
    """Counts and sums of the requests that match."""
    data: list[RequestGroup]
    object: Literal["request_summary"]
    total: RequestTotal


class RequestTotal(Model):
    """All requests that match."""
    count: int
    sums: list[Money]


class Resubmission(Input):
    """A request sent again."""
    comment: str | None = None
    form: dict[str, Any] | None = None
    """What changed; fields left out stay as they were, `null` empties one."""


class Return(Input):
    """A return."""
    comment: str | None = None
    to: str | None = None
    """`requester` unless told, or the id of an earlier step."""


class RolePatch(Input):
    """A change of a role."""
    about: str | None = None


class ValidatedRoleView(Model):
    """A role, and who holds it. Without its id, as `validate_only` shows it."""
    about: str | None = None
    created_at: Instant
    holders: list[UserId]
    """Active people who hold it; given and taken by `PATCH /v1/users/{id}`."""
    name: str
    """As workflows name it."""
    object: Literal["role"]
    updated_at: Instant
    version: int


class RoleView(ValidatedRoleView):
    """A role, and who holds it."""
    id: RoleId


class Row(Input):
    """One change."""
    data: Any = None
    """As the body of a creation or a change by itself."""
    id: str | None = None
    """Of the record to update or delete."""
    op: RowOp
    version: int | None = None
    """Its version, as it was read."""


class RowFaultView(Model):
    """Why a row was refused."""
    code: str
    column: str | None = None
    """The column; null where it is the row as a whole."""
    detail: str


class RowView(Model):
    """What became of one row."""
    index: int
    """Its place among the rows, from 0."""
    object: dict[str, Any] | None = None
    """The record as it is now; absent after a deletion."""
    problem: dict[str, Any] | None = None
    """Why nothing happened."""
    status: int
    """As if the row had been a call by itself."""


class ValidatedRun(Model):
    """A run: what an automation made of an event. Without its id, as `validate_only` shows it."""
    actions: list[dict[str, Any]]
    """What it did: `{action, inputs, output}`."""
    automation: str
    automation_version: int
    created_at: Instant
    event: EventId
    event_type: str
    object: Literal["run"]
    retried_at: Instant | None = None
    status: RunStatus
    subject: str
    """The record that the event is about."""
    version: int
    why: str | None = None
    """Why it did not act."""


class Run(ValidatedRun):
    """A run: what an automation made of an event."""
    id: RunId


class SandboxTime(Model):
    """What the tenant's clock shows."""
    now: Instant
    object: Literal["sandbox_clock"]
    offset_ms: int
    """Milliseconds ahead of the machine's own clock; negative if behind."""


class SearchBody(Input):
    """The body of `POST …/search`."""
    count: str | None = None
    """`exact`."""
    cursor: str | None = None
    filter: Any = None
    """The long form: `{"and": […]}`, `{"or": […]}`, `{"not": …}`, `{"field": {"op": value}}`."""
    limit: int | None = None
    """50 unless told."""
    q: str | None = None
    """A text to look for."""
    sort: str | None = None
    """`-amount,created_at`."""


class ValidatedSentEvent(Model):
    """What was said. Without its id, as `validate_only` shows it."""
    data: dict[str, Any]
    object: Literal["event"]
    time: Instant
    type: str


class SentEvent(ValidatedSentEvent):
    """What was said."""
    id: EventId


class SessionView(Model):
    """A sign-in."""
    created_at: Instant
    current: bool
    """Whether this request came with it."""
    expires_at: Instant
    """When it ends unless it is refreshed."""
    id: SessionId
    object: Literal["session"]
    updated_at: Instant
    """When it was refreshed last."""
    user: UserId | UserView
    user_agent: str | None = None
    """What the browser or program called itself."""
    version: int


class SetPassword(Input):
    """A password, set with a link."""
    password: str
    """At least 12 characters; nothing common, and not the person's name, address or company."""
    token: str
    """What stands behind the `#` of the link."""


class SetUp(Input):
    """The first tenant and its admin."""
    email: str
    name: str
    """The admin's name."""
    password: str
    """At least 12 characters."""
    tenant: FirstTenant
    token: str
    """What stands behind the `#` of the set-up link."""
    with_workflows: bool | None = None
    """Publish the workflows, calendars and automations that ship with the server; the admin is their publisher. Not unless told."""


class TokensView(Model):
    """What a sign-in or refresh gives."""
    access_token: str
    """For `Authorization: Bearer`; lives ten minutes."""
    expires_in: int
    """Seconds."""
    refresh_token: str
    """Used once, by `POST /v1/auth/refresh`; a used one gives the same heir for ten seconds, later it ends the session."""
    token_type: str


class SetUpDone(TokensView):
    """The admin's first sign-in, and what was published."""
    shipped: ShippedDefinitions | None = None


class SettingsPatch(Input):
    """A change of the settings."""
    calendar: str | None = None
    """The name of a published calendar."""
    locale: str | None = None
    """`en` or `zh-CN`."""
    name: str | None = None
    publishing: SettingsPatchPublishing | None = None
    """How definitions are published."""
    zone: str | None = None
    """IANA name."""


class SettingsPatchPublishing(Input):
    """A change of how definitions are published; what is absent stays."""
    rights: list[PublishingRight] | None = None
    """Replaces all rights; null: nobody has one beside `hr`, `admin` and the owners of the version in force."""
    second_person: bool | None = None
    """Whether what one person publishes waits as a proposal for another who may publish it too."""


class ValidatedSettingsView(Model):
    """The settings of a tenant. Without its id, as `validate_only` shows it."""
    calendar: str
    """The name of the default calendar."""
    created_at: Instant
    currency: str
    """The currency of requests and limits, and what an amount without one means; never changes."""
    locale: str
    name: str
    object: Literal["settings"]
    publishing: Publishing
    slug: str
    """How people name the tenant at sign-in; never changes."""
    updated_at: Instant
    version: int
    zone: str


class SettingsView(ValidatedSettingsView):
    """The settings of a tenant."""
    id: TenantId


class ShippedDefinitions(Model):
    """What became of the workflows, calendars and automations that ship."""
    published: list[PublishedFile]
    refused: list[RefusedFile]
    """What did not pass the checks that every file passes: the tenant is made without it."""


class SimulatedAsk(Model):
    """Somebody who would be asked."""
    user: UserId
    why: str
    """Why them."""


class SimulatedStep(Model):
    """A step to come."""
    due_at: Instant | None = None
    state: StepForesight
    step: str
    title: str
    who: list[SimulatedAsk]
    """Who is or would be asked."""
    why: str | None = None


class Simulation(Model):
    """What would come of a request if everyone asked said yes. What they would fill in is not known, and is empty to what reads it."""
    outcome: SimulatedOutcome
    steps: list[SimulatedStep]
    """In the order in which they would come."""
    warnings: list[str]
    """What the submitter would be warned of."""


class Stage(Model):
    """A stage of a pipeline."""
    id: StageId
    name: str
    probability: int
    """Of winning from here, in percent."""


class StageEdit(Input):
    """A stage as it shall be."""
    id: StageId | None = None
    name: str
    """On one line, not blank, once in a pipeline."""
    probability: int
    """Of winning from here, in percent."""


class StreamTicket(Model):
    """A ticket for one stream."""
    expires_at: Instant
    """Until when it opens its first stream."""
    object: Literal["stream_ticket"]
    ticket: str | None
    """For `GET /v1/events/stream?ticket=…`. Null where this is an answer given again under its idempotency key."""


class Submission(Input):
    """The form of a draft, where it shall be another than the saved one."""
    form: dict[str, Any] | None = None


class SummaryView(Model):
    """Counts and sums of the deals that match."""
    data: list[GroupView]
    group_by: GroupBy
    object: Literal["deal_summary"]
    total: TotalView


class Supposed(Input):
    """A submission that is not made."""
    form: dict[str, Any]
    """What would be filled in, by field."""
    requester: UserId | None = None


class TaskBatch(Input):
    """Decisions to be made together."""
    atomic: bool | None = None
    """All rows or none (the default), or each by itself."""
    rows: list[TaskBatchRow]
    """Judged in order."""


class TaskBatchRow(Input):
    """One decision."""
    data: dict[str, Any] | None = None
    """As the body of the decision by itself."""
    id: str
    """Of the task."""
    op: TaskBatchOp
    version: int | None = None
    """The task's version as it was read; it must be named where the form was edited since the task was opened."""


class TaskItem(Model):
    """An item of a list in the form, for which people are asked by itself."""
    each: str
    """The step that goes through the list."""
    name: str
    """What the workflow calls an item."""
    number: int
    """From 1."""
    of: int
    value: Any
    """What stands in it: the fields of a line; of a group its `key` and its `items`."""


class TaskNote(Input):
    """What is said when a task is taken from the pool, or given back."""
    comment: str | None = None


class TaskSummary(Model):
    """The inbox in numbers."""
    due_soon: int
    """Those of them that are due within 24 hours."""
    late: int
    """Those of them whose deadline has passed."""
    object: Literal["task_summary"]
    open: int
    """Open tasks of the caller."""


class TermsBody(Model):
    """What is worked from a day on."""
    from_: date = Field(alias="from")
    percent: int | None
    """Of full hours; as the days say where none is given."""
    working: WeekBody | None


class Tier(Model):
    """The price of one from some quantity on."""
    from_quantity: str
    unit_price: Money


class TierEdit(Input):
    """The price of one from some quantity on."""
    from_quantity: Written | None = None
    unit_price: Money
    """In the price book's currency."""


class TimelineEntry(Model):
    """An entry of a timeline."""
    actor: str
    """A person's id, `automation:NAME` or `system`."""
    at: Instant
    changes: list[FieldChange]
    id: EventId
    """The event."""
    object: Literal["timeline_entry"]
    subject: str
    """The id of what the event is about."""
    subject_name: str | None = None
    """What people call it."""
    text: str
    """A sentence in the caller's language."""
    type: str
    """The event's type: `crm.deal.won`."""


class TodayView(Model):
    """The caller's day. Each part is a first page with its count; the lists have the rest."""
    date: date
    deals_without_next_activity: PageDealView | None = None
    due_today: PageActivityView
    """Those that are still due today."""
    object: Literal["today"]
    overdue: PageActivityView
    """Open activities of the caller's that were due before now, the longest overdue first."""
    rotting_deals: PageDealView | None = None
    upcoming: PageActivityView
    """Those that are due in the seven days after."""
    zone: str


class TotalView(Model):
    """All deals that match."""
    count: int
    sums: list[Money]


class Transfer(Input):
    """A transfer."""
    comment: str | None = None
    to: UserId


class UserPatch(Input):
    """A change of a person; what is not named stays."""
    cost_center: str | None = None
    country: str | None = None
    department: DepartmentId | None = None
    email: str | None = None
    grade: str | None = None
    limit: Money | None = None
    locale: str | None = None
    manager: UserId | None = None
    name: str | None = None
    roles: list[str] | None = None
    title: str | None = None


class ValidatedDecidedTask(ValidatedTask):
    """A task after a decision, with what came of it."""
    next: list[NextStep]
    """What is open now."""
    request_status: RequestStatus
    """The status of the request now."""


class ValidatedDisabledView(ValidatedUserView):
    """A person who was disabled, and what becomes of what waited for them."""
    tasks: LeftTasks


class ValidatedNewApiKeyView(ValidatedApiKeyView):
    """A new API key, with its secret."""
    key: str | None = None
    """For `Authorization: Bearer`; shown this once."""


class ValidatedWebhookView(Model):
    """A webhook endpoint. Without its id, as `validate_only` shows it."""
    created_at: Instant
    disabled_reason: str | None = None
    """`key_revoked`, `key_expired`, `owner_disabled`, or what went wrong in words."""
    event_types: list[str]
    filter: Any = None
    """Only events whose fields pass: the long form of a filter."""
    key: ApiKeyId | None = None
    object: Literal["webhook"]
    ordered: bool
    """A record's events one by one, in order."""
    owner: UserId | UserView
    payload: PayloadWord
    scopes: list[str] | None = None
    """What it may be sent, as of an API key; null: all that its owner sees."""
    secret: str | None = None
    """`whsec_…`: shown when it is made or rotated, and never again."""
    status: EndpointStatus
    updated_at: Instant
    url: str
    version: int


class VersionPage(Model):
    """The versions of a definition, newest first."""
    data: list[DefinitionVersion]
    has_more: bool
    next_cursor: str | None = None


class WebhookPatch(Input):
    """What changes of an endpoint."""
    event_types: list[str] | None = None
    filter: Any = None
    ordered: bool | None = None
    payload: PayloadWord | None = None
    url: str | None = None


class WebhookView(ValidatedWebhookView):
    """A webhook endpoint."""
    id: WebhookId


class WeekBody(Model):
    """Hours of each day of the week: `09:00-12:30, 13:00-17:30`."""
    friday: str | None = None
    monday: str | None = None
    saturday: str | None = None
    sunday: str | None = None
    thursday: str | None = None
    tuesday: str | None = None
    wednesday: str | None = None


class WithComment(Input):
    """Words that go with an act."""
    comment: str | None = None


class WorkflowRef(Model):
    """The version of a workflow that a request follows."""
    name: str
    version: int


class AccountEvent(Event):
    """An event about an object of the kind `account`. Scope: `crm:accounts:read`."""
    data: AccountEventData
    type: Annotated[Literal["crm.account.created", "crm.account.deleted", "crm.account.restored", "crm.account.updated"], OrNewer]


class AccountEventData(EventData):
    account: AccountEventDataAccount | None = None
    """In full payloads only."""
    id: AccountId
    object: Literal["account"]


class AccountEventDataAccount(Model):
    """In full payloads only."""
    contracts: Any
    """The contracts of those of its deals that the reader sees, newest first."""
    country: str | None = None
    """Its country, ISO 3166, two letters."""
    domain: str | None = None
    """Its address on the web."""
    id: AccountId
    """The account."""
    name: str
    """Its name."""
    owner: UserId | None = None
    """Who looks after it."""
    visibility: str
    """Who sees it: tenant or mine."""


class ActivityEvent(Event):
    """An event about an object of the kind `activity`. Scope: `crm:activities:read`."""
    data: ActivityEventData
    type: Annotated[Literal["crm.activity.completed", "crm.activity.created", "crm.activity.deleted", "crm.activity.reopened", "crm.activity.restored", "crm.activity.updated"], OrNewer]


class ActivityEventData(EventData):
    activity: ActivityEventDataActivity | None = None
    """In full payloads only."""
    id: ActivityId
    object: Literal["activity"]


class ActivityEventDataActivity(Model):
    """In full payloads only."""
    account: AccountId | None = None
    """The company it is about."""
    body: str | None = None
    """More of it."""
    completed_at: datetime | None = None
    """When it was done."""
    contact: ContactId | None = None
    """The person it is about."""
    deal: DealId | None = None
    """The deal it is about."""
    due_at: datetime | None = None
    """When it is due."""
    due_on: date | None = None
    """The day at whose end it is due."""
    ends_at: datetime | None = None
    """When the meeting ends."""
    id: ActivityId
    """The activity."""
    lead: LeadId | None = None
    """The lead it is about."""
    owner: UserId | None = None
    """Who is to do it."""
    priority: str
    """low, normal or high."""
    starts_at: datetime | None = None
    """When the meeting starts."""
    status: str
    """open, done or cancelled."""
    subject: str
    """What it is, on one line."""
    type: str
    """task, call, email, meeting or note."""
    visibility: str
    """Who sees it: tenant or mine."""


class ApiKeyEvent(Event):
    """An event about an object of the kind `api_key`. Scope: `identity:keys:read`."""
    data: ApiKeyEventData
    type: Annotated[Literal["identity.key.created", "identity.key.revoked"], OrNewer]


class ApiKeyEventData(EventData):
    api_key: ApiKeyEventDataApiKey | None = None
    """In full payloads only."""
    id: ApiKeyId
    object: Literal["api_key"]


class ApiKeyEventDataApiKey(Model):
    """In full payloads only."""
    expires_at: datetime | None = None
    """When it stops to count."""
    scopes: Any
    """What it may touch."""
    user: UserId
    """Who made it."""


class ContactEvent(Event):
    """An event about an object of the kind `contact`. Scope: `crm:contacts:read`."""
    data: ContactEventData
    type: Annotated[Literal["crm.contact.created", "crm.contact.deleted", "crm.contact.restored", "crm.contact.updated"], OrNewer]


class ContactEventData(EventData):
    contact: ContactEventDataContact | None = None
    """In full payloads only."""
    id: ContactId
    object: Literal["contact"]


class ContactEventDataContact(Model):
    """In full payloads only."""
    account: AccountId | None = None
    """The company."""
    email: str | None = None
    """The e-mail address."""
    id: ContactId
    """The contact."""
    name: str
    """The person's name."""
    owner: UserId | None = None
    """Who looks after this person."""
    phone: str | None = None
    """The telephone number."""
    visibility: str
    """Who sees it: tenant or mine."""


class DealEvent(Event):
    """An event about an object of the kind `deal`. Scope: `crm:deals:read`."""
    data: DealEventData
    type: Annotated[Literal["crm.deal.contract_changed", "crm.deal.created", "crm.deal.deleted", "crm.deal.lines_changed", "crm.deal.lost", "crm.deal.reopened", "crm.deal.restored", "crm.deal.stage_changed", "crm.deal.updated", "crm.deal.won"], OrNewer]


class DealEventData(EventData):
    deal: DealEventDataDeal | None = None
    """In full payloads only."""
    id: DealId
    object: Literal["deal"]


class DealEventDataDeal(Model):
    """In full payloads only."""
    account: AccountId
    """The company that may buy."""
    amount: DealEventDataDealAmount | None = None
    """What it is worth."""
    closed_at: datetime | None = None
    """When it was won or lost."""
    contract: Any = None
    """Its newest contract: request, number, status, reason."""
    expected_close_on: date | None = None
    """When it should be decided."""
    id: DealId
    """The deal."""
    lines: Any = None
    """Its lines, when they change and when it is won: product, description, quantity, prices and amounts of each."""
    lost_reason: str | None = None
    """Why it was lost."""
    name: str
    """Its name."""
    owner: UserId | None = None
    """Who sells."""
    pipeline: PipelineId
    """The pipeline that it takes."""
    probability: int
    """Of winning, in percent."""
    stage: StageId
    """Where it stands in the pipeline."""
    stage_name: str | None = None
    """The name of that stage."""
    status: str
    """open, won or lost."""
    visibility: str
    """Who sees it: tenant or mine."""


class DealEventDataDealAmount(Model):
    """What it is worth."""
    amount: str
    currency: str


class DepartmentEvent(Event):
    """An event about an object of the kind `department`. Scope: `identity:departments:read`."""
    data: DepartmentEventData
    type: Annotated[Literal["identity.department.created", "identity.department.deleted", "identity.department.updated"], OrNewer]


class DepartmentEventData(EventData):
    department: DepartmentEventDataDepartment | None = None
    """In full payloads only."""
    id: DepartmentId
    object: Literal["department"]


class DepartmentEventDataDepartment(Model):
    """In full payloads only."""
    head: UserId | None = None
    """Who heads it."""
    name: str
    """As workflows name it."""


class EventEvent(Event):
    """An event about an object of the kind `event`. Scope: `platform:events:read`."""
    data: EventEventData
    type: str


class EventEventData(EventData):
    event: dict[str, Any] | None = None
    """In full payloads only; its members are not declared."""
    id: EventId
    object: Literal["event"]


class ImportEvent(Event):
    """An event about an object of the kind `import`. Scope: `crm:imports:read`."""
    data: ImportEventData
    type: Annotated[Literal["crm.import.cancelled", "crm.import.completed", "crm.import.started", "crm.import.undone"], OrNewer]


class ImportEventData(EventData):
    id: ImportId
    import_: ImportEventDataImport | None = Field(default=None, alias="import")
    """In full payloads only."""
    object: Literal["import"]


class ImportEventDataImport(Model):
    """In full payloads only."""
    accounts_created: int
    """Accounts that were made for rows that name them."""
    created: int
    """Records that were made."""
    created_by: UserId
    """Who began it."""
    deleted: int
    """Records that were deleted when it was undone."""
    done: int
    """Rows that were gone through."""
    id: ImportId
    """The import."""
    kind: str
    """accounts, contacts, deals or leads."""
    left: int
    """Records that were left when it was undone."""
    refused: int
    """Rows that were refused."""
    rows: int
    """Rows of the file."""
    status: str
    """running, completed, cancelled, undoing or undone."""
    stopped: str | None = None
    """Why the server stopped it."""
    unchanged: int
    """Rows that changed nothing."""
    updated: int
    """Records that were changed."""
    validate_only: bool
    """Whether it only reports."""


class LeadEvent(Event):
    """An event about an object of the kind `lead`. Scope: `crm:leads:read`."""
    data: LeadEventData
    type: Annotated[Literal["crm.lead.converted", "crm.lead.created", "crm.lead.deleted", "crm.lead.disqualified", "crm.lead.reopened", "crm.lead.restored", "crm.lead.updated"], OrNewer]


class LeadEventData(EventData):
    id: LeadId
    lead: LeadEventDataLead | None = None
    """In full payloads only."""
    object: Literal["lead"]


class LeadEventDataLead(Model):
    """In full payloads only."""
    account: AccountId | None = None
    """The company that it became."""
    company: str | None = None
    """The company's name."""
    contact: ContactId | None = None
    """The person that it became."""
    converted_at: datetime | None = None
    """When it was converted."""
    deal: DealId | None = None
    """The deal that it became."""
    disqualified_reason: str | None = None
    """Why nothing comes of it."""
    email: str | None = None
    """The e-mail address."""
    estimated_amount: LeadEventDataLeadEstimatedAmount | None = None
    """What it may be worth."""
    id: LeadId
    """The lead."""
    name: str
    """The person's name."""
    notes: str | None = None
    """What is known."""
    owner: UserId | None = None
    """Who works on it."""
    phone: str | None = None
    """The telephone number."""
    source: str | None = None
    """Where it comes from."""
    status: str
    """new, working, qualified, disqualified or converted."""
    visibility: str
    """Who sees it: tenant or mine."""


class LeadEventDataLeadEstimatedAmount(Model):
    """What it may be worth."""
    amount: str
    currency: str


class LeaveEntryEvent(Event):
    """An event about an object of the kind `leave_entry`. Scope: `oa:leave:read`."""
    data: LeaveEntryEventData
    type: Annotated[Literal["oa.leave.adjusted"], OrNewer]


class LeaveEntryEventData(EventData):
    id: LeaveEntryId
    leave_entry: LeaveEntryEventDataLeaveEntry | None = None
    """In full payloads only."""
    object: Literal["leave_entry"]


class LeaveEntryEventDataLeaveEntry(Model):
    """In full payloads only."""
    id: LeaveEntryId
    """The entry of the ledger."""
    on: date
    """From this day on."""
    person: UserId
    """Whose balance it is."""
    reason: str | None = None
    """Why, in the words of whoever adjusted it."""
    type: str
    """The name of the type of leave."""


class LeaveEvent(Event):
    """An event about an object of the kind `leave`. Scope: `oa:leave:read`."""
    data: LeaveEventData
    type: Annotated[Literal["oa.leave.released", "oa.leave.reserved", "oa.leave.taken"], OrNewer]


class LeaveEventData(EventData):
    id: LeaveId
    leave: LeaveEventDataLeave | None = None
    """In full payloads only."""
    object: Literal["leave"]


class LeaveEventDataLeave(Model):
    """In full payloads only."""
    first_day: date
    """The first day."""
    id: LeaveId
    """The leave."""
    last_day: date
    """The last day."""
    person: UserId
    """Who is away."""
    request: RequestId
    """The request that asks for it."""
    status: str
    """reserved, taken or released."""
    type: str
    """The name of the type of leave."""


class NoticeEvent(Event):
    """An event about an object of the kind `notice`. Scope: `platform:notices:read`."""
    data: NoticeEventData
    type: Annotated[Literal["platform.notice.sent"], OrNewer]


class NoticeEventData(EventData):
    id: NoticeId
    notice: NoticeEventDataNotice | None = None
    """In full payloads only."""
    object: Literal["notice"]


class NoticeEventDataNotice(Model):
    """In full payloads only."""
    user: UserId
    """Whom it was sent to."""


class PipelineEvent(Event):
    """An event about an object of the kind `pipeline`. Scope: `crm:pipelines:read`."""
    data: PipelineEventData
    type: Annotated[Literal["crm.pipeline.created", "crm.pipeline.deleted", "crm.pipeline.restored", "crm.pipeline.updated"], OrNewer]


class PipelineEventData(EventData):
    id: PipelineId
    object: Literal["pipeline"]
    pipeline: PipelineEventDataPipeline | None = None
    """In full payloads only."""


class PipelineEventDataPipeline(Model):
    """In full payloads only."""
    default: bool
    """Whether new deals take it."""
    id: PipelineId
    """The pipeline."""
    name: str
    """Its name."""
    stages: Any
    """Its stages in order."""


class PriceBookEntryEvent(Event):
    """An event about an object of the kind `price_book_entry`. Scope: `crm:price-books:read`."""
    data: PriceBookEntryEventData
    type: Annotated[Literal["crm.price_book_entry.created", "crm.price_book_entry.deleted", "crm.price_book_entry.restored", "crm.price_book_entry.updated"], OrNewer]


class PriceBookEntryEventData(EventData):
    id: PriceBookEntryId
    object: Literal["price_book_entry"]
    price_book_entry: PriceBookEntryEventDataPriceBookEntry | None = None
    """In full payloads only."""


class PriceBookEntryEventDataPriceBookEntry(Model):
    """In full payloads only."""
    id: PriceBookEntryId
    """The entry."""
    price_book: PriceBookId
    """The price book in which it stands."""
    product: ProductId
    """What it is the price of."""
    tiers: Any
    """The price of one, by the quantity from which it holds."""
    valid_from: date | None = None
    """The first day of the price."""
    valid_until: date | None = None
    """Its last day."""


class PriceBookEvent(Event):
    """An event about an object of the kind `price_book`. Scope: `crm:price-books:read`."""
    data: PriceBookEventData
    type: Annotated[Literal["crm.price_book.created", "crm.price_book.deleted", "crm.price_book.restored", "crm.price_book.updated"], OrNewer]


class PriceBookEventData(EventData):
    id: PriceBookId
    object: Literal["price_book"]
    price_book: PriceBookEventDataPriceBook | None = None
    """In full payloads only."""


class PriceBookEventDataPriceBook(Model):
    """In full payloads only."""
    active: bool
    """Whether lines may take prices from it."""
    currency: str
    """The currency of all its prices."""
    id: PriceBookId
    """The price book."""
    name: str
    """Its name."""
    standard: bool
    """Whether lines in its currency take prices from it unless told otherwise."""


class ProductEvent(Event):
    """An event about an object of the kind `product`. Scope: `crm:products:read`."""
    data: ProductEventData
    type: Annotated[Literal["crm.product.created", "crm.product.deleted", "crm.product.restored", "crm.product.updated"], OrNewer]


class ProductEventData(EventData):
    id: ProductId
    object: Literal["product"]
    product: ProductEventDataProduct | None = None
    """In full payloads only."""


class ProductEventDataProduct(Model):
    """In full payloads only."""
    active: bool
    """Whether it is still sold."""
    code: str | None = None
    """Its code, which no other product has."""
    description: str | None = None
    """What it is."""
    id: ProductId
    """The product."""
    name: str
    """Its name."""
    tax_rate_percent: str | None = None
    """The tax rate of lines that do not say otherwise, in percent."""
    unit: str | None = None
    """What quantities of it count."""


class ProposalEvent(Event):
    """An event about an object of the kind `proposal`. Scope: `rules:definitions:read`."""
    data: ProposalEventData
    type: Annotated[Literal["rules.proposal.opened", "rules.proposal.published", "rules.proposal.rejected", "rules.proposal.withdrawn"], OrNewer]


class ProposalEventData(EventData):
    id: ProposalId
    object: Literal["proposal"]
    proposal: ProposalEventDataProposal | None = None
    """In full payloads only."""


class ProposalEventDataProposal(Model):
    """In full payloads only."""
    base_version: int
    """The version that it is to follow; 0 for none."""
    id: ProposalId
    """The proposal."""
    kind: str
    """workflow, automation, calendar or table."""
    name: str
    """The name that it is a version of."""
    proposed_by: UserId
    """Who proposed it."""
    published_version: int | None = None
    """The version that it became."""
    settled_by: UserId | None = None
    """Who published, rejected or withdrew it."""
    status: str
    """open, published, rejected or withdrawn."""


class RequestEvent(Event):
    """An event about an object of the kind `request`. Scope: `oa:requests:read`."""
    data: RequestEventData
    type: Annotated[Literal["oa.request.approved", "oa.request.cancelled", "oa.request.commented", "oa.request.copied", "oa.request.held", "oa.request.moved", "oa.request.recalled", "oa.request.rejected", "oa.request.resubmitted", "oa.request.retried", "oa.request.returned", "oa.request.step_skipped", "oa.request.submitted", "oa.request.urged", "oa.request.withdrawn"], OrNewer]


class RequestEventData(EventData):
    id: RequestId
    object: Literal["request"]
    request: RequestEventDataRequest | None = None
    """In full payloads only."""


class RequestEventDataRequest(Model):
    """In full payloads only."""
    form: dict[str, Any]
    """What was filled in, by field."""
    id: RequestId
    """The request."""
    number: str
    """Its readable number, EXP-2026-00042."""
    reason: str | None = None
    """Why, in the words of whoever decided; empty where nobody said."""
    requester: UserId
    """Who asks."""
    round: int
    """How often it was submitted."""
    status: str
    """Its status after the event."""
    summary: str
    """The line that stands for it in lists."""
    workflow: str
    """The name of its workflow."""


class RoleEvent(Event):
    """An event about an object of the kind `role`. Scope: `identity:roles:read`."""
    data: RoleEventData
    type: Annotated[Literal["identity.role.created", "identity.role.deleted", "identity.role.updated"], OrNewer]


class RoleEventData(EventData):
    id: RoleId
    object: Literal["role"]
    role: RoleEventDataRole | None = None
    """In full payloads only."""


class RoleEventDataRole(Model):
    """In full payloads only."""
    about: str | None = None
    """What it is for."""
    name: str
    """As workflows name it."""


class RunEvent(Event):
    """An event about an object of the kind `run`. Scope: `rules:runs:read`."""
    data: RunEventData
    type: Annotated[Literal["rules.run.failed", "rules.run.retried"], OrNewer]


class RunEventData(EventData):
    id: RunId
    object: Literal["run"]
    run: RunEventDataRun | None = None
    """In full payloads only."""


class RunEventDataRun(Model):
    """In full payloads only."""
    automation_version: int
    """The version that ran."""
    event: str
    """The id of the event that woke it."""
    event_type: str
    """The type of that event."""
    id: RunId
    """The run."""
    name: str
    """The name of its automation."""
    status: str
    """acted, skipped, held or failed."""
    subject: str
    """The id of the record that the event is about."""
    why: Any
    """Why it did not act, by language."""


class TaskEvent(Event):
    """An event about an object of the kind `task`. Scope: `oa:tasks:read`."""
    data: TaskEventData
    type: Annotated[Literal["oa.task.approver_added", "oa.task.approver_removed"], OrNewer]


class TaskEventData(EventData):
    id: TaskId
    object: Literal["task"]
    task: TaskEventDataTask | None = None
    """In full payloads only."""


class TaskEventDataTask(Model):
    """In full payloads only."""
    approver: UserId
    """Who was added, or removed."""
    assignee: UserId
    """Who holds the task."""
    id: TaskId
    """The task."""
    number: str
    """The readable number of the request."""
    reason: str | None = None
    """Why, in the words of whoever decided; empty where nobody said."""
    request: RequestId
    """The request that it is about."""
    request_status: str
    """The status of the request after the event."""
    requester: UserId
    """Who asks."""
    round: int
    """How often the request was submitted."""
    step: str
    """The id of its step."""
    summary: str
    """The line that stands for the request in lists."""
    where: str | None = None
    """before, after or beside whoever added them; empty where they were removed."""
    workflow: str
    """The name of the request's workflow."""


class TaskEvent2(Event):
    """An event about an object of the kind `task`. Scope: `oa:tasks:read`."""
    data: TaskEvent2Data
    type: Annotated[Literal["oa.task.cancelled", "oa.task.claimed", "oa.task.created", "oa.task.released", "oa.task.transferred"], OrNewer]


class TaskEvent2Data(EventData):
    id: TaskId
    object: Literal["task"]
    task: TaskEvent2DataTask | None = None
    """In full payloads only."""


class TaskEvent2DataTask(Model):
    """In full payloads only."""
    assignee: UserId
    """Who holds the task."""
    id: TaskId
    """The task."""
    number: str
    """The readable number of the request."""
    request: RequestId
    """The request that it is about."""
    request_status: str
    """The status of the request after the event."""
    requester: UserId
    """Who asks."""
    round: int
    """How often the request was submitted."""
    step: str
    """The id of its step."""
    summary: str
    """The line that stands for the request in lists."""
    workflow: str
    """The name of the request's workflow."""


class TaskEvent3(Event):
    """An event about an object of the kind `task`. Scope: `oa:tasks:read`."""
    data: TaskEvent3Data
    type: Annotated[Literal["oa.task.decided"], OrNewer]


class TaskEvent3Data(EventData):
    id: TaskId
    object: Literal["task"]
    task: TaskEvent3DataTask | None = None
    """In full payloads only."""


class TaskEvent3DataTask(Model):
    """In full payloads only."""
    answers: Any = None
    """What was filled in when some work was done, by field."""
    assignee: UserId
    """Who holds the task."""
    decision: str
    """approved, rejected, returned, or completed where some work is done."""
    id: TaskId
    """The task."""
    number: str
    """The readable number of the request."""
    reason: str | None = None
    """Why, in the words of whoever decided; empty where nobody said."""
    request: RequestId
    """The request that it is about."""
    request_status: str
    """The status of the request after the event."""
    requester: UserId
    """Who asks."""
    round: int
    """How often the request was submitted."""
    step: str
    """The id of its step."""
    summary: str
    """The line that stands for the request in lists."""
    workflow: str
    """The name of the request's workflow."""


class TaskEvent4(Event):
    """An event about an object of the kind `task`. Scope: `oa:tasks:read`."""
    data: TaskEvent4Data
    type: Annotated[Literal["oa.task.late", "oa.task.reminded", "oa.task.resumed"], OrNewer]


class TaskEvent4Data(EventData):
    id: TaskId
    object: Literal["task"]
    task: TaskEvent4DataTask | None = None
    """In full payloads only."""


class TaskEvent4DataTask(Model):
    """In full payloads only."""
    assignee: UserId
    """Who holds the task."""
    due: datetime | None = None
    """The deadline of the task."""
    id: TaskId
    """The task."""
    number: str
    """The readable number of the request."""
    request: RequestId
    """The request that it is about."""
    request_status: str
    """The status of the request after the event."""
    requester: UserId
    """Who asks."""
    round: int
    """How often the request was submitted."""
    step: str
    """The id of its step."""
    summary: str
    """The line that stands for the request in lists."""
    workflow: str
    """The name of the request's workflow."""


class TenantEvent(Event):
    """An event about an object of the kind `tenant`. Scope: `identity:settings:read`."""
    data: TenantEventData
    type: Annotated[Literal["identity.tenant.updated"], OrNewer]


class TenantEventData(EventData):
    id: TenantId
    object: Literal["tenant"]
    tenant: TenantEventDataTenant | None = None
    """In full payloads only."""


class TenantEventDataTenant(Model):
    """In full payloads only."""
    calendar: str
    """Its default calendar."""
    currency: str
    """The currency of its requests and limits."""
    locale: str
    """Its language."""
    name: str
    """The company's name."""
    publishing: Any = None
    """How its definitions are published."""
    slug: str
    """How people name the tenant at sign-in."""
    zone: str
    """Its time zone."""


class UserEvent(Event):
    """An event about an object of the kind `user`. Scope: `identity:users:read`."""
    data: UserEventData
    type: Annotated[Literal["identity.user.created", "identity.user.disabled", "identity.user.enabled", "identity.user.password_changed", "identity.user.password_link_created", "identity.user.signed_out", "identity.user.updated"], OrNewer]


class UserEventData(EventData):
    id: UserId
    object: Literal["user"]
    user: UserEventDataUser | None = None
    """In full payloads only."""


class UserEventDataUser(Model):
    """In full payloads only."""
    cost_center: str | None = None
    """Who pays for the person."""
    country: str | None = None
    """Where the person works, by ISO 3166."""
    department: DepartmentId | None = None
    """Where the person works."""
    grade: str | None = None
    """The person's grade."""
    manager: UserId | None = None
    """Whom the person reports to."""
    roles: Any
    """Names of the roles that the person holds."""
    status: str
    """`active` or `disabled`."""
    title: str | None = None
    """The person's title."""
    vacated: Any = None
    """Names of the roles that nobody holds any more because of it."""


class WebhookEvent(Event):
    """An event about an object of the kind `webhook`. Scope: `webhooks:read`."""
    data: WebhookEventData
    type: Annotated[Literal["webhooks.endpoint.created", "webhooks.endpoint.deleted", "webhooks.endpoint.disabled", "webhooks.endpoint.enabled", "webhooks.endpoint.replayed", "webhooks.endpoint.rotated", "webhooks.endpoint.tested", "webhooks.endpoint.updated"], OrNewer]


class WebhookEventData(EventData):
    id: WebhookId
    object: Literal["webhook"]
    webhook: WebhookEventDataWebhook | None = None
    """In full payloads only."""


class WebhookEventDataWebhook(Model):
    """In full payloads only."""
    status: str
    """`enabled` or `disabled`."""
    url: str
    """Where it is."""


EVENTS: dict[str, type[Event]] = {
    "crm.account.created": AccountEvent,
    "crm.account.deleted": AccountEvent,
    "crm.account.restored": AccountEvent,
    "crm.account.updated": AccountEvent,
    "crm.activity.completed": ActivityEvent,
    "crm.activity.created": ActivityEvent,
    "crm.activity.deleted": ActivityEvent,
    "crm.activity.reopened": ActivityEvent,
    "crm.activity.restored": ActivityEvent,
    "crm.activity.updated": ActivityEvent,
    "crm.contact.created": ContactEvent,
    "crm.contact.deleted": ContactEvent,
    "crm.contact.restored": ContactEvent,
    "crm.contact.updated": ContactEvent,
    "crm.deal.contract_changed": DealEvent,
    "crm.deal.created": DealEvent,
    "crm.deal.deleted": DealEvent,
    "crm.deal.lines_changed": DealEvent,
    "crm.deal.lost": DealEvent,
    "crm.deal.reopened": DealEvent,
    "crm.deal.restored": DealEvent,
    "crm.deal.stage_changed": DealEvent,
    "crm.deal.updated": DealEvent,
    "crm.deal.won": DealEvent,
    "crm.import.cancelled": ImportEvent,
    "crm.import.completed": ImportEvent,
    "crm.import.started": ImportEvent,
    "crm.import.undone": ImportEvent,
    "crm.lead.converted": LeadEvent,
    "crm.lead.created": LeadEvent,
    "crm.lead.deleted": LeadEvent,
    "crm.lead.disqualified": LeadEvent,
    "crm.lead.reopened": LeadEvent,
    "crm.lead.restored": LeadEvent,
    "crm.lead.updated": LeadEvent,
    "crm.pipeline.created": PipelineEvent,
    "crm.pipeline.deleted": PipelineEvent,
    "crm.pipeline.restored": PipelineEvent,
    "crm.pipeline.updated": PipelineEvent,
    "crm.price_book.created": PriceBookEvent,
    "crm.price_book.deleted": PriceBookEvent,
    "crm.price_book.restored": PriceBookEvent,
    "crm.price_book.updated": PriceBookEvent,
    "crm.price_book_entry.created": PriceBookEntryEvent,
    "crm.price_book_entry.deleted": PriceBookEntryEvent,
    "crm.price_book_entry.restored": PriceBookEntryEvent,
    "crm.price_book_entry.updated": PriceBookEntryEvent,
    "crm.product.created": ProductEvent,
    "crm.product.deleted": ProductEvent,
    "crm.product.restored": ProductEvent,
    "crm.product.updated": ProductEvent,
    "custom.*": EventEvent,
    "identity.department.created": DepartmentEvent,
    "identity.department.deleted": DepartmentEvent,
    "identity.department.updated": DepartmentEvent,
    "identity.key.created": ApiKeyEvent,
    "identity.key.revoked": ApiKeyEvent,
    "identity.role.created": RoleEvent,
    "identity.role.deleted": RoleEvent,
    "identity.role.updated": RoleEvent,
    "identity.tenant.updated": TenantEvent,
    "identity.user.created": UserEvent,
    "identity.user.disabled": UserEvent,
    "identity.user.enabled": UserEvent,
    "identity.user.password_changed": UserEvent,
    "identity.user.password_link_created": UserEvent,
    "identity.user.signed_out": UserEvent,
    "identity.user.updated": UserEvent,
    "oa.leave.adjusted": LeaveEntryEvent,
    "oa.leave.released": LeaveEvent,
    "oa.leave.reserved": LeaveEvent,
    "oa.leave.taken": LeaveEvent,
    "oa.request.approved": RequestEvent,
    "oa.request.cancelled": RequestEvent,
    "oa.request.commented": RequestEvent,
    "oa.request.copied": RequestEvent,
    "oa.request.held": RequestEvent,
    "oa.request.moved": RequestEvent,
    "oa.request.recalled": RequestEvent,
    "oa.request.rejected": RequestEvent,
    "oa.request.resubmitted": RequestEvent,
    "oa.request.retried": RequestEvent,
    "oa.request.returned": RequestEvent,
    "oa.request.step_skipped": RequestEvent,
    "oa.request.submitted": RequestEvent,
    "oa.request.urged": RequestEvent,
    "oa.request.withdrawn": RequestEvent,
    "oa.task.approver_added": TaskEvent,
    "oa.task.approver_removed": TaskEvent,
    "oa.task.cancelled": TaskEvent2,
    "oa.task.claimed": TaskEvent2,
    "oa.task.created": TaskEvent2,
    "oa.task.decided": TaskEvent3,
    "oa.task.late": TaskEvent4,
    "oa.task.released": TaskEvent2,
    "oa.task.reminded": TaskEvent4,
    "oa.task.resumed": TaskEvent4,
    "oa.task.transferred": TaskEvent2,
    "platform.notice.sent": NoticeEvent,
    "rules.proposal.opened": ProposalEvent,
    "rules.proposal.published": ProposalEvent,
    "rules.proposal.rejected": ProposalEvent,
    "rules.proposal.withdrawn": ProposalEvent,
    "rules.run.failed": RunEvent,
    "rules.run.retried": RunEvent,
    "webhooks.endpoint.created": WebhookEvent,
    "webhooks.endpoint.deleted": WebhookEvent,
    "webhooks.endpoint.disabled": WebhookEvent,
    "webhooks.endpoint.enabled": WebhookEvent,
    "webhooks.endpoint.replayed": WebhookEvent,
    "webhooks.endpoint.rotated": WebhookEvent,
    "webhooks.endpoint.tested": WebhookEvent,
    "webhooks.endpoint.updated": WebhookEvent,
}
"""The class of an event of each type; a type that is newer than this file is an Event."""
