//! Which sheets a workbook has, and where its parts are.

use quick_xml::events::Event;

use super::package::Package;
use super::xml::{Xml, attribute};
use super::{PART_BYTES_MAX, WorkbookFault};

/// Names of sheets told at most.
const NAMES_TOLD: usize = 10;

/// What is known of a workbook's parts.
#[derive(Debug, Default)]
pub(super) struct Sheets {
    sheets: Vec<Listed>,
    pub(super) strings: Option<String>,
    pub(super) styles: Option<String>,
    /// Whether days are counted from 1904.
    pub(super) is_1904: bool,
}

/// A sheet with cells.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) name: String,
    pub(super) path: String,
    is_hidden: bool,
}

impl Sheets {
    /// The sheet of a name, letters alike whether small or large, or else the first that is not hidden.
    pub(super) fn choose(&self, name: Option<&str>) -> Result<&Listed, WorkbookFault> {
        let Some(name) = name else {
            let shown = self.sheets.iter().find(|sheet| !sheet.is_hidden);
            return shown.or(self.sheets.first()).ok_or(WorkbookFault::NoSheet);
        };
        let exact = self.sheets.iter().find(|sheet| sheet.name == name);
        let alike = || self.sheets.iter().find(|sheet| sheet.name.to_lowercase() == name.to_lowercase());
        exact.or_else(alike).ok_or_else(|| {
            let names = self.sheets.iter().take(NAMES_TOLD).map(|sheet| sheet.name.clone());
            WorkbookFault::NoSuchSheet(names.collect())
        })
    }
}

/// One part's word on another.
struct Relation {
    id: String,
    kind: String,
    path: String,
}

impl Relation {
    fn is(&self, kind: &str) -> bool {
        self.kind.rsplit('/').next() == Some(kind)
    }
}

pub(super) fn read(package: &Package) -> Result<Sheets, WorkbookFault> {
    if !package.has("_rels/.rels") {
        return Err(WorkbookFault::None);
    }
    let relations = relations(package, "_rels/.rels", "")?;
    let main = relations.iter().find(|relation| relation.is("officeDocument"));
    let main = main.map(|relation| relation.path.clone()).ok_or(WorkbookFault::None)?;
    let (folder, name) = main.rsplit_once('/').unwrap_or(("", &main));
    let beside = format!("{folder}/_rels/{name}.rels");
    if !package.has(&main) || !package.has(&beside) {
        return Err(WorkbookFault::None);
    }
    let parts = self::relations(package, &beside, folder)?;
    let mut sheets = workbook(package, &main, &parts)?;
    let path = |kind| parts.iter().find(|relation| relation.is(kind)).map(|relation| relation.path.clone());
    sheets.strings = path("sharedStrings");
    sheets.styles = path("styles");
    Ok(sheets)
}

fn relations(package: &Package, path: &str, folder: &str) -> Result<Vec<Relation>, WorkbookFault> {
    let mut xml = Xml::new(package.part(path, PART_BYTES_MAX)?);
    let mut found = Vec::new();
    loop {
        let event = xml.next()?;
        if let Event::Start(start) = &event {
            if start.local_name().as_ref() == b"Relationship" {
                let of = |name| Ok::<_, WorkbookFault>(attribute(start, name)?.unwrap_or_default());
                let path = resolved(folder, &of("Target")?);
                found.push(Relation { id: of("Id")?, kind: of("Type")?, path });
            }
        } else if matches!(event, Event::Eof) {
            return Ok(found);
        }
    }
}

/// A part's path from what another part in `folder` calls it.
fn resolved(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let whole = if target.starts_with('/') { target } else { format!("{folder}/{target}") };
    let mut steps: Vec<&str> = Vec::new();
    for step in whole.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    steps.join("/")
}

fn workbook(package: &Package, path: &str, parts: &[Relation]) -> Result<Sheets, WorkbookFault> {
    let mut xml = Xml::new(package.part(path, PART_BYTES_MAX)?);
    let mut found = Sheets::default();
    loop {
        let event = xml.next()?;
        let Event::Start(start) = &event else {
            if matches!(event, Event::Eof) {
                return Ok(found);
            }
            continue;
        };
        match start.local_name().as_ref() {
            b"workbookPr" => {
                let flag = attribute(start, "date1904")?;
                found.is_1904 |= matches!(flag.as_deref(), Some("1" | "true"));
            }
            b"sheet" => {
                let id = attribute(start, "id")?.unwrap_or_default();
                let part = parts.iter().find(|relation| relation.id == id && relation.is("worksheet"));
                let name = attribute(start, "name")?.unwrap_or_default();
                let is_hidden = attribute(start, "state")?.is_some_and(|state| state != "visible");
                let listed = |part: &Relation| Listed { name, path: part.path.clone(), is_hidden };
                found.sheets.extend(part.map(listed));
            }
            _ => {}
        }
    }
}
