//! The two tenants and their people, made as `admin create-…` makes them; and what ships, published.

use anyhow::Context as _;
use countersign_identity::people::{Profile, service as people_service, store as people_store};
use countersign_identity::tenants::{NewTenant, service as tenant_service, store as tenant_store};
use countersign_identity::{Identity, Occasion, departments, roles};
use countersign_kernel::id::{DepartmentId, RoleId, TenantId, TypedId as _, UserId};

use super::PASSWORD;
use super::people::{ACME, GLOBEX, HEADS, Person};
use crate::compose::Composed;

/// Makes what is not there yet.
pub(crate) async fn set_up(composed: &Composed) -> anyhow::Result<()> {
    let identity = &composed.identity;
    let hash = identity.hash_password(PASSWORD).await?;
    for (slug, name, people) in [("acme", "Acme", ACME), ("globex", "Globex", GLOBEX)] {
        let tenant = tenant(identity, slug, name).await?;
        let publisher = staff(identity, tenant, slug, people, &hash).await?;
        let shipped = composed.publisher.all(tenant, publisher).await;
        if let Some(refused) = shipped.refused.first() {
            anyhow::bail!("{}: {}", refused.file, refused.detail);
        }
    }
    Ok(())
}

fn occasion(identity: &Identity) -> Occasion {
    Occasion::system(identity.clock(), identity.entropy())
}

async fn tenant(identity: &Identity, slug: &str, name: &str) -> anyhow::Result<TenantId> {
    if let Some(tenant) = tenant_store::by_slug(&*identity.db().across_tenants().await?, slug).await? {
        return Ok(tenant);
    }
    let now = identity.clock().now();
    let id = TenantId::mint(identity.entropy(), now);
    let new = NewTenant {
        slug: slug.to_owned(),
        name: name.to_owned(),
        currency: "EUR".to_owned(),
        zone: "Europe/Berlin".to_owned(),
        locale: "en".to_owned(),
    };
    let tenant = new
        .checked(id, "", now)
        .map_err(|faults| anyhow::anyhow!("{faults:?}"))?;
    identity
        .db()
        .write(
            id,
            tenant_service::Create {
                tenant,
                occasion: occasion(identity),
            },
        )
        .await?;
    Ok(id)
}

/// The people, managers first; who publishes.
async fn staff(
    identity: &Identity,
    tenant: TenantId,
    slug: &str,
    people: &[Person],
    hash: &str,
) -> anyhow::Result<UserId> {
    let known = people_store::all(&*identity.db().read(tenant).await?, tenant).await?;
    let id_of = |first: &str| {
        let email = format!("{}@{slug}.example", first.to_lowercase());
        known
            .iter()
            .find(|user| user.profile.email == email)
            .map(|user| user.id)
    };
    if let Some(first) = people.last().and_then(|person| id_of(person.first)) {
        return Ok(first);
    }
    let (now, entropy) = (identity.clock().now(), identity.entropy());
    let directories = identity.directories();
    let missing = roles::store::names(&*identity.db().read(tenant).await?, tenant).await?;
    for role in people
        .iter()
        .flat_map(|person| person.roles)
        .filter(|role| !missing.contains(**role))
    {
        let create = roles::service::Create {
            id: RoleId::mint(entropy, now),
            name: (*role).to_owned(),
            about: None,
            occasion: occasion(identity),
            directories: directories.clone(),
        };
        identity.db().write(tenant, create).await?;
    }
    let mut made: Vec<(&str, UserId)> = Vec::new();
    let mut rooms: Vec<(&str, DepartmentId)> = Vec::new();
    for person in people {
        if !rooms.iter().any(|(name, _)| *name == person.department) {
            let id = DepartmentId::mint(entropy, now);
            let create = departments::service::Create {
                id,
                name: person.department.to_owned(),
                head: None,
                occasion: occasion(identity),
                directories: directories.clone(),
            };
            identity.db().write(tenant, create).await?;
            rooms.push((person.department, id));
        }
        let id = UserId::mint(entropy, now);
        let manager = person
            .manager
            .and_then(|first| made.iter().find(|(name, _)| *name == first))
            .map(|(_, id)| *id);
        let profile = Profile {
            name: person.name(),
            email: person.email(slug),
            manager,
            department: rooms
                .iter()
                .find(|(name, _)| *name == person.department)
                .map(|(_, id)| *id),
            title: Some(person.title.to_owned()),
            country: Some("DE".to_owned()),
            ..Profile::default()
        };
        let create = people_service::Create {
            id,
            profile,
            roles: person.roles.iter().map(|role| (*role).to_owned()).collect(),
            password: Some(hash.to_owned()),
            occasion: occasion(identity),
            directories: directories.clone(),
        };
        identity
            .db()
            .write(tenant, create)
            .await
            .with_context(|| person.name())?;
        made.push((person.first, id));
    }
    for (department, head) in HEADS.iter().filter(|_| slug == "acme") {
        let room = rooms
            .iter()
            .find(|(name, _)| name == department)
            .map(|(_, id)| *id);
        let head = made.iter().find(|(name, _)| name == head).map(|(_, id)| *id);
        if let (Some(id), Some(head)) = (room, head) {
            let update = departments::service::Update {
                id,
                name: countersign_web::Member::Absent,
                head: countersign_web::Member::Set(head),
                expected: countersign_web::Expected::Any,
                occasion: occasion(identity),
                directories: directories.clone(),
            };
            identity.db().write(tenant, update).await?;
        }
    }
    made.last().map(|(_, id)| *id).context("nobody works here")
}
