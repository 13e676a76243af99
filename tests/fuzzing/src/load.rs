//! Bytes to a tree, to the view.

use mcpgen::{
    diagnostic::{Color, Diagnostic},
    source::Documents,
    spec,
};
use serde_json::value::RawValue;

/// Reads bytes as a description.
pub fn load(bytes: &[u8]) {
    let (documents, told) = match Documents::from_text("fuzz", bytes, &super::limits()) {
        Ok(read) => read,
        Err(diagnostic) => return check(&[*diagnostic], None),
    };
    check(&told, Some(&documents));
    let mut json = String::new();
    documents.node(documents.root()).write_json(&mut json);
    // Not a `Value`, whose reader stops at 128 levels.
    assert!(serde_json::from_str::<&RawValue>(&json).is_ok(), "what was read is JSON again");
    match spec::load(&documents) {
        Ok((view, told)) => {
            check(&told, Some(&documents));
            for operation in &view.operations {
                assert!(operation.at.is_object());
            }
        }
        Err(diagnostic) => check(&[diagnostic], Some(&documents)),
    }
}

/// Diagnostics say what is wrong, name a node that is there, and can be shown.
pub(crate) fn check(diagnostics: &[Diagnostic], documents: Option<&Documents>) {
    for diagnostic in diagnostics {
        assert!(!diagnostic.message.is_empty() && !diagnostic.code.is_empty(), "{diagnostic:?}");
        assert!(!diagnostic.render(Color::Never).is_empty());
        if let Some(documents) = documents {
            let root = documents.node(documents.root());
            assert!(root.at(&diagnostic.pointer).is_some(), "{diagnostic:?} names a node");
        }
    }
}
