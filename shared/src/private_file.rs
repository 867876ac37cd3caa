//! Files with secrets: readable by their owner only, and whole for whoever sees them.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use crate::store::unique;

/// Makes a file that must not exist, with mode 600; of one that cannot be written whole nothing is left.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] if one is there, or the system's.
pub fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension(format!("{}.making", unique()));
    let written = write(&beside, bytes).and_then(|()| fs::hard_link(&beside, path));
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => written?,
    }
    sync_folder(path)
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Waits until the name of a file would survive a power cut.
///
/// # Errors
/// The system's.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    fs::File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_secret_is_private_and_never_overwritten() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("secret.key");
        create(&path, b"one").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(create(&path, b"two").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"one");
        let nowhere = home.path().join("nowhere/secret.key");
        assert_eq!(create(&nowhere, b"two").unwrap_err().kind(), io::ErrorKind::NotFound);
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1, "nothing is left beside it");
    }
}
