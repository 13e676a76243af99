//! The requests of `operations`.

use mcpgen_runtime::prelude::*;

model! {
    /// `POST /header`
    pub struct ByHeader {}
}

impl Operation for ByHeader {
    const COMPONENT: &str = include_str!("../../schemas/by_header.json");
    const SECURITY: Security = &[&[("header", &[])]];

    fn request(&self) -> Request {
        Request::post("/header")
            .accept("application/json")
            .security(Self::SECURITY)
    }
}

model! {
    /// `POST /query`
    pub struct ByQuery {}
}

impl Operation for ByQuery {
    const COMPONENT: &str = include_str!("../../schemas/by_query.json");
    const SECURITY: Security = &[&[("query", &[])]];

    fn request(&self) -> Request {
        Request::post("/query")
            .accept("application/json")
            .security(Self::SECURITY)
    }
}

model! {
    /// `POST /cookie`
    pub struct ByCookie {}
}

impl Operation for ByCookie {
    const COMPONENT: &str = include_str!("../../schemas/by_cookie.json");
    const SECURITY: Security = &[&[("cookie", &[])]];

    fn request(&self) -> Request {
        Request::post("/cookie")
            .accept("application/json")
            .security(Self::SECURITY)
    }
}

model! {
    /// `POST /basic`
    pub struct ByBasic {}
}

impl Operation for ByBasic {
    const COMPONENT: &str = include_str!("../../schemas/by_basic.json");
    const SECURITY: Security = &[&[("basic", &[])]];

    fn request(&self) -> Request {
        Request::post("/basic")
            .accept("application/json")
            .security(Self::SECURITY)
    }
}

model! {
    /// `POST /bearer`
    pub struct ByBearer {}
}

impl Operation for ByBearer {
    const COMPONENT: &str = include_str!("../../schemas/by_bearer.json");
    const SECURITY: Security = &[&[("bearer", &[])]];

    fn request(&self) -> Request {
        Request::post("/bearer")
            .accept("application/json")
            .security(Self::SECURITY)
    }
}

model! {
    /// `GET /bearer`
    pub struct ReadByBearer {}
}

impl Operation for ReadByBearer {
    const COMPONENT: &str = include_str!("../../schemas/read_by_bearer.json");
    const SECURITY: Security = &[&[("bearer", &[])]];

    fn request(&self) -> Request {
        Request::get("/bearer")
            .accept("application/json")
            .security(Self::SECURITY)
    }
}

model! {
    /// `POST /digest`
    pub struct ByOther {}
}

impl Operation for ByOther {
    const COMPONENT: &str = include_str!("../../schemas/by_other.json");
    const SECURITY: Security = &[&[("other", &[])]];

    fn request(&self) -> Request {
        Request::post("/digest")
            .accept("application/json")
            .security(Self::SECURITY)
    }
}

model! {
    /// `POST /oauth`
    pub struct ByOauth {}
}

impl Operation for ByOauth {
    const COMPONENT: &str = include_str!("../../schemas/by_oauth.json");
    const SECURITY: Security = &[&[("oauth", &["read", "write"])]];

    fn request(&self) -> Request {
        Request::post("/oauth")
            .accept("application/json")
            .security(Self::SECURITY)
    }
}

model! {
    /// `POST /oidc`
    pub struct ByOidc {}
}

impl Operation for ByOidc {
    const COMPONENT: &str = include_str!("../../schemas/by_oidc.json");
    const SECURITY: Security = &[&[("oidc", &["openid"])]];

    fn request(&self) -> Request {
        Request::post("/oidc")
            .accept("application/json")
            .security(Self::SECURITY)
    }
}

model! {
    /// `POST /tls`
    pub struct ByCertificate {}
}

impl Operation for ByCertificate {
    const COMPONENT: &str = include_str!("../../schemas/by_certificate.json");
    const SECURITY: Security = &[&[("certificate", &[])]];

    fn request(&self) -> Request {
        Request::post("/tls")
            .accept("application/json")
            .security(Self::SECURITY)
    }
}

model! {
    /// `POST /both`
    pub struct ByBoth {}
}

impl Operation for ByBoth {
    const COMPONENT: &str = include_str!("../../schemas/by_both.json");
    const SECURITY: Security = &[&[("header", &[]), ("query", &[])]];

    fn request(&self) -> Request {
        Request::post("/both")
            .accept("application/json")
            .security(Self::SECURITY)
    }
}

model! {
    /// `POST /either`
    pub struct ByEither {}
}

impl Operation for ByEither {
    const COMPONENT: &str = include_str!("../../schemas/by_either.json");
    const SECURITY: Security = &[&[("unset", &[])], &[("bearer", &[])]];

    fn request(&self) -> Request {
        Request::post("/either")
            .accept("application/json")
            .security(Self::SECURITY)
    }
}

model! {
    /// `POST /optional`
    pub struct ByChance {}
}

impl Operation for ByChance {
    const COMPONENT: &str = include_str!("../../schemas/by_chance.json");
    const SECURITY: Security = &[&[("unset", &[])], &[]];

    fn request(&self) -> Request {
        Request::post("/optional")
            .accept("application/json")
            .security(Self::SECURITY)
    }
}

model! {
    /// `POST /unset`
    pub struct ByNothing {}
}

impl Operation for ByNothing {
    const COMPONENT: &str = include_str!("../../schemas/by_nothing.json");
    const SECURITY: Security = &[&[("unset", &[])]];

    fn request(&self) -> Request {
        Request::post("/unset")
            .accept("application/json")
            .security(Self::SECURITY)
    }
}

model! {
    /// `POST /public`
    pub struct ForAll {}
}

impl Operation for ForAll {
    const COMPONENT: &str = include_str!("../../schemas/for_all.json");

    fn request(&self) -> Request {
        Request::post("/public").accept("application/json")
    }
}

model! {
    /// `POST /elsewhere`
    pub struct Elsewhere {}
}

impl Operation for Elsewhere {
    const COMPONENT: &str = include_str!("../../schemas/elsewhere.json");
    const SECURITY: Security = &[&[("header", &[])]];
    const SERVER: Option<OwnServer> = Some(OwnServer::new("https://elsewhere.example"));

    fn request(&self) -> Request {
        Request::post("/elsewhere")
            .server(Self::SERVER)
            .accept("application/json")
            .security(Self::SECURITY)
    }
}
