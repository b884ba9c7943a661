//! Where a request comes from: the peer of its connection or, behind proxies that the operator trusts, whom they name.

mod connections;
mod forwarded;
mod hang_up;

pub use connections::{Admission, Connections};
pub use hang_up::PeerSocket;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use actix_web::HttpRequest;
use actix_web::http::header::{FORWARDED, HeaderMap, HeaderName, X_FORWARDED_FOR};
use countersign_kernel::net::Range;

use crate::seen::seen;

/// The network address of the client; none where the connection has none.
pub fn client_address(request: &HttpRequest) -> Option<IpAddr> {
    seen(request).client
}

/// The `traceparent` of a request, where there is no [`crate::Ctx`] to ask.
pub fn trace(request: &HttpRequest) -> Option<String> {
    seen(request).trace.clone()
}

/// The proxies whose word about their clients is taken.
#[derive(Debug, Clone, Default)]
pub struct Proxies {
    trusted: Vec<Range>,
}

/// Whom a line of a header names, the nearest last; none where it names no address.
type Hops = Vec<Option<IpAddr>>;

/// A header that does not say what it should.
struct Malformed;

impl Proxies {
    pub fn new(trusted: Vec<Range>) -> Self {
        Self { trusted }
    }

    /// The first, seen from this server, that is no trusted proxy. Beyond it nothing is read, because it may have written
    /// whatever it likes. A proxy writes one of the two headers and may let the client's other one pass, so where both stand
    /// they must agree. Otherwise, and where the headers are malformed, it is the peer.
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.to_canonical();
        if !self.trust(peer) {
            return peer;
        }
        let forwarded = self.walk(headers, &FORWARDED, forwarded::hops);
        let plain = self.walk(headers, &X_FORWARDED_FOR, |line| {
            Ok(line.split(',').map(|hop| node(hop.trim())).collect())
        });
        match (forwarded, plain) {
            (Ok(Some(client)), Ok(None)) | (Ok(None), Ok(Some(client))) => client,
            (Ok(Some(client)), Ok(Some(other))) if client == other => client,
            _ => peer,
        }
    }

    fn trust(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|range| range.holds(address))
    }

    /// From the nearest hop over trusted ones to the first that is not; where all are, the farthest.
    fn walk(
        &self,
        headers: &HeaderMap,
        name: &HeaderName,
        hops: impl Fn(&str) -> Result<Hops, Malformed>,
    ) -> Result<Option<IpAddr>, Malformed> {
        let lines: Vec<_> = headers.get_all(name).collect();
        let mut farthest = None;
        for line in lines.into_iter().rev() {
            let line = line.to_str().map_err(|_| Malformed)?;
            for hop in hops(line)?.into_iter().rev() {
                let hop = hop.ok_or(Malformed)?.to_canonical();
                farthest = Some(hop);
                if !self.trust(hop) {
                    return Ok(farthest);
                }
            }
        }
        Ok(farthest)
    }
}

/// An address as the headers write it, perhaps with a port: `192.0.2.7`, `192.0.2.7:80`, `2001:db8::7`, `[2001:db8::7]:80`.
fn node(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse() {
        return Some(address);
    }
    let (address, port) = match text.strip_prefix('[').map(|rest| rest.split_once(']')) {
        Some(bracketed) => {
            let (address, port) = bracketed?;
            let address: Ipv6Addr = address.parse().ok()?;
            if port.is_empty() {
                return Some(address.into());
            }
            (IpAddr::from(address), port.strip_prefix(':')?)
        }
        None => {
            let (address, port) = text.split_once(':')?;
            let address: Ipv4Addr = address.parse().ok()?;
            (IpAddr::from(address), port)
        }
    };
    is_port(port).then_some(address)
}

/// A number, or a name that a proxy made up to hide it.
fn is_port(text: &str) -> bool {
    let number = (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let hidden = text
        .strip_prefix('_')
        .is_some_and(|name| !name.is_empty() && name.bytes().all(is_of_name));
    number || hidden
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._-".contains(&byte)
}

#[cfg(test)]
mod tests;
