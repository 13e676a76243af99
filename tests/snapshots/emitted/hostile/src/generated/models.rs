//! Types that requests share.

use mcpgen_runtime::prelude::*;

model! {
    pub struct Self_ {
        pub self_: Nullable<Box<Self_>> = "self",
        /// What the schema does not name.
        pub rest: Object = ..,
    }
}

model! {
    pub struct StringModelX17c16538 {
        pub a: Option<ValueModel>,
    }
}

model! {
    /// \*/ \[x\] \<y\>
    pub struct StringModelX604f4858 {
        pub option: Option<Box<StringModelX604f4858>>,
        /// What the schema does not name.
        pub rest: Object = ..,
    }
}

one_of! {
    pub enum ValueModel {
        SelfXe4898197 = "Self",
        SelfX645ba277 = "self",
        StarSlash = "*/",
        Quote = "\"",
        Backslash = "\\",
        Empty = "",
        BraceBrace = "{{",
        N1 = "1",
        Plus1 = "+1",
        Minus1 = "-1",
        Value = "Value",
    }
}

model! {
    pub struct VecModel {
        pub vec: Option<Vec<VecModel>>,
        /// What the schema does not name.
        pub rest: Object = ..,
    }
}
