//! The terms of employment, as they are kept and sent.

use countersign_engine::leave::{Employment, Terms};
use countersign_kernel::calendar::Stretch;
use countersign_kernel::time::Date;
use countersign_storage::Error;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// When somebody joined and left, and what they work.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"joined_on": "2026-03-01", "left_on": null, "service_since": null,
    "terms": [{"from": "2026-06-01", "percent": 60, "working": {"monday": "09:00-17:00", "tuesday": "09:00-17:00", "wednesday": "09:00-17:00"}}]}))]
pub(crate) struct EmploymentBody {
    /// The first day of work; none: before anything is counted.
    #[serde(default)]
    #[schema(required = true)]
    pub joined_on: Option<Date>,
    /// The last day of work.
    #[serde(default)]
    #[schema(required = true)]
    pub left_on: Option<Date>,
    /// From when years of service count, where that is another day than that of joining.
    #[serde(default)]
    #[schema(required = true)]
    pub service_since: Option<Date>,
    /// What is worked, from which day on; before the first, full time by the calendar of the place. 100 at most.
    #[serde(default)]
    #[schema(required = true, max_items = 100)]
    pub terms: Vec<TermsBody>,
}

/// What is worked from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct TermsBody {
    pub from: Date,
    /// Of full hours; as the days say where none is given.
    #[serde(default)]
    #[schema(required = true, minimum = 1, maximum = 100)]
    pub percent: Option<u32>,
    /// Hours by day of the week, as a calendar has them; by the calendar of the place where none are given.
    #[serde(default)]
    #[schema(required = true)]
    pub working: Option<WeekBody>,
}

/// Hours of each day of the week: `09:00-12:30, 13:00-17:30`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct WeekBody {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monday: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tuesday: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wednesday: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thursday: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub friday: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saturday: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sunday: Option<String>,
}

impl WeekBody {
    fn days(&self) -> [(&'static str, Option<&String>); 7] {
        [
            ("monday", self.monday.as_ref()),
            ("tuesday", self.tuesday.as_ref()),
            ("wednesday", self.wednesday.as_ref()),
            ("thursday", self.thursday.as_ref()),
            ("friday", self.friday.as_ref()),
            ("saturday", self.saturday.as_ref()),
            ("sunday", self.sunday.as_ref()),
        ]
    }
}

/// What is wrong with the terms that were sent: where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// Hours that are none, or not in order.
    Hours(String),
    /// No day of these terms is worked.
    NoDay(usize),
    /// Terms do not come one after the other.
    Order(usize),
    /// The last day comes before the first.
    LeftBeforeJoined,
}

impl EmploymentBody {
    /// As leave is counted by it.
    pub(crate) fn employment(&self) -> Result<Employment, Wrong> {
        if matches!((self.joined_on, self.left_on), (Some(joined), Some(left)) if left < joined) {
            return Err(Wrong::LeftBeforeJoined);
        }
        let mut terms: Vec<Terms> = Vec::with_capacity(self.terms.len());
        for (place, body) in self.terms.iter().enumerate() {
            if terms.last().is_some_and(|before| body.from <= before.from) {
                return Err(Wrong::Order(place));
            }
            let working = body
                .working
                .as_ref()
                .map(|week| read_week(place, week))
                .transpose()?;
            terms.push(Terms {
                from: body.from,
                percent: body.percent,
                working,
            });
        }
        Ok(Employment {
            joined_on: self.joined_on,
            left_on: self.left_on,
            service_since: self.service_since,
            terms,
        })
    }
}

fn read_week(place: usize, week: &WeekBody) -> Result<[Vec<Stretch>; 7], Wrong> {
    let mut working: [Vec<Stretch>; 7] = Default::default();
    for (day, (name, text)) in working.iter_mut().zip(week.days()) {
        if let Some(text) = text {
            *day = Stretch::read_day(text).ok_or_else(|| Wrong::Hours(format!("{place}/working/{name}")))?;
        }
    }
    if working.iter().all(Vec::is_empty) {
        return Err(Wrong::NoDay(place));
    }
    Ok(working)
}

/// What is kept.
pub(super) fn read(kept: &str) -> Result<Employment, Error> {
    let body: EmploymentBody = serde_json::from_str(kept).map_err(Error::broken)?;
    body.employment()
        .map_err(|wrong| Error::broken(format!("terms of employment: {wrong:?}")))
}
