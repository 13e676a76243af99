//! The requests of `mcpgen_runtime`.

use mcpgen_runtime::prelude::*;

model! {
    /// `POST /c`
    pub struct GetPet {}
}

impl Operation for GetPet {
    const COMPONENT: &str = include_str!("../../schemas/get_pet.json");
    const SECURITY: Security = &[&[("key\"\\n", &[])]];

    fn request(&self) -> Request {
        Request::post("/c").accept("*/*").security(Self::SECURITY)
    }
}
