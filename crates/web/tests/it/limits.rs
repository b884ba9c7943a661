//! How often one may call.

use countersign_testkit::TestDb;
use countersign_web::Limits;

use crate::house::House;

#[actix_web::test]
async fn the_call_after_the_last_is_a_429_that_says_when() {
    let house = House::with_limits(TestDb::sqlite().await, Limits::of(3_000)).await;
    let app = crate::house::app!(house);
    for _ in 0..2_999 {
        let request = actix_web::test::TestRequest::get()
            .uri("/v1/picture")
            .insert_header(("authorization", "Bearer ann"));
        actix_web::test::call_service(&app, request.to_request()).await;
    }
    let last = house.get("/v1/picture").await;
    assert_eq!(
        (
            last.status.as_u16(),
            last.header("ratelimit"),
            last.header("ratelimit-policy")
        ),
        (200, "\"caller\";r=0;t=60", "\"caller\";q=3000;w=60")
    );
    let over = house.get("/v1/picture").await;
    over.refused(429, "rate_limited");
    assert_eq!(
        (over.header("retry-after"), over.json["retryable"] == true),
        ("60", true)
    );
    assert_eq!(
        house
            .ask("GET", "/v1/picture", &[("authorization", "Bearer bo")], b"")
            .await
            .status,
        200
    );
}
