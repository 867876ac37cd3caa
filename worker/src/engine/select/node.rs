//! Compiled criteria: a tree without `not`, each part in the table it asks of.
//!
//! ```text
//! persons ──┬── a column of the person
//!           ├── Home: a tree over buildings, asked once per building, then carried to residents
//!           ├── Dwelling: a tree over dwellings, likewise
//!           └── Owns: a tree over owned buildings, carried to owners
//! ```

use poimuri_shared::order::criteria::{BuildingField, DwellingField, PersonField};

use crate::engine::tables::Needs;

use super::set::{Numbers, Set};

/// A condition over the rows of one table.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    /// No row.
    Never,
    /// Rows whose value is accepted.
    Leaf(Column, Set),
    /// Rows that meet all; cheap ones first.
    All(Vec<Self>),
    /// Rows that meet one.
    Any(Vec<Self>),
    /// Dwellings with a living child born in these ranges; or, if not `wanted`, without.
    Children { births: Numbers, wanted: bool },
    /// Persons whose building meets a tree.
    Home(Box<Self>),
    /// Persons whose dwelling meets a tree; `absent` is the answer for those without one.
    Dwelling { tree: Box<Self>, absent: bool },
    /// Persons who own a building that meets a tree; or, if not `wanted`, none such.
    Owns { tree: Box<Self>, wanted: bool },
}

/// A column a leaf asks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    Person(PersonField),
    Building(BuildingField),
    Dwelling(DwellingField),
    /// Living persons of a dwelling.
    Living,
}

/// The table a tree is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    Persons,
    Homes,
    Dwellings,
}

/// How parts are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Join {
    All,
    Any,
}

/// A tree with the table it is about.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) table: Table,
    pub(crate) node: Node,
}

impl Node {
    /// A guess at the time for one person.
    fn cost(&self) -> u32 {
        match self {
            Self::Never => 0,
            Self::Leaf(_, set) => set.cost(),
            Self::All(parts) | Self::Any(parts) => parts.iter().map(Self::cost).sum(),
            Self::Children { .. } => 8,
            Self::Home(tree) | Self::Dwelling { tree, .. } => 6 + tree.cost(),
            Self::Owns { tree, .. } => 10 + tree.cost(),
        }
    }

    /// The answer of a tree over dwellings for persons without one: `dwelling.…` is null there,
    /// the household is empty.
    fn holds_without_dwelling(&self) -> bool {
        match self {
            Self::Leaf(Column::Living, Set::Numbers(numbers)) => numbers.contains(0),
            Self::Never | Self::Leaf(..) | Self::Home(_) | Self::Dwelling { .. } | Self::Owns { .. } => false,
            Self::Children { wanted, .. } => !wanted,
            Self::All(parts) => parts.iter().all(Self::holds_without_dwelling),
            Self::Any(parts) => parts.iter().any(Self::holds_without_dwelling),
        }
    }

    /// Tables besides persons that the tree asks of.
    pub(crate) fn needs(&self) -> Needs {
        match self {
            Self::Never | Self::Leaf(..) | Self::Children { .. } => Needs::default(),
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().map(Self::needs).fold(Needs::default(), Needs::or)
            }
            Self::Home(_) => Needs { buildings: true, ..Needs::default() },
            Self::Dwelling { .. } => Needs { dwellings: true, ..Needs::default() },
            Self::Owns { .. } => Needs { owned: true, ..Needs::default() },
        }
    }
}

impl Part {
    pub(crate) const fn persons(node: Node) -> Self {
        Self { table: Table::Persons, node }
    }

    /// The tree as one over persons.
    pub(crate) fn into_persons(self) -> Node {
        match (self.table, self.node) {
            (Table::Persons, node) => node,
            (Table::Homes | Table::Dwellings, Node::Never) => Node::Never,
            (Table::Homes, node) => Node::Home(Box::new(node)),
            (Table::Dwellings, node) => {
                Node::Dwelling { absent: node.holds_without_dwelling(), tree: Box::new(node) }
            }
        }
    }

    /// Joins parts; those about one table are joined there, so that it is asked once.
    pub(crate) fn join(join: Join, parts: &[Self]) -> Self {
        let of = |table: Table| {
            let nodes: Vec<Node> =
                parts.iter().filter(|part| part.table == table).map(|part| part.node.clone()).collect();
            (!nodes.is_empty()).then(|| Self { table, node: join_nodes(join, nodes) })
        };
        let joined = [of(Table::Persons), of(Table::Homes), of(Table::Dwellings)];
        let mut joined: Vec<Self> = joined.into_iter().flatten().collect();
        if joined.len() == 1 {
            return joined.remove(0);
        }
        Self::persons(join_nodes(join, joined.into_iter().map(Self::into_persons).collect()))
    }
}

fn join_nodes(join: Join, nodes: Vec<Node>) -> Node {
    let mut flat = Vec::new();
    for node in nodes {
        match (join, node) {
            (Join::All, Node::All(parts)) | (Join::Any, Node::Any(parts)) => flat.extend(parts),
            (Join::All, Node::Never) => return Node::Never,
            (Join::Any, Node::Never) => {}
            (_, node) => flat.push(node),
        }
    }
    flat.sort_by_key(Node::cost);
    match (flat.len(), join) {
        (0, _) => Node::Never,
        (1, _) => flat.remove(0),
        (_, Join::All) => Node::All(flat),
        (_, Join::Any) => Node::Any(flat),
    }
}
