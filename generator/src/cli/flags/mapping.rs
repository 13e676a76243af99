//! The mapping: which operation becomes what.

use std::collections::BTreeMap;

use clap::{Args, ValueEnum};
use mcpgen_runtime::catalog::{DeepObjectArrays, Prompt};

use super::value;
use crate::{
    mapping::{MapMode, MapOptions, OutputSchemas, Rule, Selection, Selector},
    settings::{route, uri_prefix},
};

/// Flags of every command that maps a description.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Mapping")]
pub(in crate::cli) struct Mapping {
    /// Where requests go, instead of the description's servers
    #[arg(long, value_name = "URL", value_parser = value::base_url)]
    base_url: Option<String>,

    /// Fill in a variable of a server's URL (repeatable)
    #[arg(long, value_name = "NAME=VALUE", value_parser = value::pair)]
    server_variable: Vec<(String, String)>,

    /// The built-in rules: reads become resources (semantic, the default but for `call`), or every operation a tool
    /// (tools)
    #[arg(long, value_name = "RULES", value_enum)]
    map: Option<Map>,

    /// A rule that comes before the config file's and the built-in ones (repeatable; the first that matches decides):
    /// '[METHODS] [PATTERN] [tag:NAME]... [operation:ID] = TYPE [+TAG]...', where METHODS is GET,POST,... or *, PATTERN
    /// a regular expression on the path, TYPE one of tool, resource, resource_template, exclude
    #[arg(long, value_name = "RULE", value_parser = route::parse)]
    route: Vec<Rule>,

    /// Serve only these operations: tag:NAME, operation:ID, or path:GLOB (repeatable)
    #[arg(long, value_name = "SELECTOR", value_parser = Selector::parse)]
    include: Vec<Selector>,

    /// Leave these operations out: tag:NAME, operation:ID, or path:GLOB (repeatable)
    #[arg(long, value_name = "SELECTOR", value_parser = Selector::parse)]
    exclude: Vec<Selector>,

    /// Serve GET and HEAD only
    #[arg(long)]
    read_only: bool,

    /// The server's name, instead of the description's title
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// How the URIs of resources begin, instead of api://NAME/
    #[arg(long, value_name = "PREFIX", value_parser = uri_prefix::parse)]
    uri_prefix: Option<String>,

    /// Output schemas of tools: outlines that no answer breaks (loose), the description's own (strict), or none
    #[arg(long, value_name = "FORM", value_enum, default_value_t = Outputs::Loose)]
    output_schemas: Outputs,

    /// How arrays inside deepObject values are written: a[b][0]=x (index), a[b][]=x (brackets), a[b]=x (repeat)
    #[arg(long, value_name = "FORM", value_enum, default_value_t = DeepArrays::Index)]
    deep_object_arrays: DeepArrays,

    /// The config file's rules.
    #[arg(skip)]
    pub(in crate::cli) config_rules: Vec<Rule>,

    /// The config file's prompts.
    #[arg(skip)]
    pub(in crate::cli) config_prompts: Vec<Prompt>,

    /// What was said, by flags or in the config file, that only has a meaning with a description.
    #[arg(skip)]
    pub(in crate::cli) given: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Map {
    Semantic,
    Tools,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Outputs {
    Loose,
    Strict,
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DeepArrays {
    Index,
    Brackets,
    Repeat,
}

impl Mapping {
    /// `--base-url`.
    pub(in crate::cli) fn base_url(&self) -> Option<&str> {
        self.base_url.as_deref()
    }

    /// Takes `--map tools` where nothing else is said.
    pub(in crate::cli) fn default_to_tools(&mut self) {
        self.map.get_or_insert(Map::Tools);
    }

    /// The options that these flags ask for.
    pub(in crate::cli) fn options(&self) -> MapOptions {
        MapOptions {
            name: self.name.clone(),
            uri_prefix: self.uri_prefix.clone(),
            mode: match self.map {
                None | Some(Map::Semantic) => MapMode::Semantic,
                Some(Map::Tools) => MapMode::Tools,
            },
            rules: self.route.iter().chain(&self.config_rules).cloned().collect(),
            selection: Selection {
                include: self.include.clone(),
                exclude: self.exclude.clone(),
                read_only: self.read_only,
            },
            base_url: self.base_url.clone(),
            server_variables: self.server_variable.iter().cloned().collect::<BTreeMap<_, _>>(),
            output_schemas: match self.output_schemas {
                Outputs::Loose => OutputSchemas::Loose,
                Outputs::Strict => OutputSchemas::Strict,
                Outputs::None => OutputSchemas::None,
            },
            deep_object_arrays: match self.deep_object_arrays {
                DeepArrays::Index => DeepObjectArrays::Index,
                DeepArrays::Brackets => DeepObjectArrays::Brackets,
                DeepArrays::Repeat => DeepObjectArrays::Repeat,
            },
            document_url: None,
        }
    }
}
