//! Changed pieces of a corpus, the same at every run: a stable stand-in for a fuzzer.
#![expect(clippy::disallowed_methods, reason = "who looks for more says how much")]

use std::path::{Path, PathBuf};
use std::{fs, io, thread};

/// Turns of each target; `FUZZ_TURNS` says otherwise.
const TURNS: usize = 400;
/// Nothing that is tried is longer.
const LENGTH_MAX: usize = 20_000;
/// The stack of a worker of the server.
const STACK: usize = 2 << 20;

/// Where a crate's corpora are: a folder for each target. Made by [`fuzz!`](crate::fuzz).
#[derive(Debug, Clone, Copy)]
pub struct Fuzz {
    pub corpus: &'static str,
    /// What was tried last stays here: a stack that overflows ends the process.
    pub temporary: &'static str,
}

/// The [`Fuzz`] of the crate whose integration tests say it: its corpora are in `tests/corpus`.
#[macro_export]
macro_rules! fuzz {
    () => {
        $crate::Fuzz {
            corpus: concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus"),
            temporary: env!("CARGO_TARGET_TMPDIR"),
        }
    };
}

impl Fuzz {
    /// Gives a target each file of its corpus, then changed ones: it must come back, on the stack of a worker.
    pub fn run(self, name: &'static str, target: fn(&[u8])) -> io::Result<()> {
        let inputs = self.inputs(name)?;
        let all = move || inputs.for_each(|input| target(&input));
        let ended = thread::Builder::new().stack_size(STACK).spawn(all)?.join();
        ended.map_err(|panic| std::panic::resume_unwind(panic))
    }

    /// Each file of a corpus, then changed ones.
    pub fn inputs(self, name: &str) -> io::Result<impl Iterator<Item = Vec<u8>> + Send + use<>> {
        let corpus = corpus(&Path::new(self.corpus).join(name))?;
        let last = Path::new(self.temporary).join(format!("fuzz-{name}"));
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        Ok((0..turns().max(corpus.len())).map(move |turn| {
            let input = match corpus.get(turn) {
                Some(seed) => seed.clone(),
                None => changed(&corpus, &mut random),
            };
            // Who cannot write it only looks longer for what ended the process.
            let _ = fs::write(&last, &input);
            input
        }))
    }
}

fn turns() -> usize {
    let asked = std::env::var("FUZZ_TURNS").ok();
    asked.and_then(|turns| turns.parse().ok()).unwrap_or(TURNS)
}

fn corpus(folder: &Path) -> io::Result<Vec<Vec<u8>>> {
    let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let mut files = entries.collect::<io::Result<Vec<PathBuf>>>()?;
    files.sort();
    files.iter().map(fs::read).collect()
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
    let mut bytes = random.one_of(corpus).cloned().unwrap_or_default();
    for _ in 0..=random.below(4) {
        let (from, to) = random.range(bytes.len());
        match random.below(7) {
            0 => drop(bytes.drain(from..to)),
            1 => insert(&mut bytes, from, random.token().as_bytes()),
            2 => {
                // Many of the same: depth, length, and what is looked through again and again.
                let token = random.token().repeat(1 << random.below(13));
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
                let other = random.one_of(corpus).cloned().unwrap_or_default();
                let (begin, end) = random.range(other.len());
                insert(&mut bytes, from, other.get(begin..end).unwrap_or_default());
            }
            5 => bytes.truncate(from),
            _ => {
                let letter = u8::try_from(random.below(256)).unwrap_or_default();
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
        self.next() as usize % end.max(1)
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.below(all.len()))
    }

    fn token(&mut self) -> &'static str {
        self.one_of(&TOKENS).copied().unwrap_or_default()
    }

    fn range(&mut self, length: usize) -> (usize, usize) {
        let (one, other) = (self.below(length + 1), self.below(length + 1));
        (one.min(other), one.max(other))
    }
}
