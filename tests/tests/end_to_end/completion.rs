//! Completions of template variables.

use mcpgen_tests::{Mcpgen, Upstream, fixture};

#[tokio::test]
async fn variables_with_an_enum_are_completed() {
    let upstream = Upstream::start().await;
    let mut server = Mcpgen::serve(&fixture("library.yaml"), &upstream).stdio();
    let client = server.connect("2025-11-25").await;
    let shelf = "api://town-library/shelves/{genre}/books{?available}";
    let book = "api://town-library/books/{bookId}";
    let cases: [(&str, &str, &str, &[&str]); 5] = [
        (shelf, "genre", "", &["fiction", "history", "science", "travel"]),
        (shelf, "genre", "h", &["history"]),
        (shelf, "genre", "zoo", &[]),
        (book, "bookId", "", &[]),
        ("api://town-library/books{?genre,limit,author*}", "genre", "sc", &["science"]),
    ];
    for (template, variable, prefix, wanted) in cases {
        assert_eq!(client.complete(template, variable, prefix).await, wanted, "{template} {variable} {prefix:?}");
    }
    client.close().await;
}
