//! Telling other servers, signed and exactly as promised.
//!
//! An event becomes a delivery for each endpoint that wants it, in the unit of work of the consumer's inbox
//! row (so: once); a delivery is attempted until it succeeds, by whichever server claims it. [`sign`],
//! [`retry`] and [`egress`] are pure and hold the rules.

pub mod breaker;
mod database_time;
pub mod deliveries;
pub mod egress;
pub mod endpoints;
pub mod reach;
pub mod retry;
mod shares;
pub mod sign;
pub mod standing;
pub mod wake;

use std::sync::Arc;

use utoipa_actix_web::service_config::ServiceConfig;

pub use deliveries::consumer::Deliveries;
pub use deliveries::sender::{Connections, Sender};
pub use endpoints::EVENTS;
pub use shares::Shares;

/// What the handlers share; in actix's app data.
pub struct Webhooks {
    pub guard: egress::Guard,
    pub reach: Arc<reach::Reach>,
    pub wake: wake::Wake,
    pub breakers: Arc<breaker::Breakers>,
}

/// Registers every operation of this crate.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .service(endpoints::http::list_webhooks)
        .service(endpoints::http::create_webhook)
        .service(endpoints::http::get_webhook)
        .service(endpoints::http::update_webhook)
        .service(endpoints::http::delete_webhook)
        .service(endpoints::http::test_webhook)
        .service(endpoints::http::enable_webhook)
        .service(endpoints::http::disable_webhook)
        .service(endpoints::http::rotate_webhook_secret)
        .service(deliveries::http::list_webhook_deliveries)
        .service(deliveries::http::redeliver_webhook_delivery)
        .service(deliveries::http::replay_webhook);
}
