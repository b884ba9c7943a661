//! Changed pieces of a corpus, the same at every run: a stable stand-in for a fuzzer.

use std::path::{Path, PathBuf};
use std::thread;

/// Turns of each target; `FUZZ_TURNS` says otherwise.
const TURNS: u64 = 400;
/// Nothing that is tried is longer.
const LENGTH_MAX: usize = 20_000;

/// Gives a target each file of its corpus, then changed ones: it must come back, on the stack of a worker of the server.
/// What was tried last stays in the folder for temporary files of tests: a stack that overflows ends the process.
pub(super) fn run(name: &'static str, target: fn(&[u8])) {
    let corpus = corpus(name);
    let last = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{name}"));
    let worker = thread::Builder::new().stack_size(2 << 20).spawn(move || {
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        for turn in 0..turns() {
            let input = match corpus.get(usize::try_from(turn).unwrap()) {
                Some(seed) => seed.clone(),
                None => changed(&corpus, &mut random),
            };
            std::fs::write(&last, &input).unwrap();
            target(&input);
        }
    });
    worker.unwrap().join().unwrap();
}

#[expect(clippy::disallowed_methods, reason = "who looks for more says how much")]
fn turns() -> u64 {
    let asked = std::env::var("FUZZ_TURNS").ok();
    asked.and_then(|turns| turns.parse().ok()).unwrap_or(TURNS)
}

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/corpus")
        .join(name);
    let entries = std::fs::read_dir(&folder).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| std::fs::read(file).unwrap()).collect()
}

/// Signs that parsers look at.
const TOKENS: [&str; 34] = [
    "[",
    "]",
    "{",
    "}",
    "(",
    ")",
    "\"",
    "'",
    ": ",
    ":\n",
    "- ",
    "? ",
    "#",
    " # ",
    "&a ",
    "*a",
    "!!str ",
    "|\n",
    ">\n",
    "%",
    "---\n",
    "\t",
    "\r\n",
    "\u{feff}",
    "\0",
    "\\",
    "费用",
    "not ",
    " and ",
    "{{",
    "}}",
    "if 1 then ",
    "999999999999",
    ",",
];

fn changed(corpus: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = random.one_of(corpus).clone();
    for _ in 0..=random.below(4) {
        let (from, to) = random.range(bytes.len());
        match random.below(7) {
            0 => drop(bytes.drain(from..to)),
            1 => insert(&mut bytes, from, random.one_of(&TOKENS).as_bytes()),
            2 => {
                // Many of the same: depth, length, and what is looked through again and again.
                let token = random.one_of(&TOKENS).repeat(1 << random.below(13));
                insert(&mut bytes, from, token.as_bytes());
            }
            3 => {
                let piece = bytes
                    .get(from..to)
                    .unwrap_or_default()
                    .repeat(1 << random.below(8));
                insert(&mut bytes, to, &piece);
            }
            4 => {
                let other = random.one_of(corpus).clone();
                let (begin, end) = random.range(other.len());
                insert(&mut bytes, from, other.get(begin..end).unwrap_or_default());
            }
            5 => bytes.truncate(from),
            _ => {
                let letter = u8::try_from(random.below(256)).unwrap();
                bytes.get_mut(from).map(|byte| *byte = letter).unwrap_or_default();
            }
        }
        bytes.truncate(LENGTH_MAX);
    }
    bytes
}

fn insert(bytes: &mut Vec<u8>, at: usize, piece: &[u8]) {
    let piece = piece.get(..LENGTH_MAX.min(piece.len())).unwrap_or_default();
    bytes.splice(at..at, piece.iter().copied());
}

/// Numbers that look random and are always the same (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    fn range(&mut self, length: usize) -> (usize, usize) {
        let (one, other) = (self.below(length + 1), self.below(length + 1));
        (one.min(other), one.max(other))
    }
}
