use std::time::{Duration, Instant};

use countersign_identity::sessions::throttle::{Throttle, trim};
use countersign_identity::tenants::SYSTEM_TENANT;
use countersign_testkit::for_each_database;
use futures_util::future::join_all;
use serde_json::json;

use crate::company::{Caller, Company, PASSWORD, Said, company, nobody_behind, settle};

const ANN: &str = "ann@acme.example";
const HOME: &str = "192.0.2.1";

async fn login(from: &Caller<'_>, email: &str, password: &str, tenant: Option<&str>) -> Said {
    let body = json!({"email": email, "password": password, "tenant": tenant});
    from.post("/v1/auth/login", body).await
}

async fn wrong(from: &Caller<'_>, email: &str) -> Said {
    login(from, email, "not the password", None).await
}

fn told(said: &Said) -> (u16, Option<&str>) {
    (said.status, said.header("retry-after"))
}

/// So many guesses at once; how many of them were judged.
async fn guesses(from: &Caller<'_>, email: &str, count: usize) -> usize {
    let answers = join_all((0..count).map(|_| wrong(from, email))).await;
    let judged = answers.iter().filter(|said| said.status == 401).count();
    let refused = answers.iter().filter(|said| said.status == 429).count();
    assert_eq!(judged + refused, count, "{answers:?}");
    judged
}

fn stranger(company: &Company, number: usize) -> Caller<'_> {
    company.without_token().at(&format!("198.51.100.{number}"))
}

#[actix_web::test]
async fn failures_make_the_next_try_wait_longer_and_longer() {
    for_each_database(|db| async {
        let company = company(db).await;
        let home = company.without_token().at(HOME);
        assert_eq!(guesses(&home, ANN, 6).await, 6);
        let early = wrong(&home, ANN).await;
        assert_eq!(told(&early), (429, Some("1")));
        assert_eq!(early.code(), "too_many_failed_sign_ins");
        assert_eq!(early.json["retryable"], true, "{early:?}");
        for wait_s in ["2", "4", "8"] {
            company.seconds_pass(wait_s.parse::<i64>().unwrap() / 2);
            assert_eq!(wrong(&home, ANN).await.status, 401, "the wait is over");
            assert_eq!(told(&wrong(&home, ANN).await), (429, Some(wait_s)));
        }
        let right = login(&home, ANN, PASSWORD, None).await;
        assert_eq!(told(&right), (429, Some("8")), "nothing is checked before");
        company.seconds_pass(8);
        assert_eq!(login(&home, ANN, PASSWORD, None).await.status, 200);
        assert_eq!(guesses(&home, ANN, 6).await, 6, "a success forgives");
    })
    .await;
}

#[actix_web::test]
async fn successes_are_not_counted() {
    for_each_database(|db| async {
        let company = settle(nobody_behind(db, Throttle::of(1)).await).await;
        for _ in 0..12 {
            let home = company.without_token().at(HOME);
            assert_eq!(login(&home, ANN, PASSWORD, None).await.status, 200);
        }
    })
    .await;
}

#[actix_web::test]
async fn waiting_tells_nothing_of_who_is_there() {
    for_each_database(|db| async {
        let company = company(db).await;
        let mut stories = Vec::new();
        for (number, (email, tenant)) in [
            (ANN, None),
            ("nobody@acme.example", None),
            (ANN, Some("acme")),
            (ANN, Some("globex")),
            (ANN, Some("nowhere")),
        ]
        .into_iter()
        .enumerate()
        {
            let from = stranger(&company, number);
            let mut story = Vec::new();
            for _ in 0..9 {
                let before = company.db.statements();
                let said = login(&from, email, "not the password", tenant).await;
                let wait = said.header("retry-after").map(str::to_owned);
                story.push((said.status, wait, company.db.statements() - before));
            }
            stories.push(story);
        }
        assert_eq!(stories[0].iter().filter(|(status, ..)| *status == 429).count(), 3);
        assert!(stories.iter().all(|story| *story == stories[0]), "{stories:?}");
    })
    .await;
}

#[actix_web::test]
async fn strangers_who_guess_do_not_keep_somebody_out() {
    for_each_database(|db| async {
        let company = company(db).await;
        let home = company.without_token().at(HOME);
        assert_eq!(login(&home, ANN, PASSWORD, None).await.status, 200);
        for number in 0..6 {
            assert_eq!(wrong(&stranger(&company, number), ANN).await.status, 401);
        }
        let botnet: Vec<Caller> = (6..40).map(|number| stranger(&company, number)).collect();
        let answers = join_all(botnet.iter().map(|from| wrong(from, ANN))).await;
        assert!(
            answers.iter().all(|said| said.status == 429),
            "strangers share one count: {answers:?}"
        );
        assert_eq!(login(&home, ANN, PASSWORD, None).await.status, 200);
        assert_eq!(
            login(&stranger(&company, 1), ANN, PASSWORD, None).await.status,
            429,
            "her success at home forgives no stranger"
        );
        assert_eq!(wrong(&home, ANN).await.status, 401, "she mistypes");
        assert_eq!(login(&home, ANN, PASSWORD, None).await.status, 200);
    })
    .await;
}

#[actix_web::test]
async fn a_network_address_fails_for_many_accounts_only_so_often() {
    for_each_database(|db| async {
        let company = settle(nobody_behind(db, Throttle::of(3)).await).await;
        let spray = async |address: &str, number: usize| {
            let from = company.without_token().at(address);
            wrong(&from, &format!("p{number}@acme.example")).await
        };
        for number in 0..4 {
            let said = spray(&format!("2001:db8::{number}"), number).await;
            assert_eq!(said.status, 401);
        }
        assert_eq!(told(&spray("2001:db8::9", 4).await), (429, Some("1")), "one /64");
        assert_eq!(spray("2001:db8:0:1::9", 4).await.status, 401, "another");
    })
    .await;
}

#[actix_web::test]
async fn of_many_guesses_at_once_no_more_are_judged_than_one_by_one() {
    for_each_database(|db| async {
        let company = company(db).await;
        let home = company.without_token().at(HOME);
        assert_eq!(guesses(&home, ANN, 40).await, 6);
    })
    .await;
}

#[actix_web::test]
async fn servers_count_together_and_remember() {
    for_each_database(|db| async {
        let company = company(db).await;
        assert_eq!(guesses(&company.without_token().at(HOME), ANN, 6).await, 6);
        let other = company.behind_another_server().await;
        assert_eq!(wrong(&other.without_token().at(HOME), ANN).await.status, 429);
    })
    .await;
}

#[actix_web::test]
async fn one_tenants_success_forgives_no_guess_at_anothers_password() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ada = company.sign_in("ada@acme.example").await;
        let path = format!("/v1/users/{}/disable", company.ann);
        assert_eq!(ada.post(&path, json!({})).await.status, 200);
        // The admin of globex knows the password of an Ann of their own making.
        company.person(company.globex, ANN, None, &[]).await;
        let globex = company.without_token().at(HOME);
        assert_eq!(guesses(&globex, ANN, 5).await, 5);
        assert_eq!(login(&globex, ANN, PASSWORD, None).await.status, 200);
        assert_eq!(guesses(&globex, ANN, 5).await, 1, "five guesses are not forgiven");
    })
    .await;
}

#[actix_web::test]
async fn who_is_in_many_tenants_signs_in_to_the_one_they_name() {
    for_each_database(|db| async {
        let company = company(db).await;
        for number in 0..8 {
            let tenant = company.tenant(&format!("t{number}")).await;
            company.person(tenant, ANN, None, &[]).await;
        }
        for slug in ["acme", "t0", "t7"] {
            let said = login(&company.without_token(), ANN, PASSWORD, Some(slug)).await;
            assert_eq!(said.status, 200, "{slug}: {said:?}");
        }
    })
    .await;
}

#[actix_web::test]
async fn a_failure_takes_as_long_for_an_address_of_many_tenants() {
    for_each_database(|db| async {
        let company = company(db).await;
        company.person(company.globex, ANN, None, &[]).await;
        for email in [ANN, "nobody@acme.example"] {
            let began = Instant::now();
            assert_eq!(wrong(&company.without_token(), email).await.status, 401);
            assert!(began.elapsed() >= Duration::from_millis(500));
        }
    })
    .await;
}

#[actix_web::test]
async fn what_is_forgiven_is_deleted() {
    for_each_database(|db| async {
        let company = company(db).await;
        let home = company.without_token().at(HOME);
        // By the database's time, the test's clock stands in the past.
        assert_eq!(guesses(&home, "nobody@acme.example", 2).await, 2);
        let deleted = async |kept: Duration| trim::failures(&company.db, SYSTEM_TENANT, kept).await.unwrap();
        let century = Duration::from_hours(24 * 36_500);
        assert_eq!(deleted(century).await, 0);
        assert_eq!(
            deleted(Duration::ZERO).await,
            2,
            "of the account and of the address"
        );
        assert_eq!(login(&home, ANN, PASSWORD, None).await.status, 200);
        assert_eq!(
            trim::places(&company.db, SYSTEM_TENANT, century).await.unwrap(),
            0
        );
        assert_eq!(
            trim::places(&company.db, SYSTEM_TENANT, Duration::ZERO)
                .await
                .unwrap(),
            1
        );
    })
    .await;
}
