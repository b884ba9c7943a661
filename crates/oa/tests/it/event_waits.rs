//! A request that waits for what happens elsewhere goes on when it does, and misses nothing.

use std::sync::Arc;
use std::time::Duration;

use countersign_events::{Options, Runner, Running};
use countersign_oa::{EventWaits, Timers};
use countersign_storage::Db;
use countersign_testkit::{TestDb, for_each_database};
use serde_json::{Value, json};

use crate::house::{ACME, House, get, post, task, verb};

const SUPPLIER: &str = "workflow: supplier\ntitle: Supplier\nowners: {role: finance}\nnumber: SUP-{counter}\nform:\n  contract: {type: text, required: true}\nsteps:\n  - approval: boss\n    by: {manager_of: requester}\n  - wait: payment\n    title: First payment\n    event: custom.payment.handled\n    where: event.request == request.id\n  - wait: answer\n    first_of:\n      signed: {event: custom.contract.signed, where: event.contract.number == contract}\n      opened: {event: oa.request.approved, where: event.request.number == contract, keep: false}\n      silent: {after: 14 days}\n  - approval: finance\n    when: step('answer').came == 'signed'\n    by: {role: finance}\n    need: any\n  - end: approved\n";

/// The company, with the consumer as a server runs it.
struct Waiting {
    house: House,
    running: Running,
    timers: Timers,
}

impl Waiting {
    async fn new(db: TestDb) -> Self {
        let house = House::new(db).await;
        house.publish("supplier", SUPPLIER).await;
        let running = Runner::new(Db::clone(&house.db), "test", Options::default())
            .consumer(Arc::new(EventWaits::new(Arc::clone(&house.world.catalogue))))
            .spawn();
        let timers = Timers::new(house.office.clone(), "test");
        let one = Self {
            house,
            running,
            timers,
        };
        // What came before the consumer first ran is of the past.
        one.settle().await;
        one
    }

    /// Everything that was said has been heard, and has had its effects.
    async fn settle(&self) {
        for _ in 0..3 {
            let follower = self.running.follower();
            assert!(follower.caught_up(Duration::from_secs(20)).await);
            self.timers.fire_due(ACME).await.unwrap();
        }
    }

    async fn submit(&self, contract: &str) -> String {
        let body = json!({"workflow": "supplier", "form": {"contract": contract}});
        let made = post(&self.house, "ann", "/v1/requests", body).await;
        made.json["id"].as_str().unwrap().to_owned()
    }

    async fn approve(&self, who: &str, id: &str) {
        let path = verb(&self.house, who, id, "approve").await;
        let done = post(&self.house, who, &path, json!({})).await;
        assert_eq!(done.status, 200, "{done:?}");
        self.settle().await;
    }

    async fn happens(&self, kind: &str, data: Value) -> String {
        let sent = post(
            &self.house,
            "ada",
            "/v1/events",
            json!({"type": kind, "data": data}),
        )
        .await;
        assert_eq!(sent.status, 201, "{sent:?}");
        self.settle().await;
        sent.json["id"].as_str().unwrap().to_owned()
    }

    /// Which steps are open.
    async fn open(&self, id: &str) -> Vec<String> {
        let shown = get(&self.house, "ann", &format!("/v1/requests/{id}")).await.json;
        let current = shown["current"].as_array().unwrap();
        current
            .iter()
            .map(|step| step["step"].as_str().unwrap().to_owned())
            .collect()
    }
}

#[tokio::test]
async fn it_goes_on_with_the_event_that_is_meant() {
    for_each_database(async |db| {
        let all = Waiting::new(db).await;
        let (one, other) = (all.submit("C-1").await, all.submit("C-2").await);
        all.approve("bo", &one).await;
        all.approve("bo", &other).await;
        assert_eq!(all.open(&one).await, ["payment"]);
        let event = all
            .happens("custom.payment.handled", json!({"request": one}))
            .await;
        assert_eq!(all.open(&one).await, ["answer"]);
        assert_eq!(all.open(&other).await, ["payment"]);
        let log = all.house.log(&one).await;
        let came = log
            .iter()
            .find(|entry| entry.kind == "oa.step.event_came")
            .unwrap();
        assert_eq!(came.cause.map(|cause| cause.to_string()), Some(event));

        for number in [json!("C-2"), json!(["C-1"]), json!(null)] {
            all.happens("custom.contract.signed", json!({"contract": {"number": number}}))
                .await;
        }
        all.happens("custom.contract.signed", json!({"contract": "C-1"}))
            .await;
        assert_eq!(all.open(&one).await, ["answer"]);
        all.happens("custom.contract.signed", json!({"contract": {"number": " c-1"}}))
            .await;
        assert_eq!(all.open(&one).await, ["finance"]);
        assert!(task(&all.house, "dan", &one).await.is_some());
        all.running.stop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_came_before_the_wait_counts_once() {
    for_each_database(async |db| {
        let all = Waiting::new(db).await;
        let early = all.submit("7").await;
        // Before it was submitted: that is another one's.
        let late = {
            all.happens("custom.contract.signed", json!({"contract": {"number": 8}}))
                .await;
            all.house.clock.shift(ACME, chrono::TimeDelta::seconds(1));
            all.submit("8").await
        };
        all.happens("custom.payment.handled", json!({"request": early}))
            .await;
        all.happens("custom.payment.handled", json!({"request": late}))
            .await;
        all.happens("custom.contract.signed", json!({"contract": {"number": 7}}))
            .await;
        all.approve("bo", &early).await;
        all.approve("bo", &late).await;
        assert_eq!(all.open(&early).await, ["finance"]);
        assert_eq!(all.open(&late).await, ["answer"]);

        // The next round waits anew: what ended a wait of this request ends no other of it.
        let path = verb(&all.house, "dan", &early, "return").await;
        let back = post(&all.house, "dan", &path, json!({"comment": "Which bank?"})).await;
        assert_eq!(back.status, 200, "{back:?}");
        let again = post(
            &all.house,
            "ann",
            &format!("/v1/requests/{early}/resubmit"),
            json!({"form": {"contract": "7"}}),
        )
        .await;
        assert_eq!(again.status, 200, "{again:?}");
        all.approve("bo", &early).await;
        assert_eq!(all.open(&early).await, ["payment"]);
        all.running.stop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn one_event_ends_many_waits_and_a_wait_ends_once() {
    for_each_database(async |db| {
        let all = Waiting::new(db).await;
        let mut waiting = Vec::new();
        for _ in 0..5 {
            let id = all.submit("C-1").await;
            all.happens("custom.payment.handled", json!({"request": id}))
                .await;
            all.approve("bo", &id).await;
            waiting.push(id);
        }
        all.happens("custom.contract.signed", json!({"contract": {"number": "C-1"}}))
            .await;
        all.happens("custom.contract.signed", json!({"contract": {"number": "C-1"}}))
            .await;
        for id in &waiting {
            assert_eq!(all.open(id).await, ["finance"]);
            let log = all.house.log(id).await;
            let came = log.iter().filter(|entry| entry.kind == "oa.step.event_came");
            assert_eq!(came.count(), 2, "one for each wait");
        }
        all.running.stop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_event_of_this_server_and_a_time_end_it_too() {
    for_each_database(async |db| {
        let all = Waiting::new(db).await;
        let number = async |id: &str| {
            get(&all.house, "ann", &format!("/v1/requests/{id}")).await.json["number"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        let status = async |id: &str| {
            get(&all.house, "ann", &format!("/v1/requests/{id}")).await.json["status"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        let begun = async |contract: &str| {
            let id = all.submit(contract).await;
            all.happens("custom.payment.handled", json!({"request": id}))
                .await;
            all.approve("bo", &id).await;
            assert_eq!(all.open(&id).await, ["answer"]);
            id
        };
        let first = begun("x").await;
        all.house.clock.shift(ACME, chrono::TimeDelta::days(1));
        let (second, third) = (begun(&number(&first).await).await, begun("y").await);
        // Nobody answers, and the first goes on: the second waits for its approval.
        all.house.clock.shift(ACME, chrono::TimeDelta::days(14));
        all.settle().await;
        assert_eq!(status(&first).await, "approved");
        assert_eq!(status(&second).await, "approved");
        assert_eq!(all.open(&third).await, ["answer"]);
        all.house.clock.shift(ACME, chrono::TimeDelta::days(15));
        all.settle().await;
        assert_eq!(status(&third).await, "approved");
        all.running.stop().await.unwrap();
    })
    .await;
}
