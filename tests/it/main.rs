//! The journeys: all integration tests, in one binary.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod aws;
mod cli;
