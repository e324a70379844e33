//! The glue of what is wrapped in f2py's terms.
