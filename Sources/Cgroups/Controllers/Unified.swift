internal import OCI

/// Files of cgroup v2 by their own names (config-linux.md, "Unified"): they come last, in the place of what was
/// translated.
extension CgroupSettings {
    mutating func add(unified entry: Spec.Entry<String>, _ place: String) {
        let pointer = place + "/" + entry.key
        guard Self.isFileName(entry.key) else {
            refuse(pointer, "must be the name of a file of cgroup v2 such as memory.high")
            return
        }
        if Self.acts(entry.key) {
            refuse(pointer, "must not be a file that acts on processes or on cgroups below")
            return
        }
        if !Self.isKeyed(entry.key) { list.removeAll { $0.file == entry.key } }
        // A file with a line for each device takes one line at a time.
        for line in entry.value.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true) {
            let value = Self.trimmed(line)
            if value.isEmpty { continue }
            list.append(
                CgroupSetting(entry.key, value, at: pointer, isOptional: false))
        }
        if list.last?.pointer != pointer {
            // An empty value is one too: it clears a list.
            list.append(CgroupSetting(entry.key, "\n", at: pointer))
        }
    }

    /// Every name that has a controller's name in front of a dot; with a slash it could lead anywhere.
    private static func isFileName(_ name: String) -> Bool {
        guard let dot = name.utf8.firstIndex(of: UInt8(ascii: ".")), dot != name.utf8.startIndex else { return false }
        return name.utf8.count <= 255 && name.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "/") && $0 != 0x7F }
    }

    private static func acts(_ name: String) -> Bool {
        for file in [
            "cgroup.procs", "cgroup.threads", "cgroup.kill", "cgroup.freeze", "cgroup.subtree_control", "cgroup.type",
            "memory.reclaim",
        ] where name == file { return true }
        return false
    }

    /// Whether what is written changes a line of the file, not all of it.
    private static func isKeyed(_ name: String) -> Bool {
        name.hasPrefix("io.") || name.hasPrefix("rdma.") || name.hasPrefix("misc.") || name.hasPrefix("dmem.")
    }

    private static func trimmed(_ line: Substring.UTF8View) -> String {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte >= 0x09 && byte <= 0x0D }
        var line = line.drop(while: isSpace)
        while let last = line.last, isSpace(last) { line.removeLast() }
        return String(Substring(line))
    }
}
