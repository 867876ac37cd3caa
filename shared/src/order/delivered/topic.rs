//! What columns of a delivery tell of.

/// What a column tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// The names.
    Name,
    /// Where the person lives.
    Place,
    /// What does not change, or only with the day.
    Person,
    /// Sex.
    Sex,
    /// Mother tongue and language of service.
    Language,
    /// The dwelling.
    Dwelling,
    /// The building lived in.
    Building,
    /// The death.
    Death,
    /// The life abroad.
    Abroad,
    /// The identity code.
    Code,
}
