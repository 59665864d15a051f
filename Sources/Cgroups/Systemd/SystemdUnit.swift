/// The scope that systemd keeps a container's processes in. systemd.scope(5)
package struct SystemdUnit: Equatable, Sendable {
    /// `docker-4f5e.scope`
    package var name: String
    /// The slice that the scope lies in: `system.slice`.
    package var slice: String
    /// Whether the unit is of the caller's own service manager, not the system's.
    package var isOfUser: Bool

    /// Names the unit that /linux/cgroupsPath asks for: `slice:prefix:name`; empty or absent leaves it to apus.
    ///
    /// - Throws: what is wrong with it, to go behind the name of the field.
    package init(_ cgroupsPath: String?, containerID: String, user: Bool) throws(Mistake) {
        isOfUser = user
        let written = cgroupsPath ?? ""
        guard !written.isEmpty else {
            slice = Self.defaultSlice(user: user)
            // An id may have a `+`, the name of a unit may not.
            name = "apus-" + Self.escaped(containerID) + Self.suffix
            return
        }
        let parts = written.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 3, let slice = String(parts[0]), let prefix = String(parts[1]), let own = String(parts[2])
        else { throw Mistake(text: "must be slice:prefix:name for the systemd cgroup driver") }
        self.slice = slice.isEmpty ? Self.defaultSlice(user: user) : slice
        name = (prefix.isEmpty ? own : prefix + "-" + own) + Self.suffix
        try checkSlice()
        guard !own.isEmpty else { throw Mistake(text: "must end with the name of the container's scope") }
        guard !Self.isSlice(own) else {
            throw Mistake(text: "must not name a slice as the container's unit: processes are in scopes only")
        }
        try checkName()
    }

    /// What is wrong with the words that a unit was asked for with.
    package struct Mistake: Error, Equatable, Sendable { package var text: String }

    private static let suffix = ".scope"
    private static let sliceSuffix = ".slice"
    private static func defaultSlice(user: Bool) -> String { user ? "user.slice" : "system.slice" }
    private static func isSlice(_ name: String) -> Bool { name.hasSuffix(sliceSuffix) }

    /// Where the cgroup is, below that of the service manager: `/a.slice/a-b.slice/x.scope`.
    ///
    /// A dash in the name of a slice leads a level down. systemd.slice(5)
    package var path: String {
        var path = ""
        let stem = slice.utf8.dropLast(Self.sliceSuffix.utf8.count)
        if !stem.elementsEqual("-".utf8) {
            for (index, byte) in zip(stem.indices, stem) where byte == UInt8(ascii: "-") {
                path += "/" + String(decoding: stem[..<index], as: UTF8.self) + Self.sliceSuffix
            }
            path += "/" + slice
        }
        return path + "/" + name
    }

    private func checkSlice() throws(Mistake) {
        guard Self.isSlice(slice), slice.utf8.count > Self.sliceSuffix.utf8.count else {
            throw Mistake(text: "must begin with the name of a slice, which ends in .slice")
        }
        guard slice.utf8.count < Self.longest, Self.isLegal(slice) else {
            throw Mistake(text: "must begin with the name of a slice: letters, digits and :-_.\\@")
        }
        let stem = slice.utf8.dropLast(Self.sliceSuffix.utf8.count)
        if stem.elementsEqual("-".utf8) { return }
        for part in stem.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false) where part.isEmpty {
            throw Mistake(text: "must begin with the name of a slice: a dash stands between two words")
        }
    }

    private func checkName() throws(Mistake) {
        guard Self.isLegal(name) else {
            throw Mistake(text: "must make the name of a unit: letters, digits and :-_.\\@")
        }
        guard name.utf8.count < Self.longest else {
            throw Mistake(text: "must make the name of a unit of less than \(Self.longest) bytes")
        }
    }

    /// UNIT_NAME_MAX of systemd.
    private static let longest = 256

    private static func isLegal(_ name: String) -> Bool {
        for byte in name.utf8 where !isLegal(byte) { return false }
        return true
    }

    private static func isLegal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: "."), UInt8(ascii: "\\"), UInt8(ascii: "@"):
            true
        default: false
        }
    }

    /// As systemd-escape(1) writes what a name cannot hold.
    private static func escaped(_ name: String) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var bytes: [UInt8] = []
        for byte in name.utf8 {
            if isLegal(byte) {
                bytes.append(byte)
            } else {
                bytes += Array("\\x".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
