//! What would come of a request, as the API shows it.

use countersign_engine::{Foreseen, Simulation, Whom};
use countersign_kernel::id::UserId;
use countersign_kernel::text::{Locale, Text};
use countersign_kernel::time::Instant;
use countersign_web::closed_words;
use serde::Serialize;
use utoipa::ToSchema;

closed_words!(
    /// What would become of a step: people are asked already (`open`) or would be (`asked`); the request waits there (`waits`); it is left out
    /// (`skipped`); it cannot go on (`held`); it is done by itself (`done`); the request ends there (`ends`).
    pub StepForesight: "open", "asked", "waits", "skipped", "held", "done", "ends"
);
closed_words!(
    /// How far a request would come, if everyone asked said yes.
    pub SimulatedOutcome: "open", "returned", "held", "approved", "rejected", "withdrawn", "cancelled"
);

/// What would come of a request if everyone asked said yes. What they would fill in is not known, and is empty to what reads it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Simulation, example = json!({
    "outcome": "approved", "warnings": [],
    "steps": [{"step": "manager", "title": "Manager", "state": "asked", "due_at": null, "why": null,
        "who": [{"user": "user_01jc0000000000000000000000", "why": "Bo Berg, as manager of Ann Ames."}]}]
}))]
pub struct SimulationView {
    #[schema(value_type = SimulatedOutcome)]
    outcome: &'static str,
    /// In the order in which they would come.
    steps: Vec<SimulatedStep>,
    /// What the submitter would be warned of.
    warnings: Vec<String>,
}

/// A step to come.
#[derive(Debug, Serialize, ToSchema)]
pub struct SimulatedStep {
    #[schema(example = "manager")]
    step: String,
    title: String,
    #[schema(value_type = StepForesight)]
    state: &'static str,
    /// Who is or would be asked.
    who: Vec<SimulatedAsk>,
    /// By when they would have to answer, the earliest; or until when it waits.
    due_at: Option<Instant>,
    why: Option<String>,
}

/// Somebody who would be asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct SimulatedAsk {
    user: UserId,
    /// Why them.
    why: String,
}

impl SimulationView {
    pub fn new(simulation: &Simulation, locale: Locale) -> Self {
        let text = |text: &Text| text.get(locale).to_owned();
        let ask = |whom: &Whom| SimulatedAsk {
            user: whom.user,
            why: text(&whom.why),
        };
        let step = |foreseen: &Foreseen| SimulatedStep {
            step: foreseen.step.clone(),
            title: text(&foreseen.title),
            state: foreseen.state.word(),
            who: foreseen.who.iter().map(ask).collect(),
            due_at: foreseen.due,
            why: foreseen.why.as_ref().map(text),
        };
        Self {
            outcome: simulation.outcome.word(),
            steps: simulation.steps.iter().map(step).collect(),
            warnings: simulation.warnings.iter().map(text).collect(),
        }
    }
}
