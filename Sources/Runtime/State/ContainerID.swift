/// Which names a container may have.
enum ContainerID {
    /// Refuses an id that is no name of a file of its own: letters, digits, `_`, `+`, `.` and `-` make one.
    ///
    /// A leading dot is apus's own (the filter cache), a leading `-` looks like a flag everywhere.
    static func check(_ id: String) throws(RuntimeError) {
        guard let first = id.utf8.first else { throw RuntimeError(.usage, "container id must not be empty") }
        guard id.utf8.count <= 255 else {
            throw RuntimeError(.usage, "invalid container id: longer than 255 bytes")
        }
        var legal = first != UInt8(ascii: ".") && first != UInt8(ascii: "-")
        for byte in id.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "."),
                UInt8(ascii: "-"):
                continue
            default: legal = false
            }
        }
        guard legal else {
            throw RuntimeError(
                .usage,
                "invalid container id format: \"\(id)\"; letters, digits, _, +, . and - are allowed, and it must not"
                    + " begin with . or -")
        }
    }
}
