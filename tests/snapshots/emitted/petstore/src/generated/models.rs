//! Types that requests share.

use mcpgen_runtime::prelude::*;

one_of! {
    pub enum Status {
        Available = "available",
        Reserved = "reserved",
        Sold = "sold",
    }
}
