//! Fortran names, which compare without regard to case (F2018 6.1.2).

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// A Fortran name. Keeps the spelling of the source, compares case-blind.
#[derive(Clone)]
pub struct Name {
    spelled: String,
    lower: String,
}

impl Name {
    /// A name as it stands in the source.
    pub fn new(spelled: impl Into<String>) -> Self {
        let spelled = spelled.into();
        let lower = spelled.to_ascii_lowercase();
        Self { spelled, lower }
    }

    /// As the source has it.
    #[must_use]
    pub fn spelled(&self) -> &str {
        &self.spelled
    }

    /// In lower case.
    #[must_use]
    pub fn lower(&self) -> &str {
        &self.lower
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.lower == other.lower
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        self.lower.eq_ignore_ascii_case(other)
    }
}

impl Eq for Name {}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        self.lower.cmp(&other.lower)
    }
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.lower.hash(state);
    }
}

impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.lower)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}`", self.spelled)
    }
}

#[cfg(test)]
mod tests {
    use super::Name;

    #[test]
    fn names_compare_without_case() {
        assert_eq!(Name::new("LDA"), Name::new("lda"));
        assert_eq!(Name::new("LDA").to_string(), "lda");
        assert_eq!(Name::new("LDA").spelled(), "LDA");
    }
}
