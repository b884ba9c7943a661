//! People of two companies with what they have.

use countersign_acceptance::{Caller, Server};

use super::things::{Around, Things, define, hire};

/// Three who have one of everything: Ann keeps hers private, Hal is a colleague, Gil is the admin of another company.
pub(super) struct Staff {
    pub(super) ada: Caller,
    pub(super) ann: Things,
    pub(super) hal: Things,
    pub(super) gil: Things,
}

impl Staff {
    pub(super) async fn of(server: &Server) -> anyhow::Result<Self> {
        let at_acme = async |name: &str| server.sign_in(name).await;
        let (ada, cleo) = (at_acme("ada").await?, at_acme("cleo").await?);
        let (bo, ivy) = (at_acme("bo").await?, at_acme("ivy").await?);
        let gil = server.sign_in_at("gil", "globex").await?;
        let gwen = hire(server, &gil, "gwen", &["admin"]).await?;
        let guy = hire(server, &gil, "guy", &["admin"]).await?;
        let gus = hire(server, &gil, "gus", &[]).await?;
        // Whoever publishes a workflow decides nothing by it.
        define(&ada, "theirs").await?;
        define(&guy, "walked").await?;
        let around = |peer, third, named| Around { peer, third, named };
        let ann = Things::of(&at_acme("ann").await?, &around(&bo, &cleo, "theirs"), "mine").await?;
        let hal = Things::of(&at_acme("hal").await?, &around(&ivy, &cleo, "theirs"), "tenant").await?;
        let gils = Things::of(&gil, &around(&gwen, &gus, "walked"), "tenant").await?;
        Ok(Self {
            ann: ann.with_run(&ada).await?,
            hal: hal.with_run(&ada).await?,
            gil: gils.with_run(&gil).await?,
            ada,
        })
    }
}
