internal import Kernel

/// Changing the limits of a cgroup that is in use: all of them or none.
extension Cgroup {
    /// Writes all settings; when one is refused, what was written before it is put back.
    ///
    /// With `checkUsage` a limit of memory below what is in use is refused; the kernel would kill for it. What must
    /// change with the files is done by `alongside`, when they are written; its failure puts them back as well. It is
    /// told what they held before.
    package func update(
        _ settings: CgroupSettings, checkUsage: Bool = false,
        alongside: (_ before: [CgroupSetting]) throws(CgroupRefusal) -> Void = { (_) throws(CgroupRefusal) in }
    ) throws(CgroupRefusal) {
        let list = settings.list
        if list.isEmpty { return try alongside([]) }
        if checkUsage { try check(list) }
        let directory = try openForSettings(list)
        let before = CgroupSnapshot(of: list, directory.raw)
        do throws(CgroupRefusal) {
            try write(list)
            try alongside(before.entries)
        } catch {
            before.restore(directory.raw)
            throw error
        }
    }

    /// Refuses a limit of memory that is below what is in use, which the kernel would kill for. memory.current
    package func check(_ settings: [CgroupSetting]) throws(CgroupRefusal) {
        for setting in settings where setting.file == "memory.max" {
            guard let limit = setting.bytes, let usage = usage(), usage > limit else { continue }
            throw CgroupRefusal(
                "limit the memory of " + path + " to " + String(limit) + " bytes: " + String(usage)
                    + " bytes are in use",
                at: setting.pointer)
        }
    }

    private func usage() -> UInt64? {
        do throws(Errno) {
            return try memoryUsage()
        } catch {
            return nil
        }
    }
}

/// What files of a cgroup held before they were written to, each with the field that they were written for.
struct CgroupSnapshot: Equatable {
    private(set) var entries: [CgroupSetting] = []

    init(of settings: [CgroupSetting], _ directory: Int32) {
        for setting in settings {
            add(setting.file, setting.value, setting.pointer, directory)
            if let other = setting.alternative { add(other.file, other.value, setting.pointer, directory) }
            // Whether a group is idle decides on its weight too.
            if setting.file == "cpu.idle" { add("cpu.weight", "100", setting.pointer, directory) }
        }
    }

    private mutating func add(_ file: String, _ value: String, _ pointer: String, _ directory: Int32) {
        do throws(Errno) {
            let bytes = try File.read(file, at: directory, limit: 1 << 20)
            if let old = Self.old(file, value, String(decoding: bytes, as: UTF8.self)) {
                entries.append(CgroupSetting(file, old, at: pointer))
            }
        } catch {
            // What cannot be read cannot be put back.
            return
        }
    }

    /// What must be written to have `text` again after `value` is written; nil when there is nothing that would do.
    static func old(_ file: String, _ value: String, _ text: String) -> String? {
        let lines = text.split(separator: "\n")
        guard let first = lines.first else { return "\n" }
        let words = value.split(separator: " ")
        // A line of its own for each device, or one value for the file.
        guard words.count > 1, let key = words.first, file != "cpu.max" else {
            return first.hasPrefix("default ") ? String(first.dropFirst("default ".count)) : String(first)
        }
        for line in lines where line.split(separator: " ").first == key { return String(line) }
        switch file {
        case "io.max": return key + " rbps=max wbps=max riops=max wiops=max"
        case "io.weight", "io.bfq.weight": return key + " default"
        default:
            var absent = String(key)
            for word in words.dropFirst() {
                guard let equals = word.firstIndex(of: "=") else { return nil }
                absent += " " + word[...equals] + "max"
            }
            return absent
        }
    }

    /// Puts everything back, the last first. What is refused here was not changed, or cannot be helped.
    func restore(_ directory: Int32) {
        for _ in 0..<2 {
            for entry in entries.reversed() {
                do throws(Errno) {
                    try Cgroup.write(entry.value, to: entry.file, at: directory)
                } catch {
                    continue
                }
            }
        }
    }
}
