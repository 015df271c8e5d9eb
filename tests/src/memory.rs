//! How much memory this process has, as the system counts it.

/// What is resident now, in bytes; 0 where the system does not say.
#[must_use]
pub fn resident() -> u64 {
    field("VmRSS:")
}

/// The most that was resident since [`forget_peak`], in bytes.
#[must_use]
pub fn peak() -> u64 {
    field("VmHWM:")
}

/// The peak is what is resident now.
pub fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

fn field(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes = line
        .and_then(|line| line.trim().strip_suffix(" kB"))
        .and_then(|number| number.trim().parse::<u64>().ok());
    kilobytes.unwrap_or_default() * 1024
}
