//! Accounts: the companies that we sell to.

pub mod http;
pub mod listed;
pub mod shape;
pub mod store;

use countersign_kernel::catalogue::{EventType, Field, FieldType, Link};
use countersign_kernel::filter::Noun;
use countersign_kernel::id::{AccountId, DealId};
use countersign_kernel::text::Words;
use countersign_web::Member;
use serde_json::{Map, Value};

use crate::deals::contract::ListedContract;
use crate::record::fault::{Faults, TextForm};
use crate::record::ground::{Ground, Wanted};
use crate::record::refusal::{Conflict, Refusal};
use crate::record::{Doing, Kind, Meta, Ownership, Record, declared, has, may_have};
use shape::{AccountEdit, AccountView, NOUN, NewAccount};

/// A company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub meta: Meta,
    pub name: String,
    /// Its address on the web, without scheme: `acme.example`.
    pub domain: Option<String>,
    /// ISO 3166, two letters.
    pub country: Option<String>,
}

pub const KIND: Kind = Kind {
    object: "account",
    plural: "accounts",
    zh: "客户",
    created: &CREATED,
    updated: &UPDATED,
    deleted: &DELETED,
    restored: &RESTORED,
    read: "crm:accounts:read",
    write: "crm:accounts:write",
    owned: true,
};

const FIELDS: &[Field] = &[
    has("id", FieldType::Record("account"), "The account."),
    has("name", FieldType::Text, "Its name."),
    may_have("owner", FieldType::Person, "Who looks after it."),
    has("visibility", FieldType::Text, "Who sees it: tenant or mine."),
    may_have("domain", FieldType::Text, "Its address on the web."),
    may_have("country", FieldType::Text, "Its country, ISO 3166, two letters."),
    has(
        "contracts",
        FieldType::Json,
        "The contracts of those of its deals that the reader sees, newest first.",
    ),
];

const fn event(name: &'static str, about: &'static str) -> EventType {
    EventType {
        name,
        object: "account",
        within: None,
        about,
        public: true,
        fields: FIELDS,
        scope: "crm:accounts:read",
    }
}

const CREATED: EventType = event("crm.account.created", "An account was created.");
pub const UPDATED: EventType = event(
    "crm.account.updated",
    "Fields of an account, or its list of contracts, changed.",
);
const DELETED: EventType = event(
    "crm.account.deleted",
    "An account was deleted; it can be restored.",
);
const RESTORED: EventType = event("crm.account.restored", "A deleted account was brought back.");

/// Every event that an account emits.
pub const EVENTS: &[EventType] = &[CREATED, UPDATED, DELETED, RESTORED];

const DOMAIN: TextForm = TextForm {
    most: 253,
    holds: is_domain,
    code: "invalid_domain",
    en: "A domain is written in lower case without scheme or path, like acme.example.",
    zh: "域名使用小写字母，不含协议和路径，例如 acme.example。",
};

const COUNTRY: TextForm = TextForm {
    most: 2,
    holds: is_country,
    code: "invalid_country",
    en: "A country is two capital letters by ISO 3166, like DE.",
    zh: "国家使用 ISO 3166 的两个大写字母，例如 DE。",
};

impl Record for Account {
    type Id = AccountId;
    type New = NewAccount;
    type Edit = AccountEdit;
    type View = AccountView;

    const KIND: &'static Kind = &KIND;
    const NOUN: &'static Noun = &NOUN;

    fn blank(meta: Meta) -> Self {
        Self {
            meta,
            name: String::new(),
            domain: None,
            country: None,
        }
    }

    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }

    fn wants(current: Option<&Self>, _doing: Doing<'_, AccountEdit>, wanted: &mut Wanted) {
        wanted.contracts_of.extend(current.map(Record::id));
    }

    fn edit(&mut self, edit: AccountEdit, ground: &Ground, faults: &mut Faults) {
        if let Some(name) = faults.line("/name", edit.name, 200) {
            self.name = name;
        }
        faults.text("/domain", &mut self.domain, edit.domain, &DOMAIN);
        faults.text("/country", &mut self.country, edit.country, &COUNTRY);
        Ownership {
            owner: edit.owner,
            visibility: edit.visibility,
        }
        .apply(&mut self.meta, ground, faults);
    }

    /// With the contracts of those deals that the viewer sees.
    fn view(&self, ground: &Ground) -> AccountView {
        self.listing(ground, |deal| ground.shown.contains(&deal))
    }

    /// With all of its contracts: [`listed`] takes out what a reader may not see.
    fn told(&self, ground: &Ground) -> Map<String, Value> {
        declared(Self::KIND, &self.listing(ground, |_| true))
    }

    fn links(&self) -> Vec<Link> {
        vec![Link::new(KIND.object, self.meta.id)]
    }
}

impl Account {
    fn listing(&self, ground: &Ground, shown: impl Fn(DealId) -> bool) -> AccountView {
        let contracts = ground.contracts.get(&self.id()).into_iter().flatten();
        AccountView {
            id: self.id(),
            object: KIND.object,
            name: self.name.clone(),
            owner: self.meta.owner,
            visibility: self.meta.visibility,
            domain: self.domain.clone(),
            country: self.country.clone(),
            contracts: contracts
                .filter(|(deal, _)| shown(*deal))
                .map(|(deal, contract)| ListedContract::new(*deal, contract))
                .collect(),
            created_at: self.meta.created_at,
            updated_at: self.meta.updated_at,
            version: self.meta.version,
        }
    }
}

/// What hangs on an account comes back after it.
pub fn must_be_there<R: Record>(
    record: &R,
    account: Option<AccountId>,
    ground: &Ground,
) -> Result<(), Refusal> {
    let Some(gone) = account.filter(|account| !ground.parents.contains(account)) else {
        return Ok(());
    };
    Err(Refusal::Conflict(Conflict {
        code: "account_deleted",
        detail: Words::new(
            format!(
                "The account of this {} is deleted: restore {gone} first.",
                R::KIND.object
            ),
            format!("此{}的客户已被删除：请先恢复 {gone}。", R::KIND.zh),
        ),
        state: record.state(),
        possible: Vec::new(),
    }))
}

impl From<NewAccount> for AccountEdit {
    fn from(new: NewAccount) -> Self {
        Self {
            name: Member::Set(new.name),
            domain: new.domain,
            country: new.country,
            owner: new.owner,
            visibility: new.visibility,
        }
    }
}

/// Labels of letters, digits and hyphens, at least two, the last not a number.
pub(crate) fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .chars()
                .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-')
    };
    let labels: Vec<&str> = text.split('.').collect();
    labels.len() >= 2
        && labels.iter().all(|part| label(part))
        && labels
            .last()
            .is_some_and(|last| !last.chars().all(|letter| letter.is_ascii_digit()))
}

fn is_country(text: &str) -> bool {
    text.len() == 2 && COUNTRIES.split_ascii_whitespace().any(|code| code == text)
}

/// ISO 3166-1 alpha-2, and XK as the European Union uses it.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS \
BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ \
FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT \
JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP \
MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE \
RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV \
TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";
