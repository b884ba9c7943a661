//! Where a call that a user's input can name may go: nowhere inside. Pure but for the one resolver.
//!
//! A name is resolved when it is dialled, and the address that was judged is the address that is dialled:
//! the guard sits inside the client's resolver, so nothing can change between the two. Hosts that are
//! addresses never reach a resolver; the WHATWG parser has read their odd spellings (`0177.0.0.1`,
//! `2130706433`) before [`Guard::judge_url`] sees them.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use countersign_kernel::net::Range;
use url::{Host, Url};

/// IANA's special-purpose registries, and multicast: nobody's public server is there.
const SPECIAL: &[Range] = &[
    Range::v4(0, 0, 0, 0, 8),
    Range::v4(10, 0, 0, 0, 8),
    Range::v4(100, 64, 0, 0, 10),
    Range::v4(127, 0, 0, 0, 8),
    Range::v4(169, 254, 0, 0, 16),
    Range::v4(172, 16, 0, 0, 12),
    Range::v4(192, 0, 0, 0, 24),
    Range::v4(192, 0, 2, 0, 24),
    Range::v4(192, 31, 196, 0, 24),
    Range::v4(192, 52, 193, 0, 24),
    Range::v4(192, 88, 99, 0, 24),
    Range::v4(192, 168, 0, 0, 16),
    Range::v4(192, 175, 48, 0, 24),
    Range::v4(198, 18, 0, 0, 15),
    Range::v4(198, 51, 100, 0, 24),
    Range::v4(203, 0, 113, 0, 24),
    Range::v4(224, 0, 0, 0, 4),
    Range::v4(240, 0, 0, 0, 4),
    // Unspecified, loopback and IPv4-compatible.
    Range::v6(0, 0, 0, 96),
    // Translation: the well-known prefix and the local one; what is behind them is not ours to guess.
    Range::v6(0x64, 0xff9b, 0, 96),
    Range::v6(0x64, 0xff9b, 1, 48),
    Range::v6(0x100, 0, 0, 63),
    // Protocol assignments, Teredo, ORCHID, benchmarking.
    Range::v6(0x2001, 0, 0, 23),
    Range::v6(0x2001, 0xdb8, 0, 32),
    // 6to4.
    Range::v6(0x2002, 0, 0, 16),
    Range::v6(0x2620, 0x4f, 0x8000, 48),
    Range::v6(0x3fff, 0, 0, 20),
    Range::v6(0x5f00, 0, 0, 16),
    Range::v6(0xfc00, 0, 0, 7),
    Range::v6(0xfe80, 0, 0, 10),
    Range::v6(0xfec0, 0, 0, 10),
    Range::v6(0xff00, 0, 0, 8),
];

/// Why a call may not go out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The address lies in a range that the operator has not allowed.
    #[error("address_refused")]
    Address,
    #[error("only https is called outside development")]
    Scheme,
    #[error("the address names no host, or a user, which no webhook needs")]
    Malformed,
}

/// What the operator allows.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    /// Ranges that may be called although they are special (and by plain http).
    allowed: Arc<[Range]>,
    /// Development: plain http to anywhere that is not refused.
    plain_http: bool,
}

impl Guard {
    pub fn new(allowed: Vec<Range>, plain_http: bool) -> Self {
        Self {
            allowed: allowed.into(),
            plain_http,
        }
    }

    /// Whether this very address may be dialled.
    pub fn allows(&self, address: IpAddr) -> bool {
        let address = match address {
            // ::ffff:a.b.c.d reaches a.b.c.d: judge that.
            IpAddr::V6(six) => six.to_ipv4_mapped().map_or(address, IpAddr::V4),
            IpAddr::V4(_) => address,
        };
        self.permitted(address) || !SPECIAL.iter().any(|range| range.holds(address))
    }

    fn permitted(&self, address: IpAddr) -> bool {
        self.allowed.iter().any(|range| range.holds(address))
    }

    /// Judges an endpoint's URL as far as that can be done without resolving its name.
    pub fn judge_url(&self, url: &Url) -> Result<(), Refused> {
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refused::Malformed);
        }
        let address = match url.host().ok_or(Refused::Malformed)? {
            Host::Ipv4(address) => Some(IpAddr::V4(address)),
            Host::Ipv6(address) => Some(IpAddr::V6(address)),
            Host::Domain(name) if name.trim_end_matches('.').is_empty() => return Err(Refused::Malformed),
            Host::Domain(_) => None,
        };
        match url.scheme() {
            "https" => {}
            "http" if self.plain_http || !self.allowed.is_empty() => {}
            _ => return Err(Refused::Scheme),
        }
        match address {
            Some(address) if !self.allows(address) => Err(Refused::Address),
            _ => Ok(()),
        }
    }
}

impl reqwest::dns::Resolve for Guard {
    /// Resolves once and keeps only what may be dialled; nothing left is a refusal.
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            // One bad answer among good ones is an attack or a mistake: refuse the name.
            if found.is_empty() || found.iter().any(|address| !guard.allows(address.ip())) {
                return Err(Box::new(Refused::Address) as Box<dyn std::error::Error + Send + Sync>);
            }
            Ok(Box::new(found.into_iter()) as reqwest::dns::Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(text: &str) -> Result<(), Refused> {
        let url = Url::parse(text).map_err(|_| Refused::Malformed)?;
        Guard::default().judge_url(&url)
    }

    #[test]
    fn no_spelling_of_an_inside_address_passes() {
        for host in [
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f.1",
            "0177.0.0.1",
            "0x7f000001",
            "017700000001",
            "0",
            "0.0.0.0",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "198.18.0.1",
            "192.0.0.1",
            "192.0.2.1",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "127.0.0.1.",
            "[::]",
            "[::1]",
            "[::127.0.0.1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:10.0.0.1]",
            "[::ffff:7f00:1]",
            "[64:ff9b::7f00:1]",
            "[64:ff9b:1::1]",
            "[100::1]",
            "[2001::1]",
            "[2001:db8::1]",
            "[2002:7f00:1::]",
            "[fc00::1]",
            "[fd00:ec2::254]",
            "[fe80::1]",
            "[fec0::1]",
            "[ff02::1]",
            "[5f00::1]",
            "[3fff::1]",
            "①②⑦.⓪.⓪.①",
            "127。0。0。1",
        ] {
            assert_eq!(
                judged(&format!("https://{host}/hook")),
                Err(Refused::Address),
                "{host}"
            );
        }
    }

    #[test]
    fn the_public_passes_and_odd_urls_do_not() {
        for host in [
            "hooks.example.com",
            "8.8.8.8",
            "[2606:4700:4700::1111]",
            "172.32.0.1",
            "100.128.0.1",
        ] {
            assert_eq!(judged(&format!("https://{host}/hook")), Ok(()), "{host}");
        }
        assert_eq!(judged("http://hooks.example.com/"), Err(Refused::Scheme));
        assert_eq!(judged("https://user@hooks.example.com/"), Err(Refused::Malformed));
        for text in ["file:///etc/passwd", "gopher://hooks.example.com/", "https://./"] {
            assert!(judged(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_the_operator_allows_passes_and_no_more() {
        let guard = Guard::new(vec![Range::v4(127, 0, 0, 0, 8)], false);
        let judge = |text: &str| Url::parse(text).map(|url| guard.judge_url(&url));
        assert_eq!(judge("http://127.0.0.1:9000/hook"), Ok(Ok(())));
        assert_eq!(judge("http://[::ffff:127.0.0.1]/hook"), Ok(Ok(())));
        assert_eq!(judge("http://10.0.0.1/hook"), Ok(Err(Refused::Address)));
        assert!("127.0.0.0/33".parse::<Range>().is_err());
        assert_eq!("127.0.0.0/8".parse(), Ok(Range::v4(127, 0, 0, 0, 8)));
    }
}
