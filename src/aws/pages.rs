//! Lists that come in pages.

use super::problem::Question;
use crate::domain::{Problem, ProblemKind};

/// One page: what is on it, and the token of the next.
pub(super) type Page<T> = (Vec<T>, Option<String>);

/// Reads a list to its end. `fetch` gets the token of the page to read, none for the first; `seen` is shown each page.
pub(super) async fn all<T>(
    question: &Question,
    mut fetch: impl AsyncFnMut(Option<String>) -> Result<Page<T>, Problem>,
    mut seen: impl FnMut(&[T]),
) -> Result<Vec<T>, Problem> {
    let mut items = Vec::new();
    let mut token = None;
    loop {
        let (page, next) = fetch(token.clone()).await?;
        seen(&page);
        items.extend(page);
        let next = next.filter(|next| !next.is_empty());
        if next.is_none() {
            return Ok(items);
        }
        if next == token {
            let why = "AWS names the same page as the next one again and again, so the list has no end.";
            return Err(Problem::new(ProblemKind::Service, &question.what, why));
        }
        token = next;
    }
}
