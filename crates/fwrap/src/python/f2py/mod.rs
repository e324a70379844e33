//! f2py's conversions: what generated code calls for procedures that are wrapped in f2py's terms.
