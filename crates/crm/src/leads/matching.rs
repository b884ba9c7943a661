//! Which account and contact a lead is already: by the company's name, the domain of the e-mail address, and the address.

use countersign_kernel::text;
use countersign_storage::Conn;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::Lead;
use crate::accounts::{Account, is_domain};
use crate::contacts::Contact;
use crate::record::refusal::Refusal;
use crate::record::store::{Table, column, live};
use crate::record::viewer::Viewer;

/// Addresses at these say nothing of a company.
const FREE_MAIL: &str = "126.com 163.com aol.com fastmail.com free.fr gmail.com gmx.at gmx.ch gmx.de gmx.net googlemail.com \
hotmail.com hotmail.co.uk hotmail.de hotmail.fr icloud.com laposte.net libero.it live.com mail.com mail.ru me.com msn.com orange.fr \
outlook.com outlook.de posteo.de proton.me protonmail.com qq.com sina.com t-online.de tutanota.com web.de yahoo.co.uk yahoo.com \
yahoo.de yahoo.fr yandex.ru ymail.com zoho.com";

/// More than this that match are told as these, and that there are more.
const TOLD: u64 = 5;

impl Lead {
    /// The domain of its company, as far as the address tells.
    pub(super) fn domain(&self) -> Option<String> {
        let (_, domain) = self.email.as_deref()?.rsplit_once('@')?;
        let domain = domain.to_lowercase();
        let free = FREE_MAIL.split_ascii_whitespace().any(|known| known == domain);
        (!free && is_domain(&domain)).then_some(domain)
    }
}

/// The contacts that have the lead's address, of those that the viewer sees, the oldest first.
pub(super) async fn contacts(conn: &Conn, viewer: &Viewer, lead: &Lead) -> Result<Vec<Contact>, Refusal> {
    let Some(email) = &lead.email else {
        return Ok(Vec::new());
    };
    let same = column::<Contact>("email_key").eq(text::index_key(email));
    found(conn, viewer, Condition::all().add(same)).await
}

/// The accounts at the domain of its address, of those that the viewer sees.
pub(super) async fn by_domain(conn: &Conn, viewer: &Viewer, lead: &Lead) -> Result<Vec<Account>, Refusal> {
    let Some(domain) = lead.domain() else {
        return Ok(Vec::new());
    };
    let same = column::<Account>("domain").eq(domain);
    found(conn, viewer, Condition::all().add(same)).await
}

/// The accounts that are called as its company, however that is spelt.
pub(super) async fn by_name(conn: &Conn, viewer: &Viewer, lead: &Lead) -> Result<Vec<Account>, Refusal> {
    let Some(company) = &lead.company else {
        return Ok(Vec::new());
    };
    let same = column::<Account>("name_key").eq(text::index_key(company));
    found(conn, viewer, Condition::all().add(same)).await
}

async fn found<R: Table>(conn: &Conn, viewer: &Viewer, of: Condition) -> Result<Vec<R>, Refusal> {
    let query = R::Entity::find()
        .filter(live::<R>(viewer))
        .filter(of)
        .order_by(column::<R>("created_at"), sea_orm::Order::Asc)
        .order_by(column::<R>("id"), sea_orm::Order::Asc)
        .limit(TOLD);
    Ok(query.all(conn).await?.into_iter().map(R::from_row).collect())
}
