//! What a data type is called: as an element of Rust and NumPy, and as Fortran declares it.

use crate::analysis::facts::{DataType, DummyFacts};
use crate::ir::extent::Extent;
use crate::plan::value::Element;

/// The element of a numeric or logical type; `None` for characters and procedures.
#[must_use]
pub fn choose_element(data_type: &DataType) -> Option<Element> {
    match data_type {
        DataType::Integer(kind) => Some(Element::Integer(*kind)),
        DataType::Real(kind) => Some(Element::Real(*kind)),
        DataType::Complex(kind) => Some(Element::Complex(*kind)),
        DataType::Logical(kind) => Some(Element::Logical(*kind)),
        DataType::Character(_) | DataType::Procedure(_) => None,
    }
}

/// Extents as Fortran writes them: `(n, *)`; empty for scalars.
#[must_use]
pub fn fortran_shape(extents: &[Option<Extent>], free: &str) -> String {
    if extents.is_empty() {
        return String::new();
    }
    let text = |extent: &Option<Extent>| extent.as_ref().map_or_else(|| free.to_owned(), Extent::to_string);
    format!("({})", extents.iter().map(text).collect::<Vec<_>>().join(", "))
}

/// The shape in the user's own declaration.
#[must_use]
pub fn declared_shape(facts: &DummyFacts) -> String {
    use crate::analysis::facts::Shape;
    match &facts.shape {
        Shape::Scalar => String::new(),
        Shape::Explicit(extents) => fortran_shape(&extents.iter().cloned().map(Some).collect::<Vec<_>>(), "*"),
        Shape::AssumedSize(leading) => {
            fortran_shape(&leading.iter().cloned().map(Some).chain([None]).collect::<Vec<_>>(), "*")
        }
        Shape::AssumedShape(rank) => fortran_shape(&vec![None; *rank], ":"),
    }
}
