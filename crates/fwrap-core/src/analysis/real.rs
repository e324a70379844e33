//! Real numbers of every kind, rounded as the processor rounds them.

/// A real constant.
#[derive(Clone, Debug, PartialEq)]
pub struct Real {
    kind: u8,
    value: f64,
}

impl Real {
    /// A value rounded to a kind; `None` for a kind that there is not.
    #[must_use]
    pub fn new(value: f64, kind: u8) -> Option<Self> {
        #[expect(clippy::cast_possible_truncation, reason = "rounding is what is wanted")]
        let value = if kind == 4 { f64::from(value as f32) } else { value };
        matches!(kind, 4 | 8 | 10 | 16).then_some(Self { kind, value })
    }

    /// Reads the digits of a literal, with `e` before the exponent.
    pub(super) fn parse(text: &str, kind: u8) -> Option<Self> {
        if kind == 4 {
            return Self::new(f64::from(text.parse::<f32>().ok()?), 4);
        }
        Self::new(text.parse().ok()?, kind)
    }

    #[expect(clippy::cast_precision_loss, reason = "Fortran's own conversion rounds, too")]
    pub(super) fn from_integer(value: i128, kind: u8) -> Option<Self> {
        if kind == 4 { Self::new(f64::from(value as f32), 4) } else { Self::new(value as f64, kind) }
    }

    /// The kind.
    #[must_use]
    pub fn kind(&self) -> u8 {
        self.kind
    }

    /// The value, rounded to double precision.
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        self.value
    }

    pub(super) fn with_kind(&self, kind: u8) -> Option<Self> {
        Self::new(self.value, kind)
    }

    pub(super) fn negated(&self) -> Self {
        Self { kind: self.kind, value: -self.value }
    }

    /// The integer towards zero.
    #[expect(clippy::cast_possible_truncation, reason = "checked to fit")]
    pub(super) fn truncated(&self) -> Option<i128> {
        (self.value.abs() < 1e38).then_some(self.value as i128)
    }

    /// As many digits as tell it from its neighbours, as `1.50000000e0`; `None` for kinds wider than double precision,
    /// which are computed in double precision here.
    #[must_use]
    pub fn digits(&self) -> Option<String> {
        let places = match self.kind {
            4 => 8,
            8 => 16,
            _ => return None,
        };
        Some(match (self.value == 0.0, self.value.is_sign_negative()) {
            (true, true) => "-0".to_owned(),
            (true, false) => "0".to_owned(),
            _ => format!("{:.*e}", places, self.value),
        })
    }
}

impl Real {
    pub(super) fn plus(&self, other: &Self) -> Option<Self> {
        Self::new(self.value + other.value, self.kind)
    }

    pub(super) fn times(&self, other: &Self) -> Option<Self> {
        Self::new(self.value * other.value, self.kind)
    }

    pub(super) fn over(&self, other: &Self) -> Option<Self> {
        if other.value == 0.0 { None } else { Self::new(self.value / other.value, self.kind) }
    }

    pub(super) fn integer_power(&self, exponent: i128) -> Option<Self> {
        Self::new(self.value.powi(i32::try_from(exponent).ok()?), self.kind)
    }

    pub(super) fn real_power(&self, exponent: &Self) -> Option<Self> {
        Self::new(self.value.powf(exponent.value), self.kind)
    }

    pub(super) fn compare(&self, other: &Self) -> Option<std::cmp::Ordering> {
        self.value.partial_cmp(&other.value)
    }
}

/// How a real becomes a whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rounding {
    /// INT
    TowardsZero,
    /// NINT: halves away from zero.
    Nearest,
    /// FLOOR
    Down,
    /// CEILING
    Up,
}

impl Real {
    #[expect(clippy::cast_possible_truncation, reason = "checked to fit")]
    pub(super) fn rounded(&self, rounding: Rounding) -> Option<i128> {
        let whole = match rounding {
            Rounding::TowardsZero => self.value.trunc(),
            Rounding::Nearest => self.value.round(),
            Rounding::Down => self.value.floor(),
            Rounding::Up => self.value.ceil(),
        };
        (whole.abs() < 1e38).then_some(whole as i128)
    }

    pub(super) fn huge(kind: u8) -> Option<Self> {
        Self::new(if kind == 4 { f64::from(f32::MAX) } else { f64::MAX }, kind).filter(|_| kind <= 8)
    }

    pub(super) fn tiny(kind: u8) -> Option<Self> {
        Self::new(if kind == 4 { f64::from(f32::MIN_POSITIVE) } else { f64::MIN_POSITIVE }, kind).filter(|_| kind <= 8)
    }

    pub(super) fn epsilon(kind: u8) -> Option<Self> {
        Self::new(if kind == 4 { f64::from(f32::EPSILON) } else { f64::EPSILON }, kind).filter(|_| kind <= 8)
    }

    #[expect(clippy::cast_possible_truncation, reason = "the bits of the kind are wanted")]
    pub(super) fn from_bits(bits: u128, kind: u8) -> Option<Self> {
        let value = match kind {
            4 => f64::from(f32::from_bits(bits as u32)),
            8 => f64::from_bits(bits as u64),
            _ => return None,
        };
        Self::new(value, kind)
    }

    #[expect(clippy::cast_possible_truncation, reason = "a real of kind 4 fits")]
    pub(super) fn to_bits(&self) -> Option<u128> {
        match self.kind {
            4 => Some(u128::from((self.value as f32).to_bits())),
            8 => Some(u128::from(self.value.to_bits())),
            _ => None,
        }
    }

    pub(super) fn absolute(&self) -> Self {
        Self { kind: self.kind, value: self.value.abs() }
    }

    pub(super) fn is_negative(&self) -> bool {
        self.value.is_sign_negative()
    }

    pub(super) fn square_root(&self) -> Option<Self> {
        Self::new(self.value.sqrt(), self.kind).filter(|root| !root.value.is_nan())
    }

    pub(super) fn remainder(&self, divisor: &Self, is_modulo: bool) -> Option<Self> {
        let rest = self.value % divisor.value;
        let opposite = is_modulo && rest != 0.0 && (rest < 0.0) != (divisor.value < 0.0);
        Self::new(if opposite { rest + divisor.value } else { rest }, self.kind).filter(|rest| !rest.value.is_nan())
    }

    pub(super) fn apply(&self, function: fn(f64) -> f64) -> Option<Self> {
        Self::new(function(self.value), self.kind).filter(|result| self.kind <= 8 && result.value.is_finite())
    }

    pub(super) fn apply_two(&self, other: &Self, function: fn(f64, f64) -> f64) -> Option<Self> {
        Self::new(function(self.value, other.value), self.kind)
            .filter(|result| self.kind <= 8 && result.value.is_finite())
    }

    /// EXPONENT (F2018 16.9.75)
    pub(super) fn exponent(&self) -> Option<i128> {
        if self.value == 0.0 {
            return Some(0);
        }
        let mut exponent = i128::from((self.value.to_bits() >> 52) & 0x7ff) - 1022;
        if exponent == -1022 {
            exponent = i128::from(((self.value * 2.0_f64.powi(64)).to_bits() >> 52) & 0x7ff) - 1022 - 64;
        }
        (self.kind <= 8).then_some(exponent)
    }

    pub(super) fn fraction(&self) -> Option<Self> {
        self.scaled(-self.exponent()?)
    }

    pub(super) fn scaled(&self, by: i128) -> Option<Self> {
        let by = i32::try_from(by).ok().filter(|by| by.abs() <= 2200)?;
        let (half, rest) = (by / 2, by - by / 2);
        Self::new(self.value * 2.0_f64.powi(half) * 2.0_f64.powi(rest), self.kind).filter(|_| self.kind <= 8)
    }

    pub(super) fn spacing(&self) -> Option<Self> {
        let digits = if self.kind == 4 { 24 } else { 53 };
        let tiny = Self::tiny(self.kind)?;
        let spacing = Self::new(1.0, self.kind)?.scaled(self.exponent()? - digits)?;
        Some(if self.value == 0.0 || spacing.value < tiny.value { tiny } else { spacing })
    }
}

#[cfg(test)]
mod tests {
    use super::{Real, Rounding};

    fn real(value: f64, kind: u8) -> Real {
        Real::new(value, kind).expect("a kind that there is")
    }

    #[test]
    fn every_operation_rounds_to_its_kind() {
        let third = |kind| real(1.0, kind).over(&real(3.0, kind)).and_then(|value| value.digits());
        assert_eq!(third(4).as_deref(), Some("3.33333343e-1"));
        assert_eq!(third(8).as_deref(), Some("3.3333333333333331e-1"));
        assert_eq!(
            Real::parse("1.1", 4).and_then(|value| value.with_kind(8)).and_then(|value| value.digits()).as_deref(),
            Some("1.1000000238418579e0")
        );
        assert_eq!(Real::from_integer(16_777_217, 4), Some(real(16_777_216.0, 4)));
        assert_eq!(real(-0.0, 4).digits().as_deref(), Some("-0"));
        assert!(real(1.0, 4).over(&real(0.0, 4)).is_none() && Real::new(1.0, 3).is_none());
    }

    #[test]
    fn whole_numbers_are_found_as_the_functions_say() {
        let whole = |value, rounding| real(value, 8).rounded(rounding);
        assert_eq!(
            [Rounding::TowardsZero, Rounding::Nearest, Rounding::Down, Rounding::Up].map(|how| whole(-2.5, how)),
            [Some(-2), Some(-3), Some(-3), Some(-2)]
        );
        assert_eq!(whole(1e300, Rounding::Down), None);
    }

    #[test]
    fn models_have_their_exponents() {
        assert_eq!(
            [1.0, 8.0, 0.5, 0.0, 5e-324].map(|value| real(value, 8).exponent()),
            [Some(1), Some(4), Some(0), Some(0), Some(-1073)]
        );
        assert_eq!(real(6.0, 4).fraction(), Some(real(0.75, 4)));
        assert_eq!(real(1.0, 4).spacing(), Real::epsilon(4));
    }
}
