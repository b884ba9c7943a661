//! The sample company: who works there, whom it sells to, and what is on people's desks.
//!
//! Tenants and people are made as `admin create-…` makes them; all the rest by the people themselves, through the
//! API, so nothing here could not have happened. It is the same every time, and goes on where it was cut off.

mod client;
mod customers;
mod office;
pub(crate) mod people;
mod products;
pub(crate) mod set_up;

use anyhow::Context as _;

use client::Client;

/// Everyone's password.
pub(crate) const PASSWORD: &str = "countersign-demo";

/// The account that is made last: when it is there, the company is complete.
const LAST_ACCOUNT: &str = "Zenith Works";

/// Fills the company through the server at this address, unless it is filled already.
pub(crate) async fn fill(base: &str) -> anyhow::Result<()> {
    let ann = Client::sign_in(base, "ann@acme.example").await?;
    let last = ann
        .get(&format!("/v1/accounts?name={}", LAST_ACCOUNT.replace(' ', "%20")))
        .await?;
    if last.pointer("/data/0").is_some() {
        return Ok(());
    }
    office::fill(base)
        .await
        .context("the sample company's requests")?;
    customers::fill(base)
        .await
        .context("the sample company's customers")
}

/// Where to go, who can sign in, and three lines to try.
pub(crate) fn greeting(base: &str, webhooks_inside: bool) -> String {
    let hooks = if webhooks_inside {
        "examples/webhook-receiver shows how to receive and verify them".to_owned()
    } else {
        "start with --allow-egress 127.0.0.0/8 to receive them on this machine: examples/webhook-receiver"
            .to_owned()
    };
    let mut text = format!(
        "\nCountersign is ready, with a sample company.\n\n  API       {base}/v1\n  docs      {base}/docs/\n  webhooks  {hooks}\n\n\
         Everyone's password is {PASSWORD}\n"
    );
    for (tenant, staff) in people::COMPANIES {
        for person in staff {
            text.push_str(&format!(
                "  {:<22} {}, {}\n",
                person.email(tenant),
                person.name(),
                person.title
            ));
        }
    }
    text.push_str(&format!(
        "\nTry:\n\n  TOKEN=$(curl -s {base}/v1/auth/login -H 'content-type: application/json' -d '{{\"email\": \"ivy@acme.example\", \
         \"password\": \"{PASSWORD}\"}}' | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')\n\
         \x20 curl -s \"{base}/v1/tasks?assignee=me&status=open\" -H \"authorization: Bearer $TOKEN\"\n\
         \x20 curl -s \"{base}/v1/deals?sort=-amount&limit=3&expand=account\" -H \"authorization: Bearer $TOKEN\"\n"
    ));
    text
}
