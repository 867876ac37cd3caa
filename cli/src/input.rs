//! Files a user hands in: orders, criteria, permits. What is wrong is told by file, line and field.

use std::io;
use std::path::Path;

use poimuri_shared::document::{self, FileError, Format, Problem, Refused};

use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::progress::Show;

/// The content of a document and how it is written.
///
/// # Errors
/// If it does not exist, cannot be read, or is too large to be one.
pub(crate) fn document(path: &Path) -> Outcome<(Vec<u8>, Format)> {
    let bytes = document::read_file(path).map_err(|error| unreadable(&error))?;
    let named = path.extension().is_some_and(|name| name == "json" || name == "toml");
    let format = if named { Format::of(path) } else { Format::guess(&bytes) };
    Ok((bytes, format))
}

fn unreadable(error: &FileError) -> Failure {
    let exit = match error {
        FileError::Io { source, .. } if source.kind() == io::ErrorKind::NotFound => Exit::NotFound,
        FileError::Io { .. } | FileError::TooLarge { .. } => Exit::Refused,
    };
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
    Failure::new(exit, format!("{error}{cause}"))
}

/// A document with problems, each on a line of its own.
pub(crate) fn refused(path: &Path, refused: &Refused) -> Failure {
    let more = (refused.more > 0).then(|| format!("and {} more", refused.more));
    let problems = refused.problems.iter().map(ToString::to_string);
    Failure::refused(format!("{} is refused", path.display())).details(problems.chain(more))
}

/// Says what was read differently from how it is written.
pub(crate) fn warn(show: Show, path: &Path, warnings: &[Problem]) {
    for warning in warnings {
        show.say(&format!("warning: {}: {warning}", path.display()));
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use poimuri_shared::order::parse;

    use super::*;

    fn examples() -> Vec<PathBuf> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/examples");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        files.filter(|path| path.extension().is_some_and(|name| name == "toml")).collect()
    }

    #[test]
    fn every_example_order_is_understood() {
        let examples = examples();
        assert!(examples.len() >= 6);
        for path in examples {
            let (bytes, format) = document(&path).unwrap();
            let parsed = parse::order(&bytes, format).map_err(|wrong| refused(&path, &wrong).to_text());
            assert_eq!(parsed.unwrap().warnings, [], "{}", path.display());
        }
    }

    #[test]
    fn what_is_wrong_is_told_by_line() {
        let wrong = parse::order(b"kind = \"extraction\"\ncolour = 1\n", Format::Toml).unwrap_err();
        let text = refused(Path::new("o.toml"), &wrong).to_text();
        assert!(text.starts_with("error: o.toml is refused\n"), "{text}");
        assert!(text.contains("line 2"), "{text}");
        assert_eq!(document(Path::new("/nowhere")).unwrap_err().exit(), Exit::NotFound);
    }
}
