//! Metric math, the simple part: `+ - * /` over ids, numbers and parentheses, `FILL` with a number, and `SUM`, `AVG`,
//! `MIN` and `MAX` along one series (a number) or across an array of them (a series).

use std::collections::HashMap;

use super::series::{Series, Window};

/// CloudWatch's limit for the length of an expression, in characters.
const MAX_LENGTH: usize = 2048;
/// How deep parentheses and functions may nest here, so that reading them needs little stack.
const MAX_DEPTH: usize = 50;

/// An expression that gives a series.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Expression(Node);

#[derive(Clone, Debug, PartialEq)]
enum Node {
    Number(f64),
    Id(String),
    Negated(Box<Node>),
    /// Operations of equal rank, applied from left to right.
    Chain(Box<Node>, Vec<(Operator, Node)>),
    Fill(Box<Node>, f64),
    Along(Aggregate, Box<Node>),
    Across(Aggregate, Vec<Node>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Aggregate {
    Sum,
    Average,
    Minimum,
    Maximum,
}

impl Expression {
    /// Reads an expression, or says what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text.chars().count() > MAX_LENGTH {
            return Err(format!("The expression is longer than {MAX_LENGTH} characters."));
        }
        let mut parser = Parser { rest: text, depth: 0 };
        let node = parser.sum()?;
        if !parser.skip_space().is_empty() {
            return Err(format!("Unexpected '{}'.", parser.rest));
        }
        if node.is_series() {
            Ok(Self(node))
        } else {
            Err("The expression must return a time series.".to_owned())
        }
    }

    /// The ids of the queries that it uses.
    pub(super) fn references(&self) -> Vec<&str> {
        let mut found = Vec::new();
        self.0.collect_references(&mut found);
        found
    }

    /// The values, from the series that the ids stand for.
    pub(super) fn evaluate(&self, known: &HashMap<&str, &Series>, window: Window) -> Series {
        match self.0.evaluate(known, window) {
            Value::Series(series) => series,
            Value::Number(_) => Series::default(),
        }
    }
}

/// Recursive descent, one method a rank.
struct Parser<'a> {
    rest: &'a str,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn skip_space(&mut self) -> &'a str {
        self.rest = self.rest.trim_start();
        self.rest
    }

    /// Takes one of these characters if it comes next.
    fn take(&mut self, wanted: &[char]) -> Option<char> {
        let next = self.skip_space().chars().next().filter(|c| wanted.contains(c))?;
        self.rest = &self.rest[next.len_utf8()..];
        Some(next)
    }

    fn expect(&mut self, wanted: char) -> Result<(), String> {
        let found = self.skip_space();
        self.take(&[wanted]).map(drop).ok_or_else(|| format!("Expected '{wanted}' before '{found}'."))
    }

    fn take_while(&mut self, wanted: fn(char) -> bool) -> &'a str {
        let text = self.skip_space();
        let (taken, rest) = text.split_at(text.find(|c| !wanted(c)).unwrap_or(text.len()));
        self.rest = rest;
        taken
    }

    fn sum(&mut self) -> Result<Node, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("The expression is nested too deeply.".to_owned());
        }
        let node = self.chain(Self::product, ['+', '-']);
        self.depth -= 1;
        node
    }

    fn product(&mut self) -> Result<Node, String> {
        self.chain(Self::operand, ['*', '/'])
    }

    fn chain(
        &mut self,
        operand: fn(&mut Self) -> Result<Node, String>,
        operators: [char; 2],
    ) -> Result<Node, String> {
        let first = operand(self)?;
        let mut rest = Vec::new();
        while let Some(sign) = self.take(&operators) {
            let operator = match sign {
                '+' => Operator::Add,
                '-' => Operator::Subtract,
                '*' => Operator::Multiply,
                _ => Operator::Divide,
            };
            rest.push((operator, operand(self)?));
        }
        Ok(if rest.is_empty() { first } else { Node::Chain(Box::new(first), rest) })
    }

    fn operand(&mut self) -> Result<Node, String> {
        if self.take(&['-']).is_some() {
            let negated = match self.take(&['(']) {
                Some(_) => self.parenthesised()?,
                None => self.atom()?,
            };
            return Ok(Node::Negated(Box::new(negated)));
        }
        if self.take(&['(']).is_some() { self.parenthesised() } else { self.atom() }
    }

    fn parenthesised(&mut self) -> Result<Node, String> {
        let node = self.sum()?;
        self.expect(')')?;
        Ok(node)
    }

    fn atom(&mut self) -> Result<Node, String> {
        match self.skip_space().chars().next() {
            Some(c) if c.is_ascii_digit() || c == '.' => self.number().map(Node::Number),
            Some(c) if c.is_ascii_lowercase() => Ok(Node::Id(self.take_while(is_word).to_owned())),
            Some(c) if c.is_ascii_uppercase() => {
                let name = self.take_while(is_word);
                self.call(name)
            }
            Some(_) => Err(format!("Unexpected '{}'.", self.rest)),
            None => Err("Unexpected end of the expression.".to_owned()),
        }
    }

    fn number(&mut self) -> Result<f64, String> {
        let text = self.take_while(|c| c.is_ascii_digit() || c == '.');
        text.parse().map_err(|_| format!("'{text}' is not a number."))
    }

    fn call(&mut self, name: &str) -> Result<Node, String> {
        let aggregate = match name {
            "FILL" => None,
            "SUM" => Some(Aggregate::Sum),
            "AVG" => Some(Aggregate::Average),
            "MIN" => Some(Aggregate::Minimum),
            "MAX" => Some(Aggregate::Maximum),
            _ => return Err(format!("Unsupported function {name}.")),
        };
        self.expect('(')?;
        let node = match aggregate {
            None => {
                let series = self.series()?;
                self.expect(',')?;
                let sign = if self.take(&['-']).is_some() { -1.0 } else { 1.0 };
                Node::Fill(Box::new(series), sign * self.number()?)
            }
            Some(aggregate) if self.take(&['[']).is_some() => {
                let mut across = vec![self.series()?];
                while self.take(&[',']).is_some() {
                    across.push(self.series()?);
                }
                self.expect(']')?;
                Node::Across(aggregate, across)
            }
            Some(aggregate) => Node::Along(aggregate, Box::new(self.series()?)),
        };
        self.expect(')')?;
        Ok(node)
    }

    /// An argument that must be a series.
    fn series(&mut self) -> Result<Node, String> {
        let text = self.skip_space();
        let node = self.sum()?;
        if node.is_series() { Ok(node) } else { Err(format!("Expected a time series before '{text}'.")) }
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

enum Value {
    Number(f64),
    Series(Series),
}

impl Node {
    fn is_series(&self) -> bool {
        match self {
            Self::Number(_) | Self::Along(..) => false,
            Self::Id(_) | Self::Fill(..) | Self::Across(..) => true,
            Self::Negated(node) => node.is_series(),
            Self::Chain(first, rest) => first.is_series() || rest.iter().any(|(_, node)| node.is_series()),
        }
    }

    fn collect_references<'a>(&'a self, found: &mut Vec<&'a str>) {
        match self {
            Self::Number(_) => {}
            Self::Id(id) => found.push(id),
            Self::Negated(node) | Self::Fill(node, _) | Self::Along(_, node) => {
                node.collect_references(found);
            }
            Self::Across(_, nodes) => {
                for node in nodes {
                    node.collect_references(found);
                }
            }
            Self::Chain(first, rest) => {
                first.collect_references(found);
                for (_, node) in rest {
                    node.collect_references(found);
                }
            }
        }
    }

    fn evaluate(&self, known: &HashMap<&str, &Series>, window: Window) -> Value {
        match self {
            Self::Number(number) => Value::Number(*number),
            Self::Id(id) => Value::Series(known.get(id.as_str()).map(|s| (*s).clone()).unwrap_or_default()),
            Self::Negated(node) => {
                Operator::Multiply.apply(Value::Number(-1.0), node.evaluate(known, window))
            }
            Self::Chain(first, rest) => {
                rest.iter().fold(first.evaluate(known, window), |left, (operator, right)| {
                    operator.apply(left, right.evaluate(known, window))
                })
            }
            Self::Fill(node, number) => Value::Series(node.series(known, window).filled(*number, window)),
            Self::Along(aggregate, node) => {
                let values = node.series(known, window).points.into_iter().map(|(_, value)| value);
                Value::Number(aggregate.of(&values.collect::<Vec<_>>()))
            }
            Self::Across(aggregate, nodes) => {
                let series: Vec<_> = nodes.iter().map(|node| node.series(known, window)).collect();
                Value::Series(Series::across(&series, |values| aggregate.of(values)))
            }
        }
    }

    /// The values of a node that the parser has found to be a series.
    fn series(&self, known: &HashMap<&str, &Series>, window: Window) -> Series {
        match self.evaluate(known, window) {
            Value::Series(series) => series,
            Value::Number(_) => Series::default(),
        }
    }
}

impl Operator {
    /// A number meets every point of a series; two series meet where both have a point. What is not a finite number,
    /// such as a quotient by zero, is no point.
    fn apply(self, left: Value, right: Value) -> Value {
        match (left, right) {
            (Value::Number(a), Value::Number(b)) => Value::Number(self.of(a, b)),
            (Value::Series(a), Value::Number(b)) => Value::Series(a.mapped(|x| self.of(x, b))),
            (Value::Number(a), Value::Series(b)) => Value::Series(b.mapped(|x| self.of(a, x))),
            (Value::Series(a), Value::Series(b)) => Value::Series(a.joined(&b, |x, y| self.of(x, y))),
        }
    }

    fn of(self, a: f64, b: f64) -> f64 {
        match self {
            Self::Add => a + b,
            Self::Subtract => a - b,
            Self::Multiply => a * b,
            Self::Divide => a / b,
        }
    }
}

impl Aggregate {
    /// Of no values, a sum is zero and the others are not a number.
    fn of(self, values: &[f64]) -> f64 {
        match self {
            Self::Sum => values.iter().sum(),
            Self::Average => values.iter().sum::<f64>() / values.len() as f64,
            Self::Minimum => values.iter().copied().reduce(f64::min).unwrap_or(f64::NAN),
            Self::Maximum => values.iter().copied().reduce(f64::max).unwrap_or(f64::NAN),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(points: &[(i64, f64)]) -> Series {
        Series { period: 60, exists: true, points: points.to_vec() }
    }

    fn evaluate(text: &str) -> Vec<(i64, f64)> {
        let m1 = series(&[(0, 10.0), (60, 20.0), (120, 0.0)]);
        let m2 = series(&[(0, 4.0), (120, 2.0), (180, 8.0)]);
        let known = HashMap::from([("m1", &m1), ("m2", &m2)]);
        Expression::parse(text).unwrap().evaluate(&known, Window { start: 0, end: 300, finest: 60 }).points
    }

    #[test]
    fn products_bind_closer_than_sums_and_parentheses_closer_than_both() {
        assert_eq!(evaluate("m1 + m2 * 2"), [(0, 18.0), (120, 4.0)]);
        assert_eq!(evaluate("(m1+m2)*2"), [(0, 28.0), (120, 4.0)]);
        assert_eq!(evaluate("m1 - 1 - 2"), [(0, 7.0), (60, 17.0), (120, -3.0)]);
        assert_eq!(evaluate("100 / m2 / 5"), [(0, 5.0), (120, 10.0), (180, 2.5)]);
        assert_eq!(evaluate("-m2 * -(1)"), [(0, 4.0), (120, 2.0), (180, 8.0)]);
    }

    #[test]
    fn series_meet_only_where_both_have_a_point_and_division_by_zero_has_none() {
        assert_eq!(evaluate("m2 / m1"), [(0, 0.4)]);
    }

    #[test]
    fn fill_puts_a_number_into_every_gap_of_the_window() {
        assert_eq!(evaluate("FILL(m2, 0)"), [(0, 4.0), (60, 0.0), (120, 2.0), (180, 8.0), (240, 0.0)]);
        assert_eq!(evaluate("100*FILL(m2,-1)/m1"), [(0, 40.0), (60, -5.0)]);
    }

    #[test]
    fn fill_adds_nothing_to_a_period_that_is_no_longer_kept() {
        let m1 = series(&[]);
        let old = Window { start: 0, end: 36_000, finest: 300 };
        let filled = Expression::parse("FILL(m1, 0)").unwrap().evaluate(&HashMap::from([("m1", &m1)]), old);
        assert!(filled.points.is_empty());
    }

    #[test]
    fn aggregates_go_along_one_series_and_across_an_array() {
        assert_eq!(evaluate("m2 * 0 + SUM(m1)"), [(0, 30.0), (120, 30.0), (180, 30.0)]);
        assert_eq!(evaluate("SUM([m1, m2])"), [(0, 14.0), (60, 20.0), (120, 2.0), (180, 8.0)]);
        assert_eq!(evaluate("AVG([m1,m2])"), [(0, 7.0), (60, 20.0), (120, 1.0), (180, 8.0)]);
        assert_eq!(evaluate("MAX([m1,m2]) - MIN([m1,m2])"), [(0, 6.0), (60, 0.0), (120, 2.0), (180, 0.0)]);
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        let wrong = [
            "",
            "m1 +",
            "m1 m2",
            "(m1",
            "m1)",
            "1 + 2",
            "SUM(m1)",
            "FILL(m1)",
            "FILL(m1, REPEAT)",
            "FILL(1, 0)",
            "[m1, m2]",
            "METRICS()",
            "RATE(m1)",
            "m1 > 2",
            "1.2.3 * m1",
            "M1",
            "é",
            "SUM([m1, 2])",
            "--m1",
        ];
        for text in wrong {
            assert!(Expression::parse(text).is_err(), "{text}");
        }
        assert_eq!(Expression::parse("RATE(m1)"), Err("Unsupported function RATE.".to_owned()));
    }

    #[test]
    fn deep_nesting_is_refused_before_it_can_hurt() {
        let deep = |levels| format!("{}m1{}", "(".repeat(levels), ")".repeat(levels));
        assert!(Expression::parse(&deep(40)).is_ok());
        assert!(Expression::parse(&deep(1_000)).is_err());
        assert!(Expression::parse(&deep(2_000)).is_err());
        assert!(Expression::parse(&format!("m1{}", "+1".repeat(1_000))).is_ok());
    }
}
