//! What is sent where it does not matter what it says, under names that nobody else has.

/// A table that nothing asks.
pub const TABLE: &str = "table: walked
given: {amount: money}
gives: [approver]
rows:
  - [under 1000, manager]
otherwise: finance
";

/// Tells the owner of each new account.
pub const AUTOMATION: &str = r#"automation: walked
title: {en: Walked}
when_event: crm.account.created
do:
  - action: tell
    do: notices.send
    with: {to: "{event.account.owner}", text: Made}
"#;

/// A short text as a file to upload, in [`UPLOAD_MEDIA`].
pub const UPLOAD: &str = "--walk\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nwords\r\n--walk--\r\n";
pub const UPLOAD_MEDIA: &str = "multipart/form-data; boundary=walk";
