internal import OCI

/// The cpuset controller: which processors and memory nodes are used (config-linux.md, "CPU").
extension CgroupSettings {
    mutating func addCpuset(_ cpu: Spec.Linux.Resources.CPU, _ place: String) {
        add(cpu.cpus, "cpuset.cpus", place + "/cpus")
        add(cpu.mems, "cpuset.mems", place + "/mems")
    }

    private mutating func add(_ text: String?, _ file: String, _ pointer: String) {
        guard let text, !text.isEmpty else { return }
        guard Self.isList(text) else {
            refuse(pointer, "must be a list of numbers and ranges such as 0-3,7")
            return
        }
        list.append(CgroupSetting(file, text, at: pointer))
    }

    /// Whether the text is made of numbers and of ranges that do not go backwards, with commas between.
    private static func isList(_ text: String) -> Bool {
        for part in text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            let ends = part.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
            var numbers: [UInt32] = []
            for end in ends {
                guard end.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let number = UInt32(Substring(end)) else {
                    return false
                }
                numbers.append(number)
            }
            guard numbers.count == 1 || numbers.count == 2 && numbers[0] <= numbers[1] else { return false }
        }
        return true
    }
}
