//! What a folder promises under concurrency, faults and crashes.

use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use super::super::{Objects, Put, StoreError, conformance};
use super::Folder;
use super::disk::{Disk, DiskFile, RealDisk};

/// A disk on which the n-th call fails, as often as `failing` says.
#[derive(Debug, Clone)]
struct Faulty {
    calls_left: Arc<AtomicI64>,
    lasts: bool,
    kind: io::ErrorKind,
}

impl Faulty {
    fn at(call: i64, lasts: bool, kind: io::ErrorKind) -> Self {
        Self { calls_left: Arc::new(AtomicI64::new(call)), lasts, kind }
    }

    fn call(&self) -> io::Result<()> {
        let left = self.calls_left.fetch_sub(1, Ordering::SeqCst);
        if left == 0 || (self.lasts && left < 0) { Err(io::Error::from(self.kind)) } else { Ok(()) }
    }

    fn has_fired(&self) -> bool {
        self.calls_left.load(Ordering::SeqCst) < 0
    }
}

struct FaultyFile(Faulty, Box<dyn DiskFile>);

impl Write for FaultyFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.call()?;
        // Half at a time, so that a fault leaves a torn file.
        self.1.write(&bytes[..bytes.len().div_ceil(2)])
    }

    fn flush(&mut self) -> io::Result<()> {
        self.1.flush()
    }
}

impl DiskFile for FaultyFile {
    fn sync(&mut self) -> io::Result<()> {
        self.0.call()?;
        self.1.sync()
    }
}

impl Disk for Faulty {
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        self.call()?;
        Ok(Box::new(FaultyFile(self.clone(), RealDisk.create(path)?)))
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.call()?;
        RealDisk.link(from, to)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.call()?;
        RealDisk.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.call()?;
        RealDisk.remove(path)
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        self.call()?;
        RealDisk.make_folder(path)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.call()?;
        RealDisk.sync_folder(path)
    }
}

fn store() -> (tempfile::TempDir, Folder) {
    let home = tempfile::tempdir().unwrap();
    let folder = Folder::new(home.path().join("store"));
    (home, folder)
}

#[test]
fn of_many_writers_exactly_one_creates() {
    let (_home, folder) = store();
    for round in 0..20 {
        let name = format!("orders/o-{round}/end");
        let created: usize = std::thread::scope(|scope| {
            let writers: Vec<_> = (0..16_u8)
                .map(|writer| {
                    let (folder, name) = (&folder, &name);
                    scope.spawn(move || (writer, folder.put_new(name, &[writer; 500]).unwrap()))
                })
                .collect();
            let won: Vec<u8> = writers
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .filter_map(|(writer, put)| (put == Put::Created).then_some(writer))
                .collect();
            assert_eq!(folder.get(&name).unwrap(), [won[0]; 500]);
            won.len()
        });
        assert_eq!(created, 1);
    }
    assert_eq!(std::fs::read_dir(folder.root().join(".tmp")).unwrap().count(), 0);
}

/// Lets every call fail in turn, once and for good: what is there afterwards is whole or
/// absent, nobody else was told otherwise, and another attempt succeeds.
#[test]
fn a_fault_at_any_point_leaves_a_whole_object_or_none() {
    let content = [7_u8; 1000];
    for (kind, lasts) in [(io::ErrorKind::StorageFull, false), (io::ErrorKind::StorageFull, true)] {
        for by_commit in [true, false] {
            let mut call = 0;
            loop {
                let (_home, sound) = store();
                let faulty = Faulty::at(call, lasts, kind);
                let folder = Folder { root: sound.root.clone(), disk: Arc::new(faulty.clone()) };
                let put = |folder: &Folder| {
                    if by_commit {
                        folder.put_new("orders/o-1/end", &content).map(|_| ())
                    } else {
                        folder.put_data("orders/o-1/end", &content)
                    }
                };
                let failed = put(&folder);
                assert!(matches!(failed, Ok(()) | Err(StoreError::Full { .. })), "{failed:?}");
                let left = sound.get_opt("orders/o-1/end").unwrap();
                assert!(left.as_deref().is_none_or(|left| left == content), "call {call}");
                assert!(failed.is_err() || left.is_some(), "call {call}");
                put(&sound).unwrap();
                assert_eq!(sound.get("orders/o-1/end").unwrap(), content);
                sound.sweep_orphans(Duration::ZERO).unwrap();
                assert_eq!(std::fs::read_dir(sound.root().join(".tmp")).unwrap().count(), 0);
                if !faulty.has_fired() {
                    break;
                }
                call += 1;
            }
            assert!(call > 6, "faults were injected");
        }
    }
}

#[test]
fn a_full_device_is_named() {
    let file = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let error = (&file).write_all(b"x").unwrap_err();
    assert!(matches!(StoreError::from_io("write", "a", error), StoreError::Full { .. }));
}

#[test]
fn leftovers_of_a_crash_are_swept_when_old_enough() {
    let (_home, folder) = store();
    folder.put_data("a", b"1").unwrap();
    std::mem::forget(folder.create_data("orders/o-1/data/select-000001.x").unwrap());
    assert_eq!(folder.sweep_orphans(Duration::from_secs(3600)).unwrap(), 0);
    assert_eq!(folder.sweep_orphans(Duration::ZERO).unwrap(), 1);
    assert_eq!(folder.get("a").unwrap(), b"1");
}

#[test]
fn an_unfinished_object_is_not_there() {
    let (_home, folder) = store();
    let mut writer = folder.create_data("a").unwrap();
    writer.write_all(b"half").unwrap();
    assert!(!folder.exists("a").unwrap());
    drop(writer);
    assert!(!folder.exists("a").unwrap());
    assert_eq!(folder.sweep_orphans(Duration::ZERO).unwrap(), 0, "dropping removes it at once");
}

#[test]
fn a_folder_is_a_store() {
    conformance::check(&store().1);
}

#[test]
fn objects_are_private_and_removal_is_complete() {
    let (_home, folder) = store();
    folder.put_data("orders/o-1/data/x", b"1").unwrap();
    let mode = |path: &str| std::fs::metadata(folder.root().join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("orders/o-1/data/x"), 0o600);
    for path in ["", "orders", "orders/o-1", "orders/o-1/data"] {
        assert_eq!(mode(path), 0o700, "{path}");
    }
    folder.delete("orders/o-1/data/x").unwrap();
    folder.delete("orders/o-1/data/x").unwrap();
    assert!(matches!(folder.get("orders/o-1/data/x"), Err(StoreError::Missing { .. })));
    assert!(!folder.root().join("orders/o-1").exists());
    assert!(folder.root().join("orders").exists());
}

#[test]
fn the_probe_tells_a_store_that_cannot_be_used() {
    let (home, folder) = store();
    folder.probe().unwrap();
    let check =
        |disk: Faulty| Folder { root: folder.root.clone(), disk: Arc::new(disk) }.probe().unwrap_err();
    let no_links = check(Faulty::at(3, false, io::ErrorKind::Unsupported));
    assert!(matches!(no_links, StoreError::Unsuitable { .. }), "{no_links:?}");
    let read_only = check(Faulty::at(0, true, io::ErrorKind::ReadOnlyFilesystem));
    assert!(matches!(read_only, StoreError::NotWritable { .. }), "{read_only:?}");
    std::fs::write(home.path().join("file"), b"").unwrap();
    assert!(Folder::new(home.path().join("file")).probe().is_err());
}
