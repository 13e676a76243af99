//! A document and arguments: checked, made into requests.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| mcpgen_fuzzing::arguments(bytes));
