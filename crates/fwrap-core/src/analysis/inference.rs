//! What becomes of every dummy argument, across all bodies of a library.

use rustc_hash::FxHashMap;

use crate::analysis::body::{Bodies, dummies};
use crate::analysis::callee::{Components, Fate};
use crate::analysis::scope::Modules;
use crate::analysis::usage::{Because, Proof, Usage, Usages};
use crate::ir::body::Effect;
use crate::ir::entity::Intent;
use crate::ir::library::Library;
use crate::ir::name::Name;
use crate::source::Span;

/// What a dummy argument of one procedure takes over from that of another.
struct Edge {
    /// The dummy argument of the caller.
    to: usize,
    /// Where it is passed.
    span: Span,
    /// What it is passed to, as which dummy argument.
    because: (Name, Name),
    /// Nothing else can be meant by the call.
    is_certain: bool,
}

/// The dummy arguments of all bodies, as a graph.
struct Graph<'a, 'ir> {
    bodies: &'a Bodies<'a, 'ir>,
    usages: Vec<Usage>,
    index: FxHashMap<(usize, &'ir Name), usize>,
    /// For each dummy argument those that take over from it.
    edges: Vec<Vec<Edge>>,
}

/// What every procedure of a library does with its dummy arguments.
#[must_use]
pub fn find_usages<'ir>(library: &'ir Library, modules: &Modules<'ir>) -> Usages<'ir> {
    let bodies = Bodies::new(library, modules);
    let components = Components::new(library, &bodies);
    let mut graph = Graph { bodies: &bodies, usages: Vec::new(), index: FxHashMap::default(), edges: Vec::new() };
    for unit in 0..bodies.units.len() {
        graph.enter_dummies(unit);
    }
    for unit in 0..bodies.units.len() {
        graph.enter_accesses(unit);
        graph.enter_calls(unit, &components);
    }
    graph.settle();
    let mut index = FxHashMap::default();
    for (procedure, unit) in &bodies.unit_of {
        let Some(own) = bodies.units[*unit].procedure else { continue };
        for name in dummies(own) {
            if let Some(usage) = graph.index.get(&(*unit, name)) {
                index.insert((*procedure, name), *usage);
            }
        }
    }
    Usages { list: graph.usages, index }
}

impl<'ir> Graph<'_, 'ir> {
    fn enter_dummies(&mut self, unit: usize) {
        let Some(procedure) = self.bodies.units[unit].procedure else { return };
        for name in dummies(procedure) {
            let known = self.usages.len();
            if *self.index.entry((unit, name)).or_insert(known) != known {
                continue;
            }
            let mut usage = Usage::default();
            if let Some(entity) = self.bodies.units[unit].dummies.get(name) {
                usage.declared = entity.intent;
                if entity.attributes.volatile || entity.attributes.asynchronous {
                    usage.unknown = Some(Proof { span: entity.span, because: Because::Attribute });
                }
            }
            self.usages.push(usage);
            self.edges.push(Vec::new());
        }
    }

    /// The dummy argument that a name in the body of `unit` means.
    fn find(&self, unit: usize, name: &Name) -> Option<usize> {
        let (owner, entity) = self.bodies.owner(unit, name)?;
        self.index.get(&(owner, &entity.name)).copied()
    }

    fn enter_accesses(&mut self, unit: usize) {
        for access in &self.bodies.units[unit].body.accesses {
            let Some(index) = self.find(unit, &access.name) else { continue };
            let proof = |because| Proof { span: access.span, because };
            let usage = &mut self.usages[index];
            match access.effect {
                Effect::Read => usage.read.get_or_insert(proof(Because::Statement)),
                Effect::Written => usage.written.get_or_insert(proof(Because::Statement)),
                Effect::Exposed => usage.unknown.get_or_insert(proof(Because::Exposed)),
                Effect::Inquired => continue,
            };
        }
    }

    fn enter_calls(&mut self, unit: usize, components: &Components<'ir>) {
        let bodies = self.bodies;
        for call in &bodies.units[unit].body.calls {
            if call.passed.is_empty() {
                continue;
            }
            let callee = bodies.find_callee(unit, call, components);
            for passed in &call.passed {
                let Some(index) = self.find(unit, &passed.name) else { continue };
                for fate in bodies.find_fate(call, &callee, passed) {
                    self.enter_fate(index, passed.span, &call.procedure, fate);
                }
            }
        }
    }

    fn enter_fate(&mut self, index: usize, span: Span, procedure: &Name, fate: Fate) {
        let usage = &mut self.usages[index];
        match fate {
            Fate::Inquired => {}
            Fate::Declared(intent, dummy) => {
                let passed = |dummy: Name| Because::Passed(procedure.clone(), dummy);
                let proof = Proof { span, because: dummy.map_or(Because::Statement, passed) };
                if intent != Intent::Out {
                    usage.read.get_or_insert_with(|| proof.clone());
                }
                if intent != Intent::In {
                    usage.written.get_or_insert(proof);
                }
            }
            Fate::Unknown(because) => {
                usage.unknown.get_or_insert(Proof { span, because });
            }
            Fate::SameAs { unit, dummy, is_certain } => match self.find(unit, &dummy) {
                Some(from) => {
                    let because = (procedure.clone(), dummy);
                    self.edges[from].push(Edge { to: index, span, because, is_certain });
                }
                None => {
                    let because = Because::NoSuchArgument(procedure.clone());
                    self.usages[index].unknown.get_or_insert(Proof { span, because });
                }
            },
        }
    }

    /// Takes over along the edges until nothing changes. A fact is set once, so every edge is gone three times at most.
    fn settle(&mut self) {
        let mut queue: Vec<usize> = (0..self.usages.len()).collect();
        while let Some(from) = queue.pop() {
            let Usage { read, written, unknown, .. } = &self.usages[from];
            let (read, written, unknown) = (read.is_some(), written.is_some(), unknown.is_some());
            for edge in &self.edges[from] {
                let usage = &mut self.usages[edge.to];
                let (procedure, dummy) = &edge.because;
                let set = |fact: &mut Option<Proof>, because: &dyn Fn() -> Because| {
                    let is_new = fact.is_none();
                    fact.get_or_insert_with(|| Proof { span: edge.span, because: because() });
                    is_new
                };
                let passed = || Because::Passed(procedure.clone(), dummy.clone());
                let several = || Because::Several(procedure.clone());
                let mut changed = read && set(&mut usage.read, &passed);
                changed |= written && edge.is_certain && set(&mut usage.written, &passed);
                changed |= written && !edge.is_certain && set(&mut usage.unknown, &several);
                changed |= unknown && set(&mut usage.unknown, &passed);
                if changed {
                    queue.push(edge.to);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::find_usages;
    use crate::analysis::dummy_procedure::find_dummy_procedures;
    use crate::analysis::scope::{DefaultKinds, Modules};
    use crate::front::parse_library;
    use crate::ir::library::Library;
    use crate::ir::name::Name;
    use crate::ir::procedure::Procedure;
    use crate::source::{SourceFile, SourceMap};

    fn read(texts: &[(&str, &str)]) -> Library {
        let mut sources = SourceMap::default();
        for (path, text) in texts {
            sources.add(SourceFile::new(*path, *text));
        }
        let options = crate::front::Options {
            defines: Vec::new(),
            predefined: None,
            openmp: false,
            fixed_line_length: None,
            load_include: &|_, _| None,
        };
        let (library, diagnostics) = parse_library(&mut sources, &options);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        library
    }

    fn procedure<'l>(library: &'l Library, name: &str) -> &'l Procedure {
        let of_modules = library.modules.iter().flat_map(|module| &module.procedures);
        let mut all = library.procedures.iter().chain(of_modules);
        all.find(|procedure| procedure.name == *name).unwrap_or_else(|| panic!("no {name}"))
    }

    /// `x:read y:both` for the arguments of a procedure.
    fn usages(library: &Library, name: &str) -> String {
        let modules = Modules::new(library, DefaultKinds::default());
        let usages = find_usages(library, &modules);
        let procedure = procedure(library, name);
        let word = |name: &Name| usages.of(procedure, name).map_or("none", |usage| usage.summary().as_str());
        let all = super::dummies(procedure).map(|name| format!("{name}:{}", word(name)));
        all.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn calls_are_followed_across_files_and_in_circles() {
        let library = read(&[
            ("a.f90", "subroutine a(x, y, n)\nreal x(*), y(*)\ncall b(y, x(2), n)\nend\n"),
            (
                "b.f",
                "      SUBROUTINE B(P,Q,N)\n      REAL P(*),Q(*)\n      IF(N.GT.0)CALLA(P,Q,N-1)\n\
                 \x20     P(1)=0\n      END\n",
            ),
        ]);
        // each is at times the other
        assert_eq!(usages(&library, "a"), "x:written y:written n:read");
        assert_eq!(usages(&library, "b"), "p:written q:written n:read");
    }

    #[test]
    fn what_is_not_known_is_unknown() {
        let library = read(&[(
            "a.f90",
            "subroutine a(f, x, y, z, t, v)\ninteger, volatile :: v\ntype(u) t\n\
             call f(x)\ncall gone(y)\ncall t%run(z)\nend\n",
        )]);
        assert_eq!(usages(&library, "a"), "f:untouched x:unknown y:unknown z:unknown t:unknown v:unknown");
    }

    #[test]
    fn declared_intents_are_believed() {
        let text = "\
subroutine a(x, y, z, f, p)
  interface
    subroutine f(v, w)
      real, intent(in) :: v
      real, intent(out) :: w
    end subroutine
    subroutine g(q) bind(c)
      real, value :: q
    end subroutine
    subroutine h(r)
      real, pointer, intent(in) :: r
    end subroutine
  end interface
  real, target :: p
  call f(x, w=y)
  call g(z)
  call h(p)
end subroutine
";
        let library = read(&[("a.f90", text)]);
        assert_eq!(usages(&library, "a"), "x:read y:written z:read f:untouched p:unknown");
    }

    #[test]
    fn an_interface_without_intents_is_that_of_the_procedure() {
        let text = "\
subroutine a(x, y)
  interface
    subroutine b(q, p)
    end subroutine
  end interface
  call b(p=x, q=y)
  call b(x, y)
end subroutine
subroutine b(q, p)
  q = p
end subroutine
";
        assert_eq!(usages(&read(&[("a.f90", text)]), "a"), "x:both y:both");
        let text = text.replace("  call b(x, y)\n", "");
        assert_eq!(usages(&read(&[("a.f90", &text)]), "a"), "x:read y:written");
    }

    #[test]
    fn names_mean_what_modules_say() {
        let module = "\
module m
  real :: table(9)
  interface change
    module procedure change_one, change_two
  end interface
  interface mixed
    module procedure look, change_one
  end interface
contains
  subroutine change_one(x)
    real x
    x = 1
  end subroutine
  subroutine change_two(x, y)
    real x, y
    y = x
  end subroutine
  subroutine look(i)
    integer i
    print *, i
  end subroutine
end module
";
        let user = "\
subroutine a(i, x, y, z, k)
  use m, only: values => table, change, mixed
  q = values(i) + size(values(k:))
  call change(x)
  call change(y, z)
end subroutine
subroutine b(x)
  use m
  call mixed(x)
end subroutine
";
        let library = read(&[("a.f90", user), ("m.f90", module)]);
        assert_eq!(usages(&library, "a"), "i:read x:written y:read z:written k:read");
        assert_eq!(usages(&library, "b"), "x:unknown");
    }

    #[test]
    fn intrinsic_procedures_do_what_the_standard_says() {
        let text = "\
subroutine a(x, n, c, t)
  integer, external :: max
  call random_number(x)
  call get_command_argument(n, value=c)
  n = max(t)
end subroutine
subroutine b(x, n)
  n = max(size(x), n)
  call move_alloc(from=x, to=y)
end subroutine
";
        let library = read(&[("a.f90", text)]);
        assert_eq!(usages(&library, "a"), "x:written n:both c:written t:unknown");
        assert_eq!(usages(&library, "b"), "x:both n:both");
    }

    #[test]
    fn bodies_of_submodules_are_those_of_their_interfaces() {
        let text = "\
module m
  interface
    module subroutine s(x, y)
      real :: x, y
    end subroutine
  end interface
end module
submodule (m) n
contains
  module procedure s
    y = x
  end procedure
end submodule
subroutine a(p, q)
  use m
  call s(p, q)
end subroutine
";
        assert_eq!(usages(&read(&[("a.f90", text)]), "a"), "p:read q:written");
    }

    #[test]
    fn calls_show_the_interface_of_a_dummy_procedure() {
        let text = "\
subroutine a(f, n, x)
  double precision x(n)
  external f
  call b(f, n, x)
end subroutine
subroutine b(g, n, x)
  double precision x(n), g
  x(1) = g(n, x, x(2)*2, 'no', n > 1)
end subroutine
";
        let library = read(&[("a.f90", text)]);
        let modules = Modules::new(&library, DefaultKinds::default());
        let usages = crate::analysis::find_usages(&library, &modules);
        let found = find_dummy_procedures(&library, &modules, &usages);
        assert!(found.conflicts.is_empty(), "{:?}", found.conflicts);
        let of = |name: &str, dummy: &str| found.of(procedure(&library, name), &Name::new(dummy)).cloned();
        let called = of("b", "g").expect("it is called");
        let types: Vec<String> =
            called.arguments.iter().map(|one| format!("{:?} {:?}", one.data_type, one.form)).collect();
        assert_eq!(
            types,
            [
                "Known(Integer(4)) Scalar",
                "Known(Real(8)) Array(1)",
                "Known(Real(8)) Scalar",
                "Known(Character(Assumed)) Scalar",
                "Known(Logical(4)) Scalar"
            ]
        );
        assert_eq!(format!("{:?}", called.result), "Some(Known(Real(8)))");
        let passed = of("a", "f").expect("it is passed on");
        assert!(passed.is_function && passed.arguments.len() == 5);
        assert!(of("a", "x").is_none() && of("a", "n").is_none());
    }
}
