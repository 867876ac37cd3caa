//! Identity codes that are replaced, and two persons that turn out to be one.

use super::Editor;
use super::facts::left_out;
use super::people::Whose;
use super::row::PersonRow;
use crate::register::changes::{Change, Fact, Identity, LeftOut, Reason};

/// The person a change is about, and who is merged into that person.
pub(super) struct About {
    pub(super) row: u32,
    pub(super) merged: Option<u32>,
}

const OTHER: LeftOut = left_out("person_id", Reason::OtherPerson);

fn identity(change: &Change) -> Option<&Identity> {
    change.facts.iter().find_map(|fact| match fact {
        Fact::Identity(identity) => Some(identity),
        Fact::Registered(_) | Fact::BirthDate(_) | Fact::Sex(_) | Fact::Names { .. } | Fact::CallName(_) => {
            None
        }
        Fact::FormerName(..) | Fact::Death(_) | Fact::MotherTongue(_) | Fact::ServiceLanguage(_) => None,
        Fact::Municipality(_) | Fact::Home(_) | Fact::Left(_) | Fact::Abroad(_) | Fact::Occupation(_) => None,
        Fact::Guardian(..) | Fact::Spouse(_) | Fact::Security(_) | Fact::Prohibition(..) => None,
    })
}

impl Editor {
    /// Whom a change is about; `None` if nobody is known by its codes.
    pub(super) fn about(&self, change: &Change) -> Result<Option<About>, LeftOut> {
        let named = self.people.find(change.person.packed());
        let Some(identity) = identity(change) else {
            return Ok(named.map(|whose| About { row: whose.row, merged: None }));
        };
        let replaced = self.people.find(identity.replaced.packed());
        let active = self.people.find(identity.active.packed());
        let about = match (replaced, active) {
            (None, None) => return Ok(None),
            (Some(one), None) | (None, Some(one)) => About { row: one.row, merged: None },
            (Some(one), Some(same)) if one.row == same.row => About { row: one.row, merged: None },
            // Two persons are one only if each goes by the code that is told.
            (Some(from), Some(to)) if !from.previous && !to.previous => {
                About { row: to.row, merged: Some(from.row) }
            }
            (Some(_), Some(_)) => return Err(OTHER),
        };
        let is_ours = |row: u32| row == about.row || Some(row) == about.merged;
        let others = identity.previous.iter().flatten().filter_map(|code| self.people.find(code.packed()));
        if named.into_iter().chain(others).any(|whose| !is_ours(whose.row)) {
            return Err(OTHER);
        }
        Ok(Some(about))
    }

    /// Gives the row its code and earlier codes.
    pub(super) fn rename(&self, change: &Change, about: &About, row: &mut PersonRow) {
        let Some(identity) = identity(change) else { return };
        let active = identity.active.packed();
        let mut previous = row.previous_ids.clone();
        if let Some(told) = &identity.previous {
            previous = told.iter().map(|code| code.packed()).collect();
            previous.push(identity.replaced.packed());
        } else {
            previous.extend([row.id, identity.replaced.packed()]);
            if let Some(merged) = about.merged.map(|merged| self.row(merged)) {
                previous.extend(merged.previous_ids);
            }
        }
        row.previous_ids.clear();
        for code in previous {
            if code != active && !row.previous_ids.contains(&code) {
                row.previous_ids.push(code);
            }
        }
        row.id = active;
    }

    /// Lets codes lead to the row from now on, and those it lost to nobody.
    pub(super) fn index(&mut self, row: u32, before: &PersonRow, after: &PersonRow) {
        if before.id == after.id && before.previous_ids == after.previous_ids {
            return;
        }
        for code in before.previous_ids.iter().chain([&before.id]) {
            self.people.set(*code, None);
        }
        for code in &after.previous_ids {
            self.people.set(*code, Some(Whose { row, previous: true }));
        }
        self.people.set(after.id, Some(Whose { row, previous: false }));
    }
}
