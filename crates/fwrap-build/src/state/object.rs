//! One object as blocks (functions, tables of constants) and what each of them refers to.

use std::collections::{BTreeMap, HashMap};

use object::elf::{SHF_ALLOC, SHF_EXECINSTR, SHF_TLS, SHF_WRITE};
use object::read::archive::ArchiveFile;
use object::{
    Architecture, File, Object, ObjectSection, ObjectSymbol, RelocationKind, RelocationTarget, SectionFlags,
    SectionIndex, SymbolKind,
};

use super::name::is_constant_table;

/// What is said of an object file.
#[derive(Debug, Default)]
pub(crate) struct ObjectCode {
    /// Its functions and tables of constants.
    pub blocks: Vec<Block>,
    /// What it defines for other objects.
    pub definitions: Vec<(String, Place)>,
}

/// A function, or a table of constants, which may hold addresses.
#[derive(Debug, Default)]
pub(crate) struct Block {
    /// The symbol of a function.
    pub function: Option<String>,
    /// What it refers to.
    pub references: Vec<Place>,
}

/// What a symbol or a reference stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// A block of the same object.
    Block(usize),
    /// Writable storage that all threads share: its symbol.
    Shared(String),
    /// COMMON storage, which every object that names it defines: its symbol.
    Common(String),
    /// Storage of each thread, or constants that hold no address.
    Harmless,
    /// A symbol that any object may define.
    Named(String),
}

/// The objects in a file: itself, or the members of an archive.
pub(crate) fn read_objects(bytes: &[u8]) -> Vec<ObjectCode> {
    match ArchiveFile::parse(bytes) {
        Ok(archive) => {
            let members = archive.members().flatten().filter_map(|member| member.data(bytes).ok());
            members.filter_map(read_object).collect()
        }
        Err(_) => read_object(bytes).into_iter().collect(),
    }
}

fn read_object(bytes: &[u8]) -> Option<ObjectCode> {
    let file = File::parse(bytes).ok()?;
    let mut reader = Reader { file: &file, sections: HashMap::new(), code: ObjectCode::default() };
    reader.read_sections();
    reader.read_definitions();
    reader.read_references();
    Some(reader.code)
}

/// What a section holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Contents {
    Functions,
    Constants,
    Shared,
}

struct Section {
    contents: Contents,
    /// Its name without the compiler's prefix, for what has no symbol.
    name: String,
    /// What begins where.
    places: BTreeMap<u64, Place>,
}

struct Reader<'a> {
    file: &'a File<'a>,
    sections: HashMap<SectionIndex, Section>,
    code: ObjectCode,
}

impl Reader<'_> {
    fn read_sections(&mut self) {
        for section in self.file.sections() {
            let name = section.name().unwrap_or_default();
            let Some(contents) = contents(name, section.flags()) else { continue };
            let name = name.rsplit('.').next().unwrap_or_default().to_owned();
            self.sections.insert(section.index(), Section { contents, name, places: BTreeMap::new() });
        }
        for symbol in self.file.symbols() {
            let is_named = matches!(symbol.kind(), SymbolKind::Text | SymbolKind::Data | SymbolKind::Unknown);
            let (Ok(name), Some(index)) = (symbol.name(), symbol.section_index()) else { continue };
            let Some(section) = self.sections.get_mut(&index).filter(|_| is_named && !name.is_empty()) else {
                continue;
            };
            // A global name says more than that of a local alias.
            if section.places.contains_key(&symbol.address()) && symbol.is_local() {
                continue;
            }
            let place = match section.contents {
                // Of constants, the first place stands for all: what a table is of is not always told.
                Contents::Constants if !section.places.is_empty() => continue,
                Contents::Shared if !is_constant_table(name) => Place::Shared(name.to_owned()),
                Contents::Functions => self.code.add(Some(name)),
                _ => self.code.add(None),
            };
            section.places.insert(symbol.address(), place);
        }
        for section in self.sections.values_mut().filter(|section| section.places.is_empty()) {
            let place = match section.contents {
                Contents::Shared => Place::Shared(section.name.clone()),
                Contents::Functions => self.code.add(Some(&section.name)),
                Contents::Constants => self.code.add(None),
            };
            section.places.insert(0, place);
        }
    }

    fn read_definitions(&mut self) {
        for symbol in self.file.symbols().filter(|symbol| symbol.is_global()) {
            let Ok(name) = symbol.name() else { continue };
            let place = match symbol.section_index() {
                _ if symbol.is_common() => Place::Common(name.to_owned()),
                Some(_) if symbol.kind() == SymbolKind::Tls => Place::Harmless,
                Some(index) => self.place(index, symbol.address().cast_signed()),
                None if symbol.is_undefined() => continue,
                None => Place::Harmless,
            };
            self.code.definitions.push((name.to_owned(), place));
        }
    }

    fn read_references(&mut self) {
        for section in self.file.sections() {
            let Some(contents) = self.sections.get(&section.index()).map(|section| section.contents) else { continue };
            for (offset, relocation) in section.relocations() {
                let Place::Block(from) = self.place(section.index(), offset.cast_signed()) else { continue };
                // What a table says relative to itself is where a function goes on, not where one begins.
                if contents != Contents::Functions && relocation.kind() == RelocationKind::Relative {
                    continue;
                }
                let to = self.target(&relocation);
                self.code.blocks[from].references.push(to);
            }
        }
        self.add_calls_without_relocation();
        for (number, block) in self.code.blocks.iter_mut().enumerate() {
            block.references.sort_unstable();
            block.references.dedup();
            block.references.retain(|place| *place != Place::Block(number) && *place != Place::Harmless);
        }
    }

    /// Functions in one section reach those that are local to it without a trace.
    fn add_calls_without_relocation(&mut self) {
        for (index, section) in &self.sections {
            if section.contents != Contents::Functions || section.places.len() < 2 {
                continue;
            }
            let locals = self.file.symbols().filter(|symbol| symbol.section_index() == Some(*index));
            let locals = locals.filter(|symbol| symbol.is_local() && symbol.kind() == SymbolKind::Text);
            let locals: Vec<Place> =
                locals.filter_map(|symbol| section.places.get(&symbol.address())).cloned().collect();
            for place in section.places.values() {
                if let Place::Block(number) = place {
                    self.code.blocks[*number].references.extend(locals.iter().cloned());
                }
            }
        }
    }

    fn target(&self, relocation: &object::Relocation) -> Place {
        match relocation.target() {
            RelocationTarget::Symbol(index) => {
                let Ok(symbol) = self.file.symbol_by_index(index) else { return Place::Named(String::new()) };
                match symbol.section_index() {
                    _ if symbol.kind() == SymbolKind::Tls => Place::Harmless,
                    Some(section) if symbol.is_local() || symbol.kind() == SymbolKind::Section => {
                        let behind = behind_instruction(self.file.architecture(), relocation);
                        let offset = symbol.address().cast_signed() + relocation.addend() + behind;
                        self.place(section, offset)
                    }
                    _ if symbol.is_common() => Place::Common(symbol.name().unwrap_or_default().to_owned()),
                    _ => Place::Named(symbol.name().unwrap_or_default().to_owned()),
                }
            }
            RelocationTarget::Section(section) => self.place(section, relocation.addend()),
            _ => Place::Harmless,
        }
    }

    /// What stands at an offset of a section: what begins there or before.
    fn place(&self, index: SectionIndex, offset: i64) -> Place {
        let Some(section) = self.sections.get(&index) else { return Place::Harmless };
        let offset = u64::try_from(offset).unwrap_or(0);
        let before = section.places.range(..=offset).next_back().or_else(|| section.places.iter().next());
        before.map_or(Place::Harmless, |(_, place)| place.clone())
    }
}

impl ObjectCode {
    fn add(&mut self, function: Option<&str>) -> Place {
        self.blocks.push(Block { function: function.map(str::to_owned), references: Vec::new() });
        Place::Block(self.blocks.len() - 1)
    }
}

/// On x86 an address relative to the instruction counts from behind it: four bytes behind where it is written.
fn behind_instruction(architecture: Architecture, relocation: &object::Relocation) -> i64 {
    let relative = matches!(
        relocation.kind(),
        RelocationKind::Relative | RelocationKind::PltRelative | RelocationKind::GotRelative
    );
    let counts_from_behind = matches!(architecture, Architecture::X86_64 | Architecture::X86_64_X32);
    if counts_from_behind && relative { 4 } else { 0 }
}

/// What a section holds; `None` where no call looks at it.
fn contents(name: &str, flags: SectionFlags) -> Option<Contents> {
    let SectionFlags::Elf { sh_flags, .. } = flags else { return None };
    let has = |flag| sh_flags & flag == flag;
    // Tables for unwinding and lists of what runs when the library is loaded refer to every function.
    let is_table_of_functions = [".eh_frame", ".gcc_except_table", ".init_array", ".fini_array", ".ctors", ".dtors"]
        .iter()
        .any(|table| name.starts_with(table));
    if !has(SHF_ALLOC) || has(SHF_TLS) || is_table_of_functions {
        return None;
    }
    Some(match () {
        () if has(SHF_EXECINSTR) => Contents::Functions,
        // Constants with addresses in them: writable until the library is loaded.
        () if has(SHF_WRITE) && !name.starts_with(".data.rel.ro") => Contents::Shared,
        () => Contents::Constants,
    })
}
