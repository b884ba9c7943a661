#![expect(clippy::unwrap_used, reason = "tests")]
use actix_web::http::header::HeaderValue;

use super::*;

const PROXY: &str = "10.0.0.1";

/// The client of a request that comes from `peer` with these lines, where 10.0.0.0/8 and fd00::/8 are trusted.
fn client(peer: &str, lines: &[(&'static str, &str)]) -> String {
    let trusted = ["10.0.0.0/8", "fd00::/8"].map(|range| range.parse().unwrap());
    let mut headers = HeaderMap::new();
    for (name, line) in lines {
        headers.append(
            HeaderName::from_static(name),
            HeaderValue::from_str(line).unwrap(),
        );
    }
    Proxies::new(trusted.to_vec())
        .client(peer.parse().unwrap(), &headers)
        .to_string()
}

fn forwarded(line: &str) -> String {
    client(PROXY, &[("forwarded", line)])
}

fn x_forwarded_for(line: &str) -> String {
    client(PROXY, &[("x-forwarded-for", line)])
}

#[test]
fn nobody_but_a_trusted_proxy_is_believed() {
    for name in ["forwarded", "x-forwarded-for"] {
        let line = if name == "forwarded" {
            "for=192.0.2.7"
        } else {
            "192.0.2.7"
        };
        assert_eq!(client(PROXY, &[(name, line)]), "192.0.2.7");
        assert_eq!(client("::ffff:10.0.0.1", &[(name, line)]), "192.0.2.7");
        assert_eq!(client("203.0.113.1", &[(name, line)]), "203.0.113.1");
    }
    assert_eq!(client(PROXY, &[]), PROXY);
    let headers = HeaderMap::new();
    let nobody = Proxies::default();
    assert_eq!(
        nobody
            .client("203.0.113.1".parse().unwrap(), &headers)
            .to_string(),
        "203.0.113.1"
    );
}

#[test]
fn the_first_that_is_not_trusted_is_the_client_whatever_it_wrote_before() {
    assert_eq!(x_forwarded_for("198.51.100.9, 192.0.2.7"), "192.0.2.7");
    assert_eq!(x_forwarded_for("junk, 192.0.2.7, 10.1.1.1,10.2.2.2"), "192.0.2.7");
    assert_eq!(
        forwarded("for=198.51.100.9, for=192.0.2.7, for=10.1.1.1"),
        "192.0.2.7"
    );
    assert_eq!(forwarded("for=unknown, for=192.0.2.7"), "192.0.2.7");
    assert_eq!(
        x_forwarded_for("10.9.9.9, 10.1.1.1"),
        "10.9.9.9",
        "the client is inside"
    );
    let lines = [
        ("x-forwarded-for", "junk"),
        ("x-forwarded-for", "192.0.2.7"),
        ("x-forwarded-for", "10.1.1.1"),
    ];
    assert_eq!(client(PROXY, &lines), "192.0.2.7", "the last line is the nearest");
}

#[test]
fn addresses_are_read_as_the_headers_write_them() {
    for (line, read) in [
        ("for=192.0.2.7", "192.0.2.7"),
        ("For=\"192.0.2.7:4711\"", "192.0.2.7"),
        (
            "by=10.0.0.1;FOR=\"[2001:db8::7]\";proto=https;host=a.example",
            "2001:db8::7",
        ),
        ("for=\"[2001:db8::7]:4711\"", "2001:db8::7"),
        ("for=\"[2001:db8::7]:_hidden\"", "2001:db8::7"),
        ("for=\"\\192.0.2.7\"", "192.0.2.7"),
        ("host=\"a,b;c\\\"d\";for=192.0.2.7;", "192.0.2.7"),
        ("for=198.51.100.9,for=\"[::ffff:192.0.2.7]\"", "192.0.2.7"),
    ] {
        assert_eq!(forwarded(line), read, "{line}");
    }
    for (line, read) in [
        ("192.0.2.7:4711", "192.0.2.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("[2001:db8::7]:4711", "2001:db8::7"),
        (" fd00::1 , 2001:db8::7 , fd00::2", "2001:db8::7"),
    ] {
        assert_eq!(x_forwarded_for(line), read, "{line}");
    }
}

#[test]
fn what_is_malformed_names_nobody() {
    for line in [
        "",
        "for",
        "for=",
        "for=unknown",
        "for=_hidden",
        "for=192.0.2.7:4711",
        "for=[2001:db8::7]",
        "for=\"[2001:db8::7]",
        "for=\"[2001:db8::7]x\"",
        "for=\"[2001:db8::7]:\"",
        "for=\"192.0.2.7\"x",
        "for=\"192.0.2.7:123456\"",
        "for=192.0.2.7;for=192.0.2.8",
        "f r=192.0.2.7",
        "proto=https",
        "for=192.0.2.7,",
        "for=\"junk, for=192.0.2.7",
        "for=192.0.2.256",
    ] {
        assert_eq!(forwarded(line), PROXY, "{line}");
    }
    for line in [
        "",
        ",",
        "192.0.2.7,",
        "unknown",
        "192.0.2",
        "[192.0.2.7]",
        "192.0.2.7:x",
        "for=192.0.2.7",
    ] {
        assert_eq!(x_forwarded_for(line), PROXY, "{line}");
    }
}

#[test]
fn two_headers_that_disagree_name_nobody() {
    let both = |forwarded, plain| client(PROXY, &[("forwarded", forwarded), ("x-forwarded-for", plain)]);
    assert_eq!(both("for=192.0.2.7", "192.0.2.7"), "192.0.2.7");
    assert_eq!(both("for=198.51.100.9", "192.0.2.7"), PROXY);
    assert_eq!(both("junk", "192.0.2.7"), PROXY);
}
