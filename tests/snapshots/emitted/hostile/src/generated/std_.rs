//! The requests of `std`.

use mcpgen_runtime::prelude::*;

model! {
    /// `PUT /c`
    pub struct GetPet702e8b1c {}
}

impl Operation for GetPet702e8b1c {
    const COMPONENT: &str = include_str!("../../schemas/get_pet_702e8b1c.json");
    const SECURITY: Security = &[&[("key\"\\n", &[])]];

    fn request(&self) -> Request {
        Request::put("/c").accept("*/*").security(Self::SECURITY)
    }
}
