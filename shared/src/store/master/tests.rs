//! The master key file: made when asked, refused when wrong.

use super::*;

#[test]
fn a_file_is_made_once_and_only_when_asked() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("master.key");
    assert!(matches!(MasterKeys::load(&path), Err(MasterError::Missing { .. })));
    let made = MasterKeys::init(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(matches!(MasterKeys::init(&path), Err(MasterError::Exists { .. })));
    let rotated = MasterKeys::rotate(&path).unwrap();
    assert_eq!(rotated.keys.len(), 2);
    assert_eq!(rotated.keys[0].id, made.keys[0].id);
    assert_eq!(rotated.hashed_name("idempotency", "a"), made.hashed_name("idempotency", "a"));
    assert_ne!(rotated.newest().unwrap().id, made.newest().unwrap().id);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(matches!(MasterKeys::load(&path), Err(MasterError::Exposed { .. })));
}

#[test]
fn whoever_sees_a_file_sees_it_whole() {
    for _ in 0..20 {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("master.key");
        let make = || match MasterKeys::init(&path) {
            Err(MasterError::Exists { .. }) => MasterKeys::load(&path),
            made => made,
        };
        let ids = std::thread::scope(|scope| {
            let makers: Vec<_> = (0..4).map(|_| scope.spawn(make)).collect();
            makers
                .into_iter()
                .map(|maker| maker.join().unwrap().unwrap().keys[0].id.clone())
                .collect::<Vec<_>>()
        });
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1, "nothing is left beside it");
    }
}

#[test]
fn what_is_no_key_is_refused_by_line_without_its_content() {
    let check = |text: &str, expected: usize| {
        let error = MasterKeys::parse(Path::new("k"), text).unwrap_err();
        assert!(!error.to_string().contains("secret"));
        assert!(matches!(error, MasterError::Malformed { line, .. } if line == expected), "{text}: {error}");
    };
    check("", 0);
    check("# nothing\n\n", 0);
    check("secret", 1);
    check("# x\npoimuri-master-1 secret", 2);
    check(&format!("poimuri-master-1 {}", "a".repeat(63)), 1);
}
