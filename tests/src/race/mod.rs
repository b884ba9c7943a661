//! Pairs of commands that share a rule, brought together again and again: never both where one excludes the other, never
//! neither, no fault of ours, and the loser is told why.

mod customers;
mod fixture;
mod office;
mod people;

use std::collections::BTreeMap;
use std::pin::Pin;

use serde_json::Value;

pub use fixture::Fixture;

use crate::Answer;

/// What a round came to, in a few words.
pub type Round<'a> = Pin<Box<dyn Future<Output = anyhow::Result<String>> + 'a>>;

/// Two commands that share a rule. Each round makes what they are about anew.
pub struct Pair {
    pub name: &'static str,
    /// For so many rounds of the others it has one: a round that hashes a password takes long.
    pub every: u32,
    pub round: for<'a> fn(&'a Fixture) -> Round<'a>,
}

impl Pair {
    const fn new(name: &'static str, round: for<'a> fn(&'a Fixture) -> Round<'a>) -> Self {
        Self {
            name,
            every: 1,
            round,
        }
    }

    const fn slow(name: &'static str, round: for<'a> fn(&'a Fixture) -> Round<'a>) -> Self {
        Self {
            name,
            every: 5,
            round,
        }
    }

    /// How many rounds ended in which way; the first that broke its rule is an error.
    pub async fn run(&self, fixture: &Fixture, rounds: u32) -> anyhow::Result<BTreeMap<String, u32>> {
        let mut ends = BTreeMap::new();
        for round in 0..rounds.div_ceil(self.every) {
            fixture.renew().await?;
            let end = (self.round)(fixture).await;
            let end = end.map_err(|error| error.context(format!("{}, round {round}", self.name)))?;
            *ends.entry(end).or_default() += 1;
        }
        Ok(ends)
    }
}

/// Every pair.
pub fn pairs() -> Vec<Pair> {
    [people::PAIRS, customers::PAIRS, office::PAIRS]
        .into_iter()
        .flatten()
        .map(|pair| Pair { ..*pair })
        .collect()
}

/// Demands that one was done, and that the other was refused in one of these ways: a status with the code of the first
/// fault, else of the problem. Says which it was.
fn one_of(first: &Answer, second: &Answer, refused: &[(u16, &str)]) -> anyhow::Result<String> {
    let done = |answer: &Answer| answer.status < 300;
    anyhow::ensure!(done(first) || done(second), "neither: {first} | {second}");
    anyhow::ensure!(!(done(first) && done(second)), "both: {first} | {second}");
    let (won, lost) = if done(first) {
        ("the first", second)
    } else {
        ("the second", first)
    };
    let code = code(lost);
    anyhow::ensure!(
        refused.contains(&(lost.status, code.as_str())),
        "{won} won, and the other was told something else: {lost}"
    );
    Ok(format!("{won}, {} {code}", lost.status))
}

fn code(answer: &Answer) -> String {
    let fault = answer.body.pointer("/errors/0/code").and_then(Value::as_str);
    fault.unwrap_or_else(|| answer.text("/code")).to_owned()
}

/// Demands that both were done.
fn both(first: &Answer, second: &Answer) -> anyhow::Result<String> {
    anyhow::ensure!(
        first.status < 300 && second.status < 300,
        "not both: {first} | {second}"
    );
    Ok("both".to_owned())
}
