//! The paths that every kind of record has. Each kind names its own; the handlers are one line each.

/// Handlers for the list of a kind of record and its search, if it has one, and `mount_lists` for them.
macro_rules! list_routes {
    (
        record: $record:ident, view: $view:ident, many: $many:literal, read: $read:literal,
        list: $list:ident $all_path:literal
        $(, search: $search:ident $search_path:literal)? $(,)?
    ) => {
        #[utoipa::path(
            operation_id = stringify!($list), tag = $many, summary = concat!("List ", $many),
            description = concat!("Those that the caller sees. Filter, sort and expand as the parameters say. Scope: `", $read, "`."),
            params(Listing<Of<$record>>),
            responses((status = 200, description = "A page.", body = Page<$view>)),
            security(("bearer" = [$read]))
        )]
        #[get($all_path)]
        async fn $list(ask: Listing<Of<$record>>, directories: Data<Directories>) -> Result<Answer, Problem> {
            http::list(ask, &directories).await
        }

        $(
        #[utoipa::path(
            operation_id = stringify!($search), tag = $many, summary = concat!("Search ", $many),
            description = concat!("As the list, with the long form of the filter in the body. Scope: `", $read, "`."),
            request_body = SearchBody,
            responses((status = 200, description = "A page.", body = Page<$view>)),
            security(("bearer" = [$read]))
        )]
        #[post($search_path)]
        async fn $search(ask: Listing<Of<$record>>, directories: Data<Directories>) -> Result<Answer, Problem> {
            http::list(ask, &directories).await
        }
        )?

        fn mount_lists(config: &mut ServiceConfig<'_>) {
            config.service($list)$(.service($search))?;
        }
    };
}

/// Handlers for a kind of record: create, get, change, delete, restore, history; and `mount_record` for them. `writers` are the
/// roles that its writing is for.
macro_rules! record_routes {
    (
        record: $record:ident, id: $id:ident, new: $new:ident, edit: $edit:ident, view: $view:ident,
        one: $one:literal $a_one:literal, many: $many:literal, read: $read:literal, write: $write:literal,
        $(writers: [$($role:literal),+],)?
        create: $create:ident $all_path:literal,
        get: $get:ident $one_path:literal,
        update: $update:ident,
        delete: $delete:ident,
        restore: $restore:ident $restore_path:literal,
        history: $history:ident $history_path:literal $(,)?
    ) => {
        #[utoipa::path(
            operation_id = stringify!($create), tag = $many, summary = concat!("Create ", $a_one),
            description = concat!("Scope: `", $write, "`."),
            request_body = $new,
            responses((status = 201, description = concat!("The new ", $one, "; `Location` and `ETag` are its own."), body = $view)),
            security(("bearer" = [$write]))
            $(, extensions(("x-roles" = json!([$($role),+]))))?
        )]
        #[post($all_path)]
        async fn $create(ctx: Ctx, Body(new): Body<$new>, directories: Data<Directories>) -> Result<Answer, Problem> {
            http::create::<$record>(ctx, new, &directories).await
        }

        #[utoipa::path(
            operation_id = stringify!($get), tag = $many, summary = concat!("Get ", $a_one),
            description = concat!("Scope: `", $read, "`."),
            params(("id" = $id, Path)),
            responses((status = 200, description = concat!("The ", $one, "."), body = $view)),
            security(("bearer" = [$read]))
        )]
        #[get($one_path)]
        async fn $get(ctx: Ctx, record: Id<$id>, directories: Data<Directories>) -> Result<Answer, Problem> {
            http::get::<$record>(ctx, *record, &directories).await
        }

        #[utoipa::path(
            operation_id = stringify!($update), tag = $many, summary = concat!("Change ", $a_one),
            description = concat!("JSON Merge Patch: what is absent stays, null empties. Needs `If-Match`. Scope: `", $write, "`."),
            params(("id" = $id, Path)),
            request_body(content = $edit, content_type = "application/merge-patch+json"),
            responses((status = 200, description = concat!("The ", $one, " as it is now."), body = $view)),
            security(("bearer" = [$write]))
            $(, extensions(("x-roles" = json!([$($role),+]))))?
        )]
        #[patch($one_path)]
        async fn $update(
            ctx: Ctx,
            record: Id<$id>,
            Patch(edit): Patch<$edit>,
            directories: Data<Directories>,
        ) -> Result<Answer, Problem> {
            http::edit::<$record>(ctx, *record, edit, &directories).await
        }

        #[utoipa::path(
            operation_id = stringify!($delete), tag = $many, summary = concat!("Delete ", $a_one),
            description = concat!("It can be restored. For its owner, those whom the owner reports to, and admins. Needs `If-Match`. Scope: `", $write, "`."),
            params(("id" = $id, Path)),
            responses((status = 204, description = "Deleted.")),
            security(("bearer" = [$write]))
            $(, extensions(("x-roles" = json!([$($role),+]))))?
        )]
        #[delete($one_path)]
        async fn $delete(ctx: Ctx, record: Id<$id>, directories: Data<Directories>) -> Result<Answer, Problem> {
            http::delete::<$record>(ctx, *record, &directories).await
        }

        #[utoipa::path(
            operation_id = stringify!($restore), tag = $many, summary = concat!("Restore a deleted ", $one),
            description = concat!("For its owner, those whom the owner reports to, and admins. Scope: `", $write, "`."),
            params(("id" = $id, Path)),
            request_body(content = Option<Nothing>),
            responses((status = 200, description = concat!("The ", $one, " as it is now."), body = $view)),
            security(("bearer" = [$write]))
            $(, extensions(("x-roles" = json!([$($role),+]))))?
        )]
        #[post($restore_path)]
        async fn $restore(
            ctx: Ctx,
            record: Id<$id>,
            _: OptionalBody<Nothing>,
            directories: Data<Directories>,
        ) -> Result<Answer, Problem> {
            http::restore::<$record>(ctx, *record, &directories).await
        }

        #[utoipa::path(
            operation_id = stringify!($history), tag = $many, summary = concat!("The history of ", $a_one),
            description = concat!("Who changed which fields, from what to what; oldest first. Scope: `", $read, "`."),
            params(("id" = $id, Path), Paging),
            responses((status = 200, description = "A page.", body = Page<HistoryEntry>)),
            security(("bearer" = [$read]))
        )]
        #[get($history_path)]
        async fn $history(
            ctx: Ctx,
            record: Id<$id>,
            paging: Query<Paging>,
            directories: Data<Directories>,
            sight: Data<Sight>,
        ) -> Result<Answer, Problem> {
            http::history::<$record>(ctx, *record, paging.0, &directories, &sight).await
        }

        fn mount_record(config: &mut ServiceConfig<'_>) {
            config.service($create).service($get);
            config.service($update).service($delete).service($restore).service($history);
        }
    };
}

/// Handlers for what customer records have beside: external ids, batches; and `mount_more` for them.
macro_rules! customer_routes {
    (
        record: $record:ident, id: $id:ident, new: $new:ident, view: $view:ident,
        one: $one:literal $a_one:literal, many: $many:literal, read: $read:literal, write: $write:literal,
        $(writers: [$($role:literal),+],)?
        upsert: $upsert:ident $upsert_path:literal,
        batch: $batch:ident $batch_path:literal $(,)?
    ) => {
        #[utoipa::path(
            operation_id = stringify!($upsert), tag = $many, summary = concat!("Create or change ", $a_one, " by its id in another system"),
            description = concat!("Creates it at first; after that, what is absent stays and null empties. `If-None-Match: *` creates only. One that the caller does not see counts as none, so that nothing is told of it; of several, the oldest is changed. Scope: `", $write, "`."),
            params(("source" = String, Path, description = "The other system, like `erp`."), ("external_id" = String, Path, description = "Its id there.")),
            request_body = $new,
            responses((status = 201, description = concat!("The new ", $one, "."), body = $view), (status = 200, description = concat!("The ", $one, " as it is now."), body = $view)),
            security(("bearer" = [$write]))
            $(, extensions(("x-roles" = json!([$($role),+]))))?
        )]
        #[put($upsert_path)]
        async fn $upsert(
            ctx: Ctx,
            external: Path<(String, String)>,
            Body(new): Body<$new>,
            directories: Data<Directories>,
        ) -> Result<Answer, Problem> {
            http::upsert::<$record>(ctx, external.into_inner().into(), new, &directories).await
        }

        #[utoipa::path(
            operation_id = stringify!($batch), tag = $many, summary = concat!("Create, change and delete up to 200 ", $many),
            description = concat!("All rows or none, unless `atomic` is false. Needs an `Idempotency-Key`. Scope: `", $write, "`."),
            request_body = Batch,
            responses((status = 200, description = "What became of each row.", body = BatchView)),
            security(("bearer" = [$write]))
            $(, extensions(("x-roles" = json!([$($role),+]))))?
        )]
        #[post($batch_path)]
        async fn $batch(ctx: Ctx, Body(batch): Body<Batch>, directories: Data<Directories>) -> Result<Answer, Problem> {
            http::batch::<$record>(ctx, batch, &directories).await
        }

        fn mount_more(config: &mut ServiceConfig<'_>) {
            config.service($upsert).service($batch);
        }
    };
}

/// The handler for the timeline of a kind of record; and `mount_timeline` for it.
macro_rules! timeline_route {
    (
        record: $record:ident, id: $id:ident, many: $many:literal, one: $a_one:literal, read: $read:literal,
        timeline: $timeline:ident $timeline_path:literal $(,)?
    ) => {
        #[utoipa::path(
            operation_id = stringify!($timeline), tag = $many, summary = concat!("The timeline of ", $a_one),
            description = concat!("Everything that happened around it, from every area, newest first, as far as the caller may see it. Scope: `", $read, "`."),
            params(("id" = $id, Path), Paging),
            responses((status = 200, description = "A page.", body = Page<TimelineEntry>)),
            security(("bearer" = [$read]))
        )]
        #[get($timeline_path)]
        async fn $timeline(
            ctx: Ctx,
            record: Id<$id>,
            paging: Query<Paging>,
            directories: Data<Directories>,
            sight: Data<Sight>,
        ) -> Result<Answer, Problem> {
            timeline::http::timeline::<$record>(ctx, *record, paging.0, &directories, &sight).await
        }

        fn mount_timeline(config: &mut ServiceConfig<'_>) {
            config.service($timeline);
        }
    };
}

pub(crate) use {customer_routes, list_routes, record_routes, timeline_route};

/// What the handlers of a kind speak with.
pub mod prelude {
    pub use actix_web::web::{Data, Path};
    pub use actix_web::{delete, get, patch, post, put};
    pub use countersign_identity::Directories;
    pub use countersign_platform::Sight;
    pub use countersign_web::{
        Answer, Body, Ctx, Id, Listing, Nothing, OptionalBody, Page, Patch, Problem, Query, SearchBody,
    };
    pub use utoipa_actix_web::service_config::ServiceConfig;

    pub use crate::record::batch::Batch;
    pub use crate::record::history::HistoryEntry;
    pub use crate::record::http::{self, Of};
    pub use crate::record::paging::Paging;
    pub use crate::timeline::{self, TimelineEntry};
    pub use countersign_web::batch::BatchView;
}
