//! Names are safe everywhere and sort as they are listed.

use super::super::check_name;
use super::*;

#[test]
fn the_longest_ids_make_safe_names() {
    let id: OrderId = "o".repeat(64).parse().unwrap();
    let attempt = super::super::unique();
    let names = [
        order(&id),
        event(&id, u32::MAX),
        commit(&id, "prepare", u32::MAX),
        data(&id, "prepare", u32::MAX, &attempt),
        delivery_part(&id, "part-000001.parquet", &attempt),
        key(KeyOwner::Order(&id), "0123456789abcdef"),
    ];
    for name in names {
        assert!(check_name(&name).is_ok(), "{name}");
    }
}

#[test]
fn markers_sort_by_time_and_name_what_they_stand_for() {
    let marker = |at: &str, id: &str| retained("order", at.parse().unwrap(), id);
    let (early, late) = (marker("2026-09-30T23:59:59Z", "z"), marker("2026-10-01T00:00:01.5Z", "a.b"));
    assert!(early < late && early.starts_with(&all_retained("order")));
    assert_eq!(late, "retained/order/2026-10-01/000001.a.b");
    assert_eq!(id_of_retained(&late), Some("a.b"));
    assert_eq!(id_of_retained("retained/order/soon"), None);
}

#[test]
fn commits_sort_by_task_and_name_it() {
    let id: OrderId = "o-1".parse().unwrap();
    assert!(commit(&id, "select", 9) < commit(&id, "select", 10));
    for task in [0, 7, 999_999, 1_000_000] {
        assert_eq!(task_of_commit(&commit(&id, "select", task)), Some(task));
    }
}
