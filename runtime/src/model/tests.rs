//! What models read and write.

use serde_json::json;

use crate::prelude::*;

one_of! {
    /// Where a pet is.
    pub enum Status {
        /// To be had.
        Available = "available",
        Sold = "sold",
    }
}

model! {
    /// A pet.
    #[derive(Default)]
    pub struct Pet {
        /// Its number.
        pub pet_id: i64 = "petId",
        pub r#type: Option<String>,
        pub owner: Option<Nullable<String>>,
        pub tags: Option<Vec<Tag>>,
    }

    pub struct Tag {
        pub status: Status,
    }

    pub struct Open {
        pub a: Option<u32>,
        pub rest: Object = ..,
    }
}

fn shown<T: FromJson + ToJson>(value: Value) -> Result<Value, String> {
    T::from_json(value).map(|model| model.to_json()).map_err(|problem| problem.to_string())
}

#[test]
fn members_are_absent_null_or_there() {
    let pet = |value| Pet::from_json(value).unwrap();
    assert_eq!(pet(json!({"petId": 7})), Pet { pet_id: 7, ..Pet::default() });
    assert_eq!(pet(json!({"petId": 7, "owner": null})).owner, Some(Nullable::Null));
    assert_eq!(pet(json!({"petId": 7, "owner": "Ann"})).owner, Some("Ann".to_owned().into()));
    assert_eq!(pet(json!({"petId": 7, "type": "cat"})).r#type.as_deref(), Some("cat"));
    let whole = json!({"petId": 7, "type": "cat", "owner": null, "tags": [{"status": "sold"}]});
    assert_eq!(shown::<Pet>(whole.clone()), Ok(whole));
}

#[test]
fn members_that_no_field_names_are_kept_or_dropped() {
    assert_eq!(shown::<Pet>(json!({"petId": 7, "x": 1})), Ok(json!({"petId": 7})));
    assert_eq!(shown::<Open>(json!({"x": null, "a": 1, "b": [2]})), Ok(json!({"a": 1, "x": null, "b": [2]})));
    let clash = Open { a: Some(1), rest: json!({"a": 2, "b": 3}).as_object().cloned().unwrap_or_default() };
    assert_eq!(clash.to_json(), json!({"a": 1, "b": 3}));
}

#[test]
fn what_is_of_another_type_is_told_with_its_place() {
    let cases = [
        (shown::<Pet>(json!([])), "arguments: expected an object"),
        (shown::<Pet>(json!({})), "petId: required, but missing"),
        (shown::<Pet>(json!({"petId": 1.5})), "petId: expected a 64-bit integer, got 1.5"),
        (shown::<Pet>(json!({"petId": 7, "type": null})), "type: expected a text, got null"),
        (
            shown::<Pet>(json!({"petId": 7, "tags": [{"status": "sold"}, {"status": "gone"}]})),
            "tags/1/status: expected one of available, sold, got \"gone\"",
        ),
        (shown::<Open>(json!({"a": -1})), "a: expected an unsigned 32-bit integer"),
        (shown::<Map<i32>>(json!({"a/b": {"c": 1}})), "a/b: expected a 32-bit integer"),
        (shown::<Status>(json!(1)), "expected one of available, sold, got 1"),
    ];
    for (got, expected) in cases {
        let told = got.unwrap_err();
        assert!(told.contains(expected), "{told}");
    }
}

#[test]
fn integers_come_in_many_spellings() {
    let cases = [
        ("7", Some(7)),
        ("7.0", Some(7)),
        ("1e2", Some(100)),
        ("-0", Some(0)),
        ("9223372036854775807", Some(i64::MAX)),
        ("-9223372036854775808", Some(i64::MIN)),
        ("9223372036854775808", None),
        ("1.5", None),
        ("\"7\"", None),
        ("null", None),
    ];
    for (text, expected) in cases {
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(i64::from_json(value).ok(), expected, "{text}");
    }
}
