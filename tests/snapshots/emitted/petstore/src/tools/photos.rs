//! What is offered of `photos`.

use mcpgen_runtime::prelude::*;

use crate::generated::photos;

/// Get the photo of a pet
///
/// `GET /pets/{petId}/photo`
pub async fn get_photo(api: Api, args: photos::GetPhoto) -> ReadResult {
    api.read(args.request()).await
}
