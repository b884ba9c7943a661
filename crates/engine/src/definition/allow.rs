//! What those asked may do.

/// What those asked may do besides deciding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allow {
    pub transfer: bool,
    pub give_back: bool,
    pub add_approver: bool,
    pub remove_approver: bool,
}

impl Allow {
    /// Where the file does not say.
    pub const DEFAULT: Self = Self {
        transfer: true,
        give_back: true,
        add_approver: true,
        remove_approver: false,
    };
}
