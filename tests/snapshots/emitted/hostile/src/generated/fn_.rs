//! The requests of `fn`.

use mcpgen_runtime::prelude::*;

model! {
    /// `PATCH /b`
    pub struct FnArgs {}
}

impl Operation for FnArgs {
    const COMPONENT: &str = include_str!("../../schemas/fn.json");
    const SECURITY: Security = &[&[("key\"\\n", &[])]];

    fn request(&self) -> Request {
        Request::patch("/b").accept("*/*").security(Self::SECURITY)
    }
}
