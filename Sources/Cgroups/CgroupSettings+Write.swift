package import Kernel

/// Writing to a new cgroup.
extension CgroupSettings {
    /// The least limit of memory while a container is set up: 16 MiB. What makes a container needs more than many a
    /// program that runs in it.
    package static let setupCeiling: UInt64 = 16 << 20

    /// What a new cgroup is given before anything is in it: all, with limits of memory that leave room for the set-up.
    package var beforeBirth: [CgroupSetting] {
        var early: [CgroupSetting] = []
        for var setting in list {
            if Self.isTooTight(setting) {
                // To be slowed down during set-up helps nobody.
                if setting.file == "memory.high" { continue }
                setting.value = String(Self.setupCeiling)
            }
            early.append(setting)
        }
        return early
    }

    /// What it is given when the set-up is done: the limits that were too tight for that.
    package var afterSetup: [CgroupSetting] { list.filter(Self.isTooTight) }

    private static func isTooTight(_ setting: CgroupSetting) -> Bool {
        guard setting.file == "memory.max" || setting.file == "memory.high" else { return false }
        guard let bytes = setting.bytes else { return false }
        return bytes < setupCeiling
    }
}

extension CgroupSetting {
    /// The value as an amount of memory, as the kernel reads it; nil for `max` and for what is no amount. memparse
    package var bytes: UInt64? {
        var amount: UInt64 = 0
        var digits = 0
        var rest = Substring(value).utf8
        while let byte = rest.first, byte >= 0x30, byte <= 0x39 {
            let (tens, overflows) = amount.multipliedReportingOverflow(by: 10)
            let (sum, exceeds) = tens.addingReportingOverflow(UInt64(byte - 0x30))
            if overflows || exceeds { return nil }
            amount = sum
            digits += 1
            rest.removeFirst()
        }
        guard digits > 0 else { return nil }
        guard let unit = rest.popFirst() else { return amount }
        guard rest.isEmpty else { return nil }
        let shift: UInt64
        switch unit | 0x20 {
        case UInt8(ascii: "k"): shift = 10
        case UInt8(ascii: "m"): shift = 20
        case UInt8(ascii: "g"): shift = 30
        case UInt8(ascii: "t"): shift = 40
        default: return nil
        }
        return amount > UInt64.max >> shift ? nil : amount << shift
    }
}

extension Cgroup {
    /// Writes in the order given. What the kernel does not take at first it is given again at the end: it wants a burst
    /// to be within the quota at every moment, and which of the two must come first depends on what was there.
    package func write(_ settings: [CgroupSetting]) throws(CgroupRefusal) {
        if settings.isEmpty { return }
        let directory = try openForSettings(settings)
        var again: [CgroupSetting] = []
        for setting in settings {
            if let refusal = write(setting, directory.raw) {
                guard refusal.error == .invalidArgument, settings.count > 1 else { throw refusal.reason }
                again.append(setting)
            }
        }
        for setting in again {
            if let refusal = write(setting, directory.raw) { throw refusal.reason }
        }
    }

    func openForSettings(_ settings: [CgroupSetting]) throws(CgroupRefusal) -> Descriptor {
        do throws(Errno) {
            return try open()
        } catch {
            throw CgroupRefusal("open the cgroup " + path + ": " + error.message, at: settings[0].pointer)
        }
    }

    /// Nil when it was written, or need not be.
    private func write(_ setting: CgroupSetting, _ directory: Int32) -> (error: Errno, reason: CgroupRefusal)? {
        do throws(Errno) {
            do throws(Errno) {
                try Self.write(setting.value, to: setting.file, at: directory)
            } catch {
                guard error == .noSuchFile, awaitsFiles(of: setting) else { throw error }
                try Self.write(setting.value, to: setting.file, at: directory)
            }
            return nil
        } catch .noSuchFile {
            if let other = setting.alternative {
                return write(
                    CgroupSetting(other.file, other.value, at: setting.pointer, isOptional: setting.isOptional),
                    directory)
            }
            if setting.isOptional { return nil }
            return (.noSuchFile, CgroupRefusal(setting, setting.file, setting.value, in: self, .noSuchFile))
        } catch {
            return (error, CgroupRefusal(setting, setting.file, setting.value, in: self, error))
        }
    }

    /// Waits for whoever enables the setting's controller at this moment; false when the cgroup does not have it.
    ///
    /// cgroup.controllers and the cgroup.subtree_control above name a controller before its files are there: whoever
    /// makes the cgroup meanwhile meets none. A write of what is enabled changes nothing, and ends after the other's.
    private func awaitsFiles(of setting: CgroupSetting) -> Bool {
        guard let controller = setting.controller, let parent else { return false }
        do throws(Errno) {
            let present = try text(of: "cgroup.controllers") ?? ""
            guard present.split(separator: " ").contains(where: { $0 == controller }) else { return false }
            let file = try File.open(parent.path + "/cgroup.subtree_control", [.writeOnly])
            try File.write("+" + controller, to: file.raw)
        } catch {
            // Who may not write there has not been kept waiting, but may be late enough by now.
            return true
        }
        return true
    }

    static func write(_ value: String, to file: String, at directory: Int32) throws(Errno) {
        let opened = try File.open(file, [.writeOnly], at: directory)
        try File.write(value, to: opened.raw)
    }

    /// The text of one of the cgroup's files without the line's end; nil when there is no such file.
    package func text(of file: String) throws(Errno) -> String? {
        do throws(Errno) {
            var bytes = try File.read(path + "/" + file, limit: 1 << 20)
            if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
            return String(decoding: bytes, as: UTF8.self)
        } catch {
            if error == .noSuchFile { return nil }
            throw error
        }
    }

    /// The limits that an update starts from. memory.max, memory.swap.max, cpu.max
    package func limits() throws(Errno) -> CgroupLimits {
        var limits = CgroupLimits()
        limits.memory = try text(of: "memory.max").flatMap { UInt64($0) }
        limits.swap = try text(of: "memory.swap.max").flatMap { UInt64($0) }
        if let words = try text(of: "cpu.max")?.split(separator: " "), words.count == 2 {
            limits.quota = UInt64(words[0])
            limits.period = UInt64(words[1]) ?? limits.period
        }
        return limits
    }

    /// Bytes of memory in use. memory.current
    package func memoryUsage() throws(Errno) -> UInt64? { try text(of: "memory.current").flatMap { UInt64($0) } }

    /// Has the kernel give back what the cgroup uses beyond so many bytes, without killing for it. memory.high
    ///
    /// memory.current also counts pages that processors keep in stock for the cgroup; they are given back first.
    package func squeeze(to bytes: UInt64) {
        do throws(Errno) {
            guard let before = try text(of: "memory.high") else { return }
            let directory = try open()
            try Self.write(String(bytes), to: "memory.high", at: directory.raw)
            try Self.write(before, to: "memory.high", at: directory.raw)
        } catch {
            // What counts is the usage after.
            return
        }
    }
}
