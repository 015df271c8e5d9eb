//! A list of any size is read in the same memory. By itself, because what a process ever had is measured.
#![cfg(all(feature = "campaign", target_os = "linux"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::io::Read;

use polyai_outbound::campaign::{List, ListOptions};

/// A list that is made as it is read: a beginning, and a row again and again.
struct Endless {
    pending: Vec<u8>,
    at: usize,
    row: Vec<u8>,
    left: usize,
}

impl Read for Endless {
    fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.pending.len() {
            if self.left == 0 {
                return Ok(0);
            }
            self.left -= 1;
            self.pending.clone_from(&self.row);
            self.at = 0;
        }
        let count = room.len().min(self.pending.len() - self.at);
        room[..count].copy_from_slice(&self.pending[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

/// The most memory that this process ever had, in bytes.
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

fn read(name: &str, start: &str, row: String, times: usize) -> u64 {
    let source = Endless { pending: start.as_bytes().to_vec(), at: 0, row: row.into_bytes(), left: times };
    List::from_reader(name, source, &ListOptions::default())
        .unwrap()
        .map(|entry| entry.map_or(0, |_| 1))
        .sum()
}

#[test]
fn a_list_of_any_size_is_read_in_the_same_memory() {
    const MIB: usize = 1 << 20;
    // What is there once for all: metadata of numbers, and buffers.
    read("list.csv", "phone,note\n", format!("+14155550100,{}\n", "x".repeat(16_000)), 100);
    let before = most_memory();
    let rows = read("list.csv", "phone,note\n", format!("+14155550100,{}\n", "x".repeat(16_000)), 3_000);
    assert_eq!(rows, 3_000, "recipients of 48 MB");
    let rows = read("list.csv", "phone,note\n", format!("{}\n", "x".repeat(1_000)), 30_000);
    assert_eq!(rows, 30_000, "refused rows of 30 MB");
    let rows = read(
        "list.jsonl",
        "",
        format!("{{\"phone\":\"+14155550100\",\"a\":\"{}\"}}\n", "x".repeat(16_000)),
        3_000,
    );
    assert_eq!(rows, 3_000, "lines of 48 MB");
    assert_eq!(
        read("list.csv", "phone,note\n1,\"", "x\n".repeat(500_000), 100),
        0,
        "a quote that is never closed"
    );
    assert_eq!(read("list.jsonl", "{\"a\":\"", "x".repeat(1_000_000), 30), 1, "one line");
    let grown = usize::try_from(most_memory() - before).unwrap();
    assert!(grown < 12 * MIB, "grew by {} MiB", grown / MIB);
}
