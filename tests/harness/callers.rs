//! Who calls the API of a cluster: an operator, or one of two customers, by their tokens.

use std::fs;

use crate::cluster::Cluster;
use crate::http::{self, Answer};

/// An operator.
pub const OPERATOR: &str = "operator-token";
/// The customer `acme`.
pub const CUSTOMER: &str = "customer-token";
/// The customer `other`.
pub const OTHER: &str = "other-token";

/// Digests of the three.
const TOKENS: &str = r#"
[[token]]
sha256 = "0850123315d21ab90f4f7236408a52ef6dbd6a02a6550e5c10dc73f4d993680e"
[[token]]
sha256 = "e771018d44b6443eef1443347f7cbbf6f90906871a5d8421027c090b051141c4"
customer = "acme"
[[token]]
sha256 = "6c67163bbed989f232b31acc4f04df54b31285bfc01bd022c735b71e041a4754"
customer = "other"
"#;

impl Cluster {
    /// Has the scheduler ask for tokens, and go by further settings.
    ///
    /// # Panics
    /// If it does not start again.
    pub fn ask_for_tokens(&mut self, further: &str) {
        self.store.file("tokens.toml", TOKENS);
        let settings = fs::read_to_string(self.store.folder().join("poimuri.toml")).unwrap();
        self.store.file("poimuri.toml", format!("{settings}tokens = \"tokens.toml\"\n{further}"));
        self.replace_scheduler();
        self.wait_for_scheduler();
    }

    /// Calls the API as whoever has the token; a body in braces is JSON.
    ///
    /// # Panics
    /// If nobody answers.
    #[must_use]
    #[track_caller]
    pub fn call(&self, token: &str, method: &str, path: &str, body: &str) -> Answer {
        let bearer = format!("Bearer {token}");
        let kind = if body.starts_with('{') { "application/json" } else { "application/toml" };
        let headers = [("Authorization", bearer.as_str()), ("Content-Type", kind)];
        let headers = if body.is_empty() { &headers[..1] } else { &headers };
        http::request(self.port(), method, path, headers, body).unwrap()
    }
}
