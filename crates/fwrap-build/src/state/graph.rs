//! All objects together: from every function the shortest way to something that outlives a call.

use std::collections::{HashMap, VecDeque};

use super::external::{Outside, judge};
use super::name::{common_name, is_of_compiler, procedure_name, storage_name};
use super::object::{ObjectCode, Place};

/// What the functions of some objects keep.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    /// Of every function that other objects may call.
    functions: HashMap<String, Option<Finding>>,
}

/// Why a procedure counts as one that keeps state.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// What it reaches.
    pub state: String,
    /// Through which calls: itself first, who uses the state last.
    pub path: Vec<String>,
}

impl State {
    /// Why the procedure with this symbol keeps state; `None`: it keeps none.
    pub(crate) fn of(&self, symbol: &str) -> Option<Finding> {
        match self.functions.get(symbol) {
            Some(finding) => finding.clone(),
            None => {
                let name = procedure_name(symbol);
                Some(Finding { state: "its code is in none of the objects".to_owned(), path: vec![name] })
            }
        }
    }
}

/// A block of any object.
#[derive(Default)]
struct Node {
    function: Option<String>,
    /// What it uses itself that outlives a call: the one that is told.
    state: Option<String>,
    /// Who refers to it.
    users: Vec<usize>,
    /// The way to state: the next block, or itself at the end.
    next: Option<usize>,
}

/// Finds for every function what it reaches.
pub(crate) fn connect(objects: Vec<ObjectCode>) -> State {
    let starts: Vec<usize> = objects
        .iter()
        .scan(0, |start, object| {
            let this = *start;
            *start += object.blocks.len();
            Some(this)
        })
        .collect();
    let definitions = define(&objects, &starts);
    let count = objects.iter().map(|object| object.blocks.len()).sum();
    let mut nodes: Vec<Node> = std::iter::repeat_with(Node::default).take(count).collect();
    for (object, start) in objects.iter().zip(&starts) {
        for (number, block) in object.blocks.iter().enumerate() {
            let this = start + number;
            nodes[this].function.clone_from(&block.function);
            let user = block.function.as_deref().unwrap_or_default();
            for reference in &block.references {
                match resolve(reference, *start, &definitions) {
                    Target::Block(other) => nodes[other].users.push(this),
                    Target::State(place) => {
                        let told = tell(&place, user);
                        let state = &mut nodes[this].state;
                        // Of several, the same one in every build.
                        *state = told.into_iter().chain(state.take()).min();
                    }
                    Target::Harmless => {}
                }
            }
        }
    }
    spread(&mut nodes);
    let functions = definitions.iter().filter_map(|(name, definition)| match definition {
        Target::Block(node) if nodes[*node].function.is_some() => Some(((*name).to_owned(), way(&nodes, *node))),
        _ => None,
    });
    let mut functions: HashMap<String, Option<Finding>> = functions.collect();
    // Private procedures of modules have names of their own, too.
    for (number, node) in nodes.iter().enumerate() {
        if let Some(name) = node.function.as_ref().filter(|name| !functions.contains_key(*name)) {
            functions.insert(name.clone(), way(&nodes, number));
        }
    }
    State { functions }
}

/// What a reference leads to, across objects.
#[derive(Clone)]
enum Target {
    Block(usize),
    State(Place),
    Harmless,
}

/// Who defines what: the first definition counts, and one with a place before COMMON.
fn define<'a>(objects: &'a [ObjectCode], starts: &[usize]) -> HashMap<&'a str, Target> {
    let mut definitions: HashMap<&str, Target> = HashMap::new();
    for (object, start) in objects.iter().zip(starts) {
        for (name, place) in &object.definitions {
            let is_common = |target: &Target| matches!(target, Target::State(Place::Common(_)));
            let known = definitions.get(name.as_str());
            if known.is_none_or(|known| is_common(known) && !matches!(place, Place::Common(_))) {
                let target = match place {
                    Place::Block(number) => Target::Block(start + number),
                    Place::Harmless => Target::Harmless,
                    Place::Shared(_) | Place::Common(_) | Place::Named(_) => Target::State(place.clone()),
                };
                definitions.insert(name, target);
            }
        }
    }
    definitions
}

fn resolve(reference: &Place, start: usize, definitions: &HashMap<&str, Target>) -> Target {
    match reference {
        Place::Block(number) => Target::Block(start + number),
        Place::Harmless => Target::Harmless,
        Place::Named(name) => definitions.get(name.as_str()).cloned().unwrap_or(Target::State(reference.clone())),
        Place::Shared(_) | Place::Common(_) => Target::State(reference.clone()),
    }
}

/// What a place outside of all blocks is to who uses it; `None`: no state.
fn tell(place: &Place, user: &str) -> Option<String> {
    match place {
        Place::Shared(symbol) => Some(storage_name(symbol, user)),
        Place::Common(symbol) if is_of_compiler(symbol) => None,
        Place::Common(symbol) => Some(common_name(symbol)),
        Place::Named(symbol) => match judge(symbol) {
            Outside::Harmless => None,
            Outside::Shares(what) => Some(what.to_owned()),
            Outside::Unknown => Some(format!("`{}`, whose code is in none of the objects", procedure_name(symbol))),
        },
        Place::Block(_) | Place::Harmless => None,
    }
}

/// From those that use state themselves to all that reach them, nearest first.
fn spread(nodes: &mut [Node]) {
    let mut queue: VecDeque<usize> = VecDeque::new();
    for (number, node) in nodes.iter_mut().enumerate() {
        if node.state.is_some() {
            node.next = Some(number);
            queue.push_back(number);
        }
    }
    while let Some(number) = queue.pop_front() {
        for user in std::mem::take(&mut nodes[number].users) {
            if nodes[user].next.is_none() {
                nodes[user].next = Some(number);
                queue.push_back(user);
            }
        }
    }
}

/// The way from a function to the state that it reaches. Tables of constants on it are not told.
fn way(nodes: &[Node], first: usize) -> Option<Finding> {
    let mut path: Vec<String> = Vec::new();
    let mut here = first;
    loop {
        let name = nodes[here].function.as_deref().map(procedure_name);
        // Parts of one function (`f.cold`) are one step.
        if let Some(name) = name.filter(|name| path.last() != Some(name)) {
            path.push(name);
        }
        match nodes[here].next? {
            next if next == here => break,
            next => here = next,
        }
    }
    Some(Finding { state: nodes[here].state.clone()?, path })
}

#[cfg(test)]
mod tests {
    use super::super::object::Block;
    use super::*;

    /// Functions with what they refer to: `name`, or `*symbol` for shared storage.
    fn object(functions: &[(&str, &[&str])]) -> ObjectCode {
        let place = |name: &&str| match name.strip_prefix('*') {
            Some(symbol) => Place::Shared(symbol.to_owned()),
            None => Place::Named((*name).to_owned()),
        };
        let mut code = ObjectCode::default();
        for (number, (name, references)) in functions.iter().enumerate() {
            let references = references.iter().map(place).collect();
            code.blocks.push(Block { function: Some((*name).to_owned()), references });
            code.definitions.push(((*name).to_owned(), Place::Block(number)));
        }
        code
    }

    #[test]
    fn state_is_reached_through_calls_and_circles() {
        let state = connect(vec![
            object(&[("even_", &["odd_"]), ("odd_", &["even_"]), ("a_", &["b_", "even_"]), ("b_", &["c_", "a_"])]),
            object(&[("c_", &["b_", "*count.1", "memcpy"]), ("d_", &["cos"]), ("e_", &["dgemm_"])]),
        ]);
        let found = |symbol: &str| state.of(symbol).map(|finding| (finding.state, finding.path.join(" -> ")));
        let told = |state: &str, path: &str| Some((state.to_owned(), path.to_owned()));
        assert_eq!(found("even_"), None);
        assert_eq!(found("d_"), None);
        assert_eq!(found("a_"), told("`count`, a static variable of `c`", "a -> b -> c"));
        assert_eq!(found("e_"), told("`dgemm`, whose code is in none of the objects", "e"));
        assert_eq!(found("nowhere_"), told("its code is in none of the objects", "nowhere"));
    }

    #[test]
    fn the_definition_with_a_place_counts_before_common() {
        let user = object(&[("f_", &["work_"]), ("g_", &["tls"])]);
        let mut data = ObjectCode::default();
        data.definitions.push(("work_".to_owned(), Place::Common("work_".to_owned())));
        data.definitions.push(("tls".to_owned(), Place::Harmless));
        let state = connect(vec![user, data]);
        assert_eq!(state.of("f_").unwrap().state, "COMMON `/work/`");
        assert_eq!(state.of("g_"), None);
    }
}
