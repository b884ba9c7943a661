//! Over a real socket: what only a connection shows.

use std::any::Any;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::dev::Extensions;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use countersign_testkit::TestDb;
use countersign_web::PeerSocket;
use serde_json::json;

use crate::deals;
use crate::house::House;

/// Sends these bytes on a connection of its own, and reads to its end.
async fn exchange(port: u16, request: Vec<u8>) -> String {
    let exchanged = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let _ = stream.write_all(&request);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    });
    exchanged.await.unwrap()
}

/// A request of ann's, on a connection that ends with its answer.
fn ask(method: &str, path: &str, more: &str) -> Vec<u8> {
    format!(
        "{method} {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ann\r\nconnection: close\r\n{more}\r\n"
    )
    .into_bytes()
}

#[actix_web::test]
async fn head_is_get_without_a_body_and_a_large_body_hears_its_413() {
    let house = House::new(TestDb::sqlite().await).await;
    let deal = house.deal(json!({})).await;
    let world = house.world.clone();
    let app = move || {
        App::new()
            .app_data(world.clone())
            .wrap(from_fn(countersign_web::edge))
            .configure(deals::mount)
            .default_service(web::to(countersign_web::no_route))
    };
    let server = HttpServer::new(app).workers(1).bind(("127.0.0.1", 0)).unwrap();
    let port = server.addrs()[0].port();
    let running = server.run();
    let handle = running.handle();
    tokio::task::spawn_local(running);

    let path = format!("/v1/deals/{}", deal["id"].as_str().unwrap());
    let (get, head) = (
        exchange(port, ask("GET", &path, "")).await,
        exchange(port, ask("HEAD", &path, "")).await,
    );
    assert!(
        head.starts_with("HTTP/1.1 200") && head.ends_with("\r\n\r\n"),
        "{head}"
    );
    let length = |answer: &str| {
        answer
            .lines()
            .find(|line| line.starts_with("content-length"))
            .map(str::to_owned)
    };
    assert_eq!(length(&head), length(&get));
    assert!(head.to_lowercase().contains("etag: \"1\"") && !head.to_lowercase().contains("\r\nserver:"));
    assert!(
        exchange(port, ask("HEAD", "/v1/deals/deal_01jczzzzzzzzzzzzzzzzzzzzzz", ""))
            .await
            .starts_with("HTTP/1.1 404")
    );

    for size in [1_200_000, 20_000_000] {
        let mut large = ask(
            "POST",
            "/v1/deals",
            &format!("content-type: application/json\r\ncontent-length: {size}\r\n"),
        );
        large.extend(std::iter::repeat_n(b'x', size));
        let answer = exchange(port, large).await;
        assert!(
            answer.starts_with("HTTP/1.1 413") && answer.contains("application/problem+json"),
            "{size}: {answer}"
        );
    }
    let panicked = exchange(port, ask("GET", "/v1/panic", "")).await;
    assert!(
        panicked.starts_with("HTTP/1.1 500") && panicked.contains("\"request_id\""),
        "{panicked}"
    );
    handle.stop(true).await;
}

/// What becomes of the work for a request.
#[derive(Default)]
struct Works {
    begun: AtomicUsize,
    dropped: AtomicUsize,
}

/// Counts that work was let go.
struct Working(web::Data<Works>);

impl Drop for Working {
    fn drop(&mut self) {
        self.0.dropped.fetch_add(1, Ordering::SeqCst);
    }
}

/// Work that does not end by itself while a test runs.
async fn long_work(works: web::Data<Works>) -> &'static str {
    works.begun.fetch_add(1, Ordering::SeqCst);
    let _working = Working(works);
    tokio::time::sleep(Duration::from_mins(1)).await;
    "done"
}

#[actix_web::test]
async fn who_has_hung_up_is_not_worked_for() {
    let house = House::new(TestDb::sqlite().await).await;
    let (world, works) = (house.world.clone(), web::Data::new(Works::default()));
    let kept = works.clone();
    let app = move || {
        App::new()
            .app_data(world.clone())
            .app_data(kept.clone())
            .wrap(from_fn(countersign_web::edge))
            .route("/long", web::get().to(long_work))
            .route("/long", web::post().to(long_work))
    };
    let server = HttpServer::new(app)
        .workers(1)
        .on_connect(|connection: &dyn Any, kept: &mut Extensions| {
            let connection = connection
                .downcast_ref::<actix_web::rt::net::TcpStream>()
                .unwrap();
            kept.insert(PeerSocket::of(connection).unwrap());
        })
        .bind(("127.0.0.1", 0))
        .unwrap();
    let port = server.addrs()[0].port();
    let running = server.run();
    let handle = running.handle();
    tokio::task::spawn_local(running);

    let dropped_after = async |method: &str, wait: Duration| {
        let (begun, dropped) = (
            works.begun.load(Ordering::SeqCst),
            works.dropped.load(Ordering::SeqCst),
        );
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream
            .write_all(&ask(method, "/long", "content-length: 0\r\n"))
            .unwrap();
        while works.begun.load(Ordering::SeqCst) == begun {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        drop(stream);
        let until = std::time::Instant::now() + wait;
        while works.dropped.load(Ordering::SeqCst) == dropped && std::time::Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        works.dropped.load(Ordering::SeqCst) > dropped
    };
    assert!(dropped_after("GET", Duration::from_secs(20)).await);
    // It may listen still, and what it wants done shall be done.
    assert!(!dropped_after("POST", Duration::from_secs(1)).await);
    handle.stop(false).await;
}
