//! The values of intrinsic functions in constant expressions (F2018 16.9).

use crate::analysis::constant::Constant;
use crate::analysis::elemental;
use crate::analysis::inquiry;
use crate::analysis::scope::Modules;
use crate::analysis::simple::{Call, Simple};
use crate::analysis::transformation;
use crate::ir::name::Name;

/// The actual arguments of a reference to an intrinsic function.
#[derive(Clone, Copy)]
pub(super) struct Arguments<'a, 'ir> {
    call: &'a Call<'ir>,
}

impl<'a, 'ir> Arguments<'a, 'ir> {
    /// The argument with this keyword, or at this position.
    pub(super) fn get(self, keyword: &str, position: usize) -> Option<&'a Simple<'ir>> {
        let arguments = &self.call.arguments;
        let by_keyword =
            arguments.iter().find(|(known, _)| known.as_ref().is_some_and(|known| known.lower() == keyword));
        by_keyword.or_else(|| arguments.get(position).filter(|(known, _)| known.is_none())).map(|(_, value)| value)
    }

    /// Its value, if it is a constant.
    pub(super) fn constant(self, keyword: &str, position: usize) -> Option<&'a Constant> {
        self.get(keyword, position)?.constant()
    }

    /// Its value, if it is an integer constant.
    pub(super) fn integer(self, keyword: &str, position: usize) -> Option<i128> {
        self.constant(keyword, position)?.as_integer()
    }

    /// The KIND argument, or the default; `None` if it is not known.
    pub(super) fn kind(self, position: usize, default: u8) -> Option<u8> {
        match self.get("kind", position) {
            None => Some(default),
            Some(kind) => kind.constant()?.as_kind(),
        }
    }

    /// All keywords and values, if the values are constants.
    pub(super) fn keywords_and_constants(self) -> Option<Vec<(Option<&'a str>, &'a Constant)>> {
        let arguments = self.call.arguments.iter();
        arguments.map(|(keyword, value)| Some((keyword.as_ref().map(Name::lower), value.constant()?))).collect()
    }

    /// How many there are.
    pub(super) fn len(self) -> usize {
        self.call.arguments.len()
    }

    /// The function's name in lower case.
    pub(super) fn function(self) -> &'a str {
        self.call.name.lower()
    }
}

/// The value of a reference to an intrinsic function, if it is known.
pub(super) fn find<'ir>(modules: &Modules<'ir>, call: &Call<'ir>) -> Option<Constant> {
    let arguments = Arguments { call };
    if let Some(found) = inquiry::find(modules, arguments) {
        return Some(found);
    }
    let defaults = modules.default_kinds;
    elemental::find(arguments, defaults).or_else(|| transformation::find(arguments, defaults))
}
