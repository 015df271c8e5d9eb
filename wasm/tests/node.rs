//! What the crate exports, tried in Node: `cargo test -p polyai-outbound-wasm --target wasm32-unknown-unknown`, with
//! wasm-bindgen's runner. `tests/run wasm` sets it up.

#![cfg(target_arch = "wasm32")]

mod cases;
