//! The requests of `operations`.

use mcpgen_runtime::prelude::*;

model! {
    /// `GET /ping`
    pub struct Ping {}
}

impl Operation for Ping {
    const COMPONENT: &str = include_str!("../../schemas/ping.json");

    fn request(&self) -> Request {
        Request::get("/ping").accept("*/*")
    }
}
