//! Whether a text is JSON, by the grammar of RFC 8259 and nothing else: no limits of depth or of numbers.

/// What a JSON text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Object,
    Other,
}

/// What kind of JSON the text is; nothing if it is none.
pub(crate) fn kind(text: &str) -> Option<Kind> {
    let mut reader = Reader { rest: text.as_bytes() };
    reader.space();
    let kind = if reader.rest.first() == Some(&b'{') { Kind::Object } else { Kind::Other };
    reader.value()?;
    reader.space();
    reader.rest.is_empty().then_some(kind)
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn space(&mut self) {
        while let [b' ' | b'\t' | b'\n' | b'\r', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    fn takes(&mut self, byte: u8) -> bool {
        match self.rest {
            [first, rest @ ..] if *first == byte => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// One value, with what is nested in it; what is open is kept in a list, because nesting may be deep.
    fn value(&mut self) -> Option<()> {
        let mut open = Vec::new();
        loop {
            self.space();
            let opened = match self.rest.first()? {
                b'{' | b'[' => {
                    let end = self.rest[0] + 2;
                    self.rest = &self.rest[1..];
                    self.space();
                    if self.takes(end) {
                        false
                    } else {
                        if end == b'}' {
                            self.name()?;
                        }
                        open.push(end);
                        true
                    }
                }
                _ => {
                    self.scalar()?;
                    false
                }
            };
            if opened {
                continue;
            }
            loop {
                let Some(end) = open.last().copied() else { return Some(()) };
                self.space();
                if self.takes(b',') {
                    if end == b'}' {
                        self.name()?;
                    }
                    break;
                }
                if !self.takes(end) {
                    return None;
                }
                open.pop();
            }
        }
    }

    fn name(&mut self) -> Option<()> {
        self.space();
        self.string()?;
        self.space();
        self.takes(b':').then_some(())
    }

    fn scalar(&mut self) -> Option<()> {
        match self.rest.first()? {
            b'"' => self.string(),
            b'-' | b'0'..=b'9' => self.number(),
            _ => {
                let word =
                    ["true", "false", "null"].into_iter().find(|it| self.rest.starts_with(it.as_bytes()))?;
                self.rest = &self.rest[word.len()..];
                Some(())
            }
        }
    }

    fn digits(&mut self) -> Option<()> {
        let count = self.rest.iter().take_while(|it| it.is_ascii_digit()).count();
        self.rest = &self.rest[count..];
        (count > 0).then_some(())
    }

    fn number(&mut self) -> Option<()> {
        self.takes(b'-');
        if !self.takes(b'0') {
            self.digits()?;
        }
        if self.takes(b'.') {
            self.digits()?;
        }
        if self.takes(b'e') || self.takes(b'E') {
            let _ = self.takes(b'+') || self.takes(b'-');
            self.digits()?;
        }
        Some(())
    }

    fn string(&mut self) -> Option<()> {
        if !self.takes(b'"') {
            return None;
        }
        loop {
            match *self.rest {
                [b'"', ref rest @ ..] => {
                    self.rest = rest;
                    return Some(());
                }
                [b'\\', b'u', a, b, c, d, ref rest @ ..]
                    if [a, b, c, d].iter().all(u8::is_ascii_hexdigit) =>
                {
                    self.rest = rest;
                }
                [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ref rest @ ..] => {
                    self.rest = rest
                }
                [byte, ref rest @ ..] if byte >= b' ' && byte != b'\\' => self.rest = rest,
                _ => return None,
            }
        }
    }
}
