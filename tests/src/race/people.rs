//! What is true of several people, departments and roles together.

use serde_json::{Value, json};

use super::fixture::{Fixture, PASSWORD, delete, id, made, patch, person};
use super::{Pair, one_of};
use crate::{Answer, Caller, unique};

pub(super) const PAIRS: &[Pair] = &[
    Pair::new("two admins give up their role", |fixture| {
        Box::pin(admins_step_down(fixture))
    }),
    Pair::slow("two admins disable each other", |fixture| {
        Box::pin(admins_disable_each_other(fixture))
    }),
    Pair::new("two become each other's manager", |fixture| {
        Box::pin(managers(fixture))
    }),
    Pair::new("a department goes and somebody moves in", |fixture| {
        Box::pin(department(fixture, false))
    }),
    Pair::new("a department goes and somebody is added to it", |fixture| {
        Box::pin(department(fixture, true))
    }),
    Pair::new("a role goes and is given", |fixture| {
        Box::pin(role(fixture, false))
    }),
    Pair::new("a role goes and somebody is added with it", |fixture| {
        Box::pin(role(fixture, true))
    }),
    Pair::new("one address for two", |fixture| Box::pin(address(fixture))),
    Pair::new("one name for two departments", |fixture| {
        Box::pin(name(fixture, "/v1/departments"))
    }),
    Pair::new("one name for two roles", |fixture| {
        Box::pin(name(fixture, "/v1/roles"))
    }),
    Pair::new("two changes of one version of a person", |fixture| {
        Box::pin(versions(fixture))
    }),
    Pair::slow("a person signs in and is disabled", |fixture| {
        Box::pin(sign_in_against_disable(fixture))
    }),
];

/// Who is no admin any more, or nobody, when the request is let in is told that instead.
const LAST: &[(u16, &str)] = &[(409, "last_admin"), (403, "forbidden"), (401, "unauthenticated")];

async fn me(who: &Caller) -> anyhow::Result<String> {
    Ok(format!(
        "/v1/users/{}",
        who.get("/v1/me").await?.expect(200)?.text("/id")
    ))
}

async fn admins_step_down(fixture: &Fixture) -> anyhow::Result<String> {
    let (gil, twin) = (fixture.who("gil")?, fixture.who("twin")?);
    let (gils, twins) = (me(&gil).await?, me(&twin).await?);
    let none = json!({"roles": []});
    let (first, second) = fixture
        .race(patch(&gil, &gils, "*", &none), patch(&twin, &twins, "*", &none))
        .await?;
    let end = one_of(&first, &second, LAST)?;
    let (stays, gone) = if first.status < 300 {
        (&twin, &gils)
    } else {
        (&gil, &twins)
    };
    patch(stays, gone, "*", &json!({"roles": ["admin"]}))
        .await?
        .expect(200)?;
    Ok(end)
}

async fn admins_disable_each_other(fixture: &Fixture) -> anyhow::Result<String> {
    let (gil, twin) = (fixture.who("gil")?, fixture.who("twin")?);
    let (gils, twins) = (me(&gil).await?, me(&twin).await?);
    let (ends_twin, ends_gil) = (format!("{twins}/disable"), format!("{gils}/disable"));
    let none = json!({});
    let (first, second) = fixture
        .race(gil.post(&ends_twin, &none), twin.post(&ends_gil, &none))
        .await?;
    let end = one_of(&first, &second, LAST)?;
    let (stays, gone, name) = if first.status < 300 {
        (&gil, &twins, "twin")
    } else {
        (&twin, &gils, "gil")
    };
    stays.post(&format!("{gone}/enable"), &none).await?.expect(200)?;
    fixture.sign_in_again(name, "globex").await?;
    Ok(end)
}

async fn managers(fixture: &Fixture) -> anyhow::Result<String> {
    let ada = fixture.who("ada")?;
    let (one, other) = (person(&ada).await?, person(&ada).await?);
    let under = |path: &str| json!({"manager": path.trim_start_matches("/v1/users/")});
    let (under_one, under_other) = (under(&one), under(&other));
    let (first, second) = fixture
        .race(
            patch(&ada, &one, "*", &under_other),
            patch(&ada, &other, "*", &under_one),
        )
        .await?;
    one_of(&first, &second, &[(422, "circle")])
}

async fn add(ada: &Caller, more: Value) -> anyhow::Result<Answer> {
    let email = format!("{}@race.example", unique("n"));
    let mut new = json!({"name": "N", "email": email});
    if let (Some(new), Value::Object(more)) = (new.as_object_mut(), more) {
        new.extend(more);
    }
    ada.post("/v1/users", &new).await
}

async fn department(fixture: &Fixture, added: bool) -> anyhow::Result<String> {
    let ada = fixture.who("ada")?;
    let department = made(&ada, "/v1/departments", &json!({"name": unique("D")})).await?;
    let path = format!("/v1/departments/{}", id(&department));
    let there = json!({"department": id(&department)});
    let goes = delete(&ada, &path);
    let (first, second) = if added {
        fixture.race(goes, add(&ada, there)).await?
    } else {
        let somebody = person(&ada).await?;
        fixture.race(goes, patch(&ada, &somebody, "*", &there)).await?
    };
    one_of(&first, &second, &[(409, "department_in_use"), (422, "not_found")])
}

async fn role(fixture: &Fixture, added: bool) -> anyhow::Result<String> {
    let ada = fixture.who("ada")?;
    let name = unique("role");
    let role = made(&ada, "/v1/roles", &json!({"name": name})).await?;
    let path = format!("/v1/roles/{}", id(&role));
    let holds = json!({"roles": [name]});
    let goes = delete(&ada, &path);
    let (first, second) = if added {
        fixture.race(goes, add(&ada, holds)).await?
    } else {
        let somebody = person(&ada).await?;
        fixture.race(goes, patch(&ada, &somebody, "*", &holds)).await?
    };
    one_of(&first, &second, &[(409, "role_in_use"), (422, "unknown_role")])
}

async fn address(fixture: &Fixture) -> anyhow::Result<String> {
    let ada = fixture.who("ada")?;
    let somebody = person(&ada).await?;
    let wanted = json!({"email": format!("{}@race.example", unique("same"))});
    let (first, second) = fixture
        .race(add(&ada, wanted.clone()), patch(&ada, &somebody, "*", &wanted))
        .await?;
    one_of(&first, &second, &[(422, "taken")])
}

async fn name(fixture: &Fixture, path: &str) -> anyhow::Result<String> {
    let ada = fixture.who("ada")?;
    let new = json!({"name": unique("same")});
    let (first, second) = fixture.race(ada.post(path, &new), ada.post(path, &new)).await?;
    one_of(&first, &second, &[(422, "taken")])
}

async fn versions(fixture: &Fixture) -> anyhow::Result<String> {
    let ada = fixture.who("ada")?;
    let path = person(&ada).await?;
    let (one, other) = (json!({"title": "One"}), json!({"title": "Other"}));
    let (first, second) = fixture
        .race(
            patch(&ada, &path, "\"1\"", &one),
            patch(&ada, &path, "\"1\"", &other),
        )
        .await?;
    one_of(&first, &second, &[(412, "version_moved")])
}

/// Both may be done; the session does not live again with its person.
async fn sign_in_against_disable(fixture: &Fixture) -> anyhow::Result<String> {
    let (ada, stranger) = (fixture.who("ada")?, fixture.server().stranger());
    let email = format!("{}@race.example", unique("s"));
    let new = json!({"name": "S", "email": email, "password": PASSWORD});
    let path = format!("/v1/users/{}", id(&made(&ada, "/v1/users", &new).await?));
    let (off, words) = (
        format!("{path}/disable"),
        json!({"email": email, "password": PASSWORD}),
    );
    let none = json!({});
    let (signed_in, disabled) = fixture
        .race(stranger.post("/v1/auth/login", &words), ada.post(&off, &none))
        .await?;
    disabled.expect(200)?;
    ada.post(&format!("{path}/enable"), &none).await?.expect(200)?;
    if signed_in.status != 200 {
        signed_in.expect(401)?;
        return Ok("disabled before".to_owned());
    }
    let again = json!({"refresh_token": signed_in.text("/refresh_token")});
    stranger.post("/v1/auth/refresh", &again).await?.expect(401)?;
    Ok("disabled after".to_owned())
}
