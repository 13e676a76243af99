//! The requests of `models`.

use mcpgen_runtime::prelude::*;

model! {
    /// `GET /b`
    pub struct Option17245cb4 {}
}

impl Operation for Option17245cb4 {
    const COMPONENT: &str = include_str!("../../schemas/option_17245cb4.json");
    const SECURITY: Security = &[&[("key\"\\n", &[])]];

    fn request(&self) -> Request {
        Request::get("/b").accept("*/*").security(Self::SECURITY)
    }
}

model! {
    /// `POST /b`
    pub struct OptionArgs {}
}

impl Operation for OptionArgs {
    const COMPONENT: &str = include_str!("../../schemas/option.json");
    const SECURITY: Security = &[&[("key\"\\n", &[])]];

    fn request(&self) -> Request {
        Request::post("/b").accept("*/*").security(Self::SECURITY)
    }
}
