//! A request, built in the order in which it is read: method and path, parameters, body.
//!
//! What comes out is the catalog's own [`Operation`] and the arguments that fill it, so that one encoder writes every
//! request.

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::{
    operation::{self, OwnServer, Security},
    part::Part,
};
use crate::{
    catalog::{
        Body, BodyChoice, BodyKind, BodyLayout, BodyProperty, Location, Operation, Parameter, ParameterEncoding,
        SchemaId,
    },
    model::{Object, ToJson},
};

/// The argument that is a body, unless [`Request::argument`] says another.
const BODY: &str = "body";

/// A request without base URL and credentials, which [`Api`](super::Api) adds when it sends it.
///
/// ```
/// use mcpgen_runtime::prelude::*;
///
/// let (id, name) = (7, Some("Rex"));
/// Request::patch("/pets/{petId}")
///     .path("petId", &id, Style::Simple)
///     .json("application/json")
///     .field("name", &name)
///     .accept("application/json");
/// ```
#[derive(Debug, Clone)]
#[must_use = "a request does nothing until it is sent"]
pub struct Request {
    method: String,
    path: String,
    query: Option<String>,
    server: Option<OwnServer>,
    parameters: Vec<(Parameter, Option<Value>)>,
    /// The usual body and its alternatives; the last is being built.
    bodies: Vec<Draft>,
    /// The argument that names the body's media type.
    choice: Option<(String, Option<Value>)>,
    accept: String,
    security: Security,
    /// What was built wrongly.
    wrong: Option<String>,
}

/// A body that is being built.
#[derive(Debug, Clone)]
struct Draft {
    required: bool,
    media_type: String,
    kind: BodyKind,
    /// One argument is the body.
    whole: Option<(String, Option<Value>)>,
    properties: Vec<(BodyProperty, Option<Value>)>,
    rest: Option<Object>,
    /// The arguments without which it cannot be chosen.
    needs: Vec<String>,
}

/// Constructors for the methods of HTTP.
macro_rules! methods {
    ($($name:ident: $method:literal),*) => {$(
        #[doc = concat!("`", $method, "` and a path template: `/pets/{petId}`.")]
        pub fn $name(path: &str) -> Self {
            Self::method($method, path)
        }
    )*};
}

/// Starts the body of a kind.
macro_rules! bodies {
    ($($(#[$about:meta])* $name:ident: $kind:expr;)*) => {$(
        $(#[$about])*
        ///
        /// Fields, or the [value](Self::value) that is the body, follow.
        pub fn $name(self, media_type: &str) -> Self {
            self.body(media_type, $kind)
        }
    )*};
}

impl Request {
    methods! {
        get: "GET", put: "PUT", post: "POST", delete: "DELETE", patch: "PATCH", head: "HEAD", options: "OPTIONS",
        trace: "TRACE"
    }

    /// Any method and a path template: `/pets/{petId}`.
    pub fn method(method: &str, path: &str) -> Self {
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query: None,
            server: None,
            parameters: Vec::new(),
            bodies: Vec::new(),
            choice: None,
            accept: String::new(),
            security: &[],
            wrong: None,
        }
    }

    /// A query string that the path has of its own, encoded: `a=b`.
    pub fn fixed_query(mut self, query: &str) -> Self {
        self.query = Some(query.to_owned());
        self
    }

    /// The operation's own server.
    pub fn server(mut self, server: impl Into<Option<OwnServer>>) -> Self {
        self.server = server.into();
        self
    }

    /// The value of `{name}` in the path.
    pub fn path(self, name: &str, value: &dyn ToJson, encoding: impl Into<ParameterEncoding>) -> Self {
        self.parameter(Location::Path, name, value, encoding.into())
    }

    /// A parameter of the query string.
    pub fn query(self, name: &str, value: &dyn ToJson, encoding: impl Into<ParameterEncoding>) -> Self {
        self.parameter(Location::Query, name, value, encoding.into())
    }

    /// The whole query string; the name is the argument's.
    pub fn querystring(self, name: &str, value: &dyn ToJson, encoding: impl Into<ParameterEncoding>) -> Self {
        self.parameter(Location::Querystring, name, value, encoding.into())
    }

    /// A header.
    pub fn header(self, name: &str, value: &dyn ToJson, encoding: impl Into<ParameterEncoding>) -> Self {
        self.parameter(Location::Header, name, value, encoding.into())
    }

    /// A cookie.
    pub fn cookie(self, name: &str, value: &dyn ToJson, encoding: impl Into<ParameterEncoding>) -> Self {
        self.parameter(Location::Cookie, name, value, encoding.into())
    }

    bodies! {
        /// A JSON body.
        json: BodyKind::Json;
        /// A body of JSON texts, one a line.
        json_lines: BodyKind::JsonLines;
        /// A body of JSON texts between record separators and line feeds (RFC 7464).
        json_sequence: BodyKind::JsonSequence;
        /// A form.
        form: BodyKind::Form { fields: IndexMap::new() };
        /// A body in parts.
        multipart: BodyKind::Multipart { fields: IndexMap::new() };
        /// A body of text; a value that is no text is its JSON.
        text: BodyKind::Text;
        /// A body of bytes, given as base64 text or a `data:` URL.
        binary: BodyKind::Binary;
    }

    /// A property of the body.
    pub fn field(mut self, name: &str, value: &dyn ToJson) -> Self {
        let property = BodyProperty { argument: name.to_owned(), name: name.to_owned() };
        match self.bodies.last_mut() {
            Some(Draft { properties, whole: None, .. }) => properties.push((property, value.present())),
            _ => self.is_wrong(&format!("the field {name:?} is of no body with fields")),
        }
        self
    }

    /// A property of the body that is written in a way of its own.
    pub fn field_as(self, name: &str, value: &dyn ToJson, part: Part) -> Self {
        self.field(name, value).part(name, part)
    }

    /// How a field is written that is inside the body's [value](Self::value) or [rest](Self::rest). In a list of parts
    /// the name is an index, or `*`.
    pub fn part(mut self, name: &str, part: Part) -> Self {
        match self.bodies.last_mut().map(|body| &mut body.kind) {
            Some(BodyKind::Form { fields } | BodyKind::Multipart { fields }) => {
                fields.insert(name.to_owned(), part.0);
            }
            _ => self.is_wrong(&format!("the field {name:?} is of no form and no multipart body")),
        }
        self
    }

    /// Properties of the body that no field names.
    pub fn rest(mut self, rest: &dyn ToJson) -> Self {
        match (self.bodies.last_mut(), rest.to_json()) {
            (Some(body), Value::Object(members)) => body.rest = Some(members),
            _ => self.is_wrong("the rest is of no body, or no object"),
        }
        self
    }

    /// The body's value.
    pub fn value(mut self, value: &dyn ToJson) -> Self {
        match self.bodies.last_mut() {
            Some(body) if body.properties.is_empty() => body.whole = Some((BODY.to_owned(), value.present())),
            _ => self.is_wrong("the value is of no body, or of one with fields"),
        }
        self
    }

    /// The arguments that the body needs, where an argument says which body is sent and the schema requires none.
    pub fn needs(mut self, arguments: &[&str]) -> Self {
        match self.bodies.last_mut() {
            Some(body) => body.needs = arguments.iter().map(|&argument| argument.to_owned()).collect(),
            None => self.is_wrong("there is no body that could need arguments"),
        }
        self
    }

    /// The bodies that follow are sent instead of the one so far where this argument names their media type.
    ///
    /// ```
    /// # use mcpgen_runtime::prelude::*;
    /// # let (title, body, content_type) = ("Tides", "# Tides", "text/markdown");
    /// Request::post("/notes")
    ///     .json("application/json")
    ///     .field("title", &title)
    ///     .needs(&["title"])
    ///     .alternatives("content_type", &content_type)
    ///     .text("text/markdown")
    ///     .value(&body);
    /// ```
    pub fn alternatives(mut self, argument: &str, media_type: &dyn ToJson) -> Self {
        if self.bodies.len() == 1 && self.choice.is_none() {
            self.choice = Some((argument.to_owned(), media_type.present()));
        } else {
            self.is_wrong("alternatives come once, after the usual body");
        }
        self
    }

    /// No body is sent when nothing is in it.
    pub fn optional(mut self) -> Self {
        if self.bodies.is_empty() {
            self.is_wrong("there is no body that could be optional");
        }
        for body in &mut self.bodies {
            body.required = false;
        }
        self
    }

    /// The argument of the last parameter, field or value, where it has another name. What is wrong with it is told by
    /// that name.
    pub fn argument(mut self, name: &str) -> Self {
        let last = match self.bodies.last_mut() {
            Some(Draft { whole: Some((argument, _)), .. }) => Some(argument),
            Some(body) => body.properties.last_mut().map(|(property, _)| &mut property.argument),
            None => self.parameters.last_mut().map(|(parameter, _)| &mut parameter.argument),
        };
        match last {
            Some(argument) => name.clone_into(argument),
            None => self.is_wrong(&format!("the argument {name:?} is of nothing")),
        }
        self
    }

    /// The value of `Accept`.
    pub fn accept(mut self, media_types: &str) -> Self {
        media_types.clone_into(&mut self.accept);
        self
    }

    /// The credentials that go along.
    pub fn security(mut self, security: Security) -> Self {
        self.security = security;
        self
    }

    fn parameter(mut self, location: Location, name: &str, value: &dyn ToJson, encoding: ParameterEncoding) -> Self {
        if !self.bodies.is_empty() {
            self.is_wrong(&format!("the parameter {name:?} comes after the body"));
        }
        let parameter = Parameter { argument: name.to_owned(), name: name.to_owned(), location, encoding };
        self.parameters.push((parameter, value.present()));
        self
    }

    fn body(mut self, media_type: &str, kind: BodyKind) -> Self {
        if !self.bodies.is_empty() && self.choice.is_none() {
            self.is_wrong(&format!("the body of {media_type} is one too many, without alternatives before it"));
        }
        self.bodies.push(Draft {
            required: true,
            media_type: media_type.to_owned(),
            kind,
            whole: None,
            properties: Vec::new(),
            rest: None,
            needs: Vec::new(),
        });
        self
    }

    fn is_wrong(&mut self, why: &str) {
        self.wrong.get_or_insert_with(|| format!("the request {} {} is built wrongly: {why}", self.method, self.path));
    }

    /// The operation and its arguments; an error tells the programmer what is wrong.
    pub(crate) fn into_operation(mut self, input: SchemaId) -> Result<(Operation, Map<String, Value>), String> {
        if let Some(wrong) = self.wrong {
            return Err(wrong);
        }
        let mut arguments = Map::new();
        let mut parameters = Vec::with_capacity(self.parameters.len());
        for (parameter, value) in self.parameters {
            if let Some(value) = value {
                arguments.insert(parameter.argument.clone(), value);
            }
            parameters.push(parameter);
        }
        let required = self.bodies.first_mut().map(|body| std::mem::take(&mut body.needs)).unwrap_or_default();
        let mut bodies = self.bodies.into_iter().map(|body| body.fill(&mut arguments)).collect::<Vec<_>>().into_iter();
        let mut body = bodies.next();
        if let (Some(body), Some((argument, value))) = (&mut body, self.choice) {
            arguments.extend(value.map(|value| (argument.clone(), value)));
            body.choice = Some(Box::new(BodyChoice { argument, required, bodies: bodies.collect() }));
        }
        let operation = Operation {
            path: self
                .path
                .parse()
                .map_err(|error| format!("the request {} is built wrongly: {error}", self.method))?,
            method: self.method,
            query: self.query,
            base_url: self.server.map(OwnServer::base_url),
            parameters,
            body,
            accept: self.accept,
            security: operation::requirements(self.security),
            input,
        };
        Ok((operation, arguments))
    }
}

impl Draft {
    fn fill(self, arguments: &mut Map<String, Value>) -> Body {
        let layout = if let Some((argument, value)) = self.whole {
            if let Some(value) = value {
                arguments.insert(argument.clone(), value);
            }
            BodyLayout::Argument(argument)
        } else {
            let open = self.rest.is_some();
            let mut properties = Vec::with_capacity(self.properties.len());
            for (property, value) in self.properties {
                if let Some(value) = value {
                    arguments.insert(property.argument.clone(), value);
                }
                properties.push(property);
            }
            for (name, value) in self.rest.into_iter().flatten() {
                arguments.entry(name).or_insert(value);
            }
            BodyLayout::Properties { properties, open }
        };
        Body { required: self.required, media_type: self.media_type, layout, kind: self.kind, choice: None }
    }
}
