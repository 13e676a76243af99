//! What is offered of `operations`.

use mcpgen_runtime::prelude::*;

use crate::generated::operations;

/// Opening hours
///
/// `GET /opening-hours`
pub async fn opening_hours(api: Api, args: operations::OpeningHours) -> ReadResult {
    api.read(args.request()).await
}
