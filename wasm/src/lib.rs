//! The core for JavaScript hosts. What is exported here decides nothing itself.

use polyai_outbound_core::PhoneNumber;
use wasm_bindgen::prelude::*;

/// Checks that a number is in E.164 form, has a calling code that exists and a length that is possible for it, and
/// gives it back as it may be shown: calling code and last two digits.
///
/// # Errors
/// If it is not such a number; the message tells what is wrong and where, and does not quote the number.
#[wasm_bindgen(js_name = checkPhoneNumber)]
pub fn check_phone_number(number: &str) -> Result<String, JsError> {
    Ok(PhoneNumber::parse(number)?.masked())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_number_comes_back_masked() {
        assert_eq!(super::check_phone_number("+14155550100").ok().as_deref(), Some("+1********00"));
    }
}
