//! The life of a key: made once, found again, rewrapped, destroyed in time.

use super::*;
use crate::store::Folder;

struct Bench {
    home: tempfile::TempDir,
    objects: Folder,
    masters: MasterKeys,
    order: OrderId,
}

fn bench() -> Bench {
    let home = tempfile::tempdir().unwrap();
    let masters = MasterKeys::init(&home.path().join("master.key")).unwrap();
    let objects = Folder::new(home.path().join("store"));
    Bench { home, objects, masters, order: "o-1".parse().unwrap() }
}

#[test]
fn a_key_is_made_once_and_found_again() {
    let bench = bench();
    let owner = KeyOwner::Order(&bench.order);
    assert!(matches!(load(&bench.objects, &bench.masters, owner), Err(KeyError::Gone { .. })));
    let keys: Vec<[u8; 32]> = std::thread::scope(|scope| {
        let make = || *create(&bench.objects, &bench.masters, owner).unwrap().bytes();
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(make)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(keys.iter().all(|key| *key == keys[0]));
    assert_eq!(*load(&bench.objects, &bench.masters, owner).unwrap().bytes(), keys[0]);
    let longer: OrderId = "o-1.2".parse().unwrap();
    assert_ne!(*create(&bench.objects, &bench.masters, KeyOwner::Order(&longer)).unwrap().bytes(), keys[0]);
    let register: RegisterId = "o-1".parse().unwrap();
    let registers = create(&bench.objects, &bench.masters, KeyOwner::Register(&register)).unwrap();
    assert_ne!(*registers.bytes(), keys[0]);
}

#[test]
fn rotation_keeps_every_key() {
    let bench = bench();
    let owner = KeyOwner::Order(&bench.order);
    let key = create(&bench.objects, &bench.masters, owner).unwrap();
    let rotated = MasterKeys::rotate(&bench.home.path().join("master.key")).unwrap();
    assert_eq!(load(&bench.objects, &rotated, owner).unwrap().bytes(), key.bytes());
    assert_eq!(create(&bench.objects, &rotated, owner).unwrap().bytes(), key.bytes());
    assert_eq!(rewrap(&bench.objects, &rotated).unwrap(), 1);
    assert_eq!(rewrap(&bench.objects, &rotated).unwrap(), 0);
    assert_eq!(load(&bench.objects, &rotated, owner).unwrap().bytes(), key.bytes());
    assert!(matches!(load(&bench.objects, &bench.masters, owner), Err(KeyError::Unknown { .. })));
}

#[test]
fn a_key_goes_only_after_the_end_the_retention_and_the_longest_lease() {
    let bench = bench();
    let owner = KeyOwner::Order(&bench.order);
    create(&bench.objects, &bench.masters, owner).unwrap();
    let ended: Timestamp = "2026-11-01T00:00:00Z".parse().unwrap();
    let keep = Duration::from_secs(3600);
    let lease = Duration::from_secs(10);
    let attempt = |ended: Option<Timestamp>, now: &str| {
        let retention = Retention { ended, keep, longest_lease: lease };
        destroy(&bench.objects, &bench.order, &retention, now.parse().unwrap())
    };
    assert!(matches!(attempt(None, "2030-01-01T00:00:00Z"), Err(KeyError::TooEarly { until: None, .. })));
    assert!(matches!(attempt(Some(ended), "2026-11-01T01:00:09Z"), Err(KeyError::TooEarly { .. })));
    assert!(load(&bench.objects, &bench.masters, owner).is_ok());
    attempt(Some(ended), "2026-11-01T01:00:10Z").unwrap();
    attempt(Some(ended), "2026-11-01T01:00:11Z").unwrap();
    assert!(matches!(load(&bench.objects, &bench.masters, owner), Err(KeyError::Gone { .. })));
}
