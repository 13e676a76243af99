//! The requests of `con`.

use mcpgen_runtime::prelude::*;

model! {
    /// `PATCH /c`
    pub struct Aux {}
}

impl Operation for Aux {
    const COMPONENT: &str = include_str!("../../schemas/_aux.json");
    const SECURITY: Security = &[&[("key\"\\n", &[])]];

    fn request(&self) -> Request {
        Request::patch("/c").accept("*/*").security(Self::SECURITY)
    }
}
