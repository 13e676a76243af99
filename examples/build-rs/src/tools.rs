//! The tools that are written by hand.

use mcpgen_runtime::prelude::*;

use crate::bookshop::orders::{self, PlaceOrder};

/// The most copies that one order may have.
const MOST: i32 = 10;

/// Orders a book as the generated tool does, but not every book of a shop at once.
pub async fn place_order(api: Api, mut args: PlaceOrder) -> ToolResult {
    let copies = *args.copies.get_or_insert(1);
    if copies > MOST {
        return Err(format!("{copies} copies are more than one order may have, which is {MOST}.").into());
    }
    orders::place_order(api, args).await
}

one_of! {
    /// What days there are.
    pub enum Day {
        Weekday = "weekday",
        Sunday = "sunday",
    }
}

model! {
    /// What `opening_times` is called with.
    pub struct OpeningTimes {
        /// The day.
        pub day: Day,
    }
}

/// Tells when the shop is open. No request is sent.
pub async fn opening_times(_: Api, args: OpeningTimes) -> ToolResult {
    Ok(match args.day {
        Day::Weekday => Reply::json(&json!({"opens": "9:00", "closes": "18:00"}))?,
        Day::Sunday => Reply::text("closed"),
    })
}
