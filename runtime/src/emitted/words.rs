//! Words of emitted code for what the catalog holds: `Style::Form.explode()`, `SecurityScheme::http("bearer")`.

use crate::catalog::{ApiKeyLocation, ParameterEncoding, SecurityScheme, Style};

impl SecurityScheme {
    /// A key under a name.
    pub fn api_key(location: ApiKeyLocation, name: &str) -> Self {
        Self::ApiKey { name: name.to_owned(), location }
    }

    /// The `Authorization` header by a scheme in lower case: `basic`, `bearer`, …
    pub fn http(scheme: &str) -> Self {
        Self::Http { scheme: scheme.to_owned() }
    }

    /// OAuth 2.0, with the token endpoint of the client credentials flow where it has one.
    pub fn oauth2<'u>(token_url: impl Into<Option<&'u str>>) -> Self {
        Self::OAuth2 { token_url: token_url.into().map(str::to_owned), refresh_url: None }
    }

    /// OAuth 2.0 whose refresh tokens are exchanged elsewhere than at the token endpoint.
    #[must_use]
    pub fn refreshed_at(self, url: &str) -> Self {
        match self {
            Self::OAuth2 { token_url, .. } => Self::OAuth2 { token_url, refresh_url: Some(url.to_owned()) },
            other => other,
        }
    }

    /// `OpenID` Connect by the URL of its discovery document.
    pub fn open_id_connect(url: &str) -> Self {
        Self::OpenIdConnect { open_id_connect_url: url.to_owned() }
    }
}

impl Style {
    /// The style, with a part for each member of an array or object.
    pub fn explode(self) -> ParameterEncoding {
        ParameterEncoding::Style { style: self, explode: true, allow_reserved: false, items: Vec::new() }
    }

    /// The style, with reserved characters as they are.
    pub fn allow_reserved(self) -> ParameterEncoding {
        ParameterEncoding::from(self).allow_reserved()
    }

    /// The style, with arrays inside the array in styles of their own.
    pub fn items(self, styles: &[Style]) -> ParameterEncoding {
        ParameterEncoding::from(self).items(styles)
    }

    /// No style: a document of a media type.
    pub fn content(media_type: &str) -> ParameterEncoding {
        ParameterEncoding::Content { content: media_type.to_owned() }
    }
}

impl ParameterEncoding {
    /// The same, with reserved characters as they are.
    #[must_use]
    pub fn allow_reserved(self) -> Self {
        match self {
            Self::Style { style, explode, items, .. } => Self::Style { style, explode, allow_reserved: true, items },
            content @ Self::Content { .. } => content,
        }
    }

    /// The same, with arrays inside the array in styles of their own, from the outside in (`items` of Swagger 2.0).
    #[must_use]
    pub fn items(self, styles: &[Style]) -> Self {
        match self {
            Self::Style { style, explode, allow_reserved, .. } => {
                Self::Style { style, explode, allow_reserved, items: styles.to_vec() }
            }
            content @ Self::Content { .. } => content,
        }
    }
}

/// The style, not exploded.
impl From<Style> for ParameterEncoding {
    fn from(style: Style) -> Self {
        Self::Style { style, explode: false, allow_reserved: false, items: Vec::new() }
    }
}
