//! Modules of build scripts, one for each fixture, in a crate that warns of everything.

#![warn(clippy::pedantic, unreachable_pub)]

#[cfg(test)]
macro_rules! modules {
    ($($name:ident = $file:literal),* $(,)?) => {
        $(mod $name {
            include!(concat!(env!("OUT_DIR"), "/", $file, ".rs"));
        })*

        /// What each module gives: all of the API, and nothing of it.
        const MODULES: &[(&str, fn() -> mcpgen_runtime::prelude::Server, fn() -> mcpgen_runtime::prelude::Server)] =
            &[$(($file, $name::server, $name::api)),*];
    };
}

#[cfg(test)]
modules! {
    fastapi = "fastapi",
    hostile = "hostile",
    library = "library",
    names = "names",
    no_server = "no-server",
    parameters = "parameters",
    partly_broken = "partly-broken",
    petstore = "petstore",
    schemas = "schemas",
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_servers_of_all_fixtures_are_sound() {
        for (name, server, api) in super::MODULES {
            let ready = server().ready().unwrap_or_else(|error| panic!("{name}: {error}"));
            let offered = |catalog: &mcpgen_runtime::catalog::Catalog| {
                catalog.tools.len() + catalog.resources.len() + catalog.resource_templates.len()
            };
            assert!(offered(ready.catalog()) > 0, "{name}");
            assert!(api().ready().is_ok_and(|ready| offered(ready.catalog()) == 0), "{name}");
        }
    }
}
