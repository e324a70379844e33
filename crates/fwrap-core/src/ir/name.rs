//! Fortran names, which compare without regard to case (F2018 6.1.2).

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use compact_str::CompactString;

/// A Fortran name. Keeps the spelling of the source, compares case-blind. Short names need no memory of their own.
#[derive(Clone)]
pub struct Name {
    lower: CompactString,
    /// Which of the first 64 bytes are capitals in the source; a name has at most 63 (F2018 C601).
    capitals: u64,
}

impl Name {
    /// A name as it stands in the source.
    pub fn new(spelled: impl AsRef<str>) -> Self {
        let mut lower = CompactString::new(spelled.as_ref());
        let mut capitals = 0;
        for (index, byte) in lower.bytes().take(64).enumerate() {
            capitals |= u64::from(byte.is_ascii_uppercase()) << index;
        }
        lower.make_ascii_lowercase();
        Self { lower, capitals }
    }

    /// As the source has it.
    #[must_use]
    pub fn spelled(&self) -> String {
        let letters = self.lower.char_indices().map(|(index, letter)| {
            let capital = index < 64 && self.capitals & (1 << index) != 0;
            if capital { letter.to_ascii_uppercase() } else { letter }
        });
        letters.collect()
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
        write!(formatter, "`{}`", self.spelled())
    }
}

#[cfg(test)]
mod tests {
    use super::Name;

    #[test]
    fn names_compare_without_case() {
        assert_eq!(Name::new("LDA"), Name::new("lda"));
        assert_eq!(Name::new("LDA").to_string(), "lda");
        assert_eq!(Name::new("LdA").spelled(), "LdA");
    }

    #[test]
    fn long_names_are_kept_whole() {
        let long = "A".repeat(70);
        assert_eq!(Name::new(&long), Name::new("a".repeat(70)));
        assert_eq!(Name::new(&long).spelled(), format!("{}{}", "A".repeat(64), "a".repeat(6)));
    }
}
