//! `intent(inplace)`: arrays of any type and order that are updated all the same.

use std::sync::atomic::{AtomicU32, Ordering};

use super::super::failure::{Exception, Failure};
use super::super::numpy::{self, Array as NumpyArray};
use super::super::object::import;
use super::array::Array;
use super::array_from::Wanted;
use super::making::{ElementSize, copy_of, exchange, link_back};
use super::spec::{C, class_of};

/// An array of the wanted type and order whose values are those of the caller's when the call has returned.
///
/// f2py of NumPy 2.4 and before gives the caller's array another type and order. Later ones write back, as is done here
/// unless its way was asked for.
pub(crate) fn update_in_place<'py>(
    wanted: Wanted<'_>,
    array: NumpyArray<'py>,
    element: ElementSize,
) -> Result<Array<'py>, Failure> {
    if !array.has(numpy::WRITEABLE) {
        return Err(wanted.raise(Exception::Value, "the array is read-only, and the procedure writes it"));
    }
    let (given, needed) = (class_of(array.element_type().number), class_of(element.number));
    if !wanted.lossy && given != needed {
        let reason = format!("an array of {} cannot take the values that come back", array.type_text());
        return Err(wanted.raise(Exception::Type, &reason));
    }
    let made = copy_of(array, element, wanted.spec.has(C))?;
    if wanted.lossy && numpy_version() < (2 << 8 | 5) {
        exchange(array, made);
        return Ok(Array::borrowed(array));
    }
    link_back(&made, array)?;
    Ok(Array::linked(made, array))
}

/// NumPy's version, its major part times 256 and its minor part; 0 if it does not say.
fn numpy_version() -> u32 {
    static VERSION: AtomicU32 = AtomicU32::new(0);
    let known = VERSION.load(Ordering::Relaxed);
    if known != 0 {
        return known;
    }
    let text = import(c"numpy")
        .and_then(|numpy| numpy.as_object().attribute(c"__version__"))
        .map_or_else(|_| String::new(), |version| version.as_object().text());
    let found = version(&text);
    VERSION.store(found, Ordering::Relaxed);
    found
}

fn version(text: &str) -> u32 {
    let mut parts = text.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let major = parts.next().unwrap_or(0);
    major << 8 | parts.next().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn versions_are_in_order() {
        assert!(version("1.26.4") < version("2.4.6") && version("2.4.6") < version("2.5.0.dev0+git"));
        assert!(version("2.10.1") > version("2.5.0"));
        assert_eq!(version(""), 0);
    }
}
