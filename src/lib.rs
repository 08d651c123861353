//! `apigw`: a terminal UI, with a headless twin, for Amazon API Gateway.
//!
//! `docs/architecture.md` draws the rooms and says who may import whom; `tests/it/structure.rs` holds the code to it.

pub mod app;
pub mod aws;
pub mod cli;
pub mod config;
pub mod domain;
pub mod files;
pub mod git;
pub mod history;
pub mod input;
pub mod openapi;
pub mod ops;
pub mod runtime;
pub mod sim;
pub mod text;
pub mod ui;
