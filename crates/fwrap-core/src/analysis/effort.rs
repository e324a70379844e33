//! Bounds on what is computed for one expression: declarations can refer to one another without end.

use std::cell::Cell;

/// How deep expressions may be nested. Looking up a declaration counts for several levels.
const MAX_DEPTH: usize = 200;
/// How many levels the look-up of a declaration counts for.
const LOOK_UP: usize = 6;
/// How many steps the value of one expression may take.
const MAX_STEPS: usize = 1 << 21;

/// How deep the work on an expression is, and how much was done.
#[derive(Debug, Default)]
pub(super) struct Effort {
    depth: Cell<usize>,
    steps: Cell<usize>,
}

/// One level of work; it ends when this is dropped.
pub(super) struct Level<'a> {
    effort: &'a Effort,
    count: usize,
}

impl Effort {
    /// Begins to work on a part of an expression; `None`: it is too much.
    pub(super) fn enter_part(&self) -> Option<Level<'_>> {
        self.enter(1)
    }

    /// Begins to look at a declaration; `None`: it is too much.
    pub(super) fn enter_declaration(&self) -> Option<Level<'_>> {
        self.enter(LOOK_UP)
    }

    /// Whether another step may be done.
    pub(super) fn step(&self) -> bool {
        self.steps.set(self.steps.get() + 1);
        self.steps.get() <= MAX_STEPS
    }

    fn enter(&self, count: usize) -> Option<Level<'_>> {
        let depth = self.depth.get();
        if depth == 0 {
            self.steps.set(0);
        }
        if depth + count > MAX_DEPTH || !self.step() {
            return None;
        }
        self.depth.set(depth + count);
        Some(Level { effort: self, count })
    }
}

impl Drop for Level<'_> {
    fn drop(&mut self) {
        self.effort.depth.set(self.effort.depth.get() - self.count);
    }
}

#[cfg(test)]
mod tests {
    use super::{Effort, MAX_STEPS};

    #[test]
    fn depth_and_steps_are_bounded_and_begin_anew() {
        let effort = Effort::default();
        let levels: Vec<_> = std::iter::from_fn(|| effort.enter_part()).collect();
        assert_eq!(levels.len(), 200);
        drop(levels);
        let outermost = effort.enter_declaration();
        assert!((0..MAX_STEPS).any(|_| !effort.step()));
        assert!(outermost.is_some() && effort.enter_part().is_none());
        drop(outermost);
        assert!(effort.enter_part().is_some());
    }
}
