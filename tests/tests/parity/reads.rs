//! Resources and templates.

use mcpgen_tests::Answer;

use crate::case::{Case, case};

pub fn cases() -> Vec<Case> {
    vec![library(), styles()]
}

fn library() -> Case {
    case("library.yaml")
        .variable("MCPGEN_AUTH_LIBRARY_KEY", "k3y")
        .prompt("review_book", r#"{"bookId":7,"tone":"strict"}"#)
        .prompt("review_book", r#"{"bookId":"8"}"#)
        .prompt("review_book", r"{}")
        .prompt("review_book", r#"{"bookId":"8","mood":"a"}"#)
        .prompt("greet", r"{}")
        .prompt("gret", r"{}")
        .read("api://town-library/books")
        .read("api://town-library/books?limit=3&genre=history&author=A%20B&author=C")
        .read("api://town-library/shelves/travel/books?available=true")
        .answer(Answer::of("text/csv; charset=utf-8", "a,b"))
        .read("api://town-library/books/7")
        .answer(Answer::of("image/png", vec![0xff, 0x00]))
        .read("api://town-library/books/7")
        .answer(Answer::status(204))
        .read("api://town-library/books/7")
        .answer(Answer::of("application/problem+json", r#"{"detail":"lost"}"#).with_status(404))
        .fails_to_read("api://town-library/books/7")
        .answer(Answer::of("text/plain", "no").with_status(401))
        .fails_to_read("api://town-library/books/7")
        .answer(Answer::dropped())
        .fails_to_read("api://town-library/books/7")
        .refuses_to_read("api://town-library/books?genre=cooking")
        .refuses_to_read("api://town-library/books?limit=1000")
        .refuses_to_read("api://town-library/books/seven")
        .refuses_to_read("api://town-library/nothing")
        .refuses_to_read("file:///etc/passwd")
        .call("myLoans", r#"{"X-Card":"c"}"#)
        .call("borrowBook", r#"{"bookId":9007199254740993,"note":null}"#)
}

fn styles() -> Case {
    case("styles.yaml")
        .read("api://styles/reads/7.json?fields=a&fields=b")
        .read("api://styles/reads/7.json?near=1.50,2")
        .refuses_to_read("api://styles/reads/x.json")
        .refuses_to_read("api://styles/reads/7.json?near=x")
}
