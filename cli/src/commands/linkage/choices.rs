//! Choices of the command line that settings have too.

use poimuri_worker::engine::link::{Clustering, Partners};

/// How many partners a record may have.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(super) enum Most {
    /// Each record has at most one
    OneToOne,
    /// A record of the first list may have several
    OneToMany,
    /// A record of the second list may have several
    ManyToOne,
    /// Any number
    ManyToMany,
}

impl From<Most> for Partners {
    fn from(most: Most) -> Self {
        match most {
            Most::OneToOne => Self::OneToOne,
            Most::OneToMany => Self::OneToMany,
            Most::ManyToOne => Self::ManyToOne,
            Most::ManyToMany => Self::ManyToMany,
        }
    }
}

/// How linked pairs become clusters.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(super) enum Clusters {
    /// The best pair first; clusters are joined only where the records of both agree on the whole
    Agreeing,
    /// Whatever a chain of pairs above the threshold connects
    Connected,
}

impl From<Clusters> for Clustering {
    fn from(clusters: Clusters) -> Self {
        match clusters {
            Clusters::Agreeing => Self::Agreeing,
            Clusters::Connected => Self::Connected,
        }
    }
}
