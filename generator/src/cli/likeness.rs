//! Names that were probably meant.

/// How many names are suggested.
const MOST: usize = 3;
/// How alike two names must be, from 0 to 1.
const ALIKE: f64 = 0.55;

/// `; did you mean a, b?`, or nothing where no name is like it.
pub(super) fn hint<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let found = nearest(name, known);
    if found.is_empty() { String::new() } else { format!("; did you mean {}?", found.join(", ")) }
}

/// The names that are most like `name`, the nearest first. Case and separators count little; a name that holds it, or is
/// held by it, is like it too.
fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = letters(name);
    let mut scored: Vec<(f64, &str)> = known
        .filter_map(|other| {
            let letters = letters(other);
            let part = wanted.len() > 2 && (letters.contains(&wanted) || wanted.contains(&letters));
            let likeness = strsim::normalized_damerau_levenshtein(&wanted, &letters);
            let likeness = if part { likeness.max(ALIKE) } else { likeness };
            (likeness >= ALIKE).then_some((likeness, other))
        })
        .collect();
    scored.sort_by(|(left, one), (right, other)| right.total_cmp(left).then_with(|| one.cmp(other)));
    scored.dedup_by_key(|(_, name)| *name);
    scored.into_iter().take(MOST).map(|(_, name)| name).collect()
}

/// Letters and digits in lower case; bounded, since the comparison is quadratic.
fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_come_first() {
        let names = ["listBooks", "getBook", "addBook", "removeBook", "openingHours"];
        let cases: [(&str, &[&str]); 6] = [
            ("getBok", &["getBook"]),
            ("getbooks", &["getBook", "listBooks"]),
            ("books", &["listBooks"]),
            ("OPENING", &["openingHours"]),
            ("zzzz", &[]),
            ("", &[]),
        ];
        for (name, expected) in cases {
            assert_eq!(nearest(name, names.into_iter()), expected, "{name}");
        }
    }
}
