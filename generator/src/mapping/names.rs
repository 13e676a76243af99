//! Names of components: legal everywhere, unique in the server, and independent of the document's order.

use std::collections::HashMap;

/// The longest name. Clients prefix names and allow 64 characters in all.
const LONGEST: usize = 56;

/// What an operation's name is made from.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// The path as the description has it.
    pub path: &'a str,
    /// The operationId, if there is one.
    pub operation_id: Option<&'a str>,
}

/// A name for each operation, in the order given.
///
/// Names that were cut, and all that claim the same name, end in a hash of method and path; so a name depends on its
/// own operation and on those that claim the same, never on order.
pub fn assign(operations: &[Named<'_>]) -> Vec<String> {
    let short: Vec<Option<&str>> = operations.iter().map(|operation| fastapi_function(*operation)).collect();
    let full: Vec<String> = operations.iter().map(full_name).collect();

    let mut claims: HashMap<&str, usize> = HashMap::new();
    for (short, full) in short.iter().zip(&full) {
        *claims.entry(short.unwrap_or(full)).or_default() += 1;
    }
    let wanted: Vec<&str> =
        short.iter().zip(&full).map(|(short, full)| short.filter(|name| claims[name] == 1).unwrap_or(full)).collect();

    let mut claims: HashMap<&str, usize> = HashMap::new();
    for name in &wanted {
        *claims.entry(name).or_default() += 1;
    }
    let mut taken: std::collections::HashSet<String> = wanted
        .iter()
        .filter(|name| claims[*name] == 1 && name.len() <= LONGEST)
        .map(|name| (*name).to_owned())
        .collect();
    let mut suffixed: Vec<usize> = (0..operations.len()).collect();
    // What has to give way is settled in an order of its own, so that the document's order has no say.
    suffixed.retain(|&index| claims[wanted[index]] > 1 || wanted[index].len() > LONGEST);
    suffixed.sort_by_key(|&index| (operations[index].path, operations[index].method));
    let mut names: Vec<String> = wanted.iter().map(|name| (*name).to_owned()).collect();
    for index in suffixed {
        let Named { method, path, .. } = operations[index];
        let name = (0..)
            .map(|round| with_hash(wanted[index], &format!("{method} {path}{}", "#".repeat(round)), LONGEST))
            .find(|name| !taken.contains(name))
            .expect("hashes of ever longer texts do not all collide");
        taken.insert(name.clone());
        names[index] = name;
    }
    names
}

/// `name` cut so that it and a hash of `of` take at most `longest` characters.
pub fn with_hash(name: &str, of: &str, longest: usize) -> String {
    let kept = &name[..name.len().min(longest - 9)];
    format!("{kept}_{:08x}", hash(of))
}

/// FNV-1a: names must not change with the standard library's hasher.
pub fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// `text` with every character that a name cannot hold replaced, other scripts transliterated; None when nothing
/// legal is left.
fn legal(text: &str) -> Option<String> {
    let name: String = text
        .chars()
        .flat_map(|c| {
            let ascii = if c.is_ascii() { "" } else { any_ascii::any_ascii_char(c) };
            let own = (c.is_ascii() || ascii.is_empty()).then_some(c);
            own.into_iter().chain(ascii.chars())
        })
        .map(|c| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '_' })
        .collect();
    name.bytes().any(|byte| byte.is_ascii_alphanumeric()).then_some(name)
}

fn full_name(operation: &Named<'_>) -> String {
    operation.operation_id.and_then(legal).unwrap_or_else(|| made_up(operation.method, operation.path))
}

/// The function in an operationId as FastAPI makes them: function, path and method, with `_` for what is no word
/// character.
fn fastapi_function(operation: Named<'_>) -> Option<&str> {
    let path = operation.path.split(['?', '#']).next().unwrap_or_default();
    let words: String = path.chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '_' }).collect();
    let function = operation
        .operation_id?
        .strip_suffix(&operation.method.to_ascii_lowercase())?
        .strip_suffix('_')?
        .strip_suffix(words.as_str())?;
    let is_name = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    (words.len() > 1 && is_name(function) && function.bytes().any(|b| b.is_ascii_alphanumeric())).then_some(function)
}

/// `get_users_by_id_posts` for `GET /users/{id}/posts`.
fn made_up(method: &str, path: &str) -> String {
    let mut name = words(method).join("_");
    if name.is_empty() {
        // `~` is a method as good as any.
        "operation".clone_into(&mut name);
    }
    let path = path.split('#').next().unwrap_or_default();
    for segment in path.split(['/', '?', '&']).filter(|segment| !segment.is_empty()) {
        let mut rest = segment;
        while !rest.is_empty() {
            let (literal, after) = rest.split_once('{').unwrap_or((rest, ""));
            let (expression, after) = after.split_once('}').unwrap_or((after, ""));
            for word in words(literal) {
                name = name + "_" + &word;
            }
            let expression = words(expression);
            if !expression.is_empty() {
                name = name + "_by_" + &expression.join("_");
            }
            rest = after;
        }
    }
    name
}

/// The words of a text in lower case; `petId` has two.
pub fn words(text: &str) -> Vec<String> {
    let ascii = any_ascii::any_ascii(text);
    let (mut words, mut word) = (Vec::new(), String::new());
    let mut previous = '_';
    let mut characters = ascii.chars().peekable();
    while let Some(c) = characters.next() {
        let starts_word = c.is_ascii_uppercase()
            && (previous.is_ascii_lowercase()
                || previous.is_ascii_uppercase() && characters.peek().is_some_and(char::is_ascii_lowercase));
        if (starts_word || !c.is_ascii_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase());
        }
        previous = c;
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// A server's name from a title: lower-case words joined by `-`.
pub fn slug(title: &str) -> String {
    let ascii = any_ascii::any_ascii(title).to_ascii_lowercase();
    let words: Vec<&str> =
        ascii.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|w| !w.is_empty()).collect();
    let mut slug = words.join("-");
    slug.truncate(LONGEST);
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "api".to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(method: &str, path: &str, operation_id: Option<&str>) -> String {
        assign(&[Named { method, path, operation_id }]).remove(0)
    }

    #[test]
    fn one_operation_has_its_own_name() {
        let cases = [
            (("GET", "/pets", Some("listPets")), "listPets"),
            (("GET", "/pets", Some("pets.list/all")), "pets_list_all"),
            (("GET", "/pets", Some("show pet/by id")), "show_pet_by_id"),
            (("GET", "/d", Some("foo__bar__get")), "foo__bar__get"),
            (("GET", "/users/{id}/posts", None), "get_users_by_id_posts"),
            (("GET", "/pets/{petId}", None), "get_pets_by_pet_id"),
            (("GET", "/userGroups/{HTTPCode}", None), "get_user_groups_by_http_code"),
            (("GET", "/export/{id}.{ext}", None), "get_export_by_id_by_ext"),
            (("QUERY", "/v/{id}", None), "query_v_by_id"),
            (("GET", "/", None), "get"),
            (("GET", "/猫/{id}", Some("!!!")), "get_mao_by_id"),
            (("GET", "/x", Some("größe")), "grosse"),
            (("GET", "/items/{item_id}", Some("read_item_items__item_id__get")), "read_item"),
            (("GET", "/items/", Some("read_items_items__get")), "read_items"),
            (("GET", "/", Some("root__get")), "root__get"),
            (("POST", "/items/{item_id}", Some("read_item_items__item_id__get")), "read_item_items__item_id__get"),
        ];
        for ((method, path, id), expected) in cases {
            assert_eq!(one(method, path, id), expected, "{method} {path} {id:?}");
        }
    }

    #[test]
    fn names_do_not_depend_on_order() {
        let long = "anOperationWithAVeryLongIdentifierThatIsCertainlyPastTheLimitOne";
        let mut operations = vec![
            Named { method: "GET", path: "/a", operation_id: Some("getThing") },
            Named { method: "GET", path: "/b", operation_id: Some("getThing") },
            Named { method: "POST", path: "/a", operation_id: Some("thing.make") },
            Named { method: "GET", path: "/c", operation_id: Some("thing_make") },
            Named { method: "GET", path: "/d", operation_id: Some(long) },
            Named { method: "PUT", path: "/e", operation_id: None },
        ];
        let names = assign(&operations);
        assert_eq!(names.iter().collect::<std::collections::HashSet<_>>().len(), names.len());
        assert!(names.iter().all(|name| name.len() <= LONGEST));
        assert!(names[0].starts_with("getThing_") && names[3].starts_with("thing_make_"));
        assert_eq!(names[5], "put_e");
        operations.reverse();
        operations.push(Named { method: "GET", path: "/new", operation_id: Some("new") });
        let mut again = assign(&operations);
        assert_eq!(again.pop().as_deref(), Some("new"));
        again.reverse();
        assert_eq!(again, names);
    }

    #[test]
    fn a_function_that_two_operations_have_gives_way_to_the_full_ids() {
        let names = assign(&[
            Named { method: "GET", path: "/a", operation_id: Some("read_a_get") },
            Named { method: "GET", path: "/b", operation_id: Some("read_b_get") },
            Named { method: "GET", path: "/c", operation_id: Some("list_c_get") },
        ]);
        assert_eq!(names, ["read_a_get", "read_b_get", "list"]);
    }

    #[test]
    fn servers_have_slugs() {
        for (title, slug_) in [
            ("Swagger Petstore - OpenAPI 3.0", "swagger-petstore-openapi-3-0"),
            ("Zoo", "zoo"),
            ("", "api"),
            ("猫", "mao"),
            ("---", "api"),
        ] {
            assert_eq!(slug(title), slug_);
        }
    }
}
