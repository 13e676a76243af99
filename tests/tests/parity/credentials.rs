//! Credentials of every kind, and where they do not go.

use mcpgen_tests::Answer;

use crate::case::{Case, case};

pub fn cases() -> Vec<Case> {
    vec![keys(), none(), tokens(), elsewhere()]
}

fn keys() -> Case {
    case("credentials.yaml")
        .variable("MCPGEN_AUTH_HEADER", "h-1")
        .variable("MCPGEN_AUTH_QUERY", "q 2")
        .variable("MCPGEN_AUTH_COOKIE", "c-3")
        .variable("MCPGEN_AUTH_BASIC", "ann:pa:ss")
        .variable("TOKEN", "t-4")
        .variable("MCPGEN_AUTH_OTHER", "Digest x=y")
        .flags(&["--auth", "bearer=env:TOKEN"])
        .call("byHeader", "{}")
        .call("byQuery", "{}")
        .call("byCookie", "{}")
        .call("byBasic", "{}")
        .call("byBearer", "{}")
        .read("api://credentials/bearer")
        .call("byOther", "{}")
        .call("byBoth", "{}")
        .call("byEither", "{}")
        .call("byChance", "{}")
        .call("forAll", "{}")
        .call("elsewhere", "{}")
        .answer(Answer::status(401))
        .fails("byHeader", "{}")
}

fn none() -> Case {
    case("credentials.yaml")
        .call("byHeader", "{}")
        .answer(Answer::of("text/plain", "who are you?").with_status(401))
        .fails("byEither", "{}")
        .answer(Answer::status(403))
        .fails("byNothing", "{}")
        .call("byCertificate", "{}")
}

fn tokens() -> Case {
    let token = |text: &str| {
        Answer::of(
            "application/json",
            format!(r#"{{"access_token":"{text}","token_type":"Bearer","expires_in":3600}}"#),
        )
    };
    case("credentials.yaml")
        .variable("MCPGEN_AUTH_OAUTH", "shop:s3cret")
        .flags(&["--auth-token-url", "oauth=@upstream/token"])
        .answer(token("one"))
        .answer(Answer::of("application/json", "{}"))
        .call("byOauth", "{}")
        .call("byOauth", "{}")
        .answer(Answer::status(401))
        .answer(token("two"))
        .answer(Answer::of("application/json", "{}"))
        .call("byOauth", "{}")
        .answer(Answer::status(401))
        .answer(Answer::of("application/json", r#"{"error":"invalid_client"}"#).with_status(401))
        .fails("byOauth", "{}")
}

/// The secret of a client goes to no origin that nobody named.
fn elsewhere() -> Case {
    case("credentials.yaml").variable("MCPGEN_AUTH_OAUTH", "shop:s3cret").call("byOauth", "{}")
}
