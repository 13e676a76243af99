//! The requests of `../../etc/passwd`.

use mcpgen_runtime::prelude::*;

model! {
    /// `GET /a/{self}`
    pub struct Self_ {
        /// \*/ // " \\ \[x\] \[y\]
        pub self_: String = "self",
    }
}

impl Operation for Self_ {
    const COMPONENT: &str = include_str!("../../schemas/self_.json");
    const SECURITY: Security = &[&[("key\"\\n", &[])]];

    fn request(&self) -> Request {
        Request::get("/a/{self}")
            .path("self", &self.self_, Style::Simple)
            .accept("application/json")
            .security(Self::SECURITY)
    }
}
