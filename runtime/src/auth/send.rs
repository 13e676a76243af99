//! A request with its credentials, sent; once more with a fresh token where the API refuses an old one.

use std::{path::PathBuf, sync::Arc};

use http::StatusCode;
use tokio::time::Instant;

use super::{Certificate, Credentials, Held, forward::forwarded, may_send, oauth::Token, place};
use crate::{
    catalog::{Catalog, Operation, SecurityRequirement},
    client::{Answer, Client, Route, SendError},
    request::Request,
};

impl Credentials {
    /// Sends an operation's request to `base_url`, with its credentials where they may go with it. The answer must be there by `deadline`.
    pub(crate) async fn send(
        &self,
        client: &Client,
        catalog: &Catalog,
        operation: &Operation,
        base_url: &str,
        request: Request,
        deadline: Instant,
    ) -> Result<Answer, SendError> {
        let credentials = may_send(catalog, operation);
        let names: Vec<&String> = self.names(catalog, operation);
        let certificate = self.certificate(&names, credentials);
        let mut request = request;
        if credentials {
            // They count more than arguments, and less than what the operator configured.
            for name in forwarded().keys() {
                request.headers.remove(name);
            }
            request.headers.extend(forwarded());
        }
        let route = Route { base_url, credentials, certificate, deadline };
        // Boxed: most calls have no token, and none of them its room.
        let tokens = Box::pin(self.tokens(client, &names, &[], deadline)).await?;
        // What can be sent again: a body is shared, not copied.
        let again = tokens.iter().any(|(_, token)| token.is_renewable()).then(|| request.clone());
        let answer = client.send(&route, self.with(catalog, &names, &tokens, request)).await?;
        let Some(request) = again.filter(|_| answer.status == StatusCode::UNAUTHORIZED) else { return Ok(answer) };
        tracing::debug!("the API refused an access token; another one is fetched and the call made once more");
        // Where no other token can be had, the refusal is the answer.
        let Ok(fresh) = Box::pin(self.tokens(client, &names, &tokens, deadline)).await else { return Ok(answer) };
        drop(answer);
        Box::pin(client.send(&route, self.with(catalog, &names, &fresh, request))).await
    }

    /// The request with the operation's credentials, as far as they need not be fetched.
    pub(crate) fn apply(&self, catalog: &Catalog, operation: &Operation, request: Request) -> Request {
        self.with(catalog, &self.names(catalog, operation), &[], request)
    }

    /// The files of the certificate that an operation's requests show.
    pub(crate) fn certificate_files(&self, catalog: &Catalog, operation: &Operation) -> Option<&[PathBuf]> {
        let certificate = self.certificate(&self.names(catalog, operation), may_send(catalog, operation));
        certificate.map(Certificate::files)
    }

    /// The schemes whose credentials go along with an operation's requests.
    fn names<'o>(&self, catalog: &Catalog, operation: &'o Operation) -> Vec<&'o String> {
        let requirement = self.requirement(&operation.security).filter(|_| may_send(catalog, operation));
        requirement.into_iter().flat_map(SecurityRequirement::keys).collect()
    }

    /// The access tokens that the schemes need, none of them a `refused` one.
    async fn tokens<'n>(
        &self,
        client: &Client,
        names: &[&'n String],
        refused: &[(&'n String, Arc<Token>)],
        deadline: Instant,
    ) -> Result<Vec<(&'n String, Arc<Token>)>, SendError> {
        let mut tokens = Vec::new();
        for &name in names {
            let Some(Held::Tokens(source)) = self.held.get(name) else { continue };
            let refused = refused.iter().find(|(known, _)| *known == name).map(|(_, token)| token);
            let token = tokio::time::timeout_at(deadline, source.token(client, refused)).await;
            let token = token.map_err(|_| SendError::Timeout(client.options().timeout))?;
            tokens.push((name, token.map_err(|reason| SendError::Token { scheme: name.clone(), reason })?));
        }
        Ok(tokens)
    }

    /// The request with its credentials.
    fn with(
        &self,
        catalog: &Catalog,
        names: &[&String],
        tokens: &[(&String, Arc<Token>)],
        mut request: Request,
    ) -> Request {
        use secrecy::ExposeSecret;
        for &name in names {
            let Some(scheme) = catalog.security_schemes.get(name) else { continue };
            let token = tokens.iter().find(|(known, _)| *known == name).map(|(_, token)| token.value.expose_secret());
            match (self.held.get(name), token) {
                (_, Some(token)) => place::put(scheme, token, &mut request.target, &mut request.headers),
                (Some(Held::Value(value)), None) => {
                    place::put(scheme, value.get().expose_secret(), &mut request.target, &mut request.headers);
                }
                _ => {}
            }
        }
        request
    }

    /// The certificate to show: the scheme's, else the one for every call.
    fn certificate(&self, names: &[&String], credentials: bool) -> Option<&Certificate> {
        let of_scheme = names.iter().find_map(|name| match self.held.get(*name) {
            Some(Held::Certificate(certificate)) => Some(certificate),
            _ => None,
        });
        of_scheme.or(self.certificate.as_ref().filter(|_| credentials)).map(AsRef::as_ref)
    }
}
