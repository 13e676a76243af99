//! Files of this machine as arguments: `{"path": "covers/sea.png"}` in place of base64 text, below the folders that the
//! operator allows and nowhere else.
//!
//! What is below a folder is for the system to say, which opens every part of a path relative to the one before: a
//! symbolic link counts by where it leads. Only regular files are read.

use std::{
    io::{self, Read as _},
    path::{Component, Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use cap_std::{ambient_authority, fs::Dir};
use serde_json::{Map, Value, json};

use crate::{
    arguments::{Got, Problem},
    catalog::{Body, BodyKind, BodyLayout, Operation},
};

/// The most bytes of a file.
const MOST_BYTES: u64 = 32 * 1024 * 1024;
/// The member that says where a file is.
const PATH: &str = "path";

/// The folders whose files may be given as arguments; by default none.
#[derive(Debug, Default)]
pub struct Files {
    folders: Vec<Dir>,
}

/// A folder that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the folder {} cannot be opened: {source}", path.display())]
pub struct FolderError {
    path: PathBuf,
    source: io::Error,
}

/// A file, and where among the arguments it is asked for.
struct Wanted<'v> {
    pointer: String,
    value: &'v mut Value,
    /// Whether a name can go along.
    named: bool,
}

impl Files {
    /// Allows the files below these folders; where several have a file of the path, the first counts.
    ///
    /// # Errors
    /// When one cannot be opened.
    pub fn below(folders: &[PathBuf]) -> Result<Self, FolderError> {
        let open = |path: &PathBuf| {
            Dir::open_ambient_dir(path, ambient_authority())
                .map_err(|source| FolderError { path: path.clone(), source })
        };
        Ok(Self { folders: folders.iter().map(open).collect::<Result<_, _>>()? })
    }

    /// Refuses files where none are allowed.
    pub(crate) fn refuse(&self, operation: &Operation, arguments: &mut Map<String, Value>) -> Result<(), Vec<Problem>> {
        if !self.folders.is_empty() {
            return Ok(());
        }
        let refused = "expected base64 text or a data: URL; this server reads no files of its machine, unless its \
                       operator allows a folder with --allow-files";
        let problems: Vec<Problem> =
            wanted(operation, arguments).map(|file| Problem::at(file.pointer, refused)).collect();
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    /// Whether any file is to be read.
    pub(crate) fn are_wanted(&self, operation: &Operation, arguments: &mut Map<String, Value>) -> bool {
        !self.folders.is_empty() && wanted(operation, arguments).next().is_some()
    }

    /// Puts the contents of files in the place of their paths. Waits for the disk.
    pub(crate) fn load(&self, operation: &Operation, arguments: &mut Map<String, Value>) -> Result<(), Vec<Problem>> {
        let mut problems = Vec::new();
        for Wanted { pointer, value, named, .. } in wanted(operation, arguments) {
            let path = value.get(PATH).and_then(Value::as_str).unwrap_or_default().to_owned();
            match self.read(&path) {
                Ok(bytes) => *value = contents(value, &path, &bytes, named),
                Err(reason) => {
                    let got = Value::from(path);
                    problems.push(Problem::at(format!("{pointer}/{PATH}"), format!("{reason}, got {}", Got(&got))));
                }
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, &'static str> {
        let is_below =
            Path::new(path).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if path.is_empty() || !is_below || path.contains('\0') {
            return Err("expected a relative path below the folder that is allowed, without `..`");
        }
        for folder in &self.folders {
            // Opening a pipe would wait for its other end.
            let metadata = match folder.metadata(path) {
                Ok(metadata) => metadata,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(_) => return Err("expected a file that can be read below the folder that is allowed"),
            };
            if !metadata.is_file() {
                return Err("expected a regular file");
            }
            if metadata.len() > MOST_BYTES {
                return Err("expected a file of at most 32 MiB");
            }
            let unreadable = |_| "expected a file that can be read";
            let file = folder.open(path).map_err(unreadable)?;
            if !file.metadata().map_err(unreadable)?.is_file() {
                return Err("expected a regular file");
            }
            let mut bytes = Vec::new();
            file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
            if bytes.len() as u64 > MOST_BYTES {
                return Err("expected a file of at most 32 MiB");
            }
            return Ok(bytes);
        }
        Err("expected the path of a file, and there is none")
    }
}

/// A file as the encoder takes it: its bytes, and its own name and type or those that stand beside the path.
fn contents(given: &Value, path: &str, bytes: &[u8], named: bool) -> Value {
    let data = STANDARD.encode(bytes);
    if !named {
        return data.into();
    }
    let own = Path::new(path).file_name().map(|name| name.to_string_lossy().into_owned());
    let mut file = json!({"filename": given.get("filename").cloned().or(own.map(Value::from)), "data": data});
    if let (Some(media_type), Value::Object(file)) = (given.get("content_type"), &mut file) {
        file.insert("content_type".to_owned(), media_type.clone());
    }
    file
}

/// The arguments, or parts of them, that are given as a file's path.
fn wanted<'v>(operation: &'v Operation, arguments: &'v mut Map<String, Value>) -> impl Iterator<Item = Wanted<'v>> {
    let body = operation.body.as_ref().and_then(|body| body.chosen(arguments));
    let places = body.map(|body| places(body, arguments)).unwrap_or_default();
    places.into_iter().filter(|place| place.value.get(PATH).is_some())
}

/// The values that a body writes as bytes.
fn places<'v>(body: &'v Body, arguments: &'v mut Map<String, Value>) -> Vec<Wanted<'v>> {
    let mut found = Vec::new();
    for (argument, value) in arguments {
        let pointer = Problem::with_argument(argument, "").pointer;
        match (&body.kind, &body.layout) {
            (BodyKind::Binary, BodyLayout::Argument(name)) if name == argument => {
                found.push(Wanted { pointer, value, named: false });
            }
            (BodyKind::Multipart { fields }, BodyLayout::Properties { properties, .. }) => {
                let property = properties.iter().find(|property| property.argument == *argument);
                if property.and_then(|property| fields.get(&property.name)).is_some_and(|field| field.file) {
                    each(pointer, value, &mut found);
                }
            }
            (BodyKind::Multipart { fields }, BodyLayout::Argument(name)) if name == argument => match value {
                Value::Object(members) => {
                    for (name, value) in members {
                        if fields.get(name).is_some_and(|field| field.file) {
                            each(Problem::member(&pointer, name), value, &mut found);
                        }
                    }
                }
                Value::Array(items) => {
                    for (index, value) in items.iter_mut().enumerate() {
                        let field = fields.get(&index.to_string()).or_else(|| fields.get("*"));
                        if field.is_some_and(|field| field.file) {
                            found.push(Wanted { pointer: format!("{pointer}/{index}"), value, named: true });
                        }
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }
    found
}

/// A file, or each of a list.
fn each<'v>(pointer: String, value: &'v mut Value, found: &mut Vec<Wanted<'v>>) {
    match value {
        Value::Array(items) => {
            for (index, value) in items.iter_mut().enumerate() {
                found.push(Wanted { pointer: format!("{pointer}/{index}"), value, named: true });
            }
        }
        value => found.push(Wanted { pointer, value, named: true }),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn only_regular_files_below_the_folders_are_read() {
        let outside = tempfile::tempdir().unwrap();
        std::fs::write(outside.path().join("secret"), "s").unwrap();
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let at = |path: &str| one.path().join(path);
        std::fs::create_dir(at("sub")).unwrap();
        std::fs::write(at("a.txt"), "a").unwrap();
        std::fs::write(at("sub/b.txt"), "b").unwrap();
        std::fs::write(two.path().join("a.txt"), "second").unwrap();
        std::fs::write(two.path().join("c.txt"), "c").unwrap();
        symlink("sub/b.txt", at("inside")).unwrap();
        symlink(outside.path().join("secret"), at("link")).unwrap();
        symlink(outside.path(), at("folder-link")).unwrap();
        symlink("/", at("sub/root")).unwrap();
        symlink("../..", at("sub/up")).unwrap();
        std::fs::File::create(at("large")).unwrap().set_len(MOST_BYTES + 1).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(at("fifo")).status().unwrap().success());
        let files = Files::below(&[one.path().to_owned(), two.path().to_owned()]).unwrap();
        let absolute = at("a.txt").display().to_string();
        let up = format!("sub/up/{}/secret", outside.path().file_name().unwrap().to_string_lossy());
        let cases: [(&str, Result<&str, &str>); 20] = [
            ("a.txt", Ok("a")),
            ("./sub/./b.txt", Ok("b")),
            ("c.txt", Ok("c")),
            ("inside", Ok("b")),
            ("link", Err("can be read")),
            ("folder-link/secret", Err("can be read")),
            ("sub/root/etc/hostname", Err("can be read")),
            (&up, Err("can be read")),
            ("../a.txt", Err("relative path")),
            ("sub/../a.txt", Err("relative path")),
            (&absolute, Err("relative path")),
            ("/", Err("relative path")),
            ("", Err("relative path")),
            ("a\0", Err("relative path")),
            ("sub", Err("regular file")),
            (".", Err("regular file")),
            ("fifo", Err("regular file")),
            ("large", Err("32 MiB")),
            ("missing", Err("there is none")),
            ("a.txt/b", Err("expected")),
        ];
        for (path, expected) in cases {
            match (files.read(path), expected) {
                (Ok(bytes), Ok(text)) => assert_eq!(bytes, text.as_bytes(), "{path}"),
                (Err(reason), Err(part)) => assert!(reason.contains(part), "{path}: {reason}"),
                (got, _) => panic!("{path}: {got:?}"),
            }
        }
        assert!(Files::below(&[at("missing")]).is_err());
    }
}
