//! Reports over what the office and the CRM show to readers.
