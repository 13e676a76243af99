//! What the front end asks of HTTP: one GET at a time.
//!
//! The policy (which URL, which redirect, which header) stands with the caller; an implementation only sends.

use std::net::IpAddr;
use std::time::Duration;

use url::Url;

/// One GET.
#[derive(Debug)]
pub struct FetchRequest<'a> {
    /// An `http` or `https` URL.
    pub url: &'a Url,
    /// Headers by name; their values are secrets.
    pub headers: &'a [(String, String)],
    /// Reading stops with [`FetchError::TooLarge`] beyond this.
    pub max_bytes: usize,
    /// For the whole exchange.
    pub timeout: Duration,
    /// Whether the host may be at an address for which [`is_link_local`] holds.
    pub allow_link_local: bool,
}

/// What came.
#[derive(Debug)]
pub enum Fetched {
    /// The body of a 2xx, content encodings undone.
    Body(Vec<u8>),
    /// A 3xx with a `Location`, as it was sent.
    Redirect(String),
}

/// Why nothing came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// Another status than 2xx or a redirect.
    #[error("the server answered with status {0}")]
    Status(u16),
    /// The body is over the limit.
    #[error("the document is too large")]
    TooLarge,
    /// Time ran out.
    #[error("no answer came in time")]
    Timeout,
    /// The host is at an address of the machine's own link, where clouds keep their credentials.
    #[error("the host is at a link-local or metadata address")]
    LinkLocal,
    /// Anything else, in words without secrets.
    #[error("{0}")]
    Failed(String),
}

/// Fetches documents.
pub trait Fetch: Send + Sync {
    /// Sends one GET and follows no redirect.
    fn fetch(&self, request: &FetchRequest<'_>) -> Result<Fetched, FetchError>;
}

/// Whether an address is link-local or one of the well-known addresses of a cloud's metadata service.
pub fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_link_local() || METADATA_V4.contains(&v4.octets()),
        IpAddr::V6(v6) => {
            let segments = v6.segments();
            // IPv4 in IPv6: mapped (::ffff:0:0/96), compatible (::/96), translated (::ffff:0:0:0/96), NAT64 (64:ff9b::/96
            // and 64:ff9b:1::/48), 6to4 (2002::/16).
            let octets = v6.octets();
            let embedded = match segments {
                [0, 0, 0, 0, 0, 0 | 0xffff, ..] | [0, 0, 0, 0, 0xffff, 0, ..] | [0x64, 0xff9b, 0 | 1, ..] => {
                    Some([octets[12], octets[13], octets[14], octets[15]])
                }
                [0x2002, ..] => Some([octets[2], octets[3], octets[4], octets[5]]),
                _ => None,
            };
            v6.is_unicast_link_local()
                || METADATA_V6.contains(&segments)
                || embedded.is_some_and(|v4| is_link_local(IpAddr::from(v4)))
        }
    }
}

/// Alibaba Cloud, and Oracle Cloud's old one.
const METADATA_V4: [[u8; 4]; 2] = [[100, 100, 100, 200], [192, 0, 0, 192]];

/// AWS over IPv6 (`fd00:ec2::254`) and Google Cloud's (`fd20:ce::254`).
const METADATA_V6: [[u16; 8]; 2] = [[0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254], [0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254]];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn link_local_addresses() {
        let cases = [
            ("127.0.0.1", false),
            ("10.0.0.1", false),
            ("169.254.169.254", true),
            ("169.254.0.1", true),
            ("100.100.100.200", true),
            ("::1", false),
            ("2001:db8::1", false),
            ("fe80::1", true),
            ("febf::1", true),
            ("fec0::1", false),
            ("fd00:ec2::254", true),
            ("fd00:ec2::253", false),
            ("::ffff:169.254.169.254", true),
            ("::ffff:8.8.8.8", false),
            ("::169.254.169.254", true),
            ("64:ff9b::a9fe:a9fe", true),
            ("64:ff9b:1::a9fe:a9fe", true),
            ("::ffff:0:a9fe:a9fe", true),
            ("2002:a9fe:a9fe::1", true),
            ("2002:808:808::1", false),
            ("fd20:ce::254", true),
        ];
        for (address, expected) in cases {
            assert_eq!(is_link_local(address.parse().expect("an address")), expected, "{address}");
        }
    }
}
