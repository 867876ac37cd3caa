//! Opening: only by the recipient, and only what was delivered.

use poimuri_shared::order::Format;

use super::super::{DeliverError, Identities, Limits, open_folder, open_stored};
use super::{ROWS, bench, key_in};

#[test]
fn only_the_recipient_opens_and_only_what_was_delivered() {
    let bench = bench();
    bench.deliver(Format::Csv, Limits::default(), &[ROWS]).unwrap();
    let (home, out) = (bench.home.path(), bench.home.path().join("out"));
    key_in(&home.join("other"));
    let other = Identities::load(&home.join("other")).unwrap();
    let error = open_stored(&bench.objects, &bench.order, &other, &out).unwrap_err();
    assert!(matches!(error, DeliverError::NotForYou { .. }), "{error}");
    let identities = Identities::load(&home.join("identity")).unwrap();
    let folder = bench.objects.root().join("deliveries/o-1");
    open_folder(&folder, &identities, &out).unwrap();
    std::fs::remove_dir_all(&out).unwrap();
    for object in bench.objects() {
        let path = bench.objects.root().join(&object);
        let bytes = std::fs::read(&path).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("Virtanen"), "plain text in {object}");
        for at in [0, bytes.len() / 2, bytes.len() - 1] {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            std::fs::write(&path, &changed).unwrap();
            let result = open_folder(&folder, &identities, &out);
            let is_same = result.as_ref().is_ok_and(|opened| {
                std::fs::read(&opened.files[0]).is_ok_and(|text| text.ends_with(ROWS.as_bytes()))
            });
            assert!(result.is_err() || (is_same && object.ends_with("manifest")), "{object} at {at}");
        }
        std::fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
        assert!(open_folder(&folder, &identities, &out).is_err(), "{object} cut short");
        std::fs::write(&path, &bytes).unwrap();
    }
    open_folder(&folder, &identities, &out).unwrap();
    assert!(matches!(Identities::load(&folder.join("manifest")), Err(DeliverError::Identity { .. })));
}

#[test]
fn a_manifest_cannot_write_outside_its_folder() {
    let bench = bench();
    bench.deliver(Format::Csv, Limits::default(), &[ROWS]).unwrap();
    let path = bench.objects.root().join("deliveries/o-1/manifest");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("\"o-1.csv\"", "\"../o-1.csv\"")).unwrap();
    let identities = Identities::load(&bench.home.path().join("identity")).unwrap();
    let error =
        open_stored(&bench.objects, &bench.order, &identities, &bench.home.path().join("out")).unwrap_err();
    assert!(matches!(error, DeliverError::Damaged { .. }), "{error}");
}
