//! Emitting again over a crate that its owner edited.

use std::{fs, path::Path};

use mcpgen_tests::Mcpgen;

/// A description of three operations; parts are replaced by what changes.
pub const BEFORE: &str = "
openapi: 3.0.3
info: {title: Shop, version: '1'}
servers: [{url: 'http://127.0.0.1:1'}]
paths:
  /items:
    post:
      operationId: addItem
      tags: [items]
      parameters: [{name: size, in: query, schema: {type: integer}}]
      responses: {'204': {description: ok}}
    get:
      operationId: listItems
      tags: [items]
      responses: {'200': {description: ok}}
  /items/{id}:
    delete:
      operationId: removeItem
      tags: [items]
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {'204': {description: ok}}
";

/// The folder of a crate.
pub struct Crate {
    folder: tempfile::TempDir,
}

impl Crate {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Emits, and gives the exit code and what was told.
    pub async fn emit(&self, description: &str, arguments: &[&str]) -> (Option<i32>, String) {
        let words = ["openapi", "-", "--out", &self.path().to_string_lossy()].map(str::to_owned);
        let finished = Mcpgen::new(words).with(arguments).run(description).await;
        (finished.code, finished.stdout + &finished.stderr)
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub fn has(&self, name: &str) -> bool {
        self.path().join(name).exists()
    }

    pub fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{name} has no {from:?}:\n{text}");
        fs::write(self.path().join(name), text.replacen(from, to, 1)).expect("a file");
    }
}

/// The owner's edit that every test makes.
pub async fn edited() -> Crate {
    let crate_ = Crate::new();
    assert_eq!(crate_.emit(BEFORE, &[]).await.0, Some(0));
    crate_.edit(
        "src/tools/items.rs",
        "ToolResult {\n    api",
        "ToolResult {\n    if args.size.is_none() {\n        return Err(\"say a size\".into());\n    }\n    api",
    );
    crate_
}

/// Descriptions after changes, and whether the crate is in conflict then.
pub fn changes() -> Vec<(&'static str, String)> {
    let replaced = |from: &str, to: &str| {
        assert!(BEFORE.contains(from), "{from}");
        BEFORE.replace(from, to)
    };
    let color = "{name: color, in: query, schema: {type: string}}";
    vec![
        (
            "a parameter is added",
            replaced("schema: {type: integer}}]", &format!("schema: {{type: integer}}}}, {color}]")),
        ),
        (
            "a parameter is removed",
            replaced("      parameters: [{name: id, in: path, required: true, schema: {type: string}}]\n", ""),
        ),
        ("a parameter is renamed", replaced("{id}", "{number}").replace("name: id", "name: number")),
        (
            "an operation is added",
            replaced(
                "  /items/{id}:",
                "    put: {operationId: replaceItems, tags: [items], responses: {'204': {description: ok}}}\n  /items/{id}:",
            ),
        ),
        ("an operation is removed", BEFORE.split("  /items/{id}:").next().expect("a beginning").to_owned()),
        ("the edited operation is removed", {
            let (before, rest) = BEFORE.split_once("    post:").expect("it is there");
            format!("{before}    get:{}", rest.split_once("    get:").expect("it is there").1)
        }),
        ("an operation is renamed", replaced("removeItem", "deleteItem")),
    ]
}

#[tokio::test]
async fn the_owners_edits_stay() {
    for (change, description) in changes() {
        let crate_ = edited().await;
        let (code, told) = crate_.emit(&description, &[]).await;
        assert_eq!(code, Some(0), "{change}: {told}");
        assert!(crate_.read("src/tools/items.rs").contains("say a size"), "{change}");
        let (code, told) = crate_.emit(&description, &["--check"]).await;
        assert_eq!(code, Some(0), "{change}: {told}");
        let lock = crate_.read("mcpgen.lock");
        assert_eq!(crate_.emit(&description, &[]).await.0, Some(0), "{change}");
        assert_eq!(crate_.read("mcpgen.lock"), lock, "{change}");
    }
}

#[tokio::test]
async fn a_check_tells_what_the_description_changed_and_nothing_else() {
    let crate_ = edited().await;
    let (code, told) = crate_.emit(BEFORE, &["--check"]).await;
    assert_eq!((code, told.as_str()), (Some(0), ""));
    let (code, told) = crate_.emit(&BEFORE.replace("size", "length"), &["--check"]).await;
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("+        pub length: Option<Number>"), "{told}");
    assert!(!told.contains("say a size"), "{told}");
    assert!(crate_.read("src/generated/items.rs").contains("size"), "a check writes nothing");
    assert_eq!(Crate::new().emit(BEFORE, &["--check"]).await.0, Some(2));
}

#[tokio::test]
async fn functions_of_operations_that_are_gone_stay_until_they_are_deleted() {
    let crate_ = edited().await;
    let after = BEFORE.split("  /items/{id}:").next().expect("a beginning");
    let (_, told) = crate_.emit(after, &[]).await;
    assert!(told.contains("removeItem is no longer in the description"), "{told}");
    assert!(crate_.read("src/tools/items.rs").contains("fn remove_item("));
    assert!(crate_.read("src/generated/items.rs").contains("no longer in the API's description"));
    assert!(!crate_.read("src/tools/mod.rs").contains("remove_item"));
    let (_, told) = crate_.emit(after, &[]).await;
    assert!(told.contains("removeItem is no longer in the description"), "{told}");
    let text = crate_.read("src/tools/items.rs");
    let start = text.find("/// `DELETE /items/{id}`").expect("it is there");
    fs::write(crate_.path().join("src/tools/items.rs"), format!("{}\n", text[..start].trim_end())).expect("a file");
    assert_eq!(crate_.emit(after, &["--check"]).await.0, Some(0), "the owner's part has no say");
    let (code, told) = crate_.emit(after, &[]).await;
    assert_eq!(code, Some(0), "{told}");
    assert!(!told.contains("removeItem"), "{told}");
    assert!(!crate_.read("src/generated/items.rs").contains("RemoveItem"));
    assert!(!crate_.has("schemas/remove_item.json"));
}

#[tokio::test]
async fn functions_keep_their_names_whoever_comes_later() {
    // What was emitted before is spelled otherwise, and the newcomer is spelled as the function is.
    let newcomer =
        "  /danger:\n    delete: {operationId: add_item, tags: [items], responses: {'204': {description: ok}}}\n";
    let with = |text: &str| text.replace("  /items/{id}:", &format!("{newcomer}  /items/{{id}}:"));
    for (what, description, is_gone) in [
        ("it comes beside", with(BEFORE), false),
        (
            "it comes instead",
            {
                let (before, rest) = BEFORE.split_once("    post:").expect("it is there");
                with(&format!("{before}    get:{}", rest.split_once("    get:").expect("it is there").1))
            },
            true,
        ),
    ] {
        let crate_ = edited().await;
        for round in 0..2 {
            let (code, told) = crate_.emit(&description, &[]).await;
            assert_eq!(code, Some(0), "{what} {round}: {told}");
            assert_eq!(told.contains("function add_item stays"), is_gone, "{what} {round}: {told}");
            let tools = crate_.read("src/tools/items.rs");
            let (_, own) = tools.split_once("/// `POST /items`").expect("the owner's function");
            let own = own.split("\n}").next().unwrap_or_default();
            assert!(own.contains("fn add_item(") && own.contains("say a size"), "{what} {round}: {tools}");
            let (_, other) = tools.split_once("/// `DELETE /danger`").expect("the other's function");
            let other = other.split("\n}").next().unwrap_or_default();
            assert!(other.contains("fn add_item_") && !other.contains("say a size"), "{what} {round}: {tools}");
            let requests = crate_.read("src/generated/items.rs");
            let (_, request) = requests.split_once("impl Operation for AddItem {").expect("its request");
            assert!(request.split("\n}").next().is_some_and(|own| own.contains("post(\"/items\")")), "{request}");
        }
    }
}

#[tokio::test]
async fn what_the_owner_changed_does_not_go_out_of_use_unheard() {
    let renamed = BEFORE.replace("tags: [items]", "tags: [things]");
    let untouched = Crate::new();
    assert_eq!(untouched.emit(BEFORE, &[]).await.0, Some(0));
    assert_eq!(untouched.emit(&renamed, &[]).await.0, Some(0));
    assert!(!untouched.has("src/tools/items.rs") && untouched.has("src/tools/things.rs"));

    let crate_ = edited().await;
    let (code, told) = crate_.emit(&renamed, &[]).await;
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("src/tools/items.rs is emitted no more: its operations stand in other files now"), "{told}");
    assert!(crate_.read("src/tools/items.rs").contains("say a size"));
}

#[tokio::test]
async fn line_ends_of_a_checkout_stay() {
    let crate_ = edited().await;
    let name = "src/tools/items.rs";
    fs::write(crate_.path().join(name), crate_.read(name).replace('\n', "\r\n")).expect("a file");
    let after = BEFORE.replace("operationId: listItems", "operationId: listItems\n      summary: List");
    let (code, told) = crate_.emit(&after, &[]).await;
    assert_eq!(code, Some(0), "{told}");
    let text = crate_.read(name);
    assert!(text.contains("say a size") && text.contains("/// List\r\n"), "{text}");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{text}");
}

#[tokio::test]
async fn a_conflict_keeps_the_owners_file() {
    let crate_ = edited().await;
    crate_.edit("src/tools/items.rs", "`POST /items`", "Mine.");
    let (code, told) =
        crate_.emit(&BEFORE.replace("operationId: addItem", "operationId: addItem\n      summary: Add"), &[]).await;
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("src/tools/items.rs.new"), "{told}");
    assert!(crate_.read("src/tools/items.rs").contains("Mine."));
    assert!(crate_.read("src/tools/items.rs.new").contains("/// Add"));
}

#[tokio::test]
async fn a_folder_with_files_is_refused() {
    let crate_ = Crate::new();
    fs::write(crate_.path().join("README.md"), "mine").expect("a file");
    let (code, told) = crate_.emit(BEFORE, &[]).await;
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("--force"), "{told}");
    let (code, told) = crate_.emit(BEFORE, &["--force"]).await;
    assert_eq!(code, Some(1), "{told}");
    assert_eq!(crate_.read("README.md"), "mine");
    assert!(crate_.read("README.md.new").contains("# shop-mcp"));
    let names = fs::read_dir(crate_.path()).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    assert!(
        names.into_iter().all(|name| !name.to_string_lossy().starts_with(".mcpgen-")),
        "nothing is left lying around"
    );
}

#[tokio::test]
async fn force_overwrites_nothing_of_a_crate() {
    let crate_ = edited().await;
    let (code, told) = crate_.emit(&BEFORE.replace("size", "length"), &["--force"]).await;
    assert_eq!(code, Some(0), "{told}");
    assert!(crate_.read("src/tools/items.rs").contains("say a size"));
    assert!(crate_.read("src/generated/items.rs").contains("length"));
}

#[tokio::test]
async fn a_check_compares_what_was_emitted_and_not_what_stands_there() {
    let crate_ = edited().await;
    crate_.edit("src/generated/items.rs", "size", "mine");
    fs::remove_file(crate_.path().join("src/main.rs")).expect("a file");
    assert_eq!(crate_.emit(BEFORE, &["--check"]).await.0, Some(0));
}

/// What is told of flags.
fn about_flags(told: &str) -> Vec<&str> {
    told.lines().filter_map(|line| Some(line.split_once(" was emitted with ")?.1)).collect()
}

#[tokio::test]
async fn the_crate_says_by_which_flags_it_was_emitted() {
    let crate_ = Crate::new();
    let flags = ["--name", "it's a shop", "--map=tools", "--spec-header=X-Key=env:PATH"];
    let (code, told) = crate_.emit(BEFORE, &flags).await;
    assert_eq!((code, about_flags(&told)), (Some(0), vec![]), "{told}");
    let command = "mcpgen openapi DESCRIPTION --out . --map=tools --name='it'\\''s a shop'\n";
    let (readme, lock) = (crate_.read("README.md"), crate_.read("mcpgen.lock"));
    assert!(readme.contains(command), "{readme}");
    assert!(lock.contains(r#""flags": ["--map=tools","--name=it's a shop"],"#), "{lock}");
    assert!(!(readme + &lock).contains("X-Key"));
    let cases: [(&[&str], &[&str]); 3] = [
        (&["--map=tools", "--name=it's a shop", "--strict"], &[]),
        (&["--map=tools"], &["--map=tools --name='it'\\''s a shop' before, and is now with --map=tools"]),
        (&[], &["--map=tools --name='it'\\''s a shop' before, and is now with no flags"]),
    ];
    for (given, expected) in cases {
        for mode in ["--check", "--dry-run"] {
            let (code, told) = crate_.emit(BEFORE, &[given, &[mode]].concat()).await;
            assert_eq!(about_flags(&told), expected, "{mode} {given:?}: {told}");
            let is_same = mode == "--dry-run" || expected.is_empty();
            assert_eq!(code, Some(i32::from(!is_same)), "{mode} {given:?}: {told}");
        }
    }
    let (code, told) = crate_.emit(BEFORE, &["--map=tools"]).await;
    assert_eq!((code, about_flags(&told).len()), (Some(0), 1), "{told}");
    let (code, told) = crate_.emit(BEFORE, &["--map=tools"]).await;
    assert_eq!((code, about_flags(&told).len()), (Some(0), 0), "{told}");
}

#[tokio::test]
async fn a_lock_of_an_earlier_version_names_no_flags() {
    let crate_ = edited().await;
    crate_.edit("mcpgen.lock", "\"flags\": [],\n", "");
    let (code, told) = crate_.emit(BEFORE, &["--name=other"]).await;
    assert_eq!((code, about_flags(&told)), (Some(0), vec![]), "{told}");
    let (code, told) = crate_.emit(BEFORE, &[]).await;
    assert_eq!((code, about_flags(&told)), (Some(0), vec!["--name=other before, and is now with no flags"]), "{told}");
    crate_.edit("mcpgen.lock", "\"flags\": []", "\"flags\": [1]");
    let (code, told) = crate_.emit(BEFORE, &[]).await;
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("flags that are no texts"), "{told}");
}

#[tokio::test]
async fn a_dry_run_lists_and_writes_nothing() {
    let crate_ = Crate::new();
    let (code, told) = crate_.emit(BEFORE, &["--dry-run"]).await;
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("create    src/tools/items.rs\n"), "{told}");
    assert_eq!(fs::read_dir(crate_.path()).expect("a folder").count(), 0);
}

#[tokio::test]
async fn a_lock_that_leads_elsewhere_is_refused() {
    let crate_ = edited().await;
    crate_.edit("mcpgen.lock", "\"src/lib.rs\"", "\"../lib.rs\"");
    let (code, told) = crate_.emit(BEFORE, &[]).await;
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("../lib.rs"), "{told}");
}
