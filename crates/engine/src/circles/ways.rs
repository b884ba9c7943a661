//! What leads to what among the definitions of a tenant, and the way back.

use std::collections::{BTreeMap, HashMap, VecDeque};

use super::listener::Listener;
use super::outline::{Flow, Follows, Lead, Outline};
use crate::finding::Words;

/// A request of a workflow, or an event that is not a request's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Place<'a> {
    Request(&'a str),
    Event(&'a str),
}

impl<'a> From<&'a Lead> for Place<'a> {
    fn from(lead: &'a Lead) -> Self {
        match lead {
            Lead::Request(workflow) => Self::Request(workflow),
            Lead::Event(event) => Self::Event(event),
        }
    }
}

/// The step of a workflow or of an automation by which one thing leads to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct By<'a> {
    pub automation: bool,
    pub name: &'a str,
    pub id: &'a str,
    pub line: usize,
}

/// One thing leads to another.
#[derive(Debug, Clone)]
pub(super) struct Hop<'a> {
    pub from: Place<'a>,
    pub to: Place<'a>,
    pub by: By<'a>,
    /// What may stop it.
    pub stop: Option<Words>,
}

/// Everything that is in force, and what is to be.
pub(super) struct Ways<'a> {
    flows: BTreeMap<&'a str, &'a Flow>,
    listeners: BTreeMap<&'a str, Vec<&'a Listener>>,
}

impl<'a> Ways<'a> {
    pub(super) fn new(outlines: impl IntoIterator<Item = &'a Outline>) -> Self {
        let mut ways = Self {
            flows: BTreeMap::new(),
            listeners: BTreeMap::new(),
        };
        for outline in outlines {
            match outline {
                Outline::Workflow(flow) => drop(ways.flows.insert(&flow.name, flow)),
                Outline::Automation(listener) => {
                    for event in &listener.events {
                        ways.listeners.entry(event).or_default().push(listener);
                    }
                }
            }
        }
        ways
    }

    /// Where it leads from here.
    pub(super) fn from(&self, place: Place<'a>) -> Vec<Hop<'a>> {
        match place {
            Place::Request(name) => match self.flows.get(name) {
                Some(flow) => steps(flow).chain(self.heard_of(flow)).collect(),
                None => Vec::new(),
            },
            Place::Event(event) => {
                let heard = self.listeners.get(event).into_iter().flatten();
                heard
                    .flat_map(|listener| acts(listener, place, None, Follows::Surely))
                    .collect()
            }
        }
    }

    /// Everything that an automation leads to, each of its acts once: over the first thing from which it does.
    pub(super) fn by(&self, listener: &'a Listener) -> Vec<Hop<'a>> {
        let flows = self.flows.keys().map(|name| Place::Request(name));
        let events = listener.events.iter().map(|event| Place::Event(event));
        let mut found: Vec<Hop<'a>> = Vec::new();
        for hop in flows.chain(events).flat_map(|place| self.from(place)) {
            let own = hop.by.automation && hop.by.name == listener.name;
            let known = found
                .iter_mut()
                .find(|other| other.by == hop.by && other.to == hop.to);
            match known {
                // What something may stop here, nothing may stop there.
                Some(known) if own && known.stop.is_some() => *known = hop,
                Some(_) => {}
                None if own => found.push(hop),
                None => {}
            }
        }
        found
    }

    fn heard_of(&self, flow: &'a Flow) -> impl Iterator<Item = Hop<'a>> {
        let told = self
            .listeners
            .iter()
            .filter(|(event, _)| event.starts_with("oa."));
        told.flat_map(move |(event, listeners)| {
            let place = Place::Request(&flow.name);
            let told = flow.follows(event);
            listeners
                .iter()
                .flat_map(move |listener| acts(listener, place, Some(&flow.name), told.clone()))
        })
    }

    /// The shortest way round that begins with this hop; `free`: only over what nothing may stop.
    pub(super) fn round(&self, first: &Hop<'a>, free: bool, late: &dyn Fn() -> bool) -> Option<Vec<Hop<'a>>> {
        let mut came: HashMap<Place<'a>, Hop<'a>> = HashMap::new();
        let mut next = VecDeque::from([first.to]);
        while let Some(place) = next.pop_front() {
            if late() {
                return None;
            }
            let hops = self.from(place);
            for hop in hops.into_iter().filter(|hop| !free || hop.stop.is_none()) {
                if hop.by == first.by && hop.to == first.to {
                    return Some(back(hop, &came, first.to));
                }
                if hop.to != first.to && !came.contains_key(&hop.to) {
                    next.push_back(hop.to);
                    came.insert(hop.to, hop);
                }
            }
        }
        None
    }
}

/// The hop that closes the circle, and then those that lead to where it begins, in order.
fn back<'a>(last: Hop<'a>, came: &HashMap<Place<'a>, Hop<'a>>, begin: Place<'a>) -> Vec<Hop<'a>> {
    let mut way = Vec::new();
    let mut place = last.from;
    while place != begin
        && let Some(hop) = came.get(&place)
    {
        way.push(hop.clone());
        place = hop.from;
    }
    way.push(last);
    way.reverse();
    way
}

fn steps(flow: &Flow) -> impl Iterator<Item = Hop<'_>> {
    flow.begins.iter().map(|begin| Hop {
        from: Place::Request(&flow.name),
        to: Place::from(&begin.lead),
        by: By {
            automation: false,
            name: &flow.name,
            id: &begin.id,
            line: begin.line,
        },
        stop: begin.stop.clone(),
    })
}

fn acts<'a>(
    listener: &'a Listener,
    from: Place<'a>,
    workflow: Option<&'a str>,
    told: Follows,
) -> impl Iterator<Item = Hop<'a>> {
    listener.begins.iter().filter_map(move |act| {
        let stop = match told.clone().then(act.follows(&listener.name, workflow)) {
            Follows::Never => return None,
            Follows::Surely => None,
            Follows::Unless(stop) => Some(stop),
        };
        Some(Hop {
            from,
            to: Place::from(&act.lead),
            by: By {
                automation: true,
                name: &listener.name,
                id: &act.id,
                line: act.line,
            },
            stop,
        })
    })
}
