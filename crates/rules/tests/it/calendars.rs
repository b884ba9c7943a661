//! The calendars of public holidays that ship, published as whoever takes one publishes it.

use countersign_events::Actions;
use countersign_kernel::catalogue::Catalogue;
use countersign_testkit::for_each_database;

use crate::house::{House, put};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../workflows/public-holidays");

#[tokio::test]
async fn every_calendar_that_ships_is_published_as_it_is_and_changed_as_text() {
    for_each_database(|db| async {
        let house = House::new(db, Catalogue::new(), &Actions::new()).await;
        let mut published = 0;
        for entry in std::fs::read_dir(FOLDER).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|ending| ending != "yaml") {
                continue;
            }
            let place = path.file_stem().unwrap().to_str().unwrap();
            let text = std::fs::read_to_string(&path).unwrap();
            let first = put(&house, "fay", &format!("/v1/calendars/{place}"), &text, &[]).await;
            assert_eq!(first.status, 201, "{place}: {first:?}");
            published += 1;
        }
        assert!(published >= 24, "{published}");

        let text = std::fs::read_to_string(format!("{FOLDER}/de-by.yaml")).unwrap();
        let more = text.replacen(
            "holidays:\n",
            "holidays:\n  2030-12-24: {name: Heiligabend, half: true}\n",
            1,
        );
        let next = put(
            &house,
            "fay",
            "/v1/calendars/de-by",
            &more,
            &[("if-match", "\"1\"")],
        )
        .await;
        assert_eq!(next.status, 200, "{next:?}");
    })
    .await;
}
