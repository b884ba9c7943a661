//! What can be told of a definition as a whole: what is never reached, gaps between cases, money that nobody decided.

mod items;
mod repeats;
mod undecided;

use std::collections::{BTreeSet, HashMap};

use crate::definition::{
    Check, CheckVerdict, Choose, Each, FieldKind, Form, Piece, Required, Stage, Step, StepKind, Take,
};
use crate::expr::{Cover, Expr, Range, Reference, Type, range};
use crate::finding::words;
use crate::parse::{Node, Yaml};
use crate::read::Desk;
use undecided::{always_ends, passes_undecided};

/// Where the parts stand in the file.
#[derive(Clone, Copy)]
pub(crate) struct Nodes<'a> {
    pub form: Option<&'a Node>,
    pub steps: Option<&'a Node>,
    pub summary: Option<&'a Node>,
}

pub(crate) fn analyse(desk: &Desk<'_>, nodes: Nodes<'_>, form: &Form, steps: &[Step], checks: &[Check]) {
    let analysis = Analysis {
        desk,
        form,
        gone_through: items::gone_through(steps),
    };
    // Steps that could not be read at all decide nothing and leave nothing undecided.
    if let Some(node) = nodes.steps.filter(|_| !steps.is_empty()) {
        analysis.list(node, steps);
        analysis.undecided_money(node, steps);
    }
    analysis.unread(nodes, steps, checks);
}

struct Analysis<'a> {
    desk: &'a Desk<'a>,
    form: &'a Form,
    /// Fields whose items an `each` asks for, and that step.
    gone_through: Vec<(String, String)>,
}

impl Analysis<'_> {
    /// Steps after one that always ends the request.
    fn list(&self, node: &Node, steps: &[Step]) {
        let Yaml::List(items) = &node.yaml else { return };
        let mut ended = None;
        for (item, step) in items.iter().zip(steps) {
            if let Some(line) = ended {
                self.desk.error(
                    "never-reached",
                    item,
                    words!(
                        "This step is never reached: on line {line} the request has ended in every case.",
                        "永远不会到达此步骤：第 {line} 行处申请在任何情况下都已结束。"
                    ),
                    words!(
                        "Put it before, or give the end a `when:`.",
                        "请移到前面，或给结束步骤加 `when:`。"
                    ),
                );
                break;
            }
            self.inside(item, step);
            if always_ends(step) {
                ended = Some(step.line);
            }
        }
    }

    fn inside(&self, item: &Node, step: &Step) {
        match &step.kind {
            StepKind::Choose(choose) if choose.take == Take::All => {
                let cases = item.get("cases").map(|node| &node.yaml);
                if let Some(Yaml::List(cases)) = cases {
                    for (node, case) in cases.iter().zip(&choose.cases) {
                        if let Some(steps) = node.get("steps") {
                            self.list(steps, &case.steps);
                        }
                    }
                }
                if let Some(node) = item.get("otherwise") {
                    self.list(node, &choose.otherwise);
                }
            }
            StepKind::Repeat(repeat) => {
                self.repeats_something_else(item, repeat);
                if let Some(node) = item.get("steps") {
                    self.list(node, &repeat.steps);
                }
            }
            StepKind::Each(Each { steps, .. }) | StepKind::Stage(Stage { steps, .. }) => {
                if let Some(node) = item.get("steps") {
                    self.list(node, steps);
                }
            }
            StepKind::Choose(choose) => self.choose(item, choose),
            StepKind::Parallel(parallel) => {
                let Some(Yaml::Map(entries)) = item.get("branches").map(|node| &node.yaml) else {
                    return;
                };
                for ((_, node), branch) in entries.iter().zip(&parallel.branches) {
                    self.list(node, &branch.steps);
                }
            }
            StepKind::Approval(approval) => self.edits_items(item, approval),
            StepKind::Wait(_)
            | StepKind::Action(_)
            | StepKind::Cc(_)
            | StepKind::Set(_)
            | StepKind::End(_) => {}
        }
    }

    fn choose(&self, item: &Node, choose: &Choose) {
        let Some(Yaml::List(cases)) = item.get("cases").map(|node| &node.yaml) else {
            return;
        };
        let ranges: Vec<Option<(Reference, Range)>> =
            choose.cases.iter().map(|case| range(&case.when)).collect();
        let mut before: HashMap<&Reference, Cover> = HashMap::new();
        let mut always: Option<usize> = None;
        for ((node, case), found) in cases.iter().zip(&choose.cases).zip(&ranges) {
            let place = node.get("when").unwrap_or(node);
            if let Some(line) = always {
                self.desk.error(
                    "never-reached",
                    place,
                    words!(
                        "This case is never reached: the one on line {line} always holds.",
                        "永远不会到达此分支：第 {line} 行的分支总是成立。"
                    ),
                    words!(
                        "Put it before that one, or take it out.",
                        "请移到它之前，或删除。"
                    ),
                );
            } else if let Some((reference, range)) = found {
                let earlier = before.entry(reference).or_default();
                if earlier.covers(range) {
                    self.desk.error(
                        "never-reached",
                        place,
                        words!(
                            "This case is never reached: the cases before it take all of it.",
                            "永远不会到达此分支：前面的分支已全部覆盖。"
                        ),
                        words!(
                            "The first case that holds is taken: put the narrower one first.",
                            "取第一个成立的分支：请把较窄的放前面。"
                        ),
                    );
                }
                earlier.add(range);
            }
            if case.when.constant() == Some(crate::expr::Value::YesNo(true)) {
                always = Some(case.line);
            }
            if case.when.constant() == Some(crate::expr::Value::YesNo(false)) {
                self.desk.error(
                    "never-reached",
                    place,
                    words!(
                        "This case is never taken: its condition never holds.",
                        "永远不会进入此分支：条件恒不成立。"
                    ),
                    words!("Take it out.", "请删除。"),
                );
            }
            if let Some(list) = node.get("steps") {
                self.list(list, &case.steps);
            }
        }
        if !choose.cases.iter().any(|case| case.when.is_unread()) {
            self.gap(item, &ranges);
        }
        if let Some(list) = item.get("otherwise") {
            self.list(list, &choose.otherwise);
        }
        let everything = |cover: &Cover| cover.covers(&Range::everything());
        let nothing_left = always.is_some() || (before.len() == 1 && before.values().all(everything));
        if let (true, false, Some(node)) = (nothing_left, choose.otherwise.is_empty(), item.get("otherwise"))
        {
            self.desk.error(
                "never-reached",
                node,
                words!(
                    "`otherwise` is never reached: the cases before it take everything.",
                    "永远不会到达 `otherwise`：前面的分支已覆盖一切。"
                ),
                words!("Write `otherwise: []`.", "请写 `otherwise: []`。"),
            );
        }
    }

    /// `< 500` and `> 500`: what is exactly 500 falls between.
    fn gap(&self, item: &Node, ranges: &[Option<(Reference, Range)>]) {
        let known: Vec<&(Reference, Range)> = ranges.iter().flatten().collect();
        let Some((first, _)) = known.first() else { return };
        if known.len() < 2 || known.iter().any(|(other, _)| other != first) {
            return;
        }
        let all: Vec<Range> = known.iter().map(|(_, range)| range.clone()).collect();
        if let (Some(point), Some(node)) = (Range::point_gap(&all), item.get("cases")) {
            let place = match &node.yaml {
                Yaml::List(cases) => cases.last().and_then(|case| case.get("when")).unwrap_or(node),
                _ => node,
            };
            self.desk.error(
                "gap",
                place,
                words!(
                    "`{first}` of exactly {point} falls between the cases.",
                    "`{first}` 恰好为 {point} 时落在各分支之间。"
                ),
                words!(
                    "Write `<= {point}` or `>= {point}` in one of them.",
                    "请在其中一个写 `<= {point}` 或 `>= {point}`。"
                ),
            );
        }
    }

    /// A way on which money is approved though no person and no `end: approved` decided.
    fn undecided_money(&self, steps_node: &Node, steps: &[Step]) {
        let money = |field: &&crate::definition::Field| {
            matches!(field.kind, FieldKind::Money { .. }) || field.slot.of == Type::Money
        };
        let Some(field) = self.form.fields.iter().find(money) else {
            return;
        };
        if passes_undecided(steps, self.form) {
            let name = &field.name;
            let place = match &steps_node.yaml {
                Yaml::List(items) => items.last().unwrap_or(steps_node),
                _ => steps_node,
            };
            self.desk.error("undecided-money", place, words!("There is a way to the end on which nobody decides, and so `{name}` would be approved in silence.", "存在无人决定即到达结尾的路径，`{name}` 会被默默批准。"), words!("Let the last approval have no `when`, or say so outright: a `choose` with `- end: approved` for what is approved by rule.", "让最后的审批不带 `when`，或明确写出：用 `choose` 和 `- end: approved` 表示按规则批准。"));
        }
    }

    /// Computed fields that nothing reads.
    fn unread(&self, nodes: Nodes<'_>, steps: &[Step], checks: &[Check]) {
        let computed: Vec<&str> = self
            .form
            .fields
            .iter()
            .filter(|field| matches!(field.kind, FieldKind::Computed { .. }))
            .map(|field| field.name.as_str())
            .collect();
        if computed.is_empty() {
            return;
        }
        let mut read = BTreeSet::new();
        let mut texts = Vec::new();
        let mut note = |expr: &Expr| {
            read.extend(crate::definition::fields_read(expr));
            if expr.is_unread() {
                texts.push(expr.source().to_owned());
            }
        };
        for field in &self.form.fields {
            let limits = &field.limits;
            let limits = [
                &limits.min,
                &limits.max,
                &limits.min_count,
                &limits.max_count,
                &limits.max_length,
                &field.show_when,
            ];
            limits.into_iter().flatten().for_each(&mut note);
            if let Required::When(expr) = &field.required {
                note(expr);
            }
            if let FieldKind::Computed { is } = &field.kind {
                note(is);
            }
        }
        for check in checks {
            note(&check.when);
            let (CheckVerdict::Refuse(text) | CheckVerdict::Warn(text)) = &check.verdict;
            for piece in text.0.values().flat_map(|template| &template.pieces) {
                if let Piece::Value(expr) = piece {
                    note(expr);
                }
            }
        }
        let mut all = Vec::new();
        crate::definition::collect_steps(steps, &mut all);
        for step in all {
            step.when.iter().for_each(&mut note);
            step.kind.expressions().into_iter().for_each(&mut note);
        }
        self.warn_unread(nodes, &computed, &read, &texts.join(" "));
    }

    fn warn_unread(&self, nodes: Nodes<'_>, computed: &[&str], read: &BTreeSet<String>, texts: &str) {
        let Some(Yaml::Map(entries)) = nodes.form.map(|form| &form.yaml) else {
            return;
        };
        // The rest (texts, inputs, who) is looked through by name alone: a warning must never be wrong.
        let mut rest = words_of(texts);
        for node in [nodes.steps, nodes.summary].into_iter().flatten() {
            collect_words(node, &mut rest);
        }
        let computed: BTreeSet<&str> = computed.iter().copied().collect();
        for (key, _) in entries {
            let Some(name) = key.text().filter(|name| computed.contains(name)) else {
                continue;
            };
            if !read.contains(name) && !rest.contains(name) {
                self.desk.warn(
                    "unread-field",
                    key,
                    words!(
                        "Nothing reads the computed field `{name}`.",
                        "没有内容读取计算字段 `{name}`。"
                    ),
                    words!(
                        "Use it in a step or in the summary, or take it out.",
                        "请在步骤或摘要中使用，或删除。"
                    ),
                );
            }
        }
    }
}

/// The words of a text that could be names of fields.
fn words_of(text: &str) -> BTreeSet<&str> {
    text.split(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
        .collect()
}

fn collect_words<'n>(node: &'n Node, found: &mut BTreeSet<&'n str>) {
    match &node.yaml {
        Yaml::Scalar(scalar) => found.append(&mut words_of(&scalar.text)),
        Yaml::List(items) => items.iter().for_each(|item| collect_words(item, found)),
        Yaml::Map(entries) => {
            for (key, value) in entries {
                collect_words(key, found);
                collect_words(value, found);
            }
        }
        Yaml::Broken => {}
    }
}
