//! `action`: one thing from the catalogue. Whoever runs it answers with a command; what failed for good is mended.

use serde_json::{Map, Value as Json};

use crate::definition::{Action, IfFailed, Template};
use crate::machine::{Judge, Place};
use crate::reading::Reading;
use crate::vocabulary::{Asked, Because, Opened, Outcome, Purpose, ScopeId, Trouble, What};

pub(crate) fn begin<'a>(judge: &mut Judge<'a>, at: Place<'a>, action: &'a Action) {
    let scope = judge.enter(&at, Opened::Action, 0);
    want(judge, scope, 1, action);
}

/// Asks for the action, or holds the step if its inputs cannot be had.
pub(crate) fn want(judge: &mut Judge<'_>, scope: ScopeId, attempt: u32, action: &Action) {
    match inputs(&judge.reading_in(scope), &action.with) {
        Ok(inputs) => {
            judge.emit(What::ActionWanted {
                scope,
                attempt,
                action: action.action.clone(),
                inputs,
            });
        }
        Err(trouble) => judge.hold(scope, trouble),
    }
}

fn inputs(reading: &Reading<'_>, with: &[(String, Template)]) -> Result<Json, Trouble> {
    let mut all = Map::new();
    for (name, template) in with {
        let value = template.value(reading).map_err(|fault| Trouble::Rule {
            source: template.source.clone(),
            fault: fault.to_string(),
            fault_zh: fault.zh(),
        })?;
        if !value.is_empty() {
            all.insert(name.clone(), value.to_json());
        }
    }
    Ok(Json::Object(all))
}

/// It failed for good.
pub(crate) fn failed(judge: &mut Judge<'_>, scope: ScopeId, action: &Action, reason: &str) {
    let why = Trouble::Action {
        reason: reason.to_owned(),
    };
    match &action.if_failed {
        IfFailed::End => judge.ended(scope, Outcome::Rejected),
        IfFailed::Hold => judge.hold(scope, why),
        IfFailed::Ask(who) => {
            let mut found = judge.reading_in(scope).find(who).unwrap_or_default();
            found.retain(|one| judge.state.requester != Some(one.user));
            if found.is_empty() {
                return judge.hold(scope, why);
            }
            judge.emit(What::Held { scope, why });
            for (place, one) in found.into_iter().enumerate() {
                let chain = vec![Because {
                    person: one.user,
                    reason: one.reason,
                }];
                let asked = Asked {
                    place: place as u32,
                    part: 0,
                    holder: one.user,
                    chain,
                    votes: 1,
                };
                judge.open_seat(scope, Purpose::Repair, asked, None);
            }
        }
    }
}
