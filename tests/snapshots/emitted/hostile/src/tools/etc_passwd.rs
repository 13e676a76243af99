//! What is offered of `../../etc/passwd`.

use mcpgen_runtime::prelude::*;

use crate::generated::etc_passwd;

/// end */ "quote" \\ \[Link\] \<T\> <http://x.test/y_z> #!\[feature\]
///
/// Para
///
/// `GET /a/{self}`
pub async fn self_(api: Api, args: etc_passwd::Self_) -> ReadResult {
    api.read(args.request()).await
}
