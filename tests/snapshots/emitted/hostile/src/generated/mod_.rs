//! The requests of `mod`.

use mcpgen_runtime::prelude::*;

model! {
    /// `DELETE /b`
    pub struct CargoToml {}
}

impl Operation for CargoToml {
    const COMPONENT: &str = include_str!("../../schemas/cargo_toml.json");
    const SECURITY: Security = &[&[("key\"\\n", &[])]];

    fn request(&self) -> Request {
        Request::delete("/b").accept("*/*").security(Self::SECURITY)
    }
}
