//! Rows of which one stays, group after group in one list: a loop over it need not branch at a group's end.

/// A row, and whether a group begins with it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Member(u32);

/// Groups of several rows, one after another.
#[derive(Debug, Default)]
pub(super) struct Groups {
    members: Vec<Member>,
}

impl Member {
    /// A row of a shard: below 2³¹.
    #[inline]
    pub(super) const fn new(row: u32, is_first: bool) -> Self {
        Self(row << 1 | is_first as u32)
    }

    #[inline]
    pub(super) const fn row(self) -> u32 {
        self.0 >> 1
    }

    #[inline]
    pub(super) const fn is_first(self) -> bool {
        self.0 & 1 != 0
    }
}

impl Groups {
    /// Groups that were written down member by member.
    pub(super) const fn of(members: Vec<Member>) -> Self {
        Self { members }
    }

    pub(super) fn members(&self) -> &[Member] {
        &self.members
    }

    /// Takes up a group.
    pub(super) fn push(&mut self, rows: &[u32]) {
        self.members.extend((0..).zip(rows).map(|(at, row)| Member::new(*row, at == 0)));
    }

    /// Calls with the rows of each group.
    pub(super) fn for_each(&self, mut visit: impl FnMut(&[u32])) {
        let mut rows = Vec::new();
        for group in self.members.chunk_by(|_, next| !next.is_first()) {
            rows.clear();
            rows.extend(group.iter().map(|member| member.row()));
            visit(&rows);
        }
    }
}
