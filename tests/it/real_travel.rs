//! A university's travel claims, replayed: what its people decided in 2017 and 2018 is sent in the log's order at the log's
//! times, and must be accepted and end as the log says; what did not happen must be refused.
//!
//! All cases of the five most frequent paths (`workflows/travel-claim.yaml` says how the log's activities are meant).

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use countersign_acceptance::{Answer, Caller, Server};
use serde_json::{Value, json};

use crate::data::{self, Table};

const PATHS: usize = 5;

/// Servers that walk side by side, each with every third case: a tenant has one clock, so that within a server all is in
/// the log's order.
const LANES: usize = 3;

#[derive(Clone, Copy, PartialEq, Debug)]
enum Verb {
    Submit,
    Resubmit,
    Approve,
    Reject,
}

/// A human decision of the log.
#[derive(Clone, Copy)]
struct Act {
    who: &'static str,
    verb: Verb,
    at: DateTime<Utc>,
}

struct Case {
    amount: String,
    path: Vec<String>,
    acts: Vec<Act>,
}

/// Who of the sample company plays the log's role, and what they do; none where the log speaks of the payment system,
/// or of an employee taking back what was returned to them already.
fn meaning(activity: &str, submitted: bool) -> Option<(&'static str, Verb)> {
    Some(match activity.strip_prefix("Declaration ")? {
        "SUBMITTED by EMPLOYEE" => ("ann", if submitted { Verb::Resubmit } else { Verb::Submit }),
        "APPROVED by ADMINISTRATION" => ("fay", Verb::Approve),
        "REJECTED by ADMINISTRATION" => ("fay", Verb::Reject),
        "APPROVED by BUDGET OWNER" => ("dan", Verb::Approve),
        "APPROVED by PRE_APPROVER" => ("gus", Verb::Approve),
        "FINAL_APPROVED by SUPERVISOR" => ("bo", Verb::Approve),
        _ => return None,
    })
}

/// The cases of the most frequent paths, path by path, the most frequent first.
fn read(table: &Table) -> anyhow::Result<Vec<Vec<Case>>> {
    let mut cases: BTreeMap<&str, Case> = BTreeMap::new();
    for row in table {
        let case = cases.entry(row[data::FIRST].as_str()).or_insert_with(|| Case {
            amount: row["amount"].clone(),
            path: Vec::new(),
            acts: Vec::new(),
        });
        if let Some((who, verb)) = meaning(&row["activity"], !case.acts.is_empty()) {
            let at = DateTime::parse_from_rfc3339(&row["time"])?.to_utc();
            case.acts.push(Act { who, verb, at });
        }
        case.path.push(row["activity"].clone());
    }
    let mut paths: HashMap<Vec<String>, Vec<Case>> = HashMap::new();
    for case in cases.into_values() {
        paths.entry(case.path.clone()).or_default().push(case);
    }
    let mut paths: Vec<Vec<Case>> = paths.into_values().collect();
    paths.sort_by_key(|cases| std::cmp::Reverse(cases.len()));
    paths.truncate(PATHS);
    Ok(paths)
}

/// The people, signed in.
struct Company(HashMap<&'static str, Caller>);

impl Company {
    async fn arrive(server: &Server) -> anyhow::Result<Self> {
        let mut people = HashMap::new();
        for name in ["ann", "fay", "dan", "gus", "bo", "ada"] {
            people.insert(name, server.sign_in_for_long(name, "acme").await?);
        }
        Ok(Self(people))
    }

    fn who(&self, name: &str) -> &Caller {
        &self.0[name]
    }

    async fn move_clock(&self, now: DateTime<Utc>) -> anyhow::Result<()> {
        let now = now.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
        self.who("ada")
            .put("/v1/sandbox/clock", &json!({"now": now}))
            .await?
            .expect(200)?;
        Ok(())
    }

    /// A claim of this case, as the API answers: the form says who will be asked.
    async fn claim(&self, case: &Case, draft: bool) -> anyhow::Result<Answer> {
        let asks = |who: &str| case.acts.iter().any(|act| act.who == who);
        let amount: f64 = case.amount.parse()?;
        let form = json!({"purpose": "Travel", "amount": {"amount": format!("{amount:.2}"), "currency": "EUR"},
            "administration": asks("fay"), "budget_owner": asks("dan"), "pre_approver": asks("gus")});
        let body = json!({"workflow": "travel-claim", "form": form, "draft": draft});
        self.who("ann").post("/v1/requests", &body).await?.expect(201)
    }

    /// Sends a decision about a claim that is there; whose task it is in, the claim knows.
    async fn send(&self, claim: &str, act: Act) -> anyhow::Result<Answer> {
        let (verb, body) = match act.verb {
            Verb::Submit => ("submit", json!({})),
            Verb::Resubmit => ("resubmit", json!({})),
            Verb::Approve => ("approve", json!({"comment": "As in the log."})),
            Verb::Reject => ("reject", json!({"comment": "As in the log."})),
        };
        self.who(act.who)
            .post(&format!("/v1/requests/{claim}/{verb}"), &body)
            .await
    }

    /// Decides the one task that the answer before named; where it named several, each of them is somebody's.
    async fn decide(&self, claim: &str, named: &[Value], act: Act) -> anyhow::Result<Answer> {
        let ([task], Verb::Approve | Verb::Reject) = (named, act.verb) else {
            return self.send(claim, act).await;
        };
        let verb = if act.verb == Verb::Approve {
            "approve"
        } else {
            "reject"
        };
        let task = task.as_str().context("a task's id is a text")?;
        self.who(act.who)
            .post(
                &format!("/v1/tasks/{task}/{verb}"),
                &json!({"comment": "As in the log."}),
            )
            .await
    }

    async fn status(&self, claim: &str) -> anyhow::Result<String> {
        Ok(self
            .who("ann")
            .get(&format!("/v1/requests/{claim}"))
            .await?
            .expect(200)?
            .text("/status")
            .to_owned())
    }
}

/// Sends every decision of these cases in the log's order, the clock at the log's time; the claims, in the cases' order.
async fn replay(company: &Company, cases: &[&Case]) -> anyhow::Result<Vec<String>> {
    let mut log: Vec<(usize, Act)> = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        log.extend(case.acts.iter().map(|act| (number, *act)));
    }
    // Stable: what happened within one second stays in its case's order.
    log.sort_by_key(|(_, act)| act.at);
    let mut claims = vec![String::new(); cases.len()];
    let mut open = vec![Vec::new(); cases.len()];
    let mut shown = None;
    for (number, act) in log {
        if shown.replace(act.at) != Some(act.at) {
            company.move_clock(act.at).await?;
        }
        let answer = if act.verb == Verb::Submit {
            let answer = company.claim(cases[number], false).await?;
            answer.text("/id").clone_into(&mut claims[number]);
            answer
        } else {
            let answer = company.decide(&claims[number], &open[number], act).await?;
            anyhow::ensure!(
                answer.status == 200,
                "{} could not {:?} at {}: {answer}",
                act.who,
                act.verb,
                act.at
            );
            answer
        };
        let tasks = answer
            .body
            .pointer("/current/0/tasks")
            .or_else(|| answer.body.pointer("/next/0/tasks"));
        open[number] = tasks.and_then(Value::as_array).cloned().unwrap_or_default();
    }
    Ok(claims)
}

/// Every claim ended approved, and when the log says (the clock runs on between its being moved and the decision).
async fn compare(company: &Company, cases: &[&Case], claims: &[String]) -> anyhow::Result<()> {
    let rows = company
        .who("ada")
        .all("/v1/requests?workflow=travel-claim")
        .await?;
    let ended: HashMap<&str, &Value> = rows
        .iter()
        .filter_map(|row| Some((row["id"].as_str()?, row)))
        .collect();
    for (case, claim) in cases.iter().zip(claims) {
        let row = ended
            .get(claim.as_str())
            .with_context(|| format!("{claim} is not in the list"))?;
        assert_eq!(row["status"], "approved", "{claim}");
        let last = case.acts.last().context("a case without decisions")?.at;
        let decided: DateTime<Utc> = row["decided_at"].as_str().context("no decided_at")?.parse()?;
        let apart = (decided - last).num_seconds();
        assert!(
            (0..30).contains(&apart),
            "{claim} was decided at {decided}, in the log at {last}"
        );
    }
    Ok(())
}

/// The wrong copies of a case, by name.
fn wrong_copies(acts: &[Act]) -> Vec<(&'static str, Vec<Act>)> {
    let mut swapped = acts.to_vec();
    // The submission stays first where anything follows that can be swapped.
    let place = usize::from(acts.len() > 2);
    swapped.swap(place, place + 1);
    let mut left_out = acts.to_vec();
    left_out.remove(place);
    let mut repeated = acts.to_vec();
    repeated.insert(2, acts[1]);
    vec![
        ("two decisions swapped", swapped),
        ("one left out", left_out),
        ("one repeated", repeated),
    ]
}

/// Walks a wrong copy until something is refused; how that was said.
async fn refusal(company: &Company, case: &Case, acts: &[Act]) -> anyhow::Result<String> {
    let claim = company.claim(case, true).await?.text("/id").to_owned();
    for act in acts {
        let before = company.status(&claim).await?;
        let answer = company.send(&claim, *act).await?;
        if answer.status == 200 {
            continue;
        }
        assert_eq!(
            company.status(&claim).await?,
            before,
            "a refused decision changed the claim: {answer}"
        );
        assert!(
            matches!(answer.status, 409 | 422),
            "{} may not {:?} a claim that is {before}: {answer}",
            act.who,
            act.verb
        );
        assert_eq!(answer.text("/state"), before, "the state is named: {answer}");
        let detail = answer.text("/detail");
        assert!(
            detail.contains(&before),
            "the detail does not say {before}: {answer}"
        );
        return Ok(format!(
            "{} cannot {:?} while it is {before}: {} {} {detail}",
            act.who,
            act.verb,
            answer.status,
            answer.text("/code")
        ));
    }
    anyhow::bail!(
        "a wrong copy was accepted and is {}",
        company.status(&claim).await?
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_of_the_log_are_accepted_and_wrong_copies_refused() -> anyhow::Result<()> {
    let Some(folder) = data::folder() else {
        return Ok(());
    };
    let paths = read(&data::table(
        &folder.join("travel-claims/domestic_declarations_part.csv"),
    )?)?;
    assert_eq!(
        paths.iter().map(Vec::len).collect::<Vec<_>>(),
        [1372, 710, 441, 177, 106]
    );
    let paths = Arc::new(paths);
    let began = Instant::now();
    let mut lanes = Vec::new();
    for lane in 0..LANES {
        let paths = Arc::clone(&paths);
        lanes.push(tokio::spawn(async move {
            let server = Server::demo(&["--fresh", "--sandbox"]).await?;
            let company = Company::arrive(&server).await?;
            let cases: Vec<&Case> = paths.iter().flatten().skip(lane).step_by(LANES).collect();
            let claims = replay(&company, &cases).await?;
            compare(&company, &cases, &claims).await?;
            anyhow::Ok((server, company))
        }));
    }
    let mut houses = Vec::new();
    for lane in lanes {
        houses.push(lane.await??);
    }
    let cases: Vec<&Case> = paths.iter().flatten().collect();
    println!(
        "travel claims: {} cases of the {PATHS} most frequent paths, {} decisions in the log's order at its times, all approved, in {:.1} s",
        cases.len(),
        cases.iter().map(|case| case.acts.len()).sum::<usize>(),
        began.elapsed().as_secs_f64()
    );

    let (_server, company) = houses.first().context("no server")?;
    let mut refused = 0;
    for cases in paths.iter() {
        let case = cases.first().context("a path without cases")?;
        println!("{} × {}", cases.len(), case.path.join(" > "));
        for (name, acts) in wrong_copies(&case.acts) {
            println!("  {name}: {}", refusal(company, case, &acts).await?);
            refused += 1;
        }
    }
    assert_eq!(refused, 15, "three wrong copies of each path");
    Ok(())
}
