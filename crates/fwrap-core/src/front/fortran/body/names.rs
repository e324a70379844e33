//! The names that matter in an execution part: dummy arguments, their aliases, NAMELIST groups.

use std::collections::HashMap;

use crate::front::fortran::scope::ScopeBuilder;
use crate::ir::body::Effect;
use crate::ir::entity::Entity;
use crate::ir::name::Name;
use crate::ir::procedure::{Dummy, Scope};
use crate::ir::types::BaseType;

/// From so many names on they are looked up in a table.
const MANY: usize = 64;

/// What a followed name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::front::fortran) enum Standing {
    /// A dummy argument of the procedure or of a host.
    Dummy,
    /// An associate name for (a part of) another one.
    Alias(usize),
    /// An associate name for something that does not matter, or one whose construct has ended.
    Hidden,
    /// A NAMELIST group with these members.
    Group(Vec<usize>),
}

/// A name that is followed.
#[derive(Clone, Debug)]
pub(in crate::front::fortran) struct Followed {
    pub(super) name: Name,
    pub(super) standing: Standing,
    /// An array, or of type character: a parenthesis behind it selects a part.
    pub(super) is_array: bool,
    pub(super) is_character: bool,
    /// A BLOCK construct may declare another variable of the name.
    pub(super) is_doubtful: bool,
    /// The effects that are already recorded.
    seen: u8,
    /// Called, or referenced like a function.
    pub(super) is_invoked: bool,
    /// It belongs to the procedure itself, not to a host.
    pub(super) is_own: bool,
}

/// Names by their text.
#[derive(Clone, Debug, Default)]
pub(in crate::front::fortran) struct Names {
    pub(super) list: Vec<Followed>,
    /// For each first letter (or another first character) the lengths that occur, as bits.
    lengths: [u64; 32],
    /// The names by their text in lower case, once there are many.
    by_text: HashMap<Vec<u8>, Vec<usize>>,
    /// Every name that is not declared locally is followed: the dummy arguments stand in another unit.
    pub(super) is_open: bool,
}

impl Names {
    /// The dummy arguments of a procedure and what it sees of its hosts'.
    pub(super) fn new<'d>(
        dummies: impl Iterator<Item = &'d Dummy>,
        scope: &ScopeBuilder,
        host: Option<&Names>,
    ) -> Self {
        let mut names = Self { is_open: host.is_some_and(|host| host.is_open), ..Self::default() };
        for dummy in dummies {
            names.add_dummy(dummy, scope);
        }
        for followed in host.into_iter().flat_map(|host| &host.list) {
            let hidden = followed.standing != Standing::Dummy || scope.lookup(&followed.name).is_some();
            if !hidden && names.find(followed.name.lower().as_bytes()).is_none() {
                names.push(Followed { seen: 0, is_own: false, is_doubtful: false, ..followed.clone() });
            }
        }
        names.add_groups(&scope.scope, host);
        names
    }

    /// A dummy argument of the procedure or of an ENTRY.
    pub(super) fn add_dummy(&mut self, dummy: &Dummy, scope: &ScopeBuilder) {
        let Dummy::Argument(name, _) = dummy else { return };
        if self.find(name.lower().as_bytes()).is_none() {
            let entity = scope.lookup(name);
            let is_array = entity.is_some_and(|entity| entity.shape.is_some());
            let is_character = is_character(name, entity, &scope.scope);
            self.add(name.clone(), Standing::Dummy, is_array, is_character);
        }
    }

    fn add_groups(&mut self, scope: &Scope, host: Option<&Names>) {
        for followed in host.into_iter().flat_map(|host| &host.list) {
            let Standing::Group(members) = &followed.standing else { continue };
            let of_host = members.iter().filter_map(|member| host.map(|host| &host.list[*member].name));
            let members = of_host.filter_map(|name| self.find(name.lower().as_bytes())).collect();
            self.add(followed.name.clone(), Standing::Group(members), false, false);
        }
        for group in &scope.namelists {
            let members = group.members.iter().filter_map(|name| self.find(name.lower().as_bytes())).collect();
            self.add(group.name.clone(), Standing::Group(members), false, false);
        }
    }

    /// Follows a name, which hides an earlier one.
    pub(super) fn add(&mut self, name: Name, standing: Standing, is_array: bool, is_character: bool) -> usize {
        let (seen, is_own) = (0, true);
        self.push(Followed {
            name,
            standing,
            is_array,
            is_character,
            is_doubtful: false,
            seen,
            is_invoked: false,
            is_own,
        })
    }

    fn push(&mut self, followed: Followed) -> usize {
        let text = followed.name.lower().as_bytes();
        self.lengths[slot(text)] |= 1 << text.len().min(63);
        self.list.push(followed);
        let last = self.list.len() - 1;
        if last == MANY {
            (0..last).for_each(|index| self.enter(index));
        }
        if last >= MANY {
            self.enter(last);
        }
        last
    }

    fn enter(&mut self, index: usize) {
        let text = self.list[index].name.lower().as_bytes().to_vec();
        self.by_text.entry(text).or_default().push(index);
    }

    /// Whether no name needs to be followed.
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty() && !self.is_open
    }

    /// The last name with this text; those of ended constructs have none.
    #[inline]
    pub(super) fn find(&self, text: &[u8]) -> Option<usize> {
        if self.lengths[slot(text)] & (1 << text.len().min(63)) == 0 {
            return None;
        }
        if self.list.len() > MANY {
            return self.by_text.get(&text.to_ascii_lowercase())?.last().copied();
        }
        self.list.iter().rposition(|followed| followed.name.lower().as_bytes().eq_ignore_ascii_case(text))
    }

    /// The end of a construct: its associate names are no more.
    pub(super) fn end_aliases(&mut self, aliases: &[usize]) {
        for &index in aliases {
            if let Some(known) = self.by_text.get_mut(self.list[index].name.lower().as_bytes()) {
                known.retain(|entered| *entered != index);
            }
            self.list[index].name = Name::new("");
            self.list[index].standing = Standing::Hidden;
        }
    }

    /// The dummy argument behind a name.
    pub(super) fn dummy(&self, mut index: usize) -> Option<usize> {
        loop {
            match self.list[index].standing {
                Standing::Dummy => return Some(index),
                Standing::Alias(behind) => index = behind,
                Standing::Hidden | Standing::Group(_) => return None,
            }
        }
    }

    /// Notes an effect; true if it is new.
    pub(super) fn note(&mut self, index: usize, effect: Effect) -> bool {
        let bit = bit(effect);
        let is_new = self.list[index].seen & bit == 0;
        self.list[index].seen |= bit;
        is_new
    }

    /// Whether an effect is not yet known.
    pub(super) fn is_news(&self, index: usize, effect: Effect) -> bool {
        let followed = &self.list[index];
        followed.standing != Standing::Dummy || followed.is_doubtful || followed.seen & bit(effect) == 0
    }

    /// Whether a name is known to be read and written: nothing more can be learned of it.
    pub(super) fn is_settled(&self, index: usize) -> bool {
        let both = bit(Effect::Read) | bit(Effect::Written);
        self.list[index].seen & both == both
    }
}

fn bit(effect: Effect) -> u8 {
    match effect {
        Effect::Read => 1,
        Effect::Written => 2,
        Effect::Inquired => 4,
        Effect::Exposed => 8,
    }
}

#[inline]
fn slot(text: &[u8]) -> usize {
    usize::from(text.first().copied().unwrap_or(0) & 31)
}

/// Whether a dummy argument is of type character, by its declaration or by an implicit rule.
fn is_character(name: &Name, entity: Option<&Entity>, scope: &Scope) -> bool {
    if let Some(spec) = entity.and_then(|entity| entity.type_spec.as_ref()) {
        return spec.base == BaseType::Character;
    }
    let letter = name.lower().chars().next().unwrap_or(' ');
    let rule = scope.implicit.rules.iter().rev().find(|(first, last, _)| (*first..=*last).contains(&letter));
    rule.is_some_and(|(_, _, spec)| spec.base == BaseType::Character)
}

#[cfg(test)]
mod tests {
    use super::{Names, Standing};
    use crate::ir::name::Name;

    #[test]
    fn an_alias_hides_a_name_until_its_construct_ends() {
        for others in [0, 100] {
            let mut names = Names::default();
            for other in 0..others {
                names.add(Name::new(format!("other{other}")), Standing::Dummy, false, false);
            }
            let x = names.add(Name::new("x"), Standing::Dummy, false, false);
            let y = names.add(Name::new("y"), Standing::Dummy, false, false);
            let alias = names.add(Name::new("X"), Standing::Alias(y), true, false);
            assert_eq!(names.find(b"x"), Some(alias));
            assert_eq!(names.dummy(alias), Some(y));
            names.end_aliases(&[alias]);
            assert_eq!((names.find(b"X"), names.find(b"z")), (Some(x), None));
        }
    }
}
