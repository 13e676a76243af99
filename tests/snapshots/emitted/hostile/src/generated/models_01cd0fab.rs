//! The requests of `Models`.

use mcpgen_runtime::prelude::*;

model! {
    /// `PUT /b`
    pub struct RequestArgs {}
}

impl Operation for RequestArgs {
    const COMPONENT: &str = include_str!("../../schemas/request.json");
    const SECURITY: Security = &[&[("key\"\\n", &[])]];

    fn request(&self) -> Request {
        Request::put("/b").accept("*/*").security(Self::SECURITY)
    }
}
