//! Doc comments of the safe Rust API.

use proc_macro2::TokenStream;
use quote::quote;

use crate::back::render::wrapped;
use crate::plan::wrapper::{Argument, ArgumentDocumentation, ArgumentKind, Output, Wrapper};

/// Doc attributes for lines of text.
pub fn expand_lines(lines: &[String]) -> TokenStream {
    let lines = lines.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote! { #(#[doc = #lines])* }
}

/// What a comment says, as Markdown that rustdoc shows as it stands.
pub fn paragraphs(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for line in text.lines() {
        let line = escaped(line.trim_end());
        // Four blanks or more would make a code block, which rustdoc compiles.
        let indent = line.len() - line.trim_start().len();
        lines.push(if indent > 3 { format!("   {}", line.trim_start()) } else { line });
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// Characters that Markdown and rustdoc would take for markup, except in code spans.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let spans = text.matches('`').count() / 2 * 2;
    let mut ticks = 0;
    for letter in text.chars() {
        let in_code = ticks % 2 == 1;
        if letter == '`' && ticks < spans {
            ticks += 1;
        } else if !in_code && matches!(letter, '[' | ']' | '<' | '>' | '*' | '`' | '\\' | '_' | '#') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

/// The documentation of the public function.
pub fn function_lines(wrapper: &Wrapper) -> Vec<String> {
    let mut lines = paragraphs(&wrapper.documentation);
    if lines.is_empty() {
        lines.push(format!("Calls the Fortran procedure `{}`.", wrapper.names.qualified));
    }
    let shown: Vec<&Argument> =
        wrapper.arguments.iter().filter(|argument| !matches!(argument.kind, ArgumentKind::Solved(_))).collect();
    if !shown.is_empty() {
        lines.extend([String::new(), "# Arguments".to_owned(), String::new()]);
        for argument in shown {
            lines.extend(bullet(&argument.rust, &argument.documentation, argument.optional));
        }
    }
    if !wrapper.outputs.is_empty() {
        lines.extend([String::new(), "# Returns".to_owned(), String::new()]);
        lines.extend(wrapper.outputs.iter().flat_map(output_lines));
    }
    lines.extend([String::new(), "# Errors".to_owned(), String::new()]);
    let what =
        format!("See [`fwrap::Error`]. Fortran source: `{}`, procedure `{}`.", wrapper.source, wrapper.names.qualified);
    lines.extend(wrapped(&what, 110));
    lines
}

/// The documentation of one returned value.
pub fn output_lines(output: &Output) -> Vec<String> {
    bullet(&output.field, &output.documentation, false)
}

fn bullet(name: &str, documentation: &ArgumentDocumentation, optional: bool) -> Vec<String> {
    let optional = if optional { ", optional" } else { "" };
    let intent = match documentation.intent.as_str() {
        "" => String::new(),
        "not declared" => ", no declared intent: counts as written".to_owned(),
        "only read" => ", no declared intent: only read".to_owned(),
        intent => format!(", intent({intent})"),
    };
    let shape = match documentation.shape.as_str() {
        "" => String::new(),
        shape => format!(", shape `{shape}`"),
    };
    let head = format!("* `{name}`: `{}`{shape}{intent}{optional}", documentation.type_name);
    let text = escaped(&documentation.text);
    let whole = if text.trim().is_empty() { head } else { format!("{head}. {text}") };
    let lines = wrapped(&whole, 108);
    lines.into_iter().enumerate().map(|(at, line)| if at == 0 { line } else { format!("  {line}") }).collect()
}
