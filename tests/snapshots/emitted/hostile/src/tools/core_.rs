//! What is offered of `core`.

use mcpgen_runtime::prelude::*;

use crate::generated::core_;

/// `GET /c`
pub async fn get_pet_f1aaa93c(api: Api, args: core_::GetPetF1aaa93c) -> ReadResult {
    api.read(args.request()).await
}
