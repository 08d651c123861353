//! The integration tests, all in one binary: each that links the SDK would cost seconds of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking, in its helpers too")]
#![allow(clippy::panic, reason = "a test fails by panicking, in its helpers too")]

mod aws;
mod cli;
mod connections;
mod docs;
mod ministack;
mod policies;
mod pty;
mod sessions;
mod setting;
mod sign_in;
mod sim_sdk;
mod structure;
mod writes;
