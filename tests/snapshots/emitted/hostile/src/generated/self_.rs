//! The requests of `self`.

use mcpgen_runtime::prelude::*;

model! {
    /// `POST /a/{self}`
    pub struct Crate {
        /// \*/ // " \\ \[x\] \[y\]
        pub self_path: String = "self__path",
        pub r#type: Option<String>,
        pub type_d155d06d: Option<String> = "Type",
        pub self_: Option<String> = "self",
        pub a_b: Option<String>,
        pub argument_ab67e769: Option<Number>,
        pub argument_225d00cf: Option<String>,
        pub mao: Option<String> = "Mao",
        pub rest: Option<String>,
        pub x: Option<CrateX>,
        /// What the schema does not name.
        pub rest_2: Object = ..,
    }
}

impl Operation for Crate {
    const COMPONENT: &str = include_str!("../../schemas/crate_.json");
    const SECURITY: Security = &[&[("key\"\\n", &[])]];

    fn request(&self) -> Request {
        Request::post("/a/{self}")
            .path("self", &self.self_path, Style::Simple)
            .argument("self__path")
            .multipart("multipart/form-data")
            .field("type", &self.r#type)
            .field("Type", &self.type_d155d06d)
            .field("self", &self.self_)
            .field("a\"b", &self.a_b)
            .argument("a_b")
            .field("\\", &self.argument_ab67e769)
            .argument("argument_ab67e769")
            .field("", &self.argument_225d00cf)
            .argument("argument_225d00cf")
            .field("猫", &self.mao)
            .argument("Mao")
            .field("rest", &self.rest)
            .field_as(
                "x",
                &self.x,
                Part::new()
                    .content_type("application/json")
                    .header("X-A", "\""),
            )
            .rest(&self.rest_2)
            .optional()
            .accept("*/*")
            .security(Self::SECURITY)
    }
}

model! {
    pub struct CrateX {
        pub star_slash: Option<String> = "*/",
        pub self_: Option<CrateXSelf> = "self",
        /// What the schema does not name.
        pub rest: Object = ..,
    }
}

model! {
    pub struct CrateXSelf {
        pub a: Option<bool>,
        /// What the schema does not name.
        pub rest: Object = ..,
    }
}
