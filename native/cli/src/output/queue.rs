//! What waits to be written to one stream: bounded, in order, and with a count of what there was no room for.

use std::collections::VecDeque;

/// How much drawing waits at most: what moves is drawn anew anyway.
const FRAMES: usize = 64 << 10;

/// What becomes of a text for which there is no room, because nothing was read for long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Lines: they are counted.
    Lines,
    /// How far something is: a later one takes its place as long as it is not written, and the newest is always kept.
    Progress,
    /// What must not be left out, however little room there is: there is little of it.
    Last,
    /// The notice of so many lines that were left out.
    LeftOut(u64),
    /// Drawing on a terminal, to be written as it is: it is left out.
    Frame,
}

/// A text, and its place among all that is written to both streams.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) nth: u64,
    pub(super) kind: Kind,
    pub(super) text: String,
}

impl Item {
    /// Number of lines that are lost with it.
    pub(super) fn lines(&self) -> u64 {
        match self.kind {
            Kind::Lines | Kind::Progress | Kind::Last => lines(&self.text),
            Kind::LeftOut(lines) => lines,
            Kind::Frame => 0,
        }
    }
}

#[derive(Debug)]
pub(super) struct Queue {
    items: VecDeque<Item>,
    /// How many bytes wait.
    bytes: usize,
    most: usize,
    /// What says how many lines were left out.
    notice: fn(u64) -> String,
    /// There was no room, and there is none for lines until all that waits is written.
    is_full: bool,
    left_out: u64,
    /// The newest of its kind; it comes after all else that waits.
    progress: Option<Item>,
}

impl Queue {
    /// An empty one with room for so many bytes.
    pub(super) const fn new(most: usize, notice: fn(u64) -> String) -> Self {
        Self { items: VecDeque::new(), bytes: 0, most, notice, is_full: false, left_out: 0, progress: None }
    }

    pub(super) fn push(&mut self, item: Item) {
        let room = |most: usize| self.bytes.saturating_add(item.text.len()) <= most;
        match item.kind {
            Kind::Lines if self.is_full || !room(self.most) => {
                self.is_full = true;
                self.left_out += lines(&item.text);
            }
            Kind::Frame if !room(FRAMES) => {}
            Kind::Progress => {
                if let Some(older) = self.progress.replace(item) {
                    self.left_out += lines(&older.text);
                }
            }
            Kind::Last => {
                // What was left out came before it.
                let nth = item.nth;
                if let Some(notice) = self.take_notice(nth) {
                    self.append(notice);
                }
                self.append(item);
            }
            Kind::Lines | Kind::LeftOut(_) | Kind::Frame => self.append(item),
        }
    }

    fn append(&mut self, item: Item) {
        self.bytes += item.text.len();
        self.items.push_back(item);
    }

    /// Puts something before all that waits.
    pub(super) fn push_front(&mut self, item: Item) {
        self.bytes += item.text.len();
        self.items.push_front(item);
    }

    /// Number of lines that wait, or were left out without anybody having been told.
    pub(super) fn waiting(&self) -> u64 {
        self.left_out + self.items.iter().chain(&self.progress).map(Item::lines).sum::<u64>()
    }

    /// The place of what is to be written next.
    pub(super) fn next(&self) -> Option<u64> {
        self.items.front().or(self.progress.as_ref()).map(|it| it.nth)
    }

    /// What is to be written next.
    pub(super) fn pop(&mut self) -> Option<Item> {
        if let Some(item) = self.items.pop_front() {
            self.bytes -= item.text.len();
            if self.items.is_empty() && self.is_full {
                // It flows again. What comes from now on comes after this.
                let notice = self.take_notice(item.nth);
                notice.into_iter().for_each(|it| self.append(it));
            }
            return Some(item);
        }
        let nth = self.progress.as_ref()?.nth;
        self.take_notice(nth).or_else(|| self.progress.take())
    }

    fn take_notice(&mut self, nth: u64) -> Option<Item> {
        self.is_full = false;
        let left_out = std::mem::take(&mut self.left_out);
        (left_out > 0).then(|| Item { nth, kind: Kind::LeftOut(left_out), text: (self.notice)(left_out) })
    }
}

fn lines(text: &str) -> u64 {
    text.lines().count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: usize = 10;

    fn notice(left_out: u64) -> String {
        format!("-{left_out}")
    }

    fn queue() -> Queue {
        Queue::new(MOST, notice)
    }

    fn push(queue: &mut Queue, kind: Kind, texts: &[&str]) {
        for text in texts {
            queue.push(Item { nth: 7, kind, text: (*text).to_owned() });
        }
    }

    fn all(queue: &mut Queue) -> Vec<String> {
        std::iter::from_fn(|| queue.pop().map(|it| it.text)).collect()
    }

    #[test]
    fn what_there_is_room_for_comes_out_as_it_went_in() {
        let mut queue = queue();
        push(&mut queue, Kind::Lines, &["a\n", "b\n"]);
        push(&mut queue, Kind::Last, &["c\n"]);
        assert_eq!(queue.next(), Some(7));
        assert_eq!(all(&mut queue), ["a\n", "b\n", "c\n"]);
        assert_eq!((queue.next(), queue.bytes), (None, 0));
    }

    #[test]
    fn lines_without_room_are_counted_and_told_when_it_flows_again() {
        let mut queue = queue();
        push(&mut queue, Kind::Lines, &["1234567\n", "x\ny\n", "z\n"]);
        assert_eq!(queue.pop().unwrap().text, "1234567\n");
        push(&mut queue, Kind::Lines, &["n\n"]);
        assert_eq!(all(&mut queue), ["-3", "n\n"], "in the order of what happened");
        push(&mut queue, Kind::Lines, &["n\n"]);
        assert_eq!(all(&mut queue), ["n\n"], "told once");
    }

    #[test]
    fn no_line_slips_in_between_those_that_are_left_out() {
        let mut queue = queue();
        push(&mut queue, Kind::Lines, &["123\n", "456\n", "7890\n"]);
        assert_eq!(queue.pop().unwrap().text, "123\n");
        push(&mut queue, Kind::Lines, &["a\n"]);
        assert_eq!(all(&mut queue), ["456\n", "-2"]);
    }

    #[test]
    fn of_what_tells_how_far_something_is_the_newest_is_kept_however_full_it_is() {
        let mut queue = queue();
        push(&mut queue, Kind::Lines, &["123456789\n"]);
        push(&mut queue, Kind::Progress, &["p1\n", "p2\n", "p3\n"]);
        push(&mut queue, Kind::Lines, &["a\n"]);
        assert_eq!(all(&mut queue), ["123456789\n", "-3", "p3\n"]);
        push(&mut queue, Kind::Progress, &["p4\n"]);
        assert_eq!(all(&mut queue), ["p4\n"]);
    }

    #[test]
    fn what_must_not_be_left_out_is_kept_behind_the_count_of_what_was() {
        let mut queue = queue();
        push(&mut queue, Kind::Lines, &["123456789\n", "a\n", "b\n"]);
        push(&mut queue, Kind::Last, &["end\n", "of it\n"]);
        assert_eq!(all(&mut queue), ["123456789\n", "-2", "end\n", "of it\n"]);
    }

    #[test]
    fn lines_that_nobody_reads_are_counted_with_those_that_were_left_out() {
        let mut queue = queue();
        push(&mut queue, Kind::Lines, &["123456789\n", "a\n", "b\n"]);
        assert_eq!(queue.waiting(), 3);
        push(&mut queue, Kind::Last, &["end\n"]);
        push(&mut queue, Kind::Progress, &["p\n"]);
        push(&mut queue, Kind::Frame, &["x"]);
        assert_eq!(queue.waiting(), 5);
        all(&mut queue);
        assert_eq!(queue.waiting(), 0);
    }

    #[test]
    fn drawing_is_left_out_without_a_word() {
        let mut queue = Queue::new(FRAMES * 2, notice);
        let frame = "x".repeat(FRAMES / 2);
        push(&mut queue, Kind::Frame, &[&frame, &frame, &frame]);
        push(&mut queue, Kind::Lines, &["a\n"]);
        assert_eq!(all(&mut queue).len(), 3);
    }
}
