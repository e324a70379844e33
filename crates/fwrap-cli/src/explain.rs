//! The subcommand `explain`: what a code means, with an example and the line to write.

use fwrap_build::BuildError;

use crate::speech::rules;
use crate::terminal::{print_error_line, print_out};

/// Prints what a code means; the list of all codes, or of those that begin so, where no single one is meant.
pub fn explain(code: Option<&str>) -> Result<bool, BuildError> {
    let rules = rules();
    let asked = code.unwrap_or_default().trim().to_ascii_uppercase();
    let mut meant: Vec<_> = rules.iter().filter(|rule| rule.code.starts_with(&asked)).collect();
    if let [rule] = meant[..] {
        let (code, explanation, example) = (rule.code, rule.explanation, rule.example.trim_end());
        print_out(&format!("{code}: {explanation}\n\nFor example:\n{example}\n"))?;
        return Ok(true);
    }
    if meant.is_empty() {
        let help = "`fwrap explain` lists all codes; they look like FW0301";
        print_error_line(&format!("error: there is no code `{asked}`\n  = help: {help}"));
        return Ok(false);
    }
    meant.sort_by_key(|rule| rule.code);
    let lines = meant.iter().map(|rule| format!("{}  {}\n", rule.code, first_sentence(rule.explanation)));
    print_out(&lines.collect::<String>())?;
    Ok(true)
}

fn first_sentence(text: &str) -> &str {
    text.split_once(". ").map_or(text, |(first, _)| first).trim_end_matches('.')
}
