//! The requests of `operations`.

use mcpgen_runtime::prelude::*;

model! {
    /// `GET /opening-hours`
    pub struct OpeningHours {}
}

impl Operation for OpeningHours {
    const COMPONENT: &str = include_str!("../../schemas/opening_hours.json");

    fn request(&self) -> Request {
        Request::get("/opening-hours").accept("text/plain")
    }
}
