//! What lists cost a client: bytes, tokens, and how many tools.

use mcpgen_runtime::listing::List;

/// From how many tools on clients begin to stop, and which do.
const LIMITS: [(usize, &str); 2] =
    [(128, "clients and model APIs stop at 128"), (40, "some clients stop at 40, and models choose worse among many")];

/// The size of a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Weight {
    /// Of its JSON in UTF-8.
    pub(super) bytes: usize,
    /// In the encoding `o200k`, of which those of other models differ a little.
    pub(super) tokens: usize,
}

impl std::iter::Sum for Weight {
    fn sum<I: Iterator<Item = Self>>(weights: I) -> Self {
        weights.fold(Self::default(), |sum, weight| Self {
            bytes: sum.bytes + weight.bytes,
            tokens: sum.tokens + weight.tokens,
        })
    }
}

/// Weighs each entry of a list.
pub(super) fn weigh(list: &List) -> Vec<Weight> {
    let tokenizer = tiktoken_rs::o200k_base_singleton();
    list.iter().map(|entry| Weight { bytes: entry.len(), tokens: tokenizer.count_ordinary(entry) }).collect()
}

/// What to tell about the number of tools.
pub(super) fn warning(tools: usize) -> Option<String> {
    let (_, why) = LIMITS.iter().find(|(limit, _)| tools > *limit)?;
    Some(format!("{tools} tools: {why}; choose with --include, --exclude, --read-only or route rules"))
}

/// `1 tool`, `2 tools`.
pub(super) fn count((count, word): (usize, &str)) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_tools_are_warned_of() {
        for (tools, says) in [(0, None), (40, None), (41, Some("at 40")), (128, Some("at 40")), (129, Some("at 128"))] {
            let warning = warning(tools);
            assert_eq!(warning.is_some(), says.is_some(), "{tools}");
            assert!(says.is_none_or(|says| warning.unwrap_or_default().contains(says)), "{tools}");
        }
    }

    #[test]
    fn tokens_are_fewer_than_bytes() {
        let weights = weigh(&std::iter::once(r#"{"name":"find_pets"}"#.to_owned()).collect());
        assert_eq!(weights[0].bytes, r#"{"name":"find_pets"}"#.len());
        assert!((1..weights[0].bytes).contains(&weights[0].tokens));
    }
}
