//! The members of a subscription: whom its customer is told of, as a register of their own.
//!
//! Sealed, kept and erased as the registers customers upload. Each person is a member once, by the identity code that
//! was active when it became one; it is followed from there to whatever code is active later.

use std::io::Write as _;

use jiff::Timestamp;

use crate::customer_register::{Input, code};
use crate::ids::{CustomerId, RegisterId};
use crate::order::RegisterColumns;
use crate::register::hetu::Hetu;
use crate::registers::{self, RegisterError, StoredRegister};
use crate::store::Objects;
use crate::store::master::MasterKeys;

/// Headings of the register of members.
const HEADINGS: [&str; 3] = ["key", "identity_code", "found_by"];

/// Whom a customer is told of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Member {
    /// The customer's own key.
    pub key: String,
    /// The packed identity code.
    pub code: u64,
    /// The key by which the person was found: `M1` to `M4`.
    pub found_by: String,
}

/// Members by the customer's key, so that their order tells nothing that the customer does not know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Members(Vec<Member>);

/// What the columns of the register of members mean.
#[must_use]
pub fn columns_of_members() -> RegisterColumns {
    let [key, identity_code, _] = HEADINGS.map(|heading| Some(heading.to_owned()));
    RegisterColumns { key, identity_code, ..RegisterColumns::default() }
}

impl Members {
    /// The column that tells by which key a member was found.
    #[must_use]
    pub fn found_by_column(columns: &[String]) -> Option<usize> {
        columns.iter().position(|column| column == HEADINGS[2])
    }

    /// Reads the members of a register of theirs.
    ///
    /// # Errors
    /// When the register cannot be had or read.
    pub fn read(objects: &dyn Objects, masters: &MasterKeys, id: &RegisterId) -> Result<Self, RegisterError> {
        let register = registers::get(objects, id)?;
        let mut members = Vec::new();
        for part in &register.parts {
            for row in registers::columns(objects, masters, id, part)?.rows() {
                if let Ok(code) = code(row.bytes(1)) {
                    let (key, found_by) = (row.cell(0).into_owned(), row.cell(2).into_owned());
                    members.push(Member { key, code: code.packed(), found_by });
                }
            }
        }
        Ok(Self(members))
    }

    /// Members in their order.
    #[must_use]
    pub fn of(mut members: Vec<Member>) -> Self {
        members.sort_unstable();
        Self(members)
    }

    /// Those who stay.
    #[must_use]
    pub(super) fn keeping(mut self, stays: impl FnMut(&Member) -> bool) -> Self {
        self.0.retain(stays);
        self
    }

    /// The members in their order.
    #[must_use]
    pub fn all(&self) -> &[Member] {
        &self.0
    }

    /// Writes them as a register; one of that name that is there was written of the same members.
    ///
    /// # Errors
    /// When the store fails, or there is no member.
    pub fn write(
        &self,
        objects: &dyn Objects,
        masters: &MasterKeys,
        (id, customer): (&RegisterId, &CustomerId),
        now: Timestamp,
    ) -> Result<(), RegisterError> {
        let mut text = HEADINGS.join(";").into_bytes();
        for Member { key, code, found_by } in &self.0 {
            let code = Hetu::from_packed(*code).map(Hetu::to_text).unwrap_or_default();
            text.extend_from_slice(b"\n\"");
            text.extend_from_slice(key.replace('"', "\"\"").as_bytes());
            text.extend_from_slice(b"\";");
            text.extend_from_slice(&code);
            // Into memory: it never fails.
            write!(text, ";{found_by}").unwrap_or_default();
        }
        text.push(b'\n');
        match registers::put(
            objects,
            masters,
            id,
            customer,
            now,
            Input::of_stream(text.as_slice()),
            &registers::Given::default(),
        ) {
            Ok(StoredRegister { .. }) | Err(RegisterError::Exists(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::store::Folder;
    use crate::store::master::MasterKeys;

    fn member(key: &str, day: i8) -> Member {
        let code = Hetu::new(jiff::civil::date(1970, 1, day), b'-', 901).unwrap().packed();
        Member { key: key.to_owned(), code, found_by: "M1".to_owned() }
    }

    #[test]
    fn members_are_what_was_written() {
        let folder = tempfile::TempDir::new().unwrap();
        let objects = Arc::new(Folder::new(folder.path().join("store")));
        let masters = MasterKeys::init(&folder.path().join("key")).unwrap();
        let keys = ["Ä;\"1\"", "", "two\nlines", "a,b\tc|d", " blank "];
        let members = keys.iter().zip(1..).map(|(key, day)| member(key, day)).collect();
        let members = Members::of(members);
        let (id, customer) = ("m-1".parse().unwrap(), "acme".parse().unwrap());
        for _ in 0..2 {
            members.write(&*objects, &masters, (&id, &customer), Timestamp::UNIX_EPOCH).unwrap();
        }
        assert_eq!(Members::read(&*objects, &masters, &id).unwrap(), members);
    }
}
