//! Keywords whose value is of a type that says nothing, each told.

use super::Converter;
use crate::{diagnostic::Severity, source::Kind, spec::Cursor};

/// What a keyword's value has to be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wanted {
    Array,
    Object,
    Text,
    /// A text, or a scalar that is read as it is written.
    Words,
    /// A boolean, also as a text.
    Flag,
    /// A number, also as a text.
    Number,
    /// A number, or the boolean of OpenAPI 3.0.
    Bound,
    /// An array that is not empty.
    Filled,
    /// A number above 0.
    Positive,
    /// A number that is whole and not negative.
    Count,
}

use Wanted::{Array, Bound, Count, Filled, Flag, Number, Object, Positive, Text, Words};

/// Keywords that have no meaning with another value.
const KEYWORDS: [(&str, Wanted); 34] = [
    ("allOf", Filled),
    ("anyOf", Filled),
    ("contentEncoding", Text),
    ("contentMediaType", Text),
    ("dependentRequired", Object),
    ("dependentSchemas", Object),
    ("deprecated", Flag),
    ("description", Words),
    ("enum", Filled),
    ("exclusiveMaximum", Bound),
    ("exclusiveMinimum", Bound),
    ("format", Text),
    ("maxContains", Count),
    ("maxItems", Count),
    ("maxLength", Count),
    ("maxProperties", Count),
    ("maximum", Number),
    ("minContains", Count),
    ("minItems", Count),
    ("minLength", Count),
    ("minProperties", Count),
    ("minimum", Number),
    ("multipleOf", Positive),
    ("nullable", Flag),
    ("oneOf", Filled),
    ("pattern", Text),
    ("patternProperties", Object),
    ("properties", Object),
    ("readOnly", Flag),
    ("required", Array),
    ("title", Words),
    ("uniqueItems", Flag),
    ("writeOnly", Flag),
    ("x-nullable", Flag),
];

/// Keywords that only describe.
const ANNOTATIONS: [&str; 7] =
    ["contentEncoding", "contentMediaType", "deprecated", "description", "readOnly", "title", "writeOnly"];

/// Whether a keyword refuses nothing.
pub(super) fn is_annotation(name: &str) -> bool {
    ANNOTATIONS.contains(&name)
}

/// The keywords of a schema that are left out for their type. An empty value of YAML is taken for none.
pub(super) fn misfits(at: Cursor<'_>) -> impl Iterator<Item = (&str, Cursor<'_>, Wanted)> {
    at.entries().filter_map(|(name, stated)| {
        let index = KEYWORDS.binary_search_by_key(&name, |(known, _)| known).ok()?;
        let wanted = KEYWORDS[index].1;
        // Older habits write `required: true` into a property, and parameters of Swagger 2.0 have it by right.
        let is_habit = name == "required" && stated.as_bool().is_some();
        let is_left_out = stated.kind() != Kind::Null && !is_habit && !fits(stated, wanted);
        is_left_out.then_some((name, stated, wanted))
    })
}

impl Converter<'_> {
    /// Tells the keywords of a schema that are left out for their type.
    pub(super) fn kinds(&mut self, at: Cursor<'_>) {
        for (name, stated, wanted) in misfits(at) {
            let expected = match wanted {
                Array => Kind::Array.phrase(),
                Object => Kind::Object.phrase(),
                Text | Words => Kind::String.phrase(),
                Flag => Kind::Bool.phrase(),
                Number | Bound => Kind::Number.phrase(),
                Filled => "a list that is not empty",
                Positive => "a number above 0",
                Count => "a whole number from 0",
            };
            let came = stated.text().filter(|_| matches!(wanted, Count | Positive)).map(|text| format!("`{text}`"));
            let is_empty = matches!(wanted, Filled) && stated.kind() == Kind::Array;
            let came =
                came.unwrap_or_else(|| if is_empty { "an empty list" } else { stated.kind().phrase() }.to_owned());
            let message = format!("`{name}` is {came}, and {expected} was expected; it is left out");
            self.tell(stated, Severity::Warning, "wrong-type", message, &format!("write {expected} here"));
        }
    }
}

fn fits(at: Cursor<'_>, wanted: Wanted) -> bool {
    let number = || super::keywords::number(at);
    match wanted {
        Array => at.kind() == Kind::Array,
        Filled => at.items().next().is_some(),
        Object => at.kind() == Kind::Object,
        Text => at.kind() == Kind::String,
        Words => at.text().is_some(),
        Flag => at.as_bool().is_some(),
        Number => number().is_some(),
        Bound => at.as_bool().is_some() || number().is_some(),
        Positive => number().is_some_and(|number| number.as_f64().is_some_and(|number| number > 0.0)),
        Count => super::keywords::count(at).is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_in_order() {
        assert!(KEYWORDS.is_sorted_by_key(|(name, _)| *name));
    }
}
