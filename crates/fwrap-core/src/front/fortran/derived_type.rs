//! Derived type definitions (F2018 7.5): components, type parameters, type-bound procedures.

use crate::front::fortran::cursor::{Cursor, Parsed};
use crate::front::fortran::declaration::parse_type_declaration;
use crate::front::fortran::documentation::UnitDocumentation;
use crate::front::fortran::generic::parse_generic_statement;
use crate::front::fortran::scope::ScopeBuilder;
use crate::front::fortran::statement::{Ending, Kind, classify};
use crate::front::fortran::unit::{Opened, Reader, Stop};
use crate::ir::derived_type::{Binding, DerivedType, SpecificBinding, TypeAttributes, TypeParameter};
use crate::ir::documentation::Documentation;
use crate::ir::name::Name;

/// A definition that is being read.
struct Definition {
    derived_type: DerivedType,
    components: ScopeBuilder,
    /// The names of specific bindings, for the comments at them.
    bindings: ScopeBuilder,
    /// CONTAINS was read.
    contains: bool,
}

impl Reader<'_, '_> {
    /// A derived type definition; the scanner's statement is its first.
    pub(super) fn derived_type(&mut self, scope: &mut ScopeBuilder) {
        let whole = self.scanner.cursor().whole();
        let mut components = ScopeBuilder::default();
        let mut comments = UnitDocumentation::of_unit(&self.scanner, &mut components);
        let first = self.parse(parse_type_statement);
        let is_known = first.is_some();
        let derived_type = first.unwrap_or_else(|| new_type(Name::new(""), whole));
        let opened = Opened { what: "type", name: derived_type.name.lower().to_owned(), span: whole };
        let mut definition =
            Definition { derived_type, components, bindings: ScopeBuilder::default(), contains: false };
        let stop = self.type_definition(&mut definition, &mut comments);
        if stop != Stop::End(Ending::DerivedType) {
            self.unclosed(stop, &opened);
        }
        let documentation = comments.finish(&mut definition.components);
        if is_known {
            scope.scope.derived_types.push(definition.finish(documentation));
        }
        scope.mentioned.clear();
    }

    fn type_definition(&mut self, definition: &mut Definition, comments: &mut UnitDocumentation) -> Stop {
        while self.scanner.advance() {
            let kind = classify(self.scanner.cursor());
            let about = comments.before_statement(&self.scanner, definition.members(), true);
            definition.members().mentioned.clear();
            match kind {
                Kind::End(ending) => return Stop::End(ending),
                Kind::Header | Kind::Module | Kind::Program | Kind::Submodule | Kind::BlockData => return Stop::Unit,
                Kind::Contains => definition.contains = true,
                Kind::Include => self.include(),
                Kind::Ignored => {}
                _ if definition.contains => {
                    self.parse(|cursor| definition.binding(cursor));
                }
                _ => {
                    self.parse(|cursor| definition.component(cursor, kind));
                }
            }
            comments.after_statement(&self.scanner, definition.members(), &about);
        }
        Stop::EndOfFile
    }
}

impl Definition {
    /// What comments beside statements are about.
    fn members(&mut self) -> &mut ScopeBuilder {
        if self.contains { &mut self.bindings } else { &mut self.components }
    }

    fn finish(self, documentation: Documentation) -> DerivedType {
        let mut derived_type = self.derived_type;
        derived_type.documentation = documentation;
        derived_type.components = self.components.scope.entities;
        let mut names = self.bindings;
        for binding in &mut derived_type.bindings {
            if let Binding::Specific(binding) = binding
                && let Some(entity) = names.find(&binding.name)
            {
                binding.documentation = std::mem::take(&mut entity.documentation);
            }
        }
        derived_type
    }

    /// A statement before CONTAINS.
    fn component(&mut self, cursor: &mut Cursor<'_>, kind: Kind) -> Parsed<()> {
        match kind {
            Kind::TypeDeclaration => {
                if parse_type_parameters(cursor, &mut self.derived_type.parameters)? {
                    return Ok(());
                }
                parse_type_declaration(cursor, &mut self.components)
            }
            _ if cursor.eat_keyword("private") => {
                self.derived_type.attributes.private_components = true;
                cursor.expect_end()
            }
            _ if cursor.eat_keyword("sequence") => {
                self.derived_type.attributes.sequence = true;
                cursor.expect_end()
            }
            // `public`, which some compilers take
            _ if cursor.eat_keyword("public") => cursor.expect_end(),
            _ => Err(cursor.expected("a component of the type, or `end type`")),
        }
    }

    /// A statement behind CONTAINS.
    fn binding(&mut self, cursor: &mut Cursor<'_>) -> Parsed<()> {
        if cursor.eat_keyword("private") {
            self.derived_type.attributes.private_bindings = true;
            return cursor.expect_end();
        }
        if cursor.eat_keyword("final") {
            cursor.eat("::");
            let names = cursor.names("the name of a final procedure")?;
            self.derived_type.bindings.push(Binding::Final(names));
            return Ok(());
        }
        if cursor.eat_keyword("generic") {
            cursor.seek(0);
            let span = cursor.whole();
            let statement = parse_generic_statement(cursor)?;
            let (spec, specifics, private) = (statement.spec, statement.specifics, statement.private);
            self.derived_type.bindings.push(Binding::Generic { spec, specifics, private, span });
            return Ok(());
        }
        if cursor.eat_keyword("procedure") {
            return self.procedures(cursor);
        }
        Err(cursor.expected("`procedure`, `generic`, `final` or `end type`"))
    }

    /// `[(interface)] [[, attributes] ::] name [=> procedure], ...` behind PROCEDURE.
    fn procedures(&mut self, cursor: &mut Cursor<'_>) -> Parsed<()> {
        let mut pattern = SpecificBinding {
            name: Name::new(""),
            span: cursor.whole(),
            procedure: None,
            interface: None,
            nopass: false,
            pass: None,
            deferred: false,
            non_overridable: false,
            private: None,
            documentation: String::new(),
        };
        if cursor.eat("(") {
            pattern.interface = Some(cursor.name("the name of an interface")?.0);
            cursor.expect(")")?;
        }
        while cursor.eat(",") {
            binding_attribute(cursor, &mut pattern)?;
        }
        cursor.eat("::");
        loop {
            let position = cursor.position();
            let (name, span) = cursor.name("the name of a type-bound procedure")?;
            self.bindings.mention(&name, span, position);
            let procedure = if cursor.eat("=>") { Some(cursor.name("the name of a procedure")?.0) } else { None };
            let binding = SpecificBinding { name, span, procedure, ..pattern.clone() };
            self.derived_type.bindings.push(Binding::Specific(binding));
            if !cursor.eat(",") {
                return cursor.expect_end();
            }
        }
    }
}

fn binding_attribute(cursor: &mut Cursor<'_>, binding: &mut SpecificBinding) -> Parsed<()> {
    if cursor.eat_keyword("pass") {
        if cursor.eat("(") {
            binding.pass = Some(cursor.name("the name of a dummy argument")?.0);
            cursor.expect(")")?;
        }
    } else if cursor.eat_keyword("nopass") {
        binding.nopass = true;
    } else if cursor.eat_keyword("deferred") {
        binding.deferred = true;
    } else if cursor.eat_keyword("non_overridable") {
        binding.non_overridable = true;
    } else {
        binding.private = Some(cursor.access()?);
    }
    Ok(())
}

/// A type of which nothing is known but its name.
pub(super) fn new_type(name: Name, span: crate::source::Span) -> DerivedType {
    DerivedType {
        name,
        span,
        attributes: TypeAttributes::default(),
        extends: None,
        parameters: Vec::new(),
        components: Vec::new(),
        bindings: Vec::new(),
        documentation: Documentation::default(),
    }
}

/// `type [, attributes ::] name [(parameters)]`
fn parse_type_statement(cursor: &mut Cursor<'_>) -> Parsed<DerivedType> {
    cursor.eat_keyword("type");
    let mut attributes = TypeAttributes::default();
    let mut extends = None;
    while cursor.eat(",") {
        if cursor.eat_keyword("abstract") {
            attributes.is_abstract = true;
        } else if cursor.eat_keyword("extends") {
            cursor.expect("(")?;
            extends = Some(cursor.name("the name of the parent type")?.0);
            cursor.expect(")")?;
        } else if cursor.eat_keyword("bind") {
            cursor.skip_parenthesis();
            attributes.bind_c = true;
        } else {
            attributes.private = Some(cursor.access()?);
        }
    }
    cursor.eat("::");
    let (name, span) = cursor.name("the name of the type")?;
    let mut derived_type = DerivedType { attributes, extends, ..new_type(name, span) };
    if cursor.eat("(") {
        loop {
            let (name, _) = cursor.name("the name of a type parameter")?;
            derived_type.parameters.push(TypeParameter { name, is_length: false, default: None });
            if cursor.eat(")") {
                break;
            }
            cursor.expect(",")?;
        }
    }
    cursor.expect_end()?;
    Ok(derived_type)
}

/// `integer, kind :: k = 4` (F2018 7.5.3.1), which says of parameters what they are. False: it is a component.
fn parse_type_parameters(cursor: &mut Cursor<'_>, parameters: &mut [TypeParameter]) -> Parsed<bool> {
    let before = *cursor;
    let is_parameter = !parameters.is_empty() && cursor.type_spec(true)?.is_some() && cursor.eat(",");
    let is_length = is_parameter && cursor.eat_keyword("len");
    let is_kind = is_parameter && !is_length && cursor.eat_keyword("kind");
    if !is_length && !is_kind {
        *cursor = before;
        return Ok(false);
    }
    cursor.expect("::")?;
    loop {
        let (name, _) = cursor.name("the name of a type parameter")?;
        let default = if cursor.eat("=") { Some(cursor.expression()?) } else { None };
        if let Some(parameter) = parameters.iter_mut().find(|parameter| parameter.name == name) {
            parameter.is_length = is_length;
            parameter.default = default;
        }
        if !cursor.eat(",") {
            return cursor.expect_end().map(|()| true);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::front::fortran::testing::{complaints, read};
    use crate::ir::derived_type::{Binding, DerivedType};
    use crate::ir::entity::Entity;
    use crate::ir::module::Module;
    use crate::ir::types::BaseType;

    fn module(text: &str) -> Module {
        read("a.f90", &format!("module m\n{text}\nend module\n")).modules.remove(0)
    }

    fn derived_type(text: &str) -> DerivedType {
        module(text).scope.derived_types.remove(0)
    }

    /// A binding as Fortran writes it.
    fn show(binding: &Binding) -> String {
        let names = |names: &[crate::ir::name::Name]| {
            names.iter().map(|name| name.lower().to_owned()).collect::<Vec<_>>().join(", ")
        };
        match binding {
            Binding::Specific(one) => {
                let mut text = one.interface.as_ref().map_or(String::new(), |interface| format!("({interface}) "));
                text += if one.deferred { "deferred " } else { "" };
                text += if one.nopass { "nopass " } else { "" };
                text += if one.non_overridable { "non_overridable " } else { "" };
                text += &one.pass.as_ref().map_or(String::new(), |pass| format!("pass({pass}) "));
                text += match one.private {
                    Some(true) => "private ",
                    Some(false) => "public ",
                    None => "",
                };
                text += one.name.lower();
                text + &one.procedure.as_ref().map_or(String::new(), |procedure| format!(" => {procedure}"))
            }
            Binding::Generic { spec, specifics, .. } => format!("{spec} => {}", names(specifics)),
            Binding::Final(list) => {
                let list: Vec<_> = list.iter().map(|(name, _)| name.clone()).collect();
                format!("final {}", names(&list))
            }
        }
    }

    fn component<'t>(derived_type: &'t DerivedType, name: &str) -> &'t Entity {
        derived_type.components.iter().find(|one| one.name == *name).unwrap_or_else(|| panic!("{name}"))
    }

    #[test]
    fn components_of_all_kinds() {
        let one = derived_type(
            "type, public, extends(base) :: t\n  private\n  integer :: n = 3, a(2, 0:3)\n\
             \x20 real(8), dimension(:), allocatable :: x, y\n  character(len=:), allocatable :: s\n\
             \x20 character*8 names(4)*3\n  type(t), pointer :: next => null()\n  class(*), allocatable :: any\n\
             \x20 procedure(f), pointer, nopass :: p => null()\n  procedure(g), pointer, pass(me), public :: q\n\
             \x20 real, codimension[:], allocatable :: c\n  real :: end, type, real\nend type t",
        );
        assert_eq!(one.extends.as_ref().map(|parent| parent.lower().to_owned()).as_deref(), Some("base"));
        assert!(one.attributes.private_components && one.attributes.private == Some(false));
        let names: Vec<_> = one.components.iter().map(|one| one.name.lower()).collect();
        let expected = ["n", "a", "x", "y", "s", "names", "next", "any", "p", "q", "c", "end", "type", "real"];
        assert_eq!(names, expected);
        assert!(component(&one, "n").value.is_some() && component(&one, "a").value.is_none());
        assert!(component(&one, "y").shape.is_some() && component(&one, "y").attributes.allocatable);
        assert!(component(&one, "next").attributes.pointer && component(&one, "next").value.is_some());
        assert!(component(&one, "p").attributes.nopass && !component(&one, "q").attributes.nopass);
        assert_eq!(component(&one, "q").attributes.private, Some(false));
        let base = component(&one, "p").type_spec.as_ref().map(|spec| spec.base.clone());
        assert!(matches!(base, Some(BaseType::Procedure(Some(name))) if name == *"f"));
        assert_eq!(component(&one, "c").corank, 1);
    }

    #[test]
    fn bindings_of_all_kinds() {
        let one = derived_type(
            "type, abstract :: t\ncontains\n  private\n  procedure :: f\n  procedure, public :: g => g_t, h\n\
             \x20 procedure(i), deferred, pass(this) :: k\n  procedure, nopass, non_overridable :: l\n  procedure m\n\
             \x20 procedure end => finish\n  generic, public :: write => f, g\n  generic :: operator(.X.) => h\n\
             \x20 generic :: assignment(=) => f\n  generic :: read(formatted) => f\n  generic :: operator(/) => f\n\
             \x20 final :: a, b\n  final c\nend type",
        );
        assert!(one.attributes.is_abstract && one.attributes.private_bindings && !one.attributes.private_components);
        let bindings: Vec<_> = one.bindings.iter().map(show).collect();
        let expected = [
            "f",
            "public g => g_t",
            "public h",
            "(i) deferred pass(this) k",
            "nopass non_overridable l",
            "m",
            "end => finish",
            "write => f, g",
            "operator(.x.) => h",
            "assignment(=) => f",
            "read(formatted) => f",
            "operator(/) => f",
            "final a, b",
            "final c",
        ];
        assert_eq!(bindings, expected);
    }

    #[test]
    fn parameterized_types() {
        let one = derived_type(
            "type :: matrix(k, n, m)\n  integer, kind :: k = 4\n  integer(8), len :: n, m = 3\n  real(k) :: a(n, m)\n\
             \x20 integer, private :: kind\nend type",
        );
        let parameters: Vec<_> = one.parameters.iter().map(|one| (one.name.lower(), one.is_length)).collect();
        assert_eq!(parameters, [("k", false), ("n", true), ("m", true)]);
        assert!(one.parameters[0].default.is_some() && one.parameters[1].default.is_none());
        assert_eq!(one.components.len(), 2);
    }

    #[test]
    fn types_of_storage_and_of_c() {
        let module = module(
            "type a\nsequence\ninteger :: sequence, x\nend type\ntype, bind(c) :: b\nreal x\nend type b\n\
             type,abstract::c\nend type\nprivate b\npublic :: c",
        );
        let types = &module.scope.derived_types;
        assert!(types[0].attributes.sequence && types[0].components.len() == 2);
        assert!(types[1].attributes.bind_c && types[1].attributes.private == Some(true));
        assert!(types[2].attributes.is_abstract && types[2].attributes.private == Some(false));
    }

    #[test]
    fn fixed_form_types() {
        let text = "      MODULE M\n      TYPE T\n      REAL X\n      INTEGER TYPE\n      CONTAINS\n\
                    \x20     PROCEDURE F=>G\n      PROCEDURE,PASS::H\n      END TYPE T\n      TYPE(T)Y\n      END\n";
        let library = read("a.f", text);
        let scope = &library.modules[0].scope;
        let bindings: Vec<_> = scope.derived_types[0].bindings.iter().map(show).collect();
        assert_eq!((scope.derived_types[0].components.len(), bindings), (2, vec!["f => g".into(), "h".into()]));
        assert_eq!(scope.entities.len(), 1);
    }

    #[test]
    fn comments_at_members() {
        let one = derived_type(
            "!> A thing.\ntype t\n  integer :: n !! its size\n  !> where\n  !> it is\n  real :: x\ncontains\n\
             \x20 procedure :: f !! does it\n  !> undoes it\n  procedure :: g, h\nend type",
        );
        assert_eq!(one.documentation.text, "A thing.");
        assert_eq!(component(&one, "n").documentation, "its size");
        assert_eq!(component(&one, "x").documentation, "where\nit is");
        let about = |binding: &Binding| match binding {
            Binding::Specific(one) => one.documentation.clone(),
            _ => String::new(),
        };
        let about: Vec<_> = one.bindings.iter().map(about).collect();
        assert_eq!(about, ["does it", "undoes it", "undoes it"]);
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let said = |text: &str| complaints("a.f90", &format!("module m\n{text}\nend module\n"));
        assert_eq!(said("type t\nx = 3\nend type")[0].1, "expected a component of the type, or `end type`");
        assert_eq!(said("type t\nreal, intnt :: x\nend type").len(), 1);
        assert_eq!(said("type t\ncontains\nreal :: x\nend type").len(), 1);
        assert_eq!(said("type, foo :: t\nend type").len(), 1);
    }
}
