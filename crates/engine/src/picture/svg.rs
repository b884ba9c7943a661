//! Blocks as an SVG picture that reads at its own size: no script, no font of its own, no colour alone that means.

mod rejections;

use super::block::{Block, Card, Column, Fork, Look, Picture, ends};
use super::letters::{escaped, width, wrap};
use super::marks::Mark;

const BOX: f32 = 272.0;
const PAD: f32 = 16.0;
const GAP: f32 = 34.0;
const ASIDE: f32 = 32.0;
const MARGIN: f32 = 32.0;
/// From the boxes to the way to the rejected end, with room for what is written on it.
const OUT: f32 = 118.0;
/// The box of the rejected end.
const NO: f32 = 116.0;
const TITLE: f32 = 15.0;
const SMALL: f32 = 13.0;

pub(super) fn draw(picture: &Picture) -> String {
    let list = list(&picture.blocks);
    let heading = wrap(&picture.title, 22.0, list.width.max(2.0 * BOX));
    let head = heading
        .iter()
        .map(|line| width(line, 22.0) * 1.08)
        .fold(0.0, f32::max);
    let aside = picture.rejected.as_ref().map_or(0.0, |_| OUT + NO / 2.0);
    let inner = list.width.max(head) + aside;
    let top = MARGIN + heading.len() as f32 * 28.0 + 20.0;
    let (wide, high) = (inner + 2.0 * MARGIN, top + list.height + MARGIN);
    let mut svg = Svg { out: String::new() };
    for (number, line) in heading.iter().enumerate() {
        svg.text(wide / 2.0, MARGIN + 20.0 + number as f32 * 28.0, line, "h");
    }
    let left = MARGIN + (inner - aside - list.width) / 2.0;
    svg.list(&list, left, top);
    if let Some(rejected) = &picture.rejected {
        svg.rejections(&picture.blocks, &list, rejected, left, top);
    }
    format!("{}{}</svg>\n", opening(wide, high, &picture.title), svg.out)
}

fn opening(wide: f32, high: f32, title: &str) -> String {
    let (wide, high, title) = (wide.ceil(), high.ceil(), escaped(title));
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}" role="img" aria-label="{title}">
<title>{title}</title>
<style>text{{font-family:"Helvetica Neue",Helvetica,Arial,"Liberation Sans","PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC","WenQuanYi Micro Hei",sans-serif;text-anchor:middle;fill:#1f2937}}.h{{font-size:22px;font-weight:600}}.t{{font-size:15px;font-weight:600}}.s{{font-size:13px;fill:#4b5563}}.w{{font-size:13px;fill:#92400e;font-style:italic}}.l{{font-size:13px;fill:#1d4ed8}}.p{{font-size:15px;font-weight:600;fill:#fff}}.q{{font-size:13px;fill:#fff}}.m{{font-size:13px;font-weight:600}}.flow{{fill:none;stroke:#6b7280;stroke-width:1.6}}.no{{fill:none;stroke:#b91c1c;stroke-width:1.4}}.r{{font-size:13px;fill:#b91c1c}}.off{{opacity:.45}}</style>
<defs><marker id="a" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 10 5 0 10z" fill="#6b7280"/></marker></defs>
<rect width="100%" height="100%" fill="#fff"/>
"##
    )
}

/// Blocks with their sizes.
struct List<'a> {
    blocks: Vec<Sized<'a>>,
    width: f32,
    height: f32,
    ends: bool,
}

struct Sized<'a> {
    shape: Shape<'a>,
    width: f32,
    height: f32,
}

enum Shape<'a> {
    Card(&'a Card, Vec<Line>),
    Fork(&'a Fork, Vec<Line>, Vec<(Vec<String>, List<'a>)>),
}

/// A line of a box, and how it is set.
struct Line {
    text: String,
    class: &'static str,
}

fn list(blocks: &[Block]) -> List<'_> {
    let sized: Vec<Sized<'_>> = blocks.iter().map(size).collect();
    let width = sized.iter().map(|one| one.width).fold(BOX, f32::max);
    let height = sized.iter().map(|one| one.height).sum::<f32>() + GAP * (sized.len().max(1) - 1) as f32;
    List {
        blocks: sized,
        width,
        height,
        ends: ends(blocks),
    }
}

fn size(block: &Block) -> Sized<'_> {
    match block {
        Block::Box(card) => {
            let lines = card_lines(card);
            let height = high(&lines) + 2.0 * PAD;
            Sized {
                shape: Shape::Card(card, lines),
                width: BOX,
                height,
            }
        }
        Block::Fork(fork) => fork_size(fork),
    }
}

fn fork_size(fork: &Fork) -> Sized<'_> {
    let mut lines = set(&fork.title, "t");
    lines.extend(fork.when.iter().flat_map(|when| set(when, "w")));
    lines.extend(fork.at_once.iter().flat_map(|words| set(words, "s")));
    let column = |column: &'_ Column| -> Vec<String> { wrap(&column.label, SMALL, BOX - 8.0) };
    let columns: Vec<(Vec<String>, List<'_>)> = fork
        .columns
        .iter()
        .map(|one| (column(one), list(&one.blocks)))
        .collect();
    let width =
        columns.iter().map(|(_, list)| list.width).sum::<f32>() + ASIDE * (columns.len().max(1) - 1) as f32;
    let height = head_high(&lines) + GAP + label_high(&columns) + columns_high(&columns) + GAP;
    Sized {
        shape: Shape::Fork(fork, lines, columns),
        width: width.max(BOX),
        height,
    }
}

fn head_high(lines: &[Line]) -> f32 {
    high(lines) + 1.5 * PAD
}

fn label_high(columns: &[(Vec<String>, List<'_>)]) -> f32 {
    columns
        .iter()
        .map(|(label, _)| label.len() as f32 * 18.0)
        .fold(0.0, f32::max)
        + 22.0
}

fn columns_high(columns: &[(Vec<String>, List<'_>)]) -> f32 {
    columns.iter().map(|(_, list)| list.height).fold(0.0, f32::max)
}

fn card_lines(card: &Card) -> Vec<Line> {
    let pill = matches!(card.look, Look::Approved | Look::Rejected | Look::Cancelled)
        && card.mark != Some(Mark::Closed);
    let sign = match card.mark {
        Some(Mark::Approved) => "✓ ",
        Some(Mark::Rejected) => "✗ ",
        Some(Mark::Held) => "⚠ ",
        Some(Mark::Open | Mark::Skipped | Mark::Closed) | None => "",
    };
    let mut lines = set(&format!("{sign}{}", card.title), if pill { "p" } else { "t" });
    lines.extend(
        card.when
            .iter()
            .flat_map(|when| set(when, if pill { "q" } else { "w" })),
    );
    lines.extend(
        card.lines
            .iter()
            .flat_map(|line| set(line, if pill { "q" } else { "s" })),
    );
    lines.extend(
        card.left
            .iter()
            .flat_map(|line| set(line, if pill { "q" } else { "m" })),
    );
    lines
}

fn set(text: &str, class: &'static str) -> Vec<Line> {
    let size = if matches!(class, "t" | "p") {
        TITLE * 1.06
    } else {
        SMALL
    };
    let lines = wrap(text, size, BOX - 2.0 * PAD);
    lines.into_iter().map(|text| Line { text, class }).collect()
}

fn high(lines: &[Line]) -> f32 {
    lines.iter().map(line_high).sum()
}

fn line_high(line: &Line) -> f32 {
    if matches!(line.class, "t" | "p") {
        20.0
    } else {
        18.0
    }
}

struct Svg {
    out: String,
}

impl Svg {
    fn text(&mut self, x: f32, y: f32, text: &str, class: &str) {
        self.out.push_str(&format!(
            "<text x=\"{x:.1}\" y=\"{y:.1}\" class=\"{class}\">{}</text>\n",
            escaped(text)
        ));
    }

    fn path(&mut self, path: &str, arrow: bool) {
        let arrow = if arrow { " marker-end=\"url(#a)\"" } else { "" };
        self.out
            .push_str(&format!("<path class=\"flow\" d=\"{path}\"{arrow}/>\n"));
    }

    fn down(&mut self, x: f32, from: f32, to: f32, arrow: bool) {
        if to > from {
            self.path(&format!("M{x:.1} {from:.1}V{to:.1}"), arrow);
        }
    }

    fn lines(&mut self, lines: &[Line], x: f32, mut y: f32) {
        for line in lines {
            y += line_high(line);
            self.text(x, y - 5.0, &line.text, line.class);
        }
    }

    /// Under each other, with arrows between.
    fn list(&mut self, list: &List<'_>, x: f32, y: f32) -> f32 {
        let middle = x + list.width / 2.0;
        let mut at = y;
        for (number, block) in list.blocks.iter().enumerate() {
            if number > 0 {
                self.down(middle, at, at + GAP, true);
                at += GAP;
            }
            match &block.shape {
                Shape::Card(card, lines) => self.card(card, lines, middle, at, block.height),
                Shape::Fork(fork, lines, columns) => {
                    self.fork(fork, lines, columns, middle - block.width / 2.0, at, block);
                }
            }
            at += block.height;
        }
        at
    }

    fn card(&mut self, card: &Card, lines: &[Line], middle: f32, y: f32, high: f32) {
        let (fill, stroke) = match card.look {
            Look::Begin => ("#f3f4f6", "#6b7280"),
            Look::Approval => ("#eff6ff", "#1d4ed8"),
            Look::Action => ("#f5f3ff", "#6d28d9"),
            Look::Approved => ("#15803d", "#15803d"),
            Look::Rejected => ("#b91c1c", "#b91c1c"),
            Look::Cancelled => ("#4b5563", "#4b5563"),
        };
        let (fill, stroke, extra) = match (card.mark, card.look) {
            (Some(Mark::Open), _) => ("#fef9c3", "#a16207", " stroke-width=\"3.5\""),
            (Some(Mark::Held), _) => ("#fee2e2", "#b91c1c", " stroke-width=\"3.5\""),
            (Some(Mark::Approved), Look::Approval | Look::Action | Look::Begin) => {
                ("#dcfce7", "#15803d", " stroke-width=\"2\"")
            }
            (Some(Mark::Rejected), Look::Approval | Look::Action) => {
                ("#fee2e2", "#b91c1c", " stroke-width=\"2\"")
            }
            (Some(Mark::Closed), Look::Approved) => (
                "#fff",
                "#15803d",
                " stroke-width=\"1.5\" stroke-dasharray=\"5 4\"",
            ),
            (Some(Mark::Skipped | Mark::Closed), Look::Approval | Look::Action) => (
                "#f9fafb",
                "#9ca3af",
                " stroke-width=\"1.5\" stroke-dasharray=\"5 4\"",
            ),
            _ => (fill, stroke, " stroke-width=\"1.5\""),
        };
        let round = if matches!(card.look, Look::Approval | Look::Action) {
            8.0
        } else {
            (high / 2.0).min(24.0)
        };
        let x = middle - BOX / 2.0;
        self.out.push_str(&format!(
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{BOX}\" height=\"{high:.1}\" rx=\"{round}\" fill=\"{fill}\" stroke=\"{stroke}\"{extra}/>\n"
        ));
        if card.look == Look::Action {
            let (left, right) = (x + 7.0, x + BOX - 7.0);
            let end = y + high;
            self.out.push_str(&format!(
                "<path d=\"M{left:.1} {y:.1}V{end:.1}M{right:.1} {y:.1}V{end:.1}\" stroke=\"{stroke}\"/>\n"
            ));
        }
        self.lines(lines, middle, y + PAD);
    }

    fn fork(
        &mut self,
        fork: &Fork,
        lines: &[Line],
        columns: &[(Vec<String>, List<'_>)],
        x: f32,
        y: f32,
        block: &Sized<'_>,
    ) {
        let middle = x + block.width / 2.0;
        let head = head_high(lines);
        self.fork_head(fork, lines, middle, y, head);
        let used = columns.iter().map(|(_, list)| list.width).sum::<f32>()
            + ASIDE * (columns.len().max(1) - 1) as f32;
        let (split, join) = (y + head + GAP / 2.0, y + block.height);
        let below = y + head + GAP + label_high(columns);
        let mut left = x + (block.width - used) / 2.0;
        let (mut first, mut last, mut go_on) = (f32::MAX, f32::MIN, Vec::new());
        self.down(middle, y + head, split, false);
        for ((label, list), column) in columns.iter().zip(&fork.columns) {
            let center = left + list.width / 2.0;
            (first, last) = (first.min(center), last.max(center));
            let off = column.taken == Some(false);
            if off {
                self.out.push_str("<g class=\"off\">\n");
            }
            self.column(label, list, left, center, (split, y + head + GAP, below, join));
            if off {
                self.out.push_str("</g>\n");
            }
            if !list.ends {
                go_on.push(center);
            }
            left += list.width + ASIDE;
        }
        self.across(first.min(middle), last.max(middle), split, fork.at_once.is_some());
        if let (Some(low), Some(high)) = (
            go_on.iter().copied().reduce(f32::min),
            go_on.iter().copied().reduce(f32::max),
        ) {
            self.across(low.min(middle), high.max(middle), join, fork.at_once.is_some());
        }
    }

    fn fork_head(&mut self, fork: &Fork, lines: &[Line], middle: f32, y: f32, high: f32) {
        let (half, cut) = (BOX / 2.0, 16.0);
        let (left, right, center, end) = (middle - half, middle + half, y + high / 2.0, y + high);
        let shape = if fork.at_once.is_some() {
            format!("M{left:.1} {y:.1}H{right:.1}V{end:.1}H{left:.1}z")
        } else {
            let (inner, outer) = (left + cut, right - cut);
            format!(
                "M{left:.1} {center:.1} {inner:.1} {y:.1}H{outer:.1}L{right:.1} {center:.1} {outer:.1} {end:.1}H{inner:.1}z"
            )
        };
        let (fill, stroke) = match fork.mark {
            Some(Mark::Open) => ("#fef9c3", "#a16207"),
            Some(Mark::Held) => ("#fee2e2", "#b91c1c"),
            Some(Mark::Approved) => ("#dcfce7", "#15803d"),
            Some(Mark::Rejected) => ("#fee2e2", "#b91c1c"),
            Some(Mark::Skipped | Mark::Closed) => ("#f9fafb", "#9ca3af"),
            None => ("#fffbeb", "#b45309"),
        };
        self.out.push_str(&format!(
            "<path d=\"{shape}\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"1.5\"/>\n"
        ));
        self.lines(lines, middle, y + 0.75 * PAD);
    }

    /// `at`: where the columns part, where the label begins, where the boxes begin, where the columns join.
    fn column(
        &mut self,
        label: &[String],
        list: &List<'_>,
        left: f32,
        center: f32,
        at: (f32, f32, f32, f32),
    ) {
        let (split, top, below, join) = at;
        self.down(center, split, top, false);
        let mut y = top;
        for line in label {
            y += 18.0;
            self.text(center, y - 4.0, line, "l");
        }
        if list.blocks.is_empty() {
            return self.down(center, y + 4.0, join, false);
        }
        self.down(center, y + 4.0, below, true);
        let end = self.list(list, left, below);
        if !list.ends {
            self.down(center, end, join, false);
        }
    }

    /// A line over the columns; a bar where they run at once.
    fn across(&mut self, from: f32, to: f32, y: f32, bar: bool) {
        if bar {
            let (x, wide) = (from - 24.0, to - from + 48.0);
            self.out.push_str(&format!("<rect x=\"{x:.1}\" y=\"{:.1}\" width=\"{wide:.1}\" height=\"5\" rx=\"2\" fill=\"#374151\"/>\n", y - 2.5));
        } else {
            self.path(&format!("M{from:.1} {y:.1}H{to:.1}"), false);
        }
    }
}
