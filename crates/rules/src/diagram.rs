//! Pictures of workflows and of requests: SVG, or Mermaid for those who draw it themselves.

use countersign_engine::Telling;
use countersign_engine::definition::Workflow;
use countersign_engine::state::State;
use countersign_kernel::id::UserId;
use countersign_kernel::text::{Locale, Words, nearest};
use countersign_web::{Answer, Fault, Problem};

use crate::scene::Scene;

/// The format of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Svg,
    Mermaid,
}

impl Format {
    /// Reads `format=`; SVG unless told.
    pub fn read(text: Option<&str>) -> Result<Self, Problem> {
        match text {
            None | Some("svg") => Ok(Self::Svg),
            Some("mermaid") => Ok(Self::Mermaid),
            Some(other) => {
                let (en, zh) = nearest(other, ["svg", "mermaid"]).map_or_else(Default::default, |near| {
                    (format!(" Did you mean {near}?"), format!("是否想用 {near}？"))
                });
                let detail = Words::new(
                    format!("format is svg or mermaid.{en}"),
                    format!("format 只能是 svg 或 mermaid。{zh}"),
                );
                Err(Problem::bad_parameters([Fault::parameter(
                    "format",
                    "bad_value",
                    detail,
                )]))
            }
        }
    }
}

/// The picture of a workflow; with a request's state it marks where that is, and who decided what. It takes time with the
/// size of the workflow: draw it in the pool.
pub fn draw(
    workflow: &Workflow,
    running: Option<(&State, &Scene)>,
    format: Format,
    locale: Locale,
) -> String {
    match running {
        None => match format {
            Format::Svg => countersign_engine::svg(workflow, locale),
            Format::Mermaid => countersign_engine::mermaid(workflow, locale),
        },
        Some((state, scene)) => {
            let names = |user: UserId| {
                scene
                    .directory
                    .person(user)
                    .map_or_else(|| user.to_string(), |person| person.name.clone())
            };
            let telling = Telling {
                names: &names,
                zone: scene.zone,
                locale,
                workflow: Some(workflow),
            };
            match format {
                Format::Svg => countersign_engine::svg_of(workflow, state, &telling),
                Format::Mermaid => countersign_engine::mermaid_of(workflow, state, &telling),
            }
        }
    }
}

/// What was drawn, as it is answered.
pub fn answer(format: Format, picture: String) -> Answer {
    match format {
        Format::Svg => Answer::bytes("image/svg+xml", picture),
        Format::Mermaid => Answer::bytes("text/vnd.mermaid", picture),
    }
}
