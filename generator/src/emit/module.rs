//! One module for `include!`: what a crate has in `src/generated`, and a function for each operation.

use minijinja::{Value, context};

use super::{
    parts::{self, Texts},
    plan::Plan,
    types::Home,
};

/// The template.
const NAME: &str = "module.rs";

/// Prints the module of a plan.
pub(super) fn render(plan: &Plan<'_>) -> Result<String, minijinja::Error> {
    let models: Vec<Value> = plan.types.of(Home::Models).into_iter().map(|one| parts::model(plan, one, None)).collect();
    let modules: Vec<Value> = plan.modules.iter().enumerate().map(|(place, module)| {
        let own = || plan.operations.iter().enumerate().filter(move |(_, planned)| planned.module == place);
        let operations: Vec<Value> = own()
            .map(|(index, planned)| {
                context! { request => parts::operation(plan, Texts::Inline, index, false), function => parts::function(planned, "") }
            })
            .collect();
        let uses_models = own().any(|(index, _)| parts::uses_models(plan, index));
        context! { name => module.name.clone(), label => module.label.clone(), operations, uses_models }
    }).collect();
    let offers: Vec<String> = plan.operations.iter().map(|planned| parts::offer(plan, planned)).collect();
    super::templates::environment()?.get_template(NAME)?.render(context! {
        server => parts::server(plan, Texts::Inline).layout(4, 4, 0),
        schemas => parts::schemas(plan, Texts::Inline),
        models, modules, offers,
    })
}
