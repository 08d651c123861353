//! Lists that come in pages.

use std::collections::HashSet;

use super::problem::Question;
use crate::domain::{Problem, ProblemKind};

/// A list on its way, page by page: while it [`is_open`](Self::is_open), fetch the page of its [`token`](Self::token) and
/// [`add`](Self::add) it.
pub(super) struct Pages<'a, T> {
    question: &'a Question,
    items: Vec<T>,
    next: Next,
    /// Tokens of the pages named so far.
    named: HashSet<String>,
}

enum Next {
    First,
    Token(String),
    None,
}

impl<'a, T> Pages<'a, T> {
    /// A list of which nothing is read yet.
    pub(super) fn of(question: &'a Question) -> Self {
        Self { question, items: Vec::new(), next: Next::First, named: HashSet::new() }
    }

    /// Whether there is a page to fetch.
    pub(super) fn is_open(&self) -> bool {
        !matches!(self.next, Next::None)
    }

    /// The token of the page to fetch; the first page has none.
    pub(super) fn token(&self) -> Option<String> {
        match &self.next {
            Next::Token(token) => Some(token.clone()),
            Next::First | Next::None => None,
        }
    }

    /// Adds what is on the page, and the token of the next one. An error when that page was named before.
    pub(super) fn add(&mut self, page: Vec<T>, next: Option<String>) -> Result<(), Problem> {
        self.items.extend(page);
        let Some(next) = next.filter(|next| !next.is_empty()) else {
            self.next = Next::None;
            return Ok(());
        };
        if !self.named.insert(next.clone()) {
            let why = "AWS names the same page as the next one again and again, so the list has no end.";
            return Err(Problem::new(ProblemKind::Service, &self.question.what, why));
        }
        self.next = Next::Token(next);
        Ok(())
    }

    /// All that was added.
    pub(super) fn into_items(self) -> Vec<T> {
        self.items
    }
}
