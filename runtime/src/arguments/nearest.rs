//! The nearest name of a misspelt one.

/// How alike two names must be, from 0 to 1.
const ALIKE: f64 = 0.55;

/// The candidate that is most like `name`, if any is like it at all. Case and separators count little.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = letters(name);
    candidates
        .into_iter()
        .map(|candidate| (strsim::normalized_damerau_levenshtein(&wanted, &letters(candidate)), candidate))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|(left, one), (right, other)| left.total_cmp(right).then_with(|| other.cmp(one)))
        .map(|(_, candidate)| candidate)
}

/// The letters and digits, in lower case; bounded, since the comparison is quadratic.
fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_name_is_found() {
        let names = ["petId", "rate", "X-Request-ID", "limit"];
        let cases = [
            ("pet_id", Some("petId")),
            ("PETID", Some("petId")),
            ("rates", Some("rate")),
            ("x_request_id", Some("X-Request-ID")),
            ("limt", Some("limit")),
            ("colour", None),
            ("", None),
        ];
        for (name, wanted) in cases {
            assert_eq!(nearest(name, names), wanted, "{name}");
        }
    }
}
