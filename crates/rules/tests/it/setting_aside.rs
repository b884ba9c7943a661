//! A definition that does not compile any more is set aside, and nothing is remembered that was not kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::http::Method;
use countersign_events::Actions;
use countersign_kernel::actor::Actor;
use countersign_kernel::catalogue::Catalogue;
use countersign_kernel::id::{DefinitionId, TypedId};
use countersign_kernel::time::Clock;
use countersign_rules::definitions::Kind;
use countersign_rules::{Error, Publish, Rules};
use countersign_storage::{RuleLock, Uow, Work};
use countersign_testkit::for_each_database;
use countersign_web::Expected;
use sea_orm::{ConnectionTrait, Database};
use serde_json::json;

use crate::house::{ACME, House, Sent, get, pool, put, send};

fn text(name: &str, title: &str) -> String {
    format!(
        "workflow: {name}\ntitle: {title}\nowners: {{role: finance}}\nform:\n  what: {{type: text, label: What, required: true}}\n\
         steps:\n  - approval: boss\n    by: {{role: finance}}\n"
    )
}

#[tokio::test]
async fn the_others_go_on_and_a_mended_version_heals() {
    for_each_database(|db| async {
        let house = House::new(db, Catalogue::new(), &Actions::new()).await;
        for name in ["loan", "visit"] {
            let path = format!("/v1/workflows/{name}");
            assert_eq!(
                put(&house, "fay", &path, &text(name, "One"), &[]).await.status,
                201
            );
        }
        let owner = Database::connect(house.db.url()).await.unwrap();
        let damage = "UPDATE definition_versions SET text = 'workflow: [' WHERE name = 'loan'";
        owner.execute_unprepared(damage).await.unwrap();
        let house = house.restarted(pool());
        let listed = get(&house, "eve", "/v1/workflows").await;
        assert_eq!(listed.status, 200, "{listed:?}");
        let names: Vec<_> = listed.json["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["name"])
            .collect();
        assert_eq!(names, [&json!("visit")]);
        let broken = get(&house, "eve", "/v1/workflows/loan").await;
        assert_eq!(
            (broken.status, &broken.json["code"]),
            (409, &json!("definition_broken")),
            "{broken:?}"
        );
        let versions = get(&house, "eve", "/v1/workflows/loan/versions").await;
        assert_eq!(
            versions.json["data"][0]["text"],
            json!("workflow: ["),
            "{versions:?}"
        );
        // Whoever the file would name as its owner has no right by that: whose it was cannot be read.
        let own = text("loan", "Mine").replace("role: finance", "user: ann@acme.example");
        let refused = put(
            &house,
            "ann",
            "/v1/workflows/loan",
            &own,
            &[("if-match", "\"1\"")],
        )
        .await;
        assert_eq!(refused.status, 403, "{refused:?}");
        let mended = put(
            &house,
            "fay",
            "/v1/workflows/loan",
            &text("loan", "Mended"),
            &[("if-match", "\"1\"")],
        )
        .await;
        assert_eq!(
            (mended.status, &mended.json["version"]),
            (200, &json!(2)),
            "{mended:?}"
        );
        let answer = send(
            &house,
            "eve",
            Method::GET,
            "/v1/workflows/loan",
            Sent::Nothing,
            &[],
        )
        .await;
        assert_eq!(answer.status, 200);
        owner.close().await.unwrap();
    })
    .await;
}

/// Publishes, looks at what is newest, and is undone.
struct Undone(Publish);

impl Work for Undone {
    type Out = ();
    type Error = Error;

    fn rules(&self) -> Vec<RuleLock> {
        self.0.rules()
    }

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        self.0.run(uow).await?;
        let tenant = self.0.rules.tenant_in(uow.reads(), uow.tenant()).await?;
        let seen = tenant.newest.get(Kind::Workflow, "loan").unwrap();
        assert_eq!(seen.version, 2, "the unit itself sees what it wrote");
        Err(Error::NotYours { first: true })
    }
}

#[tokio::test]
async fn a_version_that_was_never_kept_is_never_in_force() {
    for_each_database(|db| async {
        let house = House::new(db, Catalogue::new(), &Actions::new()).await;
        put(&house, "fay", "/v1/workflows/loan", &text("loan", "First"), &[]).await;
        let lost = house.judged(&text("loan", "Lost")).await;
        let publish = Publish {
            rules: house.rules.clone(),
            kind: Kind::Workflow,
            name: "loan".to_owned(),
            judged: lost,
            actor: Actor::System,
            caller: None,
            expected: Expected::NotGiven,
            create_only: false,
            id: DefinitionId::mint(house.world.entropy.as_ref(), house.clock.now()),
            now: house.clock.now(),
            trace: None,
        };
        assert!(house.db.write(ACME, Undone(publish)).await.is_err());
        let path = "/v1/workflows/loan";
        let kept = put(
            &house,
            "eve",
            path,
            &text("loan", "Kept"),
            &[("if-match", "\"1\"")],
        )
        .await;
        assert_eq!((kept.status, &kept.json["version"]), (200, &json!(2)), "{kept:?}");
        let shown = get(&house, "eve", path).await;
        assert_eq!(shown.json["title"], json!("Kept"), "{shown:?}");
    })
    .await;
}

/// Looks at what is in force, and counts how often it was run.
struct Looks {
    rules: Rules,
    runs: Arc<AtomicUsize>,
}

impl Work for Looks {
    type Out = usize;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<usize, Error> {
        self.runs.fetch_add(1, Ordering::SeqCst);
        let tenant = self.rules.tenant_in(uow.reads(), uow.tenant()).await?;
        Ok(tenant.newest.all(Kind::Workflow).count())
    }
}

#[tokio::test]
async fn nothing_is_compiled_while_others_wait_for_the_unit() {
    for_each_database(|db| async {
        let house = House::new(db, Catalogue::new(), &Actions::new()).await;
        for name in ["loan", "visit", "leave"] {
            let path = format!("/v1/workflows/{name}");
            put(&house, "fay", &path, &text(name, "One"), &[]).await;
        }
        let house = house.restarted(pool());
        let runs = Arc::new(AtomicUsize::new(0));
        let looks = || Looks {
            rules: house.rules.clone(),
            runs: Arc::clone(&runs),
        };
        assert_eq!(house.db.write(ACME, looks()).await.unwrap(), 3);
        assert_eq!(runs.load(Ordering::SeqCst), 2, "undone once, for all three");
        assert_eq!(house.db.write(ACME, looks()).await.unwrap(), 3);
        assert_eq!(runs.load(Ordering::SeqCst), 3, "they are remembered");
    })
    .await;
}
