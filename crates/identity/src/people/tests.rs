use std::collections::BTreeSet;

use countersign_kernel::directory::Person;
use uuid::Uuid;

use super::*;

fn id(number: u128) -> UserId {
    UserId(Uuid::from_u128(number))
}

fn person(number: u128, manager: Option<u128>, roles: &[&str]) -> Person {
    Person {
        id: id(number),
        name: format!("Person {number}"),
        email: format!("p{number}@acme.example"),
        active: true,
        manager: manager.map(id),
        department: None,
        title: None,
        grade: None,
        country: None,
        cost_center: None,
        limit: None,
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        groups: BTreeSet::new(),
        skills: BTreeSet::new(),
    }
}

/// 1 leads 2 leads 3; 1 is the admin.
fn directory() -> Directory {
    let people = [
        person(1, None, &[ADMIN]),
        person(2, Some(1), &[]),
        person(3, Some(2), &[]),
    ];
    Directory {
        people: people.into_iter().map(|person| (person.id, person)).collect(),
        roles: BTreeSet::from([ADMIN.to_owned(), "finance".to_owned()]),
        ..Directory::default()
    }
}

fn user(number: u128, manager: Option<u128>) -> User {
    let profile = Profile {
        name: "Someone".into(),
        email: format!("p{number}@acme.example"),
        manager: manager.map(id),
        ..Profile::default()
    };
    let now = Instant::from_millis(0);
    User {
        id: id(number),
        status: Status::Active,
        profile,
        roles: Vec::new(),
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

fn codes(user: &User) -> Vec<(String, &'static str)> {
    faults(user, &directory())
        .into_iter()
        .map(|fault| (fault.pointer, fault.code))
        .collect()
}

#[test]
fn nobody_reports_to_themselves_however_far_round() {
    for (number, manager, good) in [
        (1, 1, false),
        (1, 2, false),
        (1, 3, false),
        (2, 3, false),
        (3, 1, true),
        (9, 3, true),
        (9, 9, false),
    ] {
        assert_eq!(
            codes(&user(number, Some(manager))).is_empty(),
            good,
            "{number} under {manager}"
        );
    }
    assert_eq!(codes(&user(3, Some(77))), [("/manager".into(), "not_found")]);
}

#[test]
fn every_fault_is_named_at_once() {
    let mut bad = user(2, None);
    bad.profile.name = "  ".into();
    bad.profile.email = "P1@ACME.example".into();
    bad.profile.country = Some("Germany".into());
    bad.profile.limit_minor = Some(-1);
    bad.profile.department = Some(DepartmentId(Uuid::from_u128(5)));
    bad.roles = vec!["finance".into(), "finanse".into()];
    let expected = [
        ("/name", "empty"),
        ("/email", "taken"),
        ("/department", "not_found"),
        ("/country", "malformed"),
        ("/limit", "negative"),
        ("/roles/1", "unknown_role"),
    ];
    assert_eq!(
        codes(&bad),
        expected.map(|(place, code)| (place.to_owned(), code))
    );
    let suggestion = faults(&bad, &directory())
        .pop()
        .map(|fault| fault.detail.en.into_owned());
    assert_eq!(
        suggestion.as_deref(),
        Some("There is no role \"finanse\". Did you mean \"finance\"?")
    );
}

#[test]
fn addresses_have_a_form() {
    for (email, good) in [
        ("ann@acme.example", true),
        ("ann.o'hara+x@mail.acme.example", true),
        ("", false),
        ("ann", false),
        ("ann@localhost", false),
        ("@acme.example", false),
        ("ann@@acme.example", false),
        ("a nn@acme.example", false),
        ("ann@acme.example.", false),
    ] {
        let mut someone = user(9, None);
        someone.profile.email = email.into();
        assert_eq!(codes(&someone).is_empty(), good, "{email}");
    }
}

#[test]
fn a_tenant_keeps_an_admin() {
    let mut last = user(1, None);
    assert!(
        keeps_an_admin(&last, &directory()).is_err(),
        "the role is taken away"
    );
    last.roles = vec![ADMIN.into()];
    assert!(keeps_an_admin(&last, &directory()).is_ok());
    last.status = Status::Disabled;
    assert!(keeps_an_admin(&last, &directory()).is_err(), "disabled");
    let mut two = directory();
    two.people.insert(id(4), person(4, None, &[ADMIN]));
    assert!(keeps_an_admin(&last, &two).is_ok());
    assert!(
        keeps_an_admin(&user(3, None), &directory()).is_ok(),
        "never was one"
    );
}
