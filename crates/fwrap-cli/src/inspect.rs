//! The subcommand `inspect`: the signatures as read.

use fwrap_build::{BuildError, Options, expand_directories};
use fwrap_core::inspect::description::{Inspection, SCHEMA};
use fwrap_core::inspect::print_tree;

use crate::arguments;
use crate::speech::Speech;
use crate::terminal::print_out;

/// Prints what the sources declare. Errors in them are told, and the rest is printed all the same.
pub fn inspect(arguments: &arguments::Inspect, speech: &Speech) -> Result<bool, BuildError> {
    let options = arguments.options();
    let mut inspection = Inspection { schema: SCHEMA, files: Vec::new() };
    let (mut signatures, mut has_errors) = (None, false);
    for options in parts(options, arguments.isolated)? {
        let inspected = fwrap_build::inspect(&options, arguments.pyf)?;
        speech.diagnostics(&inspected.diagnostics, &inspected.sources);
        has_errors |= inspected.diagnostics.has_errors();
        signatures = inspected.signature_file;
        inspection.files.extend(inspected.description.files);
    }
    let text = match signatures {
        Some(text) => text,
        None if arguments.json => to_json(&inspection),
        None => print_tree(&inspection),
    };
    print_out(&text)?;
    Ok(!has_errors)
}

/// The sources that are read together: all, or every file alone.
fn parts(options: Options, isolated: bool) -> Result<Vec<Options>, BuildError> {
    if !isolated {
        return Ok(vec![options]);
    }
    let alone = |file| Options { files: vec![file], ..options.clone() };
    Ok(expand_directories(&options.files)?.into_iter().map(alone).collect())
}

fn to_json(inspection: &Inspection) -> String {
    let mut text =
        serde_json::to_string(inspection).unwrap_or_else(|error| unreachable!("plain data is JSON: {error}"));
    text.push('\n');
    text
}
