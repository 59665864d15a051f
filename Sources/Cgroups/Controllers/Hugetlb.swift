internal import OCI

/// The hugetlb controller (config-linux.md, "Huge page limits").
extension CgroupSettings {
    /// Limits what is reserved where the kernel counts that, and what is used in any case.
    mutating func add(_ limit: Spec.Linux.Resources.HugepageLimit, _ place: String) {
        guard Self.isPageSize(limit.pageSize) else {
            refuse(place + "/pageSize", "must be a size as the kernel writes it, such as 2MB, 1GB or 64KB")
            return
        }
        let file = "hugetlb." + limit.pageSize
        list.append(
            CgroupSetting(file + ".rsvd.max", String(limit.limit), at: place + "/limit", isOptional: true))
        list.append(CgroupSetting(file + ".max", String(limit.limit), at: place + "/limit"))
    }

    private static func isPageSize(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count >= 3, bytes.count <= 16, bytes[bytes.count - 1] == UInt8(ascii: "B") else { return false }
        guard [UInt8(ascii: "K"), UInt8(ascii: "M"), UInt8(ascii: "G")].contains(bytes[bytes.count - 2]) else {
            return false
        }
        return bytes.dropLast(2).allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }
}
