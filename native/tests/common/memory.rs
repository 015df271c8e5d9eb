//! The memory of this process and the time that processors spent on it, as the system counts them.

/// The most memory that was had since the last call of [`forget`], in bytes.
pub(crate) fn peak() -> usize {
    of("VmHWM:")
}

/// Lets [`peak`] begin anew, and answers what is had now.
pub(crate) fn forget() -> usize {
    // Written to this file, 5 sets the peak to what is had now.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    of("VmRSS:")
}

fn of(name: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
}

/// For how long processors have worked for this process, however many others they worked for.
pub(crate) fn worked() -> std::time::Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    // Behind the name, which may hold anything: fields 14 and 15, in hundredths of a second.
    let fields: Vec<&str> = stat[stat.rfind(')').unwrap()..].split(' ').collect();
    let ticks = |nth: usize| fields[nth - 2].parse::<u64>().unwrap();
    std::time::Duration::from_millis(10 * (ticks(14) + ticks(15)))
}
