//! What a user says of the mapping in a text or a config file, for the command line and build scripts alike.

mod file;
mod prompts;
pub(crate) mod route;
mod rules;
pub(crate) mod uri_prefix;
pub(crate) mod value;

#[cfg(feature = "cli")]
pub(crate) use self::file::is_blank;
#[cfg(all(test, feature = "cli"))]
pub(crate) use self::file::keys;
pub(crate) use self::{
    file::Settings,
    prompts::{PROMPTS, prompts},
    rules::{ROUTES, rules},
};
