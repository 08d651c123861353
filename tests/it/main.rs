//! The journeys: all integration tests, in one binary.

mod aws;
mod cli;
