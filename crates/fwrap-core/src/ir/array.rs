//! Array specifications, as written (F2018 8.5.8).

use crate::ir::expr::Expr;

/// The shape that a declaration gives.
#[derive(Clone, Debug)]
pub enum ArraySpec {
    /// One entry per dimension.
    Dimensions(Vec<Dimension>),
    /// `(..)`.
    AssumedRank,
}

/// One dimension.
#[derive(Clone, Debug)]
pub enum Dimension {
    /// `n` or `lower:upper`.
    Explicit {
        /// The lower bound; 1 where not written.
        lower: Option<Expr>,
        /// The upper bound.
        upper: Expr,
    },
    /// `*` or `lower:*`, the last dimension only.
    AssumedSize {
        /// The lower bound; 1 where not written.
        lower: Option<Expr>,
    },
    /// `:` or `lower:`: assumed-shape for a plain dummy, deferred-shape with ALLOCATABLE or POINTER.
    Colon {
        /// The lower bound; 1 where not written.
        lower: Option<Expr>,
    },
}

impl ArraySpec {
    /// The rank, unless it is assumed.
    #[must_use]
    pub fn rank(&self) -> Option<usize> {
        match self {
            Self::Dimensions(dimensions) => Some(dimensions.len()),
            Self::AssumedRank => None,
        }
    }
}
