//! JSON texts where the text itself counts: read with the spelling of their numbers, passed on as they came, written into
//! strings.

mod compact;
mod escape;
mod spelling;
mod tidy;

pub use self::{
    escape::write_string,
    spelling::{may_have_exponents, parse, parse_slice},
    tidy::tidy,
};
