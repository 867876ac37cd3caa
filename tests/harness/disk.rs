//! Disks that are small or may not be written to. They need the right to mount.

#![expect(clippy::print_stderr, reason = "a test that could not be made is told to who runs it")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A mount; dropped, it is taken away.
#[derive(Debug)]
pub struct Mount {
    place: PathBuf,
}

impl Mount {
    /// A disk in memory of so many KiB; `None` where this user may not mount.
    #[must_use]
    pub fn small(place: &Path, kib: u32) -> Option<Self> {
        let size = format!("size={kib}k");
        mount(&["-t", "tmpfs", "-o", &size, "poimuri-tests"], place)
    }

    /// A folder seen through a mount that refuses writing; `None` where this user may not mount.
    #[must_use]
    pub fn read_only(folder: &Path, place: &Path) -> Option<Self> {
        let bound = mount(&["--bind", folder.to_str()?], place)?;
        let status = as_root("mount").args(["-o", "remount,ro,bind"]).arg(place).status().ok()?;
        status.success().then_some(bound)
    }

    /// Where it is seen.
    #[must_use]
    pub fn place(&self) -> &Path {
        &self.place
    }
}

fn mount(arguments: &[&str], place: &Path) -> Option<Mount> {
    std::fs::create_dir_all(place).ok()?;
    let done = as_root("mount").args(arguments).arg(place).stderr(Stdio::null()).status().ok()?.success();
    if !done {
        eprintln!("not tested: this user may not mount");
    }
    done.then(|| Mount { place: place.to_owned() })
}

/// A command as root: as it is, or by `sudo` without a question.
fn as_root(program: &str) -> Command {
    let root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n");
    if root {
        return Command::new(program);
    }
    let mut command = Command::new("sudo");
    command.args(["-n", program]);
    command
}

impl Drop for Mount {
    fn drop(&mut self) {
        let status = as_root("umount").arg("-l").arg(&self.place).status();
        if !status.is_ok_and(|status| status.success()) {
            eprintln!("{} is still mounted", self.place.display());
        }
    }
}
