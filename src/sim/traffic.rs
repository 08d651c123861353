//! What callers did to a stage: a pure function of a seed and of time.
