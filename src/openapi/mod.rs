//! OpenAPI documents as ordered JSON values: read, merged with the gateway's own, compared, checked. Pure.

mod contract;
mod document;
mod gateway;
mod merge;
mod normalise;
mod pointer;
mod preflight;
mod route;
mod security;
mod yaml;

pub use contract::contract_diff;
pub use document::{Document, ParseError};
pub use gateway::gateway_diff;
pub use merge::{Merged, merge};
pub use normalise::normalise;
pub use preflight::preflight;

/// The routes of a document as AWS names them, `GET /orders/{id}`, `ANY /a`, `$default`, in its order.
pub fn routes(document: &Document) -> Vec<String> {
    route::routes(document.value()).iter().map(route::Route::name).collect()
}

#[cfg(test)]
mod tests;
