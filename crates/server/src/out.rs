//! What a command answers. `println!` panics when nobody reads on (`countersign … | head`); these end the command quietly.

use std::fmt::Arguments;
use std::io::{self, ErrorKind, Write as _};

/// As a shell tells of a command that the signal of a closed pipe has ended (128 + SIGPIPE).
const CLOSED_PIPE: i32 = 141;

/// `print!`, for a reader who may leave.
macro_rules! out {
    ($($words:tt)*) => { $crate::out::to_stdout(format_args!($($words)*)) };
}

/// `println!`, for a reader who may leave.
macro_rules! outln {
    ($($words:tt)*) => { $crate::out::to_stdout(format_args!("{}\n", format_args!($($words)*))) };
}

/// What a server says when it starts: it serves whether or not anybody reads that.
macro_rules! sayln {
    ($($words:tt)*) => { $crate::out::to_anybody(format_args!("{}\n", format_args!($($words)*))) };
}

/// `eprintln!`, for a reader who may leave.
macro_rules! errln {
    ($($words:tt)*) => { $crate::out::to_stderr(format_args!("{}\n", format_args!($($words)*))) };
}

/// What cannot be written for another reason (a full disk) has not been answered, either: that is told, and is a failure.
pub(crate) fn to_stdout(words: Arguments<'_>) {
    let mut stdout = io::stdout().lock();
    match stdout.write_fmt(words).and_then(|()| stdout.flush()) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::BrokenPipe => std::process::exit(CLOSED_PIPE),
        Err(error) => {
            errln!("countersign: the answer could not be written: {error}");
            std::process::exit(1);
        }
    }
}

pub(crate) fn to_anybody(words: Arguments<'_>) {
    let mut stdout = io::stdout().lock();
    if let Err(error) = stdout.write_fmt(words).and_then(|()| stdout.flush()) {
        tracing::warn!(%error, "nobody reads what the server says when it starts");
    }
}

/// What only accompanies the answer may get lost.
pub(crate) fn to_stderr(words: Arguments<'_>) {
    io::stderr().lock().write_fmt(words).ok();
}
