//! The rejected end, and the ways that lead to it.

use super::super::block::{Block, Card};
use super::super::marks::Mark;
use super::{BOX, GAP, List, NO, OUT, Shape, Svg, head_high};

impl Svg {
    /// The ways to the rejected end, beside everything else, and that end.
    pub(super) fn rejections(&mut self, blocks: &[Block], list: &List<'_>, rejected: &Card, x: f32, y: f32) {
        let (middle, rail) = (x + list.width / 2.0, x + list.width + OUT);
        let (mut at, mut first, mut low) = (y, None, y);
        for (block, sized) in blocks.iter().zip(&list.blocks) {
            if let Some(label) = block.rejects() {
                let head = match &sized.shape {
                    Shape::Card(..) => sized.height,
                    Shape::Fork(_, lines, _) => head_high(lines),
                };
                let level = at + head / 2.0;
                let from = middle + BOX / 2.0;
                self.out.push_str(&format!(
                    "<path class=\"no\" d=\"M{from:.1} {level:.1}H{rail:.1}\"/>\n"
                ));
                self.text(rail - OUT / 2.0 + 4.0, level - 6.0, label, "r");
                first.get_or_insert(level);
            }
            low = at + sized.height;
            at = low + GAP;
        }
        let high = 40.0;
        let top = low - high;
        if let Some(first) = first {
            self.out.push_str(&format!(
                "<path class=\"no\" d=\"M{rail:.1} {first:.1}V{top:.1}\"/>\n"
            ));
        }
        let (fill, class, extra) = match rejected.mark {
            Some(Mark::Closed) => ("#fff", "r", " stroke-dasharray=\"5 4\""),
            _ => ("#b91c1c", "p", ""),
        };
        let left = rail - NO / 2.0;
        self.out.push_str(&format!(
            "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{NO}\" height=\"{high}\" rx=\"20\" fill=\"{fill}\" stroke=\"#b91c1c\" stroke-width=\"1.5\"{extra}/>\n"
        ));
        let sign = if rejected.mark == Some(Mark::Rejected) {
            "✗ "
        } else {
            ""
        };
        self.text(rail, top + 25.0, &format!("{sign}{}", rejected.title), class);
    }
}
