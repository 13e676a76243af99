//! Bytes as a description: read, brought to the view.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| mcpgen_fuzzing::load(bytes));
