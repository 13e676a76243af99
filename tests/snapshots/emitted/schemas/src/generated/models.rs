//! Types that requests share.

use mcpgen_runtime::prelude::*;

model! {
    pub struct Node {
        pub label: Nullable<NodeLabel>,
        pub weight: Option<Number>,
        pub children: Option<Vec<Node>>,
        pub anything: Option<Vec<Value>>,
        /// A property that is named like a keyword
        pub r#type: Option<String>,
        /// What the schema does not name.
        pub rest: Object = ..,
    }
}

one_of! {
    pub enum NodeLabel {
        Leaf = "leaf",
        Branch = "branch",
    }
}
