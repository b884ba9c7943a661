//! The live stream ends with its reader, so it is walked by itself: of a subject that is not the caller's nothing is heard, as of
//! one that nobody has.

use std::time::Duration;

use countersign_acceptance::{Caller, Server, unique};
use serde_json::json;

use super::staff::Staff;
use super::unknown;

/// What somebody hears of one subject from now on, and whether the server took the question.
struct Heard {
    status: u16,
    answer: reqwest::Response,
    text: String,
}

impl Heard {
    async fn of(who: &Caller, subject: &str) -> anyhow::Result<Self> {
        let answer = who
            .listen(&format!("/v1/events/stream?subject={subject}"))
            .await?;
        let status = answer.status().as_u16();
        let text = String::new();
        Ok(Self { status, answer, text })
    }

    /// All that has come by now.
    async fn listen(&mut self) -> anyhow::Result<&str> {
        while let Ok(more) = tokio::time::timeout(Duration::from_millis(200), self.answer.chunk()).await {
            let Some(more) = more? else { break };
            self.text.push_str(&String::from_utf8_lossy(&more));
        }
        Ok(&self.text)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stream_tells_nothing_of_what_is_not_ones_own() -> anyhow::Result<()> {
    let server = Server::demo(&["--fresh", "--sandbox", "--allow-egress", "127.0.0.0/8"]).await?;
    let Staff { ann, hal, gil, .. } = Staff::of(&server).await?;
    for (whose, own) in [("another company", &gil), ("a colleague", &hal)] {
        for (prefix, noun) in [("acct", "accounts"), ("deal", "deals")] {
            let (theirs, mine) = (ann.id(prefix)?, own.id(prefix)?);
            let nobodys = unknown(theirs);
            let mut streams = Vec::new();
            for subject in [mine, theirs, &nobodys] {
                streams.push(Heard::of(&own.who, subject).await?);
            }
            for (who, id) in [(&ann.who, theirs), (&own.who, mine)] {
                let path = format!("/v1/{noun}/{id}");
                let change = json!({"name": unique("Heard")});
                who.patch(&path, &change).await?.expect(200)?;
            }
            let [heard, of_theirs, of_nobodys] = &mut streams[..] else {
                anyhow::bail!("three streams")
            };
            // What was written later has come: what was written before would have, too.
            let mut looks = 0..50;
            while !heard.listen().await?.contains("event: ") {
                anyhow::ensure!(
                    looks.next().is_some(),
                    "{whose}, {noun}: nothing is heard of one's own"
                );
            }
            let (seen, none) = (
                of_theirs.listen().await?.to_owned(),
                of_nobodys.listen().await?.to_owned(),
            );
            anyhow::ensure!(of_theirs.status == of_nobodys.status, "{whose}, {noun}");
            anyhow::ensure!(
                seen == none && !seen.contains("event: "),
                "{whose}, {noun}: {seen:?}, where nothing is: {none:?}"
            );
        }
    }
    Ok(())
}
