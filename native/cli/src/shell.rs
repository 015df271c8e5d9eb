//! Words for a POSIX shell.

/// This program, as it was called.
pub(crate) fn me() -> String {
    let called = std::env::args_os().next().and_then(|it| it.into_string().ok());
    quote(&called.unwrap_or_else(|| "outbound".to_owned()))
}

/// A word as a shell takes it back whole.
pub(crate) fn quote(word: &str) -> String {
    let plain = |it: char| it.is_ascii_alphanumeric() || "-_./:@%+,".contains(it);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn a_word_comes_back_whole() {
        for word in ["plain", "OUT-1", "two words", "it's", "$HOME `id` \"x\" \\ \n!", ""] {
            let said =
                std::process::Command::new("sh").arg("-c").arg(format!("printf %s {}", quote(word))).output();
            assert_eq!(String::from_utf8(said.unwrap().stdout).unwrap(), word);
        }
    }
}
