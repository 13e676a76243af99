//! The requests of `core`.

use mcpgen_runtime::prelude::*;

model! {
    /// `GET /c`
    pub struct GetPetF1aaa93c {}
}

impl Operation for GetPetF1aaa93c {
    const COMPONENT: &str = include_str!("../../schemas/get_pet_f1aaa93c.json");
    const SECURITY: Security = &[&[("key\"\\n", &[])]];

    fn request(&self) -> Request {
        Request::get("/c").accept("*/*").security(Self::SECURITY)
    }
}
