#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| adt_helpers::properties::hold("snapshot_ids", data));
