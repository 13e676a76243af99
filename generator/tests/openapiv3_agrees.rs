//! On valid descriptions of OpenAPI 3.0, the view says what openapiv3's types say.

use std::{collections::BTreeMap, fs, path::Path};

use mcpgen::{
    source::{Documents, LoadOptions},
    spec::{self, Operation},
};
use mcpgen_runtime::catalog::{ParameterEncoding, Style};
use openapiv3::{OpenAPI, Parameter, ReferenceOr};

/// What is compared of an operation.
#[derive(Debug, PartialEq, Eq)]
struct Facts {
    operation_id: Option<String>,
    tags: Vec<String>,
    deprecated: bool,
    /// `name in required style explode`
    parameters: Vec<String>,
    /// Whether the body is required, and its media types.
    body: Option<(bool, Vec<String>)>,
    /// Statuses with their media types.
    responses: BTreeMap<String, Vec<String>>,
}

fn ours(operation: &Operation<'_>) -> Facts {
    let parameters = operation.parameters.iter().map(|parameter| {
        let encoding = match &parameter.encoding {
            ParameterEncoding::Style { style, explode, .. } => format!("{style:?} {explode}"),
            ParameterEncoding::Content { content } => content.clone(),
        };
        format!("{} {} {} {encoding}", parameter.name, parameter.location.as_str(), parameter.required)
    });
    let names = |content: &[spec::MediaType<'_>]| content.iter().map(|media_type| media_type.name.clone()).collect();
    Facts {
        operation_id: operation.operation_id.clone(),
        tags: operation.tags.clone(),
        deprecated: operation.deprecated,
        parameters: parameters.collect(),
        body: operation.body.as_ref().map(|body| (body.required, names(&body.content))),
        responses: operation
            .responses
            .iter()
            .map(|(status, response)| (status.clone(), names(&response.content)))
            .collect(),
    }
}

fn theirs(document: &OpenAPI, operation: &openapiv3::Operation) -> Facts {
    let components = document.components.clone().unwrap_or_default();
    let parameter = |reference: &ReferenceOr<Parameter>| match reference {
        ReferenceOr::Item(parameter) => parameter.clone(),
        ReferenceOr::Reference { reference } => {
            let name = reference.rsplit('/').next().expect("a reference has steps");
            components.parameters[name].as_item().expect("one reference is enough here").clone()
        }
    };
    let parameters = operation.parameters.iter().map(parameter).map(|parameter| {
        let (location, style) = match &parameter {
            Parameter::Query { style, .. } => ("query", format!("{style:?}")),
            Parameter::Header { style, .. } => ("header", format!("{style:?}")),
            Parameter::Path { style, .. } => ("path", format!("{style:?}")),
            Parameter::Cookie { style, .. } => ("cookie", format!("{style:?}")),
        };
        let data = parameter.parameter_data();
        let encoding = match &data.format {
            openapiv3::ParameterSchemaOrContent::Content(content) => content.keys().next().cloned().unwrap_or_default(),
            openapiv3::ParameterSchemaOrContent::Schema(_) => {
                format!("{style} {}", data.explode.unwrap_or(style == format!("{:?}", Style::Form)))
            }
        };
        format!("{} {location} {} {encoding}", data.name, data.required)
    });
    let body = operation.request_body.as_ref().map(|reference| match reference {
        ReferenceOr::Item(body) => body.clone(),
        ReferenceOr::Reference { reference } => {
            let name = reference.rsplit('/').next().expect("a reference has steps");
            components.request_bodies[name].as_item().expect("one reference is enough here").clone()
        }
    });
    let response = |reference: &ReferenceOr<openapiv3::Response>| match reference {
        ReferenceOr::Item(response) => response.content.keys().cloned().collect(),
        ReferenceOr::Reference { reference } => {
            let name = reference.rsplit('/').next().expect("a reference has steps");
            let response = components.responses[name].as_item().expect("one reference is enough here");
            response.content.keys().cloned().collect()
        }
    };
    let default = operation.responses.default.as_ref().map(|default| ("default".to_owned(), response(default)));
    Facts {
        operation_id: operation.operation_id.clone(),
        tags: operation.tags.clone(),
        deprecated: operation.deprecated,
        parameters: parameters.collect(),
        body: body.map(|body| (body.required, body.content.keys().cloned().collect())),
        responses: operation
            .responses
            .responses
            .iter()
            .map(|(status, reference)| (status.to_string().to_lowercase(), response(reference)))
            .chain(default)
            .collect(),
    }
}

#[test]
fn the_view_agrees_with_openapiv3() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/specs");
    let mut compared = 0;
    for entry in fs::read_dir(&folder).expect("there are fixtures") {
        let path = entry.expect("the folder is readable").path();
        let name = path.display().to_string();
        let Ok((documents, _)) = Documents::load(&name, &LoadOptions::default(), None) else { continue };
        let value = documents.node(documents.root()).to_value();
        let is_3_0 = value["openapi"].as_str().is_some_and(|version| version.starts_with("3.0"));
        // The types refuse what is not valid, which other tests are for.
        let Ok(oracle) = serde_json::from_value::<OpenAPI>(value) else { continue };
        let (view, _) = spec::load(&documents).expect("a fixture that openapiv3 reads is a description");
        if !is_3_0 || view.unreadable > 0 {
            continue;
        }
        let mut ours: Vec<_> =
            view.operations.iter().map(|o| (o.path.clone(), o.method.to_lowercase(), ours(o))).collect();
        let mut theirs: Vec<_> = oracle
            .operations()
            .map(|(path, method, operation)| {
                let mut facts = theirs(&oracle, operation);
                let item = oracle.paths.paths[path].as_item().expect("operations are of items");
                let shared = openapiv3::Operation { parameters: item.parameters.clone(), ..Default::default() };
                let own: Vec<String> = facts.parameters.clone();
                let key = |text: &String| text.split(' ').take(2).map(str::to_owned).collect::<Vec<_>>();
                facts.parameters = self::theirs(&oracle, &shared)
                    .parameters
                    .into_iter()
                    .map(|shared| own.iter().find(|own| key(own) == key(&shared)).cloned().unwrap_or(shared))
                    .collect();
                facts
                    .parameters
                    .extend(own.into_iter().filter(|own| !facts.parameters.contains(own)).collect::<Vec<_>>());
                (path.to_owned(), method.to_owned(), facts)
            })
            .collect();
        ours.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
        theirs.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
        assert_eq!(ours, theirs, "{name}");
        compared += ours.len();
    }
    assert!(compared > 10, "only {compared} operations were compared");
}
