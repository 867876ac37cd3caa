//! Who asks: an operator, or a customer to whom only what is its own exists.

use poimuri_shared::ids::CustomerId;

use crate::submission::Caller;

/// What a caller may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// Sees everything, and exact numbers.
    Operator,
    /// Sees what belongs to one customer, with rounded numbers.
    Customer(CustomerId),
}

impl Role {
    /// Whether what belongs to a customer is visible.
    #[must_use]
    pub fn sees(&self, customer: &CustomerId) -> bool {
        match self {
            Self::Operator => true,
            Self::Customer(own) => own == customer,
        }
    }

    /// Who hands something in.
    #[must_use]
    pub const fn caller(&self) -> Caller {
        match self {
            Self::Operator => Caller::Operator,
            Self::Customer(_) => Caller::Customer,
        }
    }

    /// The name it goes by in the audit log.
    #[must_use]
    pub fn actor(&self) -> &str {
        match self {
            Self::Operator => "operator",
            Self::Customer(own) => own.as_str(),
        }
    }
}
