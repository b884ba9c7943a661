//! The schema, step by step: numbered, up and down, never edited once landed. It knows no entity.
//!
//! To add a step: a file `mNNNN_what.rs` whose header says why, a line below, and [`tenancy::guard`] for each table.

mod m0001_log;
mod m0010_identity;
mod m0020_platform;
mod m0025_events;
mod m0030_definitions;
mod m0031_automation_runs;
mod m0040_requests;
mod m0050_customers;
mod m0051_timeline;
mod m0060_webhooks;
mod m0070_progress;
mod m0110_parked_deliveries;
mod m0111_old_secrets;
mod m0112_delivery_retention;
mod m0120_file_expiry;
mod m0121_retention;
mod m0130_seal_format;
mod m0140_first_tenant;
mod m0160_sign_in_failures;
mod m0161_password_links;
mod m0170_clock_door;
mod m0171_publisher_roles;
mod m0180_endpoint_scopes;
mod m0190_external_ids;
mod m0194_cause_budgets;
mod m0195_delivery_shares;
mod m0198_run_retries;
mod m0199_amounts_by_currency;
mod m0200_deliveries_in_order;
mod m0201_text_keys;
mod m0202_quotas;
mod m0203_publishing;
mod m0204_windows_of_a_tenant;
mod m0205_proposals;
mod m0206_reading;
mod m0207_request_values;
mod m0210_activities;
mod m0211_leads;
mod m0212_imports;
mod m0213_earlier_requests;
mod m0214_tables;
mod m0215_event_waits;
mod m0216_decided;
mod m0217_leave;
mod m0218_turns;
mod m0219_products;
mod m0220_leave_feeds;
pub mod tenancy;

use sea_orm_migration::prelude::*;

/// All steps, in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_log::Migration),
            Box::new(m0010_identity::Migration),
            Box::new(m0020_platform::Migration),
            Box::new(m0025_events::Migration),
            Box::new(m0030_definitions::Migration),
            Box::new(m0031_automation_runs::Migration),
            Box::new(m0040_requests::Migration),
            Box::new(m0050_customers::Migration),
            Box::new(m0051_timeline::Migration),
            Box::new(m0060_webhooks::Migration),
            Box::new(m0070_progress::Migration),
            Box::new(m0110_parked_deliveries::Migration),
            Box::new(m0111_old_secrets::Migration),
            Box::new(m0112_delivery_retention::Migration),
            Box::new(m0120_file_expiry::Migration),
            Box::new(m0121_retention::Migration),
            Box::new(m0130_seal_format::Migration),
            Box::new(m0140_first_tenant::Migration),
            Box::new(m0160_sign_in_failures::Migration),
            Box::new(m0161_password_links::Migration),
            Box::new(m0170_clock_door::Migration),
            Box::new(m0171_publisher_roles::Migration),
            Box::new(m0180_endpoint_scopes::Migration),
            Box::new(m0190_external_ids::Migration),
            Box::new(m0194_cause_budgets::Migration),
            Box::new(m0195_delivery_shares::Migration),
            Box::new(m0198_run_retries::Migration),
            Box::new(m0199_amounts_by_currency::Migration),
            Box::new(m0200_deliveries_in_order::Migration),
            Box::new(m0201_text_keys::Migration),
            Box::new(m0202_quotas::Migration),
            Box::new(m0203_publishing::Migration),
            Box::new(m0204_windows_of_a_tenant::Migration),
            Box::new(m0205_proposals::Migration),
            Box::new(m0206_reading::Migration),
            Box::new(m0207_request_values::Migration),
            Box::new(m0210_activities::Migration),
            Box::new(m0211_leads::Migration),
            Box::new(m0212_imports::Migration),
            Box::new(m0213_earlier_requests::Migration),
            Box::new(m0214_tables::Migration),
            Box::new(m0215_event_waits::Migration),
            Box::new(m0216_decided::Migration),
            Box::new(m0217_leave::Migration),
            Box::new(m0218_turns::Migration),
            Box::new(m0219_products::Migration),
            Box::new(m0220_leave_feeds::Migration),
        ]
    }
}
