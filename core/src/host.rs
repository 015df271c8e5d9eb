//! Hosts that are addresses: whether they are well formed, and whether they are this machine itself.
//!
//! Not by `std::net`, whose parsers are made for more and take a fiftieth of the wasm.

use crate::text::{all, holds, is_digit, next_part};

/// Whether an IPv4 address in its four decimal numbers is a loopback address; nothing if it is no such address.
pub(crate) fn ipv4_is_loopback(text: &str) -> Option<bool> {
    let (mut numbers, mut rest) = (0, Some(text));
    while let Some(number) = next_part(&mut rest, ".") {
        let plain = !number.is_empty() && number.len() <= 3 && all(number, is_digit);
        let octal = number.len() > 1 && number.starts_with("0");
        if !plain || octal || number.len() == 3 && number > "255" {
            return None;
        }
        numbers += 1;
    }
    (numbers == 4).then(|| text.starts_with("127."))
}

/// Whether an IPv6 address in groups of hexadecimal digits is the loopback address; nothing if it is no such address.
pub(crate) fn ipv6_is_loopback(text: &str) -> Option<bool> {
    let shortened = holds(text, "::");
    let (mut groups, mut empty, mut last) = (0, 0, "");
    let (mut others_are_zero, mut rest) = (true, Some(text));
    while let Some(group) = next_part(&mut rest, ":") {
        if group.len() > 4 || !all(group, |byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        others_are_zero &= all(last, is_zero);
        last = group;
        groups += 1;
        empty += usize::from(group.is_empty());
    }
    // `::` leaves one group empty, two at an end of the address, and all three of the address that is nothing else.
    let at_end = usize::from(text.starts_with("::")) + usize::from(text.ends_with("::"));
    let well_formed = if shortened {
        empty == 1 + at_end && groups <= 8 + at_end.min(1)
    } else {
        empty == 0 && groups == 8
    };
    let one = last.len().checked_sub(1).and_then(|at| last.split_at_checked(at));
    well_formed.then(|| others_are_zero && one.is_some_and(|(zeros, one)| all(zeros, is_zero) && one == "1"))
}

const fn is_zero(byte: u8) -> bool {
    byte == b'0'
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use proptest::prelude::*;

    use super::*;

    /// As `std` reads them, but for an IPv4 address within an IPv6 address.
    fn agrees(text: &str) -> Result<(), TestCaseError> {
        let four = text.parse::<Ipv4Addr>().ok();
        prop_assert_eq!(ipv4_is_loopback(text), four.map(|it| it.is_loopback()), "{}", text);
        let six = text.parse::<Ipv6Addr>().ok().filter(|_| !text.contains('.'));
        prop_assert_eq!(ipv6_is_loopback(text), six.map(|it| it.is_loopback()), "{}", text);
        Ok(())
    }

    #[test]
    fn addresses_are_read_as_std_reads_them() {
        for text in [
            "127.0.0.1",
            "127.1",
            "127.0.0.255",
            "255.255.255.255",
            "127.0.0.256",
            "0127.0.0.1",
            "127.0.0.01",
            "128.0.0.1",
            "1.2.3.4.5",
            "1..2.3",
            "",
            ".",
            ":",
            "::",
            ":::",
            "::1",
            "1::",
            "1::1",
            "::1:0",
            "0:0:0:0:0:0:0:1",
            "0:0:0:0:0:0:0:0:1",
            "::0001",
            "::00001",
            "1:2:3:4:5:6:7::",
            "1:2:3:4:5:6:7:8",
            "::2:3:4:5:6:7:8",
            "::1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7:8::",
            "1::2::3",
            ":1::2",
            "1::2:",
            "g::1",
            "::ffff:7f00:1",
            "0::1",
            "0::0:1",
            "1:2:3:4::5:6:7:8",
            "1:2:3::5:6:7:8",
        ] {
            agrees(text).unwrap();
        }
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_read_as_std_reads_it(text in "[0-2:.]{0,12}|([0-9a-f]{0,2}:){0,9}[0-9a-f]{0,2}|(0{0,4}:){0,9}0{0,3}1|([0-9]{1,3}[.]){3}[0-9]{1,3}") {
            agrees(&text)?;
        }
    }
}
