//! Rust tokens as text: prettyplease, with comments and blank lines by markers.

use proc_macro2::TokenStream;
use quote::quote;

/// A statement or item that becomes a `//` comment of one or more lines.
pub fn comment(text: &str) -> TokenStream {
    let lines = wrapped(text, 100).into_iter().map(|line| quote! { fwrap_comment! { #line } });
    quote! { #(#lines)* }
}

/// An item that becomes a blank line.
pub fn blank_line() -> TokenStream {
    quote! { fwrap_blank_line! {} }
}

/// The file as text, behind its header lines.
pub fn print_file(header: &[String], items: TokenStream) -> String {
    let file: syn::File = match syn::parse2(items) {
        Ok(file) => file,
        Err(error) => unreachable!("generated Rust does not parse: {error}"),
    };
    let mut text = String::new();
    for line in header {
        text.push_str(&format!("// {line}\n"));
    }
    let printed = prettyplease::unparse(&file);
    let mut lines = printed.lines();
    let mut last_is_blank = false;
    while let Some(line) = lines.next() {
        let indent = &line[..line.len() - line.trim_start().len()];
        let code = line.trim_start();
        if code.starts_with(BLANK_LINE) {
            if !last_is_blank {
                text.push('\n');
            }
            last_is_blank = true;
            continue;
        }
        last_is_blank = false;
        if let Some(rest) = code.strip_prefix(COMMENT) {
            // The marker's text stands on this line, or on the next with the bracket closed behind it.
            let mut literal = rest.to_owned();
            while !literal.trim_end().ends_with('}') {
                literal.push_str(lines.next().unwrap_or("}"));
            }
            let literal = literal.trim().trim_start_matches(['!', '{', ' ']).trim_end_matches(['}', ' ']);
            match syn::parse_str::<syn::LitStr>(literal) {
                Ok(content) => text.push_str(&format!("{indent}// {}\n", content.value())),
                Err(error) => unreachable!("the marker `{literal}` holds one string: {error}"),
            }
            continue;
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

const COMMENT: &str = "fwrap_comment";
const BLANK_LINE: &str = "fwrap_blank_line";

/// `text` in lines of at most `width` characters, broken at blanks.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{blank_line, comment, print_file, wrapped};
    use quote::quote;

    #[test]
    fn markers_become_comments_and_blank_lines() {
        let (comment, blank) = (comment("SAFETY: `x` is \"checked\"."), blank_line());
        let text = print_file(&["Header.".into()], quote! { #blank fn main() { #comment let x = 1; } });
        assert_eq!(text, "// Header.\n\nfn main() {\n    // SAFETY: `x` is \"checked\".\n    let x = 1;\n}\n");
    }

    #[test]
    fn long_lines_break_at_blanks() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
    }
}
