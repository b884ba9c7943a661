//! Calls of somebody, and what they were answered.

use std::net::SocketAddr;

use actix_web::http::Method;
use actix_web::test::TestRequest;
use serde_json::{Value, json};

use crate::company::Company;

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) bytes: Vec<u8>,
    pub(crate) json: Value,
}

impl Said {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn etag(&self) -> String {
        self.header("etag").unwrap_or_default().to_owned()
    }

    pub(crate) fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }

    pub(crate) fn id(&self) -> String {
        self.json["id"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn places(&self) -> Vec<&str> {
        self.json["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|fault| fault["pointer"].as_str())
            .collect()
    }
}

/// Who talks: with a token, or without.
#[derive(Clone)]
pub(crate) struct Caller<'a> {
    pub(crate) company: &'a Company,
    pub(crate) token: Option<String>,
    pub(crate) refresh: String,
    pub(crate) address: Option<SocketAddr>,
}

impl Caller<'_> {
    /// The same caller from this address.
    pub(crate) fn at(mut self, address: &str) -> Self {
        self.address = Some(SocketAddr::new(address.parse().unwrap(), 4_711));
        self
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Said {
        let mut request = TestRequest::default().method(method).uri(path);
        if let Some(token) = &self.token {
            request = request.insert_header(("authorization", format!("Bearer {token}")));
        }
        if let Some(address) = self.address {
            request = request.peer_addr(address);
        }
        for (name, value) in headers {
            request = request.insert_header((*name, *value));
        }
        if let Some(body) = body {
            let bytes = body.to_string();
            request = request
                .insert_header(("content-type", "application/json"))
                .insert_header(("content-length", bytes.len().to_string()))
                .set_payload(bytes);
        }
        (self.company.call)(request).await
    }

    pub(crate) async fn get(&self, path: &str) -> Said {
        self.send(Method::GET, path, None, &[]).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Said {
        self.send(Method::POST, path, Some(body), &[]).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Said {
        self.send(Method::DELETE, path, None, &[("if-match", "*")]).await
    }

    /// A change of what is there now.
    pub(crate) async fn patch(&self, path: &str, body: Value) -> Said {
        let etag = self.get(path).await.etag();
        self.send(Method::PATCH, path, Some(body), &[("if-match", &etag)])
            .await
    }

    pub(crate) async fn refresh(&self, token: &str) -> Said {
        self.post("/v1/auth/refresh", json!({"refresh_token": token}))
            .await
    }

    /// What a request with this token is answered.
    pub(crate) async fn me(&self) -> u16 {
        self.get("/v1/me").await.status
    }
}
