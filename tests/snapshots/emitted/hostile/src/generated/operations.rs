//! The requests of `operations`.

use mcpgen_runtime::prelude::*;

model! {
    /// `DELETE /c`
    pub struct DeleteC {}
}

impl Operation for DeleteC {
    const COMPONENT: &str = include_str!("../../schemas/delete_c.json");
    const SECURITY: Security = &[&[("key\"\\n", &[])]];

    fn request(&self) -> Request {
        Request::delete("/c").accept("*/*").security(Self::SECURITY)
    }
}
