//! What every store must do: one suite for all of them.

use super::{Objects, Put, StoreError, list_all};

/// Puts an empty store to the test.
pub(super) fn check(objects: &dyn Objects) {
    objects.probe().unwrap();
    assert_eq!(objects.list("", "", 10).unwrap(), [""; 0], "the probe leaves nothing");
    creates_once(objects);
    reads_and_removes(objects);
    lists_in_order(objects);
}

fn creates_once(objects: &dyn Objects) {
    let created = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..16_u8)
            .map(|writer| scope.spawn(move || objects.put_new("once/o-1", &[writer; 500]).unwrap()))
            .collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).filter(|put| *put == Put::Created).count()
    });
    assert_eq!(created, 1);
    let content = objects.get("once/o-1").unwrap();
    assert_eq!(content, [content[0]; 500]);
    objects.delete("once/o-1").unwrap();
}

fn reads_and_removes(objects: &dyn Objects) {
    assert!(matches!(objects.get("a/x"), Err(StoreError::Missing { .. })));
    assert!(matches!(objects.open("a/x").map(|_| ()), Err(StoreError::Missing { .. })));
    assert_eq!(objects.get_opt("a/x").unwrap(), None);
    assert!(!objects.exists("a/x").unwrap());
    objects.delete("a/x").unwrap();
    objects.put_data("a/x", b"content").unwrap();
    assert_eq!(objects.get_opt("a/x").unwrap().as_deref(), Some(&b"content"[..]));
    assert!(objects.exists("a/x").unwrap());
    objects.put_data("a/empty", b"").unwrap();
    assert_eq!(objects.get("a/empty").unwrap(), b"");
    for name in ["a/x", "a/empty"] {
        objects.delete(name).unwrap();
        assert!(!objects.exists(name).unwrap());
    }
    for name in ["../a", "a//b", ".tmp/a", ""] {
        assert!(matches!(objects.get(name), Err(StoreError::Name)), "{name}");
        assert!(matches!(objects.put_new(name, b""), Err(StoreError::Name)), "{name}");
    }
}

fn lists_in_order(objects: &dyn Objects) {
    let mut names = vec!["b", "a/x", "a-b", "a.b/c", "a/x.y", "open/o-1", "c/d/e", "c/d-e", "a/b/c"];
    for name in &names {
        objects.put_data(name, b"").unwrap();
    }
    names.sort_unstable();
    assert_eq!(list_all(objects, "", 100).unwrap(), names);
    for limit in 1..4 {
        let mut paged: Vec<String> = Vec::new();
        loop {
            let page = objects.list("", paged.last().map_or("", String::as_str), limit).unwrap();
            assert!(page.len() <= limit);
            if page.is_empty() {
                break;
            }
            paged.extend(page);
        }
        assert_eq!(paged, names);
    }
    assert_eq!(objects.list("a/x", "", 10).unwrap(), ["a/x", "a/x.y"]);
    assert_eq!(objects.list("a/x", "a/x", 10).unwrap(), ["a/x.y"]);
    assert_eq!(objects.list("c/d", "", 10).unwrap(), ["c/d-e", "c/d/e"]);
    assert_eq!(objects.list("nothing/here", "", 10).unwrap(), [""; 0]);
    assert_eq!(objects.children("a", "", 10).unwrap(), ["b", "x", "x.y"]);
    assert_eq!(objects.children("a", "b", 1).unwrap(), ["x"]);
    assert!(matches!(list_all(objects, "", 3), Err(StoreError::TooMany { .. })));
}
