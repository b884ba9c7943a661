//! Where a request comes from.

use std::net::IpAddr;

use actix_web::HttpRequest;

/// The network address of the client; none where the connection has none.
pub fn client_address(request: &HttpRequest) -> Option<IpAddr> {
    request.peer_addr().map(|address| address.ip())
}
