//! Conditions of signature files, and values of expressions on their way into variables.

use std::fmt::Display;

use super::super::arguments::Arguments;
use super::super::check_error;
use super::super::failure::{Exception, Failure};
use super::number::Number;

impl Arguments<'_> {
    /// Raises the module's `error` unless the condition holds: `(len(x)>=n) failed for 1st argument x`.
    #[inline]
    pub fn f2py_check(&self, condition: bool, text: &'static str, subject: &'static str) -> Result<(), Failure> {
        if condition { Ok(()) } else { Err(failed(text, subject)) }
    }

    /// The same for a condition on a scalar: `(n>=0) failed for 1st keyword n: dgesv:n=-1`.
    #[inline]
    pub fn f2py_check_value(
        &self,
        condition: bool,
        text: &'static str,
        subject: &'static str,
        value: &dyn Display,
    ) -> Result<(), Failure> {
        if condition { Ok(()) } else { Err(self.failed_value(text, subject, value)) }
    }

    #[cold]
    #[inline(never)]
    fn failed_value(&self, text: &str, subject: &str, value: &dyn Display) -> Failure {
        let routine = self.argument(0).signature.name();
        let name = subject.rsplit(' ').next().unwrap_or_default();
        check_error::raise(&format!("({text}) failed for {subject}: {routine}:{name}={value}"))
    }

    /// The value of an integer expression for the variable `name`.
    #[inline]
    pub fn f2py_integer<T: Number + TryFrom<i64>>(&self, value: i64, name: &'static str) -> Result<T, Failure> {
        T::try_from(value).map_err(|_| self.out_of_range(&value, name, T::C_NAME))
    }

    /// The value of a real expression for the integer variable `name`: its fraction is cut off, as in C.
    #[inline]
    pub fn f2py_truncated<T: Number + TryFrom<i64>>(&self, value: f64, name: &'static str) -> Result<T, Failure> {
        // 2**63 is the first real number behind those that fit.
        let fits = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&value);
        match if fits { T::try_from(value as i64).ok() } else { None } {
            Some(value) => Ok(value),
            None => Err(self.out_of_range(&value, name, T::C_NAME)),
        }
    }

    #[cold]
    #[inline(never)]
    fn out_of_range(&self, value: &dyn Display, name: &str, kind: &str) -> Failure {
        let routine = self.argument(0).signature.name();
        Exception::Overflow.raise(&format!("{routine}(): the value {value} of `{name}` does not fit {kind}"))
    }
}

#[cold]
#[inline(never)]
fn failed(text: &str, subject: &str) -> Failure {
    check_error::raise(&format!("({text}) failed for {subject}"))
}
