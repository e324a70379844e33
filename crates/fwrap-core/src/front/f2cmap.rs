//! `.f2py_f2cmap` files to a table: which C type a kind of Fortran stands for, as the user knows it.

use std::ops::Range;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::ir::f2py::{KindMap, KindMapping};
use crate::source::{FileId, SourceFile, Span};

/// The types of Fortran that f2py maps.
const TYPES: [&str; 8] =
    ["integer", "real", "complex", "logical", "character", "double precision", "double complex", "byte"];

/// The C types that f2py knows, with their sizes in bytes; of a complex type that of each part.
const C_TYPES: [(&str, u8); 24] = [
    ("double", 8),
    ("float", 4),
    ("long_double", 16),
    ("char", 1),
    ("signed_char", 1),
    ("unsigned_char", 1),
    ("short", 2),
    ("unsigned_short", 2),
    ("int", 4),
    ("long", 8),
    ("long_long", 8),
    ("unsigned", 4),
    ("unsigned_long", 8),
    ("unsigned_long_long", 8),
    ("complex_float", 4),
    ("complex_double", 8),
    ("complex_long_double", 16),
    ("string", 1),
    ("character", 1),
    ("bool", 1),
    ("npy_int32", 4),
    ("npy_int64", 8),
    ("int32_t", 4),
    ("int64_t", 8),
];

/// Reads a file that holds a dictionary of dictionaries in Python's syntax, such as `{'real': {'wp': 'double'}}`.
pub fn parse_kind_map(file: &SourceFile, id: FileId) -> (KindMap, Diagnostics) {
    let mut reader = Reader { text: &file.text, at: 0, id, diagnostics: Diagnostics::default() };
    let mut map = KindMap::default();
    if let Err(expected) = reader.outer(&mut map) {
        reader.report(expected);
    }
    (map, reader.diagnostics)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    id: FileId,
    diagnostics: Diagnostics,
}

/// What should stand at the cursor.
type Expected = &'static str;

impl Reader<'_> {
    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.id, range.start, range.end)
    }

    /// The next byte that is neither blank nor in a comment; 0 at the end.
    fn peek(&mut self) -> u8 {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.at) {
                Some(byte) if byte.is_ascii_whitespace() => self.at += 1,
                Some(b'#') => self.at += bytes[self.at..].iter().take_while(|byte| **byte != b'\n').count(),
                other => return other.copied().unwrap_or(0),
            }
        }
    }

    fn eat(&mut self, mark: u8) -> bool {
        let found = self.peek() == mark;
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, mark: u8, expected: Expected) -> Result<(), Expected> {
        if self.eat(mark) { Ok(()) } else { Err(expected) }
    }

    /// A string in quotes, in lower case as f2py has it, with its place.
    fn string(&mut self, expected: Expected) -> Result<(String, Span), Expected> {
        let quote = self.peek();
        if !matches!(quote, b'\'' | b'"') {
            return Err(expected);
        }
        let start = self.at + 1;
        let rest = self.text.get(start..).unwrap_or("");
        let line = rest.split('\n').next().unwrap_or(rest);
        let length = line.find(char::from(quote)).ok_or("the quote that closes the string")?;
        self.at = start + length + 1;
        Ok((line[..length].trim().to_ascii_lowercase(), self.span(start..start + length)))
    }

    /// Entries up to `}`, each read by `entry`.
    fn entries(&mut self, mut entry: impl FnMut(&mut Self) -> Result<(), Expected>) -> Result<(), Expected> {
        self.expect(b'{', "`{`")?;
        while !self.eat(b'}') {
            entry(self)?;
            if !self.eat(b',') && self.peek() != b'}' {
                return Err("`,` or `}`");
            }
        }
        Ok(())
    }

    /// `{'real': {...}}` or `dict(real=dict(wp='double'))`
    fn outer(&mut self, map: &mut KindMap) -> Result<(), Expected> {
        if self.peek() != b'{' {
            return self.calls(map);
        }
        self.entries(|reader| {
            let (data_type, place) = reader.string("the name of a type in quotes, or `}`")?;
            reader.expect(b':', "`:`")?;
            reader.check_type(&data_type, place);
            reader.entries(|reader| {
                let (kind, span) = reader.string("a kind in quotes, or `}`")?;
                reader.expect(b':', "`:`")?;
                reader.mapping(map, &data_type, kind, span)
            })
        })?;
        if self.peek() == 0 { Ok(()) } else { Err("the end of the file") }
    }

    fn calls(&mut self, map: &mut KindMap) -> Result<(), Expected> {
        self.call(|reader, data_type, place| {
            reader.check_type(&data_type, place);
            reader.call(|reader, kind, span| reader.mapping(map, &data_type, kind, span))
        })?;
        if self.peek() == 0 { Ok(()) } else { Err("the end of the file") }
    }

    /// `dict(name=..., name=...)`
    fn call(&mut self, mut entry: impl FnMut(&mut Self, String, Span) -> Result<(), Expected>) -> Result<(), Expected> {
        let (word, _) = self.word("`{` or `dict(`")?;
        if word != "dict" {
            return Err("`{` or `dict(`");
        }
        self.expect(b'(', "`(`")?;
        while !self.eat(b')') {
            let (name, span) = self.word("a name or `)`")?;
            self.expect(b'=', "`=`")?;
            entry(self, name, span)?;
            if !self.eat(b',') && self.peek() != b')' {
                return Err("`,` or `)`");
            }
        }
        Ok(())
    }

    fn word(&mut self, expected: Expected) -> Result<(String, Span), Expected> {
        self.peek();
        let start = self.at;
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        self.at += self.text.as_bytes()[start..].iter().take_while(|byte| is_word(byte)).count();
        let text = self.text[start..self.at].to_ascii_lowercase();
        if text.is_empty() { Err(expected) } else { Ok((text, self.span(start..self.at))) }
    }

    /// The C type of a kind.
    fn mapping(&mut self, map: &mut KindMap, data_type: &str, kind: String, span: Span) -> Result<(), Expected> {
        let (c_type, place) = self.string("a C type in quotes")?;
        let Some((_, bytes)) = C_TYPES.iter().find(|(name, _)| *name == c_type) else {
            let title = format!("`{c_type}` is no C type that f2py knows");
            let help = "write `double`, `float`, `int`, `long_long`, `complex_double`, ...";
            self.diagnostics.push(Diagnostic::error(Code::KindMap, place, title).label("not known").help(help));
            return Ok(());
        };
        let (data_type, bytes) = (data_type.to_owned(), *bytes);
        map.mappings.push(KindMapping { data_type, kind: squeezed(&kind), c_type, bytes, span });
        Ok(())
    }

    fn check_type(&mut self, data_type: &str, place: Span) {
        if !TYPES.contains(&data_type) {
            let title = format!("`{data_type}` is no type of Fortran that f2py maps");
            let help = "write `real`, `integer`, `complex`, `logical` or `character`";
            self.diagnostics.push(Diagnostic::error(Code::KindMap, place, title).label("no such type").help(help));
        }
    }

    fn report(&mut self, expected: Expected) {
        let end = (self.at..self.text.len()).find(|at| *at > self.at && self.text.is_char_boundary(*at));
        let span = self.span(self.at..end.unwrap_or(self.text.len()));
        let help = "write a dictionary such as `{'real': {'wp': 'double'}}`";
        let title = "the map of kinds cannot be read";
        let label = format!("expected {expected}");
        self.diagnostics.push(Diagnostic::error(Code::KindMap, span, title).label(label).help(help));
    }
}

/// A kind as it is compared: without blanks.
fn squeezed(kind: &str) -> String {
    kind.split_ascii_whitespace().collect()
}

#[cfg(test)]
mod tests {
    use super::parse_kind_map;
    use crate::source::{FileId, SourceFile};

    fn read(text: &str) -> (Vec<String>, Vec<String>) {
        let file = SourceFile::new(".f2py_f2cmap", text);
        let (map, diagnostics) = parse_kind_map(&file, FileId(0));
        let mappings = map.mappings.iter();
        let found = mappings.map(|one| format!("{}({})={}:{}", one.data_type, one.kind, one.c_type, one.bytes));
        let place = |span: crate::source::Span| text[span.start as usize..span.end as usize].to_owned();
        let said = diagnostics.iter().map(|one| format!("{}|{}", one.title, one.span.map_or(String::new(), place)));
        (found.collect(), said.collect())
    }

    #[test]
    fn dictionaries_of_python_are_read() {
        let text = "# kinds\n{\n 'real': {'rk': 'double', \"sp\" : 'float',},\n 'INTEGER': dict}";
        assert_eq!(read(text).1.len(), 1);
        let (found, said) =
            read("# kinds\n{'real': {'RK': 'double', \"sp\" : 'float',},\n 'complex': {'c_dp':'complex_double'}}\n");
        assert_eq!(found, ["real(rk)=double:8", "real(sp)=float:4", "complex(c_dp)=complex_double:8"]);
        assert!(said.is_empty(), "{said:?}");
        assert_eq!(read("dict(real=dict(wp='double'))").0, ["real(wp)=double:8"]);
        assert_eq!(read("{'integer': {'selected_int_kind( 9 )': 'int'}}").0, ["integer(selected_int_kind(9))=int:4"]);
    }

    #[test]
    fn what_is_wrong_is_said_where_it_stands() {
        assert_eq!(read("{'real': {'wp': 'doubel'}}").1, ["`doubel` is no C type that f2py knows|doubel"]);
        assert_eq!(read("{'rael': {}}").1, ["`rael` is no type of Fortran that f2py maps|rael"]);
        assert_eq!(read("{'real': {'wp' 'double'}}").1, ["the map of kinds cannot be read|'"]);
        assert_eq!(read("").1, ["the map of kinds cannot be read|"]);
    }

    #[test]
    fn every_prefix_is_read() {
        let text = "{'real': {'w\u{fc}': 'double', # x\n \"sp\": 'float'}}";
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            assert!(!read(&text[..end]).1.is_empty(), "{end}");
        }
    }
}
