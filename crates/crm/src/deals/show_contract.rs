//! The action `deals.show_contract`: the office's word on a contract comes to the deal and to its account.

use std::collections::BTreeSet;
use std::sync::Arc;

use countersign_events::{Action, ActionError, Call};
use countersign_kernel::catalogue::{ActionType, EventType, Field, FieldType, Tells};
use countersign_kernel::id::{AccountId, DealId, EventId, RequestId, TypedId, derive};
use countersign_storage::Uow;
use futures_util::future::BoxFuture;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::contract::{Contract, supersedes};
use super::{CONTRACT_CHANGED, Deal, store};
use crate::accounts::{self, Account};
use crate::record::change::{By, Hand, entry};
use crate::record::ground::{Ground, Wanted};
use crate::record::lookup;
use crate::record::refusal::Refusal;
use crate::record::store::{Table, to_change, update};
use crate::record::viewer::Viewer;
use crate::record::{Record, has, may_have};

/// Writes what is new of a contract to its deal, and to the list of the deal's account, in the caller's unit of
/// work. News that changes nothing is neither kept nor told, so that a repetition does no harm.
#[derive(Debug, Clone, Copy)]
pub struct ShowContract;

const INPUTS: &[Field] = &[
    has("deal", FieldType::Record("deal"), "The deal."),
    has(
        "request",
        FieldType::Record("request"),
        "The request for its contract.",
    ),
    may_have("number", FieldType::Text, "The request's readable number."),
    has("status", FieldType::Text, "The request's status."),
    may_have("reason", FieldType::Text, "Why, if somebody said so."),
];

const OUTPUTS: &[Field] = &[
    has("deal", FieldType::Record("deal"), "The deal."),
    has(
        "shown",
        FieldType::YesNo,
        "Whether the deal shows this contract now: the newest one counts.",
    ),
];

/// Its name, inputs and outputs.
pub const SPEC: ActionType = ActionType {
    name: "deals.show_contract",
    about: "Shows a contract on its deal, and in the list of the deal's account.",
    inputs: INPUTS,
    outputs: OUTPUTS,
    tells: &[
        Tells {
            event: CONTRACT_CHANGED.name,
            only_news: true,
        },
        Tells {
            event: accounts::UPDATED.name,
            only_news: true,
        },
    ],
};

impl Action for ShowContract {
    fn spec(&self) -> ActionType {
        SPEC
    }

    fn run<'a>(&'a self, uow: &'a mut Uow, call: &'a Call) -> BoxFuture<'a, Result<Value, ActionError>> {
        Box::pin(async move {
            let (deal, contract) = read(call)?;
            show(uow, call, deal, contract).await.map_err(refused)
        })
    }
}

fn read(call: &Call) -> Result<(DealId, Contract), ActionError> {
    let id = |name: &str, kind: &str| {
        ActionError::refused(
            "input_invalid",
            &format!("The input `{name}` is not the id of a {kind}."),
            &format!("输入项 `{name}` 不是有效的 {kind} id。"),
        )
    };
    let deal = call.required("deal")?.parse().map_err(|_| id("deal", "deal"))?;
    let request: RequestId = call
        .required("request")?
        .parse()
        .map_err(|_| id("request", "request"))?;
    let contract = Contract {
        request,
        number: call.text("number").map(str::to_owned),
        status: call.required("status")?.to_owned(),
        reason: call
            .text("reason")
            .filter(|reason| !reason.is_empty())
            .map(str::to_owned),
    };
    Ok((deal, contract))
}

fn refused(refusal: Refusal) -> ActionError {
    match refusal {
        Refusal::Storage(error) => error.into(),
        other => ActionError::refused(
            "deal_not_found",
            &format!(
                "{other}: it is gone, or neither the requester nor whoever published this may change it."
            ),
            "找不到此商机：已删除，或申请人和发布人均无权更改。",
        ),
    }
}

async fn show(uow: &mut Uow, call: &Call, id: DealId, contract: Contract) -> Result<Value, Refusal> {
    let tenant = uow.tenant();
    let deal = to_be_shown(uow, call, id).await?;
    let by = By {
        tenant,
        change: call.change(),
    };
    // The account's list follows from the deal, whoever may see the account.
    let hand = Hand {
        by,
        viewer: Arc::new(Viewer::server(tenant)),
        directory: Arc::default(),
    };
    let account: Account = one(uow, &hand, deal.account.0).await?;
    let wanted = Wanted {
        contracts_of: BTreeSet::from([account.id()]),
        pipelines: true,
        ..Wanted::default()
    };
    let mut ground = lookup::lay(uow.reads(), &hand, &wanted).await?;
    let listed_before = account.told(&ground);
    let news = list(&mut ground, account.id(), id, &contract);
    let shown = supersedes(&contract, deal.contract.as_ref());
    if news {
        store::keep_contract(uow.writes().await?, &deal, &contract).await?;
        write(
            uow,
            &hand,
            &ground,
            call,
            &accounts::UPDATED,
            account,
            listed_before,
            |_| (),
        )
        .await?;
    }
    if shown {
        let before = deal.told(&ground);
        let newest = contract.clone();
        write(
            uow,
            &hand,
            &ground,
            call,
            &CONTRACT_CHANGED,
            deal,
            before,
            |deal| deal.contract = Some(newest),
        )
        .await?;
    }
    Ok(json!({ "deal": id.to_string(), "shown": shown }))
}

/// The deal, if somebody by whose rights this runs may change it.
async fn to_be_shown(uow: &Uow, call: &Call, id: DealId) -> Result<Deal, Refusal> {
    for viewer in Viewer::acting(uow.tenant(), &call.rights) {
        let found: Option<Deal> = to_change(uow.reads(), &viewer, &[id.0]).await?.pop();
        if let Some(deal) = found.filter(|deal| viewer.commands(deal.meta().owner)) {
            return Ok(deal);
        }
    }
    Err(Refusal::NotFound(Deal::KIND))
}

async fn one<R: Table>(uow: &Uow, hand: &Hand, id: Uuid) -> Result<R, Refusal> {
    to_change(uow.reads(), &hand.viewer, &[id])
        .await?
        .pop()
        .ok_or(Refusal::NotFound(R::KIND))
}

/// Puts the contract among those that the account lists; whether that is news.
fn list(ground: &mut Ground, account: AccountId, deal: DealId, contract: &Contract) -> bool {
    let listed = ground.contracts.entry(account).or_default();
    match listed
        .iter_mut()
        .find(|(_, known)| known.request == contract.request)
    {
        Some((_, known)) if known == contract => return false,
        Some((_, known)) => *known = contract.clone(),
        None => {
            let place = listed.partition_point(|(_, known)| known.request > contract.request);
            listed.insert(place, (deal, contract.clone()));
        }
    }
    true
}

/// Moves a record on by one version, with the entry that tells of it.
#[expect(
    clippy::too_many_arguments,
    reason = "what an entry says, once for the deal and once for its account"
)]
async fn write<R: Table>(
    uow: &mut Uow,
    hand: &Hand,
    ground: &Ground,
    call: &Call,
    event: &EventType,
    mut record: R,
    before: Map<String, Value>,
    change: impl FnOnce(&mut R),
) -> Result<(), Refusal> {
    let version = record.meta().version;
    change(&mut record);
    record.meta_mut().version = version + 1;
    record.meta_mut().updated_at = call.now;
    update(uow.writes().await?, hand.by.tenant, version, &record).await?;
    let told = record.told(ground);
    let event_id = EventId(derive(
        event.name,
        record.id().uuid(),
        call.key.as_bytes(),
        call.now,
    ));
    uow.append(entry(&hand.by, event_id, event, &record, Some(&before), told));
    Ok(())
}
