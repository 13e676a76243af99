//! The requests of `bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb`.

use mcpgen_runtime::prelude::*;

use super::models;

model! {
    /// `POST /d`
    pub struct Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa062df26e {
        pub value: models::ValueModel,
        pub vec: Option<models::VecModel>,
        pub string: Option<models::StringModelX604f4858>,
        pub lower: Option<models::StringModelX17c16538>,
        pub node: Option<models::Self_>,
    }
}

impl Operation for Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa062df26e {
    const COMPONENT: &str =
        include_str!("../../schemas/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_062df26e.json");
    const SECURITY: Security = &[&[("key\"\\n", &[])]];

    fn request(&self) -> Request {
        Request::post("/d")
            .json("application/json")
            .field("value", &self.value)
            .field("vec", &self.vec)
            .field("string", &self.string)
            .field("lower", &self.lower)
            .field("node", &self.node)
            .accept("*/*")
            .security(Self::SECURITY)
    }
}
