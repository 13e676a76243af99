//! The real binary, over stdio and HTTP, against an upstream that records.
