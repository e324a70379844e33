//! Questions that only the compiler can answer, and its answers: plain data between core and whoever asks.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use crate::source::Span;

/// A constant expression whose value depends on what is not among the sources, or on the processor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Modules that are not among the sources; without any of them there is no answer.
    pub modules: Vec<String>,
    /// USE statements and declarations, one in a line, that the expression needs.
    pub scope: String,
    /// The expression, an integer.
    pub expression: String,
    /// Where it is asked for the first time.
    pub span: Span,
}

/// The value of an integer constant expression, and its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The value.
    pub value: i128,
    /// The kind.
    pub kind: u8,
}

/// Answers by the key of their question.
pub type Answers = BTreeMap<String, Answer>;

impl Question {
    /// What tells it from other questions.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}{}", self.scope, self.expression)
    }
}

/// The answers that are known, and the questions that came up without one.
#[derive(Debug, Default)]
pub struct Inquiries {
    answers: Answers,
    open: RefCell<BTreeMap<String, Question>>,
    phrasing: Cell<bool>,
}

impl Inquiries {
    /// With these answers.
    #[must_use]
    pub fn new(answers: Answers) -> Self {
        Self { answers, ..Self::default() }
    }

    /// Puts a question into words. Kinds that are looked up on the way ask nothing themselves: a constant that is
    /// defined by itself would never come to an end.
    pub(super) fn while_phrasing(&self, phrase: impl FnOnce() -> Option<Question>) -> Option<Question> {
        if self.phrasing.replace(true) {
            return None;
        }
        let question = phrase();
        self.phrasing.set(false);
        question
    }

    /// The answer; without one, the question is noted down.
    pub fn ask(&self, question: Question) -> Option<Answer> {
        let key = question.key();
        let answer = self.answers.get(&key).copied();
        if answer.is_none() {
            self.open.borrow_mut().entry(key).or_insert(question);
        }
        answer
    }

    /// The questions without an answer, each once.
    #[must_use]
    pub fn open_questions(&self) -> Vec<Question> {
        self.open.borrow().values().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, Inquiries, Question};
    use crate::source::Span;

    #[test]
    fn what_has_no_answer_is_noted_down_once() {
        let question = |expression: &str| {
            let scope = "use kinds, only: wp\n".to_owned();
            Question { modules: vec!["kinds".into()], scope, expression: expression.into(), span: Span::default() }
        };
        let answer = Answer { value: 8, kind: 4 };
        let inquiries = Inquiries::new([(question("wp").key(), answer)].into());
        assert_eq!(inquiries.ask(question("wp")), Some(answer));
        assert_eq!([inquiries.ask(question("2*wp")), inquiries.ask(question("2*wp"))], [None, None]);
        assert_eq!(inquiries.open_questions(), [question("2*wp")]);
    }
}
