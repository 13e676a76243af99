//! The requests of `t #![evil] //! {{ x }} " \ */`.

use mcpgen_runtime::prelude::*;

model! {
    /// `POST /e%22%5C%20*/%20$x%20{y}`
    pub struct AEvilFnMain77 {
        pub y: String,
        /// \*/ " {{ x }}
        pub q: Option<AEvilFnMain77Q>,
        pub cargo_toml: Option<String> = ".._.._Cargo.toml",
        pub crate_175e9a40: Option<String> = "crate",
        pub crate_f8371060: Option<String> = "CRATE",
    }
}

impl Operation for AEvilFnMain77 {
    const COMPONENT: &str = include_str!("../../schemas/a_evil_fn_main_7_7.json");
    const SECURITY: Security = &[&[("key\"\\n", &[])]];
    const SERVER: Option<OwnServer> = Some(OwnServer::new("http://127.0.0.1:1/%22/*"));

    fn request(&self) -> Request {
        Request::post("/e%22%5C%20*/%20$x%20{y}")
            .fixed_query("q=%22%5Cn")
            .server(Self::SERVER)
            .path("y", &self.y, Style::Simple)
            .query("q\"\\\n*/", &self.q, Style::Form.explode())
            .argument("q")
            .query("../../Cargo.toml", &self.cargo_toml, Style::Form.explode())
            .argument(".._.._Cargo.toml")
            .query("crate", &self.crate_175e9a40, Style::Form.explode())
            .query("CRATE", &self.crate_f8371060, Style::Form.explode())
            .accept("*/*")
            .security(Self::SECURITY)
    }
}

one_of! {
    /// \*/ " {{ x }}
    pub enum AEvilFnMain77Q {
        Empty = "\u{202e}",
        QuoteBackslash = "\"\\",
        StarSlash = "*/",
        DotDotSlash = "../",
    }
}
