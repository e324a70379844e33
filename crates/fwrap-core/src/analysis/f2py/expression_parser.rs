//! Reads C expressions (C11 6.5): what `check`, `depend`, dimensions and initial values say.

use std::collections::BTreeSet;

use crate::analysis::f2py::expression::{BinaryOperator, Expression, Function, UnaryOperator};
use crate::analysis::f2py::expression_token::{Token, tokens};
use crate::ir::name::Name;

/// How deeply parentheses and operators may be nested before the C compiler has to read them.
const DEPTH: usize = 100;

/// The expression. What is not in the grammar is kept as written.
#[must_use]
pub fn parse_expression(text: &str) -> Expression {
    let text = text.trim();
    let parsed = tokens(text).and_then(|tokens| {
        let mut parser = Parser { tokens: &tokens, position: 0, depth: 0 };
        let parsed = parser.conditional()?;
        (parser.position == tokens.len()).then_some(parsed)
    });
    parsed.unwrap_or_else(|| Expression::Verbatim(text.to_owned(), names_in(text)))
}

/// The names in C code that may be those of variables: `x`, and `x` from f2py's names for what belongs to it, such as
/// `capi_x_tmp`, `x_Dims`.
#[must_use]
pub fn names_in(code: &str) -> BTreeSet<Name> {
    let mut found = BTreeSet::new();
    let bytes = code.as_bytes();
    let mut position = 0;
    while position < bytes.len() {
        let byte = bytes[position];
        if byte == b'"' || byte == b'\'' {
            position = behind_quote(bytes, position);
        } else if byte == b'_' || byte.is_ascii_alphabetic() {
            let length = word_length(&bytes[position..]);
            add_names(&code[position..position + length], &mut found);
            position += length;
        } else if byte.is_ascii_digit() {
            position += word_length(&bytes[position..]);
        } else {
            position += 1;
        }
    }
    found
}

fn word_length(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count()
}

fn behind_quote(bytes: &[u8], start: usize) -> usize {
    let mut position = start + 1;
    while position < bytes.len() && bytes[position] != bytes[start] {
        position += if bytes[position] == b'\\' { 2 } else { 1 };
    }
    position + 1
}

fn add_names(word: &str, found: &mut BTreeSet<Name>) {
    found.insert(Name::new(word));
    // Not `x_capi`: what the caller gives is known before everything.
    for end in ["_Dims", "_Rank", "_dims", "_rank", "_extra_args"] {
        if let Some(name) = word.strip_suffix(end) {
            found.insert(Name::new(name));
        }
    }
    if let Some(name) = word.strip_prefix("capi_") {
        for end in ["_tmp", "_as_array", "_len", "_intent"] {
            found.extend(name.strip_suffix(end).map(Name::new));
        }
    }
}

struct Parser<'t> {
    tokens: &'t [Token],
    position: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.position)
    }

    fn mark(&self) -> Option<&'static str> {
        match self.peek() {
            Some(Token::Mark(mark)) => Some(mark),
            _ => None,
        }
    }

    fn accept(&mut self, mark: &str) -> bool {
        let found = self.mark() == Some(mark);
        self.position += usize::from(found);
        found
    }

    fn expect(&mut self, mark: &str) -> Option<()> {
        self.accept(mark).then_some(())
    }

    fn conditional(&mut self) -> Option<Expression> {
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        let condition = self.binary(1)?;
        let found = if self.accept("?") {
            let left = self.conditional()?;
            self.expect(":")?;
            let right = self.conditional()?;
            Expression::Conditional(Box::new(condition), Box::new(left), Box::new(right))
        } else {
            condition
        };
        self.depth -= 1;
        Some(found)
    }

    fn binary(&mut self, lowest: u8) -> Option<Expression> {
        let mut left = self.unary()?;
        let mut length = 0;
        while let Some(operator) = self.mark().and_then(operator)
            && operator.precedence() >= lowest
        {
            self.position += 1;
            let right = self.binary(operator.precedence() + 1)?;
            left = Expression::Binary(operator, Box::new(left), Box::new(right));
            // The tree grows to the left.
            length += 1;
            if length > DEPTH {
                return None;
            }
        }
        Some(left)
    }

    fn unary(&mut self) -> Option<Expression> {
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        let found = self.signed();
        self.depth -= 1;
        found
    }

    fn signed(&mut self) -> Option<Expression> {
        let operator = match self.mark() {
            Some("-") => UnaryOperator::Minus,
            Some("+") => UnaryOperator::Plus,
            Some("!") => UnaryOperator::Not,
            Some("~") => UnaryOperator::Complement,
            Some("*") => {
                self.position += 1;
                let Expression::Name(name) = self.unary()? else { return None };
                return Some(Expression::Element(name, Box::new(Expression::Integer(0))));
            }
            Some("(") => return self.parenthesis(),
            _ => return self.power(),
        };
        self.position += 1;
        let inner = self.unary()?;
        Some(match (operator, inner) {
            (UnaryOperator::Minus, Expression::Integer(value)) => Expression::Integer(value.checked_neg()?),
            (UnaryOperator::Minus, Expression::Real(value)) => Expression::Real(-value),
            (operator, inner) => Expression::Unary(operator, Box::new(inner)),
        })
    }

    /// `base ** exponent`, which is Fortran's, binds more than a sign, and from the right.
    fn power(&mut self) -> Option<Expression> {
        let base = self.primary()?;
        self.powered(base)
    }

    fn powered(&mut self, base: Expression) -> Option<Expression> {
        if !self.accept("**") {
            return Some(base);
        }
        let exponent = self.unary()?;
        Some(Expression::Call(Function::Power, vec![base, exponent]))
    }

    /// What begins with `(`: a cast, a complex number, an expression.
    fn parenthesis(&mut self) -> Option<Expression> {
        if let Some((function, behind)) = self.cast() {
            self.position = behind;
            if self.mark() == Some("{") {
                return self.primary();
            }
            let inner = self.unary()?;
            return function.map(|function| Expression::Call(function, vec![inner]));
        }
        self.position += 1;
        let first = self.conditional()?;
        if self.accept(",") {
            let second = self.conditional()?;
            self.expect(")")?;
            return Some(Expression::Complex(Box::new(first), Box::new(second)));
        }
        self.expect(")")?;
        if let (Expression::Name(name), true) = (&first, self.accept("[")) {
            // `(*x)[i]` is none of f2py's; `(x)[i]` is `x[i]`.
            return self.element(name.clone());
        }
        match self.mark() {
            Some("[" | "." | "->" | "(" | "{") => None,
            _ => self.powered(first),
        }
    }

    /// `(int)`, and the position behind it; no function for types to which nothing is converted here.
    fn cast(&self) -> Option<(Option<Function>, usize)> {
        let mut words = Vec::new();
        let mut position = self.position + 1;
        while let Some(Token::Word(word)) = self.tokens.get(position) {
            words.push(word.as_str());
            position += 1;
        }
        if words.is_empty() || self.tokens.get(position) != Some(&Token::Mark(")")) {
            return None;
        }
        let is_of_number = |word: &&str| matches!(*word, "long" | "int" | "short" | "signed");
        let function = match words[..] {
            ["double"] | ["npy_double"] => Some(Function::Double),
            ["float"] | ["npy_float"] => Some(Function::Float),
            ["int" | "long" | "F_INT" | "npy_intp" | "Py_ssize_t" | "ptrdiff_t" | "npy_int" | "npy_long"]
            | ["signed" | "int", "int" | "signed"]
            | ["long", "int" | "long"]
            | ["long", "long", "int"] => Some(Function::Int),
            ["complex_double" | "complex_float" | "char" | "size_t" | "unsigned" | "bool" | "_Bool"] => None,
            ["unsigned", ..] => None,
            _ if words.iter().all(is_of_number) => None,
            _ => return None,
        };
        Some((function, position + 1))
    }

    fn primary(&mut self) -> Option<Expression> {
        let token = self.peek()?.clone();
        self.position += 1;
        match token {
            Token::Integer(value) => Some(Expression::Integer(value)),
            Token::Real(value) => Some(Expression::Real(value)),
            Token::Imaginary(value) => Some(complex(0.0, value)),
            Token::Character(byte) => Some(Expression::Character(byte)),
            Token::Text(text) => {
                let mut text = text;
                // Strings beside each other are one (C11 6.4.5).
                while let Some(Token::Text(more)) = self.peek() {
                    text.extend(more);
                    self.position += 1;
                }
                Some(Expression::Text(text))
            }
            Token::Word(word) => self.word(&word),
            Token::Mark("(") => {
                self.position -= 1;
                self.parenthesis()
            }
            Token::Mark("{") => {
                let real = self.conditional()?;
                self.expect(",")?;
                let imaginary = self.conditional()?;
                self.expect("}")?;
                Some(Expression::Complex(Box::new(real), Box::new(imaginary)))
            }
            Token::Mark(_) => None,
        }
    }

    fn word(&mut self, word: &str) -> Option<Expression> {
        match self.mark() {
            Some("(") => self.call(word),
            Some("[") => {
                self.position += 1;
                if word == "_i" {
                    let Some(Token::Integer(dimension)) = self.peek() else { return None };
                    let dimension = usize::try_from(*dimension).ok()?;
                    self.position += 1;
                    self.expect("]")?;
                    return Some(Expression::Index(dimension));
                }
                if let Some(array) = word.strip_suffix("_Dims") {
                    let dimension = self.conditional()?;
                    self.expect("]")?;
                    let array = Expression::Name(Name::new(array));
                    return Some(Expression::Call(Function::Shape, vec![array, dimension]));
                }
                self.element(Name::new(word))
            }
            Some("." | "->" | "++" | "--" | "{") => None,
            Some("==" | "!=") if word.ends_with("_capi") => self.given(word),
            _ if is_of_c(word) => None,
            _ => Some(Expression::Name(Name::new(word))),
        }
    }

    /// `name_capi == Py_None`, `name_capi != Py_None`
    fn given(&mut self, word: &str) -> Option<Expression> {
        let is_given = self.mark() == Some("!=");
        if self.tokens.get(self.position + 1) != Some(&Token::Word("Py_None".to_owned())) {
            return None;
        }
        self.position += 2;
        let given = Expression::Given(Name::new(word.strip_suffix("_capi")?));
        Some(if is_given { given } else { Expression::Unary(UnaryOperator::Not, Box::new(given)) })
    }

    /// The rest of `name[index]`.
    fn element(&mut self, name: Name) -> Option<Expression> {
        let index = self.conditional()?;
        self.expect("]")?;
        match self.mark() {
            Some("[" | "." | "->" | "(" | "++" | "--") => None,
            _ => Some(Expression::Element(name, Box::new(index))),
        }
    }

    fn call(&mut self, word: &str) -> Option<Expression> {
        let lower = word.to_ascii_lowercase();
        let is_reversed = matches!(lower.as_str(), "fshape" | "flen" | "f2py_fshape" | "f2py_flen");
        let function = Function::find(word);
        if function.is_none() && !is_reversed && lower != "mod" {
            return None;
        }
        self.position += 1;
        let mut arguments = vec![self.conditional()?];
        while self.accept(",") {
            arguments.push(self.conditional()?);
        }
        self.expect(")")?;
        if lower == "mod" {
            let [left, right] = <[Expression; 2]>::try_from(arguments).ok()?;
            return Some(Expression::Binary(BinaryOperator::Remainder, Box::new(left), Box::new(right)));
        }
        if is_reversed {
            return from_last(arguments);
        }
        let function = function.filter(|function| function.takes(arguments.len()))?;
        if function.is_inquiry() && !matches!(arguments.first(), Some(Expression::Name(_))) {
            return None;
        }
        Some(Expression::Call(function, arguments))
    }
}

/// `fshape(x, i)`, `flen(x)`: dimensions counted from the last one.
fn from_last(arguments: Vec<Expression>) -> Option<Expression> {
    let mut arguments = arguments.into_iter();
    let array @ Expression::Name(_) = arguments.next()? else { return None };
    let dimension = arguments.next().unwrap_or(Expression::Integer(0));
    let last = Expression::Call(Function::Rank, vec![array.clone()]);
    let last = Expression::binary(BinaryOperator::Subtract, last, Expression::Integer(1));
    let dimension = Expression::binary(BinaryOperator::Subtract, last, dimension);
    arguments.next().is_none().then(|| Expression::Call(Function::Shape, vec![array, dimension]))
}

fn complex(real: f64, imaginary: f64) -> Expression {
    Expression::Complex(Box::new(Expression::Real(real)), Box::new(Expression::Real(imaginary)))
}

/// Words that are not names of variables.
fn is_of_c(word: &str) -> bool {
    matches!(word, "sizeof" | "return" | "if" | "else" | "for" | "while" | "do" | "goto" | "NULL" | "Py_None")
}

fn operator(mark: &str) -> Option<BinaryOperator> {
    Some(match mark {
        "+" => BinaryOperator::Add,
        "-" => BinaryOperator::Subtract,
        "*" => BinaryOperator::Multiply,
        "/" => BinaryOperator::Divide,
        "%" => BinaryOperator::Remainder,
        "<" => BinaryOperator::Less,
        "<=" => BinaryOperator::LessEqual,
        ">" => BinaryOperator::Greater,
        ">=" => BinaryOperator::GreaterEqual,
        "==" => BinaryOperator::Equal,
        "!=" | "/=" => BinaryOperator::NotEqual,
        "&&" => BinaryOperator::And,
        "||" => BinaryOperator::Or,
        "&" => BinaryOperator::BitAnd,
        "|" => BinaryOperator::BitOr,
        "^" => BinaryOperator::BitXor,
        "<<" => BinaryOperator::ShiftLeft,
        ">>" => BinaryOperator::ShiftRight,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{names_in, parse_expression};
    use crate::analysis::f2py::expression::{BinaryOperator, Expression, Function};
    use crate::ir::name::Name;

    /// In prefix form, which shows how operators bind.
    fn tree(text: &str) -> String {
        fn prefix(expression: &Expression) -> String {
            match expression {
                Expression::Binary(operator, left, right) => {
                    format!("({} {} {})", operator.spelled(), prefix(left), prefix(right))
                }
                Expression::Unary(operator, inner) => format!("({} {})", operator.spelled(), prefix(inner)),
                Expression::Conditional(condition, left, right) => {
                    format!("(? {} {} {})", prefix(condition), prefix(left), prefix(right))
                }
                Expression::Complex(real, imaginary) => format!("(complex {} {})", prefix(real), prefix(imaginary)),
                Expression::Element(name, index) => format!("([] {name} {})", prefix(index)),
                Expression::Call(function, arguments) => {
                    let arguments: Vec<String> = arguments.iter().map(prefix).collect();
                    format!("({function:?} {})", arguments.join(" "))
                }
                Expression::Verbatim(text, _) => format!("<{text}>"),
                other => other.to_string(),
            }
        }
        prefix(&parse_expression(text))
    }

    #[test]
    fn operators_bind_as_in_c() {
        assert_eq!(tree("a+b*c-d"), "(- (+ a (* b c)) d)");
        assert_eq!(tree("a||b&&c==d<e+1"), "(|| a (&& b (== c (< d (+ e 1)))))");
        assert_eq!(tree("a?b:c?d:e"), "(? a b (? c d e))");
        assert_eq!(tree("!a&&-b<1"), "(&& (! a) (< (- b) 1))");
        assert_eq!(tree("a&1|b^c<<2"), "(| (& a 1) (^ b (<< c 2)))");
        assert_eq!(tree("-n**2"), "(- (Power n 2))");
        assert_eq!(tree("2*n**2+1"), "(+ (* 2 (Power n 2)) 1)");
        assert_eq!(tree("(n+1)**2"), "(Power (+ n 1) 2)");
    }

    #[test]
    fn functions_have_many_names() {
        for text in ["MAX(n,1)", "max(n,1)", "Max(n, 1)"] {
            assert_eq!(tree(text), "(Max n 1)");
        }
        for text in ["shape(a,0)", "f2py_shape(a,0)", "old_shape(a,0)", "a_Dims[0]"] {
            assert_eq!(tree(text), "(Shape a 0)");
        }
        assert_eq!(
            tree("fshape(a,0)"),
            "(Shape a (- (- (Rank a) 1) 0))".replace("(- (- (Rank a) 1) 0)", "(- (Rank a) 1)")
        );
        assert_eq!(tree("mod(n,2)"), "(% n 2)");
        assert_eq!(tree("(int)x/2"), "(/ (Int x) 2)");
        assert_eq!(tree("int(x)"), "(Int x)");
        assert_eq!(tree("(long long)n"), "(Int n)");
    }

    #[test]
    fn elements_and_constants_are_read() {
        assert_eq!(tree("*side=='L'||*side=='R'"), "(|| (== ([] side 0) 'L') (== ([] side 0) 'R'))");
        assert_eq!(tree("x[n-1]"), "([] x (- n 1))");
        assert_eq!(tree("_i[0]*2"), "(* _i[0] 2)");
        for text in ["(1.0,0.0)", "{1.0,0.0}", "(complex_double){1.0,0.0}", "(complex_float){1.0, 0.0}"] {
            assert_eq!(tree(text), "(complex 1.0 0.0)", "{text}");
        }
        assert_eq!(tree("-1.0d0"), "-1.0");
        assert_eq!(parse_expression("\"abc\""), Expression::Text(b"abc".to_vec()));
        assert_eq!(parse_expression("'N'"), Expression::Character(b'N'));
        assert_eq!(parse_expression(".false."), Expression::Integer(0));
    }

    #[test]
    fn what_is_not_in_the_grammar_is_kept() {
        for text in [
            "",
            "a.b",
            "a->r",
            "&n",
            "n++",
            "n=5",
            "helper(n, m)",
            "(a, b, c)",
            "x[0][1]",
            "x_capi==y",
            "helper(x_capi)",
            "sizeof(int)",
            "(char)n",
            "a b",
            "shape(2*x,0)",
            "(n",
            "n)",
            "abs(a,b)",
            "max(n)",
            "§",
            "Py_None",
        ] {
            assert_eq!(tree(text), format!("<{text}>"));
        }
    }

    #[test]
    fn names_are_found_in_all_forms() {
        let names = |text: &str| {
            let names: Vec<String> = parse_expression(text).names().iter().map(Name::spelled).collect();
            names.join(" ")
        };
        assert_eq!(names("len(x)-offx>(n-1)*abs(incx)"), "incx n offx x");
        assert_eq!(names("x[n] ? MAX(y,1) : _i[0]"), "n x y");
        assert_eq!(names("helper(n, x_capi, \"m\")"), "helper n x_capi");
        assert_eq!(names_in("capi_a_tmp + 0x1f").iter().map(Name::lower).collect::<Vec<_>>(), ["a", "capi_a_tmp"]);
    }

    #[test]
    fn deep_nesting_is_left_to_the_compiler() {
        for text in [
            format!("{}n{}", "(".repeat(100_000), ")".repeat(100_000)),
            "-".repeat(100_000) + "n",
            "n+".repeat(100_000) + "n",
            "n?1:".repeat(100_000) + "n",
            "n**".repeat(100_000) + "n",
        ] {
            assert!(matches!(parse_expression(&text), Expression::Verbatim(..)));
        }
    }

    #[test]
    fn every_prefix_is_read() {
        let text = "(trans ? (m-len(x)-1 ? {1.0d0,-2} : shape(x,0)) : 'a') && *s==\"a\\n\" || _i[0]**2 >= x[n%3]";
        for end in 0..=text.len() {
            let _ = parse_expression(&text[..end]);
        }
        let is_or = |expression| matches!(expression, Expression::Binary(BinaryOperator::Or, ..));
        assert!(is_or(parse_expression(text)));
        assert!(Function::Max.takes(3));
    }
}
