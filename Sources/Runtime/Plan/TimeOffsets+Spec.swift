internal import Kernel
internal import OCI

extension ClockOffset {
    /// Decides on /linux/timeOffsets (config-linux.md, "Offset for Time Namespace").
    ///
    /// A namespace that is joined has its offsets already.
    static func list(
        _ entries: [Spec.Entry<Spec.Linux.TimeOffset>], _ namespaces: NamespacePlan, _ findings: inout Findings
    ) -> [ClockOffset] {
        guard !entries.isEmpty else { return [] }
        if !namespaces.new.contains(.time) {
            findings.refuse(
                "/linux/timeOffsets",
                "needs a new time namespace: {\"type\": \"time\"} without a path in /linux/namespaces")
        }
        var offsets: [ClockOffset] = []
        for entry in entries {
            let pointer = "/linux/timeOffsets/" + entry.key
            guard let clock = Clock(name: entry.key) else {
                findings.refuse(
                    "/linux/timeOffsets",
                    "must name the clocks monotonic and boottime only, names " + Findings.quoted(entry.key))
                continue
            }
            if entry.value.nanosecs > 999_999_999 {
                findings.refuse(
                    pointer + "/nanosecs", "must be at most 999999999, is " + String(entry.value.nanosecs))
            }
            offsets.append(ClockOffset(clock, seconds: entry.value.secs, nanoseconds: entry.value.nanosecs))
        }
        return offsets
    }
}
