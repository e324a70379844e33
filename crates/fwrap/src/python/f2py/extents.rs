//! How an array of one rank stands for one of another: f2py's rules for extents, and what is stricter in them.

/// Fills the unknown extents (negative ones) of a dummy argument from those of the array that is given, and checks the
/// others. Where the ranks differ, ones are left out or appended, and what is left over is joined into the last
/// dimension; only with `lossy` are two dimensions joined. The error says what does not fit.
pub(crate) fn fit_extents(given: &[isize], wanted: &mut [isize], lossy: bool) -> Result<(), String> {
    let size = product(given).ok_or("the array is too large")?;
    if given.len() == wanted.len() {
        fit_same_rank(given, wanted)?;
    } else if given.len() < wanted.len() {
        fit_lower_rank(given, wanted, size, lossy)?;
    } else {
        fit_higher_rank(given, wanted, lossy)?;
    }
    match product(wanted) {
        Some(found) if found == size => Ok(()),
        _ => Err(format!("unexpected array size: {} are needed, got {size} ({})", shape(wanted), shape(given))),
    }
}

fn product(extents: &[isize]) -> Option<isize> {
    if extents.contains(&0) {
        return Some(0);
    }
    extents.iter().try_fold(1_isize, |product, &extent| product.checked_mul(extent))
}

fn shape(extents: &[isize]) -> String {
    let extents: Vec<String> = extents.iter().map(isize::to_string).collect();
    format!("shape ({})", extents.join(", "))
}

/// One extent. A missing one counts as 1, which also stands for 0.
fn fit(dimension: usize, given: isize, wanted: &mut isize) -> Result<(), String> {
    if *wanted < 0 {
        *wanted = given;
    } else if given > 1 && *wanted != given {
        return Err(format!("{dimension}-th dimension must be fixed to {wanted} but got {given}"));
    } else if *wanted == 0 {
        *wanted = given;
    }
    Ok(())
}

fn fit_same_rank(given: &[isize], wanted: &mut [isize]) -> Result<(), String> {
    given.iter().zip(wanted).enumerate().try_for_each(|(dimension, (&given, wanted))| fit(dimension, given, wanted))
}

/// `[1, 2]` as `[[1], [2]]`, 1 as `[[1]]`: the first dimension behind those given takes what is left over. f2py lets it
/// take the 0 of an empty array, too.
fn fit_lower_rank(given: &[isize], wanted: &mut [isize], size: isize, lossy: bool) -> Result<(), String> {
    let (first, rest) = wanted.split_at_mut(given.len());
    fit_same_rank(given, first)?;
    for extent in first.iter_mut().filter(|extent| **extent == 0 && lossy) {
        *extent = 1;
    }
    let covered = product(first).ok_or("the array is too large")?;
    let mut free = true;
    for (dimension, wanted) in rest.iter_mut().enumerate() {
        if *wanted > 1 {
            let dimension = given.len() + dimension;
            return Err(format!("{dimension}-th dimension must be {wanted} but got 0 (not defined)"));
        }
        *wanted = if free && covered > 0 { size / covered } else { 1 };
        free = false;
    }
    Ok(())
}

/// `[[1, 2]]` as `[1, 2]`, and with `lossy` also `[[1, 2], [3, 4]]` as `[1, 2, 3, 4]`.
fn fit_higher_rank(given: &[isize], wanted: &mut [isize], lossy: bool) -> Result<(), String> {
    let rank = wanted.len();
    let is_empty = given.contains(&0);
    let mut real = given.iter().copied().filter(|&extent| extent > 1);
    let effective = given.iter().filter(|&&extent| extent > 1).count();
    let is_fixed = wanted.last().is_some_and(|&last| last >= 0);
    if effective > rank && (is_fixed || !lossy) {
        return Err(format!("too many axes: {} (effrank={effective}), expected rank={rank}", given.len()));
    }
    for (dimension, wanted) in wanted.iter_mut().enumerate() {
        let last = dimension + 1 == rank;
        let missing = if is_empty && last { 0 } else { 1 };
        fit(dimension, if is_empty && last { 0 } else { real.next().unwrap_or(missing) }, wanted)?;
    }
    if let Some(last) = wanted.last_mut() {
        *last = real.try_fold(*last, |last, extent| last.checked_mul(extent)).ok_or("the array is too large")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::fit_extents;

    fn fitted<const N: usize>(given: &[isize], mut wanted: [isize; N], lossy: bool) -> Result<[isize; N], String> {
        fit_extents(given, &mut wanted, lossy).map(|()| wanted)
    }

    #[test]
    fn unknown_extents_are_those_of_the_array() {
        assert_eq!(fitted(&[2, 3], [-1, -1], false), Ok([2, 3]));
        assert_eq!(fitted(&[2, 3], [2, -1], false), Ok([2, 3]));
        assert_eq!(fitted(&[0, 3], [-1, -1], false), Ok([0, 3]));
        assert_eq!(fitted(&[0], [0], false), Ok([0]));
    }

    #[test]
    fn known_extents_are_checked() {
        let message = "0-th dimension must be fixed to 3 but got 2";
        assert_eq!(fitted(&[2], [3], true), Err(message.to_owned()));
        assert!(fitted(&[1], [5], true).unwrap_err().starts_with("unexpected array size"));
        assert!(fitted(&[0], [5], true).is_err());
        assert_eq!(fitted(&[1], [0], true), Ok([1]));
    }

    #[test]
    fn a_lower_rank_gets_ones_behind() {
        assert_eq!(fitted(&[2], [-1, -1], false), Ok([2, 1]));
        assert_eq!(fitted(&[], [-1], false), Ok([1]));
        assert_eq!(fitted(&[], [-1, -1], false), Ok([1, 1]));
        assert_eq!(fitted(&[4], [4, 1], false), Ok([4, 1]));
        assert_eq!(fitted(&[4], [-1, 2], true).unwrap_err(), "1-th dimension must be 2 but got 0 (not defined)");
        assert_eq!(fitted(&[0], [-1, -1], false), Ok([0, 1]));
        assert_eq!(fitted(&[0], [-1, -1], true), Ok([1, 0]));
    }

    #[test]
    fn a_higher_rank_loses_its_ones() {
        assert_eq!(fitted(&[1, 3], [-1], false), Ok([3]));
        assert_eq!(fitted(&[1, 3, 1], [3], false), Ok([3]));
        assert_eq!(fitted(&[1, 1], [-1], false), Ok([1]));
        assert_eq!(fitted(&[2, 1, 3], [-1, -1], false), Ok([2, 3]));
        assert_eq!(fitted(&[0, 1], [-1], false), Ok([0]));
    }

    #[test]
    fn only_the_lossy_way_joins_dimensions() {
        assert_eq!(fitted(&[2, 3], [-1], true), Ok([6]));
        assert_eq!(fitted(&[2, 3, 4], [-1, -1], true), Ok([2, 12]));
        assert_eq!(fitted(&[2, 3], [-1], false).unwrap_err(), "too many axes: 2 (effrank=2), expected rank=1");
        assert!(fitted(&[2, 3], [6], true).is_err());
        assert!(fitted(&[2, 2], [2], true).is_err());
    }

    #[test]
    fn sizes_that_memory_cannot_hold_are_refused() {
        assert!(fitted(&[isize::MAX, 2], [-1], true).is_err());
    }
}
