#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| polyai_outbound_fuzz::number(data));
