//! What the crate exports, tried in a browser: the same cases as in Node.

#![cfg(target_arch = "wasm32")]

mod cases;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
