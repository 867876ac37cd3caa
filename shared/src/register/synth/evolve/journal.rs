//! What is written down beside the register: change records of each day, and where a register stands.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::EvolveError;
use crate::register::changes::{Change, dvv};

/// Name of the file that says where a register stands.
const STANDING: &str = "register.json";

/// Where a register stands: its date, and the last change in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Standing {
    pub(super) as_of: Date,
    /// 0 of none.
    pub(super) last_key: u64,
}

impl Standing {
    pub(super) fn read(folder: &Path) -> Result<Option<Self>, EvolveError> {
        let path = folder.join(STANDING);
        match fs::read(&path) {
            Ok(text) => {
                serde_json::from_slice(&text).map(Some).map_err(|error| EvolveError::Standing(path, error))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(EvolveError::Read(path, error)),
        }
    }

    pub(super) fn write(self, folder: &Path) -> Result<(), EvolveError> {
        let path = folder.join(STANDING);
        let text = serde_json::to_vec(&self).map_err(io::Error::from);
        text.and_then(|text| fs::write(&path, text)).map_err(|error| EvolveError::Write(path, error))
    }
}

/// The file of one day, under a temporary name until the day is over.
struct Page {
    path: PathBuf,
    temporary: PathBuf,
    file: BufWriter<File>,
}

/// Numbers changes and writes them down.
pub(super) struct Journal {
    folder: Option<PathBuf>,
    last_key: u64,
    at: Timestamp,
    page: Option<Page>,
}

impl Journal {
    pub(super) fn new(folder: Option<&Path>, last_key: u64) -> Self {
        Self { folder: folder.map(Path::to_owned), last_key, at: Timestamp::UNIX_EPOCH, page: None }
    }

    pub(super) const fn last_key(&self) -> u64 {
        self.last_key
    }

    /// Key and time of the next change.
    pub(super) const fn next(&self) -> (u64, Timestamp) {
        (self.last_key + 1, self.at)
    }

    /// Begins a day.
    pub(super) fn begin(&mut self, date: Date) -> Result<(), EvolveError> {
        self.at = format!("{date}T10:00:00Z").parse().unwrap_or(Timestamp::UNIX_EPOCH);
        if let Some(folder) = &self.folder {
            let path = folder.join(format!("changes-{date}.ndjson"));
            let temporary = folder.join(format!(".changes-{date}.part"));
            let file =
                File::create(&temporary).map_err(|error| EvolveError::Write(temporary.clone(), error))?;
            self.page = Some(Page { path, temporary, file: BufWriter::new(file) });
        }
        Ok(())
    }

    /// Writes a change down.
    pub(super) fn write(&mut self, change: &Change) -> Result<(), EvolveError> {
        self.last_key = change.key;
        let Some(page) = &mut self.page else { return Ok(()) };
        writeln!(page.file, "{}", dvv::write(change))
            .map_err(|error| EvolveError::Write(page.temporary.clone(), error))
    }

    /// Ends the day.
    pub(super) fn end(&mut self) -> Result<(), EvolveError> {
        let Some(page) = self.page.take() else { return Ok(()) };
        let Page { path, temporary, file } = page;
        let written =
            file.into_inner().map_err(io::IntoInnerError::into_error).and_then(|file| file.sync_all());
        written.and_then(|()| fs::rename(&temporary, &path)).map_err(|error| EvolveError::Write(path, error))
    }
}
