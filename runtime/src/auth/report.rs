//! What is said of credentials: at the start, and where the API refuses a call.

use std::fmt;

use super::{Credentials, Held, may_go_to, may_send, variable};
use crate::catalog::{BaseUrl, Catalog, Operation, SecurityRequirement, SecurityScheme};

/// How many names of a list are told.
const NAMED: usize = 10;

/// What to say of credentials at start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The schemes that have a value.
    pub configured: Vec<String>,
    /// The operations that need credentials and have none, by the names of what they serve.
    pub bare: Vec<String>,
    /// What would help them, in words.
    pub help: Vec<String>,
    /// The operations that go without their credentials because their server is not the one that these are for.
    pub elsewhere: Vec<String>,
}

/// What an operation needs credentials for.
#[derive(Debug, Clone, Copy)]
pub struct Need<'n> {
    /// Alternatives, as in [`Operation::security`].
    pub security: &'n [SecurityRequirement],
    /// The operation's own server.
    pub base_url: Option<&'n BaseUrl>,
}

impl<'n> Need<'n> {
    /// Those of a catalog's operations.
    pub(super) fn all(catalog: &'n Catalog) -> impl Iterator<Item = Self> + Clone {
        let of =
            |operation: &'n Operation| Self { security: &operation.security, base_url: operation.base_url.as_ref() };
        catalog.operations.iter().map(of)
    }
}

impl Credentials {
    /// What to say at start: which schemes have a value, and which operations go without the one they need.
    pub fn report(&self, catalog: &Catalog) -> Report {
        self.report_of(catalog, Need::all(catalog))
    }

    /// [`report`](Self::report) for these operations, in the order of their ids.
    pub fn report_of<'n>(&self, catalog: &Catalog, needs: impl Iterator<Item = Need<'n>>) -> Report {
        let configured =
            catalog.security_schemes.keys().filter(|name| self.is_configured(name)).map(|name| shown(name)).collect();
        let (mut bare, mut elsewhere, mut missing) = (Vec::new(), Vec::new(), Vec::new());
        for (index, Need { security, base_url }) in needs.enumerate() {
            match self.requirement(security) {
                None if !security.is_empty() => {
                    bare.push(component(catalog, index));
                    missing.extend(self.missing(security));
                }
                Some(requirement) if !requirement.is_empty() && !may_go_to(catalog, base_url) => {
                    elsewhere.push(component(catalog, index));
                }
                _ => {}
            }
        }
        let help = distinct(missing.into_iter()).iter().map(|name| self.help(catalog, name)).collect();
        Report { configured, bare, help, elsewhere }
    }

    /// What to configure for an operation that the API refuses; empty where its credentials went along.
    pub(crate) fn advice(&self, catalog: &Catalog, operation: &Operation) -> String {
        if self.requirement(&operation.security).is_some_and(|requirement| !requirement.is_empty()) {
            let elsewhere = "Its credentials were not sent, since its server is not the one that they are for.";
            return if may_send(catalog, operation) { String::new() } else { elsewhere.to_owned() };
        }
        let help: Vec<_> =
            distinct(self.missing(&operation.security)).iter().map(|name| self.help(catalog, name)).collect();
        if help.is_empty() {
            return String::new();
        }
        format!("The server may lack a credential: its operator {}.", help.join(", or "))
    }

    /// The schemes of an operation that have no value.
    fn missing<'o>(&self, security: &'o [SecurityRequirement]) -> impl Iterator<Item = &'o str> {
        let names = security.iter().flat_map(SecurityRequirement::keys);
        names.map(String::as_str).filter(|name| !self.is_configured(name))
    }

    /// What gives the scheme a value: `sets …`.
    fn help(&self, catalog: &Catalog, name: &str) -> String {
        if let Some(Held::Tokens(tokens)) = self.held.get(name)
            && let Err(reason) = tokens.endpoint()
        {
            let name = shown(name);
            return format!("confirms where the tokens of the security scheme {name} come from: {reason}");
        }
        let shown = shown(name);
        match catalog.security_schemes.get(name) {
            None => format!("asks the API's owner for the security scheme {shown}, which the description lacks"),
            Some(SecurityScheme::MutualTls) => {
                format!("sets --client-cert and --client-key (security scheme {shown})")
            }
            Some(_) => format!("sets {} (security scheme {shown})", variable(name)),
        }
    }
}

/// A scheme's name as it is shown: the description has chosen it.
pub(super) fn shown(name: &str) -> String {
    const MAX: usize = 64;
    name.chars().take(MAX).map(|c| if c.is_alphanumeric() || "-_. ()/".contains(c) { c } else { '?' }).collect()
}

/// What clients call an operation.
fn component(catalog: &Catalog, operation: usize) -> String {
    let is = |id: crate::catalog::OperationId| id.index() == operation;
    let tools = catalog.tools.iter().find(|tool| is(tool.operation)).map(|tool| &tool.name);
    let resources = || catalog.resources.iter().find(|resource| is(resource.operation)).map(|resource| &resource.name);
    let templates =
        || catalog.resource_templates.iter().find(|template| is(template.operation)).map(|template| &template.name);
    let named = tools.or_else(resources).or_else(templates).cloned();
    named.unwrap_or_else(|| {
        catalog.operations.get(operation).map(|o| format!("{} {}", o.method, o.path)).unwrap_or_default()
    })
}

/// Each name once, in the order of first mention.
fn distinct<'n>(names: impl Iterator<Item = &'n str>) -> Vec<String> {
    let mut seen = indexmap::IndexSet::new();
    seen.extend(names.map(str::to_owned));
    seen.into_iter().collect()
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "configured: {}",
            if self.configured.is_empty() { "none".to_owned() } else { listed(&self.configured) }
        )?;
        if !self.bare.is_empty() {
            write!(f, "; {} without credentials that they need: {}", go(&self.bare), listed(&self.bare))?;
            write!(f, "; whoever runs this server {}", self.help.join(", or "))?;
        }
        if !self.elsewhere.is_empty() {
            let (go, listed) = (go(&self.elsewhere), listed(&self.elsewhere));
            write!(f, "; {go} without credentials because their server is another one: {listed}")?;
        }
        Ok(())
    }
}

fn go(operations: &[String]) -> String {
    match operations.len() {
        1 => "1 operation goes".to_owned(),
        count => format!("{count} operations go"),
    }
}

fn listed(names: &[String]) -> String {
    let (named, rest) = names.split_at(names.len().min(NAMED));
    let named = named.join(", ");
    if rest.is_empty() { named } else { format!("{named} and {} more", rest.len()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_have_variables() {
        let cases = [
            ("token", "MCPGEN_AUTH_TOKEN"),
            ("my-token", "MCPGEN_AUTH_MY_TOKEN"),
            ("api_key", "MCPGEN_AUTH_API_KEY"),
            ("petstoreAuth", "MCPGEN_AUTH_PETSTORE_AUTH"),
            ("OAuth2", "MCPGEN_AUTH_OAUTH2"),
            ("APIKey", "MCPGEN_AUTH_APIKEY"),
            ("API Key (v2)", "MCPGEN_AUTH_API_KEY__V2_"),
        ];
        for (scheme, expected) in cases {
            assert_eq!(variable(scheme), expected);
        }
    }

    #[test]
    fn long_lists_are_cut() {
        let names = |count: usize| (0..count).map(|index| format!("n{index}")).collect::<Vec<_>>();
        assert_eq!(listed(&names(2)), "n0, n1");
        assert!(listed(&names(12)).ends_with("n9 and 2 more"));
    }
}
