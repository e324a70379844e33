//! Elemental functions of characters.

use crate::analysis::arithmetic::compare_texts;
use crate::analysis::constant::Constant;
use crate::analysis::elemental::Scalars;

/// The value of a function of characters.
pub(super) fn find(name: &str, arguments: &Scalars<'_>) -> Option<Constant> {
    let defaults = arguments.defaults;
    let count = |value: usize, position: usize| {
        let kind = arguments.kind(position, defaults.integer)?;
        Some(Constant::Integer(i128::try_from(value).ok()?, kind))
    };
    match name {
        "char" | "achar" => {
            let kind = arguments.kind(1, 1)?;
            let code = u32::try_from(arguments.integer("i", 0)?).ok().filter(|code| kind != 1 || *code < 256)?;
            Some(Constant::Character(char::from_u32(code)?.to_string().into(), kind))
        }
        "ichar" | "iachar" => {
            let mut letters = arguments.text("c", 0)?.chars();
            let letter = letters.next().filter(|_| letters.next().is_none())?;
            let kind = arguments.kind(1, defaults.integer)?;
            Some(Constant::Integer(i128::from(u32::from(letter)), kind))
        }
        "len_trim" => count(arguments.text("string", 0)?.trim_end_matches(' ').chars().count(), 1),
        "adjustl" | "adjustr" => {
            let Constant::Character(text, kind) = arguments.get("string", 0)? else { return None };
            let blanks = |count: usize| " ".repeat(count);
            let adjusted = if name == "adjustl" {
                let rest = text.trim_start_matches(' ');
                format!("{rest}{}", blanks(text.len() - rest.len()))
            } else {
                let rest = text.trim_end_matches(' ');
                format!("{}{rest}", blanks(text.len() - rest.len()))
            };
            Some(Constant::Character(adjusted.into(), *kind))
        }
        "index" => {
            let (text, part) = (arguments.text("string", 0)?, arguments.text("substring", 1)?);
            let found = if arguments.flag("back", 2)? { text.rfind(part) } else { text.find(part) };
            count(found.map_or(0, |at| text[..at].chars().count() + 1), 3)
        }
        "scan" | "verify" => {
            let (text, set) = (arguments.text("string", 0)?, arguments.text("set", 1)?);
            let matches = |letter: char| set.contains(letter) == (name == "scan");
            let found = if arguments.flag("back", 2)? { text.rfind(matches) } else { text.find(matches) };
            count(found.map_or(0, |at| text[..at].chars().count() + 1), 3)
        }
        "lge" | "lgt" | "lle" | "llt" => {
            let ordering = compare_texts(arguments.text("string_a", 0)?, arguments.text("string_b", 1)?);
            let value = match name {
                "lge" => ordering.is_ge(),
                "lgt" => ordering.is_gt(),
                "lle" => ordering.is_le(),
                _ => ordering.is_lt(),
            };
            Some(Constant::Logical(value, defaults.logical))
        }
        _ => None,
    }
}
