//! The requests of `operations`.

use mcpgen_runtime::prelude::*;

model! {
    /// `POST /good`
    pub struct Good {}
}

impl Operation for Good {
    const COMPONENT: &str = include_str!("../../schemas/good.json");

    fn request(&self) -> Request {
        Request::post("/good").accept("*/*")
    }
}

model! {
    /// `POST /also-good`
    pub struct AlsoGood {}
}

impl Operation for AlsoGood {
    const COMPONENT: &str = include_str!("../../schemas/also_good.json");

    fn request(&self) -> Request {
        Request::post("/also-good").accept("*/*")
    }
}
