//! Descriptions as they come: every version, every kind of reference, every kind of mess. What is fine is served, and all
//! else is told with its place and what to do.

use std::collections::BTreeSet;

use mcpgen_tests::Mcpgen;
use serde_json::Value;

/// A description, the operations that are served, and what is told: code and pointer.
type Case<'c> = (&'c str, &'c str, &'c [&'c str], &'c [(&'c str, &'c str)]);

/// Puts each description through `check` and `inspect`.
async fn hold(cases: &[Case<'_>]) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut failures = Vec::new();
    for (index, (what, text, served, told)) in cases.iter().enumerate() {
        let path = folder.path().join(format!("{index}.yaml"));
        std::fs::write(&path, text).expect("a file can be written");
        if let Err(failure) = holds(&path.to_string_lossy(), served, told).await {
            failures.push(format!("{what}: {failure}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

async fn holds(path: &str, served: &[&str], told: &[(&str, &str)]) -> Result<(), String> {
    let list = Mcpgen::new(["inspect", path, "--map", "tools", "--format", "mcp"]).run("").await;
    if list.code != Some(0) {
        return Err(format!("inspect ends with {:?}: {}", list.code, list.stderr));
    }
    let list: Value = serde_json::from_str(&list.stdout).map_err(|error| error.to_string())?;
    let names: BTreeSet<_> =
        list["tools"].as_array().into_iter().flatten().filter_map(|t| t["name"].as_str()).collect();
    let expected: BTreeSet<_> = served.iter().copied().collect();
    if names != expected {
        return Err(format!("served is {names:?}, and not {expected:?}"));
    }
    let check = Mcpgen::new(["check", path, "--map", "tools", "--format", "json"]).run("").await;
    let report: Value = serde_json::from_str(&check.stdout).map_err(|error| format!("{error}: {}", check.stderr))?;
    let diagnostics: Vec<&Value> = report["diagnostics"].as_array().into_iter().flatten().collect();
    let found: Vec<_> = diagnostics.iter().map(|one| (text(one, "code"), text(one, "pointer"))).collect();
    if found != told {
        return Err(format!("told is {found:?}, and not {told:?}"));
    }
    for one in &diagnostics {
        let placed = one["line"].is_u64() && one["column"].is_u64();
        if !placed || text(one, "help").is_empty() || text(one, "message").is_empty() {
            return Err(format!("something is missing in {one}"));
        }
    }
    let errors = diagnostics.iter().any(|one| one["severity"] == "error");
    if check.code != Some(i32::from(errors)) {
        return Err(format!("check ends with {:?}", check.code));
    }
    Ok(())
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

#[tokio::test]
async fn versions() {
    hold(&[
        ("3.0.0", "openapi: 3.0.0\npaths: {/a: {get: {responses: {200: {description: a}}}}}\n", &["get_a"], &[]),
        ("3.0.4", "openapi: 3.0.4\npaths: {/a: {get: {responses: {200: {description: a}}}}}\n", &["get_a"], &[]),
        ("a number", "openapi: 3.1\npaths: {/a: {get: {responses: {200: {description: a}}}}}\n", &["get_a"], &[]),
        (
            "3.1: keywords",
            "openapi: 3.1.2\njsonSchemaDialect: https://spec.openapis.org/oas/3.1/dialect/base\npaths:\n  /a:\n    post:\n      \
             requestBody:\n        content:\n          application/json:\n            schema:\n              type: [object, 'null']\n              \
             $defs: {x: {$anchor: x, type: string, contentEncoding: base64, contentMediaType: image/png}}\n              \
             properties: {a: {$ref: '#x', description: beside}, b: {const: 1, examples: [1]}, c: true}\n      responses: {}\n",
            &["post_a"],
            &[],
        ),
        (
            "3.1: another dialect",
            "openapi: 3.1.0\njsonSchemaDialect: https://odd.test/x\npaths: {/a: {get: {}}}\n",
            &["get_a"],
            &[("unknown-dialect", "/jsonSchemaDialect")],
        ),
        (
            "3.1: webhooks only",
            "openapi: 3.1.0\nwebhooks: {w: {post: {responses: {}}}}\n",
            &[],
            &[("no-paths", ""), ("webhooks", "/webhooks")],
        ),
        (
            "3.1: path items in components",
            "openapi: 3.1.0\npaths: {/a: {$ref: '#/components/pathItems/a'}}\ncomponents: {pathItems: {a: {get: {}}}}\n",
            &["get_a"],
            &[],
        ),
        (
            "3.2: methods",
            "openapi: 3.2.0\n$self: https://h.test/a.yaml\npaths:\n  /a:\n    query: {responses: {200: {summary: no description}}}\n    \
             additionalOperations: {COPY: {}, 'NO METHOD': {}}\n",
            &["query_a", "copy_a"],
            &[("invalid-method", "/paths/~1a/additionalOperations/NO METHOD")],
        ),
        (
            "3.2: querystring, itemSchema, nested tags",
            "openapi: 3.2.0\ntags: [{name: a, parent: b}, {name: b}]\npaths:\n  /a:\n    get:\n      parameters:\n      \
             - {name: q, in: querystring, content: {application/json: {schema: {type: object}}}}\n      \
             responses: {200: {content: {application/jsonl: {itemSchema: {type: object}}}}}\n",
            &["get_a"],
            &[("nested-tags", "/tags/0/parent")],
        ),
        (
            "3.2: parts by their place",
            "openapi: 3.2.0\npaths:\n  /a:\n    post:\n      requestBody:\n        content:\n          multipart/mixed:\n            \
             itemSchema: {type: string}\n            prefixEncoding: [{contentType: text/plain}]\n            itemEncoding: {}\n",
            &["post_a"],
            &[],
        ),
        (
            "Swagger 2.0",
            "swagger: '2.0'\nhost: h.test\nbasePath: /v1\nschemes: [https]\nconsumes: [application/json]\nproduces: [application/json]\n\
             paths:\n  /a/{id}:\n    get:\n      parameters:\n      - {name: id, in: path, required: true, type: string}\n      \
             - {name: c, in: query, type: array, items: {type: string}, collectionFormat: csv}\n      \
             - {name: s, in: query, type: array, items: {type: string}, collectionFormat: ssv}\n      \
             - {name: t, in: query, type: array, items: {type: string}, collectionFormat: tsv}\n      \
             - {name: p, in: query, type: array, items: {type: string}, collectionFormat: pipes}\n      \
             - {name: m, in: query, type: array, items: {type: string}, collectionFormat: multi}\n      \
             responses: {200: {description: a, schema: {type: file}}}\n    \
             put: {parameters: [{name: id, in: path, required: true, type: string}, {name: b, in: body, schema: {$ref: '#/definitions/D'}}]}\n    \
             post: {parameters: [{name: id, in: path, required: true, type: string}, {name: f, in: formData, type: file}]}\n\
             definitions: {D: {type: object, discriminator: k, properties: {k: {type: string, x-nullable: true}}}}\n\
             securityDefinitions: {k: {type: apiKey, name: k, in: header}, b: {type: basic}}\n",
            &["get_a_by_id", "put_a_by_id", "post_a_by_id"],
            &[],
        ),
        (
            "Swagger 2.0: lists in lists, an odd format",
            "swagger: '2.0'\nhost: h.test\npaths:\n  /a:\n    get:\n      parameters:\n      \
             - {name: n, in: query, type: array, items: {type: array, collectionFormat: pipes, items: {type: string}}}\n      \
             - {name: o, in: query, type: array, items: {type: string}, collectionFormat: odd}\n",
            &["get_a"],
            &[("unknown-style", "/paths/~1a/get/parameters/1")],
        ),
        (
            "no version, an unknown one",
            "openapi: 4.0.0\npaths: {/a: {get: {}}}\n",
            &["get_a"],
            &[("unknown-version", "/openapi")],
        ),
        ("no version at all", "paths: {/a: {get: {}}}\n", &["get_a"], &[("no-version", "")]),
    ])
    .await;
}

#[tokio::test]
async fn references() {
    // The schema of a body; what else the document has stands under `x`.
    let of = |reference: &str, rest: &str| {
        format!(
            "openapi: 3.1.0\npaths:\n  /a: {{post: {{requestBody: {{content: {{application/json: {{schema: {{$ref: '{reference}'}}}}}}}}}}}}\n  \
             /good: {{get: {{}}}}\n{rest}"
        )
    };
    let here = "/paths/~1a/post/requestBody/content/application~1json/schema";
    let both: &[&str] = &["post_a", "get_good"];
    let fine = [
        ("escapes", of("#/x/a~1b~0c", "x: {a/b~c: {type: object, properties: {p: {type: string}}}}\n")),
        ("percent-encoding", of("#/x/a%20b%7B%C3%A9", "x: {'a b{é': {type: object}}\n")),
        ("outside components", of("#/x/y/0", "x: {y: [{type: object}]}\n")),
        (
            "a path item's part",
            of("#/paths/~1good/get/x", "").replace("/good: {get: {}}", "/good: {get: {x: {type: string}}}"),
        ),
        ("references to references", of("#/x/a", "x: {a: {$ref: '#/x/b'}, b: {$ref: '#/x/c'}, c: {type: object}}\n")),
        (
            "a diamond",
            of(
                "#/x/a",
                "x: {a: {properties: {l: {$ref: '#/x/c'}, r: {$ref: '#/x/d'}}}, c: {$ref: '#/x/e'}, d: {$ref: '#/x/e'}, e: {type: string}}\n",
            ),
        ),
        ("a cycle through properties", of("#/x/a", "x: {a: {type: object, properties: {a: {$ref: '#/x/a'}}}}\n")),
        ("a cycle through items", of("#/x/a", "x: {a: {type: array, items: {$ref: '#/x/a'}}}\n")),
        (
            "a cycle through additionalProperties",
            of("#/x/a", "x: {a: {type: object, additionalProperties: {$ref: '#/x/a'}}}\n"),
        ),
        (
            "a cycle through two",
            of("#/x/a", "x: {a: {properties: {b: {$ref: '#/x/b'}}}, b: {items: {$ref: '#/x/a'}}}\n"),
        ),
        (
            "a cycle of aliases to a schema",
            of("#/x/b", "x: {a: {properties: {b: {$ref: '#/x/b'}}}, b: {$ref: '#/x/a'}}\n"),
        ),
        (
            "every keyword",
            of(
                "#/x/a",
                "x:\n  s: {type: string}\n  a:\n    propertyNames: {$ref: '#/x/s'}\n    patternProperties: {a: {$ref: '#/x/s'}}\n    \
                 not: {$ref: '#/x/s'}\n    if: {$ref: '#/x/s'}\n    then: {$ref: '#/x/s'}\n    else: {$ref: '#/x/s'}\n    \
                 prefixItems: [{$ref: '#/x/s'}]\n    contains: {$ref: '#/x/s'}\n    dependentSchemas: {a: {$ref: '#/x/s'}}\n    \
                 additionalProperties: {$ref: '#/x/s'}\n    unevaluatedItems: {$ref: '#/x/s'}\n    anyOf: [{$ref: '#/x/s'}]\n",
            ),
        ),
        ("a property of the name", of("#/x/a", "x: {a: {type: object, properties: {$ref: {type: string}}}}\n")),
    ];
    let fine: Vec<Case<'_>> = fine.iter().map(|(what, text)| (*what, text.as_str(), both, &[][..])).collect();
    hold(&fine).await;

    let all_of = of("#/x/a", "x: {a: {allOf: [{$ref: '#/x/a'}, {type: object, properties: {p: {type: string}}}]}}\n");
    let circle = of("#/x/a", "x: {a: {$ref: '#/x/b'}, b: {$ref: '#/x/a'}}\n");
    let itself = of("#/x/a", "x: {a: {$ref: '#/x/a'}}\n");
    let dangling = of("#/x/nowhere", "x: {}\n");
    let folder = of("../other.yaml#/x", "");
    let url = of("https://other.test/x.yaml", "");
    let metadata = of("http://169.254.169.254/x.yaml", "");
    hold(&[
        ("a cycle through allOf", &all_of, both, &[]),
        ("a circle of aliases", &circle, both, &[("ref-cycle", here)]),
        ("an alias of itself", &itself, both, &[("ref-cycle", here)]),
        ("leading nowhere", &dangling, both, &[("ref-not-found", here)]),
        ("another folder", &folder, both, &[("ref-refused", here)]),
        ("a URL", &url, both, &[("ref-refused", here)]),
        ("metadata", &metadata, both, &[("ref-refused", here)]),
    ])
    .await;
}

#[tokio::test]
async fn references_to_other_documents() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = [
        (
            "api/root.yaml",
            "openapi: 3.0.3\npaths:\n  /a: {$ref: paths/a.json}\n  /b: {get: {parameters: [{$ref: '../beside.yaml#/p'}]}}\n",
        ),
        ("api/paths/a.json", r#"{"post": {"requestBody": {"$ref": "../bodies/b.yaml#/body"}}}"#),
        ("api/bodies/b.yaml", "body: {content: {application/json: {schema: {$ref: '../s.json'}}}}\n"),
        ("api/s.json", r#"{"type": "object", "properties": {"me": {"$ref": "s.json"}}}"#),
        ("beside.yaml", "p: {name: p, in: query, schema: {type: string}}\n"),
    ];
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("it has one")).expect("a folder");
        std::fs::write(path, text).expect("a file can be written");
    }
    let path = folder.path().join("api/root.yaml").to_string_lossy().into_owned();
    let refused = [("ref-refused", "/paths/~1b/get/parameters/0")];
    holds(&path, &["post_a"], &refused).await.unwrap_or_else(|failure| panic!("{failure}"));
    let check = Mcpgen::new(["check", &path]).run("").await;
    assert!(check.stdout.contains("beside.yaml") && check.stdout.contains("--allow-ref "), "{}", check.stdout);
    let allowed = Mcpgen::new(["check", &path, "--allow-ref", &folder.path().to_string_lossy()]).run("").await;
    assert_eq!(allowed.code, Some(0), "{}", allowed.stdout);
}

#[tokio::test]
async fn mess() {
    let deep_schema = format!("{}{{type: string}}{}", "{type: array, items: ".repeat(60), "}".repeat(60));
    let deep = format!(
        "openapi: 3.0.3\npaths: {{/good: {{get: {{}}}}}}\nx-deep: {}{}\n",
        "[".repeat(10_000),
        "]".repeat(10_000)
    );
    let deep_json = format!(
        r#"{{"openapi": "3.0.3", "paths": {{"/good": {{"get": {{}}}}}}, "x": {}{}}}"#,
        "[".repeat(10_000),
        "]".repeat(10_000)
    );
    let deep_schema = format!(
        "openapi: 3.0.3\npaths:\n  /a: {{post: {{requestBody: {{content: {{application/json: {{schema: {deep_schema}}}}}}}}}}}\n  /good: {{get: {{}}}}\n"
    );
    let bomb: Vec<String> = (1..12).map(|i| format!("  - &a{i} [{}]\n", format!("*a{}, ", i - 1).repeat(9))).collect();
    let bomb = bomb.concat();
    let bomb = format!("openapi: 3.0.3\npaths: {{/good: {{get: {{}}}}}}\nx-bomb:\n  - &a0 [ha]\n{bomb}");
    let (yaml_pointer, json_pointer) = (format!("/x-deep{}", "/0".repeat(255)), format!("/x{}", "/0".repeat(511)));
    let schema_pointer = format!("/paths/~1a/post/requestBody/content/application~1json/schema{}", "/items".repeat(29));
    // Each level holds nine times what the one before does; the aliases that fit are kept.
    let bombed: Vec<String> = [(6, 7..9), (7, 0..9), (11, 2..9)]
        .into_iter()
        .flat_map(|(level, items)| items.map(move |item| format!("/x-bomb/{level}/{item}")))
        .collect();
    let bombed: Vec<_> = bombed.iter().map(|pointer| ("alias-expansion", pointer.as_str())).collect();
    let crlf = "\u{feff}openapi: 3.0.3\r\npaths:\r\n  /good:\r\n    get: {responses: {200: {description: a}}}\r\n";
    let good: &[&str] = &["get_good"];
    hold(&[
        (
            "a bad operation",
            "openapi: 3.0.3\npaths:\n  /a: {get: 5, post: []}\n  /good: {get: {}}\n",
            good,
            &[("wrong-type", "/paths/~1a/get"), ("wrong-type", "/paths/~1a/post")],
        ),
        (
            "a dangling reference",
            "openapi: 3.0.3\npaths:\n  /a: {get: {parameters: [{$ref: '#/components/parameters/x'}]}}\n  /b: {$ref: '#/nowhere'}\n  /good: {get: {}}\n",
            good,
            &[("ref-not-found", "/paths/~1a/get/parameters/0"), ("ref-not-found", "/paths/~1b")],
        ),
        (
            "an operationId twice",
            "openapi: 3.0.3\npaths:\n  /a: {get: {operationId: x}}\n  /good: {get: {}, post: {operationId: x}}\n",
            &["get_good", "x_4b1599d7", "x_bf97e35d"],
            &[("duplicate-operation-id", "/paths/~1good/post/operationId")],
        ),
        (
            "a parameter twice",
            "openapi: 3.0.3\npaths: {/good: {get: {parameters: [{name: a, in: query, schema: {}}, {name: a, in: query, schema: {}}]}}}\n",
            good,
            &[("duplicate-parameter", "/paths/~1good/get/parameters/1")],
        ),
        (
            "path parameters that do not fit",
            "openapi: 3.0.3\npaths:\n  /good/{a}: {get: {parameters: [{name: b, in: path, required: true, schema: {}}]}}\n",
            &["get_good_by_a"],
            &[
                ("path-parameter-without-place", "/paths/~1good~1{a}/get/parameters/0"),
                ("undeclared-path-parameter", "/paths/~1good~1{a}/get"),
            ],
        ),
        (
            "a response without description",
            "openapi: 3.0.3\npaths: {/good: {get: {responses: {200: {}}}}}\n",
            good,
            &[("no-description-of-response", "/paths/~1good/get/responses/200")],
        ),
        (
            "other types where a text is meant",
            "openapi: 3.0.3\ninfo: {title: 5, version: 1.10, description: ~}\npaths: {/good: {get: {description: null, summary: [a]}}}\n",
            good,
            &[
                ("wrong-type", "/info/title"),
                ("wrong-type", "/info/version"),
                ("wrong-type", "/info/description"),
                ("wrong-type", "/paths/~1good/get/description"),
                ("wrong-type", "/paths/~1good/get/summary"),
            ],
        ),
        (
            "other types where structure is meant",
            "openapi: 3.0.3\nservers: x\npaths: {/good: {get: {operationId: [], tags: a, servers: 1, parameters: {}, security: {}, deprecated: maybe}}}\n",
            good,
            &[
                ("wrong-type", "/servers"),
                ("wrong-type", "/paths/~1good/get/operationId"),
                ("wrong-type", "/paths/~1good/get/tags"),
                ("wrong-type", "/paths/~1good/get/servers"),
                ("wrong-type", "/paths/~1good/get/parameters"),
                ("wrong-type", "/paths/~1good/get/deprecated"),
                ("wrong-type", "/paths/~1good/get/security"),
            ],
        ),
        (
            "other types at the root",
            "openapi: 3.0.3\ninfo: []\ntags: a\nsecurity: x\ncomponents: {schemas: []}\npaths: {/good: {get: {}}}\n",
            good,
            &[
                ("wrong-type", "/info"),
                ("wrong-type", "/tags"),
                ("wrong-type", "/components/schemas"),
                ("wrong-type", "/security"),
            ],
        ),
        (
            "other types in a schema",
            "openapi: 3.0.3\npaths:\n  /good:\n    get:\n      parameters:\n      - {name: a, in: query, schema: {type: string, enum: x, minLength: a, pattern: 5}}\n      \
             - {name: b, in: query, required: sure, schema: {type: integer, minimum: [], required: x, properties: 5, nullable: 1}}\n",
            good,
            &[
                ("wrong-type", "/paths/~1good/get/parameters/1/required"),
                ("wrong-type", "/paths/~1good/get/parameters/0/schema/enum"),
                ("wrong-type", "/paths/~1good/get/parameters/0/schema/minLength"),
                ("wrong-type", "/paths/~1good/get/parameters/0/schema/pattern"),
                ("wrong-type", "/paths/~1good/get/parameters/1/schema/minimum"),
                ("wrong-type", "/paths/~1good/get/parameters/1/schema/required"),
                ("wrong-type", "/paths/~1good/get/parameters/1/schema/properties"),
                ("wrong-type", "/paths/~1good/get/parameters/1/schema/nullable"),
            ],
        ),
        (
            "an invalid regex",
            "openapi: 3.0.3\npaths: {/good: {get: {parameters: [{name: a, in: query, schema: {type: string, pattern: '(['}}]}}}\n",
            good,
            &[("invalid-pattern", "/paths/~1good/get/parameters/0/schema/pattern")],
        ),
        (
            "unknown keywords",
            "openapi: 3.0.3\nodd: 1\nx-odd: 1\npaths: {/good: {get: {odd: 1, x-odd: 1}, odd: 1, x-odd: 1}, x-odd: 1}\n",
            good,
            &[("unknown-key", "/paths/~1good/odd")],
        ),
        (
            "odd paths",
            "openapi: 3.0.3\npaths: {/a b/: {get: {}}, /é: {get: {}}, a: {get: {}}}\n",
            &["get_a_b", "get_e", "get_a"],
            &[("path-without-slash", "/paths/a/get")],
        ),
        (
            "methods in mixed case",
            "openapi: 3.0.3\npaths: {/good: {Get: {}}}\n",
            good,
            &[("method-case", "/paths/~1good/Get")],
        ),
        ("byte order mark and CRLF", crlf, good, &[]),
        (
            "anchors, merge keys, dates, on and no",
            "openapi: 3.0.3\ninfo: {title: on, version: 2001-12-14}\nx-op: &op\n  responses: {200: &r {description: no}, '404': *r}\n\
             paths:\n  /good:\n    get: {<<: *op, tags: [yes, off]}\n",
            good,
            &[],
        ),
        (
            "a key twice",
            "openapi: 3.0.3\npaths:\n  /good: {get: {}}\n  /good: {get: {summary: a}}\n",
            good,
            &[("duplicate-key", "/paths/~1good")],
        ),
        ("an alias bomb", &bomb, good, &bombed),
        ("10,000 levels of YAML", &deep, good, &[("nested-too-deep", &yaml_pointer)]),
        ("10,000 levels of JSON", &deep_json, good, &[("nested-too-deep", &json_pointer)]),
        ("60 levels of a schema", &deep_schema, &["post_a", "get_good"], &[("deep-schema", &schema_pointer)]),
        (
            "a tab in JSON, and YAML after it",
            "{\n\t\"openapi\": \"3.0.3\",\n\t\"paths\": {\"/good\": {\"get\": {}}}, # note\n}\n",
            good,
            &[("json-as-yaml", "")],
        ),
    ])
    .await;
}

#[tokio::test]
async fn a_tab_in_the_indentation_is_told() {
    let check = Mcpgen::new(["check", "-", "--format", "json"]).run("openapi: 3.0.3\npaths:\n\t/a: {}\n").await;
    let report: Value = serde_json::from_str(&check.stdout).expect("JSON");
    let told = &report["diagnostics"][0];
    assert_eq!(
        (check.code, &told["code"], &told["line"], &told["column"]),
        (Some(2), &"invalid-yaml".into(), &3.into(), &1.into())
    );
    assert!(text(told, "help").contains("spaces"), "{told}");
}

#[tokio::test]
async fn strict_is_fatal_in_every_command_that_reads_a_description() {
    let path = mcpgen_tests::fixture("partly-broken.yaml");
    for command in ["check", "inspect", "serve"] {
        let arguments = [command, path.as_str(), "--strict"];
        let strict = Mcpgen::new(arguments).run("").await;
        assert_eq!(strict.code, Some(1), "{command}: {}{}", strict.stdout, strict.stderr);
        assert!(strict.stderr.contains("--strict"), "{command}: {}", strict.stderr);
    }
}
